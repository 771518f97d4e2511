// SPDX-License-Identifier: GPL-2.0
/* The TXT record of HB46PP, section 3.1 of its specification. */
#include "format/hb46pp.h"
#include "test.h"

static void good_records(void **state)
{
	static const struct {
		const char *text;
		const char *url;
		const char *host;
		bool https;
		bool verify;
	} cases[] = {
		{ "v=v6mig-1 url=https://vne.example.jp/rule.cgi t=b",
		  "https://vne.example.jp/rule.cgi", "vne.example.jp", true, true },
		{ "v=v6mig-1 url=https://vne.example.jp/rule.cgi t=a",
		  "https://vne.example.jp/rule.cgi", "vne.example.jp", true, false },
		{ "v=v6mig-1 url=http://vne.example.jp/rule.cgi t=a",
		  "http://vne.example.jp/rule.cgi", "vne.example.jp", false, false },
		{ "  t=a  v=v6mig-1 x=y url=HTTPS://VNE.example.jp:8443?a=b ",
		  "HTTPS://VNE.example.jp:8443?a=b", "vne.example.jp", true, false },
		{ "v=v6mig-1 url=https://[2001:DB8::1]/ t=b",
		  "https://[2001:DB8::1]/", "2001:db8::1", true, true },
		{ "v=v6mig-1 url=https://[2001:db8::1]:443 t=b",
		  "https://[2001:db8::1]:443", "2001:db8::1", true, true },
	};
	struct hb46pp_server server;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (hb46pp_discover(cases[i].text, &server, &why))
			fail_msg("%s: %s", cases[i].text, why.text);
		assert_string_equal(server.url, cases[i].url);
		assert_string_equal(server.host, cases[i].host);
		assert_int_equal(server.https, cases[i].https);
		assert_int_equal(server.verify, cases[i].verify);
	}
}

static void wrong_records(void **state)
{
#define URL(url) "v=v6mig-1 t=a url=" url
	static const struct {
		const char *text;
		enum reason_code code;
		const char *says;
	} cases[] = {
		{ "", REASON_INVALID_REPLY, "\"v\" is missing" },
		{ "v=v6mig-1 t=b", REASON_INVALID_REPLY, "\"url\" is missing" },
		{ "v=v6mig-1 url=https://a/", REASON_INVALID_REPLY,
		  "\"t\" is missing" },
		{ "url=https://a/ t=b", REASON_INVALID_REPLY, "\"v\" is missing" },
		{ "v=v6mig-2 url=https://a/ t=b", REASON_UNSUPPORTED_TYPE,
		  "version \"v6mig-2\" is not v6mig-1" },
		{ "v=V6MIG-1 url=https://a/ t=b", REASON_UNSUPPORTED_TYPE,
		  "is not v6mig-1" },
		{ "v=spf1 -all", REASON_UNSUPPORTED_TYPE, "\"spf1\"" },
		{ "v=v6mig-1 url=https://a/ t=c", REASON_INVALID_REPLY,
		  "t=c is neither a nor b" },
		{ "v=v6mig-1 url=https://a/ t=", REASON_INVALID_REPLY,
		  "neither a nor b" },
		{ "v=v6mig-1 url=https://a/ t=bb", REASON_INVALID_REPLY,
		  "neither a nor b" },
		/* MUST: http only with t=a. */
		{ "v=v6mig-1 url=http://a/ t=b", REASON_INVALID_REPLY,
		  "is http, but the certificate has to be verified" },
		{ "v=v6mig-1 v=v6mig-1 url=https://a/ t=b",
		  REASON_INVALID_REPLY, "\"v\" is there twice" },
		{ "v=v6mig-1 url=https://a/ url=https://b/ t=b",
		  REASON_INVALID_REPLY, "\"url\" is there twice" },
		{ "v=v6mig-1 url=https://a/ t=b t=b", REASON_INVALID_REPLY,
		  "\"t\" is there twice" },
		{ "v=v6mig-1 url=https://a/ t=b word", REASON_INVALID_REPLY,
		  "\"word\" has no value" },
		{ "\"v=v6mig-1 url=https://a/ t=b\"", REASON_INVALID_REPLY,
		  "" },
		{ URL(""), REASON_INVALID_REPLY, "begins with neither" },
		{ URL("ftp://a/"), REASON_INVALID_REPLY, "begins with neither" },
		{ URL("file:///etc/passwd"), REASON_INVALID_REPLY, "neither" },
		{ URL("https:/a/"), REASON_INVALID_REPLY, "neither" },
		{ URL("https://"), REASON_INVALID_REPLY, "no host" },
		{ URL("https:///x"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://user@a/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://user:pass@a/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://192.0.2.1/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://a:/"), REASON_INVALID_REPLY, "no host and port" },
		{ URL("https://a:0/"), REASON_INVALID_REPLY, "no host and port" },
		{ URL("https://a:65536/"), REASON_INVALID_REPLY, "no host and port" },
		{ URL("https://a:8x/"), REASON_INVALID_REPLY, "no host and port" },
		{ URL("https://a:0x50/"), REASON_INVALID_REPLY, "no host and port" },
		{ URL("https://2001:db8::1/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://[2001:db8::1/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://["), REASON_INVALID_REPLY, "no host" },
		{ URL("https://[]/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://[a]/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://[2001:db8::1]x/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://[fe80::1%eth0]/"), REASON_INVALID_REPLY, "no host" },
		{ URL("https://a/\\x"), REASON_INVALID_REPLY, "in no URL" },
		{ URL("https://a/\tx"), REASON_INVALID_REPLY, "in no URL" },
		{ URL("https://a/\x7f"), REASON_INVALID_REPLY, "in no URL" },
		{ URL("https://\xc3\xa4/"), REASON_INVALID_REPLY, "in no URL" },
	};
	struct hb46pp_server server;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!hb46pp_discover(cases[i].text, &server, &why))
			fail_msg("accepted: %s", cases[i].text);
		says(&why, cases[i].code, cases[i].says);
	}
}

