// SPDX-License-Identifier: GPL-2.0
/* Tests of the tables of ICMP: RFC 7915, sections 4.2 and 5.2, row by row, and
 * that there is nothing else in them.
 */

#include "xlat_icmp.c"

#include "pure_kunit.h"

/**
 * struct icmp_row - one message and what becomes of it
 * @type: type
 * @code: code
 * @pointer: of a Parameter Problem
 * @to_type: type of the translated message
 * @to_code: its code
 * @word: what its second word is
 * @to_pointer: and which pointer
 */
struct icmp_row {
	u8 type;
	u8 code;
	u8 pointer;
	u8 to_type;
	u8 to_code;
	enum map_xlat_icmp_word word;
	u8 to_pointer;
};

#define PLAIN	MAP_XLAT_ICMP_UNUSED
#define MTU	MAP_XLAT_ICMP_MTU
#define POINTER	MAP_XLAT_ICMP_POINTER

static const struct icmp_row rows46[] = {
	{ 0, 0, 0, 129, 0, PLAIN, 0 },
	{ 8, 0, 0, 128, 0, PLAIN, 0 },
	{ 3, 0, 0, 1, 0, PLAIN, 0 },
	{ 3, 1, 0, 1, 0, PLAIN, 0 },
	{ 3, 2, 0, 4, 1, POINTER, 6 },
	{ 3, 3, 0, 1, 4, PLAIN, 0 },
	{ 3, 4, 0, 2, 0, MTU, 0 },
	{ 3, 5, 0, 1, 0, PLAIN, 0 },
	{ 3, 6, 0, 1, 0, PLAIN, 0 },
	{ 3, 7, 0, 1, 0, PLAIN, 0 },
	{ 3, 8, 0, 1, 0, PLAIN, 0 },
	{ 3, 9, 0, 1, 1, PLAIN, 0 },
	{ 3, 10, 0, 1, 1, PLAIN, 0 },
	{ 3, 11, 0, 1, 0, PLAIN, 0 },
	{ 3, 12, 0, 1, 0, PLAIN, 0 },
	{ 3, 13, 0, 1, 1, PLAIN, 0 },
	{ 3, 15, 0, 1, 1, PLAIN, 0 },
	{ 11, 0, 0, 3, 0, PLAIN, 0 },
	{ 11, 1, 0, 3, 1, PLAIN, 0 },
	{ 12, 0, 0, 4, 0, POINTER, 0 },
	{ 12, 0, 1, 4, 0, POINTER, 1 },
	{ 12, 0, 2, 4, 0, POINTER, 4 },
	{ 12, 0, 3, 4, 0, POINTER, 4 },
	{ 12, 0, 8, 4, 0, POINTER, 7 },
	{ 12, 0, 9, 4, 0, POINTER, 6 },
	{ 12, 0, 12, 4, 0, POINTER, 8 },
	{ 12, 0, 15, 4, 0, POINTER, 8 },
	{ 12, 0, 16, 4, 0, POINTER, 24 },
	{ 12, 0, 19, 4, 0, POINTER, 24 },
	{ 12, 2, 2, 4, 0, POINTER, 4 },
};

static const struct icmp_row rows64[] = {
	{ 128, 0, 0, 8, 0, PLAIN, 0 },
	{ 129, 0, 0, 0, 0, PLAIN, 0 },
	{ 1, 0, 0, 3, 1, PLAIN, 0 },
	{ 1, 1, 0, 3, 10, PLAIN, 0 },
	{ 1, 2, 0, 3, 1, PLAIN, 0 },
	{ 1, 3, 0, 3, 1, PLAIN, 0 },
	{ 1, 4, 0, 3, 3, PLAIN, 0 },
	{ 2, 0, 0, 3, 4, MTU, 0 },
	{ 3, 0, 0, 11, 0, PLAIN, 0 },
	{ 3, 1, 0, 11, 1, PLAIN, 0 },
	{ 4, 0, 0, 12, 0, POINTER, 0 },
	{ 4, 0, 1, 12, 0, POINTER, 1 },
	{ 4, 0, 4, 12, 0, POINTER, 2 },
	{ 4, 0, 5, 12, 0, POINTER, 2 },
	{ 4, 0, 6, 12, 0, POINTER, 9 },
	{ 4, 0, 7, 12, 0, POINTER, 8 },
	{ 4, 0, 8, 12, 0, POINTER, 12 },
	{ 4, 0, 23, 12, 0, POINTER, 12 },
	{ 4, 0, 24, 12, 0, POINTER, 16 },
	{ 4, 0, 39, 12, 0, POINTER, 16 },
	{ 4, 1, 0, 3, 2, PLAIN, 0 },
};

static void expect_row(struct kunit *test, const struct icmp_row *row,
		       const struct map_xlat_icmp *to)
{
	KUNIT_EXPECT_EQ(test, to->type, row->to_type);
	KUNIT_EXPECT_EQ(test, to->code, row->to_code);
	KUNIT_EXPECT_EQ(test, (int)to->word, (int)row->word);
	if (row->word == POINTER)
		KUNIT_EXPECT_EQ(test, to->pointer, row->to_pointer);
}

