// SPDX-License-Identifier: GPL-2.0
/* Sections are those of RFC 7598 where nothing else is said. */
#include "softwire/bmr.h"
#include "format/dhcpv6_options.h"
#include "test.h"

/* Captured from Kea 2.2. */
#define KEA_MAPE "005e002d 0059 0015 01 10 18 c0000200 28 20010db810 005d0004 04 08 3400 005a0010 20010db8999900000000000000000001"
#define KEA_MAPT "005f0026 00590015 00 10 18 c0000200 28 20010db810 005d0004 04083400 005b0009 40 0064ff9b00000000"
#define KEA_LW "0060002d 005a0010 20010db8cafe00000000000000000001 005c0015 c0000203 40 20010db80001cafe 005d0004 00 04 3000"
#define KEA_AFTR "00400012 0461667472 076578616d706c65 036e6574 00"
#define KEA_TWO "005e0036 0059000d 01 10 18 c0000200 28 20010db810 0059000d 01 08 18 c6336400 28 20010db820 005a0010 20010db8999900000000000000000001"

#define LEASE_MAPE "{'method':'map-e','br':'2001:db8:9999::1','mesh':true,'rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':4,'psid_len':8,'psid':52,'iid':'rfc7597','fmr':true}]}"
#define LEASE_MAPT "{'method':'map-t','dmr':'64:ff9b::/64','rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':4,'psid_len':8,'psid':52,'iid':'rfc7597','fmr':false}]}"
#define LEASE_LW "{'method':'lw4o6','br':'2001:db8:cafe::1','rules':[{'ipv6':'2001:db8:1:cafe::/64','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'psid_len':4,'psid':3,'iid':'rfc7597','fmr':false}]}"
#define LEASE_AFTR "{'method':'ds-lite','br':'aftr.example.net'}"
#define LEASE_TWO "{'method':'map-e','br':'2001:db8:9999::1','mesh':true,'rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':6,'psid_offset_assumed':true,'iid':'rfc7597','fmr':true},{'ipv6':'2001:db8:2000::/40','ipv4':'198.51.100.0/24','ea_len':8,'psid_offset':6,'iid':'rfc7597','fmr':true}]}"

/* Parts of containers. */
#define BR	"005a0010 20010db8999900000000000000000001"
#define BR2	"005a0010 20010db8999900000000000000000002"
#define RULE	"0059000d 01 10 18 c0000200 28 20010db810"
#define DMR	"005b0009 40 0064ff9b00000000"
#define BIND	"005c000d c0000203 40 20010db80001cafe"

static int read_options(const char *hex, struct offer *offer,
			struct reason *why)
{
	uint8_t data[4096];
	size_t len = from_hex(hex, data);

	return dhcpv6_options(data, len, offer, why);
}

static int read_option(unsigned int code, const char *hex,
		       struct lease *lease, struct reason *why)
{
	uint8_t data[4096], *exact;
	size_t len = from_hex(hex, data);
	int ret;

	/* So that the sanitizer sees a byte too much. */
	exact = malloc(len);
	memcpy(exact, data, len);
	ret = dhcpv6_option(code, exact, len, lease, why);
	free(exact);
	return ret;
}

static void is(unsigned int code, const char *hex, const char *expected)
{
	struct reason why;
	struct lease lease;

	if (read_option(code, hex, &lease, &why))
		fail_msg("%s: %s", hex, why.text);
	lease_is(&lease, expected);
	lease_free(&lease);
}

static void refuses(unsigned int code, const char *hex, enum reason_code kind,
		    const char *says_)
{
	struct reason why;
	struct lease lease;

	if (!read_option(code, hex, &lease, &why))
		fail_msg("accepted: %u, %s", code, hex);
	says(&why, kind, says_);
	assert_null(lease.rules);
}

