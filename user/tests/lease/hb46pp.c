// SPDX-License-Identifier: GPL-2.0
/* Replies of an HB46PP server. Sections are those of the specification, v1.1. */
#include <ctype.h>

#include "softwire/bmr.h"
#include "format/hb46pp.h"
#include "test.h"

#define TOKEN	"640756965820d3b9025b6941f9590af6802830ba58663fe8f043dc92b576f17a"
#define RULE	"{'ipv6':'2001:db8:1:2000::/52','ipv4':'203.0.113.0/24'," \
		"'ea_length':12,'psid_offset':4}"
#define MAP_E	"'map_e':{'version':0,'mesh':true,'br':'2001:db8:1::1'," \
		"'rules':[" RULE "]}"
#define DSLITE	"'dslite':{'aftr':'aftr.example.net'}"
#define LW4O6	"'lw4o6':{'lwaftr':'lwaftr.example.net'," \
		"'ipv6':'2001:db8:3:100::/56','ipv4':'203.0.113.16'," \
		"'psid':3,'psid_length':8,'psid_offset':6}"
#define MAP_T	"'map_t':{'dmr':'2001:db8:5::/64','rules':[" \
		"{'ipv6':'2001:db8:5:100::/56','ipv4':'203.0.113.32/28'," \
		"'ea_length':8,'psid_offset':4}]}"
#define XLAT	"'464xlat':{'nat64prefix':'2001:db8:6::/96'}"
#define IPIP	"'ipip':[{'ipv6_local':'2001:db8:7:100::7'," \
		"'ipv6_remote':'2001:db8:7::1','ipv4':'203.0.113.0/29'}]"
#define ALL	MAP_E "," DSLITE "," LW4O6 "," MAP_T "," XLAT "," IPIP

#define LEASE_MAP_E_(iid, mesh, fmr) \
	"{'method':'map-e','br':'2001:db8:1::1'" mesh ",'rules':[" \
	"{'ipv6':'2001:db8:1:2000::/52','ipv4':'203.0.113.0/24'," \
	"'ea_len':12,'psid_offset':4,'iid':'" iid "','fmr':" fmr "}]}"
#define MESH_MAP_E	LEASE_MAP_E_("draft03", ",'mesh':true", "true")
#define LEASE_DSLITE	"{'method':'ds-lite','br':'aftr.example.net'}"
#define LEASE_LW	"{'method':'lw4o6','br':'lwaftr.example.net'," \
	"'rules':[{'ipv6':'2001:db8:3:100::/56','ipv4':'203.0.113.16/32'," \
	"'ea_len':0,'psid_offset':6,'psid_len':8,'psid':3," \
	"'iid':'rfc7597','fmr':false}]}"
#define LEASE_T	"{'method':'map-t','dmr':'2001:db8:5::/64','rules':[" \
	"{'ipv6':'2001:db8:5:100::/56','ipv4':'203.0.113.32/28'," \
	"'ea_len':8,'psid_offset':4,'iid':'rfc7597','fmr':false}]}"
#define LEASE_XLAT	"{'method':'464xlat','dmr':'2001:db8:6::/96'}"
#define LEASE_TUNNEL	"{'method':'ipip','br':'2001:db8:7::1'," \
	"'local':'2001:db8:7:100::7','ipv4':'203.0.113.0/29'}"

#define EXAMPLE	"{\n 'enabler_name': 'A VNE',\n" \
	" 'service_name': 'Highspeed 4over6',\n 'isp_name': 'ISP-A',\n" \
	" 'ttl': 86400,\n 'token': '" TOKEN "',\n 'auth': 'ok',\n" \
	" 'order': [ '464xlat', 'map_e', 'dslite' ],\n" ALL "\n}\n"

static int read_reply(const char *text, struct hb46pp_reply *reply,
		      struct reason *why)
{
	char *copy = strdup(text), *c;
	int ret;

