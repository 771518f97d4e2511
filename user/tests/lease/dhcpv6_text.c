// SPDX-License-Identifier: GPL-2.0
#include "format/dhcpv6_options.h"
#include "test.h"

/* What dhclient 4.4.3 and dhcpcd 9.4.1 make of what Kea sends, and what
 * odhcp6c does.
 */
#define DHCLIENT_MAPE \
	"0:59:0:15:1:10:18:c0:0:2:0:28:20:1:d:b8:10:0:5d:0:4:4:8:34:0:0:5a:0:10:20:1:d:b8:99:99:0:0:0:0:0:0:0:0:0:1"
#define DHCPCD_MAPE \
	"005900150110 18c00002002820010db810005d000404083400005a001020010db8999900000000000000000001"
#define ODHCP6C_MAPE \
	"fmr,type=map-e,ealen=16,prefix4len=24,prefix6len=40,ipv4prefix=192.0.2.0,ipv6prefix=2001:db8:1000::,offset=4,psidlen=8,psid=13312,br=2001:db8:9999::1,"
#define ODHCP6C_MAPT \
	"type=map-t,ealen=16,prefix4len=24,prefix6len=40,ipv4prefix=192.0.2.0,ipv6prefix=2001:db8:1000::,offset=4,psidlen=8,psid=13312,dmr=64:ff9b::/64, "
#define ODHCP6C_LW \
	"type=lw4o6,prefix4len=32,prefix6len=64,ipv4prefix=192.0.2.3,ipv6prefix=2001:db8:1:cafe::,offset=0,psidlen=4,psid=12288,br=2001:db8:cafe::1,"

#define LEASE_MAPE "{'method':'map-e','br':'2001:db8:9999::1','mesh':true,'rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':4,'psid_len':8,'psid':52,'iid':'rfc7597','fmr':true}]}"
#define LEASE_MAPT "{'method':'map-t','dmr':'64:ff9b::/64','rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':4,'psid_len':8,'psid':52,'iid':'rfc7597','fmr':false}]}"
#define LEASE_LW "{'method':'lw4o6','br':'2001:db8:cafe::1','rules':[{'ipv6':'2001:db8:1:cafe::/64','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'psid_len':4,'psid':3,'iid':'rfc7597','fmr':false}]}"
#define LEASE_AFTR "{'method':'ds-lite','br':'aftr.example.net'}"

/* As odhcp6c has the PSID, and is going to have it. */
#define ODHCP6C_LW3(psid) \
	"type=lw4o6,prefix4len=32,prefix6len=64,ipv4prefix=192.0.2.3," \
	"ipv6prefix=2001:db8:1:cafe::,offset=0,psidlen=3,psid=" psid ",br=2001:db8:cafe::1"
#define LEASE_LW3 "{'method':'lw4o6','br':'2001:db8:cafe::1','rules':[{'ipv6':'2001:db8:1:cafe::/64','ipv4':'192.0.2.3/32','ea_len':0,'psid_offset':0,'psid_len':3,'psid':2,'iid':'rfc7597','fmr':false}]}"
/* Of a provider that pads prefixes. */
#define DHCPCD_PADDED \
	"00590018000c17c00002003020010db8b0000000005d00040003a000005b00094020010db8ffff0000"
#define DHCLIENT_PADDED \
	"0:59:0:18:0:c:17:c0:0:2:0:30:20:1:d:b8:b0:0:0:0:0:5d:0:4:0:3:a0:0:0:5b:0:9:40:20:1:d:b8:ff:ff:0:0"
#define LEASE_PADDED "{'method':'map-t','dmr':'2001:db8:ffff::/64','padded':true,'rules':[{'ipv6':'2001:db8:b000::/48','ipv4':'192.0.2.0/23','ea_len':12,'psid_offset':0,'psid_len':3,'psid':5,'iid':'rfc7597','fmr':false}]}"

