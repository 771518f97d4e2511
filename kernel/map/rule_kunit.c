// SPDX-License-Identifier: GPL-2.0
/* Tests of the rule table: look-ups both ways against a list that is searched
 * from end to end, while rules come and go, and what has to be refused.
 */

#include <linux/vmalloc.h>

#include "rule.c"

#include "pure_kunit.h"

/* The RTNL is taken around each test. A test that gives up would keep it: so
 * there are expectations in here, but no assertions.
 */
#define RTNL_CASE(name)							\
static void name(struct kunit *test)					\
{									\
	rtnl_lock();							\
	name##_locked(test);						\
	rtnl_unlock();							\
}

/* ---- the list ---- */

struct naive {
	struct map_rule *list;
	u32 n;
};

static bool naive_covers_port(const struct map_rule_params *params, u16 port)
{
	if (!map_rule_explicit(params))
		return true;
	return map_port_psid(params->psid_offset, params->psid_len, port) ==
	       params->psid;
}

static const struct map_rule *naive_by_ipv4(const struct naive *naive,
					    __be32 addr, u16 port)
{
	const struct map_rule *best = NULL;
	u32 i;

	for (i = 0; i < naive->n; i++) {
		const struct map_rule *rule = &naive->list[i];
		const struct map_rule_params *params = &rule->params;

		if (rule->forward &&
		    map_ipv4_prefix_match(addr, params->ipv4,
					  params->ipv4_len) &&
		    naive_covers_port(params, port) &&
		    (!best || params->ipv4_len > best->params.ipv4_len))
			best = rule;
	}
	return best;
}

static bool naive_shared(const struct naive *naive, __be32 addr)
{
	const struct map_rule *best = NULL;
	u32 i;

	for (i = 0; i < naive->n; i++) {
		const struct map_rule *rule = &naive->list[i];
		const struct map_rule_params *params = &rule->params;

		if (rule->forward &&
		    map_ipv4_prefix_match(addr, params->ipv4,
					  params->ipv4_len) &&
		    (!best || params->ipv4_len > best->params.ipv4_len))
			best = rule;
	}
	return best && map_rule_shared(&best->params);
}

static const struct map_rule *naive_by_ipv6(const struct naive *naive,
					    const struct in6_addr *addr)
{
	const struct map_rule *best = NULL;
	u32 i;

	for (i = 0; i < naive->n; i++) {
		const struct map_rule *rule = &naive->list[i];
		const struct map_rule_params *params = &rule->params;

		if (rule->forward &&
		    map_ipv6_prefix_match(addr, &params->ipv6,
					  params->ipv6_len) &&
		    (!best || params->ipv6_len > best->params.ipv6_len))
			best = rule;
	}
	return best;
}

/* Its IPv6 prefix tells a rule from all others. */
static bool same_rule(const struct map_rule *a, const struct map_rule *b)
{
	if (!a || !b)
		return a == b;
	return a->params.ipv6_len == b->params.ipv6_len &&
	       ipv6_addr_equal(&a->params.ipv6, &b->params.ipv6);
}

/* ---- rules ---- */

static __be32 ip4(u8 a, u8 b, u8 c, u8 d)
{
	return htonl(a << 24 | b << 16 | c << 8 | d);
}

/* The address 2001:db8:a:b:: */
static struct in6_addr ip6(u16 a, u16 b)
{
	struct in6_addr addr = {};

	addr.s6_addr32[0] = htonl(0x20010db8);
	addr.s6_addr32[1] = htonl(a << 16 | b);
	return addr;
}

static struct map_rule fmr(struct in6_addr ipv6, u8 ipv6_len, __be32 ipv4,
			   u8 ipv4_len, u8 ea_len)
{
	return (struct map_rule){
		.type = MAP_RULE_TYPE_FMR,
		.params = {
			.ipv6 = ipv6,
			.ipv6_len = ipv6_len,
			.ipv4 = ipv4,
			.ipv4_len = ipv4_len,
			.ea_len = ea_len,
			.psid_offset = 6,
		},
	};
}

/* A rule for one PSID of one address, as a BR for lw4o6 has many. */
static struct map_rule explicit_fmr(struct in6_addr ipv6, __be32 ipv4,
				    u8 psid_len, u16 psid)
{
	struct map_rule rule = fmr(ipv6, 64, ipv4, 32, 0);

	rule.params.psid_len = psid_len;
	rule.params.psid = psid;
	return rule;
}

