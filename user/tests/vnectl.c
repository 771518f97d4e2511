// SPDX-License-Identifier: GPL-2.0
/* What vnectl decides without a kernel: back-off, what it makes of the IKE
 * daemon's words, and what it says about a configuration.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/retry.h"
#include "config/file.h"
#include "ipsec/ike_daemon.h"
#include "util.h"

/* ike.c needs it only to run something, which is not done here. */
int process_start(struct process *process, char *const *argv,
		  const char *const *env, double limit, process_done done,
		  void *arg)
{
	(void)process;
	(void)argv;
	(void)env;
	(void)limit;
	(void)done;
	(void)arg;
	return -1;
}

static void backoff_doubles(void **state)
{
	static const double waits[] = { 1, 2, 4, 8, 10, 10 };
	struct backoff backoff = { 1, 10, 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(waits); i++)
		assert_float_equal(backoff_next(&backoff, 0.5), waits[i], 0.001);
	assert_int_equal(backoff.failures, ARRAY_SIZE(waits));
}

static void backoff_has_chance(void **state)
{
	struct backoff low = { 4, 60, 0 }, high = { 4, 60, 0 };

	(void)state;
	assert_float_equal(backoff_next(&low, 0), 3, 0.001);
	assert_float_equal(backoff_next(&high, 1), 5, 0.001);
}

static void backoff_ends(void **state)
{
	struct backoff backoff = { 1, 3600, UINT32_MAX - 1 };

	(void)state;
	assert_float_equal(backoff_next(&backoff, 0.5), 3600, 0.001);
}

static void strongswan_is_understood(void **state)
{
	static const struct {
		const char *output;
		enum ike_state state;
	} cases[] = {
		{ "", IKE_NONE },
		{ "list-sas reply {}\n", IKE_NONE },
		{ "list-sa event {hq {uniqueid=1 version=2 state=CONNECTING local-host=192.0.2.1 initiator=yes child-sas {}}}\n",
		  IKE_CONNECTING },
		{ "list-sa event {hq {uniqueid=1 state=CONNECTING child-sas {}}}\n",
		  IKE_NONE },
		{ "list-sa event {hq {uniqueid=1 state=ESTABLISHED initiator=yes child-sas {net-1 {state=INSTALLED}}}}\n",
		  IKE_ESTABLISHED },
		{ "list-sa event {hq {state=REKEYED initiator=yes}}\nlist-sa event {hq {state=CONNECTING initiator=yes}}\n",
		  IKE_ESTABLISHED },
		{ "list-sa event {hq {state=DELETING initiator=yes}}\nlist-sa event {hq {state=CONNECTING initiator=yes}}",
		  IKE_CONNECTING },
	};
	struct settings settings = { 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(ike_parse(&settings, cases[i].output),
				 cases[i].state);
}

static void commands_are_understood(void **state)
{
	struct settings settings = { .state_command = "true" };

	(void)state;
	assert_int_equal(ike_parse(&settings, "none\n"), IKE_NONE);
	assert_int_equal(ike_parse(&settings, "connecting"), IKE_CONNECTING);
	assert_int_equal(ike_parse(&settings, "established for 3 s\n"),
			 IKE_ESTABLISHED);
	assert_int_equal(ike_parse(&settings, ""), IKE_UNKNOWN);
	assert_int_equal(ike_parse(&settings, "connected\n"), IKE_UNKNOWN);
}

static void put_file(char *file, const char *text, size_t len)
{
	int fd;

	memcpy(file, "/tmp/vnectl.XXXXXX", sizeof("/tmp/vnectl.XXXXXX"));
	fd = mkstemp(file);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

/* What is said about a text: freed by the caller. NULL if nothing. */
static char *read_conf(const char *text, size_t len, struct conf *conf)
{
	char file[32], *errors = NULL, *at;
	size_t size;
	FILE *f;
	int ret;

	put_file(file, text, len);
	f = open_memstream(&errors, &size);
	ret = conf_read(file, conf, f);
	fclose(f);
	unlink(file);
	if (!ret) {
		assert_string_equal(errors, "");
		free(errors);
		return NULL;
	}
	assert_null(conf->transports);
	/* The name of the file is always there; its own is not known. */
	at = strstr(errors, file);
	assert_non_null(at);
	memmove(at, at + strlen(file), strlen(at + strlen(file)) + 1);
	return errors;
}

static void refuses(const char *text, const char *says)
{
	char *errors;
	struct conf conf;

	errors = read_conf(text, strlen(text), &conf);
	if (!errors || !strstr(errors, says))
		fail_msg("expected: %s\nsaid: %s", says, errors ? errors :
			 "nothing");
	free(errors);
}

/* A block with one key more; it stands in line 3. */
static void refuses_key(const char *more, const char *says)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "ipsec-transport \"hq\" {\n\tremote = 192.0.2.1\n\t%s\n}\n",
		 more);
	refuses(text, says);
}

