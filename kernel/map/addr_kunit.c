// SPDX-License-Identifier: GPL-2.0
/* Tests of rules and addresses: the examples of RFC 7597, the table of vectors,
 * and random rules against a naive implementation, which strings addresses
 * together from the characters 0 and 1.
 */

#include "addr.c"

#include "pure_kunit.h"
#include "vectors_kunit.h"

/* The address a:b:c:d:e:f:g:h. */
static struct in6_addr addr6(u16 a, u16 b, u16 c, u16 d, u16 e, u16 f, u16 g,
			     u16 h)
{
	const u16 words[8] = { a, b, c, d, e, f, g, h };
	struct in6_addr addr;
	int i;

	for (i = 0; i < 16; i++)
		addr.s6_addr[i] = words[i / 2] >> (i % 2 ? 0 : 8);
	return addr;
}

/* One in the end-user prefix of appendix A. */
static struct in6_addr example6(u16 e, u16 f, u16 g, u16 h)
{
	return addr6(0x2001, 0xdb8, 0x12, 0x3400, e, f, g, h);
}

/* 128 characters 0 or 1. */
struct naive {
	char bits[129];
};

static bool naive_bit(const void *bytes, int at)
{
	return ((const u8 *)bytes)[at / 8] / (1 << (7 - at % 8)) % 2;
}

/* Append bits @first..@last - 1 of @bytes. */
static char *naive_bytes(char *to, const void *bytes, int first, int last)
{
	for (; first < last; first++)
		*to++ = naive_bit(bytes, first) ? '1' : '0';
	return to;
}

static char *naive_number(char *to, u32 value, int width)
{
	int i;

	for (i = width - 1; i >= 0; i--) {
		to[i] = '0' + value % 2;
		value /= 2;
	}
	return to + width;
}

static struct naive naive_ipv6(const struct in6_addr *addr)
{
	struct naive text;

	*naive_bytes(text.bits, addr, 0, 128) = '\0';
	return text;
}

static u32 naive_value(const char *bits, int count)
{
	u32 value = 0;

	while (count--)
		value = value * 2 + (*bits++ == '1');
	return value;
}

/* Length of what a CE has, and of the PSID in the EA bits. */
static int naive_ipv4_len(const struct map_rule_params *rule)
{
	int len = rule->ipv4_len + rule->ea_len;

	return len < 32 ? len : 32;
}

static int naive_q(const struct map_rule_params *rule)
{
	return rule->ipv4_len + rule->ea_len - naive_ipv4_len(rule);
}

/* RFC 7597, section 6, and the draft's layout; @ipv4 is 32 characters. */
static char *naive_iid(char *to, const struct map_rule_params *rule,
		       const char *ipv4, u32 psid)
{
	to = naive_number(to, 0, rule->iid == MAP_IID_DRAFT03 ? 8 : 16);
	memcpy(to, ipv4, 32);
	to = naive_number(to + 32, psid, 16);
	return naive_number(to, 0, rule->iid == MAP_IID_DRAFT03 ? 8 : 0);
}

/* The first @taken characters of @prefix, zeros, interface identifier. */
static struct naive naive_address(const struct map_rule_params *rule,
				  const char *prefix, int taken,
				  const char *ipv4, u32 psid)
{
	struct naive text;

	naive_number(text.bits, 0, 64);
	*naive_iid(text.bits + 64, rule, ipv4, psid) = '\0';
	memcpy(text.bits, prefix, taken);
	return text;
}

/* What map_rule_ipv6() has to say. */
static struct naive naive_rule_ipv6(const struct map_rule_params *rule,
				    __be32 addr, u16 port)
{
	int len = naive_ipv4_len(rule);
	int q = naive_q(rule);
	char prefix[129];
	u32 psid = rule->psid;
	char ipv4[33];
	char *end;

	naive_number(naive_bytes(ipv4, &addr, 0, len), 0, 32 - len);
	end = naive_bytes(prefix, &rule->ipv6, 0, rule->ipv6_len);
	end = naive_bytes(end, &addr, rule->ipv4_len, len);
	if (q) {
		psid = map_formula_psid(rule->psid_offset, q, port);
		end = naive_number(end, psid, q);
	}
	return naive_address(rule, prefix, end - prefix, ipv4, psid);
}

/* What a CE is, all as characters. */
struct naive_ce {
	struct naive ipv6;
	char ipv4[33];
	u32 psid;
};

/* What map_ce_derive() has to say. */
static struct naive_ce naive_derive(const struct map_rule_params *rule,
				    const struct in6_addr *prefix,
				    int prefix_len)
{
	struct naive text = naive_ipv6(prefix);
	int taken = rule->ipv6_len + rule->ea_len;
	int len = naive_ipv4_len(rule);
	int q = naive_q(rule);
	struct naive_ce ce;
	char *to;

	to = naive_bytes(ce.ipv4, &rule->ipv4, 0, rule->ipv4_len);
	memcpy(to, text.bits + rule->ipv6_len, len - rule->ipv4_len);
	naive_number(ce.ipv4 + len, 0, 32 - len);
	ce.ipv4[32] = '\0';
	ce.psid = q ? naive_value(text.bits + taken - q, q) : rule->psid;
	if (prefix_len > 64)
		taken = prefix_len;
	ce.ipv6 = naive_address(rule, text.bits, taken, ce.ipv4, ce.psid);
	return ce;
}

static void assert_ipv6(struct kunit *test, const struct in6_addr *addr,
			const struct naive *wanted)
{
	struct naive text = naive_ipv6(addr);

	KUNIT_ASSERT_STREQ(test, text.bits, wanted->bits);
}