/* Of addresses that differ in @bits bits at most, so that few bits make rules
 * that overlap and collide.
 */
static __be32 random_ip4(struct map_random *random, u8 bits)
{
	return htonl(0x0a000000 | (map_random(random) >> (32 - bits)));
}

static struct in6_addr random_ip6(struct map_random *random, u8 bits)
{
	struct in6_addr addr = ip6(0, 0);

	addr.s6_addr32[1] = htonl(map_random(random) >> (32 - bits));
	addr.s6_addr32[2] = htonl(map_random(random));
	addr.s6_addr32[3] = htonl(map_random(random));
	return addr;
}

static struct map_rule random_rule(struct map_random *random, u8 bits)
{
	u8 ipv6_len = map_random_in(random, 64 - bits, 64);
	u8 ipv4_len = map_random_in(random, 32 - bits, 32);
	struct map_rule rule;
	u8 suffix;

	rule = fmr(random_ip6(random, bits), ipv6_len, random_ip4(random, bits),
		   ipv4_len, 0);
	map_ipv6_prefix_mask(&rule.params.ipv6, ipv6_len);
	rule.params.ipv4 = map_ipv4_prefix_mask(rule.params.ipv4, ipv4_len);
	suffix = 32 - ipv4_len;
	switch (map_random_in(random, 0, 3)) {
	case 0:
		rule.params.ea_len = map_random_in(random, 0, suffix);
		break;
	case 1:
		rule.params.ea_len = suffix + map_random_in(random, 0, 8);
		break;
	default:
		rule.params.ea_len = suffix;
		rule.params.psid_len = 4;
		rule.params.psid = map_random_in(random, 0, 15);
	}
	return rule;
}

/* ---- both together ---- */

static int add(struct map_rules *rules, struct naive *naive,
	       const struct map_rule *rule, bool forward)
{
	struct map_rule *added;

	added = map_rules_insert(rules, rule, forward, NULL);
	if (IS_ERR(added))
		return PTR_ERR(added);
	if (naive)
		naive->list[naive->n++] = *added;
	return 0;
}

static void add_random(struct kunit *test, struct map_rules *rules,
		       struct naive *naive, u32 n, struct map_random *random,
		       u8 bits)
{
	u32 tries = 0;

	while (naive->n < n && tries++ < 16 * n + 100) {
		struct map_rule rule = random_rule(random, bits);
		int err;

		/* One in eight is a BMR without the F flag on a CE. */
		err = add(rules, naive, &rule, map_random_in(random, 0, 7));
		if (err && err != -EEXIST)
			KUNIT_FAIL(test, "insert: %d", err);
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, naive->n, n);
	KUNIT_EXPECT_EQ(test, map_rules_count(rules), n);
}

/* Anywhere, or where a rule is. */
static void probe_ipv4(struct kunit *test, const struct map_rules *rules,
		       const struct naive *naive, struct map_random *random,
		       u8 bits)
{
	__be32 addr = random_ip4(random, bits);
	const struct map_rule *want, *have;
	u16 port = map_random(random);

	if (naive->n && map_random_in(random, 0, 3)) {
		const struct map_rule *rule =
			&naive->list[map_random_in(random, 0, naive->n - 1)];
		u8 len = rule->params.ipv4_len;

		addr ^= map_ipv4_prefix_mask(addr, len) ^ rule->params.ipv4;
	}
	want = naive_by_ipv4(naive, addr, port);
	rcu_read_lock();
	have = map_rules_by_ipv4(rules, addr, port);
	KUNIT_EXPECT_TRUE_MSG(test, same_rule(want, have), "%pI4 port %u",
			      &addr, port);
	KUNIT_EXPECT_EQ_MSG(test, naive_shared(naive, addr),
			    map_rules_ipv4_shared(rules, addr), "%pI4", &addr);
	rcu_read_unlock();
}