/* A complete vne block, whose line 8 is @more. */
static void refuses_line(const char *more, const char *says)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "# a comment\n"
		 "vne \"vne1\" {\n"
		 "\tinterface = wan\n"
		 "\tmode = map-e\n"
		 "\trule = { \"ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16\" }\n"
		 "\tbr = 2001:db8:ffff::1\n"
		 "\n"
		 "\t%s\n"
		 "}\n", more);
	refuses(text, says);
}

static void wrong_lines(void **state)
{
	static const struct {
		const char *line;
		const char *says;
	} wrong[] = {
		{ "br = 2001:db8::1", ":8: key \"br\" is there twice, in line 6 too" },
		{ "dmr = 64:ff9b::/96",
		  ":8: vne \"vne1\": \"dmr\" contradicts \"mode\" map-e" },
		{ "psid-offset = 4", "\"psid-offset\" contradicts \"mode\" map-e" },
		{ "psid = 3", "\"psid\" contradicts \"mode\" map-e" },
		{ "code = x", "\"code\" contradicts \"source\" static" },
		{ "source = dhcp", "source must be static, dhcpv6, hb46pp, v6plus or ocn" },
		{ "source = ocn", "\"rule\" contradicts \"source\" ocn" },
		{ "prefix = 2001:db8::1/56", "prefix has bits set after its length" },
		{ "prefix = 192.0.2.0/24", "\"192.0.2.0/24\" is wrong" },
		{ "mtu = 1000", "\"mtu\" must be 0" },
		{ "mtu = 65536", "mtu must be 0 to 65535" },
		{ "snat-reserve = 5-3", "\"5-3\" is wrong" },
		{ "http-username = me",
		  "\"http-username\" and \"http-password\" must be given together" },
		{ "ssl-key = /k", "must be given together" },
		{ "update-url = \"http://a/b\"", "plain-http = yes" },
		{ "update-url = \"ftp://a/b\"", "key \"update-url\": \"...\" is wrong" },
		{ "update-url = \"https://a/b\"\nupdate-service = transix",
		  ":9: vne \"vne1\": \"update-service\" transix: " },
		{ "dns-server = { 192.0.2.1, here }", "\"here\" is wrong" },
		{ "dns-server = { }", ":8: key \"dns-server\": the list is empty" },
		{ "mesh = maybe", "mesh must be no or yes" },
		{ "nonsense = 1", "key \"nonsense\" is unknown (accepted: interface, mode, " },
		{ "rule += { \"ipv6 2001:db8::/40 ipv4 192.0.2.0/24\" }",
		  ":8: key \"rule\": \"ea-len\" is wrong: rule: it is missing" },
		{ "rule += { \"ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 49\" }",
		  "ea-len must be 0 to 48" },
		{ "rule += { \"ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 up\" }",
		  "\"up\" is wrong: rule: the keyword is unknown" },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		refuses_line(wrong[i].line, wrong[i].says);
}

static void missing_keys(void **state)
{
	(void)state;
	refuses("vne a { }\n", ":1: vne \"a\": \"interface\" is missing");
	refuses("vne a { interface = w }\n", "\"rule\" is missing, which source static with mode map-e needs");
	refuses("vne a { interface = w\nmode = auto }\n",
		":2: vne \"a\": \"mode\" contradicts \"source\" static, which has map-e, map-t,");
	refuses("vne a { interface = w\nmode = ds-lite }\n", "\"br\" is missing");
	refuses("vne a { interface = w\nmode = 464xlat }\n", "\"dmr\" is missing");
	refuses("vne a { interface = w\nsource = v6plus }\n", "\"bmr-hostname\" is missing");
	refuses("vne a { interface = w\nsource = v6plus\nmode = map-t }\n", "which has map-e");
	refuses("vne a { interface = a\nsource = dhcpv6 }\n", "is the name of the block");
	refuses("vne sixteencharacter { }\n", "1 to 15 letters");
	refuses("vne default { }\n", "is not \"all\", \"default\" or \"lo\"");
	refuses("vne a { interface = w\nsource = dhcpv6 }\n"
		"vne b { interface = w2\nsource = dhcpv6 }\n",
		"\"a\" has a default route with \"route-metric\" 0, too");
	refuses("vne a { interface = w\nsource = dhcpv6 }\n"
		"vne b { interface = a\nsource = dhcpv6\ndefault-route = no }\n",
		"the \"interface\" of one is the device of the other, \"a\"");
	refuses("vne a { '\n", "unterminated string constant");
	refuses("vne a { '' }\n", "a key has no name");
	refuses("vne a { interface = w source = dhcpv6\n",
		"the file ends within a block");
	refuses("time-scale = 0\n", ":1: key \"time-scale\": \"0\" is wrong");
}

#define RULE_16 "\"ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16\""
#define IID_1 "interface-identifier = ::1"

/* Which kinds of lines do NAT here, and which can leave ports to servers. */
static void nat_keys(void **state)
{
	static const struct {
		const char *mode;
		bool snat;
		bool reserve;
	} modes[] = {
		{ "mode = map-e br = 2001:db8::1 rule = { " RULE_16 " }", true, true },
		{ "mode = map-t dmr = 64:ff9b::/96 rule = { " RULE_16 " }", true, true },
		{ "mode = lw4o6 br = 2001:db8::1 ipv4-address = 192.0.2.1", true, true },
		{ "mode = 464xlat dmr = 64:ff9b::/96", true, true },
		{ "mode = fixed-ip br = 2001:db8::1 ipv4-address = 192.0.2.1 " IID_1, true, false },
		{ "mode = ds-lite br = 2001:db8::1", false, false },
		{ "source = hb46pp", true, true },
		{ "source = hb46pp mode = ds-lite", false, false },
		{ "source = dhcpv6", true, true },
	};
	static const char *const keys[] = { "snat = no", "snat-reserve = 4660" };
	char text[512], *errors;
	struct conf conf;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(modes); i++) {
		snprintf(text, sizeof(text),
			 "vne a { interface = w %s\n\n%s\n}\n",
			 modes[i / 2].mode, keys[i % 2]);
		if (i % 2 ? modes[i / 2].reserve : modes[i / 2].snat) {
			errors = read_conf(text, strlen(text), &conf);
			assert_null(errors);
			conf_free(&conf);
		} else {
			refuses(text, i % 2 ?
				":3: vne \"a\": \"snat-reserve\" contradicts \"mode\"" :
				":3: vne \"a\": \"snat\" contradicts \"mode\"");
		}
	}
}

