/* SPDX-License-Identifier: GPL-2.0 */
/* The rule table of a device: longest-prefix match in both directions. */
#ifndef _MAP_RULE_H
#define _MAP_RULE_H

#include <linux/rhashtable.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "addr.h"

struct netlink_ext_ack;

/**
 * struct map_rule - one rule in a table
 * @params: BMR, FMR: the rule. DMR, source: only ipv6 and ipv6_len count
 * @type: enum map_rule_type
 * @fmr: a BMR that serves as FMR as well (the F flag of RFC 7598)
 * @id: place in the table's list, stable for the life of the rule
 */
struct map_rule {
	struct map_rule_params params;
	u8 type;
	bool fmr;
	bool iid_set;	/* iid is the rule's own, not the device's default */
	/* private: the table's */
	u32 id;
	bool by_prefix;	/* linked in the hash tables, not only the list */
	struct rhash_head ipv6_node;
	struct rhash_head ipv4_node;
	struct rcu_head rcu;
};

/* How the rules of a table look by IPv4: a shape is one prefix length and,
 * for rules with an explicit PSID, its offset and length. A look-up tries one
 * hash probe a shape, longest first, so its cost depends on the number of
 * shapes (a handful in any real domain) and not on the number of rules.
 */
#define MAP_MAX_SHAPES 64

/**
 * struct map_rules - a table of rules
 *
 * Readers hold rcu_read_lock(); changes hold the RTNL.
 */
struct map_rules;

struct map_rules *map_rules_alloc(gfp_t gfp);
void map_rules_free(struct map_rules *rules);
struct map_rule *map_rules_insert(struct map_rules *rules,
				  const struct map_rule *rule, bool forward,
				  struct netlink_ext_ack *extack);
int map_rules_remove(struct map_rules *rules, struct map_rule *rule);
struct map_rule *map_rules_same(struct map_rules *rules,
				const struct map_rule *rule);
struct map_rule *map_rules_next(struct map_rules *rules, unsigned long *id);
u32 map_rules_count(const struct map_rules *rules);
struct map_rule *map_rules_dmr(const struct map_rules *rules);
struct map_rule *map_rules_bmr(struct map_rules *rules,
			       const struct in6_addr *prefix, u8 prefix_len);
bool map_rules_source_ok(const struct map_rules *rules,
			 const struct in6_addr *addr);

/* Packet path, under rcu_read_lock(). */
const struct map_rule *map_rules_by_ipv4(const struct map_rules *rules,
					 __be32 addr, u16 port);
const struct map_rule *map_rules_by_ipv6(const struct map_rules *rules,
					 const struct in6_addr *addr);
bool map_rules_ipv4_shared(const struct map_rules *rules, __be32 addr);

#endif /* _MAP_RULE_H */