static void probe_ipv6(struct kunit *test, const struct map_rules *rules,
		       const struct naive *naive, struct map_random *random,
		       u8 bits)
{
	struct in6_addr addr = random_ip6(random, bits);
	const struct map_rule *want, *have;

	if (naive->n && map_random_in(random, 0, 3)) {
		u32 at = map_random_in(random, 0, naive->n - 1);

		addr = naive->list[at].params.ipv6;
		addr.s6_addr32[3] = htonl(map_random(random));
	}
	want = naive_by_ipv6(naive, &addr);
	rcu_read_lock();
	have = map_rules_by_ipv6(rules, &addr);
	KUNIT_EXPECT_TRUE_MSG(test, same_rule(want, have), "%pI6c", &addr);
	rcu_read_unlock();
}

static void probe(struct kunit *test, const struct map_rules *rules,
		  const struct naive *naive, struct map_random *random,
		  u8 bits, u32 rounds)
{
	while (rounds--) {
		probe_ipv4(test, rules, naive, random, bits);
		probe_ipv6(test, rules, naive, random, bits);
		cond_resched();
	}
}

/* Nothing may be left in a table without rules. */
static void expect_empty(struct kunit *test, struct map_rules *rules)
{
	KUNIT_EXPECT_EQ(test, map_rules_count(rules), 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&rules->list));
	KUNIT_EXPECT_EQ(test, atomic_read(&rules->ipv4.nelems), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&rules->ipv6.nelems), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&rules->source.nelems), 0);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(rules->ipv4_lengths.in_use,
					     MAP_LENGTHS));
	KUNIT_EXPECT_TRUE(test, bitmap_empty(rules->ipv6_lengths.in_use,
					     MAP_LENGTHS));
	KUNIT_EXPECT_TRUE(test, bitmap_empty(rules->source_lengths.in_use,
					     MAP_LENGTHS));
	KUNIT_EXPECT_NULL(test, map_rules_dmr(rules));
}

static struct map_rules *new_rules(struct kunit *test, u32 n)
{
	struct map_rules *rules = map_rules_alloc_for(n, GFP_KERNEL_ACCOUNT);

	KUNIT_EXPECT_NOT_NULL(test, rules);
	return rules;
}

/* ---- look-ups ---- */

static void compare(struct kunit *test, u32 n, u8 bits, u32 rounds, u32 hint)
{
	struct map_random random = MAP_RANDOM(0x6d6170 + n);
	struct map_rules *rules = new_rules(test, hint);
	struct naive naive = {};

	naive.list = vcalloc(n, sizeof(*naive.list));
	KUNIT_EXPECT_NOT_NULL(test, naive.list);
	if (rules && naive.list) {
		add_random(test, rules, &naive, n, &random, bits);
		probe(test, rules, &naive, &random, bits, rounds);
	}
	vfree(naive.list);
	map_rules_free(rules);
}

/* The hint is for speed only. */
static void compare_sized_locked(struct kunit *test)
{
	compare(test, 1000, 12, 100, 1);
	compare(test, 1000, 12, 100, 1000);
	compare(test, 1000, 12, 100, 65536);
}

static void compare_1_locked(struct kunit *test)
{
	compare(test, 1, 4, 200, 0);
}

static void compare_10_locked(struct kunit *test)
{
	compare(test, 10, 5, 500, 0);
}

static void compare_1000_locked(struct kunit *test)
{
	compare(test, 1000, 12, 1000, 0);
}

static void compare_65536_locked(struct kunit *test)
{
	compare(test, 65536, 24, 64, 0);
}

static void churn_locked(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(0x636875726e);
	struct map_rules *rules = new_rules(test, 0);
	struct naive naive = {};
	struct map_rule *rule;
	u32 step, at;

	naive.list = vcalloc(512, sizeof(*naive.list));
	for (step = 0; rules && naive.list && step < 4000; step++) {
		struct map_rule fresh = random_rule(&random, 7);

		/* Grow and shrink by turns, to nothing in the end. */
		if (naive.n < 512 && step < 3400 &&
		    map_random_in(&random, 0, 9) < (step / 500 % 2 ? 2 : 8)) {
			add(rules, &naive, &fresh,
			    map_random_in(&random, 0, 7));
		} else if (naive.n) {
			at = map_random_in(&random, 0, naive.n - 1);
			rule = map_rules_same(rules, &naive.list[at]);
			KUNIT_EXPECT_TRUE(test, rule &&
					  rule->id == naive.list[at].id);
			if (rule)
				map_rules_remove(rules, rule);
			naive.list[at] = naive.list[--naive.n];
		}
		probe(test, rules, &naive, &random, 7, 2);
	}
	while (rules && naive.n) {
		rule = map_rules_same(rules, &naive.list[--naive.n]);
		if (rule)
			map_rules_remove(rules, rule);
		probe(test, rules, &naive, &random, 7, 2);
	}
	if (rules)
		expect_empty(test, rules);
	vfree(naive.list);
	map_rules_free(rules);
}