static void huge_records(void **state)
{
	char *path = repeat("a", 1024 - strlen("https://h/")), *text;
	char *words = repeat("x=y ", 400);
	struct hb46pp_server server;
	struct reason why;

	(void)state;
	assert_true(asprintf(&text, "v=v6mig-1 t=b url=https://h/%s", path) > 0);
	assert_int_equal(hb46pp_discover(text, &server, &why), -1);
	says(&why, REASON_INVALID_REPLY, "is too long");
	text[strlen(text) - 1] = '\0';
	assert_int_equal(hb46pp_discover(text, &server, &why), 0);
	free(text);
	assert_int_equal(hb46pp_discover(words, &server, &why), -1);
	says(&why, REASON_INVALID_REPLY, "the TXT record is too long");
	free(words);
	free(path);
}

/* Status 307: never from https that is verified to http. */
static void redirections(void **state)
{
	static const struct {
		bool verify;
		const char *location;
		const char *says;
	} cases[] = {
		{ true, "https://other.example/x", NULL },
		{ false, "https://other.example/x", NULL },
		{ false, "http://other.example/x", NULL },
		{ true, "http://other.example/x", "is http, but" },
		{ true, "/x", "begins with neither" },
		{ true, "", "begins with neither" },
		{ true, "https://u:p@other.example/", "no host" },
		{ true, "https://other.example/ x", "in no URL" },
	};
	struct hb46pp_server from = { .https = true }, to;
	struct reason why;
	unsigned int i;
	int ret;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		from.verify = cases[i].verify;
		ret = hb46pp_redirect(&from, cases[i].location, &to, &why);
		if (cases[i].says) {
			assert_int_equal(ret, -1);
			says(&why, REASON_INVALID_REPLY, cases[i].says);
		} else {
			assert_int_equal(ret, 0);
			assert_string_equal(to.host, "other.example");
			assert_int_equal(to.verify, from.verify);
		}
	}
}

int test_hb46pp_server(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_records),
		cmocka_unit_test(wrong_records),
		cmocka_unit_test(huge_records),
		cmocka_unit_test(redirections),
	};

	return cmocka_run_group_tests_name("hb46pp_server", tests, NULL, NULL);
}