	for (c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	ret = hb46pp_reply(copy, strlen(copy), reply, why);
	free(copy);
	return ret;
}

static void accepts(const char *text, struct hb46pp_reply *reply)
{
	struct reason why;

	if (read_reply(text, reply, &why))
		fail_msg("%s: %s", text, why.text);
}

static void refuses(const char *text, const char *says_)
{
	struct hb46pp_reply reply;
	struct reason why;

	if (!read_reply(text, &reply, &why))
		fail_msg("accepted: %s", text);
	says(&why, REASON_INVALID_REPLY, says_);
	assert_int_equal(reply.offer.count, 0);
}

/* The example of section 3.4, as it is printed there. */
static void example(void **state)
{
	struct hb46pp_reply reply;

	(void)state;
	accepts(EXAMPLE, &reply);
	assert_string_equal(reply.enabler_name, "A VNE");
	assert_string_equal(reply.service_name, "Highspeed 4over6");
	assert_string_equal(reply.isp_name, "ISP-A");
	assert_true(reply.has_ttl);
	assert_int_equal(reply.ttl, 86400);
	assert_string_equal(reply.token, TOKEN);
	assert_int_equal(reply.auth, HB46PP_AUTH_OK);
	assert_int_equal(reply.ordered, 3);
	assert_int_equal(reply.offer.count, 3);
	assert_int_equal(reply.offer.skipped_count, 0);
	lease_is(&reply.offer.leases[0], LEASE_XLAT);
	lease_is(&reply.offer.leases[1], MESH_MAP_E);
	lease_is(&reply.offer.leases[2], LEASE_DSLITE);
	hb46pp_reply_free(&reply);
}

/* All methods, in the order of the server whatever that of the document. */
static void any_order(void **state)
{
	static const char *const orders[][2] = {
		{ "map_t", LEASE_T }, { "ipip", LEASE_TUNNEL },
		{ "lw4o6", LEASE_LW }, { "464xlat", LEASE_XLAT },
		{ "dslite", LEASE_DSLITE }, { "map_e", MESH_MAP_E },
	};
	struct hb46pp_reply reply;
	unsigned int i;

	(void)state;
	accepts("{'order':['map_t','ipip','lw4o6','464xlat','dslite','map_e']," ALL "}",
		&reply);
	assert_int_equal(reply.offer.count, ARRAY_SIZE(orders));
	for (i = 0; i < ARRAY_SIZE(orders); i++)
		lease_is(&reply.offer.leases[i], orders[i][1]);
	hb46pp_reply_free(&reply);
	/* What is there but not in the order is not used; twice is once. */
	accepts("{" ALL ",'order':['dslite','dslite']}", &reply);
	assert_int_equal(reply.offer.count, 1);
	hb46pp_reply_free(&reply);
}

/* Section 3.3: order: [] says that there is nothing for this line. */
static void nothing(void **state)
{
	struct hb46pp_reply reply;

	(void)state;
	accepts("{'order':[]," ALL "}", &reply);
	assert_int_equal(reply.ordered, 0);
	assert_int_equal(reply.offer.count, 0);
	assert_false(reply.has_ttl);
	assert_string_equal(reply.token, "");
	assert_string_equal(reply.isp_name, "");
	assert_int_equal(reply.auth, HB46PP_AUTH_NONE);
	hb46pp_reply_free(&reply);
}

static const struct {
	const char *text;
	const char *part;
	enum reason_code code;
	const char *says;
} skipped[] = {
#define SKIP(name, object, code, says) \
	{ "{'order':['" name "','dslite']," DSLITE ",'" name "':" object "}", \
	  name, code, says }
	{ "{'order':['map_e','dslite']," DSLITE "}", "map_e",
	  REASON_INVALID_REPLY, "map_e: an object is missing" },
	{ "{'order':['ipip','dslite']," DSLITE "}", "ipip",
	  REASON_INVALID_REPLY, "ipip: an array is missing" },
	{ "{'order':['6rd','dslite']," DSLITE "}", "6rd",
	  REASON_UNSUPPORTED_TYPE, "method \"6rd\" is unknown" },
	{ "{'order':['MAP_E','dslite']," DSLITE "," MAP_E "}", "MAP_E",
	  REASON_UNSUPPORTED_TYPE, "\"MAP_E\" is unknown" },
	{ "{'order':[5,'dslite']," DSLITE "}", "order", REASON_INVALID_REPLY,
	  "order[0]: a string is expected" },
	SKIP("map_e", "null", REASON_INVALID_REPLY, "map_e: an object is expected"),
	SKIP("map_e", "[]", REASON_INVALID_REPLY, "map_e: an object is expected"),
	SKIP("map_e", "{}", REASON_INVALID_REPLY, "map_e.br: a string is missing"),
	SKIP("map_e", "{'version':2,'br':'2001:db8:1::1','rules':[" RULE "]}",
	     REASON_UNSUPPORTED_TYPE, "map_e.version: 2 is wrong: version must be 0 to 1"),
	SKIP("map_e", "{'version':'1','br':'2001:db8:1::1','rules':[" RULE "]}",
	     REASON_UNSUPPORTED_TYPE, "map_e.version: an integer is expected"),
	SKIP("map_e", "{'mesh':2,'br':'2001:db8:1::1','rules':[" RULE "]}",
	     REASON_INVALID_REPLY, "map_e.mesh: 2 is wrong"),
	SKIP("map_e", "{'mesh':'1','br':'2001:db8:1::1','rules':[" RULE "]}",
	     REASON_INVALID_REPLY, "map_e.mesh: an integer is expected"),
	SKIP("map_e", "{'br':'br.example.net','rules':[" RULE "]}",
	     REASON_INVALID_REPLY,
	     "map_e.br: \"br.example.net\" is wrong: br must be an IPv6 address"),
	SKIP("map_e", "{'br':'fe80::1','rules':[" RULE "]}",
	     REASON_MISSING_ADDRESS, "no global unicast"),
	SKIP("map_e", "{'br':'2001:db8:1::1'}", REASON_INVALID_REPLY,
	     "map_e.rules: an array is missing"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[]}",
	     REASON_INVALID_REPLY, "map_e.rules: there are 0"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[" RULE ",{}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[1].ipv6: a string is missing"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::1/52'}]}",
	     REASON_INVALID_MAP_RULE,
	     "map_e.rules[0].ipv6: \"2001:db8::1/52\" is wrong: ipv6 has bits set"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::/52','ipv4':'203.0.113.0/33'}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[0].ipv4: "),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::/52','ipv4':'203.0.113.0/24','psid_offset':4}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[0].ea_length: an integer is missing"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::/52','ipv4':'203.0.113.0/24','ea_length':49,'psid_offset':4}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[0].ea_length: 49 is wrong"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::/52','ipv4':'203.0.113.0/24','ea_length':12}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[0].psid_offset: an integer is missing"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::/52','ipv4':'203.0.113.0/24','ea_length':12,'psid_offset':17}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[0].psid_offset: 17 is wrong"),
	SKIP("map_e", "{'br':'2001:db8:1::1','rules':[{'ipv6':'2001:db8::/52','ipv4':'203.0.113.0/24','ea_length':24,'psid_offset':1}]}",
	     REASON_INVALID_MAP_RULE, "map_e.rules[0]: PSID offset and PSID length"),
	SKIP("464xlat", "{}", REASON_INVALID_REPLY, "464xlat.nat64prefix: a string is missing"),
	SKIP("464xlat", "{'nat64prefix':'2001:db8:6::/95'}",
	     REASON_INVALID_MAP_RULE, "464xlat with a prefix of length 95"),
	SKIP("464xlat", "{'nat64prefix':'2001:db8:6::'}",
	     REASON_INVALID_MAP_RULE, "464xlat with a prefix of length 128"),
	SKIP("map_t", "{}", REASON_INVALID_REPLY, "map_t.dmr: a string is missing"),
	SKIP("map_t", "{'dmr':'2001:db8:5::/97','rules':[" RULE "]}",
	     REASON_INVALID_MAP_RULE, "map-t with a prefix of length 97"),
	SKIP("map_t", "{'dmr':'2001:db8:5::/64'}", REASON_INVALID_REPLY,
	     "map_t.rules: an array is missing"),
	SKIP("lw4o6", "{}", REASON_INVALID_REPLY, "lw4o6.lwaftr: a string is missing"),
	SKIP("lw4o6", "{'lwaftr':'192.0.2.1'}", REASON_INVALID_REPLY,
	     "lw4o6.lwaftr: \"192.0.2.1\" is wrong: lwaftr must be an IPv6 address or a host name"),
	SKIP("lw4o6", "{'lwaftr':'a.b','ipv6':'2001:db8:3::/56','ipv4':'203.0.113.16/32'}",
	     REASON_INVALID_REPLY, "lw4o6.ipv4: "),
	SKIP("lw4o6", "{'lwaftr':'a.b','ipv6':'2001:db8:3::/56','ipv4':'203.0.113.16','psid_length':8,'psid_offset':6}",
	     REASON_INVALID_REPLY, "lw4o6.psid: an integer is missing"),
	SKIP("lw4o6", "{'lwaftr':'a.b','ipv6':'2001:db8:3::/56','ipv4':'203.0.113.16','psid':256,'psid_length':8,'psid_offset':6}",
	     REASON_INVALID_MAP_RULE, "rule 1: PSID has more bits"),
	SKIP("lw4o6", "{'lwaftr':'a.b','ipv6':'2001:db8:3::/56','ipv4':'203.0.113.16','psid':1,'psid_length':17,'psid_offset':6}",
	     REASON_INVALID_REPLY, "lw4o6.psid_length: 17 is wrong"),
	SKIP("lw4o6", "{'lwaftr':'a.b','ipv6':'2001:db8:3::/56','ipv4':'203.0.113.16','psid':1,'psid_length':8,'psid_offset':9}",
	     REASON_INVALID_MAP_RULE, "rule 1: PSID offset and PSID length"),
	SKIP("ipip", "{}", REASON_INVALID_REPLY, "ipip: an array is expected"),
	SKIP("ipip", "[]", REASON_INVALID_REPLY, "ipip: there are 0"),
	SKIP("ipip", "[5]", REASON_INVALID_REPLY, "ipip[0]: an object is expected"),
	SKIP("ipip", "[{}]", REASON_INVALID_REPLY, "ipip[0].ipv6_local: a string is missing"),
	SKIP("ipip", "[{'ipv6_local':'2001:db8::1','ipv6_remote':'a.b'}]",
	     REASON_INVALID_REPLY, "ipip[0].ipv6_remote: "),
	SKIP("ipip", "[{'ipv6_local':'2001:db8::1','ipv6_remote':'2001:db8::2','ipv4':'203.0.113.0/33'}]",
	     REASON_INVALID_REPLY, "ipip[0].ipv4: \"33\" is wrong"),
};

