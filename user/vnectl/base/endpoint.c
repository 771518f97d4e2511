// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/endpoint.h"
#include "parse.h"

/* Of a name in DNS messages, and of a label (RFC 1035, section 2.3.4). */
#define DNS_NAME_MAX	255
#define LABEL_MAX	63

/**
 * endpoint_is_set - is there a far end?
 * @end: the end
 *
 * Return: true if there is.
 */
bool endpoint_is_set(const struct endpoint *end)
{
	return *end->name || !IN6_IS_ADDR_UNSPECIFIED(&end->ipv6);
}

/**
 * endpoint_equal - are two the same?
 * @one: the one
 * @two: the other
 *
 * Return: true if they are.
 */
bool endpoint_equal(const struct endpoint *one, const struct endpoint *two)
{
	return !strcmp(one->name, two->name) &&
		IN6_ARE_ADDR_EQUAL(&one->ipv6, &two->ipv6);
}

/**
 * endpoint_format - write an end as text
 * @end: the end
 * @buf: HOST_NAME_LEN + 1 bytes
 *
 * Return: @buf.
 */
const char *endpoint_format(const struct endpoint *end, char *buf)
{
	if (!*end->name)
		return format_ipv6(&end->ipv6, buf);
	memcpy(buf, end->name, sizeof(end->name));
	return buf;
}

/**
 * endpoint_usable - can packets be sent to an address?
 * @ipv6: the address
 *
 * Return: true where it is a unicast address beyond this link.
 */
bool endpoint_usable(const struct in6_addr *ipv6)
{
	return !IN6_IS_ADDR_UNSPECIFIED(ipv6) && !IN6_IS_ADDR_LOOPBACK(ipv6) &&
		!IN6_IS_ADDR_MULTICAST(ipv6) && !IN6_IS_ADDR_LINKLOCAL(ipv6) &&
		!IN6_IS_ADDR_V4MAPPED(ipv6);
}

/* Length of the label, 0 where it is wrong. Underscores are no part of host
 * names, but are seen in them.
 */
static size_t label_len(const char *label)
{
	size_t len;

	for (len = 0; isalnum((unsigned char)label[len]) ||
	     label[len] == '-' || label[len] == '_'; len++)
		;
	if (len > LABEL_MAX || label[0] == '-' || (len && label[len - 1] == '-'))
		return 0;
	return len;
}

/**
 * endpoint_host_name - read the name of a host
 * @word: the word; a dot may end it
 * @name: HOST_NAME_LEN + 1 bytes for the name in lower case, without that dot
 *
 * A last label of digits alone is that of an IPv4 address.
 *
 * Return: true if it is one.
 */
bool endpoint_host_name(const char *word, char *name)
{
	const char *label = word;
	size_t len, at, total;

	for (;; label += len + 1) {
		len = label_len(label);
		if (!len || (label[len] && label[len] != '.'))
			return false;
		if (!label[len] || !label[len + 1])
			break;
	}
	total = label + len - word;
	if (total > HOST_NAME_LEN || strspn(label, "0123456789") == len)
		return false;
	for (at = 0; at < total; at++)
		name[at] = tolower((unsigned char)word[at]);
	name[total] = '\0';
	return true;
}

/**
 * endpoint_parse - read an IPv6 address or the name of a host
 * @word: the word
 * @name: whose value it is, for the message
 * @end: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int endpoint_parse(const char *word, const char *name, struct endpoint *end,
		   struct arg_error *err)
{
	memset(end, 0, sizeof(*end));
	if (!strchr(word, ':')) {
		if (endpoint_host_name(word, end->name))
			return 0;
		return arg_wrong(err, word,
				 "%s must be an IPv6 address or a host name",
				 name);
	}
	if (parse_ipv6(word, name, &end->ipv6, err))
		return -1;
	if (!endpoint_usable(&end->ipv6))
		return arg_wrong(err, word,
				 "%s must be a global unicast address", name);
	return 0;
}

/* One label to the end of the text. */
static int put_label(const uint8_t *label, size_t len, char *name, size_t *at)
{
	if (*at)
		name[(*at)++] = '.';
	memcpy(name + *at, label, len);
	*at += len;
	name[*at] = '\0';
	return memchr(label, '\0', len) || memchr(label, '.', len) ? -1 : 0;
}

/**
 * endpoint_from_dns - read the name of a host as DNS messages have it
 * @data: labels; no pointers (RFC 3315, section 8)
 * @len: bytes
 * @end: the result
 * @why: set when it is wrong
 *
 * Return: 0, or -1.
 */
int endpoint_from_dns(const uint8_t *data, size_t len, struct endpoint *end,
		      struct reason *why)
{
	char name[DNS_NAME_MAX + 1] = "";
	size_t at = 0, to = 0;

	memset(end, 0, sizeof(*end));
	if (len > DNS_NAME_MAX)
		return reason_set(why, REASON_INVALID_REPLY,
				  "the host name has %zu bytes, more than %d",
				  len, DNS_NAME_MAX);
	while (at < len && data[at]) {
		if (data[at] > LABEL_MAX || data[at] >= len - at ||
		    put_label(data + at + 1, data[at], name, &to))
			return reason_set(why, REASON_INVALID_REPLY,
					  "the host name is malformed at byte %zu",
					  at);
		at += data[at] + 1;
	}
	if (at + 1 != len)
		return reason_set(why, REASON_INVALID_REPLY, at == len ?
				  "the host name is not ended by the root" :
				  "there is more than one host name");
	if (!endpoint_host_name(name, end->name))
		return reason_set(why, REASON_INVALID_REPLY,
				  "\"%s\" is no host name", name);
	return 0;
}