static void rfc7915_section_4_2(struct kunit *test)
{
	struct map_xlat_icmp to;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows46); i++) {
		KUNIT_EXPECT_TRUE(test, map_xlat_icmp46(rows46[i].type,
							rows46[i].code,
							rows46[i].pointer,
							&to));
		expect_row(test, &rows46[i], &to);
	}
}

static void rfc7915_section_5_2(struct kunit *test)
{
	struct map_xlat_icmp to;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows64); i++) {
		KUNIT_EXPECT_TRUE(test, map_xlat_icmp64(rows64[i].type,
							rows64[i].code,
							rows64[i].pointer,
							&to));
		expect_row(test, &rows64[i], &to);
	}
}

/* All that no sentence names is dropped: 14 of the 16 codes of type 3 have a
 * counterpart, any of the types for which the code is kept, and so on.
 */
static void nothing_else(struct kunit *test)
{
	static const u8 none46[] = { 4, 5, 6, 9, 10, 13, 14, 15, 16, 17, 18,
				     30, 40, 255 };
	static const u8 none64[] = { 0, 5, 100, 127, 130, 131, 132, 133, 134,
				     135, 136, 137, 143, 255 };
	struct map_xlat_icmp to;
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(none46); i++)
		KUNIT_EXPECT_FALSE(test, map_xlat_icmp46(none46[i], 0, 0,
							 &to));
	for (i = 0; i < ARRAY_SIZE(none64); i++)
		KUNIT_EXPECT_FALSE(test, map_xlat_icmp64(none64[i], 0, 0,
							 &to));
	for (i = 0; i < 256; i++)
		n += map_xlat_icmp46(3, i, 0, &to);
	KUNIT_EXPECT_EQ(test, n, 15);
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp46(3, 14, 0, &to));
	for (n = 0, i = 0; i < 256; i++)
		n += map_xlat_icmp64(1, i, 0, &to);
	KUNIT_EXPECT_EQ(test, n, 5);
}

/* Figures 3 and 6: "n/a" and what is not listed. */
static void pointers_that_are_not(struct kunit *test)
{
	struct map_xlat_icmp to;
	unsigned int i, n;

	for (n = 0, i = 0; i < 256; i++)
		n += map_xlat_icmp46(12, 0, i, &to);
	KUNIT_EXPECT_EQ(test, n, 14);
	for (i = 4; i < 8; i++)
		KUNIT_EXPECT_FALSE(test, map_xlat_icmp46(12, 0, i, &to));
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp46(12, 0, 10, &to));
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp46(12, 1, 0, &to));
	for (n = 0, i = 0; i < 300; i++)
		n += map_xlat_icmp64(4, 0, i, &to);
	KUNIT_EXPECT_EQ(test, n, 38);
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp64(4, 0, 2, &to));
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp64(4, 0, 40, &to));
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp64(4, 0, 0xffffffff, &to));
	KUNIT_EXPECT_FALSE(test, map_xlat_icmp64(4, 2, 0, &to));
}

static void mtu46(struct kunit *test)
{
	/* maximum(1280, minimum(MTU + 20, IPv6 hop, IPv4 hop + 20)) */
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(1400, 1500, 9000, 9000), 1420);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(1400, 1500, 9000, 1410), 1410);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(1400, 1500, 1300, 9000), 1320);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(68, 1500, 9000, 9000), 1280);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(1260, 1500, 9000, 9000), 1280);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(1261, 1500, 9000, 9000), 1281);
}

/* "the greatest plateau value that is less than the returned Total Length
 * field, but that is larger than or equal to 1280"
 */
static void plateaus(struct kunit *test)
{
	const u32 hop = 100000;

	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 65535, hop, hop), 32000);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 32001, hop, hop), 32000);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 32000, hop, hop), 17914);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 17914, hop, hop), 8166);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 8166, hop, hop), 4352);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 4352, hop, hop), 2002);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 2002, hop, hop), 1492);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 1500, hop, hop), 1492);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 1492, hop, hop), 1280);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 0, hop, hop), 1280);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu46(0, 9000, 1500, 1500), 1500);
}

static void mtu64(struct kunit *test)
{
	/* minimum(MTU - 20, IPv4 hop, IPv6 hop - 20) */
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(1400, false, 9000, 9000), 1380);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(1400, false, 1300, 9000), 1300);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(1400, false, 9000, 1300), 1280);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(1280, false, 1500, 1500), 1260);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(1400, true, 9000, 9000), 1372);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(0, false, 1500, 1500), 68);
	KUNIT_EXPECT_EQ(test, map_xlat_mtu64(0xffffffff, false, 1500, 1500),
			1480);
}

static struct kunit_case map_xlat_icmp_cases[] = {
	KUNIT_CASE(rfc7915_section_4_2),
	KUNIT_CASE(rfc7915_section_5_2),
	KUNIT_CASE(nothing_else),
	KUNIT_CASE(pointers_that_are_not),
	KUNIT_CASE(mtu46),
	KUNIT_CASE(plateaus),
	KUNIT_CASE(mtu64),
	{}
};

static struct kunit_suite map_xlat_icmp_suite = {
	.name = "map-xlat-icmp",
	.test_cases = map_xlat_icmp_cases,
};

kunit_test_suite(map_xlat_icmp_suite);

MODULE_DESCRIPTION("KUnit tests of the map module");
MODULE_LICENSE("GPL");