/* A method that is broken or not there: the next one is taken. */
static void broken_methods(void **state)
{
	struct hb46pp_reply reply;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(skipped); i++) {
		accepts(skipped[i].text, &reply);
		if (reply.offer.count != 1 || reply.offer.skipped_count != 1)
			fail_msg("accepted: %s", skipped[i].text);
		lease_is(&reply.offer.leases[0], LEASE_DSLITE);
		assert_string_equal(reply.offer.skipped[0].part,
				    skipped[i].part);
		says(&reply.offer.skipped[0].why, skipped[i].code,
		     skipped[i].says);
		hb46pp_reply_free(&reply);
	}
	accepts("{'order':['dslite'],'dslite':{'aftr':5}}", &reply);
	assert_int_equal(reply.offer.count, 0);
	assert_int_equal(reply.ordered, 1);
	says(&reply.offer.skipped[0].why, REASON_INVALID_REPLY,
	     "dslite.aftr: a string is expected");
	hb46pp_reply_free(&reply);
}

/* map_e: version 0 or none is draft 03, 1 is RFC 7597; mesh is a number or a
 * boolean, none is hub and spoke.
 */
static void map_e_values(void **state)
{
	static const char *const cases[][2] = {
		{ "", LEASE_MAP_E_("draft03", "", "false") },
		{ "'version':0,", LEASE_MAP_E_("draft03", "", "false") },
		{ "'version':1,", LEASE_MAP_E_("rfc7597", "", "false") },
		{ "'mesh':0,", LEASE_MAP_E_("draft03", "", "false") },
		{ "'mesh':false,", LEASE_MAP_E_("draft03", "", "false") },
		{ "'mesh':1,", MESH_MAP_E },
		{ "'mesh':true,", MESH_MAP_E },
		{ "'version':1,'mesh':1,'later':{},",
		  LEASE_MAP_E_("rfc7597", ",'mesh':true", "true") },
	};
	struct hb46pp_reply reply;
	char text[512];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text),
			 "{'order':['map_e'],'map_e':{%s'br':'2001:db8:1::1','rules':[" RULE "]}}",
			 cases[i][0]);
		accepts(text, &reply);
		assert_int_equal(reply.offer.skipped_count, 0);
		lease_is(&reply.offer.leases[0], cases[i][1]);
		hb46pp_reply_free(&reply);
	}
}