/* 65,536 CEs on 256 addresses. */
static void many_explicit_locked(struct kunit *test)
{
	struct map_rules *rules = new_rules(test, 65536);
	const struct map_rule *found;
	u32 address, psid;

	for (address = 0; rules && address < 256; address++) {
		for (psid = 0; psid < 256; psid++) {
			struct map_rule rule =
				explicit_fmr(ip6(address, psid),
					     ip4(192, 0, 2, address), 8, psid);

			if (add(rules, NULL, &rule, true))
				KUNIT_FAIL(test, "%u/%u", address, psid);
		}
		cond_resched();
	}
	rcu_read_lock();
	for (address = 0; rules && address < 256; address++) {
		u16 port = 1024 + address * 4;

		psid = map_port_psid(6, 8, port);
		found = map_rules_by_ipv4(rules, ip4(192, 0, 2, address), port);
		KUNIT_EXPECT_TRUE(test, found && found->params.psid == psid);
		found = map_rules_by_ipv6(rules, &found->params.ipv6);
		KUNIT_EXPECT_TRUE(test, found && found->params.ipv4 ==
						 ip4(192, 0, 2, address));
	}
	rcu_read_unlock();
	map_rules_free(rules);
}

/* A /0 rule, a /128 rule, and a rule inside of another. */
static void extreme_lengths_locked(struct kunit *test)
{
	struct map_rule all = fmr((struct in6_addr){}, 0, 0, 0, 32);
	struct map_rule one = fmr(ip6(1, 1), 128, ip4(192, 0, 2, 1), 32, 0);
	struct map_rule wide = fmr(ip6(1, 0), 48, ip4(192, 0, 2, 0), 24, 16);
	struct map_rules *rules = new_rules(test, 0);
	struct in6_addr addr = ip6(1, 1);

	if (!rules)
		return;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &wide, true), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &all, true), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &one, true), 0);

	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_by_ipv6(rules, &addr),
					  &one));
	addr.s6_addr[15] = 1;
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_by_ipv6(rules, &addr),
					  &wide));
	addr.s6_addr[0] = 0x30;
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_by_ipv6(rules, &addr),
					  &all));
	KUNIT_EXPECT_TRUE(test,
			  same_rule(map_rules_by_ipv4(rules, one.params.ipv4,
						      80), &one));
	KUNIT_EXPECT_TRUE(test,
			  same_rule(map_rules_by_ipv4(rules,
						      ip4(192, 0, 2, 2), 80),
				    &wide));
	KUNIT_EXPECT_TRUE(test,
			  same_rule(map_rules_by_ipv4(rules,
						      ip4(192, 0, 3, 2), 80),
				    &all));
	KUNIT_EXPECT_FALSE(test, map_rules_ipv4_shared(rules,
						       one.params.ipv4));
	KUNIT_EXPECT_TRUE(test, map_rules_ipv4_shared(rules,
						      ip4(192, 0, 2, 2)));
	rcu_read_unlock();
	map_rules_free(rules);
}

/* ---- what a table refuses ---- */

static void expect_refused(struct kunit *test, struct map_rules *rules,
			   const struct map_rule *rule, int err, int attr)
{
	struct netlink_ext_ack extack = {};
	u32 count = map_rules_count(rules);
	struct map_refusal why = {};
	struct map_rule *added;

	KUNIT_EXPECT_EQ(test, map_rules_check(rules, rule, &why), err);
	KUNIT_EXPECT_EQ(test, why.attr, attr);
	added = map_rules_insert(rules, rule, true, &extack);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(added), err);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_EQ(test, map_rules_count(rules), count);
}

