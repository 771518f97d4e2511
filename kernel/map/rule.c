// SPDX-License-Identifier: GPL-2.0
/* The rule table of a device: longest-prefix match in both directions. */

#include <linux/jhash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <net/ipv6.h>

#include "embed.h"
#include "hash.h"
#include "rule.h"

#define MAP_LENGTHS (128 + 1)

/**
 * struct map_lengths - the prefix lengths that a look-up has to try
 * @in_use: one bit a length. Bits do not depend on each other, and that of a
 *	rule is set for as long as the rule is there: so readers need no
 *	consistent copy
 * @count: number of rules of each length
 */
struct map_lengths {
	DECLARE_BITMAP(in_use, MAP_LENGTHS);
	u32 count[MAP_LENGTHS];
};

/* The longest length in use up to @len, or -1. */
static int map_lengths_next(const struct map_lengths *lengths, int len)
{
	unsigned long word;
	int i;

	if (len < 0)
		return -1;
	i = BIT_WORD(len);
	word = READ_ONCE(lengths->in_use[i]) &
	       BITMAP_LAST_WORD_MASK(len % BITS_PER_LONG + 1);
	while (!word && i--)
		word = READ_ONCE(lengths->in_use[i]);
	return word ? i * BITS_PER_LONG + __fls(word) : -1;
}

/* From the longest to the shortest length in use, from @max on. */
#define for_each_length(len, lengths, max)				\
	for ((len) = map_lengths_next(lengths, max); (len) >= 0;	\
	     (len) = map_lengths_next(lengths, (len) - 1))

struct map_rules {
	struct map_lengths ipv4_lengths;
	struct map_lengths ipv6_lengths;
	struct map_lengths source_lengths;
	struct rhashtable ipv4;
	struct rhashtable ipv6;
	struct rhashtable source;
	struct map_rule __rcu *dmr;
	struct xarray list;
	u32 next_id;
	u32 count;
};

/**
 * struct map_group - rules with an explicit PSID that share IPv4 addresses
 * @block: the addresses
 * @rules: the rules, by PSID
 * @forwarding: how many of them packets can find
 *
 * Offset and length of the PSID are the same for all (RFC 7597, section 5.1),
 * so one look-up tells the port's PSID, and the PSID the rule.
 */
struct map_group {
	struct map_block block;
	struct xarray rules;
	u32 forwarding;
	/* private: */
	struct rcu_head rcu;
};

struct map_ipv4_key {
	__be32 ipv4;
	u8 len;
};

struct map_ipv6_key {
	struct in6_addr ipv6;
	u8 len;
};

static u32 map_ipv4_hash(__be32 ipv4, u8 len, u32 seed)
{
	return jhash_2words((__force u32)ipv4, len, seed);
}

static u32 map_ipv4_key_hash(const void *data, u32 unused, u32 seed)
{
	const struct map_ipv4_key *key = data;

	return map_ipv4_hash(key->ipv4, key->len, seed);
}

static u32 map_block_hash(const void *data, u32 unused, u32 seed)
{
	const struct map_block *block = data;

	return map_ipv4_hash(block->ipv4, block->len, seed);
}

static int map_block_cmp(struct rhashtable_compare_arg *arg, const void *data)
{
	const struct map_ipv4_key *key = arg->key;
	const struct map_block *block = data;

	return block->ipv4 != key->ipv4 || block->len != key->len;
}

static u32 map_ipv6_hash(const struct in6_addr *ipv6, u8 len, u32 seed)
{
	return map_hash_ipv6(ipv6, seed + len);
}

static u32 map_ipv6_key_hash(const void *data, u32 unused, u32 seed)
{
	const struct map_ipv6_key *key = data;

	return map_ipv6_hash(&key->ipv6, key->len, seed);
}

static u32 map_rule_ipv6_hash(const void *data, u32 unused, u32 seed)
{
	const struct map_rule *rule = data;

	return map_ipv6_hash(&rule->params.ipv6, rule->params.ipv6_len, seed);
}

static int map_rule_ipv6_cmp(struct rhashtable_compare_arg *arg,
			     const void *data)
{
	const struct map_ipv6_key *key = arg->key;
	const struct map_rule *rule = data;

	return rule->params.ipv6_len != key->len ||
	       !ipv6_addr_equal(&rule->params.ipv6, &key->ipv6);
}