#define RULES_FORMAT "'rules':[%s" RULE "]"

/* 256 rules of MAP-E MUST be accepted, with and without mesh; 200 of MAP-T. */
static void many_rules(void **state)
{
	char *rules = repeat(RULE ",", 255), *text;
	struct hb46pp_reply reply;

	(void)state;
	assert_true(asprintf(&text,
			     "{'order':['map_e','map_t'],'map_e':{'mesh':1,'br':'2001:db8:1::1',"
			     RULES_FORMAT "},'map_t':{'dmr':'2001:db8:5::/64',"
			     RULES_FORMAT "}}", rules, rules) > 0);
	accepts(text, &reply);
	assert_int_equal(reply.offer.count, 2);
	assert_int_equal(reply.offer.leases[0].count, 256);
	assert_true(bmr_is_fmr(&reply.offer.leases[0], 255));
	assert_int_equal(reply.offer.leases[1].count, 256);
	assert_false(bmr_is_fmr(&reply.offer.leases[1], 255));
	hb46pp_reply_free(&reply);
	free(text);
	free(rules);
}

static void other_values(void **state)
{
	struct hb46pp_reply reply;

	(void)state;
	/* lwaftr and aftr can be addresses. */
	accepts("{'order':['lw4o6','dslite'],'dslite':{'aftr':'2001:db8::1'},'lw4o6':{'lwaftr':'2001:db8::2','ipv6':'2001:db8:3:100::/56','ipv4':'203.0.113.16','psid':0,'psid_length':0,'psid_offset':6}}",
		&reply);
	lease_is(&reply.offer.leases[0], "{'method':'lw4o6','br':'2001:db8::2','rules':[{'ipv6':'2001:db8:3:100::/56','ipv4':'203.0.113.16/32','ea_len':0,'psid_offset':6,'iid':'rfc7597','fmr':false}]}");
	lease_is(&reply.offer.leases[1], "{'method':'ds-lite','br':'2001:db8::1'}");
	hb46pp_reply_free(&reply);
	/* An address and the length of its prefix; each tunnel is a way. */
	accepts("{'order':['ipip'],'ipip':[{'ipv6_local':'2001:db8::1','ipv6_remote':'2001:db8::2','ipv4':'203.0.113.5/29'},{},{'ipv6_local':'2001:db8::3','ipv6_remote':'2001:db8::2','ipv4':'203.0.113.9'}]}",
		&reply);
	assert_int_equal(reply.offer.count, 2);
	lease_is(&reply.offer.leases[0], "{'method':'ipip','br':'2001:db8::2','local':'2001:db8::1','ipv4':'203.0.113.5/29'}");
	lease_is(&reply.offer.leases[1], "{'method':'ipip','br':'2001:db8::2','local':'2001:db8::3','ipv4':'203.0.113.9/32'}");
	assert_int_equal(reply.offer.skipped_count, 1);
	hb46pp_reply_free(&reply);
}