static void duplicates_locked(struct kunit *test)
{
	struct map_rule one = fmr(ip6(1, 0), 48, ip4(192, 0, 2, 0), 24, 16);
	struct map_rules *rules = new_rules(test, 0);
	struct map_rule two = one;

	if (!rules)
		return;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &one, true), 0);
	expect_refused(test, rules, &two, -EEXIST, MAP_A_RULE_IPV6);
	two.type = MAP_RULE_TYPE_BMR;
	two.params.ipv4 = ip4(192, 0, 3, 0);
	expect_refused(test, rules, &two, -EEXIST, MAP_A_RULE_IPV6);
	two = one;
	two.params.ipv6 = ip6(2, 0);
	expect_refused(test, rules, &two, -EEXIST, MAP_A_RULE_IPV4);
	two.params.ipv4_len = 25;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &two, true), 0);

	/* A source prefix is another matter. */
	two.type = MAP_RULE_TYPE_SOURCE;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &two, false), 0);
	expect_refused(test, rules, &two, -EEXIST, MAP_A_RULE_IPV6);
	two.type = MAP_RULE_TYPE_DMR;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &two, false), 0);
	two.params.ipv6 = ip6(3, 0);
	expect_refused(test, rules, &two, -EEXIST, MAP_A_RULE_TYPE);
	map_rules_free(rules);
}

/* RFC 7597, section 5.1: a and k are the same for all who share an address. */
static void explicit_psids_locked(struct kunit *test)
{
	__be32 addr = ip4(192, 0, 2, 1);
	struct map_rule one = explicit_fmr(ip6(1, 0), addr, 8, 5);
	struct map_rule two = explicit_fmr(ip6(2, 0), addr, 8, 6);
	struct map_rule full = fmr(ip6(3, 0), 64, addr, 32, 0);
	struct map_rules *rules = new_rules(test, 0);
	struct map_rule rule;

	if (!rules)
		return;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &one, true), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &two, true), 0);
	expect_refused(test, rules, &full, -EEXIST, MAP_A_RULE_IPV4);
	rule = explicit_fmr(ip6(3, 0), addr, 8, 5);
	expect_refused(test, rules, &rule, -EEXIST, MAP_A_RULE_PSID);
	rule = explicit_fmr(ip6(3, 0), addr, 7, 5);
	expect_refused(test, rules, &rule, -EINVAL, MAP_A_RULE_PSID_LEN);
	rule = explicit_fmr(ip6(3, 0), addr, 8, 7);
	rule.params.psid_offset = 4;
	expect_refused(test, rules, &rule, -EINVAL, MAP_A_RULE_PSID_OFFSET);

	/* With the last rule goes what others had to comply with. */
	map_rules_remove(rules, map_rules_same(rules, &one));
	expect_refused(test, rules, &rule, -EINVAL, MAP_A_RULE_PSID_OFFSET);
	map_rules_remove(rules, map_rules_same(rules, &two));
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &rule, true), 0);
	map_rules_remove(rules, map_rules_same(rules, &rule));
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &full, true), 0);
	expect_refused(test, rules, &one, -EEXIST, MAP_A_RULE_IPV4);
	map_rules_free(rules);
}

/* A PSID that has no rule of its own is left to the shorter prefix. */
static void explicit_fallback_locked(struct kunit *test)
{
	__be32 addr = ip4(192, 0, 2, 1);
	struct map_rule one = explicit_fmr(ip6(1, 0), addr, 8, 5);
	struct map_rule wide = fmr(ip6(2, 0), 48, ip4(192, 0, 2, 0), 24, 16);
	struct map_rules *rules = new_rules(test, 0);
	struct map_port_set set = { .psid = 5, .offset = 6, .len = 8 };
	u16 port = map_port_set_nth(&set, 0);

	if (!rules)
		return;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &one, true), 0);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, map_rules_by_ipv4(rules, addr, port + 4));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &wide, true), 0);
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_by_ipv4(rules, addr, port),
					  &one));
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_by_ipv4(rules, addr,
							    port + 4), &wide));
	rcu_read_unlock();
	map_rules_free(rules);
}

/* ---- bmr, dmr, source ---- */

