// SPDX-License-Identifier: GPL-2.0
/* A line as JSON: what it is at, what it waits for, and what is set up. The words
 * of what is set up are those of OpenSync's MAP_State.
 */
#include "clock.h"
#include "base/json_util.h"
#include "parse.h"
#include "line/line.h"
#include "util.h"

static void put_ipv6(json_t *to, const char *key, const struct in6_addr *ipv6)
{
	char buf[PREFIX_STRLEN];

	put_text(to, key, format_ipv6(ipv6, buf));
}

static json_t *wan_json(const struct line_facts *facts)
{
	json_t *to = json_object();
	char buf[PREFIX_STRLEN];

	json_object_set_new(to, "exists", json_boolean(facts->index));
	json_object_set_new(to, "link", json_boolean(facts->up));
	json_object_set_new(to, "router", json_boolean(facts->router));
	put_number(to, "mtu", facts->mtu);
	if (facts->has_address)
		put_ipv6(to, "address", &facts->address);
	if (facts->prefix_len)
		put_text(to, "end_user_prefix",
			 format_prefix6(&facts->prefix, facts->prefix_len,
					buf));
	put_text(to, "end_user_prefix_source",
		 line_prefix_from_name(facts->from));
	return to;
}

/* What somebody has to wait for, in words. */
static const char *waiting_for(const struct uplink *uplink)
{
	switch (uplink->state) {
	case LINE_NO_LINK:
		return "the link of the WAN";
	case LINE_NO_PREFIX:
		return "a router advertisement or DHCPv6";
	case LINE_PROVISIONING:
		return source_step_name(uplink->source->step);
	case LINE_RESOLVING:
		return "the DNS, for the address of the other end";
	case LINE_FAILED:
		return uplink->next_at ? "the next attempt" : "a change";
	case LINE_DOWN:
		return "\"vnectl up\"";
	default:
		return NULL;
	}
}

/* What is not as it should be, though it may be right. */
static void put_notes(const struct lease *lease, const struct plan *plan,
		      json_t *to)
{
	if (plan->has_bmr && plan->bmr.index < lease->count &&
	    lease->rules[plan->bmr.index].offset_assumed)
		json_object_set_new(to, "psid_offset_assumed", json_true());
	if (lease->padded)
		json_object_set_new(to, "options_padded", json_true());
}

static void put_lease(const struct uplink *uplink, json_t *to)
{
	const struct offer *offer = &uplink->source->offer;
	const struct lease *lease = &offer->leases[uplink->lease];
	const struct plan *plan = &uplink->plan;
	char buf[PREFIX_STRLEN];

	if (uplink->lease < offer->count) {
		put_text(to, "map_type", lease_method_name(lease->method));
		put_notes(lease, plan, to);
	}
	if (plan->dmr_len)
		format_prefix6(&plan->dmr, plan->dmr_len, buf);
	else
		format_ipv6(&plan->remote, buf);
	put_text(to, "tunnel_remote", buf);
	/* Its name where there are rules. */
	if (plan->has_bmr)
		put_text(to, "DMR", buf);
	put_ipv6(to, "tunnel_local", &plan->ce);
	json_object_set_new(to, "map_rules_dhcp",
			    json_boolean(uplink->vne.source == VNE_DHCPV6));
}

/* What clients keep is by the clock of durations. */
static void put_known_moment(json_t *to, const char *key)
{
	double at = json_number_value(json_object_get(to, key));

	if (at > 0)
		put_moment(to, key, at);
}

static json_t *with_moments(json_t *client)
{
	put_known_moment(client, "since");
	put_known_moment(client, "next");
	return client;
}

/**
 * uplink_json - all that there is to know of a line
 * @uplink: the line
 *
 * Return: an object, without secrets.
 */
json_t *uplink_json(const struct uplink *uplink)
{
	const char *waiting = waiting_for(uplink);
	json_t *to = json_object(), *device;

	put_number(to, "json_version", JSON_VERSION);
	put_text(to, "name", uplink->vne.name);
	json_object_set_new(to, "settings", vne_json(&uplink->vne));
	put_text(to, "state", uplink_state_name(uplink->state));
	put_moment(to, "since", uplink->since);
	if (waiting)
		put_text(to, "waiting_for", waiting);
	if (uplink->next_at > clock_now())
		put_moment(to, "next_attempt", uplink->next_at);
	if (uplink->why.code) {
		put_text(to, "reason", reason_name(uplink->why.code));
		put_text(to, "why", uplink->why.text);
	}
	json_object_set_new(to, "wan", wan_json(&uplink->line.facts));
	if (uplink->source)
		json_object_set_new(to, "source",
				    with_moments(source_json(uplink->source)));
	json_object_set_new(to, "update",
			    with_moments(tell_json(&uplink->tell)));
	if (uplink->state == LINE_UP)
		put_lease(uplink, to);
	device = uplink->applied ? apply_json(uplink->vne.name) : NULL;
	if (device)
		json_object_update_new(to, device);
	return to;
}
