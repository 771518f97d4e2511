// SPDX-License-Identifier: GPL-2.0
/* Tests of port sets, against RFC 7597 and against its formulas (1) and (2) of
 * appendix B, which are done with multiplication, division and modulo.
 */

#include "psid.c"

#include "pure_kunit.h"

static void expect_range(struct kunit *test, const struct map_port_set *set,
			 u32 n, u16 first, u16 last)
{
	struct map_port_range range = map_port_set_range(set, n);

	KUNIT_EXPECT_EQ(test, range.first, first);
	KUNIT_EXPECT_EQ(test, range.last, last);
}

/* Appendix A, examples 1, 2 and 5. */
static void rfc7597_appendix_a(struct kunit *test)
{
	struct map_port_set set = { .psid = 0x34, .offset = 6, .len = 8 };

	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&set), 63);
	KUNIT_EXPECT_EQ(test, map_port_set_size(&set), 252);
	expect_range(test, &set, 0, 1232, 1235);
	expect_range(test, &set, 1, 2256, 2259);
	expect_range(test, &set, 61, 63696, 63699);
	expect_range(test, &set, 62, 64720, 64723);
	KUNIT_EXPECT_EQ(test, map_port_psid(6, 8, 1232), 0x34);
	KUNIT_EXPECT_FALSE(test, map_port_set_has(&set, 80));
	KUNIT_EXPECT_FALSE(test, map_port_set_has(&set, 1231));
	KUNIT_EXPECT_TRUE(test, map_port_set_has(&set, 1232));
	KUNIT_EXPECT_TRUE(test, map_port_set_has(&set, 1235));
	KUNIT_EXPECT_FALSE(test, map_port_set_has(&set, 1236));
}

/* Appendix B.2. */
static void rfc7597_gma_examples(struct kunit *test)
{
	struct map_port_set infix = { .psid = 0, .offset = 6, .len = 8 };
	struct map_port_set prefix = { .psid = 0, .offset = 0, .len = 6 };

	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&infix), 63);
	expect_range(test, &infix, 0, 1024, 1027);
	expect_range(test, &infix, 1, 2048, 2051);
	expect_range(test, &infix, 61, 63488, 63491);
	expect_range(test, &infix, 62, 64512, 64515);

	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&prefix), 1);
	expect_range(test, &prefix, 0, 0, 1023);
}

/* Section 5.1: ports as a prefix, and what offsets exclude. */
static void rfc7597_section_5_1(struct kunit *test)
{
	struct map_port_set first = { .psid = 0, .offset = 0, .len = 8 };
	struct map_port_set last = { .psid = 0xff, .offset = 0, .len = 8 };

	expect_range(test, &first, 0, 0x0000, 0x00ff);
	expect_range(test, &last, 0, 0xff00, 0xffff);
	KUNIT_EXPECT_TRUE(test, map_port_excluded(6, 8, 1023));
	KUNIT_EXPECT_FALSE(test, map_port_excluded(6, 8, 1024));
	KUNIT_EXPECT_TRUE(test, map_port_excluded(4, 8, 4095));
	KUNIT_EXPECT_FALSE(test, map_port_excluded(4, 8, 4096));
	KUNIT_EXPECT_FALSE(test, map_port_excluded(0, 8, 0));
}

static void unshared_one(struct kunit *test, u8 offset)
{
	struct map_port_set set = { .psid = 0, .offset = offset, .len = 0 };
	u32 port;

	KUNIT_EXPECT_EQ(test, map_port_set_size(&set), 65536);
	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&set), 1);
	expect_range(test, &set, 0, 0, 65535);
	for (port = 0; port < 65536; port++) {
		KUNIT_ASSERT_TRUE(test, map_port_set_has(&set, port));
		KUNIT_ASSERT_FALSE(test, map_port_excluded(offset, 0, port));
		KUNIT_ASSERT_EQ(test, map_port_psid(offset, 0, port), 0);
		KUNIT_ASSERT_EQ(test, map_port_set_nth(&set, port), port);
		KUNIT_ASSERT_EQ(test, map_port_set_index(&set, port), port);
	}
}

/* Appendix A, example 4: no sharing, so no offset. */
static void unshared(struct kunit *test)
{
	u8 offset;

	for (offset = 0; offset <= 16; offset++)
		unshared_one(test, offset);
}

/* Sets of a single port, and of every second one. */
static void extremes(struct kunit *test)
{
	struct map_port_set alone = { .psid = 4711, .offset = 0, .len = 16 };
	struct map_port_set upper = { .psid = 4711, .offset = 1, .len = 15 };
	struct map_port_set odd = { .psid = 1, .offset = 15, .len = 1 };

	KUNIT_EXPECT_EQ(test, map_port_set_size(&alone), 1);
	expect_range(test, &alone, 0, 4711, 4711);
	KUNIT_EXPECT_EQ(test, map_port_psid(0, 16, 65535), 65535);

	KUNIT_EXPECT_EQ(test, map_port_set_size(&upper), 1);
	expect_range(test, &upper, 0, 32768 + 4711, 32768 + 4711);

	KUNIT_EXPECT_EQ(test, map_port_set_size(&odd), 32767);
	KUNIT_EXPECT_EQ(test, map_port_set_ranges(&odd), 32767);
	expect_range(test, &odd, 0, 3, 3);
	expect_range(test, &odd, 32766, 65535, 65535);
	KUNIT_EXPECT_TRUE(test, map_port_excluded(15, 1, 1));
}

/* Who has each port, as told by walking the sets. */
static u32 owners[65536];