static const struct rhashtable_params map_ipv4_params = {
	.head_offset = offsetof(struct map_block, node),
	.hashfn = map_ipv4_key_hash,
	.obj_hashfn = map_block_hash,
	.obj_cmpfn = map_block_cmp,
	.automatic_shrinking = true,
};

static const struct rhashtable_params map_ipv6_params = {
	.head_offset = offsetof(struct map_rule, ipv6_node),
	.hashfn = map_ipv6_key_hash,
	.obj_hashfn = map_rule_ipv6_hash,
	.obj_cmpfn = map_rule_ipv6_cmp,
	.automatic_shrinking = true,
};

static void map_lengths_get(struct map_lengths *lengths, u8 len)
{
	if (!lengths->count[len]++)
		set_bit(len, lengths->in_use);
}

static void map_lengths_put(struct map_lengths *lengths, u8 len)
{
	if (!--lengths->count[len])
		clear_bit(len, lengths->in_use);
}

static bool map_refuse(struct map_refusal *why, int attr, const char *reason)
{
	*why = (struct map_refusal){ .attr = attr, .reason = reason };
	return false;
}

static bool map_rule_prefix_valid(const struct map_rule_params *params,
				  struct map_refusal *why)
{
	struct in6_addr prefix = params->ipv6;

	if (params->ipv6_len > 128)
		return map_refuse(why, MAP_A_RULE_IPV6_LEN,
				  "IPv6 prefix length is more than 128");
	map_ipv6_prefix_mask(&prefix, params->ipv6_len);
	if (!ipv6_addr_equal(&prefix, &params->ipv6))
		return map_refuse(why, MAP_A_RULE_IPV6,
				  "IPv6 prefix has bits set after its length");
	if (ipv6_addr_is_multicast(&prefix))
		return map_refuse(why, MAP_A_RULE_IPV6,
				  "IPv6 prefix is multicast");
	return true;
}

static bool map_rule_br_valid(const struct map_rule_params *params,
			      struct map_refusal *why)
{
	int type = ipv6_addr_type(&params->ipv6);

	if (params->ipv6_len != 128)
		return map_refuse(why, MAP_A_RULE_IPV6_LEN,
				  "dmr in mode map-e is one address, IPv6 prefix length 128");
	if (!(type & IPV6_ADDR_UNICAST) ||
	    type & (IPV6_ADDR_LOOPBACK | IPV6_ADDR_LINKLOCAL))
		return map_refuse(why, MAP_A_RULE_IPV6,
				  "IPv6 address of the BR is not a global unicast one");
	return true;
}

/* RFC 6052, section 2.2. */
static bool map_rule_embedding_valid(const struct map_rule_params *params,
				     struct map_refusal *why)
{
	if (!map_embed_len_valid(params->ipv6_len))
		return map_refuse(why, MAP_A_RULE_IPV6_LEN,
				  "IPv6 prefix length of the dmr in mode map-t is not 32, 40, 48, 56, 64 or 96");
	if (params->ipv6.s6_addr[8])
		return map_refuse(why, MAP_A_RULE_IPV6,
				  "bits 64 to 71 of the dmr's IPv6 prefix are not zero");
	return true;
}

/**
 * map_rule_explicit() - does the rule have an explicit PSID?
 * @params: valid BMR or FMR
 *
 * Return: true where the EA bits hold no PSID but the rule does, so that it is
 *	about that one PSID only.
 */
bool map_rule_explicit(const struct map_rule_params *params)
{
	return params->psid_len &&
	       params->ea_len == map_rule_suffix_len(params);
}

/**
 * map_rule_acceptable() - can there be such a rule on a device?
 * @rule: rule of any type, with any content
 * @mode: enum map_mode of the device
 * @why: set where the answer is no
 *
 * What depends on other rules is left to map_rules_check().
 *
 * Return: true where the rule can be used.
 */
bool map_rule_acceptable(const struct map_rule *rule, u8 mode,
			 struct map_refusal *why)
{
	if (mode == MAP_MODE_IPIP)
		return map_refuse(why, 0, "a device in mode ipip has no rules");