/* All that is wrong is said at once, each at its line. */
static void all_errors(void **state)
{
	static const char text[] =
		"time-scale = 0\n"
		"ipsec-transport hq { remote = x\n"
		"port = 0 }\n"
		"vne a { interface = wan0\n"
		"nonsense = { 1, { 2 } }\n"
		"mode = ds-lite\n"
		"snat = no\n"
		"psid = 3\n"
		"mtu = 1000 }\n"
		"block \"name\" { key = '}' }\n"
		"vne lo { interface = wan0\n"
		"source = dhcpv6 }\n"
		"vne c { interface = wan0;\n"
		"source = dhcpv6\n"
		"mtu = 1300;\n"
		"code = abc; }\n";
	static const char *const says[] = {
		":1: key \"time-scale\": ", ":2: key \"remote\": ",
		":3: key \"port\": ", ":5: in vne \"a\": key \"nonsense\" is unknown",
		":7: vne \"a\": \"snat\" contradicts",
		":8: vne \"a\": \"psid\" contradicts",
		":9: vne \"a\": \"br\" is missing",
		":9: vne \"a\": \"mtu\" must be",
		":10: key \"block\" is unknown",
		":11: vne \"lo\": a name is",
		":13: key \"interface\": \"wan0;\" is wrong",
		":15: key \"mtu\": \"1300;\" is wrong",
		":16: key \"code\": the value ends with \";\"",
	};
	struct conf conf;
	char *errors, *at;
	unsigned int i, count = 0;

	(void)state;
	errors = read_conf(text, strlen(text), &conf);
	assert_non_null(errors);
	for (i = 0; i < ARRAY_SIZE(says); i++)
		if (!strstr(errors, says[i]))
			fail_msg("expected: %s\nsaid: %s", says[i], errors);
	for (at = errors; (at = strchr(at, '\n')); at++)
		count++;
	assert_int_equal(count, ARRAY_SIZE(says));
	free(errors);
}

#define MAP_E_LINE "vne a { interface = w\nbr = 2001:db8:ffff::1\n" \
	"rule = { \"ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 6\" }\n"
#define LW4O6_LINE "vne a { interface = w\nmode = lw4o6\nbr = 2001:db8::1\n" \
	"ipv4-address = 192.0.2.1\npsid = 3\npsid-length = 8\npsid-offset = 6\n"
#define HB46PP_LINE "vne a { interface = w\nsource = hb46pp\n"