static void expect_ipv6(struct kunit *test, const struct in6_addr *addr,
			struct in6_addr wanted)
{
	struct naive wanted_text = naive_ipv6(&wanted);
	struct naive text = naive_ipv6(addr);

	KUNIT_EXPECT_STREQ(test, text.bits, wanted_text.bits);
}

static void expect_rule_ipv6(struct kunit *test,
			     const struct map_rule_params *rule, u32 ipv4,
			     u16 port, struct in6_addr wanted)
{
	struct in6_addr addr;

	map_rule_ipv6(rule, htonl(ipv4), port, &addr);
	expect_ipv6(test, &addr, wanted);
}

static void expect_ports(struct kunit *test, const struct map_port_set *set,
			 u8 offset, u8 len, u16 psid)
{
	KUNIT_EXPECT_EQ(test, set->offset, offset);
	KUNIT_EXPECT_EQ(test, set->len, len);
	KUNIT_EXPECT_EQ(test, set->psid, psid);
}

/* An IPv6 source may use IPv4 address and port set of @ce. */
static void expect_range_of(struct kunit *test,
			    const struct map_rule_params *rule,
			    const struct in6_addr *ipv6,
			    const struct map_ce *ce)
{
	struct map_ipv4_range range;

	map_rule_ipv4_range(rule, ipv6, &range);
	KUNIT_EXPECT_EQ(test, ntohl(range.ipv4), ntohl(ce->ipv4));
	KUNIT_EXPECT_EQ(test, range.ipv4_len, ce->ipv4_len);
	expect_ports(test, &range.ports, ce->ports.offset, ce->ports.len,
		     ce->ports.psid);
}

/* The CE of a rule and prefix, both of which have to be good. */
static struct map_ce derive(struct kunit *test,
			    const struct map_rule_params *rule,
			    struct in6_addr prefix, u8 prefix_len)
{
	struct map_refusal why = { .reason = "" };
	struct map_ce ce = {};

	KUNIT_ASSERT_TRUE_MSG(test, map_rule_valid(rule, &why), "%s",
			      why.reason);
	KUNIT_ASSERT_TRUE_MSG(test,
			      map_ce_derive(rule, &prefix, prefix_len, &ce,
					    &why),
			      "%s", why.reason);
	return ce;
}

static struct map_rule_params example_rule(void)
{
	return (struct map_rule_params){
		.ipv6 = addr6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
		.ipv6_len = 40,
		.ipv4 = htonl(0xc0000200),
		.ipv4_len = 24,
		.ea_len = 16,
		.psid_offset = 6,
		.iid = MAP_IID_RFC7597,
	};
}

/* A rule for one CE, appendix A, examples 4 and 5. */
static struct map_rule_params example_rule_of_one(void)
{
	return (struct map_rule_params){
		.ipv6 = example6(0, 0, 0, 0),
		.ipv6_len = 56,
		.ipv4 = htonl(0xc0000212),
		.ipv4_len = 32,
		.psid_offset = 6,
		.iid = MAP_IID_RFC7597,
	};
}

static void rfc7597_example_1(struct kunit *test)
{
	struct map_rule_params rule = example_rule();
	struct map_ce ce;

	ce = derive(test, &rule, example6(0, 0, 0, 0), 56);
	KUNIT_EXPECT_EQ(test, map_rule_suffix_len(&rule), 8);
	KUNIT_EXPECT_EQ(test, map_rule_psid_len(&rule), 8);
	KUNIT_EXPECT_TRUE(test, map_rule_shared(&rule));
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), 0xc0000212);
	KUNIT_EXPECT_EQ(test, ce.ipv4_len, 32);
	expect_ports(test, &ce.ports, 6, 8, 0x34);
	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&ce.ports), 63);
	expect_ipv6(test, &ce.ipv6, example6(0, 0xc000, 0x212, 0x34));
	expect_range_of(test, &rule, &ce.ipv6, &ce);
}

/* Where the BR sends to, and what it accepts from there. */
static void rfc7597_example_2(struct kunit *test)
{
	struct in6_addr source = example6(0, 0xc000, 0x212, 0x34);
	struct map_rule_params rule = example_rule();
	struct map_ipv4_range range;

	expect_rule_ipv6(test, &rule, 0xc0000212, 1232, source);
	map_rule_ipv4_range(&rule, &source, &range);
	KUNIT_EXPECT_TRUE(test, map_ipv4_prefix_match(htonl(0xc0000212),
						      range.ipv4,
						      range.ipv4_len));
	KUNIT_EXPECT_TRUE(test, map_port_set_has(&range.ports, 1232));
	KUNIT_EXPECT_FALSE(test, map_port_set_has(&range.ports, 80));
}

/* The CE's own address, and a destination that no rule has. */
static void rfc7597_example_3(struct kunit *test)
{
	struct map_rule_params rule = example_rule();

	expect_rule_ipv6(test, &rule, 0xc0000212, 1232,
			 example6(0, 0xc000, 0x212, 0x34));
	KUNIT_EXPECT_FALSE(test, map_ipv4_prefix_match(htonl(0x01020304),
						       rule.ipv4,
						       rule.ipv4_len));
}

static void rfc7597_example_4(struct kunit *test)
{
	struct map_rule_params rule = example_rule_of_one();
	struct map_ce ce;

	ce = derive(test, &rule, example6(0, 0, 0, 0), 56);
	KUNIT_EXPECT_FALSE(test, map_rule_shared(&rule));
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), 0xc0000212);
	KUNIT_EXPECT_EQ(test, ce.ipv4_len, 32);
	expect_ports(test, &ce.ports, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, map_port_set_size(&ce.ports), 65536);
	expect_ipv6(test, &ce.ipv6, example6(0, 0xc000, 0x212, 0));
	expect_rule_ipv6(test, &rule, 0xc0000212, 80, ce.ipv6);
	expect_range_of(test, &rule, &ce.ipv6, &ce);
}

