// SPDX-License-Identifier: GPL-2.0
/* The environments are those of dhclient 4.4.3 and dhcpcd 9.4.1 with Kea 2.2, and
 * that of odhcp6c.
 */
#include <arpa/inet.h>

#include "wan/dhcpv6_env.h"
#include "parse.h"
#include "test.h"

#define NOW	1000.0
#define LEASE_MAPE \
	"{\"method\":\"map-e\",\"br\":\"2001:db8:9999::1\",\"mesh\":true,\"rules\":[{\"ipv6\":\"2001:db8:1000::/40\",\"ipv4\":\"192.0.2.0/24\",\"ea_len\":16,\"psid_offset\":4,\"psid_len\":8,\"psid\":52,\"iid\":\"rfc7597\",\"fmr\":true}]}"
#define LEASE_AFTR "{\"method\":\"ds-lite\",\"br\":\"aftr.example.net\"}"

#define DHCLIENT_OPTIONS \
	"new_dhcp6_aftr_name=aftr.example.net.", \
	"new_dhcp6_client_id=0:1:0:1:32:96:a9:81:b2:36:b6:c5:44:6f", \
	"new_dhcp6_s46_cont_mape=0:59:0:15:1:10:18:c0:0:2:0:28:20:1:d:b8:10" \
	":0:5d:0:4:4:8:34:0:0:5a:0:10:20:1:d:b8:99:99:0:0:0:0:0:0:0:0:0:1", \
	"new_dhcp6_server_id=0:3:0:1:2:0:0:0:0:1"
#define DHCLIENT_TIMES \
	"new_iaid=07:81:3d:7b", "new_life_starts=1795419452", \
	"new_max_life=600", "new_preferred_life=300", "new_rebind=40", \
	"new_renew=4", "new_starts=1795419452"
#define DHCLIENT_PREFIX \
	DHCLIENT_OPTIONS, DHCLIENT_TIMES, "interface=w0", "pid=21255"

#define DHCPCD_BOUND \
	"if_configured=true", "if_down=false", "if_up=true", "ifcarrier=up", \
	"ifflags=69699", "ifmtu=1500", "interface=w0", "pid=21839", \
	"protocol=dhcp6", "new_dhcp6_aftr_name=aftr.example.net", \
	"new_dhcp6_ia_na1_ia_addr1=2001:db8:f::101", \
	"new_dhcp6_ia_na1_ia_addr1_pltime=300", \
	"new_dhcp6_ia_na1_ia_addr1_vltime=600", \
	"new_dhcp6_ia_pd1_iaid=00000002", \
	"new_dhcp6_ia_pd1_prefix1=2001:db8:1000:100::", \
	"new_dhcp6_ia_pd1_prefix1_length=56", \
	"new_dhcp6_ia_pd1_prefix1_pltime=300", \
	"new_dhcp6_ia_pd1_prefix1_vltime=600", \
	"new_dhcp6_s46_cont_mape=00590015011018c00002002820010db810005d000404083400005a001020010db8999900000000000000000001"

static struct told told;

/* cmocka has a variable of its own. */
static void clear_environment(void)
{
	const char *output = getenv("CMOCKA_MESSAGE_OUTPUT");
	char *copy = output ? strdup(output) : NULL;

	clearenv();
	if (copy)
		setenv("CMOCKA_MESSAGE_OUTPUT", copy, 1);
	free(copy);
}

/* One call of a hook: words of the command, then the environment up to NULL. */
static enum hook_step call(const char *client, const char *device,
			   const char *reason, const char *const *environment)
{
	struct arg_error err;
	struct hook hook;
	char *word;

	clear_environment();
	for (; *environment; environment++) {
		/* It stays in the environment. */
		word = strdup(*environment);
		*strchr(word, '=') = '\0';
		setenv(word, word + strlen(word) + 1, 1);
		free(word);
	}
	if (hook_find(&hook, client, device, reason, &err))
		fail_msg("%s", err.reason);
	assert_string_equal(hook.device, "w0");
	hook_tell(&hook, &told, NOW);
	return hook.step;
}

#define CALL(client, ...) \
	call(client, NULL, NULL, (const char *const[]){ __VA_ARGS__, NULL })
#define ODHCP6C(reason, ...) \
	call("odhcp6c", "w0", reason, \
	     (const char *const[]){ __VA_ARGS__, NULL })

/* "PREFIX PREFERRED VALID, ...": lifetimes in seconds, as they were told. */
static void prefixes_are(const char *expected)
{
	const struct prefix *prefix = told.prefixes.prefix;
	char text[1024] = "", buf[PREFIX_STRLEN];
	size_t len = 0;

	for (; prefix < told.prefixes.prefix + told.prefixes.count; prefix++)
		len += snprintf(text + len, sizeof(text) - len,
				"%s%s %.0f %.0f", len ? ", " : "",
				format_prefix6(&prefix->ipv6, prefix->len, buf),
				prefix->preferred - NOW, prefix->valid - NOW);
	assert_string_equal(text, expected);
}

