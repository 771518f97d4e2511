// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "base/address.h"

/**
 * address_parse - read an address or a prefix
 * @word: the word
 * @name: whose value it is, for the message
 * @address: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int address_parse(const char *word, const char *name, struct address *address,
		  struct arg_error *err)
{
	memset(address, 0, sizeof(*address));
	if (strchr(word, ':')) {
		address->family = AF_INET6;
		return parse_prefix6(word, name, &address->ipv6, &address->len,
				     err);
	}
	if (!strchr(word, '.'))
		return arg_wrong(err, word,
				 "%s must be an IPv4 or IPv6 address", name);
	address->family = AF_INET;
	return parse_prefix4(word, name, &address->ipv4, &address->len, err);
}

/**
 * address_parse_own - read an own IPv4 address and the prefix around it
 * @word: the word: ADDRESS or ADDRESS/LENGTH
 * @name: whose value it is, for the message
 * @address: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int address_parse_own(const char *word, const char *name,
		      struct address *address, struct arg_error *err)
{
	size_t len = strcspn(word, "/");
	char host[INET_ADDRSTRLEN];
	uint32_t bits = 32;

	memset(address, 0, sizeof(*address));
	snprintf(host, sizeof(host), "%.*s", (int)len, word);
	if (len >= sizeof(host) ||
	    parse_ipv4(host, name, &address->ipv4, err) ||
	    (word[len] && parse_number(word + len + 1, name, 1, 32, &bits,
				       err)))
		return arg_wrong(err, word,
				 "%s must be an IPv4 address, such as 192.0.2.1 or 192.0.2.1/29",
				 name);
	address->family = AF_INET;
	address->len = bits;
	return 0;
}

/**
 * address_is_host - is it one address, and not a prefix?
 * @address: the address
 *
 * Return: true if it is.
 */
bool address_is_host(const struct address *address)
{
	return address->len == (address->family == AF_INET6 ? 128 : 32);
}

/**
 * address_format - write an address as text
 * @address: the address
 * @buf: PREFIX_STRLEN bytes
 *
 * Return: @buf.
 */
const char *address_format(const struct address *address, char *buf)
{
	bool host = address_is_host(address);

	*buf = '\0';
	if (address->family == AF_INET6)
		return host ? format_ipv6(&address->ipv6, buf) :
			format_prefix6(&address->ipv6, address->len, buf);
	if (address->family == AF_INET)
		return host ? format_ipv4(address->ipv4.s_addr, buf) :
			format_prefix4(address->ipv4.s_addr, address->len, buf);
	return buf;
}

/**
 * address_equal - are two the same?
 * @one: the one
 * @two: the other
 *
 * Return: true if they are.
 */
bool address_equal(const struct address *one, const struct address *two)
{
	/* Both were cleared before they were filled. */
	return !memcmp(one, two, sizeof(*one));
}

/**
 * address_holds - does an address come from a prefix?
 * @prefix: the prefix
 * @from: the address
 *
 * Return: true if it does.
 */
bool address_holds(const struct address *prefix,
		   const struct sockaddr_storage *from)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (prefix->family != from->ss_family)
		return false;
	if (prefix->family == AF_INET) {
		memcpy(&ipv4, from, sizeof(ipv4));
		return map_ipv4_prefix_mask(ipv4.sin_addr.s_addr, prefix->len)
			== prefix->ipv4.s_addr;
	}
	memcpy(&ipv6, from, sizeof(ipv6));
	map_ipv6_prefix_mask(&ipv6.sin6_addr, prefix->len);
	return IN6_ARE_ADDR_EQUAL(&ipv6.sin6_addr, &prefix->ipv6);
}

/**
 * address_sockaddr - make a socket address
 * @address: the address
 * @port: port in host byte order
 * @to: the result
 *
 * Return: its length.
 */
socklen_t address_sockaddr(const struct address *address, uint16_t port,
			   struct sockaddr_storage *to)
{
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = address->family;
	if (address->family == AF_INET) {
		ipv4->sin_port = htons(port);
		ipv4->sin_addr = address->ipv4;
		return sizeof(*ipv4);
	}
	ipv6->sin6_port = htons(port);
	ipv6->sin6_addr = address->ipv6;
	return sizeof(*ipv6);
}