static void rfc7597_example_5(struct kunit *test)
{
	struct map_rule_params rule = example_rule_of_one();
	struct map_ce ce;

	rule.psid_len = 8;
	rule.psid = 0x34;
	ce = derive(test, &rule, example6(0, 0, 0, 0), 56);
	KUNIT_EXPECT_TRUE(test, map_rule_shared(&rule));
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), 0xc0000212);
	expect_ports(test, &ce.ports, 6, 8, 0x34);
	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&ce.ports), 63);
	expect_ipv6(test, &ce.ipv6, example6(0, 0xc000, 0x212, 0x34));
	expect_rule_ipv6(test, &rule, 0xc0000212, 1232, ce.ipv6);
	expect_range_of(test, &rule, &ce.ipv6, &ce);
}

/* o + r < 32: the CE has an IPv4 prefix, all of which leads to it. */
static void ipv4_prefix(struct kunit *test)
{
	struct map_rule_params rule = example_rule();
	struct map_ce ce;

	rule.ea_len = 4;
	ce = derive(test, &rule, addr6(0x2001, 0xdb8, 0x50, 0, 0, 0, 0, 0), 44);
	KUNIT_EXPECT_FALSE(test, map_rule_shared(&rule));
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), 0xc0000250);
	KUNIT_EXPECT_EQ(test, ce.ipv4_len, 28);
	expect_ports(test, &ce.ports, 0, 0, 0);
	expect_ipv6(test, &ce.ipv6,
		    addr6(0x2001, 0xdb8, 0x50, 0, 0, 0xc000, 0x250, 0));
	expect_rule_ipv6(test, &rule, 0xc0000250, 80, ce.ipv6);
	expect_rule_ipv6(test, &rule, 0xc000025f, 1232, ce.ipv6);
	expect_range_of(test, &rule, &ce.ipv6, &ce);
}

/* o = 48: all of address and port is in the IPv6 prefix. */
static void single_port(struct kunit *test)
{
	struct map_rule_params rule = {
		.ipv6 = addr6(0x2001, 0, 0, 0, 0, 0, 0, 0),
		.ipv6_len = 16,
		.ea_len = 48,
	};
	struct map_ce ce;

	ce = derive(test, &rule,
		    addr6(0x2001, 0xc000, 0x212, 0x4d0, 0, 0, 0, 0), 64);
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), 0xc0000212);
	expect_ports(test, &ce.ports, 0, 16, 1232);
	KUNIT_EXPECT_EQ(test, map_port_set_size(&ce.ports), 1);
	KUNIT_EXPECT_TRUE(test, map_port_set_has(&ce.ports, 1232));
	expect_ipv6(test, &ce.ipv6, addr6(0x2001, 0xc000, 0x212, 0x4d0, 0,
					  0xc000, 0x212, 0x4d0));
	expect_rule_ipv6(test, &rule, 0xc0000212, 1232, ce.ipv6);
}

/* What is longer than /64 overwrites the top of the identifier. */
static void long_prefix(struct kunit *test)
{
	struct map_rule_params rule = example_rule();
	struct map_ce ce;

	rule.ipv6 = addr6(0x2001, 0xdb8, 0, 1, 0xff00, 0, 0, 0);
	rule.ipv6_len = 72;
	ce = derive(test, &rule,
		    addr6(0x2001, 0xdb8, 0, 1, 0xff12, 0x3400, 0, 0), 88);
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), 0xc0000212);
	expect_ports(test, &ce.ports, 6, 8, 0x34);
	expect_ipv6(test, &ce.ipv6, addr6(0x2001, 0xdb8, 0, 1, 0xff12, 0x3400,
					  0x212, 0x34));
	expect_rule_ipv6(test, &rule, 0xc0000212, 1232, ce.ipv6);

	rule.iid = MAP_IID_DRAFT03;
	ce = derive(test, &rule,
		    addr6(0x2001, 0xdb8, 0, 1, 0xff12, 0x3400, 0, 0), 88);
	expect_ipv6(test, &ce.ipv6, addr6(0x2001, 0xdb8, 0, 1, 0xff12, 0x3402,
					  0x1200, 0x3400));
	expect_rule_ipv6(test, &rule, 0xc0000212, 1232, ce.ipv6);
}

/* Bits after the EA bits: subnet 0 up to /64, taken over beyond. */
static void bits_after_ea(struct kunit *test)
{
	struct map_rule_params rule = example_rule();
	struct map_ce ce;

	ce = derive(test, &rule,
		    addr6(0x2001, 0xdb8, 0x12, 0x34ab, 0xcdef, 0, 0, 0), 64);
	expect_ipv6(test, &ce.ipv6, example6(0, 0xc000, 0x212, 0x34));
	ce = derive(test, &rule,
		    addr6(0x2001, 0xdb8, 0x12, 0x34ab, 0xcdef, 0, 0, 0), 72);
	expect_ipv6(test, &ce.ipv6, addr6(0x2001, 0xdb8, 0x12, 0x34ab, 0xcd00,
					  0xc000, 0x212, 0x34));
}

/* PSID length repeated without a PSID, as DHCPv6 may have it. */
static void psid_len_repeated(struct kunit *test)
{
	struct map_rule_params rule = example_rule();
	struct map_ce ce;

	rule.psid_len = 8;
	ce = derive(test, &rule, example6(0, 0, 0, 0), 56);
	expect_ports(test, &ce.ports, 6, 8, 0x34);
	expect_ipv6(test, &ce.ipv6, example6(0, 0xc000, 0x212, 0x34));
	expect_rule_ipv6(test, &rule, 0xc0000212, 1232, ce.ipv6);
}

