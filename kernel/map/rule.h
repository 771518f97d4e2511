/* SPDX-License-Identifier: GPL-2.0 */
/* The rule table of a device: longest-prefix match in both directions. */
#ifndef _MAP_RULE_H
#define _MAP_RULE_H

#include <linux/cache.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

#include "addr.h"

struct netlink_ext_ack;

/**
 * struct map_block - IPv4 addresses, as a look-up finds them
 * @ipv4: IPv4 prefix
 * @len: its length
 * @psid_len: 0 where the block is part of the one rule that it leads to;
 *	else the PSID length of the rules with an explicit PSID that share it
 * @psid_offset: PSID offset of those rules
 * @node: in the hash table
 */
struct map_block {
	__be32 ipv4;
	u8 len;
	u8 psid_len;
	u8 psid_offset;
	struct rhash_head node;
};

/**
 * struct map_rule - one rule in a table
 * @params: BMR, FMR: the rule. DMR, source: only ipv6 and ipv6_len count
 * @type: enum map_rule_type
 * @fmr: a BMR that serves as FMR as well (the F flag of RFC 7598)
 * @iid_set: iid is the rule's own, not the device's default
 * @forward: packets find it; set by map_rules_insert()
 * @hidden: on its way out, see map_rules_hide(); RTNL
 * @id: place in the table's list, stable for the life of the rule; set by
 *	map_rules_insert()
 *
 * A look-up reads all of it but @rcu: aligned, that is one cache line.
 */
struct map_rule {
	struct map_rule_params params;
	u8 type;
	bool fmr;
	bool iid_set;
	bool forward;
	bool hidden;
	u32 id;
	/* private: the table's */
	struct rhash_head ipv6_node;
	struct map_block block;
	struct rcu_head rcu;
} ____cacheline_aligned;

/* A table of rules. Readers hold rcu_read_lock() or the RTNL, changes hold
 * the RTNL.
 *
 * A look-up tries one hash probe a prefix length that is in use, longest
 * first, so its cost depends on the number of lengths (a handful in any real
 * domain) and not on the number of rules.
 */
struct map_rules;

bool map_rule_acceptable(const struct map_rule *rule, u8 mode,
			 struct map_refusal *why);
bool map_rule_explicit(const struct map_rule_params *params);
bool map_rule_forwards(const struct map_rule *rule, u8 role);

struct map_rules *map_rules_alloc(gfp_t gfp);
struct map_rules *map_rules_alloc_for(u32 n, gfp_t gfp);
struct map_rules *map_rules_copy(const struct map_rules *rules, u8 role,
				 u8 iid, gfp_t gfp);
void map_rules_free(struct map_rules *rules);
int map_rules_check(const struct map_rules *rules, const struct map_rule *rule,
		    struct map_refusal *why);
struct map_rule *map_rules_insert(struct map_rules *rules,
				  const struct map_rule *rule, bool forward,
				  struct netlink_ext_ack *extack);
void map_rules_hide(struct map_rules *rules, struct map_rule *rule, bool hide);
void map_rules_remove(struct map_rules *rules, struct map_rule *rule);
struct map_rule *map_rules_same(const struct map_rules *rules,
				const struct map_rule *rule);
struct map_rule *map_rules_next(const struct map_rules *rules,
				unsigned long *id);

/**
 * map_rules_for_each() - all rules, in the order in which they came
 * @rules: table
 * @rule: struct map_rule *, set to each
 * @at: unsigned long, the rule's id
 */
#define map_rules_for_each(rules, rule, at) \
	for ((at) = 0; ((rule) = map_rules_next(rules, &(at))); (at)++)

u32 map_rules_count(const struct map_rules *rules);
u32 map_rules_destinations(const struct map_rules *rules, u32 enough);
struct map_rule *map_rules_dmr(const struct map_rules *rules);
struct map_rule *map_rules_bmr(const struct map_rules *rules,
			       const struct in6_addr *prefix, u8 prefix_len);

/* Packet path, under rcu_read_lock(). */
bool map_rules_source_ok(const struct map_rules *rules,
			 const struct in6_addr *addr);
const struct map_rule *map_rules_by_ipv4(const struct map_rules *rules,
					 __be32 addr, u16 port);
const struct map_rule *map_rules_by_ipv6(const struct map_rules *rules,
					 const struct in6_addr *addr);
bool map_rules_ipv4_shared(const struct map_rules *rules, __be32 addr);

#endif /* _MAP_RULE_H */