static void three_clients(void **state)
{
	static const struct {
		enum dhcpv6_client client;
		unsigned int code;
		const char *text;
		const char *lease;
	} cases[] = {
		{ DHCPV6_DHCLIENT, 94, DHCLIENT_MAPE, LEASE_MAPE },
		{ DHCPV6_DHCPCD, 94,
		  "00590015011018c00002002820010db810005d000404083400005a001020010db8999900000000000000000001",
		  LEASE_MAPE },
		{ DHCPV6_DHCPCD, 94,
		  "00590015011018C00002002820010DB810005D000404083400005A001020010DB8999900000000000000000001",
		  LEASE_MAPE },
		{ DHCPV6_ODHCP6C, 94, ODHCP6C_MAPE, LEASE_MAPE },
		{ DHCPV6_ODHCP6C, 94, " " ODHCP6C_MAPE " ", LEASE_MAPE },
		{ DHCPV6_ODHCP6C, 94, ODHCP6C_MAPE "later=9,flag,", LEASE_MAPE },
		{ DHCPV6_ODHCP6C, 95, ODHCP6C_MAPT, LEASE_MAPT },
		{ DHCPV6_ODHCP6C, 96, ODHCP6C_LW, LEASE_LW },
		{ DHCPV6_ODHCP6C, 96, ODHCP6C_LW3("2"), LEASE_LW3 },
		{ DHCPV6_ODHCP6C, 96, ODHCP6C_LW3("16384"), LEASE_LW3 },
		{ DHCPV6_DHCLIENT, 95, DHCLIENT_PADDED, LEASE_PADDED },
		{ DHCPV6_DHCPCD, 95, DHCPCD_PADDED, LEASE_PADDED },
		{ DHCPV6_DHCLIENT, 64,
		  "4:61:66:74:72:7:65:78:61:6d:70:6c:65:3:6e:65:74:0",
		  LEASE_AFTR },
		{ DHCPV6_DHCLIENT, 64, "aftr.example.net.", LEASE_AFTR },
		{ DHCPV6_DHCPCD, 64, "0461667472076578616d706c65036e657400", LEASE_AFTR },
		{ DHCPV6_DHCPCD, 64, "aftr.example.net", LEASE_AFTR },
		{ DHCPV6_ODHCP6C, 64, "AFTR.example.net", LEASE_AFTR },
	};
	struct lease lease;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (dhcpv6_text(cases[i].client, cases[i].code, cases[i].text,
				&lease, &why))
			fail_msg("%s: %s", cases[i].text, why.text);
		lease_is(&lease, cases[i].lease);
		lease_free(&lease);
	}
}

/* RFC 7598, section 8: several rules; each repeats the BR. */
static void several_rules(void **state)
{
	struct lease lease;
	struct reason why;

	(void)state;
	assert_int_equal(dhcpv6_text(DHCPV6_ODHCP6C, 94,
				     "type=map-e,ealen=16,prefix4len=24,prefix6len=40,ipv4prefix=192.0.2.0,ipv6prefix=2001:db8:1000::,br=2001:db8:9999::1,br=2001:db8:9999::2, fmr,type=map-e,ealen=8,prefix4len=24,prefix6len=40,ipv4prefix=198.51.100.7,ipv6prefix=2001:db8:2000::,br=2001:db8:9999::1,br=2001:db8:9999::2, ",
				     &lease, &why), 0);
	lease_is(&lease, "{'method':'map-e','br':'2001:db8:9999::1','sources':['2001:db8:9999::2'],'mesh':true,'rules':[{'ipv6':'2001:db8:1000::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':6,'psid_offset_assumed':true,'iid':'rfc7597','fmr':false},{'ipv6':'2001:db8:2000::/40','ipv4':'198.51.100.0/24','ea_len':8,'psid_offset':6,'iid':'rfc7597','fmr':true}]}");
	lease_free(&lease);

	/* The DMR too, but there can be only one. */
	assert_int_equal(dhcpv6_text(DHCPV6_ODHCP6C, 95,
				     ODHCP6C_MAPT ODHCP6C_MAPT, &lease, &why),
			 0);
	assert_int_equal(lease.count, 2);
	assert_int_equal(lease.dmr_len, 64);
	lease_free(&lease);
}