/* ttl: 604800 at most. */
static void ttls(void **state)
{
	static const struct {
		const char *ttl;
		bool has_ttl;
		uint32_t value;
		unsigned int notes;
	} cases[] = {
		{ "0", true, 0, 0 },
		{ "1", true, 1, 0 },
		{ "604800", true, 604800, 0 },
		{ "604801", true, 604800, 1 },
		{ "9223372036854775807", true, 604800, 1 },
		{ "-1", false, 0, 1 },
		{ "'86400'", false, 0, 1 },
		{ "86400.0", false, 0, 1 },
		{ "null", false, 0, 1 },
	};
	struct hb46pp_reply reply;
	char text[128];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text), "{'order':[],'ttl':%s}",
			 cases[i].ttl);
		accepts(text, &reply);
		assert_int_equal(reply.has_ttl, cases[i].has_ttl);
		assert_int_equal(reply.ttl, cases[i].value);
		assert_int_equal(reply.offer.skipped_count, cases[i].notes);
		hb46pp_reply_free(&reply);
	}
}

/* auth: nothing, req, bad or ok; token: 64 digits and small letters. */
static void auth_and_token(void **state)
{
	static const struct {
		const char *text;
		enum hb46pp_auth auth;
		const char *token;
		unsigned int notes;
	} cases[] = {
		{ "'auth':'req'", HB46PP_AUTH_REQ, "", 0 },
		{ "'auth':'bad'", HB46PP_AUTH_BAD, "", 0 },
		{ "'auth':'ok'", HB46PP_AUTH_OK, "", 0 },
		{ "'auth':''", HB46PP_AUTH_NONE, "", 1 },
		{ "'auth':'OK'", HB46PP_AUTH_NONE, "", 1 },
		{ "'auth':true", HB46PP_AUTH_NONE, "", 1 },
		{ "'token':'" TOKEN "'", HB46PP_AUTH_NONE, TOKEN, 0 },
		{ "'token':'" TOKEN "0'", HB46PP_AUTH_NONE, "", 1 },
		{ "'token':'6407'", HB46PP_AUTH_NONE, "", 1 },
		{ "'token':''", HB46PP_AUTH_NONE, "", 1 },
		{ "'token':5", HB46PP_AUTH_NONE, "", 1 },
		{ "'token':'A40756965820d3b9025b6941f9590af6802830ba58663fe8f043dc92b576f17a'",
		  HB46PP_AUTH_NONE, "", 1 },
		{ "'token':'&40756965820d3b9025b6941f9590af6802830ba58663fe8f043dc92b576f17a'",
		  HB46PP_AUTH_NONE, "", 1 },
	};
	struct hb46pp_reply reply;
	char text[256];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text), "{'order':[],%s}", cases[i].text);
		accepts(text, &reply);
		assert_int_equal(reply.auth, cases[i].auth);
		assert_string_equal(reply.token, cases[i].token);
		assert_int_equal(reply.offer.skipped_count, cases[i].notes);
		hb46pp_reply_free(&reply);
	}
}