static void bmr_locked(struct kunit *test)
{
	struct map_rule wide = fmr(ip6(0x1200, 0), 40, ip4(192, 0, 2, 0), 24,
				   16);
	struct map_rule narrow = fmr(ip6(0x1234, 0), 48, ip4(198, 51, 100, 0),
				     24, 8);
	struct map_rule mesh = fmr(ip6(0x1234, 0x5600), 56, ip4(10, 0, 0, 0),
				   24, 8);
	struct map_rules *rules = new_rules(test, 0);
	struct in6_addr prefix = ip6(0x1234, 0x5678);
	struct map_rule *found;

	if (!rules)
		return;
	wide.type = MAP_RULE_TYPE_BMR;
	narrow.type = MAP_RULE_TYPE_BMR;
	KUNIT_EXPECT_NULL(test, map_rules_bmr(rules, &prefix, 64));
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &narrow, false), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &wide, false), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &mesh, true), 0);

	found = map_rules_bmr(rules, &prefix, 64);
	KUNIT_EXPECT_TRUE(test, same_rule(found, &narrow));
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_bmr(rules, &prefix, 48),
					  &narrow));
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_bmr(rules, &prefix, 47),
					  &wide));
	KUNIT_EXPECT_NULL(test, map_rules_bmr(rules, &prefix, 39));
	map_rules_hide(rules, found, true);
	KUNIT_EXPECT_TRUE(test, same_rule(map_rules_bmr(rules, &prefix, 64),
					  &wide));
	KUNIT_EXPECT_EQ(test, map_rules_count(rules), 2);
	map_rules_hide(rules, found, false);
	KUNIT_EXPECT_PTR_EQ(test, map_rules_bmr(rules, &prefix, 64), found);
	prefix = ip6(0x1300, 0);
	KUNIT_EXPECT_NULL(test, map_rules_bmr(rules, &prefix, 64));
	map_rules_free(rules);
}

static void dmr_and_source_locked(struct kunit *test)
{
	struct map_rule dmr = { .type = MAP_RULE_TYPE_DMR };
	struct map_rule source = { .type = MAP_RULE_TYPE_SOURCE };
	struct map_rules *rules = new_rules(test, 0);
	struct in6_addr inside = ip6(7, 1);
	struct in6_addr outside = ip6(8, 1);
	struct map_rule *found;

	if (!rules)
		return;
	dmr.params.ipv6 = ip6(9, 9);
	dmr.params.ipv6_len = 128;
	source.params.ipv6 = ip6(7, 0);
	source.params.ipv6_len = 48;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &dmr, false), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &source, false), 0);

	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, map_rules_source_ok(rules, &inside));
	KUNIT_EXPECT_FALSE(test, map_rules_source_ok(rules, &outside));
	KUNIT_EXPECT_FALSE(test, map_rules_source_ok(rules, &dmr.params.ipv6));
	KUNIT_EXPECT_NULL(test, map_rules_by_ipv6(rules, &inside));
	rcu_read_unlock();

	found = map_rules_dmr(rules);
	KUNIT_EXPECT_PTR_EQ(test, map_rules_same(rules, &dmr), found);
	map_rules_hide(rules, found, true);
	KUNIT_EXPECT_NULL(test, map_rules_dmr(rules));
	map_rules_hide(rules, found, false);
	KUNIT_EXPECT_PTR_EQ(test, map_rules_dmr(rules), found);
	map_rules_remove(rules, found);
	map_rules_remove(rules, map_rules_same(rules, &source));
	expect_empty(test, rules);
	map_rules_free(rules);
}

/* ---- the list and its copy ---- */

static void order_locked(struct kunit *test)
{
	struct map_rules *rules = new_rules(test, 0);
	struct map_rule *rule;
	unsigned long at;
	u16 want = 0;
	u16 i;

	if (!rules)
		return;
	for (i = 0; i < 100; i++) {
		struct map_rule fresh = fmr(ip6(i, 0), 48, ip4(10, 0, i, 0),
					    24, 8);

		KUNIT_EXPECT_EQ(test, add(rules, NULL, &fresh, true), 0);
		/* What came first goes, its id does not come again. */
		if (i < 50)
			continue;
		fresh = fmr(ip6(i - 50, 0), 48, 0, 0, 0);
		map_rules_remove(rules, map_rules_same(rules, &fresh));
	}
	want = 50;
	map_rules_for_each(rules, rule, at) {
		KUNIT_EXPECT_EQ(test, ntohl(rule->params.ipv4) >> 8 & 0xff,
				want);
		want++;
	}
	KUNIT_EXPECT_EQ(test, want, 100);
	map_rules_free(rules);
}