static void captured(void **state)
{
	static const char *const cases[][2] = {
		{ KEA_MAPE, LEASE_MAPE }, { KEA_MAPT, LEASE_MAPT },
		{ KEA_LW, LEASE_LW }, { KEA_AFTR, LEASE_AFTR },
		{ KEA_TWO, LEASE_TWO },
	};
	struct offer offer;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_options(cases[i][0], &offer, &why), 0);
		assert_int_equal(offer.count, 1);
		assert_int_equal(offer.skipped_count, 0);
		lease_is(&offer.leases[0], cases[i][1]);
		offer_free(&offer);
	}
}

/* Every beginning of what Kea sends is cut off somewhere. */
static void truncated(void **state)
{
	static const char *const cases[] = {
		KEA_MAPE, KEA_MAPT, KEA_LW, KEA_AFTR, KEA_TWO,
	};
	uint8_t data[256], *exact;
	struct offer offer;
	struct reason why;
	struct lease lease;
	size_t len, cut;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		len = from_hex(cases[i], data);
		for (cut = 1; cut < len; cut++) {
			exact = malloc(cut);
			memcpy(exact, data, cut);
			assert_int_equal(dhcpv6_options(exact, cut, &offer,
							&why), -1);
			says(&why, REASON_INVALID_REPLY, "cut off");
			/* The binding of lw4o6, which is cut off, is optional. */
			if (cut >= 4 && (i != 2 || cut != 24))
				assert_int_equal(dhcpv6_option(exact[1],
							       exact + 4,
							       cut - 4, &lease,
							       &why), -1);
			free(exact);
		}
	}
}

/* Section 3: options that are in no container MUST be ignored. */
static void outside_of_containers(void **state)
{
	struct offer offer;
	struct reason why;

	(void)state;
	assert_int_equal(read_options(RULE BR DMR BIND "005d0004 04083400",
				      &offer, &why), 0);
	assert_int_equal(offer.count, 0);
	assert_int_equal(read_options(BR2 KEA_MAPE RULE, &offer, &why), 0);
	assert_int_equal(offer.count, 1);
	lease_is(&offer.leases[0], LEASE_MAPE);
	offer_free(&offer);
	refuses(DHCPV6_S46_RULE, "01 10 18 c0000200 28 20010db810",
		REASON_UNSUPPORTED_TYPE, "option 89");
}

/* Section 8: several rules MUST be processed. */
static void several_rules(void **state)
{
	char *rules = repeat(RULE " ", 300), *hex;
	struct lease lease;
	struct reason why;
	uint8_t *data;
	size_t len;

	(void)state;
	assert_true(asprintf(&hex, "%s" BR, rules) > 0);
	data = malloc(strlen(hex));
	len = from_hex(hex, data);
	assert_int_equal(dhcpv6_option(DHCPV6_S46_CONT_MAPE, data, len, &lease,
				       &why), 0);
	assert_int_equal(lease.count, 300);
	lease_free(&lease);
	free(data);
	free(hex);
	free(rules);
}

/* Section 4.1: a rule without the F flag MUST NOT be used for forwarding;
 * the other flags are reserved.
 */
static void flags(void **state)
{
	static const struct {
		const char *rule;
		bool fmr;
	} cases[] = {
		{ "0059000d 00 10 18 c0000200 28 20010db810", false },
		{ "0059000d 01 10 18 c0000200 28 20010db810", true },
		{ "0059000d fe 10 18 c0000200 28 20010db810", false },
		{ "0059000d ff 10 18 c0000200 28 20010db810", true },
	};
	struct lease lease;
	struct reason why;
	char hex[256];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(hex, sizeof(hex), "%s " BR, cases[i].rule);
		assert_int_equal(read_option(DHCPV6_S46_CONT_MAPE, hex, &lease,
					     &why), 0);
		assert_int_equal(bmr_is_fmr(&lease, 0), cases[i].fmr);
		lease_free(&lease);
	}
}

/* Section 4.1: bits after the IPv4 prefix MUST be ignored by the receiver; of
 * the IPv6 prefix, as many bytes are there as its length needs.
 */