	switch (rule->type) {
	case MAP_RULE_TYPE_BMR:
	case MAP_RULE_TYPE_FMR:
		return map_rule_valid(&rule->params, why);
	case MAP_RULE_TYPE_DMR:
		if (!map_rule_prefix_valid(&rule->params, why))
			return false;
		if (mode == MAP_MODE_MAP_E)
			return map_rule_br_valid(&rule->params, why);
		return map_rule_embedding_valid(&rule->params, why);
	case MAP_RULE_TYPE_SOURCE:
		if (mode == MAP_MODE_MAP_T)
			return map_refuse(why, MAP_A_RULE_TYPE,
					  "source is for mode map-e: in mode map-t the prefix of the dmr is the source");
		return map_rule_prefix_valid(&rule->params, why);
	default:
		return map_refuse(why, MAP_A_RULE_TYPE, "unknown rule type");
	}
}

/**
 * map_rule_forwards() - do packets look for the rule?
 * @rule: rule of any type
 * @role: enum map_role of the device
 *
 * A BR forwards by all rules. A CE forwards by those with the F flag; its
 * other BMRs only serve to find out who it is.
 *
 * Return: what map_rules_insert() wants as its argument "forward".
 */
bool map_rule_forwards(const struct map_rule *rule, u8 role)
{
	return rule->type == MAP_RULE_TYPE_FMR ||
	       (rule->type == MAP_RULE_TYPE_BMR &&
		(rule->fmr || role == MAP_ROLE_BR));
}

/* Look-ups */

static struct map_block *map_rules_block(const struct map_rules *rules,
					 __be32 ipv4, u8 len)
{
	struct map_ipv4_key key = { .ipv4 = ipv4, .len = len };

	return rhashtable_lookup((struct rhashtable *)&rules->ipv4, &key,
				 map_ipv4_params);
}

static struct map_rule *map_rules_exact(const struct rhashtable *table,
					const struct in6_addr *ipv6, u8 len)
{
	struct map_ipv6_key key;

	ipv6_addr_prefix(&key.ipv6, ipv6, len);
	key.len = len;
	return rhashtable_lookup((struct rhashtable *)table, &key,
				 map_ipv6_params);
}

static const struct map_rule *map_block_rule(struct map_block *block, u16 port)
{
	struct map_group *group;
	u16 psid;

	if (!block->psid_len)
		return container_of(block, struct map_rule, block);
	group = container_of(block, struct map_group, block);
	psid = map_port_psid(block->psid_offset, block->psid_len, port);
	return xa_load(&group->rules, psid);
}

static bool map_block_forwards(struct map_block *block)
{
	if (!block->psid_len)
		return container_of(block, struct map_rule, block)->forward;
	return READ_ONCE(container_of(block, struct map_group,
				      block)->forwarding);
}

/**
 * map_rules_by_ipv4() - which rule is an IPv4 address and port under?
 * @rules: table
 * @addr: IPv4 address, network byte order
 * @port: port or ICMP identifier, host byte order; counts for rules with an
 *	explicit PSID only
 *
 * Longest match. Where addresses are shared by rules with an explicit PSID,
 * and none has the port's, the next shorter prefix decides. Whether the port
 * belongs to any port set at all (map_port_excluded()) is not looked at.
 *
 * Context: rcu_read_lock() held.
 * Return: the rule, or NULL.
 */
const struct map_rule *map_rules_by_ipv4(const struct map_rules *rules,
					 __be32 addr, u16 port)
{
	const struct map_rule *rule;
	struct map_block *block;
	int len;

	for_each_length(len, &rules->ipv4_lengths, 32) {
		block = map_rules_block(rules, map_ipv4_prefix_mask(addr, len),
					len);
		if (!block)
			continue;
		rule = map_block_rule(block, port);
		if (rule && rule->forward)
			return rule;
	}
	return NULL;
}

/**
 * map_rules_ipv4_shared() - does a look-up of an IPv4 address need a port?
 * @rules: table
 * @addr: IPv4 address, network byte order
 *
 * Context: rcu_read_lock() held.
 * Return: true where several CEs share the address, so that fragments have to
 *	be put together before it is known which CE they are for.
 */
bool map_rules_ipv4_shared(const struct map_rules *rules, __be32 addr)
{
	struct map_block *block;
	int len;

	for_each_length(len, &rules->ipv4_lengths, 32) {
		block = map_rules_block(rules, map_ipv4_prefix_mask(addr, len),
					len);
		if (!block || !map_block_forwards(block))
			continue;
		if (block->psid_len)
			return true;
		return map_rule_shared(&container_of(block, struct map_rule,
						     block)->params);
	}
	return false;
}

