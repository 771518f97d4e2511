// SPDX-License-Identifier: GPL-2.0
/* The way to IPv4 that settings with rules of their own describe, and whether there
 * can be such a one.
 */
#include <arpa/inet.h>
#include <linux/map.h>
#include <stdio.h>
#include <string.h>

#include "softwire/bmr.h"
#include "format/hb46pp.h"
#include "softwire/iid.h"
#include "parse.h"
#include "util.h"
#include "config/line_softwire.h"

static int set_br(const struct vne *vne, struct lease *lease,
		  struct reason *why)
{
	struct arg_error err;

	if (!vne->br || !endpoint_parse(vne->br, "br", &lease->br, &err))
		return 0;
	return reason_set(why, REASON_MISSING_ADDRESS, "%s", err.reason);
}

static int add_rules(const struct vne *vne, struct lease *lease,
		     struct reason *why)
{
	struct lease_rule rule;
	struct arg_error err;
	unsigned int i;

	for (i = 0; i < vne->rules.count; i++) {
		if (vne_rule(vne->rules.text[i], "rule", vne->iid, &rule,
			     &err))
			return reason_set(why, REASON_INVALID_MAP_RULE, "%s",
					  err.reason);
		if (lease_add_rule(lease, &rule, why))
			return -1;
		lease->mesh |= rule.fmr;
	}
	return 0;
}

/* A whole address, or ports of one, bound to the prefix of the line. */
static int add_binding(const struct vne *vne, const struct in6_addr *prefix,
		       uint8_t len, struct lease *lease, struct reason *why)
{
	struct lease_rule rule = {
		.params.ipv6 = *prefix,
		.params.ipv6_len = len,
		.params.ipv4 = vne->ipv4.ipv4.s_addr,
		.params.ipv4_len = 32,
		.params.psid_offset = vne->psid_offset,
		.params.iid = vne->iid,
	};

	if (!len)
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "the WAN has no end-user prefix");
	map_ipv6_prefix_mask(&rule.params.ipv6, len);
	lease_rule_set_psid(&rule, vne->psid_len, vne->psid);
	return lease_add_rule(lease, &rule, why);
}

static int set_tunnel(const struct vne *vne, const struct in6_addr *prefix,
		      uint8_t len, struct lease *lease, struct reason *why)
{
	struct arg_error err;
	struct in6_addr iid;

	if (iid_parse(vne->iid_text, &iid, &err))
		return reason_set(why, REASON_MISSING_ADDRESS, "%s", err.reason);
	lease->ipv4 = vne->ipv4.ipv4.s_addr;
	lease->ipv4_len = vne->ipv4.len;
	return iid_address(&iid, prefix, len, &lease->local, why);
}

/**
 * vne_lease - the way to IPv4 of settings with source static
 * @vne: the settings
 * @prefix: of the line
 * @len: its length, 0 for none
 * @lease: the result, to be freed in any case
 * @why: set when it cannot be
 *
 * Return: 0, or -1.
 */
int vne_lease(const struct vne *vne, const struct in6_addr *prefix,
	      uint8_t len, struct lease *lease, struct reason *why)
{
	lease_init(lease, vne_method(vne_mode(vne)));
	lease->dmr = vne->dmr.ipv6;
	lease->dmr_len = vne->dmr.len;
	if (set_br(vne, lease, why) || add_rules(vne, lease, why))
		return -1;
	if (lease->method == LEASE_LW4O6)
		return add_binding(vne, prefix, len, lease, why);
	return lease->method == LEASE_IPIP ?
		set_tunnel(vne, prefix, len, lease, why) : 0;
}

static bool has_rules(const struct lease *lease)
{
	return lease->method == LEASE_MAP_E || lease->method == LEASE_MAP_T ||
		lease->method == LEASE_LW4O6;
}

/* Is the port of somebody at all, whatever the PSID is? */
static bool can_be_in(const struct lease *lease, uint16_t port)
{
	const struct map_rule_params *params;
	unsigned int i;

	for (i = 0; i < lease->count; i++) {
		params = &lease->rules[i].params;
		if (!map_port_excluded(params->psid_offset,
				       map_rule_psid_len(params), port))
			return true;
	}
	return !lease->count;
}

static bool range_can_be_in(const struct lease *lease,
			    const struct map_port_set *set,
			    const struct map_port_range *range)
{
	uint32_t port;

	for (port = range->first; port <= range->last; port++)
		if (set ? map_port_set_has(set, port) :
		    can_be_in(lease, port))
			return true;
	return false;
}