static void prefixes(void **state)
{
	(void)state;
	is(DHCPV6_S46_CONT_MAPE, BR "0059000d 00 10 18 c00002ff 28 20010db810",
	   "{'method':'map-e','br':'2001:db8:9999::1','rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':6,'psid_offset_assumed':true,'iid':'rfc7597','fmr':false}]}");
	is(DHCPV6_S46_CONT_MAPE, BR "0059000c 00 19 0f 6a480000 1f 240b0011",
	   "{'method':'map-e','br':'2001:db8:9999::1','rules':[{'ipv6':'240b:10::/31','ipv4':'106.72.0.0/15','ea_len':25,'psid_offset':6,'psid_offset_assumed':true,'iid':'rfc7597','fmr':false}]}");
	is(DHCPV6_S46_CONT_MAPE, BR "00590008 00 20 00 ffffffff 00",
	   "{'method':'map-e','br':'2001:db8:9999::1','rules':[{'ipv6':'::/0','ipv4':'0.0.0.0/0','ea_len':32,'psid_offset':6,'iid':'rfc7597','fmr':false}]}");
	is(DHCPV6_S46_CONT_MAPE, BR "00590018 00 00 20 c0000212 80 20010db8000000000000000000000001",
	   "{'method':'map-e','br':'2001:db8:9999::1','rules':[{'ipv6':'2001:db8::1','ipv4':'192.0.2.18/32','ea_len':0,'psid_offset':6,'iid':'rfc7597','fmr':false}]}");
	refuses(DHCPV6_S46_CONT_MAPE, BR "0059000d 01 31 18 c0000200 28 20010db810",
		REASON_INVALID_MAP_RULE, "49 EA bits");
	refuses(DHCPV6_S46_CONT_MAPE, BR "0059000d 01 10 21 c0000200 28 20010db810",
		REASON_INVALID_MAP_RULE, "length 33");
	refuses(DHCPV6_S46_CONT_MAPE, BR "00590019 01 00 20 c0000200 81 20010db800000000000000000000000100",
		REASON_INVALID_MAP_RULE, "129 bits, more than 128");
	refuses(DHCPV6_S46_CONT_MAPE, BR "0059000d 01 10 18 c0000200 29 20010db810",
		REASON_INVALID_REPLY, "an IPv6 prefix has a wrong length");
	refuses(DHCPV6_S46_CONT_MAPE, BR "00590007 01 10 18 c0000200",
		REASON_INVALID_REPLY, "OPTION_S46_RULE has a wrong length, 7");
	refuses(DHCPV6_S46_CONT_MAPE, BR "00590000", REASON_INVALID_REPLY,
		"OPTION_S46_RULE has a wrong length, 0");
	/* RFC 7597, section 5.2: no more than 16 bits of PSID. */
	refuses(DHCPV6_S46_CONT_MAPE, BR "0059000d 01 19 18 c0000200 28 20010db810",
		REASON_INVALID_MAP_RULE, "rule 1: ");
}

