/* SPDX-License-Identifier: GPL-2.0 */
/* Rules and the addresses that follow from them (RFC 7597, sections 5 and 6).
 * Pure arithmetic, used by the kernel, by mapctl and by the tests. IPv4
 * addresses are in network byte order, ports and PSIDs in host byte order.
 */
#ifndef _MAP_ADDR_H
#define _MAP_ADDR_H

#ifdef __KERNEL__
#include <asm/byteorder.h>
#include <linux/in6.h>
#include <linux/string.h>
#include <uapi/linux/map.h>
#else
#include "pure.h"
#include <linux/map.h>
#endif

#include "psid.h"

/**
 * struct map_rule_params - a BMR or FMR as it is configured
 * @ipv6: Rule IPv6 prefix; bits after @ipv6_len are zero
 * @ipv4: Rule IPv4 prefix; bits after @ipv4_len are zero
 * @ipv6_len: n of RFC 7597, 0..128
 * @ipv4_len: r, 0..32
 * @ea_len: o, number of EA bits, 0..48
 * @psid_offset: a, 0..16
 * @psid_len: k of an explicit PSID; what the EA bits hold is not in here
 *	(see map_rule_psid_len())
 * @psid: explicit PSID, right-aligned, where @psid_len is not 0
 * @iid: enum map_iid
 */
struct map_rule_params {
	struct in6_addr ipv6;
	__be32 ipv4;
	u8 ipv6_len;
	u8 ipv4_len;
	u8 ea_len;
	u8 psid_offset;
	u8 psid_len;
	u16 psid;
	u8 iid;
};

/**
 * struct map_refusal - why a rule or a prefix cannot be
 * @attr: the guilty netlink attribute, MAP_A_RULE_* (or 0 where it is the
 *	end-user prefix)
 * @reason: a sentence for a person, without a full stop
 */
struct map_refusal {
	int attr;
	const char *reason;
};

/**
 * struct map_ce - what a CE derives from its BMR and end-user prefix
 * @ipv6: MAP IPv6 address
 * @ipv4: own IPv4 address, or prefix
 * @ipv4_len: 32, or the length of the prefix where o + r < 32
 * @ports: own port set; its len is 0 where the address is not shared
 */
struct map_ce {
	struct in6_addr ipv6;
	__be32 ipv4;
	u8 ipv4_len;
	struct map_port_set ports;
};

/**
 * struct map_ipv4_range - what an IPv6 address may use as IPv4 source
 * @ipv4: address, or prefix
 * @ipv4_len: 32, or the length of the prefix
 * @ports: the port set; its len is 0 where the address is not shared
 */
struct map_ipv4_range {
	__be32 ipv4;
	u8 ipv4_len;
	struct map_port_set ports;
};

/* Prefixes: bits are counted from the most significant one. */
bool map_ipv6_prefix_match(const struct in6_addr *addr,
			   const struct in6_addr *prefix, u8 len);
void map_ipv6_prefix_mask(struct in6_addr *addr, u8 len);
bool map_ipv4_prefix_match(__be32 addr, __be32 prefix, u8 len);
__be32 map_ipv4_prefix_mask(__be32 addr, u8 len);

bool map_rule_valid(const struct map_rule_params *rule,
		    struct map_refusal *why);
u8 map_rule_psid_len(const struct map_rule_params *rule);
u8 map_rule_suffix_len(const struct map_rule_params *rule);
bool map_rule_shared(const struct map_rule_params *rule);

bool map_ce_derive(const struct map_rule_params *rule,
		   const struct in6_addr *prefix, u8 prefix_len,
		   struct map_ce *ce, struct map_refusal *why);
void map_rule_ipv6(const struct map_rule_params *rule, __be32 ipv4, u16 port,
		   struct in6_addr *ipv6);
void map_rule_ipv4_range(const struct map_rule_params *rule,
			 const struct in6_addr *ipv6,
			 struct map_ipv4_range *range);

#endif /* _MAP_ADDR_H */