/* What would only show when the line comes up. */
static void lines_that_can_not_be(void **state)
{
	static const char *const good[] = {
		MAP_E_LINE "prefix = 2001:db8:12:3400::/56\nsnat-reserve = \"1232-1235,2256\" }\n",
		MAP_E_LINE "snat-reserve = \"1024-1030\" }\n",
		LW4O6_LINE "snat-reserve = \"1036\" }\n",
		"vne a { interface = w\nmode = 464xlat\ndmr = 64:ff9b::/96 }\n",
		HB46PP_LINE "product = my-product }\n",
		"vne a { interface = w\nsource = ocn\nbmr-hostname = r.example\ncode = 'abc;' }\n",
	};
	struct conf conf;
	char *errors;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		errors = read_conf(good[i], strlen(good[i]), &conf);
		if (errors && !strstr(errors, "chmod"))
			fail_msg("%s: %s", good[i], errors);
		free(errors);
		if (!errors)
			conf_free(&conf);
	}
	refuses(MAP_E_LINE "\nprefix = 2001:db9:12:3400::/56 }\n",
		":5: vne \"a\": \"prefix\": end-user prefix 2001:db9:12:3400::/56 is in the IPv6 prefix of no rule");
	refuses(MAP_E_LINE "prefix = 2001:db8:12:3400::/56\nsnat-reserve = 1236 }\n",
		":5: vne \"a\": \"snat-reserve\" 1236: no port");
	refuses(MAP_E_LINE "snat-reserve = 80 }\n",
		":4: vne \"a\": \"snat-reserve\" 80: no port");
	refuses(LW4O6_LINE "snat-reserve = 1040 }\n",
		":8: vne \"a\": \"snat-reserve\" 1040: no port");
	refuses("vne a { interface = w\nmode = 464xlat\ndmr = 64:ff9b::/60 }\n",
		":3: vne \"a\": 464xlat with a prefix of length 60");
	refuses("vne a { interface = w\nmode = map-t\nrule = { \"ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16\" }\ndmr = 64:ff9b::/60 }\n",
		":4: vne \"a\": map-t with a prefix of length 60");
	refuses(HB46PP_LINE "product = 'my product' }\n",
		":3: vne \"a\": \"product\": the server takes no such word: product must be");
	refuses(HB46PP_LINE "server-name = s.example\nhttp-password = secret\nhttp-username = 'user name!' }\n",
		":5: vne \"a\": \"http-username\": the server takes no such word: user must be");
}

/* A list of one is a list, and the last of several is there once. */
static void lists(void **state)
{
	static const char text[] =
		"ipsec-transport a { role = responder\nremote = ::/0\nport = { 1 } }\n"
		"vne b { interface = \"w#1\" # a comment\nsource = dhcpv6\n"
		"dns-server = { 192.0.2.1, 192.0.2.2 } // another\n}\n";
	struct conf conf;

	(void)state;
	assert_null(read_conf(text, strlen(text), &conf));
	assert_int_equal(conf.transports[0].ports.count, 1);
	assert_int_equal(conf.vnes[0].dns.count, 2);
	assert_string_equal(conf.vnes[0].dns.text[1], "192.0.2.2");
	assert_string_equal(conf.vnes[0].interface, "w#1");
	conf_free(&conf);
}

static void lines(void **state)
{
	static const char text[] =
		"time-scale = 60\n"
		"vne a { interface = w\nmode = fixed-ip\nbr = br.example\n"
		"ipv4-address = 203.0.113.9/29\ninterface-identifier = 6f:6c1f:3400:0 }\n"
		"vne b { interface = w2\nsource = hb46pp\nroute-metric = 5 }\n";
	struct conf conf;
	json_t *json, *value;

	(void)state;
	assert_null(read_conf(text, strlen(text), &conf));
	assert_int_equal(conf.vnes_count, 2);
	assert_int_equal(conf.time_scale, 60);
	assert_int_equal(conf.vnes[0].ipv4.len, 29);
	assert_int_equal(vne_mode(&conf.vnes[1]), VNE_AUTO);
	json = vne_json(&conf.vnes[1]);
	value = json_object_get(json, "discovery_domain");
	assert_string_equal(json_string_value(value), "4over6.info");
	assert_null(json_object_get(json, "code"));
	assert_true(json_is_true(json_object_get(json, "snat")));
	assert_true(json_is_false(json_object_get(json, "plain_http")));
	json_decref(json);
	conf_free(&conf);
}