static void leases_are(const char *expected)
{
	char text[4096] = "", *one;
	size_t len = 0;
	json_t *json;
	unsigned int i;

	for (i = 0; i < told.offer.count; i++) {
		json = lease_json(&told.offer.leases[i]);
		one = json_dumps(json, JSON_COMPACT);
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				len ? " " : "", one);
		free(one);
		json_decref(json);
	}
	assert_string_equal(text, expected);
}

static int begin(void **state)
{
	(void)state;
	told_init(&told);
	return 0;
}

static int end(void **state)
{
	(void)state;
	told_free(&told);
	clear_environment();
	return 0;
}

/* A call for the address, and one for each prefix. */
static void test_dhclient(void **state)
{
	(void)state;
	assert_int_equal(CALL(NULL, "reason=PREINIT6", "interface=w0"),
			 HOOK_IGNORE);
	CALL(NULL, "reason=BOUND6", "new_ip6_address=2001:db8:f::100",
	     "new_ip6_prefixlen=128", DHCLIENT_PREFIX);
	prefixes_are("");
	leases_are(LEASE_MAPE " " LEASE_AFTR);
	CALL("dhclient", "reason=BOUND6", "new_ip6_prefix=2001:db8:1000::/56",
	     DHCLIENT_PREFIX);
	CALL(NULL, "reason=BOUND6", "new_ip6_prefix=2001:db8:2000::1/60",
	     DHCLIENT_PREFIX);
	prefixes_are("2001:db8:1000::/56 300 600, 2001:db8:2000::/60 300 600");
	CALL(NULL, "reason=RENEW6", "new_ip6_address=2001:db8:f::100",
	     "old_ip6_address=2001:db8:f::100", DHCLIENT_PREFIX);
	prefixes_are("2001:db8:1000::/56 300 600, 2001:db8:2000::/60 300 600");
	CALL(NULL, "reason=DEPREF6", "cur_ip6_prefix=2001:db8:1000::/56",
	     "interface=w0");
	prefixes_are("2001:db8:1000::/56 0 600, 2001:db8:2000::/60 300 600");
	CALL(NULL, "reason=RELEASE6", "old_ip6_address=2001:db8:f::100",
	     "interface=w0");
	CALL(NULL, "reason=EXPIRE6", "old_ip6_prefix=2001:db8:1000::/56",
	     "interface=w0");
	prefixes_are("2001:db8:2000::/60 300 600");
	leases_are(LEASE_MAPE " " LEASE_AFTR);
	CALL(NULL, "reason=RELEASE6", "old_ip6_prefix=2001:db8:2000::/60",
	     "interface=w0");
	assert_true(told_empty(&told));
}

/* dhclient -6 -S: there is no lease, but it is called one that is renewed. */
static void test_stateless(void **state)
{
	(void)state;
	CALL(NULL, "reason=RENEW6", "interface=w0", DHCLIENT_OPTIONS);
	prefixes_are("");
	leases_are(LEASE_MAPE " " LEASE_AFTR);
	CALL(NULL, "reason=STOP6", "interface=w0");
	assert_true(told_empty(&told));
}

/* IPv4 is nothing of this. */
static void test_ipv4(void **state)
{
	(void)state;
	CALL(NULL, "reason=BOUND6", "new_ip6_prefix=2001:db8:1000::/56",
	     DHCLIENT_PREFIX);
	assert_int_equal(CALL(NULL, "reason=EXPIRE", "interface=w0"),
			 HOOK_IGNORE);
	assert_int_equal(CALL(NULL, "reason=BOUND", "interface=w0",
			      "new_ip_address=192.0.2.1"), HOOK_IGNORE);
	assert_int_equal(CALL(NULL, "reason=EXPIRE", "interface=w0",
			      "protocol=dhcp", "ifflags=1"), HOOK_IGNORE);
	prefixes_are("2001:db8:1000::/56 300 600");
}