/* Walk the ports of a set: ascending, its own, nobody else's. */
static void claim(struct kunit *test, const struct map_port_set *set)
{
	u32 size = map_port_set_size(set);
	u32 port, n;
	int previous = -1;

	for (n = 0; n < size; n++) {
		port = map_port_set_nth(set, n);
		KUNIT_ASSERT_GT(test, (int)port, previous);
		KUNIT_ASSERT_EQ(test, owners[port], MAP_FORMULA_NOBODY);
		KUNIT_ASSERT_EQ(test, map_port_set_index(set, port), n);
		KUNIT_ASSERT_TRUE(test, map_port_set_has(set, port));
		owners[port] = set->psid;
		previous = port;
	}
}

static void check_owner(struct kunit *test, u8 offset, u8 len, u32 port)
{
	u32 psid = map_formula_psid(offset, len, port);
	bool excluded = map_port_excluded(offset, len, port);
	struct map_port_set other = {
		.psid = (psid ^ 1) & ((1U << len) - 1),
		.offset = offset,
		.len = len,
	};

	KUNIT_ASSERT_EQ(test, owners[port], psid);
	KUNIT_ASSERT_EQ(test, excluded, psid == MAP_FORMULA_NOBODY);
	if (!excluded)
		KUNIT_ASSERT_EQ(test, map_port_psid(offset, len, port), psid);
	KUNIT_ASSERT_FALSE(test, map_port_set_has(&other, port));
}

static void partition_one(struct kunit *test, u8 offset, u8 len)
{
	struct map_port_set set = { .offset = offset, .len = len };
	u32 psid, port;

	memset(owners, 0xff, sizeof(owners));
	for (psid = 0; psid < map_formula_r(len); psid++) {
		set.psid = psid;
		claim(test, &set);
	}
	for (port = 0; port < 65536; port++)
		check_owner(test, offset, len, port);
}

/* All a and k: the PSIDs share out all ports but the excluded ones, and each
 * port leads back to its PSID, by the formula too.
 */
static void partition(struct kunit *test)
{
	u8 offset, len;

	for (offset = 0; offset < 16; offset++)
		for (len = 1; offset + len <= 16; len++)
			partition_one(test, offset, len);
}

/* Formula (1): the ports in the order in which i and j count. */
static void generate_one(struct kunit *test, const struct map_port_set *set)
{
	u32 m = map_formula_m(set->offset, set->len);
	u32 r = map_formula_r(set->len);
	u32 i = set->offset ? 1 : 0;
	u32 n = 0;
	u32 j;

	for (; i < 65536 / (r * m); i++) {
		expect_range(test, set, n / m, r * m * i + m * set->psid,
			     r * m * i + m * set->psid + m - 1);
		for (j = 0; j < m; j++, n++)
			KUNIT_ASSERT_EQ(test, map_port_set_nth(set, n),
					r * m * i + m * set->psid + j);
	}
	KUNIT_ASSERT_EQ(test, map_port_set_size(set), n);
	KUNIT_ASSERT_EQ(test, map_port_set_ranges(set), n / m);
}

/* All a and k, with the first, the last and some other PSID. */
static void generate(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(7597);
	struct map_port_set set;
	u8 offset, len;

	for (offset = 0; offset < 16; offset++) {
		for (len = 1; offset + len <= 16; len++) {
			set = (struct map_port_set){ 0, offset, len };
			generate_one(test, &set);
			set.psid = map_formula_r(len) - 1;
			generate_one(test, &set);
			set.psid = map_random_in(&random, 0, set.psid);
			generate_one(test, &set);
		}
	}
}

/* Membership by masks is membership by a walk over the ranges. */
static void walk_one(struct kunit *test, const struct map_port_set *set)
{
	struct map_port_range range = map_port_set_range(set, 0);
	u32 ranges = map_port_set_ranges(set);
	u32 below = 0;
	u32 n = 0;
	u32 port;

	for (port = 0; port < 65536; port++) {
		bool in;

		if (port > range.last && n + 1 < ranges)
			range = map_port_set_range(set, ++n);
		in = port >= range.first && port <= range.last;
		KUNIT_ASSERT_EQ(test, map_port_set_has(set, port), in);
		KUNIT_ASSERT_EQ(test, map_port_set_below(set, port), below);
		below += in;
	}
	KUNIT_ASSERT_EQ(test, n + 1, ranges);
}

static void range_walk(struct kunit *test)
{
	struct map_random random = MAP_RANDOM(7599);
	struct map_port_set set;
	u8 offset, len;

	for (offset = 0; offset <= 16; offset++) {
		for (len = 0; offset + len <= 16; len++) {
			set = (struct map_port_set){ 0, offset, len };
			walk_one(test, &set);
			set.psid = map_random(&random) & ((1U << len) - 1);
			walk_one(test, &set);
		}
	}
}

static struct kunit_case map_psid_cases[] = {
	KUNIT_CASE(rfc7597_appendix_a),
	KUNIT_CASE(rfc7597_gma_examples),
	KUNIT_CASE(rfc7597_section_5_1),
	KUNIT_CASE(unshared),
	KUNIT_CASE(extremes),
	KUNIT_CASE(partition),
	KUNIT_CASE(generate),
	KUNIT_CASE(range_walk),
	{}
};

static struct kunit_suite map_psid_suite = {
	.name = "map-psid",
	.test_cases = map_psid_cases,
};

kunit_test_suite(map_psid_suite);

MODULE_DESCRIPTION("KUnit tests of the map module");
MODULE_LICENSE("GPL");