/**
 * map_rules_by_ipv6() - which rule is an IPv6 address under?
 * @rules: table
 * @addr: IPv6 address
 *
 * Context: rcu_read_lock() held.
 * Return: the rule with the longest matching prefix, or NULL.
 */
const struct map_rule *map_rules_by_ipv6(const struct map_rules *rules,
					 const struct in6_addr *addr)
{
	const struct map_rule *rule;
	int len;

	for_each_length(len, &rules->ipv6_lengths, 128) {
		rule = map_rules_exact(&rules->ipv6, addr, len);
		if (rule && rule->forward)
			return rule;
	}
	return NULL;
}

/**
 * map_rules_source_ok() - is an IPv6 address in the prefix of a source rule?
 * @rules: table
 * @addr: IPv6 address
 *
 * The dmr rule is not looked at.
 *
 * Context: rcu_read_lock() held.
 * Return: true where a source rule allows it.
 */
bool map_rules_source_ok(const struct map_rules *rules,
			 const struct in6_addr *addr)
{
	int len;

	for_each_length(len, &rules->source_lengths, 128) {
		if (map_rules_exact(&rules->source, addr, len))
			return true;
	}
	return false;
}

/**
 * map_rules_dmr() - the dmr rule
 * @rules: table
 *
 * Context: rcu_read_lock() or the RTNL held.
 * Return: the rule, or NULL.
 */
struct map_rule *map_rules_dmr(const struct map_rules *rules)
{
	return rcu_dereference_rtnl(rules->dmr);
}

/**
 * map_rules_bmr() - the Basic Mapping Rule of an end-user prefix
 * @rules: table
 * @prefix: end-user IPv6 prefix
 * @prefix_len: its length
 *
 * RFC 7597, section 5.2: of the BMRs that the prefix is in, the one with the
 * longest IPv6 prefix. FMRs do not count.
 *
 * Context: RTNL held.
 * Return: the rule, or NULL.
 */
struct map_rule *map_rules_bmr(const struct map_rules *rules,
			       const struct in6_addr *prefix, u8 prefix_len)
{
	struct map_rule *rule = NULL;
	int len;

	ASSERT_RTNL();
	rcu_read_lock();
	for (len = min_t(int, prefix_len, 128); len >= 0; len--) {
		rule = map_rules_exact(&rules->ipv6, prefix, len);
		if (rule && rule->type == MAP_RULE_TYPE_BMR && !rule->hidden)
			break;
		rule = NULL;
	}
	rcu_read_unlock();
	return rule;
}

/**
 * map_rules_same() - find a rule by what names it
 * @rules: table
 * @rule: type, and IPv6 prefix and its length
 *
 * Context: RTNL held.
 * Return: the rule, or NULL.
 */
struct map_rule *map_rules_same(const struct map_rules *rules,
				const struct map_rule *rule)
{
	const struct map_rule_params *params = &rule->params;
	struct map_rule *same;

	ASSERT_RTNL();
	rcu_read_lock();
	if (rule->type == MAP_RULE_TYPE_DMR)
		same = map_rules_dmr(rules);
	else if (rule->type == MAP_RULE_TYPE_SOURCE)
		same = map_rules_exact(&rules->source, &params->ipv6,
				       params->ipv6_len);
	else
		same = map_rules_exact(&rules->ipv6, &params->ipv6,
				       params->ipv6_len);
	rcu_read_unlock();

	if (same && (same->type != rule->type ||
		     same->params.ipv6_len != params->ipv6_len ||
		     !ipv6_addr_equal(&same->params.ipv6, &params->ipv6)))
		same = NULL;
	return same;
}

/**
 * map_rules_next() - walk through all rules in the order in which they came
 * @rules: table
 * @id: where to start; set to the id of the rule that is returned
 *
 * Context: RTNL held. See map_rules_for_each().
 * Return: the first rule with that id or a higher one, or NULL.
 */
struct map_rule *map_rules_next(const struct map_rules *rules,
				unsigned long *id)
{
	return xa_find((struct xarray *)&rules->list, id, ULONG_MAX,
		       XA_PRESENT);
}

/**
 * map_rules_count() - how many rules are there?
 * @rules: table
 *
 * Return: the number of rules, of any type.
 */