#define RULE "type=map-e,ealen=16,prefix4len=24,prefix6len=40,ipv4prefix=192.0.2.0,ipv6prefix=2001:db8:1000::,br=2001:db8::1"

static void wrong_texts(void **state)
{
	static const struct {
		enum dhcpv6_client client;
		unsigned int code;
		const char *text;
		enum reason_code reason;
		const char *says;
	} cases[] = {
		{ DHCPV6_DHCLIENT, 94, "", REASON_MISSING_ADDRESS, "map-e" },
		{ DHCPV6_DHCLIENT, 94, "0", REASON_INVALID_REPLY, "cut off" },
		{ DHCPV6_DHCLIENT, 94, "0:", REASON_INVALID_REPLY, "form of dhclient" },
		{ DHCPV6_DHCLIENT, 94, ":0", REASON_INVALID_REPLY, "form of dhclient" },
		{ DHCPV6_DHCLIENT, 94, "0::1", REASON_INVALID_REPLY, "form of dhclient" },
		{ DHCPV6_DHCLIENT, 94, "100", REASON_INVALID_REPLY, "form of dhclient" },
		{ DHCPV6_DHCLIENT, 94, "0:g", REASON_INVALID_REPLY, "form of dhclient: 0:g" },
		{ DHCPV6_DHCLIENT, 94, "0 1", REASON_INVALID_REPLY, "form of dhclient" },
		{ DHCPV6_DHCPCD, 94, "0", REASON_INVALID_REPLY, "form of dhcpcd" },
		{ DHCPV6_DHCPCD, 94, "00590", REASON_INVALID_REPLY, "form of dhcpcd" },
		{ DHCPV6_DHCPCD, 94, "0:59", REASON_INVALID_REPLY, "form of dhcpcd" },
		{ DHCPV6_DHCPCD, 94, DHCPCD_MAPE, REASON_INVALID_REPLY, "form of dhcpcd" },
		{ DHCPV6_DHCPCD, 94, "0059\n", REASON_INVALID_REPLY, "form of dhcpcd" },
		{ DHCPV6_DHCPCD, 93, "", REASON_UNSUPPORTED_TYPE, "option 93" },
		{ DHCPV6_ODHCP6C, 93, "", REASON_UNSUPPORTED_TYPE, "option 93" },
		{ DHCPV6_ODHCP6C, 97, RULE, REASON_UNSUPPORTED_TYPE, "option 97" },
		{ DHCPV6_ODHCP6C, 64, "", REASON_INVALID_REPLY, "no host name" },
		{ DHCPV6_ODHCP6C, 64, "192.0.2.1", REASON_INVALID_REPLY, "no host name" },
		{ DHCPV6_DHCPCD, 64, "a..b", REASON_INVALID_REPLY, "no host name" },
		{ DHCPV6_ODHCP6C, 94, "", REASON_MISSING_ADDRESS, "map-e without" },
		{ DHCPV6_ODHCP6C, 94, ",,,", REASON_MISSING_ADDRESS, "map-e without" },
		{ DHCPV6_ODHCP6C, 94, "type=map-t",
		  REASON_UNSUPPORTED_TYPE, "type \"map-t\" in the place of map-e" },
		{ DHCPV6_ODHCP6C, 94, RULE ",ealen=16",
		  REASON_INVALID_REPLY, "\"ealen\" is there twice" },
		{ DHCPV6_ODHCP6C, 94, "ealen=49",
		  REASON_INVALID_MAP_RULE, "\"49\" is wrong: ealen must be 0 to 48" },
		{ DHCPV6_ODHCP6C, 94, "ealen=", REASON_INVALID_MAP_RULE, "ealen must be" },
		{ DHCPV6_ODHCP6C, 94, "ealen=-1", REASON_INVALID_MAP_RULE, "ealen must be" },
		{ DHCPV6_ODHCP6C, 94, "prefix4len=33",
		  REASON_INVALID_MAP_RULE, "prefix4len must be 0 to 32" },
		{ DHCPV6_ODHCP6C, 94, "prefix6len=129",
		  REASON_INVALID_MAP_RULE, "prefix6len must be 0 to 128" },
		{ DHCPV6_ODHCP6C, 94, "ipv4prefix=x",
		  REASON_INVALID_MAP_RULE, "ipv4prefix must be an IPv4 address" },
		{ DHCPV6_ODHCP6C, 94, "ipv6prefix=x",
		  REASON_INVALID_MAP_RULE, "ipv6prefix must be an IPv6 address" },
		{ DHCPV6_ODHCP6C, 94, "br=x",
		  REASON_INVALID_MAP_RULE, "br must be an IPv6 address" },
		{ DHCPV6_ODHCP6C, 94, "br=::", REASON_MISSING_ADDRESS, "br :: is no global" },
		{ DHCPV6_ODHCP6C, 94, RULE ",offset=16",
		  REASON_INVALID_MAP_RULE, "PSID offset 16 is more" },
		{ DHCPV6_ODHCP6C, 94, RULE ",psidlen=17",
		  REASON_INVALID_MAP_RULE, "PSID length 17" },
		{ DHCPV6_ODHCP6C, 94, RULE ",psid=65536",
		  REASON_INVALID_MAP_RULE, "psid must be 0 to 65535" },
		{ DHCPV6_ODHCP6C, 94, RULE ",dmr=64:ff9b::/96",
		  REASON_UNSUPPORTED_TYPE, "map-e with values" },
		{ DHCPV6_ODHCP6C, 95, ODHCP6C_MAPT "type=map-t,dmr=64:ff9b::/96,",
		  REASON_INVALID_REPLY, "more than one dmr" },
		{ DHCPV6_ODHCP6C, 95, ODHCP6C_MAPT "dmr=64:ff9c::/64",
		  REASON_INVALID_REPLY, "more than one dmr" },
		{ DHCPV6_ODHCP6C, 95, "dmr=x",
		  REASON_INVALID_MAP_RULE, "dmr must be an IPv6 prefix" },
		{ DHCPV6_ODHCP6C, 95, "type=map-t,dmr=64:ff9b::/97",
		  REASON_INVALID_MAP_RULE, "length 97" },
		{ DHCPV6_ODHCP6C, 96, "fmr," ODHCP6C_LW,
		  REASON_UNSUPPORTED_TYPE, "lw4o6 with values" },
		{ DHCPV6_ODHCP6C, 96, ODHCP6C_LW " " ODHCP6C_LW,
		  REASON_INVALID_MAP_RULE, "lw4o6 with 2 rules" },
	};
	struct lease lease;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!dhcpv6_text(cases[i].client, cases[i].code, cases[i].text,
				 &lease, &why))
			fail_msg("accepted: %s", cases[i].text);
		says(&why, cases[i].reason, cases[i].says);
		assert_null(lease.rules);
	}
}

