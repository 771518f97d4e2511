// SPDX-License-Identifier: GPL-2.0
/* What follows from a lease, compared with what the RFCs and providers say. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "parse.h"
#include "dataplane/plan.h"
#include "util.h"

static const struct in6_addr br = {
	.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, [15] = 1 }
};

static struct in6_addr ipv6(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static void ipv6_is(const struct in6_addr *addr, const char *text)
{
	char buf[PREFIX_STRLEN];

	assert_string_equal(format_ipv6(addr, buf), text);
}

static void ipv4_is(const struct plan *plan, const char *text)
{
	char buf[PREFIX_STRLEN];

	assert_string_equal(format_prefix4(plan->ipv4, plan->ipv4_len, buf),
			    text);
}

static void settings(struct vne *vne, va_list ap)
{
	const char *key, *value;
	struct arg_error err;

	assert_int_equal(vne_init(vne, "vne1", &err), 0);
	for (key = va_arg(ap, const char *); key;
	     key = va_arg(ap, const char *)) {
		value = va_arg(ap, const char *);
		if (keys_set(&vne_table, vne, keys_find(&vne_table, key),
			     value, &err))
			fail_msg("%s: %s", key, err.reason);
	}
}

/**
 * struct scene - what a plan is made of, and the plan
 * @vne: settings of the line
 * @facts: of the WAN
 * @lease: the way to IPv4
 * @plan: what follows
 * @why: why nothing does
 */
struct scene {
	struct vne vne;
	struct line_facts facts;
	struct lease lease;
	struct plan plan;
	struct reason why;
};

static struct line_facts line(const char *prefix, const char *address)
{
	struct line_facts facts = { .index = 7, .up = true };
	struct arg_error err;

	if (prefix)
		assert_int_equal(parse_prefix6(prefix, "prefix", &facts.prefix,
					       &facts.prefix_len, &err), 0);
	if (address) {
		facts.address = ipv6(address);
		facts.has_address = true;
	}
	return facts;
}

/* Keys of the settings, and values, come last, and NULL. */
static void begin(struct scene *scene, enum lease_method method,
		  const char *prefix, const char *address, ...)
{
	va_list ap;

	va_start(ap, address);
	settings(&scene->vne, ap);
	va_end(ap);
	scene->facts = line(prefix, address);
	lease_init(&scene->lease, method);
}

static void end(struct scene *scene)
{
	lease_free(&scene->lease);
	keys_free(&vne_table, &scene->vne);
}

static int make(struct scene *scene)
{
	return plan_make(&scene->plan, &scene->vne, &scene->facts,
			 &scene->lease, &br, &scene->why);
}

static const struct plan *made(struct scene *scene)
{
	if (make(scene))
		fail_msg("%s", scene->why.text);
	return &scene->plan;
}

static void refused(struct scene *scene, enum reason_code code)
{
	assert_int_equal(make(scene), -1);
	assert_int_equal(scene->why.code, code);
}

static void add_rule(struct lease *lease, const char *text)
{
	struct lease_rule rule;
	struct arg_error err;
	struct reason why;

	if (vne_rule(text, "rule", 0, &rule, &err) ||
	    lease_add_rule(lease, &rule, &why))
		fail_msg("%s", err.reason);
}

/* RFC 7597, appendix A, example 2; the longest rule is the BMR (section 5.2). */
static void map_e(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_MAP_E, "2001:db8:12:3400::/56", NULL, "interface",
	      "wan", "mtu", "1400", "snat-reserve", "4928", NULL);
	scene.lease.mesh = true;
	add_rule(&scene.lease, "ipv6 2001:db8::/32 ipv4 198.51.100.0/24 ea-len 16 fmr");
	add_rule(&scene.lease, "ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4 fmr");
	plan = made(&scene);
	assert_string_equal(plan->device, "vne1");
	assert_string_equal(plan->wan, "wan");
	assert_int_equal(plan->mode, MAP_MODE_MAP_E);
	assert_int_equal(plan->own, PLAN_OWN_ADDRESS);
	ipv6_is(&plan->ce, "2001:db8:12:3400:0:c000:212:34");
	ipv6_is(&plan->remote, "2001:db8:ffff::1");
	ipv4_is(plan, "192.0.2.18/32");
	assert_int_equal(plan->bmr.ce.ports.psid, 0x34);
	assert_true(plan->bmr_is_fmr);
	assert_int_equal(plan->fmrs_count, 1);
	assert_int_equal(plan->fmrs[0].ipv6_len, 32);
	assert_true(plan->snat);
	assert_string_equal(plan->reserve, "4928");
	assert_int_equal(plan->mtu, 1400);
	plan_free(&scene.plan);

	scene.lease.mesh = false;
	plan = made(&scene);
	assert_false(plan->bmr_is_fmr);
	assert_int_equal(plan->fmrs_count, 0);
	plan_free(&scene.plan);
	end(&scene);
}

/* RFC 7599, section 6: the address of the CE is routed to the translator. */
static void map_t(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_MAP_T, "2001:db8:12:3400::/56", NULL, "interface",
	      "wan", NULL);
	scene.lease.dmr = ipv6("64:ff9b::");
	scene.lease.dmr_len = 96;
	add_rule(&scene.lease, "ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16");
	plan = made(&scene);
	assert_int_equal(plan->mode, MAP_MODE_MAP_T);
	assert_int_equal(plan->own, PLAN_OWN_ROUTE);
	assert_true(plan->proxy);
	ipv6_is(&plan->ce, "2001:db8:12:3400:0:c000:212:34");
	assert_int_equal(plan->ce_len, 128);
	ipv6_is(&plan->dmr, "64:ff9b::");
	plan_free(&scene.plan);
	end(&scene);
}

