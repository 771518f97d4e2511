// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "parse.h"

static bool all_of(const char *word, const char *chars)
{
	return *word && word[strspn(word, chars)] == '\0';
}

/* Decimal, or hexadecimal after 0x; a leading zero does not make it octal. */
static bool number(const char *word, uint32_t *value)
{
	unsigned long long wide;
	int base = 10;

	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
		word += 2;
		base = 16;
	}
	if (!all_of(word, base == 16 ? "0123456789abcdefABCDEF" : "0123456789"))
		return false;
	errno = 0;
	wide = strtoull(word, NULL, base);
	if (errno || wide > UINT32_MAX)
		return false;
	*value = wide;
	return true;
}

/**
 * parse_number - read a number
 * @word: the word
 * @name: whose value it is, for the message
 * @min: smallest value allowed
 * @max: largest value allowed
 * @value: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int parse_number(const char *word, const char *name, uint32_t min,
		 uint32_t max, uint32_t *value, struct arg_error *err)
{
	if (!number(word, value) || *value < min || *value > max)
		return arg_wrong(err, word, "%s must be %u to %u", name, min,
				 max);
	return 0;
}

/**
 * parse_ipv6 - read an IPv6 address
 * @word: the word
 * @name: whose value it is, for the message
 * @addr: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int parse_ipv6(const char *word, const char *name, struct in6_addr *addr,
	       struct arg_error *err)
{
	if (inet_pton(AF_INET6, word, addr) != 1)
		return arg_wrong(err, word, "%s must be an IPv6 address", name);
	return 0;
}

/**
 * parse_ipv4 - read an IPv4 address
 * @word: the word
 * @name: whose value it is, for the message
 * @addr: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int parse_ipv4(const char *word, const char *name, struct in_addr *addr,
	       struct arg_error *err)
{
	if (inet_pton(AF_INET, word, addr) != 1)
		return arg_wrong(err, word, "%s must be an IPv4 address", name);
	return 0;
}

static void clear_host_bits(int family, void *addr, uint8_t len)
{
	struct in_addr *ipv4 = addr;

	if (family == AF_INET6)
		map_ipv6_prefix_mask(addr, len);
	else
		ipv4->s_addr = map_ipv4_prefix_mask(ipv4->s_addr, len);
}

/* Bits after the length are refused, not cleared: they are mostly a length
 * that was mistyped.
 */
static int parse_prefix(int family, const char *word, const char *name,
			void *addr, uint8_t *len, struct arg_error *err)
{
	const char *kind = family == AF_INET6 ? "an IPv6" : "an IPv4";
	unsigned int bytes = family == AF_INET6 ? 16 : 4;
	struct in6_addr masked;
	char buf[PREFIX_STRLEN], canon[INET6_ADDRSTRLEN];
	uint32_t bits = bytes * 8;
	char *slash;

	snprintf(buf, sizeof(buf), "%s", word);
	slash = strchr(buf, '/');
	if (slash)
		*slash++ = '\0';
	if (strlen(word) >= sizeof(buf) || inet_pton(family, buf, addr) != 1)
		return arg_wrong(err, word, "%s must be %s prefix", name, kind);
	if (slash && (!number(slash, &bits) || bits > bytes * 8))
		return arg_wrong(err, word,
				 "the prefix length of %s must be 0 to %u",
				 name, bytes * 8);
	memcpy(&masked, addr, bytes);
	clear_host_bits(family, &masked, bits);
	if (memcmp(&masked, addr, bytes))
		return arg_wrong(err, word,
				 "%s has bits set after its length; %s/%u is the prefix",
				 name, inet_ntop(family, &masked, canon,
						 sizeof(canon)), bits);
	*len = bits;
	return 0;
}

/**
 * parse_prefix6 - read an IPv6 prefix; an address is a prefix of length 128
 * @word: the word
 * @name: whose value it is, for the message
 * @addr: the address
 * @len: the length
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int parse_prefix6(const char *word, const char *name, struct in6_addr *addr,
		  uint8_t *len, struct arg_error *err)
{
	return parse_prefix(AF_INET6, word, name, addr, len, err);
}

/**
 * parse_prefix4 - read an IPv4 prefix; an address is a prefix of length 32
 * @word: the word
 * @name: whose value it is, for the message
 * @addr: the address
 * @len: the length
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int parse_prefix4(const char *word, const char *name, struct in_addr *addr,
		  uint8_t *len, struct arg_error *err)
{
	return parse_prefix(AF_INET, word, name, addr, len, err);
}

static bool port_range(char *item, struct map_port_range *range)
{
	char *dash = strchr(item, '-');
	uint32_t first, last;

	if (dash)
		*dash++ = '\0';
	if (!number(item, &first) || !number(dash ? dash : item, &last) ||
	    last > 65535 || first > last)
		return false;
	range->first = first;
	range->last = last;
	return true;
}

/**
 * parse_ports - read a list of ports and port ranges ("80,1024-1027"), or
 * "none"
 * @word: the word
 * @name: whose value it is, for the message
 * @ranges: the result
 * @max: how many fit
 * @err: set when it is wrong; names the part of the list
 *
 * Return: how many there are, or -1.
 */