u32 map_rules_count(const struct map_rules *rules)
{
	return rules->count;
}

/* Changes */

/* Rules with an explicit PSID, of which some are there, and a new one. */
/* One for each value of the EA bits; or for each IPv4 address of a prefix, all
 * of which is in the interface identifier where packets are translated.
 */
static u64 map_rule_destinations(const struct map_rule_params *params)
{
	u8 bits = max_t(u8, params->ea_len, 32 - params->ipv4_len);

	return BIT_ULL(min_t(u8, bits, 31));
}

/**
 * map_rules_destinations() - how many CEs a packet may be sent to
 * @rules: table
 * @enough: the answer that is as good as any larger one
 *
 * No more than @enough
 * rules are looked at: where there are more of them, that is the answer.
 *
 * Context: RTNL, or the table is not published.
 * Return: the number, at most @enough.
 */
u32 map_rules_destinations(const struct map_rules *rules, u32 enough)
{
	const struct map_rule *rule;
	unsigned long at;
	u64 n = 0;

	if (rules->count > enough)
		return enough;
	map_rules_for_each(rules, rule, at) {
		if (rule->forward && !rule->hidden)
			n += map_rule_destinations(&rule->params);
	}
	return min_t(u64, n, enough);
}

static int map_group_check(struct map_block *block,
			   const struct map_rule_params *params,
			   struct map_refusal *why)
{
	struct map_group *group = container_of(block, struct map_group, block);

	if (block->psid_offset != params->psid_offset) {
		map_refuse(why, MAP_A_RULE_PSID_OFFSET,
			   "PSID offset is not that of the other rules for this IPv4 prefix");
		return -EINVAL;
	}
	if (block->psid_len != params->psid_len) {
		map_refuse(why, MAP_A_RULE_PSID_LEN,
			   "PSID length is not that of the other rules for this IPv4 prefix");
		return -EINVAL;
	}
	if (xa_load(&group->rules, params->psid)) {
		map_refuse(why, MAP_A_RULE_PSID,
			   "there is a rule for this IPv4 prefix and PSID");
		return -EEXIST;
	}
	return 0;
}

static int map_rules_check_ipv4(const struct map_rules *rules,
				const struct map_rule_params *params,
				struct map_refusal *why)
{
	struct map_block *block;

	block = map_rules_block(rules, params->ipv4, params->ipv4_len);
	if (!block)
		return 0;
	if (block->psid_len && map_rule_explicit(params))
		return map_group_check(block, params, why);
	if (block->psid_len)
		map_refuse(why, MAP_A_RULE_IPV4,
			   "there are rules with a PSID for this IPv4 prefix");
	else
		map_refuse(why, MAP_A_RULE_IPV4,
			   "there is a rule for this IPv4 prefix");
	return -EEXIST;
}

static int map_rules_check_mapping(const struct map_rules *rules,
				   const struct map_rule_params *params,
				   struct map_refusal *why)
{
	if (map_rules_exact(&rules->ipv6, &params->ipv6, params->ipv6_len)) {
		map_refuse(why, MAP_A_RULE_IPV6,
			   "there is a bmr or fmr rule with this IPv6 prefix");
		return -EEXIST;
	}
	return map_rules_check_ipv4(rules, params, why);
}

static int map_rules_check_source(const struct map_rules *rules,
				  const struct map_rule_params *params,
				  struct map_refusal *why)
{
	if (map_rules_exact(&rules->source, &params->ipv6, params->ipv6_len)) {
		map_refuse(why, MAP_A_RULE_IPV6,
			   "there is a source rule with this IPv6 prefix");
		return -EEXIST;
	}
	return 0;
}

static int map_rules_check_dmr(const struct map_rules *rules,
			       struct map_refusal *why)
{
	if (map_rules_dmr(rules)) {
		map_refuse(why, MAP_A_RULE_TYPE,
			   "there is a dmr rule, delete it first");
		return -EEXIST;
	}
	return 0;
}

/**
 * map_rules_check() - does a rule go with those that are there?
 * @rules: table
 * @rule: rule that map_rule_acceptable() accepted
 * @why: set where the answer is no
 *
 * Prefixes of different lengths may overlap. The same one cannot be there
 * twice, unless as an IPv4 prefix whose rules have different explicit PSIDs:
 * then offset and length of the PSID have to be the same for all of them
 * (RFC 7597, section 5.1).
 *
 * Context: RTNL held.
 * Return: 0, -EEXIST or -EINVAL.
 */