/* A CE with an IPv4 prefix has a MAP address for each host. */
static void map_t_prefix(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_MAP_T, "2001:db8:12::/48", NULL, "interface", "wan",
	      NULL);
	scene.lease.dmr = ipv6("64:ff9b::");
	scene.lease.dmr_len = 96;
	add_rule(&scene.lease, "ipv6 2001:db8::/40 ipv4 192.0.0.0/16 ea-len 8");
	plan = made(&scene);
	assert_int_equal(plan->ce_len, 64);
	ipv6_is(&plan->ce, "2001:db8:12::");
	plan_free(&scene.plan);
	end(&scene);
}

/* RFC 7596, section 5.1: binding prefix, whole address and port set. */
static void lw4o6(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_LW4O6, "2001:db8:1:cafe::/64", NULL, "interface",
	      "wan", NULL);
	add_rule(&scene.lease,
		 "ipv6 2001:db8:1:cafe::/64 ipv4 192.0.2.3/32 ea-len 0 psid-offset 0 psid 3 psid-len 4");
	plan = made(&scene);
	assert_int_equal(plan->mode, MAP_MODE_MAP_E);
	ipv6_is(&plan->ce, "2001:db8:1:cafe:0:c000:203:3");
	ipv4_is(plan, "192.0.2.3/32");
	assert_true(plan->outer);
	plan_free(&scene.plan);
	end(&scene);
}

/* RFC 6333, section 5.7, and 5: the AFTR translates. 5.3: the inner packet MUST
 * NOT be fragmented.
 */
static void ds_lite(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_DS_LITE, NULL, "2001:db8:f:1::2", "interface",
	      "wan", "mode", "ds-lite", NULL);
	plan = made(&scene);
	assert_int_equal(plan->mode, MAP_MODE_IPIP);
	assert_int_equal(plan->own, PLAN_OWN_NONE);
	assert_false(plan->snat);
	assert_false(plan->nat);
	assert_false(plan->has_bmr);
	ipv6_is(&plan->local, "2001:db8:f:1::2");
	ipv4_is(plan, "192.0.0.2/29");
	assert_true(plan->outer);
	plan_free(&scene.plan);
	scene.vne.fragment = VNE_FRAGMENT_INNER;
	assert_false(made(&scene)->outer);
	plan_free(&scene.plan);
	scene.facts.has_address = false;
	refused(&scene, REASON_MISSING_ADDRESS);
	end(&scene);
}

/* The own end is the source's: of the prefix and the identifier of the contract,
 * or as the provider says.
 */
static void fixed_ip(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_IPIP, "2001:db8:f:1::/64", "2001:db8:f:1::2",
	      "interface", "wan", "mode", "fixed-ip", "interface-identifier",
	      "::6f:6c1f:3400:0", NULL);
	scene.lease.local = ipv6("2001:db8:f:1:6f:6c1f:3400:0");
	scene.lease.ipv4 = htonl(0xcb007109);
	scene.lease.ipv4_len = 29;
	plan = made(&scene);
	ipv6_is(&plan->local, "2001:db8:f:1:6f:6c1f:3400:0");
	assert_memory_equal(&plan->ce, &plan->local, sizeof(plan->ce));
	assert_int_equal(plan->own, PLAN_OWN_ADDRESS);
	assert_int_equal(plan->ipv4_len, 29);
	assert_true(plan->nat);
	assert_false(plan->snat);
	assert_true(plan->outer);
	plan_free(&scene.plan);
	scene.vne.snat = false;
	assert_false(made(&scene)->nat);
	plan_free(&scene.plan);
	scene.lease.local = in6addr_any;
	refused(&scene, REASON_MISSING_ADDRESS);
	end(&scene);
}

/* RFC 7599, section 12.4, and RFC 7335. */
static void clat(void **state)
{
	const struct plan *plan;
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_464XLAT, "2001:db8:12:3400::/56", NULL, "interface",
	      "wan", "mode", "464xlat", NULL);
	scene.lease.dmr = ipv6("64:ff9b::");
	scene.lease.dmr_len = 96;
	plan = made(&scene);
	assert_int_equal(plan->mode, MAP_MODE_MAP_T);
	ipv6_is(&plan->ce, "2001:db8:12:3400:0:c000:1:0");
	ipv4_is(plan, "192.0.0.1/32");
	plan_free(&scene.plan);
	end(&scene);
}

static void no_match(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, LEASE_MAP_E, "2001:db9:12:3400::/56", NULL, "interface",
	      "wan", NULL);
	add_rule(&scene.lease, "ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16");
	refused(&scene, REASON_NO_MATCHING_PD);
	scene.facts.prefix_len = 0;
	refused(&scene, REASON_MISSING_ADDRESS);
	end(&scene);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_e),
		cmocka_unit_test(map_t),
		cmocka_unit_test(map_t_prefix),
		cmocka_unit_test(lw4o6),
		cmocka_unit_test(ds_lite),
		cmocka_unit_test(fixed_ip),
		cmocka_unit_test(clat),
		cmocka_unit_test(no_match),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