/* What is secret is in no output. */
static void secrets_stay(void **state)
{
	static const char text[] =
		"vne a { interface = w\nsource = ocn\nbmr-hostname = rules.example\n"
		"code = topsecret\nhttp-username = me\nhttp-password = topsecret\n"
		"update-url = \"https://host/?p=topsecret\" }\n";
	struct conf conf;
	json_t *json;
	char *dump;

	(void)state;
	assert_null(read_conf(text, strlen(text), &conf));
	assert_true(vne_has_secrets(&conf.vnes[0]));
	json = vne_json(&conf.vnes[0]);
	dump = json_dumps(json, 0);
	assert_null(strstr(dump, "topsecret"));
	assert_null(strstr(dump, "rules.example"));
	assert_non_null(strstr(dump, "(secret)"));
	free(dump);
	json_decref(json);
	conf_free(&conf);
}

static void defaults(void **state)
{
	static const char text[] =
		"# nothing else\nipsec-transport hq { remote = 2001:db8::1 }\n";
	struct settings *one;
	struct conf conf;

	(void)state;
	assert_null(read_conf(text, strlen(text), &conf));
	assert_int_equal(conf.count, 1);
	one = conf.transports;
	assert_string_equal(one->name, "hq");
	assert_int_equal(one->role, ROLE_ORIGINATOR);
	assert_int_equal(one->transport, TRANSPORT_FALLBACK);
	assert_int_equal(one->esp, ESP_TCP);
	assert_int_equal(one->threshold, 15);
	assert_int_equal(one->ports.count, 1);
	assert_int_equal(one->ports.port[0], 4500);
	assert_int_equal(one->udp_port, 4500);
	assert_int_equal(one->local_port, 4500);
	assert_int_equal(one->reconnect_min, 1);
	assert_int_equal(one->reconnect_max, 60);
	assert_string_equal(settings_connection(one), "hq");
	assert_string_equal(settings_child(one), "hq");
	conf_free(&conf);
}

static void all_keys(void **state)
{
	static const char text[] =
		"ipsec-transport \"a\" {\n"
		"role = originator transport = tcp remote = 192.0.2.1\n"
		"local = 192.0.2.7 port = { 443, 4500 } udp-port = 4501 local-port = 4502\n"
		"fallback-tcp-threshold = 300 connect-timeout = 1\n"
		"reconnect-min = 3600 reconnect-max = 3600 user-timeout = 1\n"
		"dscp = 63 queue-limit = 65536 idle-timeout = 0\n"
		"mark = 4294967295 bind-device = \"eth0\"\n"
		"connection = \"c d\" child = e vici = \"unix:///x\"\n"
		"esp = fake-tcp }\n"
		"ipsec-transport \"b\" { role = responder remote = ::/0\n"
		"port = { 4500, 443 } prefix-timeout = 300 proof-timeout = 300\n"
		"max-connections = 65536 transport = udp esp = tcp }\n"
		"ipsec-transport \"c\" { remote = 192.0.2.1\n"
		"state-command = \"s\" stop-command = \"t\" start-command = \"u\" }\n";
	struct conf conf;

	(void)state;
	assert_null(read_conf(text, strlen(text), &conf));
	assert_int_equal(conf.count, 3);
	assert_int_equal(conf.transports[0].transport, TRANSPORT_TCP);
	assert_int_equal(conf.transports[0].esp, ESP_FAKE_TCP);
	assert_int_equal(conf.transports[0].ports.count, 2);
	assert_int_equal(conf.transports[0].ports.port[0], 443);
	assert_int_equal(conf.transports[0].dscp, 63);
	assert_int_equal(conf.transports[0].mark, 4294967295);
	assert_string_equal(conf.transports[0].bind_device, "eth0");
	assert_int_equal(conf.transports[1].proof_timeout, 300);
	assert_string_equal(settings_connection(&conf.transports[0]), "c d");
	assert_int_equal(conf.transports[1].ports.count, 2);
	assert_int_equal(conf.transports[1].ports.port[1], 443);
	assert_int_equal(conf.transports[1].remote.len, 0);
	assert_int_equal(conf.transports[1].transport, TRANSPORT_UDP);
	assert_string_equal(conf.transports[2].stop_command, "t");
	conf_free(&conf);
}

/* Prefixes tell responders apart that listen on the same port. */
static void shared_port(void **state)
{
	static const char text[] =
		"ipsec-transport a { role = responder remote = 0.0.0.0/0 }\n"
		"ipsec-transport b { role = responder remote = 10.0.0.0/8\n"
		"port = { 443, 4500 } }\n"
		"ipsec-transport c { role = responder remote = 10.0.0.0/16 }\n"
		"ipsec-transport d { role = responder remote = ::/0 }\n";
	struct conf conf;

	(void)state;
	assert_null(read_conf(text, strlen(text), &conf));
	assert_int_equal(conf.count, 4);
	conf_free(&conf);
}