int map_rules_check(const struct map_rules *rules, const struct map_rule *rule,
		    struct map_refusal *why)
{
	int err;

	ASSERT_RTNL();
	rcu_read_lock();
	if (rule->type == MAP_RULE_TYPE_DMR)
		err = map_rules_check_dmr(rules, why);
	else if (rule->type == MAP_RULE_TYPE_SOURCE)
		err = map_rules_check_source(rules, &rule->params, why);
	else
		err = map_rules_check_mapping(rules, &rule->params, why);
	rcu_read_unlock();
	return err;
}

static struct map_group *map_group_alloc(const struct map_rule_params *params)
{
	struct map_group *group;

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return NULL;
	group->block.ipv4 = params->ipv4;
	group->block.len = params->ipv4_len;
	group->block.psid_offset = params->psid_offset;
	group->block.psid_len = params->psid_len;
	xa_init_flags(&group->rules, XA_FLAGS_ACCOUNT);
	return group;
}

/* The group of @params, or NULL. Under the RTNL none goes away. */
static struct map_group *map_rules_group(struct map_rules *rules,
					 const struct map_rule_params *params)
{
	struct map_block *block;

	rcu_read_lock();
	block = map_rules_block(rules, params->ipv4, params->ipv4_len);
	rcu_read_unlock();
	return block ? container_of(block, struct map_group, block) : NULL;
}

static int map_group_store(struct map_group *group, struct map_rule *rule)
{
	int err;

	err = xa_err(xa_store(&group->rules, rule->params.psid, rule,
			      GFP_KERNEL_ACCOUNT));
	if (!err)
		WRITE_ONCE(group->forwarding,
			   group->forwarding + rule->forward);
	return err;
}

static int map_rules_link_explicit(struct map_rules *rules,
				   struct map_rule *rule)
{
	struct map_group *group;
	int err;

	group = map_rules_group(rules, &rule->params);
	if (group)
		return map_group_store(group, rule);

	group = map_group_alloc(&rule->params);
	if (!group)
		return -ENOMEM;
	err = map_group_store(group, rule);
	if (!err)
		err = rhashtable_insert_fast(&rules->ipv4, &group->block.node,
					     map_ipv4_params);
	if (err) {
		xa_destroy(&group->rules);
		kfree(group);
	}
	return err;
}

static int map_rules_link_ipv4(struct map_rules *rules, struct map_rule *rule)
{
	if (map_rule_explicit(&rule->params))
		return map_rules_link_explicit(rules, rule);

	rule->block.ipv4 = rule->params.ipv4;
	rule->block.len = rule->params.ipv4_len;
	rule->block.psid_len = 0;
	return rhashtable_insert_fast(&rules->ipv4, &rule->block.node,
				      map_ipv4_params);
}

static void map_rules_unlink_ipv4(struct map_rules *rules,
				  struct map_rule *rule)
{
	struct map_group *group;

	if (!map_rule_explicit(&rule->params)) {
		rhashtable_remove_fast(&rules->ipv4, &rule->block.node,
				       map_ipv4_params);
		return;
	}
	group = map_rules_group(rules, &rule->params);
	WRITE_ONCE(group->forwarding, group->forwarding - rule->forward);
	xa_erase(&group->rules, rule->params.psid);
	if (!xa_empty(&group->rules))
		return;
	rhashtable_remove_fast(&rules->ipv4, &group->block.node,
			       map_ipv4_params);
	kfree_rcu(group, rcu);
}

static int map_rules_link_mapping(struct map_rules *rules,
				  struct map_rule *rule)
{
	int err;

	err = rhashtable_insert_fast(&rules->ipv6, &rule->ipv6_node,
				     map_ipv6_params);
	if (err)
		return err;
	err = map_rules_link_ipv4(rules, rule);
	if (err) {
		rhashtable_remove_fast(&rules->ipv6, &rule->ipv6_node,
				       map_ipv6_params);
		return err;
	}
	if (rule->forward) {
		map_lengths_get(&rules->ipv6_lengths, rule->params.ipv6_len);
		map_lengths_get(&rules->ipv4_lengths, rule->params.ipv4_len);
	}
	return 0;
}