/* @set is NULL where the prefix, and the PSID with it, is not known yet. */
static int check_reserve(const struct vne *vne, const struct lease *lease,
			 const struct map_port_set *set, struct arg_error *err)
{
	static struct map_port_range ranges[MAP_MAX_RESERVED_RANGES];
	int i, count;

	if (!vne->reserve)
		return 0;
	count = parse_ports(vne->reserve, "snat-reserve", ranges,
			    ARRAY_SIZE(ranges), err);
	for (i = 0; i < count; i++)
		if (!range_can_be_in(lease, set, &ranges[i]))
			return arg_wrong(err, "snat-reserve",
					 "\"snat-reserve\" %u%s: no port of it is in the port set of the line: \"mapctl calc\" shows that",
					 ranges[i].first,
					 ranges[i].first == ranges[i].last ?
					 "" : " to ...");
	return 0;
}

static int check_bmr(const struct vne *vne, const struct lease *lease,
		     const struct in6_addr *prefix, uint8_t len,
		     struct arg_error *err)
{
	struct reason why;
	struct bmr bmr;

	if (!len)
		return check_reserve(vne, lease, NULL, err);
	if (bmr_find(lease, prefix, len, &bmr, &why))
		return arg_wrong(err, "prefix", "\"prefix\": %s", why.text);
	return check_reserve(vne, lease, &bmr.ce.ports, err);
}

/* Which setting is to blame. */
static const char *culprit(enum lease_method method)
{
	switch (method) {
	case LEASE_MAP_T:
	case LEASE_464XLAT:
		return "dmr";
	case LEASE_MAP_E:
		return "rule";
	case LEASE_DS_LITE:
		return "br";
	default:
		return "ipv4-address";
	}
}

/**
 * vne_check_lease - can there be the way to IPv4 that the settings describe?
 * @vne: the settings, in which nothing is missing
 * @err: set when there cannot be
 *
 * What depends on a prefix that is not in the settings is left to later.
 *
 * Return: 0, or -1.
 */
int vne_check_lease(const struct vne *vne, struct arg_error *err)
{
	struct in6_addr prefix = vne->prefix.ipv6;
	uint8_t len = vne->prefix.len, any = len;
	struct reason why;
	struct lease lease;
	int ret = 0;

	if (vne->source != VNE_STATIC)
		return 0;
	/* Any prefix will do, where only its being there counts. */
	if (!len && (vne_mode(vne) == VNE_LW4O6 ||
		     vne_mode(vne) == VNE_FIXED_IP)) {
		inet_pton(AF_INET6, "2001:db8::", &prefix);
		any = 56;
	}
	if (vne_lease(vne, &prefix, any, &lease, &why) ||
	    lease_check(&lease, &why))
		ret = arg_wrong(err, culprit(lease.method), "%s", why.text);
	else if (has_rules(&lease))
		ret = check_bmr(vne, &lease, &prefix,
				lease.method == LEASE_LW4O6 ? any : len, err);
	lease_free(&lease);
	return ret;
}

/**
 * vne_check_hb46pp - will a server of HB46PP take the words that it is sent?
 * @vne: the settings
 * @err: set when it will not
 *
 * Return: 0, or -1.
 */
int vne_check_hb46pp(const struct vne *vne, struct arg_error *err)
{
	static const char *const keys[][2] = {
		{ "vendorid ", "vendor-id" }, { "product ", "product" },
		{ "user ", "http-username" }, { "pass ", "http-password" },
	};
	const struct hb46pp_client client = {
		.vendorid = vne->vendor_id,
		.product = vne->product,
		.version = VERSION,
		.capability = HB46PP_MAP_E,
		.user = vne->user,
		.pass = vne->password,
		.server_name = vne->server_name,
	};
	struct hb46pp_server server = { .https = true, .verify = true };
	const char *key = "source";
	struct query query;
	struct reason why;
	unsigned int i;

	if (vne->source != VNE_HB46PP)
		return 0;
	if (vne->server_name)
		snprintf(server.host, sizeof(server.host), "%s",
			 vne->server_name);
	i = hb46pp_query(&client, &server, &query, &why);
	explicit_bzero(&query, sizeof(query));
	if (!i)
		return 0;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strncmp(why.text, keys[i][0], strlen(keys[i][0])))
			key = keys[i][1];
	return arg_wrong(err, key, "\"%s\": the server takes no such word: %s",
			 key, why.text);
}