/* Names: 256 bytes at most, with the two quotation marks. */
static void names(void **state)
{
	char *name = repeat("n", 255), *text;
	struct hb46pp_reply reply;

	(void)state;
	assert_true(asprintf(&text, "{'order':[],'enabler_name':'%.254s','service_name':'%s','isp_name':5}",
			     name, name) > 0);
	accepts(text, &reply);
	assert_int_equal(strlen(reply.enabler_name), 254);
	assert_string_equal(reply.service_name, "");
	assert_string_equal(reply.isp_name, "");
	assert_int_equal(reply.offer.skipped_count, 2);
	assert_string_equal(reply.offer.skipped[0].part, "service_name");
	hb46pp_reply_free(&reply);
	accepts("{'order':[],'enabler_name':'\xe6\x97\xa5\xe6\x9c\xac'}", &reply);
	assert_string_equal(reply.enabler_name, "\xe6\x97\xa5\xe6\x9c\xac");
	hb46pp_reply_free(&reply);
	accepts("{'order':[],'isp_name':'a\\u001b[2J\\n\\u007f\\u009b\\u00a0'}",
		&reply);
	assert_string_equal(reply.isp_name, "a?[2J????\xc2\xa0");
	hb46pp_reply_free(&reply);
	free(text);
	free(name);
}