static void map_rules_unlink_mapping(struct map_rules *rules,
				     struct map_rule *rule)
{
	if (rule->forward) {
		map_lengths_put(&rules->ipv4_lengths, rule->params.ipv4_len);
		map_lengths_put(&rules->ipv6_lengths, rule->params.ipv6_len);
	}
	map_rules_unlink_ipv4(rules, rule);
	rhashtable_remove_fast(&rules->ipv6, &rule->ipv6_node,
			       map_ipv6_params);
}

static int map_rules_link_source(struct map_rules *rules,
				 struct map_rule *rule)
{
	int err;

	err = rhashtable_insert_fast(&rules->source, &rule->ipv6_node,
				     map_ipv6_params);
	if (!err)
		map_lengths_get(&rules->source_lengths, rule->params.ipv6_len);
	return err;
}

static void map_rules_unlink_source(struct map_rules *rules,
				    struct map_rule *rule)
{
	map_lengths_put(&rules->source_lengths, rule->params.ipv6_len);
	rhashtable_remove_fast(&rules->source, &rule->ipv6_node,
			       map_ipv6_params);
}

static int map_rules_link(struct map_rules *rules, struct map_rule *rule)
{
	if (rule->type == MAP_RULE_TYPE_SOURCE)
		return map_rules_link_source(rules, rule);
	if (rule->type != MAP_RULE_TYPE_DMR)
		return map_rules_link_mapping(rules, rule);
	rcu_assign_pointer(rules->dmr, rule);
	return 0;
}

static void map_rules_unlink(struct map_rules *rules, struct map_rule *rule)
{
	if (rule->type == MAP_RULE_TYPE_SOURCE)
		map_rules_unlink_source(rules, rule);
	else if (rule->type != MAP_RULE_TYPE_DMR)
		map_rules_unlink_mapping(rules, rule);
}