/* Section 4.5: the PSID is on the left; an explicit one MUST be used. */
static void port_parameters(void **state)
{
	static const struct {
		const char *rule;
		int offset;
		int len;
		int psid;
	} cases[] = {
		/* Whole address, no EA bits: RFC 7597, example 5. */
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 06 08 3400",
		  6, 8, 0x34 },
		/* Padding on the right does not count. */
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 06 08 34ff",
		  6, 8, 0x34 },
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 00 10 3456",
		  0, 16, 0x3456 },
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 0f 01 8000",
		  15, 1, 1 },
		/* On the right, where it cannot be on the left. */
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 06 08 0034",
		  6, 8, 0x34 },
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 00 03 0002",
		  0, 3, 2 },
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 00 03 4000",
		  0, 3, 2 },
		/* With length 0 the PSID is to be ignored. */
		{ BR "00590017 00 00 20 c0000212 38 20010db8001234 005d0004 04 00 ffff",
		  0, 0, 0 },
		/* EA bits with the PSID: only the offset is news. */
		{ BR "00590015 00 10 18 c0000200 28 20010db800 005d0004 04 00 0000",
		  4, 8, 0x34 },
		/* EA bits with a PSID: the explicit one is used. */
		{ BR "00590015 00 10 18 c0000200 28 20010db800 005d0004 04 08 5600",
		  4, 8, 0x56 },
		/* Nothing said: RFC 7597, section 5.1: offset 6. */
		{ BR "0059000d 00 10 18 c0000200 28 20010db800", 6, 8, 0x34 },
	};
	struct in6_addr prefix = ipv6("2001:db8:12:3400::");
	struct lease lease;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (read_option(DHCPV6_S46_CONT_MAPE, cases[i].rule, &lease,
				&why) ||
		    bmr_find(&lease, &prefix, 56, &bmr, &why))
			fail_msg("case %u: %s", i, why.text);
		assert_int_equal(bmr.ce.ports.offset, cases[i].offset);
		assert_int_equal(bmr.ce.ports.len, cases[i].len);
		assert_int_equal(bmr.ce.ports.psid, cases[i].psid);
		lease_free(&lease);
	}
}

/* Section 4.5: values that are not allowed, and lengths. */
static void wrong_port_parameters(void **state)
{
	static const struct {
		const char *ports;
		enum reason_code code;
		const char *says;
	} cases[] = {
		{ "005d0004 10 08 3400", REASON_INVALID_MAP_RULE,
		  "PSID offset 16 is more than 15" },
		{ "005d0004 06 11 3400", REASON_INVALID_MAP_RULE,
		  "PSID length 17" },
		{ "005d0004 0f 08 3400", REASON_INVALID_MAP_RULE,
		  "PSID offset and PSID length are more than 16 together" },
		{ "005d0004 04 07 3400", REASON_INVALID_MAP_RULE,
		  "PSID length is not what the EA bits leave" },
		{ "005d0005 04 08 3400 00", REASON_INVALID_REPLY,
		  "OPTION_S46_PORTPARAMS has a wrong length, 5" },
		{ "005d0003 04 08 34", REASON_INVALID_REPLY,
		  "OPTION_S46_PORTPARAMS has a wrong length, 3" },
		{ "005d0000", REASON_INVALID_REPLY,
		  "OPTION_S46_PORTPARAMS has a wrong length, 0" },
	};
	uint8_t data[16];
	char hex[256];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(hex, sizeof(hex), BR
			 "0059%04zx 00 10 18 c0000200 28 20010db800 %s",
			 13 + from_hex(cases[i].ports, data), cases[i].ports);
		refuses(DHCPV6_S46_CONT_MAPE, hex, cases[i].code,
			cases[i].says);
	}
}

/* Section 4.5: an explicit PSID MUST be discarded where the CE has no full
 * IPv4 address; the rule stays.
 */
static void psid_of_a_prefix(void **state)
{
	(void)state;
	is(DHCPV6_S46_CONT_MAPE,
	   BR "00590015 00 04 18 c0000200 28 20010db810 005d0004 04 08 3400",
	   "{'method':'map-e','br':'2001:db8:9999::1','rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':4,'psid_offset':6,'iid':'rfc7597','fmr':false}]}");
}

/* Options that are not known, empty ones too, are passed over everywhere, and
 * so is OPTION_S46_PORTPARAMS outside of rules and bindings (section 4.5).
 */
static void unknown_options(void **state)
{
	(void)state;
	is(DHCPV6_S46_CONT_MAPE,
	   "ffff0000 " BR "00010003 aabbcc0059 0022 01 10 18 c0000200 28 20010db810 ffff0000 00010005 0102030405 005d0004 04083400005d0004 0f081200",
	   LEASE_MAPE);
	is(DHCPV6_S46_CONT_LW,
	   "00630000" BR
	   "005c0011 c0000203 40 20010db80001cafe ffff0000",
	   "{'method':'lw4o6','br':'2001:db8:9999::1','rules':[{'ipv6':'2001:db8:1:cafe::/64','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'iid':'rfc7597','fmr':false}]}");
	refuses(DHCPV6_S46_CONT_MAPE,
		BR "00590010 01 10 18 c0000200 28 20010db810 ffff01",
		REASON_INVALID_REPLY, "cut off");
}

