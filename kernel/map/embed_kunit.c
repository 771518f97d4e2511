// SPDX-License-Identifier: GPL-2.0
/* Tests of embedded addresses: the tables of RFC 6052, and there and back. */

#include "embed.c"

#include "pure_kunit.h"

struct embed_vector {
	u8 len;
	u8 prefix[16];
	u8 ipv6[16];
};

/* RFC 6052, section 2.4, tables 1 and 2, all for 192.0.2.33. */
static const struct embed_vector embed_vectors[] = {
	{ 32, { 0x20, 0x01, 0x0d, 0xb8 },
	  { 0x20, 0x01, 0x0d, 0xb8, 192, 0, 2, 33 } },
	{ 40, { 0x20, 0x01, 0x0d, 0xb8, 0x01 },
	  { 0x20, 0x01, 0x0d, 0xb8, 0x01, 192, 0, 2, 0, 33 } },
	{ 48, { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22 },
	  { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 192, 0, 0, 2, 33 } },
	{ 56, { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03 },
	  { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 192, 0, 0, 2, 33 } },
	{ 64, { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44 },
	  { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44,
	    0, 192, 0, 2, 33 } },
	{ 96, { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44 },
	  { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44, 0, 0, 0, 0,
	    192, 0, 2, 33 } },
	{ 96, { 0x00, 0x64, 0xff, 0x9b },
	  { 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0,
	    192, 0, 2, 33 } },
};

static struct in6_addr embed_addr(const u8 *byte)
{
	struct in6_addr addr;

	memcpy(&addr, byte, sizeof(addr));
	return addr;
}

static void rfc6052_section_2_4(struct kunit *test)
{
	const u32 ipv4 = 0xc0000221;
	struct in6_addr prefix, want, got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(embed_vectors); i++) {
		prefix = embed_addr(embed_vectors[i].prefix);
		want = embed_addr(embed_vectors[i].ipv6);
		map_embed(&prefix, embed_vectors[i].len, htonl(ipv4), &got);
		KUNIT_EXPECT_EQ(test, memcmp(&got, &want, sizeof(got)), 0);
		KUNIT_EXPECT_EQ(test, ntohl(map_embedded(&want,
							 embed_vectors[i].len)),
				ipv4);
	}
}

/* Section 2.2: six lengths, and no other. */
static void rfc6052_section_2_2(struct kunit *test)
{
	unsigned int len, n = 0;

	for (len = 0; len <= 255; len++)
		n += map_embed_len_valid(len);
	KUNIT_EXPECT_EQ(test, n, 6);
	for (len = 32; len <= 64; len += 8)
		KUNIT_EXPECT_TRUE(test, map_embed_len_valid(len));
	KUNIT_EXPECT_TRUE(test, map_embed_len_valid(96));
}

/* Section 2.3: byte 8 and the suffix do not count. */
static void there_and_back(struct kunit *test)
{
	static const u8 lens[] = { 32, 40, 48, 56, 64, 96 };
	struct map_random random = MAP_RANDOM(6052);
	struct in6_addr prefix = {}, ipv6;
	unsigned int i, n;
	u32 ipv4;
	u8 len;

	for (n = 0; n < MAP_KUNIT_ROUNDS; n++) {
		len = lens[n % ARRAY_SIZE(lens)];
		memset(&prefix, 0, sizeof(prefix));
		for (i = 0; i < len / 8; i++)
			prefix.s6_addr[i] = i == 8 ? 0 : map_random(&random);
		ipv4 = map_random(&random);
		map_embed(&prefix, len, htonl(ipv4), &ipv6);
		KUNIT_EXPECT_EQ(test, memcmp(&prefix, &ipv6, len / 8), 0);
		KUNIT_EXPECT_EQ(test, ipv6.s6_addr[8], 0);
		if (len < 96) {
			ipv6.s6_addr[8] = map_random(&random);
			ipv6.s6_addr[15] = map_random(&random);
		}
		KUNIT_EXPECT_EQ(test, ntohl(map_embedded(&ipv6, len)), ipv4);
	}
}

static struct kunit_case map_embed_cases[] = {
	KUNIT_CASE(rfc6052_section_2_4),
	KUNIT_CASE(rfc6052_section_2_2),
	KUNIT_CASE(there_and_back),
	{}
};

static struct kunit_suite map_embed_suite = {
	.name = "map-embed",
	.test_cases = map_embed_cases,
};

kunit_test_suite(map_embed_suite);

MODULE_DESCRIPTION("KUnit tests of the map module");
MODULE_LICENSE("GPL");