int parse_ports(const char *word, const char *name,
		struct map_port_range *ranges, unsigned int max,
		struct arg_error *err)
{
	const char *item = word;
	unsigned int n = 0;
	char buf[16], copy[16];
	size_t len;

	if (!strcmp(word, "none"))
		return 0;
	for (;; item += len + 1) {
		len = strcspn(item, ",");
		snprintf(buf, sizeof(buf), "%.*s", (int)len, item);
		memcpy(copy, buf, sizeof(copy));
		if (n == max)
			return arg_wrong(err, buf, "%s takes at most %u ranges",
					 name, max);
		if (len >= sizeof(buf) || !port_range(copy, &ranges[n]))
			return arg_wrong(err, buf,
					 "%s must be a list of ports and port ranges, as 80,1024-1027, or none",
					 name);
		n++;
		if (!item[len])
			return n;
	}
}

/**
 * format_ipv6 - write an IPv6 address
 * @addr: the address
 * @buf: at least PREFIX_STRLEN bytes
 *
 * Return: @buf.
 */
const char *format_ipv6(const struct in6_addr *addr, char *buf)
{
	return inet_ntop(AF_INET6, addr, buf, PREFIX_STRLEN);
}

/**
 * format_prefix6 - write an IPv6 prefix; one of length 128 is an address
 * @addr: the address
 * @len: the length
 * @buf: at least PREFIX_STRLEN bytes
 *
 * Return: @buf.
 */
const char *format_prefix6(const struct in6_addr *addr, uint8_t len, char *buf)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	if (len == 128)
		snprintf(buf, PREFIX_STRLEN, "%s", text);
	else
		snprintf(buf, PREFIX_STRLEN, "%s/%u", text, len);
	return buf;
}

/**
 * format_ipv4 - write an IPv4 address
 * @addr: the address, in network byte order
 * @buf: at least PREFIX_STRLEN bytes
 *
 * Return: @buf.
 */
const char *format_ipv4(uint32_t addr, char *buf)
{
	return inet_ntop(AF_INET, &addr, buf, PREFIX_STRLEN);
}

/**
 * format_prefix4 - write an IPv4 prefix
 * @addr: the address, in network byte order
 * @len: the length
 * @buf: at least PREFIX_STRLEN bytes
 *
 * Return: @buf.
 */
const char *format_prefix4(uint32_t addr, uint8_t len, char *buf)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &addr, text, sizeof(text));
	snprintf(buf, PREFIX_STRLEN, "%s/%u", text, len);
	return buf;
}

static size_t append_range(char *at, struct map_port_range range, bool first)
{
	const char *comma = first ? "" : ",";

	if (range.first == range.last)
		return sprintf(at, "%s%u", comma, range.first);
	return sprintf(at, "%s%u-%u", comma, range.first, range.last);
}

/* ",65535-65535" */
#define RANGE_STRLEN 12

/**
 * format_ports - write a list of port ranges
 * @ranges: the ranges
 * @count: how many
 *
 * Return: the text, to be freed; NULL without memory.
 */
char *format_ports(const struct map_port_range *ranges, size_t count)
{
	char *text = calloc(count + 1, RANGE_STRLEN);
	size_t len = 0, i;

	for (i = 0; text && i < count; i++)
		len += append_range(text + len, ranges[i], i == 0);
	return text;
}

/* Nobody can use port 0. An address that is not shared has all there are. */
static bool has_port_0(const struct map_port_set *set)
{
	return set->len && map_port_set_has(set, 0);
}

/**
 * port_set_count - how many ports of a set are of use
 * @set: the set
 *
 * Return: the number, without port 0 of a set that is shared.
 */
uint32_t port_set_count(const struct map_port_set *set)
{
	return map_port_set_size(set) - has_port_0(set);
}

/**
 * format_port_set - write the ranges of a port set
 * @set: the set
 * @max: at most so many ranges
 *
 * Return: the text, to be freed; NULL without memory.
 */
char *format_port_set(const struct map_port_set *set, uint32_t max)
{
	uint32_t count = map_port_set_ranges(set), n;
	struct map_port_range range;
	char *text;
	size_t len = 0;

	if (count > max)
		count = max;
	text = calloc((size_t)count + 1, RANGE_STRLEN);
	for (n = 0; text && n < count; n++) {
		range = map_port_set_range(set, n);
		range.first += has_port_0(set) && !n;
		len += append_range(text + len, range, n == 0);
	}
	return text;
}
