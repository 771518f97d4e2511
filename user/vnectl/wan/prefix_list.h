/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 prefixes and addresses that have lifetimes. */
#ifndef VNECTL_WAN_PREFIX_LIST_H
#define VNECTL_WAN_PREFIX_LIST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define PREFIXES_MAX		64
#define LIFETIME_INFINITE	UINT32_MAX

/**
 * struct prefix - a prefix, or an address
 * @ipv6: the prefix
 * @len: its length
 * @preferred: from when on it is deprecated, by clock_now()
 * @valid: from when on it is gone, by clock_now()
 */
struct prefix {
	struct in6_addr ipv6;
	uint8_t len;
	double preferred;
	double valid;
};

/**
 * struct prefixes - several, each once
 * @count: how many
 * @prefix: the prefixes
 */
struct prefixes {
	unsigned int count;
	struct prefix prefix[PREFIXES_MAX];
};

void prefix_set_lifetimes(struct prefix *prefix, uint32_t preferred,
			  uint32_t valid, double now);
struct prefix *prefixes_find(struct prefixes *prefixes,
			     const struct in6_addr *ipv6, uint8_t len);
void prefixes_add(struct prefixes *prefixes, const struct prefix *prefix);
void prefixes_del(struct prefixes *prefixes, const struct in6_addr *ipv6,
		  uint8_t len);
void prefixes_expire(struct prefixes *prefixes, double now);
double prefixes_next(const struct prefixes *prefixes, double now);
const struct prefix *prefixes_pick(const struct prefixes *prefixes,
				   const struct prefix *current, double now);

#endif /* VNECTL_WAN_PREFIX_LIST_H */