/* Each number at its limits, and one beyond. */
static void limits(void **state)
{
	static const struct {
		const char *key;
		unsigned int min;
		unsigned int max;
	} keys[] = {
		{ "fallback-tcp-threshold", 1, 300 }, { "port", 1, 65535 },
		{ "udp-port", 1, 65535 }, { "local-port", 1, 65535 },
		{ "connect-timeout", 1, 300 }, { "user-timeout", 1, 3600 },
		{ "reconnect-max", 1, 3600 }, { "dscp", 0, 63 },
		{ "queue-limit", 65536, 67108864 },
		{ "idle-timeout", 0, 604800 },
	};
	char text[256], line[128], says[256];
	struct conf conf;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		snprintf(text, sizeof(text),
			 "ipsec-transport a { remote = ::2 %s = %u }\nipsec-transport b { remote = ::3 %s = %u }\n",
			 keys[i].key, keys[i].min, keys[i].key, keys[i].max);
		assert_null(read_conf(text, strlen(text), &conf));
		conf_free(&conf);
		snprintf(says, sizeof(says), ":3: key \"%s\": \"%u\" is wrong: %s must be %u to %u\n",
			 keys[i].key, keys[i].max + 1, keys[i].key,
			 keys[i].min, keys[i].max);
		snprintf(line, sizeof(line), "%s = %u", keys[i].key,
			 keys[i].max + 1);
		refuses_key(line, says);
		snprintf(line, sizeof(line), "%s = %d", keys[i].key,
			 (int)keys[i].min - 1);
		refuses_key(line, "is wrong");
	}
}

static void wrong_values(void **state)
{
	(void)state;
	refuses_key("port = abc",
		    ":3: key \"port\": \"abc\" is wrong: port must be 1 to 65535");
	refuses_key("dscp = 4x", "dscp must be 0 to 63");
	refuses_key("dscp = 1.5", "dscp must be 0 to 63");
	refuses_key("dscp = 99999999999", "dscp must be 0 to 63");
	refuses_key("dscp = \"\"", "dscp must be 0 to 63");
	refuses_key("transport = fake",
		    ":3: key \"transport\": \"fake\" is wrong: transport must be udp, udp-fallback-tcp or tcp");
	refuses_key("esp = fake",
		    ":3: key \"esp\": \"fake\" is wrong: esp must be tcp or fake-tcp");
	refuses_key("esp = udp", "esp must be tcp or fake-tcp");
	refuses_key("role = client",
		    ":3: key \"role\": \"client\" is wrong: role must be originator or responder");
	refuses_key("local = here",
		    ":3: key \"local\": \"here\" is wrong: local must be an IPv4 or IPv6 address");
	refuses_key("local = 192.0.2.300", ":3: key \"local\"");
	refuses_key("local = 2001:db8:::1", ":3: key \"local\"");
	refuses_key("connection = \"\"",
		    ":3: key \"connection\": \"\" is wrong: connection must be a text of 1 to 255 characters");
	refuses_key("child = \"a\\tb\"", "without control characters");
}

static void wrong_keys(void **state)
{
	(void)state;
	refuses_key("prot = 1",
		    ":3: in ipsec-transport \"hq\": key \"prot\" is unknown (accepted: role, transport, esp, remote,");
	refuses("vpn \"vne1\" { }\n",
		":1: key \"vpn\" is unknown (accepted: ipsec-transport \"NAME\" { ... }, vne \"NAME\" { ... }, time-scale = NUMBER)");
	refuses_key("dscp = 1\n\tdscp = 2",
		    ":4: key \"dscp\" is there twice, in line 3 too");
	refuses_key("port = 1\n\tport = 2",
		    ":4: key \"port\" is there twice, in line 3 too");
	refuses_key("port = { 1 }\n\tport = { 1 }",
		    ":4: key \"port\" is there twice, in line 3 too");
	refuses_key("# port = 3\n\t// a \" quote\n\tprot = 2 /* c\n*/",
		    ":5: in ipsec-transport \"hq\": key \"prot\"");
	refuses_key("dscp = { 1, 2 }", ":3: in ipsec-transport \"hq\": ");
	refuses_key("dscp 3", ":3: in ipsec-transport \"hq\": missing equal");
	refuses_key("dscp = \"3", "premature end of file");
	refuses_key("}", ":4: unexpected closing brace");
	refuses_key("dscp += 3", ":3: ");
}