/* Sections 5.1 to 5.3 and table 1 of section 6: what has to be in a container,
 * and what must not; the container is of no use otherwise.
 */
static void contents(void **state)
{
	static const struct {
		unsigned int code;
		const char *hex;
		const char *says;
	} cases[] = {
		{ DHCPV6_S46_CONT_MAPE, "", "without the address" },
		{ DHCPV6_S46_CONT_MAPE, RULE, "map-e without the address" },
		{ DHCPV6_S46_CONT_MAPE, BR, "map-e without a rule" },
		{ DHCPV6_S46_CONT_MAPE, RULE BR DMR, "option 91 must not" },
		{ DHCPV6_S46_CONT_MAPE, RULE BR BIND, "option 92 must not" },
		{ DHCPV6_S46_CONT_MAPT, "", "map-t with a prefix of length 0" },
		{ DHCPV6_S46_CONT_MAPT, RULE, "map-t with a prefix" },
		{ DHCPV6_S46_CONT_MAPT, DMR, "map-t without a rule" },
		{ DHCPV6_S46_CONT_MAPT, RULE DMR DMR, "more than one OPTION_S46_DMR" },
		{ DHCPV6_S46_CONT_MAPT, RULE DMR BR,
		  "option 90 must not be in the container of map-t" },
		{ DHCPV6_S46_CONT_MAPT, RULE DMR BIND, "option 92 must not" },
		{ DHCPV6_S46_CONT_LW, "", "lw4o6 without the address" },
		{ DHCPV6_S46_CONT_LW, BIND, "lw4o6 without the address" },
		{ DHCPV6_S46_CONT_LW, BR BIND BIND, "more than one OPTION_S46_V4V6BIND" },
		{ DHCPV6_S46_CONT_LW, BR BIND RULE, "option 89 must not" },
		{ DHCPV6_S46_CONT_LW, BR BIND DMR, "option 91 must not" },
	};
	struct reason why;
	struct lease lease;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!read_option(cases[i].code, cases[i].hex, &lease, &why))
			fail_msg("accepted: %s", cases[i].hex);
		says(&why, why.code, cases[i].says);
		assert_true(why.code != REASON_NONE);
	}
	/* The binding is optional. */
	is(DHCPV6_S46_CONT_LW, BR, "{'method':'lw4o6','br':'2001:db8:9999::1'}");
}

#define LEASE_ONE "{'method':'map-e','br':'2001:db8:9999::1','mesh':true,'rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':6,'psid_offset_assumed':true,'iid':'rfc7597','fmr':true}]}"

static void order_does_not_count(void **state)
{
	(void)state;
	is(DHCPV6_S46_CONT_MAPE, RULE BR, LEASE_ONE);
	is(DHCPV6_S46_CONT_MAPE, BR RULE, LEASE_ONE);
	is(DHCPV6_S46_CONT_MAPT,
	   DMR "00590015 00 10 18 c0000200 28 20010db810 005d0004 04083400",
	   LEASE_MAPT);
	is(DHCPV6_S46_CONT_LW,
	   "005c0015 c0000203 40 20010db80001cafe 005d0004 00 04 3000 005a0010 20010db8cafe00000000000000000001",
	   LEASE_LW);
}