static void copy_locked(struct kunit *test)
{
	struct map_rule bmr = fmr(ip6(1, 0), 48, ip4(10, 0, 1, 0), 24, 8);
	struct map_rule own = fmr(ip6(2, 0), 48, ip4(10, 0, 2, 0), 24, 8);
	struct map_rules *rules = new_rules(test, 0);
	struct map_rules *copy = NULL;
	const struct map_rule *found;

	if (!rules)
		return;
	bmr.type = MAP_RULE_TYPE_BMR;
	own.iid_set = true;
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &bmr, false), 0);
	KUNIT_EXPECT_EQ(test, add(rules, NULL, &own, true), 0);
	copy = map_rules_copy(rules, MAP_ROLE_BR, MAP_IID_DRAFT03,
			      GFP_KERNEL_ACCOUNT);
	KUNIT_EXPECT_FALSE(test, IS_ERR(copy));
	if (IS_ERR(copy))
		goto free;

	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, map_rules_by_ipv6(rules, &bmr.params.ipv6));
	KUNIT_EXPECT_NULL(test, map_rules_by_ipv4(rules, bmr.params.ipv4, 0));
	found = map_rules_by_ipv6(copy, &bmr.params.ipv6);
	KUNIT_EXPECT_TRUE(test,
			  found && found->params.iid == MAP_IID_DRAFT03);
	found = map_rules_by_ipv4(copy, own.params.ipv4, 0);
	KUNIT_EXPECT_TRUE(test,
			  found && found->params.iid == MAP_IID_RFC7597);
	rcu_read_unlock();
	map_rules_free(copy);
free:
	map_rules_free(rules);
}

/* ---- what a device cannot have ---- */

static void expect_acceptable(struct kunit *test, u8 type, u8 mode,
			      struct in6_addr ipv6, u8 len, int attr)
{
	struct map_rule rule = { .type = type };
	struct map_refusal why = {};

	rule.params.ipv6 = ipv6;
	rule.params.ipv6_len = len;
	KUNIT_EXPECT_EQ_MSG(test, map_rule_acceptable(&rule, mode, &why),
			    attr < 0, "mode %u, %pI6c/%u", mode, &ipv6, len);
	if (attr >= 0) {
		KUNIT_EXPECT_EQ(test, why.attr, attr);
		KUNIT_EXPECT_NOT_NULL(test, why.reason);
	}
}

static void acceptable(struct kunit *test)
{
	const struct in6_addr multicast = { .s6_addr = { 0xff, 0x0e } };
	const struct in6_addr linklocal = { .s6_addr = { 0xfe, 0x80 } };
	const u8 dmr = MAP_RULE_TYPE_DMR, source = MAP_RULE_TYPE_SOURCE;
	const u8 e = MAP_MODE_MAP_E, t = MAP_MODE_MAP_T;
	struct in6_addr set = ip6(1, 1);
	const int yes = -1;

	expect_acceptable(test, dmr, e, ip6(1, 1), 128, yes);
	expect_acceptable(test, dmr, e, ip6(1, 1), 64, MAP_A_RULE_IPV6_LEN);
	expect_acceptable(test, dmr, e, (struct in6_addr){}, 128,
			  MAP_A_RULE_IPV6);
	expect_acceptable(test, dmr, e, multicast, 128, MAP_A_RULE_IPV6);
	expect_acceptable(test, dmr, e, linklocal, 128, MAP_A_RULE_IPV6);
	expect_acceptable(test, dmr, t, ip6(1, 1), 64, yes);
	expect_acceptable(test, dmr, t, ip6(1, 1), 96, yes);
	expect_acceptable(test, dmr, t, ip6(1, 1), 48, MAP_A_RULE_IPV6);
	expect_acceptable(test, dmr, t, ip6(1, 1), 128, MAP_A_RULE_IPV6_LEN);
	set.s6_addr[8] = 1;
	expect_acceptable(test, dmr, t, set, 96, MAP_A_RULE_IPV6);
	expect_acceptable(test, source, e, ip6(1, 0), 48, yes);
	expect_acceptable(test, source, e, ip6(1, 1), 48, MAP_A_RULE_IPV6);
	expect_acceptable(test, source, e, ip6(1, 1), 129,
			  MAP_A_RULE_IPV6_LEN);
	expect_acceptable(test, source, MAP_MODE_IPIP, ip6(1, 0), 48, 0);
	expect_acceptable(test, MAP_RULE_TYPE_MAX + 1, e, ip6(1, 0), 48,
			  MAP_A_RULE_TYPE);
}