static void contradictions(void **state)
{
	(void)state;
	refuses_key("prefix-timeout = 3",
		    ":3: ipsec-transport \"hq\": \"prefix-timeout\" contradicts \"role\": it belongs to role responder");
	refuses_key("max-connections = 3", ":3: ipsec-transport \"hq\": \"max-connections\" contradicts \"role\"");
	refuses_key("role = responder\n\tchild = x",
		    ":4: ipsec-transport \"hq\": \"child\" contradicts \"role\": it belongs to role originator");
	refuses_key("local = ::1", ":3: ipsec-transport \"hq\": \"local\" contradicts \"remote\"");
	refuses_key("local = 10.0.0.0/8", "\"local\" must be one address");
	refuses_key("port = { 443, 443 }", "port has it twice");
	refuses_key("reconnect-min = 61",
		    ":3: ipsec-transport \"hq\": \"reconnect-min\" (61) contradicts \"reconnect-max\" (60)");
	refuses_key("transport = udp\n\tesp = fake-tcp",
		    ":4: ipsec-transport \"hq\": \"esp\" fake-tcp contradicts \"transport\" udp, which has no TCP connection: it must be udp-fallback-tcp or tcp");
	refuses_key("esp = fake-tcp role = responder transport = udp",
		    "\"esp\" fake-tcp contradicts \"transport\"");
	refuses_key("state-command = x", "must be given together: 1 of 3");
	refuses_key("child = c state-command = x stop-command = x start-command = x",
		    ":3: ipsec-transport \"hq\": \"state-command\" contradicts \"connection\"");
	refuses("ipsec-transport a {\n}\n", ":2: ipsec-transport \"a\": \"remote\" is missing");
	refuses("ipsec-transport a {\nremote = 10.0.0.0/8\n}\n",
		":2: ipsec-transport \"a\": \"remote\" must be one address");
	refuses("ipsec-transport a {\nremote = 224.0.0.1\n}\n",
		":2: ipsec-transport \"a\": \"remote\" must be a global unicast");
	refuses("ipsec-transport a {\nremote = fe80::1\n}\n",
		":2: ipsec-transport \"a\": \"remote\" must be a global unicast");
}

static void several_blocks(void **state)
{
	(void)state;
	refuses("ipsec-transport a { remote = ::2 }\nipsec-transport a { remote = ::3 }\n",
		":2: ");
	refuses("ipsec-transport a { remote = ::2 }\nipsec-transport b {\nremote = ::2\n}\n",
		":3: ipsec-transport \"b\": \"remote\" with \"udp-port\" 4500 is that of \"a\"");
	refuses("ipsec-transport a { role = responder remote = 10.0.0.0/8 }\nipsec-transport b { role = responder\nremote = 192.0.2.0/24\n\nlocal = 192.0.2.1\n}\n",
		":5: ipsec-transport \"b\": \"a\" listens on the same \"port\", and one of the two has no \"local\"");
	refuses("ipsec-transport a { role = responder remote = 10.0.0.0/8 port = { 443, 4500 } }\nipsec-transport b { role = responder\nremote = 10.0.0.0/8\n}\n",
		":3: ipsec-transport \"b\": \"a\" has the same \"remote\", \"local\" and \"port\"");
	refuses("ipsec-transport a { role = responder remote = ::/0\n# port = 1\nport = { }\nport = { }\n}\n",
		":4: key \"port\": the list is empty (accepted: 1 to 65535, one or more)");
	refuses("ipsec-transport a { remote = ::2\nport={\n}\n}\n",
		":2: key \"port\": the list is empty (accepted: 1 to 65535, one or more)");
	refuses("ipsec-transport \"a b\" { remote = ::2 }\n",
		":1: ipsec-transport \"a b\": a name has 1 to 31 letters");
	refuses("ipsec-transport { remote = ::2 }\n", ":1: ");
}

static void no_file(void **state)
{
	static const char *const files[] = { "/nonexistent", "/tmp" };
	static const char zero[] = "ipsec-transport a {\0}";
	struct conf conf;
	char *errors;
	unsigned int i;
	size_t size;
	FILE *f;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		f = open_memstream(&errors, &size);
		assert_int_equal(conf_read(files[i], &conf, f), -1);
		fclose(f);
		assert_non_null(strstr(errors, files[i]));
		free(errors);
	}
	errors = read_conf(zero, sizeof(zero) - 1, &conf);
	assert_non_null(errors);
	assert_non_null(strstr(errors, "zero byte"));
	free(errors);
}