/* Section 4.2: several addresses of the BR. */
static void two_brs(void **state)
{
	(void)state;
	is(DHCPV6_S46_CONT_LW, BR BR2 BR,
	   "{'method':'lw4o6','br':'2001:db8:9999::1','sources':['2001:db8:9999::2']}");
	refuses(DHCPV6_S46_CONT_MAPE, RULE "005a000f 20010db89999000000000000000000",
		REASON_INVALID_REPLY, "OPTION_S46_BR has a wrong length, 15");
	refuses(DHCPV6_S46_CONT_MAPE, RULE "005a0011 20010db8999900000000000000000001 00",
		REASON_INVALID_REPLY, "OPTION_S46_BR has a wrong length, 17");
	refuses(DHCPV6_S46_CONT_MAPE, RULE "005a0000", REASON_INVALID_REPLY,
		"OPTION_S46_BR has a wrong length, 0");
	refuses(DHCPV6_S46_CONT_MAPE, RULE "005a0010 00000000000000000000000000000000",
		REASON_MISSING_ADDRESS, "no global unicast");
	refuses(DHCPV6_S46_CONT_MAPE, RULE "005a0010 ff020000000000000000000000000001",
		REASON_MISSING_ADDRESS, "no global unicast");
}

/* Section 4.3; RFC 7599, section 5.1: MUST NOT exceed 96 bits. */
static void dmrs(void **state)
{
	(void)state;
	is(DHCPV6_S46_CONT_MAPT, RULE "005b000d 60 0064ff9b0000000000000000",
	   "{'method':'map-t','dmr':'64:ff9b::/96','mesh':true,'rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':6,'psid_offset_assumed':true,'iid':'rfc7597','fmr':true}]}");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b000e 61 0064ff9b000000000000000000",
		REASON_INVALID_MAP_RULE, "length 97");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b0011 80 20010db8000000000000000000000001",
		REASON_INVALID_MAP_RULE, "length 128");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b0012 88 20010db800000000000000000000000100",
		REASON_INVALID_MAP_RULE, "136 bits, more than 128");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b0008 40 0064ff9b000000",
		REASON_INVALID_REPLY, "wrong length");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b000a 40 0064ff9b0000000000",
		REASON_INVALID_REPLY, "OPTION_S46_DMR has a wrong length, 10");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b0000", REASON_INVALID_REPLY,
		"OPTION_S46_DMR has a wrong length, 0");
	refuses(DHCPV6_S46_CONT_MAPT, RULE "005b0001 00",
		REASON_INVALID_MAP_RULE, "prefix of length 0");
}

/* Option 95 of a provider that pads the prefix of a rule to 8 bytes; and others
 * that could be.
 */