/* ---- no memory ---- */

#ifdef CONFIG_FAILSLAB
/* Let each allocation of an insertion fail in turn, as far as failslab is told
 * to (it spares those that may sleep until ignore-gfp-wait is N).
 */
static void insert_failing(struct kunit *test, struct map_rules *rules,
			   const struct map_rule *rule)
{
	struct map_rule *added;
	unsigned int nth, left;

	for (nth = 1; nth < 50; nth++) {
		current->fail_nth = nth;
		added = map_rules_insert(rules, rule, true, NULL);
		left = current->fail_nth;
		current->fail_nth = 0;
		if (!IS_ERR(added)) {
			map_rules_remove(rules, added);
			expect_empty(test, rules);
			if (left)
				return;
			continue;
		}
		KUNIT_EXPECT_EQ(test, PTR_ERR(added), -ENOMEM);
		expect_empty(test, rules);
	}
}

static void no_memory_locked(struct kunit *test)
{
	struct map_rule plain = fmr(ip6(1, 0), 48, ip4(10, 0, 0, 0), 24, 8);
	struct map_rule one = explicit_fmr(ip6(2, 0), ip4(10, 1, 1, 1), 8, 99);
	struct map_rule source = { .type = MAP_RULE_TYPE_SOURCE };
	struct map_rules *rules;
	unsigned int nth, left;

	for (nth = 1; nth < 50; nth++) {
		current->fail_nth = nth;
		rules = map_rules_alloc(GFP_KERNEL_ACCOUNT);
		left = current->fail_nth;
		current->fail_nth = 0;
		if (rules && left)
			break;
		map_rules_free(rules);
	}
	KUNIT_EXPECT_NOT_NULL(test, rules);
	if (!rules)
		return;
	insert_failing(test, rules, &plain);
	insert_failing(test, rules, &one);
	insert_failing(test, rules, &source);
	map_rules_free(rules);
}
#else
static void no_memory_locked(struct kunit *test)
{
	kunit_mark_skipped(test, "needs CONFIG_FAILSLAB");
}
#endif

RTNL_CASE(compare_1)
RTNL_CASE(compare_10)
RTNL_CASE(compare_1000)
RTNL_CASE(compare_65536)
RTNL_CASE(compare_sized)
RTNL_CASE(churn)
RTNL_CASE(many_explicit)
RTNL_CASE(extreme_lengths)
RTNL_CASE(duplicates)
RTNL_CASE(explicit_psids)
RTNL_CASE(explicit_fallback)
RTNL_CASE(bmr)
RTNL_CASE(dmr_and_source)
RTNL_CASE(order)
RTNL_CASE(copy)
RTNL_CASE(no_memory)

static struct kunit_case map_rule_cases[] = {
	KUNIT_CASE(compare_1),
	KUNIT_CASE(compare_10),
	KUNIT_CASE(compare_1000),
	KUNIT_CASE_SLOW(compare_65536),
	KUNIT_CASE(compare_sized),
	KUNIT_CASE(churn),
	KUNIT_CASE_SLOW(many_explicit),
	KUNIT_CASE(extreme_lengths),
	KUNIT_CASE(duplicates),
	KUNIT_CASE(explicit_psids),
	KUNIT_CASE(explicit_fallback),
	KUNIT_CASE(bmr),
	KUNIT_CASE(dmr_and_source),
	KUNIT_CASE(order),
	KUNIT_CASE(copy),
	KUNIT_CASE(acceptable),
	KUNIT_CASE(no_memory),
	{}
};

static struct kunit_suite map_rule_suite = {
	.name = "map-rule",
	.test_cases = map_rule_cases,
};

kunit_test_suite(map_rule_suite);