static void wrong_replies(void **state)
{
	char *methods = repeat("'x',", 64), *text;

	(void)state;
	refuses("", "the document is empty");
	refuses("[]", "the document: an object is expected");
	refuses("{}", "order: an array is missing");
	refuses("{'order':{}}", "order: an array is expected");
	refuses("{'order':'map_e'}", "order: an array is expected");
	refuses("{'order':null}", "order: an array is expected");
	refuses("{'order':[],'order':[]}", "duplicate");
	refuses("{'order':[],'dslite':{'aftr':'a','aftr':'b'}}", "duplicate");
	refuses("{'order':[]} x", "end of file expected");
	refuses("{'order':[]}{'order':[]}", "end of file expected");
	refuses("{'order':[]", "line 1");
	refuses("{'order':[],}", "line 1");
	refuses("<html>404</html>", "line 1");
	refuses("{'order':[],'x':[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}",
		"nested more than 16");
	assert_true(asprintf(&text, "{'order':[%s'x']}", methods) > 0);
	refuses(text, "order: there are 65, at most 64");
	free(text);
	free(methods);
}

/* A server's words cannot do harm in a log or on a terminal. */
static void hostile_words(void **state)
{
	struct hb46pp_reply reply;
	const char *c;

	(void)state;
	accepts("{'order':['\\u001b[2J\\u009b\xe6\x97\xa5\\n'],'\\u001b':1}",
		&reply);
	assert_int_equal(reply.offer.skipped_count, 1);
	for (c = reply.offer.skipped[0].part; *c; c++)
		assert_true(isprint((unsigned char)*c));
	for (c = reply.offer.skipped[0].why.text; *c; c++)
		assert_true(isprint((unsigned char)*c));
	hb46pp_reply_free(&reply);
}

static void many_broken(void **state)
{
	char *tunnels = repeat("{},", 15), *text;
	char *methods = repeat("'x',", 63);
	struct hb46pp_reply reply;

	(void)state;
	assert_true(asprintf(&text, "{'order':[%s'ipip'],'ipip':[%s{}]}",
			     methods, tunnels) > 0);
	accepts(text, &reply);
	assert_int_equal(reply.offer.skipped_count, OFFER_SKIPPED_MAX);
	hb46pp_reply_free(&reply);
	free(text);
	free(methods);
	free(tunnels);
}

int test_hb46pp(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example),
		cmocka_unit_test(any_order),
		cmocka_unit_test(nothing),
		cmocka_unit_test(broken_methods),
		cmocka_unit_test(map_e_values),
		cmocka_unit_test(many_rules),
		cmocka_unit_test(other_values),
		cmocka_unit_test(ttls),
		cmocka_unit_test(auth_and_token),
		cmocka_unit_test(names),
		cmocka_unit_test(wrong_replies),
		cmocka_unit_test(hostile_words),
		cmocka_unit_test(many_broken),
	};

	return cmocka_run_group_tests_name("hb46pp", tests, NULL, NULL);
}
