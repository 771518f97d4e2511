// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "softwire/iid.h"
#include "parse.h"

#define IID_BITS	64

static unsigned int count_colons(const char *word)
{
	unsigned int n = 0;

	for (; *word; word++)
		n += *word == ':';
	return n;
}

/**
 * iid_parse - read an interface identifier
 * @word: its 64 bits, with or without the "::" that makes it an address; of a
 *	whole address, the last 64 bits count
 * @iid: an address with these 64 bits, the others are zero
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int iid_parse(const char *word, struct in6_addr *iid, struct arg_error *err)
{
	char buf[INET6_ADDRSTRLEN + 3];
	bool bare = !strstr(word, "::") && count_colons(word) == 3;

	snprintf(buf, sizeof(buf), "%s%s", bare ? "::" : "", word);
	if (strlen(word) >= INET6_ADDRSTRLEN || strchr(word, '.') ||
	    inet_pton(AF_INET6, buf, iid) != 1)
		return arg_wrong(err, word,
				 "an interface identifier is 64 bits as in ::6f:6c1f:3400:0 or 6f:6c1f:3400:0");
	memset(iid, 0, IID_BITS / 8);
	if (IN6_IS_ADDR_UNSPECIFIED(iid))
		return arg_wrong(err, word,
				 "an interface identifier cannot be zero, which is that of all routers");
	return 0;
}

/**
 * iid_address - the address that an identifier has under a prefix
 * @iid: what iid_parse() made of it
 * @prefix: the prefix of the WAN; bits after @len are taken as zero
 * @len: its length
 * @addr: the result
 * @why: set when the prefix leaves no room
 *
 * Return: 0, or -1.
 */
int iid_address(const struct in6_addr *iid, const struct in6_addr *prefix,
		uint8_t len, struct in6_addr *addr, struct reason *why)
{
	if (!len || IN6_IS_ADDR_UNSPECIFIED(prefix))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "there is no prefix for the interface identifier");
	if (len > IID_BITS)
		return reason_set(why, REASON_NO_MATCHING_PD,
				  "a prefix of length %u leaves no 64 bits for the interface identifier",
				  len);
	*addr = *prefix;
	map_ipv6_prefix_mask(addr, len);
	memcpy(addr->s6_addr + 8, iid->s6_addr + 8, 8);
	return 0;
}