/* Nothing that a file can say does harm. */
static void random_files(void **state)
{
	static const char good[] =
		"ipsec-transport \"hq\" {\n\tremote = 192.0.2.1\n"
		"\tport = { 1 }\n\tdscp = 3 # c\n\tchild = \"x\"\n}\n";
	char text[sizeof(good) + 64];
	struct conf conf;
	size_t len, at;
	int i, j;

	(void)state;
	srand(9329);
	for (i = 0; i < 3000; i++) {
		memcpy(text, good, sizeof(good));
		len = strlen(text);
		for (j = rand() % 4; j >= 0; j--) {
			at = rand() % len;
			if (rand() % 3)
				text[at] = "{}\"'=,\n\\$#/*x0+("[rand() % 16];
			else
				memmove(text + at, text + at + 1, len-- - at);
		}
		free(read_conf(text, len, &conf));
		conf_free(&conf);
	}
}

static int set(struct settings *settings, const char *key, const char *value,
	       struct arg_error *err)
{
	return keys_set(&settings_table, settings,
			keys_find(&settings_table, key), value, err);
}

static void json_has_all(void **state)
{
	struct settings settings;
	struct arg_error err;
	json_t *json, *value;

	(void)state;
	assert_int_equal(settings_init(&settings, "hq", &err), 0);
	assert_int_equal(set(&settings, "remote", "192.0.2.1", &err), 0);
	assert_int_equal(set(&settings, "port", "443", &err), 0);
	json = settings_json(&settings);
	assert_string_equal(json_string_value(json_object_get(json, "name")),
			    "hq");
	value = json_object_get(json, "transport");
	assert_string_equal(json_string_value(value), "udp-fallback-tcp");
	value = json_object_get(json, "fallback_tcp_threshold");
	assert_int_equal(json_integer_value(value), 15);
	value = json_array_get(json_object_get(json, "port"), 0);
	assert_int_equal(json_integer_value(value), 443);
	value = json_object_get(json, "esp");
	assert_string_equal(json_string_value(value), "tcp");
	assert_null(json_object_get(json, "local"));
	assert_null(json_object_get(json, "prefix_timeout"));
	json_decref(json);
	settings_free(&settings);
}

/* A change of "esp" alone does not interrupt anything. */
static void changes_are_told_apart(void **state)
{
	static const struct {
		const char *key;
		const char *value;
	} others[] = {
		{ "transport", "tcp" }, { "remote", "192.0.2.2" },
		{ "port", "443" }, { "dscp", "1" }, { "child", "x" },
	};
	struct settings one, two;
	struct arg_error err;
	unsigned int i;

	(void)state;
	settings_init(&one, "hq", &err);
	settings_copy(&two, &one);
	assert_true(settings_equal(&one, &two));
	set(&two, "esp", "fake-tcp", &err);
	assert_false(settings_equal(&one, &two));
	assert_true(settings_equal_but_esp(&one, &two));
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		settings_copy(&two, &one);
		set(&two, others[i].key, others[i].value, &err);
		assert_false(settings_equal(&one, &two));
		assert_false(settings_equal_but_esp(&one, &two));
		settings_free(&two);
	}
}

static void addresses(void **state)
{
	struct sockaddr_storage from;
	struct address one, prefix;
	struct arg_error err;

	(void)state;
	assert_int_equal(address_parse("192.0.2.0/25", "x", &prefix, &err), 0);
	assert_int_equal(address_parse("192.0.2.127", "x", &one, &err), 0);
	address_sockaddr(&one, 1, &from);
	assert_true(address_holds(&prefix, &from));
	assert_int_equal(address_parse("192.0.2.128", "x", &one, &err), 0);
	address_sockaddr(&one, 1, &from);
	assert_false(address_holds(&prefix, &from));
	assert_int_equal(address_parse("::/0", "x", &prefix, &err), 0);
	assert_false(address_holds(&prefix, &from));
	assert_int_equal(address_parse("2001:db8::1", "x", &one, &err), 0);
	address_sockaddr(&one, 1, &from);
	assert_true(address_holds(&prefix, &from));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(backoff_doubles),
		cmocka_unit_test(backoff_has_chance),
		cmocka_unit_test(backoff_ends),
		cmocka_unit_test(strongswan_is_understood),
		cmocka_unit_test(commands_are_understood),
		cmocka_unit_test(defaults),
		cmocka_unit_test(all_keys),
		cmocka_unit_test(shared_port),
		cmocka_unit_test(limits),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(wrong_keys),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(several_blocks),
		cmocka_unit_test(lines),
		cmocka_unit_test(nat_keys),
		cmocka_unit_test(all_errors),
		cmocka_unit_test(lines_that_can_not_be),
		cmocka_unit_test(lists),
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(missing_keys),
		cmocka_unit_test(secrets_stay),
		cmocka_unit_test(no_file),
		cmocka_unit_test(random_files),
		cmocka_unit_test(json_has_all),
		cmocka_unit_test(changes_are_told_apart),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