static void test_dhcpcd(void **state)
{
	(void)state;
	CALL(NULL, "reason=BOUND6", DHCPCD_BOUND);
	prefixes_are("2001:db8:1000:100::/56 300 600");
	leases_are(LEASE_MAPE " " LEASE_AFTR);
	CALL("dhcpcd", "reason=RENEW6", DHCPCD_BOUND,
	     "new_dhcp6_ia_pd2_prefix1=2001:db8:2000::",
	     "new_dhcp6_ia_pd2_prefix1_length=48",
	     "new_dhcp6_ia_pd2_prefix1_pltime=4294967295",
	     "new_dhcp6_ia_pd2_prefix1_vltime=4294967295",
	     "new_dhcp6_ia_pd2_prefix2=2001:db8:3000::",
	     "new_dhcp6_ia_pd2_prefix2_length=48",
	     "new_dhcp6_ia_pd2_prefix2_pltime=0",
	     "new_dhcp6_ia_pd2_prefix2_vltime=0");
	prefixes_are("2001:db8:1000:100::/56 300 600, 2001:db8:2000::/48 inf inf");
	assert_int_equal(CALL(NULL, "reason=NOCARRIER", "interface=w0",
			      "protocol=link"), HOOK_IGNORE);
	assert_int_equal(CALL(NULL, "reason=DELEGATED6", "interface=w0",
			      "protocol=dhcp6"), HOOK_IGNORE);
	CALL(NULL, "reason=INFORM6", "interface=w0", "protocol=dhcp6",
	     "new_dhcp6_aftr_name=aftr.example.net");
	prefixes_are("");
	leases_are(LEASE_AFTR);
	CALL(NULL, "reason=BOUND6", DHCPCD_BOUND);
	CALL(NULL, "reason=STOP6", "interface=w0", "protocol=dhcp6",
	     "old_dhcp6_ia_pd1_prefix1=2001:db8:1000:100::");
	assert_true(told_empty(&told));
	CALL(NULL, "reason=BOUND6", DHCPCD_BOUND);
	CALL(NULL, "reason=DEPARTED", "interface=w0", "protocol=link");
	assert_true(told_empty(&told));
}

static void test_odhcp6c(void **state)
{
	(void)state;
	ODHCP6C("bound",
		"PREFIXES=2001:db8:1000::/56,300,600,class=00000001 2001:db8:2000::/60,0,4294967295,excluded=2001:db8:2000::/64",
		"AFTR=aftr.example.net",
		"MAPE=fmr,type=map-e,ealen=16,prefix4len=24,prefix6len=40,ipv4prefix=192.0.2.0,ipv6prefix=2001:db8:1000::,offset=4,psidlen=8,psid=13312,br=2001:db8:9999::1,");
	prefixes_are("2001:db8:1000::/56 300 600, 2001:db8:2000::/60 0 inf");
	leases_are(LEASE_MAPE " " LEASE_AFTR);
	assert_int_equal(ODHCP6C("started", "X=y"), HOOK_IGNORE);
	ODHCP6C("ra-updated", "PREFIXES=2001:db8:2000::/60,10,20");
	prefixes_are("2001:db8:2000::/60 10 20");
	leases_are("");
	ODHCP6C("stopped", "PREFIXES=2001:db8:2000::/60,10,20");
	assert_true(told_empty(&told));
}

/* What a stranger sends is of no use, and disturbs nothing else. */
static void test_hostile(void **state)
{
	(void)state;
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=$(reboot)/56", "new_max_life=600",
	     "new_preferred_life=300", "new_dhcp6_aftr_name=`reboot`.net",
	     "new_dhcp6_s46_cont_mape=0:59:0:ff:1:10");
	prefixes_are("");
	leases_are("");
	assert_int_equal(told.offer.skipped_count, 2);
	assert_string_equal(told.offer.skipped[0].part, "option 94");
	assert_string_equal(told.offer.skipped[1].part, "option 64");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=2001:db8::/129", "new_max_life=600");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=2001:db8::/0", "new_max_life=600");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=2001:db8::", "new_max_life=600");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=fe80::/64", "new_max_life=600");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=2001:db8::/56", "new_max_life=-1");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=2001:db8::/56");
	CALL(NULL, "reason=BOUND6", "interface=w0",
	     "new_ip6_prefix=2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000::/56",
	     "new_max_life=600");
	assert_true(told_empty(&told));
	ODHCP6C("bound", "PREFIXES=, ,, /56,1,2 2001:db8::/56 2001:db8::/56,1 2001:db8:1::/56,1,2");
	prefixes_are("2001:db8:1::/56 1 2");
}

static void refused(const char *client, const char *device,
		    const char *reason, const char *says)
{
	struct arg_error err;
	struct hook hook;

	clear_environment();
	assert_int_equal(hook_find(&hook, client, device, reason, &err), -1);
	if (!strstr(err.reason, says))
		fail_msg("expected: %s\nsaid: %s", says, err.reason);
}

static void test_refused(void **state)
{
	(void)state;
	refused(NULL, NULL, NULL, "interface is neither said nor");
	refused(NULL, "w0", NULL, "reason is neither said nor");
	refused("dhcp", "w0", "BOUND6", "dhclient, dhcpcd or odhcp6c");
	refused(NULL, "../w0", "BOUND6", "the name of a device");
}

int test_hook(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dhclient, begin, end),
		cmocka_unit_test_setup_teardown(test_stateless, begin, end),
		cmocka_unit_test_setup_teardown(test_ipv4, begin, end),
		cmocka_unit_test_setup_teardown(test_dhcpcd, begin, end),
		cmocka_unit_test_setup_teardown(test_odhcp6c, begin, end),
		cmocka_unit_test_setup_teardown(test_hostile, begin, end),
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
	};

	return cmocka_run_group_tests_name("hook", tests, NULL, NULL);
}