static void padded(void **state)
{
	static const char rule[] = "0059001800 0c17c0000200 30 20010db8b000 0000 005d0004 0003a000";
	static const char dmr[] = "005b0009 40 20010db8ffff0000";
	struct in6_addr prefix = ipv6("2001:db8:b000:ad0::");
	struct reason why;
	struct lease lease;
	struct bmr bmr;
	char hex[512];

	(void)state;
	snprintf(hex, sizeof(hex), "%s%s", rule, dmr);
	is(DHCPV6_S46_CONT_MAPT, hex,
	   "{'method':'map-t','dmr':'2001:db8:ffff::/64','padded':true,'rules':[{'ipv6':'2001:db8:b000::/48','ipv4':'192.0.2.0/23','ea_len':12,'psid_offset':0,'psid_len':3,'psid':5,'iid':'rfc7597','fmr':false}]}");
	assert_int_equal(read_option(DHCPV6_S46_CONT_MAPT, hex, &lease, &why),
			 0);
	assert_int_equal(bmr_find(&lease, &prefix, 60, &bmr, &why), 0);
	assert_int_equal(ntohl(bmr.ce.ipv4), 0xc0000215);
	assert_int_equal(bmr.ce.ports.psid, 5);
	assert_int_equal(bmr.ce.ports.len, 3);
	assert_int_equal(bmr.ce.ports.offset, 0);
	lease_free(&lease);

	snprintf(hex, sizeof(hex), BR "%s", rule);
	is(DHCPV6_S46_CONT_MAPE, hex,
	   "{'method':'map-e','br':'2001:db8:9999::1','padded':true,'rules':[{'ipv6':'2001:db8:b000::/48','ipv4':'192.0.2.0/23','ea_len':12,'psid_offset':0,'psid_len':3,'psid':5,'iid':'rfc7597','fmr':false}]}");
	is(DHCPV6_S46_CONT_LW,
	   BR "005c0015 c0000203 30 20010db80001 0000 005d0004 0003a000",
	   "{'method':'lw4o6','br':'2001:db8:9999::1','padded':true,'rules':[{'ipv6':'2001:db8:1::/48','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'psid_len':3,'psid':5,'iid':'rfc7597','fmr':false}]}");
	/* To 16 bytes, and without options after that. */
	is(DHCPV6_S46_CONT_LW,
	   BR "005c001d c0000203 30 20010db8000100000000000000000000 005d0004 0003a000",
	   "{'method':'lw4o6','br':'2001:db8:9999::1','padded':true,'rules':[{'ipv6':'2001:db8:1::/48','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'psid_len':3,'psid':5,'iid':'rfc7597','fmr':false}]}");
	is(DHCPV6_S46_CONT_MAPT,
	   "00590010 00 0817c0000200 30 20010db8b000 0000 005b0011 40 20010db8ffff00000000000000000000",
	   "{'method':'map-t','dmr':'2001:db8:ffff::/64','padded':true,'rules':[{'ipv6':'2001:db8:b000::/48','ipv4':'192.0.2.0/23','ea_len':8,'psid_offset':6,'iid':'rfc7597','fmr':false}]}");

	/* What is not zero, or ends elsewhere, or has other options, is none. */
	refuses(DHCPV6_S46_CONT_LW,
		BR "005c0015 c0000203 30 20010db80001 0001 005d0004 0003a000",
		REASON_INVALID_REPLY, "cut off");
	refuses(DHCPV6_S46_CONT_LW,
		BR "005c0014 c0000203 30 20010db80001 00 005d0004 0003a000",
		REASON_INVALID_REPLY, "cut off");
	refuses(DHCPV6_S46_CONT_LW,
		BR "005c0015 c0000203 30 20010db80001 0000 005e0004 0003a000",
		REASON_INVALID_REPLY, "cut off");
	refuses(DHCPV6_S46_CONT_MAPT, "005b0011 40 20010db8ffff00000000000000000001",
		REASON_INVALID_REPLY, "wrong length");
}

static void bindings(void **state)
{
	(void)state;
	refuses(DHCPV6_S46_CONT_LW, BR "005c0004 c0000203",
		REASON_INVALID_REPLY, "OPTION_S46_V4V6BIND has a wrong length, 4");
	refuses(DHCPV6_S46_CONT_LW, BR "005c000c c0000203 40 20010db80001ca",
		REASON_INVALID_REPLY, "an IPv6 prefix has a wrong length");
	refuses(DHCPV6_S46_CONT_LW, BR "005c0005 c0000203 81",
		REASON_INVALID_MAP_RULE, "129 bits");
	/* RFC 7596, section 5.1: no offset by default. */
	is(DHCPV6_S46_CONT_LW, BR "005c0005 c0000203 00",
	   "{'method':'lw4o6','br':'2001:db8:9999::1','rules':[{'ipv6':'::/0','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'iid':'rfc7597','fmr':false}]}");
}

/* Section 5.1: several containers, each a domain; sections 6 and 8: one that
 * is wrong MUST be ignored, and the others stand.
 */
static void several_containers(void **state)
{
	struct offer offer;
	struct reason why;

	(void)state;
	assert_int_equal(read_options(KEA_MAPE "005e0000" KEA_TWO
				      "005f0014" BR KEA_AFTR KEA_LW, &offer,
				      &why), 0);
	assert_int_equal(offer.count, 4);
	lease_is(&offer.leases[0], LEASE_MAPE);
	lease_is(&offer.leases[1], LEASE_TWO);
	lease_is(&offer.leases[2], LEASE_AFTR);
	lease_is(&offer.leases[3], LEASE_LW);
	assert_int_equal(offer.skipped_count, 2);
	assert_string_equal(offer.skipped[0].part, "option 94");
	assert_string_equal(offer.skipped[1].part, "option 95");
	says(&offer.skipped[1].why, REASON_INVALID_REPLY, "option 90");
	offer_free(&offer);
	assert_int_equal(read_options("", &offer, &why), 0);
	assert_int_equal(offer.count, 0);
}