static void vector_desc(const struct map_ce_vector *vector, char *desc)
{
	strscpy(desc, vector->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, map_ce_vectors, vector_desc);

/* Every port of a CE leads to its address. */
static void expect_reached(struct kunit *test,
			   const struct map_rule_params *rule,
			   const struct map_ce *ce)
{
	u32 size = map_port_set_size(&ce->ports);
	struct in6_addr addr;
	u32 n;

	for (n = 0; n < size; n++) {
		map_rule_ipv6(rule, ce->ipv4, map_port_set_nth(&ce->ports, n),
			      &addr);
		KUNIT_ASSERT_MEMEQ(test, &addr, &ce->ipv6, sizeof(addr));
	}
}

static void expect_vector_ranges(struct kunit *test,
				 const struct map_ce_vector *vector,
				 const struct map_port_set *set)
{
	struct map_port_range range;
	u32 n;

	KUNIT_EXPECT_EQ(test, map_port_set_size(set), vector->ports);
	KUNIT_ASSERT_EQ(test, map_port_set_ranges(set), vector->num_ranges);
	for (n = 0; n < vector->num_ranges; n++) {
		range = map_port_set_range(set, n);
		KUNIT_EXPECT_EQ(test, range.first, vector->ranges[n].first);
		KUNIT_EXPECT_EQ(test, range.last, vector->ranges[n].last);
	}
}

static void vectors(struct kunit *test)
{
	const struct map_ce_vector *vector = test->param_value;
	struct map_rule_params rule = vector->rule;
	struct map_ce ce;

	rule.ipv4 = htonl(vector->rule_ipv4);
	ce = derive(test, &rule, vector->prefix, vector->prefix_len);
	expect_ipv6(test, &ce.ipv6, vector->ce.ipv6);
	KUNIT_EXPECT_EQ(test, ntohl(ce.ipv4), vector->ce_ipv4);
	KUNIT_EXPECT_EQ(test, ce.ipv4_len, vector->ce.ipv4_len);
	expect_ports(test, &ce.ports, vector->ce.ports.offset,
		     vector->ce.ports.len, vector->ce.ports.psid);
	expect_range_of(test, &rule, &ce.ipv6, &ce);
	expect_reached(test, &rule, &ce);
	if (vector->num_ranges)
		expect_vector_ranges(test, vector, &ce.ports);
}

/* What is said about a rule; 0 where it is good. */
struct validation {
	const char *name;
	struct map_rule_params rule;
	u32 ipv4;
	int attr;
};

/* Bits of the IPv6 prefix: 2001:db8::, at most 32. */
#define RULE(n, r, o, a, k, p)						\
	.rule = {							\
		.ipv6.s6_addr = { 0x20, 0x01, 0x0d, 0xb8 },		\
		.ipv6_len = n, .ipv4_len = r, .ea_len = o,		\
		.psid_offset = a, .psid_len = k, .psid = p,		\
	}

static const struct validation validations[] = {
	{ "shared", RULE(40, 24, 16, 6, 0, 0), 0xc0000200 },
	{ "full address", RULE(40, 24, 8, 6, 0, 0), 0xc0000200 },
	{ "IPv4 prefix", RULE(40, 24, 4, 6, 0, 0), 0xc0000200 },
	{ "no EA bits", RULE(40, 32, 0, 6, 0, 0), 0xc0000212 },
	{ "explicit PSID", RULE(40, 32, 0, 6, 8, 0x34), 0xc0000212 },
	{ "explicit PSID, address in EA bits",
	  RULE(40, 24, 8, 6, 8, 0x34), 0xc0000200 },
	{ "explicit PSID, the largest",
	  RULE(40, 32, 0, 0, 16, 0xffff), 0xc0000212 },
	{ "PSID length repeated", RULE(40, 24, 16, 6, 8, 0), 0xc0000200 },
	{ "no port left over", RULE(40, 24, 16, 8, 0, 0), 0xc0000200 },
	{ "offset 16, not shared", RULE(40, 24, 8, 16, 0, 0), 0xc0000200 },
	{ "PSID of 16 bits", RULE(40, 24, 24, 0, 0, 0), 0xc0000200 },
	{ "48 EA bits", RULE(80, 0, 48, 0, 0, 0) },
	{ "r + o of 48 from 32 and 16", RULE(112, 32, 16, 0, 0, 0), 1 },
	{ "IPv6 prefix of 128", RULE(128, 32, 0, 6, 0, 0), 0xc0000212 },
	{ "broadcast class", RULE(40, 4, 28, 0, 0, 0), 0xf0000000 },

	{ "n 129", RULE(129, 24, 16, 6, 0, 0), 0xc0000200,
	  MAP_A_RULE_IPV6_LEN },
	{ "n 255", RULE(255, 24, 16, 6, 0, 0), 0xc0000200,
	  MAP_A_RULE_IPV6_LEN },
	{ "IPv6 host bits", RULE(28, 24, 16, 6, 0, 0), 0xc0000200,
	  MAP_A_RULE_IPV6 },
	{ "IPv6 host bits after /0", RULE(0, 24, 16, 6, 0, 0), 0xc0000200,
	  MAP_A_RULE_IPV6 },
	{ "r 33", RULE(40, 33, 16, 6, 0, 0), 0xc0000200, MAP_A_RULE_IPV4_LEN },
	{ "r 255", RULE(40, 255, 16, 6, 0, 0), 0xc0000200,
	  MAP_A_RULE_IPV4_LEN },
	{ "IPv4 host bits", RULE(40, 24, 16, 6, 0, 0), 0xc0000201,
	  MAP_A_RULE_IPV4 },
	{ "IPv4 host bits after /0", RULE(40, 0, 32, 6, 0, 0), 0x80000000,
	  MAP_A_RULE_IPV4 },
	{ "IPv4 multicast", RULE(40, 24, 8, 6, 0, 0), 0xe0000200,
	  MAP_A_RULE_IPV4 },
	{ "o 49", RULE(40, 0, 49, 0, 0, 0), 0, MAP_A_RULE_EA_LEN },
	{ "o 255", RULE(40, 0, 255, 0, 0, 0), 0, MAP_A_RULE_EA_LEN },
	{ "n + o 129", RULE(113, 24, 16, 6, 0, 0), 0xc0000200,
	  MAP_A_RULE_EA_LEN },
	{ "q 17", RULE(40, 24, 25, 0, 0, 0), 0xc0000200, MAP_A_RULE_EA_LEN },
	{ "q 48", RULE(40, 32, 48, 0, 0, 0), 0xc0000212, MAP_A_RULE_EA_LEN },
	{ "a 17", RULE(40, 24, 8, 17, 0, 0), 0xc0000200,
	  MAP_A_RULE_PSID_OFFSET },
	{ "a 255", RULE(40, 24, 16, 255, 0, 0), 0xc0000200,
	  MAP_A_RULE_PSID_OFFSET },
	{ "a + q 17", RULE(40, 24, 16, 9, 0, 0), 0xc0000200,
	  MAP_A_RULE_PSID_OFFSET },
	{ "a + k 17", RULE(40, 32, 0, 9, 8, 0x34), 0xc0000212,
	  MAP_A_RULE_PSID_OFFSET },
	{ "k 17", RULE(40, 32, 0, 0, 17, 0), 0xc0000212, MAP_A_RULE_PSID_LEN },
	{ "k 255", RULE(40, 32, 0, 0, 255, 0), 0xc0000212,
	  MAP_A_RULE_PSID_LEN },
	{ "explicit PSID, IPv4 prefix", RULE(40, 24, 4, 6, 8, 0x34),
	  0xc0000200, MAP_A_RULE_PSID_LEN },
	{ "other PSID length than in EA bits", RULE(40, 24, 16, 6, 4, 0),
	  0xc0000200, MAP_A_RULE_PSID_LEN },
	{ "explicit PSID besides EA bits", RULE(40, 24, 16, 6, 8, 0x34),
	  0xc0000200, MAP_A_RULE_PSID },
	{ "PSID without length, EA bits", RULE(40, 24, 16, 6, 0, 0x34),
	  0xc0000200, MAP_A_RULE_PSID },
	{ "PSID without length", RULE(40, 32, 0, 6, 0, 0x34), 0xc0000212,
	  MAP_A_RULE_PSID },
	{ "PSID without length, IPv4 prefix", RULE(40, 24, 4, 6, 0, 1),
	  0xc0000200, MAP_A_RULE_PSID },
	{ "PSID too large", RULE(40, 32, 0, 6, 8, 0x100), 0xc0000212,
	  MAP_A_RULE_PSID },
};

static void validation_desc(const struct validation *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(validation, validations, validation_desc);

/* A refusal has something to say, and no full stop. */
static void expect_reason(struct kunit *test, const struct map_refusal *why)
{
	size_t len;

	KUNIT_ASSERT_NOT_NULL(test, why->reason);
	len = strlen(why->reason);
	KUNIT_ASSERT_GT(test, len, 10);
	KUNIT_EXPECT_LT(test, len, 120);
	KUNIT_EXPECT_NE(test, why->reason[len - 1], '.');
}

static void validate(struct kunit *test)
{
	const struct validation *row = test->param_value;
	struct map_rule_params rule = row->rule;
	struct map_refusal why = {};
	bool valid;

	rule.ipv4 = htonl(row->ipv4);
	valid = map_rule_valid(&rule, &why);
	KUNIT_EXPECT_EQ(test, valid, !row->attr);
	KUNIT_EXPECT_EQ(test, valid, map_rule_valid(&rule, NULL));
	KUNIT_EXPECT_EQ(test, why.attr, row->attr);
	if (row->attr)
		expect_reason(test, &why);
}

static void expect_refused(struct kunit *test,
			   const struct map_rule_params *rule, int attr)
{
	struct map_refusal why = {};

	KUNIT_EXPECT_FALSE(test, map_rule_valid(rule, &why));
	KUNIT_EXPECT_EQ(test, why.attr, attr);
	expect_reason(test, &why);
}

static void validate_others(struct kunit *test)
{
	struct map_rule_params rule = example_rule();

	rule.iid = MAP_IID_MAX + 1;
	expect_refused(test, &rule, MAP_A_RULE_IID);
	rule = example_rule();
	rule.ipv6.s6_addr[15] = 1;
	expect_refused(test, &rule, MAP_A_RULE_IPV6);
	rule = example_rule();
	rule.ipv6.s6_addr[0] = 0xff;
	expect_refused(test, &rule, MAP_A_RULE_IPV6);
}

static void expect_prefix_refused(struct kunit *test, struct in6_addr prefix,
				  u8 prefix_len)
{
	struct map_rule_params rule = example_rule();
	struct map_refusal why = { .attr = -1 };
	struct map_ce ce;

	KUNIT_EXPECT_FALSE(test, map_ce_derive(&rule, &prefix, prefix_len, &ce,
					       &why));
	KUNIT_EXPECT_EQ(test, why.attr, 0);
	expect_reason(test, &why);
	KUNIT_EXPECT_FALSE(test, map_ce_derive(&rule, &prefix, prefix_len, &ce,
					       NULL));
}

static void derive_refused(struct kunit *test)
{
	struct in6_addr other = addr6(0x2001, 0xdb8, 0x100, 0, 0, 0, 0, 0);

	expect_prefix_refused(test, example6(0, 0, 0, 0), 129);
	expect_prefix_refused(test, example6(0, 0, 0, 0), 255);
	expect_prefix_refused(test, example6(0, 0, 0, 0), 55);
	expect_prefix_refused(test, example6(0, 0, 0, 0), 39);
	expect_prefix_refused(test, example6(0, 0, 0, 0), 0);
	expect_prefix_refused(test, other, 56);
	expect_prefix_refused(test, other, 128);
}

static void random_bytes(struct map_random *random, void *to, size_t size)
{
	u8 *bytes = to;

	while (size--)
		*bytes++ = map_random(random);
}

static void naive_clear(void *bytes, int first, int last)
{
	for (; first < last; first++)
		((u8 *)bytes)[first / 8] &= ~(1 << (7 - first % 8));
}

/* Random prefixes that are not multicast, for the lengths in @rule. */
static void random_prefixes(struct map_random *random,
			    struct map_rule_params *rule)
{
	u32 ipv4 = map_random(random);

	random_bytes(random, &rule->ipv6, sizeof(rule->ipv6));
	if (rule->ipv6.s6_addr[0] == 0xff)
		rule->ipv6.s6_addr[0] = 0xfd;
	naive_clear(&rule->ipv6, rule->ipv6_len, 128);
	if (ipv4 >= 0xe0000000)
		ipv4 -= 0xe0000000;
	rule->ipv4 = htonl(ipv4);
	naive_clear(&rule->ipv4, rule->ipv4_len, 32);
}

/* A valid rule: IPv4 prefix, full address, shared, or explicit PSID. */
static struct map_rule_params random_rule(struct map_random *random)
{
	struct map_rule_params rule = {};
	u32 kind = map_random_in(random, 0, 5);
	u32 total = 32;
	u8 k = 0;

	if (kind == 0)
		total = map_random_in(random, 0, 31);
	if (kind >= 2)
		k = map_random_in(random, 1, 16);
	if (kind >= 3)
		total += k;
	rule.ipv4_len = map_random_in(random, 0, total < 32 ? total : 32);
	rule.ea_len = total - rule.ipv4_len;
	rule.ipv6_len = map_random_in(random, 0, 128 - rule.ea_len);
	rule.psid_offset = map_random_in(random, 0, 16 - k);
	if (kind == 2) {
		rule.psid_len = k;
		rule.psid = map_random(random) % (1U << k);
	}
	rule.iid = map_random_in(random, 0, MAP_IID_MAX);
	random_prefixes(random, &rule);
	return rule;
}

/* An IPv6 address in the rule's prefix: any EA bits, anything behind. */
static struct in6_addr random_ipv6(struct map_random *random,
				   const struct map_rule_params *rule)
{
	struct in6_addr addr;
	int i;

	random_bytes(random, &addr, sizeof(addr));
	naive_clear(&addr, 0, rule->ipv6_len);
	for (i = 0; i < 16; i++)
		addr.s6_addr[i] |= rule->ipv6.s6_addr[i];
	return addr;
}

static __be32 random_ipv4(struct map_random *random, __be32 prefix, u8 len)
{
	__be32 addr = htonl(map_random(random));

	naive_clear(&addr, 0, len);
	return addr | prefix;
}

/* A port that a CE of the rule has; of its only CE, with an explicit PSID. */
static u16 random_port(struct map_random *random,
		       const struct map_rule_params *rule)
{
	u8 offset = rule->psid_offset;
	u8 len = map_rule_psid_len(rule);
	struct map_port_set set = { rule->psid, offset, len };
	u16 port;

	if (rule->psid_len)
		return map_port_set_nth(&set, map_random(random) %
					      map_port_set_size(&set));
	do {
		port = map_random(random);
	} while (map_formula_psid(offset, len, port) == MAP_FORMULA_NOBODY);
	return port;
}

/* IPv4 address and port to IPv6 address, as the naive code has it, and back. */
static void forward(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(1);
	struct map_rule_params rule;
	struct map_ipv4_range range;
	struct in6_addr addr;
	struct naive wanted;
	__be32 ipv4;
	u32 round;
	u16 port;

	for (round = 0; round < MAP_KUNIT_ROUNDS; round++) {
		rule = random_rule(&random);
		KUNIT_ASSERT_TRUE(test, map_rule_valid(&rule, NULL));
		ipv4 = random_ipv4(&random, rule.ipv4, rule.ipv4_len);
		port = random_port(&random, &rule);
		wanted = naive_rule_ipv6(&rule, ipv4, port);
		map_rule_ipv6(&rule, ipv4, port, &addr);
		assert_ipv6(test, &addr, &wanted);
		map_rule_ipv4_range(&rule, &addr, &range);
		KUNIT_ASSERT_TRUE(test,
				  map_ipv4_prefix_match(ipv4, range.ipv4,
							range.ipv4_len));
		KUNIT_ASSERT_TRUE(test, map_port_set_has(&range.ports, port));
	}
}

/* IPv6 address to what it may use, and from there to its EA bits again. */
static void inverse(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(2);
	struct in6_addr source, addr;
	struct map_rule_params rule;
	struct map_ipv4_range range;
	struct naive a, b;
	__be32 ipv4;
	u32 round;

	for (round = 0; round < MAP_KUNIT_ROUNDS; round++) {
		int len;

		rule = random_rule(&random);
		source = random_ipv6(&random, &rule);
		map_rule_ipv4_range(&rule, &source, &range);
		ipv4 = random_ipv4(&random, range.ipv4, range.ipv4_len);
		map_rule_ipv6(&rule, ipv4, map_port_set_nth(&range.ports, 0),
			      &addr);
		a = naive_ipv6(&source);
		b = naive_ipv6(&addr);
		len = rule.ipv6_len + rule.ea_len;
		KUNIT_ASSERT_MEMEQ(test, a.bits, b.bits, len);
	}
}

static void assert_ce(struct kunit *test, const struct map_rule_params *rule,
		      const struct map_ce *ce, const struct naive_ce *wanted)
{
	char ipv4[33];

	*naive_bytes(ipv4, &ce->ipv4, 0, 32) = '\0';
	assert_ipv6(test, &ce->ipv6, &wanted->ipv6);
	KUNIT_ASSERT_STREQ(test, ipv4, wanted->ipv4);
	KUNIT_ASSERT_EQ(test, ce->ipv4_len, naive_ipv4_len(rule));
	KUNIT_ASSERT_EQ(test, ce->ports.psid, wanted->psid);
	KUNIT_ASSERT_EQ(test, ce->ports.len,
			naive_q(rule) ? naive_q(rule) : rule->psid_len);
	KUNIT_ASSERT_EQ(test, ce->ports.offset,
			ce->ports.len ? rule->psid_offset : 0);
}

/* What a CE is by rule and any prefix, as the naive code has it. */
static void derivation(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(3);
	struct map_rule_params rule;
	struct in6_addr prefix;
	struct naive_ce wanted;
	struct map_ce ce;
	u32 round;
	u8 len;

	for (round = 0; round < MAP_KUNIT_ROUNDS; round++) {
		rule = random_rule(&random);
		prefix = random_ipv6(&random, &rule);
		len = map_random_in(&random, rule.ipv6_len + rule.ea_len, 128);
		KUNIT_ASSERT_TRUE(test, map_ce_derive(&rule, &prefix, len, &ce,
						      NULL));
		wanted = naive_derive(&rule, &prefix, len);
		assert_ce(test, &rule, &ce, &wanted);
	}
}

/* A BR sends what is for one of the CE's ports to the CE, and nothing else. */
static void assert_br_agrees(struct kunit *test, struct map_random *random,
			     const struct map_rule_params *rule,
			     const struct map_ce *ce)
{
	__be32 ipv4 = random_ipv4(random, ce->ipv4, ce->ipv4_len);
	u32 size = map_port_set_size(&ce->ports);
	u16 port = random_port(random, rule);
	struct in6_addr addr;

	map_rule_ipv6(rule, ipv4, port, &addr);
	KUNIT_ASSERT_EQ(test, !memcmp(&addr, &ce->ipv6, sizeof(addr)),
			map_port_set_has(&ce->ports, port));
	port = map_port_set_nth(&ce->ports, map_random(random) % size);
	map_rule_ipv6(rule, ipv4, port, &addr);
	KUNIT_ASSERT_MEMEQ(test, &addr, &ce->ipv6, sizeof(addr));
}

/* Where the prefix has no bits that the BR cannot know of. */
static void br_agrees(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(4);
	struct map_rule_params rule;
	struct in6_addr prefix;
	struct map_ce ce;
	u32 round;
	u8 len;

	for (round = 0; round < MAP_KUNIT_ROUNDS; round++) {
		rule = random_rule(&random);
		prefix = random_ipv6(&random, &rule);
		len = rule.ipv6_len + rule.ea_len;
		if (len < 64)
			len = map_random_in(&random, len, 64);
		KUNIT_ASSERT_TRUE(test, map_ce_derive(&rule, &prefix, len, &ce,
						      NULL));
		assert_br_agrees(test, &random, &rule, &ce);
		if (round % 1000 == 0)
			expect_reached(test, &rule, &ce);
		expect_range_of(test, &rule, &ce.ipv6, &ce);
	}
}

/* The EA bits of all CEs of one IPv4 address share out its ports. */
static void ports_of_address(struct kunit *test)
{
	struct map_rule_params rule = example_rule();
	struct map_ipv4_range range;
	struct in6_addr addr;
	u32 port;

	for (port = 0; port < 65536; port++) {
		map_rule_ipv6(&rule, htonl(0xc0000212), port, &addr);
		map_rule_ipv4_range(&rule, &addr, &range);
		KUNIT_ASSERT_EQ(test, map_port_set_has(&range.ports, port),
				port >= 1024);
	}
}

/* One changed bit counts where it is in the prefix, and nowhere else. */
static void prefix_match(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(5);
	struct in6_addr a, b;
	int len, bit;

	for (len = 0; len <= 128; len++) {
		random_bytes(&random, &a, sizeof(a));
		KUNIT_EXPECT_TRUE(test, map_ipv6_prefix_match(&a, &a, len));
		for (bit = 0; bit < 128; bit++) {
			b = a;
			b.s6_addr[bit / 8] ^= 1 << (7 - bit % 8);
			KUNIT_ASSERT_EQ(test,
					map_ipv6_prefix_match(&a, &b, len),
					bit >= len);
		}
	}
}

static void prefix_match_ipv4(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(6);
	int len, bit;
	u32 a, b;

	for (len = 0; len <= 32; len++) {
		a = map_random(&random);
		KUNIT_EXPECT_TRUE(test, map_ipv4_prefix_match(htonl(a),
							      htonl(a), len));
		for (bit = 0; bit < 32; bit++) {
			b = a ^ (0x80000000 >> bit);
			KUNIT_ASSERT_EQ(test,
					map_ipv4_prefix_match(htonl(a),
							      htonl(b), len),
					bit >= len);
		}
	}
}

static void prefix_mask(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(7);
	struct in6_addr a, b;
	__be32 c, d;
	int len;

	for (len = 0; len <= 128; len++) {
		random_bytes(&random, &a, sizeof(a));
		b = a;
		map_ipv6_prefix_mask(&a, len);
		naive_clear(&b, len, 128);
		KUNIT_EXPECT_MEMEQ(test, &a, &b, sizeof(a));
	}
	for (len = 0; len <= 32; len++) {
		c = htonl(map_random(&random));
		d = c;
		naive_clear(&d, len, 32);
		KUNIT_EXPECT_EQ(test, ntohl(map_ipv4_prefix_mask(c, len)),
				ntohl(d));
	}
}

static bool naive_prefixes_valid(const struct map_rule_params *rule)
{
	struct in6_addr ipv6 = rule->ipv6;
	__be32 ipv4 = rule->ipv4;

	if (rule->ipv6_len > 128 || rule->ipv4_len > 32)
		return false;
	naive_clear(&ipv6, rule->ipv6_len, 128);
	naive_clear(&ipv4, rule->ipv4_len, 32);
	return !memcmp(&ipv6, &rule->ipv6, sizeof(ipv6)) &&
	       ipv4 == rule->ipv4 && ipv6.s6_addr[0] != 0xff &&
	       ntohl(ipv4) / 0x10000000 != 14;
}

/* Which rules there can be, said in another way. */
static bool naive_valid(const struct map_rule_params *rule)
{
	int q = rule->ipv4_len + rule->ea_len - 32;
	int k = q > 0 ? q : rule->psid_len;

	if (!naive_prefixes_valid(rule) || rule->iid > MAP_IID_DRAFT03)
		return false;
	if (rule->ea_len > 48 || rule->ipv6_len + rule->ea_len > 128)
		return false;
	if (rule->psid_offset > 16 || rule->psid_offset + k > 16)
		return false;
	if (q < 0)
		return !rule->psid && !rule->psid_len;
	if (q == 0)
		return rule->psid < 1 << k;
	return !rule->psid && (!rule->psid_len || rule->psid_len == q);
}

/* Any content whatever: the answer is right, and there is a reason. */
static bool assert_validity(struct kunit *test,
			    const struct map_rule_params *rule)
{
	struct map_refusal why = {};
	bool valid = map_rule_valid(rule, &why);

	KUNIT_ASSERT_EQ(test, valid, naive_valid(rule));
	if (!valid) {
		KUNIT_ASSERT_GE(test, why.attr, MAP_A_RULE_IPV6);
		KUNIT_ASSERT_LE(test, why.attr, MAP_A_RULE_IID);
		expect_reason(test, &why);
	}
	return valid;
}

/* One field of a good rule is changed by a little or a lot. */
static void mutate(struct map_random *random, struct map_rule_params *rule)
{
	u8 *fields[] = {
		&rule->ipv6_len, &rule->ipv4_len, &rule->ea_len,
		&rule->psid_offset, &rule->psid_len, &rule->iid,
		(u8 *)&rule->psid, (u8 *)&rule->psid + 1,
		(u8 *)&rule->ipv6 + map_random_in(random, 0, 15),
		(u8 *)&rule->ipv4 + map_random_in(random, 0, 3),
	};
	u8 *field = fields[map_random(random) % ARRAY_SIZE(fields)];

	if (map_random(random) % 2)
		*field += map_random_in(random, 0, 4) - 2;
	else
		*field = map_random(random);
}

static void mutants(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(8);
	struct map_rule_params rule;
	struct in6_addr prefix;
	struct map_ce ce;
	u32 round;

	for (round = 0; round < MAP_KUNIT_ROUNDS; round++) {
		rule = random_rule(&random);
		mutate(&random, &rule);
		if (!assert_validity(test, &rule))
			continue;
		prefix = random_ipv6(&random, &rule);
		map_ce_derive(&rule, &prefix, map_random(&random), &ce, NULL);
		map_rule_ipv6(&rule, htonl(map_random(&random)),
			      map_random(&random), &prefix);
	}
}

static void garbage(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(9);
	struct map_rule_params rule;
	u32 round;

	for (round = 0; round < MAP_KUNIT_ROUNDS; round++) {
		random_bytes(&random, &rule, sizeof(rule));
		assert_validity(test, &rule);
	}
}

static struct kunit_case map_addr_cases[] = {
	KUNIT_CASE(rfc7597_example_1),
	KUNIT_CASE(rfc7597_example_2),
	KUNIT_CASE(rfc7597_example_3),
	KUNIT_CASE(rfc7597_example_4),
	KUNIT_CASE(rfc7597_example_5),
	KUNIT_CASE(ipv4_prefix),
	KUNIT_CASE(single_port),
	KUNIT_CASE(long_prefix),
	KUNIT_CASE(bits_after_ea),
	KUNIT_CASE(psid_len_repeated),
	KUNIT_CASE_PARAM(vectors, vector_gen_params),
	KUNIT_CASE_PARAM(validate, validation_gen_params),
	KUNIT_CASE(validate_others),
	KUNIT_CASE(derive_refused),
	KUNIT_CASE(forward),
	KUNIT_CASE(inverse),
	KUNIT_CASE(derivation),
	KUNIT_CASE(br_agrees),
	KUNIT_CASE(ports_of_address),
	KUNIT_CASE(prefix_match),
	KUNIT_CASE(prefix_match_ipv4),
	KUNIT_CASE(prefix_mask),
	KUNIT_CASE(mutants),
	KUNIT_CASE(garbage),
	{}
};

static struct kunit_suite map_addr_suite = {
	.name = "map-addr",
	.test_cases = map_addr_cases,
};

kunit_test_suite(map_addr_suite);