static struct map_rule *map_rules_add(struct map_rules *rules,
				      const struct map_rule *rule,
				      bool forward)
{
	struct map_rule *copy;
	int err;

	copy = kmemdup(rule, sizeof(*rule), GFP_KERNEL_ACCOUNT);
	if (!copy)
		return ERR_PTR(-ENOMEM);
	copy->forward = forward;
	copy->hidden = false;

	/* Ids go round, so that the order of the list is that of arrival. */
	err = xa_alloc_cyclic(&rules->list, &copy->id, copy, xa_limit_32b,
			      &rules->next_id, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto free;
	err = map_rules_link(rules, copy);
	if (err)
		goto erase;
	rules->count++;
	return copy;

erase:
	xa_erase(&rules->list, copy->id);
free:
	/* A packet may have seen it for a moment. */
	kfree_rcu(copy, rcu);
	return ERR_PTR(err);
}

/**
 * map_rules_insert() - add a rule to a table
 * @rules: table, which packets may be using
 * @rule: rule that map_rule_acceptable() accepted; it is copied
 * @forward: packets are to find it, see map_rule_forwards()
 * @extack: told why where the answer is no
 *
 * Context: RTNL held, may sleep.
 * Return: the rule in the table, or an error pointer; see map_rules_check().
 */
struct map_rule *map_rules_insert(struct map_rules *rules,
				  const struct map_rule *rule, bool forward,
				  struct netlink_ext_ack *extack)
{
	struct map_rule *added;
	struct map_refusal why;
	int err;

	err = map_rules_check(rules, rule, &why);
	if (err) {
		if (extack)
			extack->_msg = why.reason;
		return ERR_PTR(err);
	}
	added = map_rules_add(rules, rule, forward);
	if (IS_ERR(added))
		NL_SET_ERR_MSG(extack, "no memory for the rule");
	return added;
}

/**
 * map_rules_hide() - do as if a rule was not there
 * @rules: table, which packets may be using
 * @rule: rule in that table
 * @hide: or show it again
 *
 * map_rules_bmr(), map_rules_dmr() and map_rules_count() leave it out; packets
 * go on to find it by its prefixes. To take a rule away for good cannot be
 * undone, since memory may be short; this can, so that a device can find out
 * first what it is without the rule.
 *
 * Context: RTNL held.
 */
void map_rules_hide(struct map_rules *rules, struct map_rule *rule, bool hide)
{
	ASSERT_RTNL();
	if (rule->hidden == hide)
		return;
	rule->hidden = hide;
	rules->count += hide ? -1 : 1;
	if (rule->type == MAP_RULE_TYPE_DMR)
		rcu_assign_pointer(rules->dmr, hide ? NULL : rule);
}

/**
 * map_rules_remove() - delete a rule from a table
 * @rules: table, which packets may be using
 * @rule: rule in that table, hidden or not; freed when no packet uses it any
 *	more
 *
 * Context: RTNL held.
 */
void map_rules_remove(struct map_rules *rules, struct map_rule *rule)
{
	map_rules_hide(rules, rule, true);
	map_rules_unlink(rules, rule);
	xa_erase(&rules->list, rule->id);
	kfree_rcu(rule, rcu);
}

/**
 * map_rules_alloc_for() - make an empty table
 * @n: how many rules are to come; the table grows and shrinks by itself, but
 *	the right size from the start is quicker
 * @gfp: for the memory
 *
 * Return: the table, or NULL.
 */
struct map_rules *map_rules_alloc_for(u32 n, gfp_t gfp)
{
	struct rhashtable_params ipv4 = map_ipv4_params;
	struct rhashtable_params ipv6 = map_ipv6_params;
	struct map_rules *rules;

	rules = kzalloc(sizeof(*rules), gfp);
	if (!rules)
		return NULL;
	ipv4.nelem_hint = min_t(u32, n, U16_MAX);
	ipv6.nelem_hint = min_t(u32, n, U16_MAX);
	xa_init_flags(&rules->list, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);

	if (rhashtable_init(&rules->ipv4, &ipv4))
		goto free;
	if (rhashtable_init(&rules->ipv6, &ipv6))
		goto destroy_ipv4;
	if (rhashtable_init(&rules->source, &map_ipv6_params))
		goto destroy_ipv6;
	return rules;

destroy_ipv6:
	rhashtable_destroy(&rules->ipv6);
destroy_ipv4:
	rhashtable_destroy(&rules->ipv4);
free:
	kfree(rules);
	return NULL;
}

/**
 * map_rules_alloc() - make an empty table
 * @gfp: for the memory
 *
 * Return: the table, or NULL.
 */
struct map_rules *map_rules_alloc(gfp_t gfp)
{
	return map_rules_alloc_for(0, gfp);
}

/**
 * map_rules_copy() - make a table with the same rules for other settings
 * @rules: table
 * @role: enum map_role, decides by which rules packets are forwarded
 * @iid: enum map_iid, for the rules that do not have their own
 * @gfp: for the memory
 *
 * Context: RTNL held, may sleep.
 * Return: the new table, or an error pointer.
 */
struct map_rules *map_rules_copy(const struct map_rules *rules, u8 role,
				 u8 iid, gfp_t gfp)
{
	struct map_rules *copy;
	struct map_rule *added;
	struct map_rule *rule;
	unsigned long at;

	copy = map_rules_alloc_for(rules->count, gfp);
	if (!copy)
		return ERR_PTR(-ENOMEM);
	map_rules_for_each(rules, rule, at) {
		struct map_rule changed = *rule;

		if (!changed.iid_set)
			changed.params.iid = iid;
		added = map_rules_add(copy, &changed,
				      map_rule_forwards(&changed, role));
		if (IS_ERR(added)) {
			map_rules_free(copy);
			return ERR_CAST(added);
		}
		cond_resched();
	}
	return copy;
}

static void map_block_free(void *data, void *unused)
{
	struct map_block *block = data;
	struct map_group *group;

	if (!block->psid_len)
		return;
	group = container_of(block, struct map_group, block);
	xa_destroy(&group->rules);
	kfree(group);
}

/**
 * map_rules_free() - free a table and its rules
 * @rules: table that no packet uses any more, or NULL
 *
 * Context: may sleep.
 */
void map_rules_free(struct map_rules *rules)
{
	struct map_rule *rule;
	unsigned long at;

	if (!rules)
		return;

	/* The hash tables first: the blocks are part of the rules. */
	rhashtable_free_and_destroy(&rules->ipv4, map_block_free, NULL);
	rhashtable_destroy(&rules->ipv6);
	rhashtable_destroy(&rules->source);
	map_rules_for_each(rules, rule, at) {
		kfree(rule);
		cond_resched();
	}
	xa_destroy(&rules->list);
	kfree(rules);
}