static void huge_texts(void **state)
{
	char *hex = repeat("00", 65536), *colons = repeat("ff:", 65536);
	char *rules = repeat(RULE " ", 4097);
	struct lease lease;
	struct reason why;

	(void)state;
	assert_int_equal(dhcpv6_text(DHCPV6_DHCPCD, 94, hex, &lease, &why),
			 -1);
	says(&why, REASON_INVALID_REPLY, "form of dhcpcd");
	hex[65535 * 2] = '\0';
	assert_int_equal(dhcpv6_text(DHCPV6_DHCPCD, 94, hex, &lease, &why),
			 -1);
	says(&why, REASON_INVALID_REPLY, "cut off");
	assert_int_equal(dhcpv6_text(DHCPV6_DHCLIENT, 94, colons, &lease,
				     &why), -1);
	assert_int_equal(dhcpv6_text(DHCPV6_ODHCP6C, 94, rules, &lease, &why),
			 -1);
	says(&why, REASON_INVALID_REPLY, "more than 4096 rules");
	free(hex);
	free(colons);
	free(rules);
}

int test_dhcpv6_text(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_clients),
		cmocka_unit_test(several_rules),
		cmocka_unit_test(wrong_texts),
		cmocka_unit_test(huge_texts),
	};

	return cmocka_run_group_tests_name("dhcpv6_text", tests, NULL, NULL);
}