static void more_containers_than_fit(void **state)
{
	char *hex = repeat(KEA_LW " ", 40);
	struct offer offer;
	struct reason why;

	(void)state;
	assert_int_equal(read_options(hex, &offer, &why), 0);
	assert_int_equal(offer.count, OFFER_LEASES_MAX);
	assert_int_equal(offer.skipped_count, 40 - OFFER_LEASES_MAX);
	offer_free(&offer);
	free(hex);
}

/* The longest label, 63 times a letter. */
#define LETTERS	"616161616161616161616161616161616161616161"
#define LABEL	"3f" LETTERS LETTERS LETTERS

/* RFC 6334: one name, as DNS has it, of 255 bytes at most; of several options
 * the first counts.
 */
static void aftr_names(void **state)
{
	char *labels = repeat(LABEL, 4), *hex;
	struct offer offer;
	struct reason why;

	(void)state;
	is(DHCPV6_AFTR_NAME, "0141 0162 00", "{'method':'ds-lite','br':'a.b'}");
	refuses(DHCPV6_AFTR_NAME, "", REASON_INVALID_REPLY, "not ended by the root");
	refuses(DHCPV6_AFTR_NAME, "00", REASON_INVALID_REPLY, "no host name");
	refuses(DHCPV6_AFTR_NAME, "0161", REASON_INVALID_REPLY, "not ended");
	refuses(DHCPV6_AFTR_NAME, "0261", REASON_INVALID_REPLY,
		"malformed at byte 0");
	refuses(DHCPV6_AFTR_NAME, "0161 00 0162 00", REASON_INVALID_REPLY,
		"more than one host name");
	refuses(DHCPV6_AFTR_NAME, "0161 c000", REASON_INVALID_REPLY,
		"malformed at byte 2");
	refuses(DHCPV6_AFTR_NAME, "0120 00", REASON_INVALID_REPLY,
		"\" \" is no host name");
	refuses(DHCPV6_AFTR_NAME, "0100 00", REASON_INVALID_REPLY,
		"malformed at byte 0");
	refuses(DHCPV6_AFTR_NAME, "03612e62 00", REASON_INVALID_REPLY,
		"malformed at byte 0");
	assert_true(asprintf(&hex, "%s00", labels) > 0);
	refuses(DHCPV6_AFTR_NAME, hex, REASON_INVALID_REPLY,
		"257 bytes, more than 255");
	free(hex);
	free(labels);
	assert_int_equal(read_options(KEA_AFTR "00400005 0161 0162 00",
				      &offer, &why), 0);
	assert_int_equal(offer.count, 1);
	lease_is(&offer.leases[0], LEASE_AFTR);
	offer_free(&offer);
}

int test_dhcpv6(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured),
		cmocka_unit_test(truncated),
		cmocka_unit_test(outside_of_containers),
		cmocka_unit_test(several_rules),
		cmocka_unit_test(flags),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(port_parameters),
		cmocka_unit_test(wrong_port_parameters),
		cmocka_unit_test(psid_of_a_prefix),
		cmocka_unit_test(unknown_options),
		cmocka_unit_test(contents),
		cmocka_unit_test(order_does_not_count),
		cmocka_unit_test(two_brs),
		cmocka_unit_test(dmrs),
		cmocka_unit_test(padded),
		cmocka_unit_test(bindings),
		cmocka_unit_test(several_containers),
		cmocka_unit_test(more_containers_than_fit),
		cmocka_unit_test(aftr_names),
	};

	return cmocka_run_group_tests_name("dhcpv6", tests, NULL, NULL);
}
