// SPDX-License-Identifier: GPL-2.0
/* A line as JSON: what it is at, what it waits for, and what is set up. The words
 * of what is set up are those of OpenSync's MAP_State.
 */
#include "json_words.h"
#include "parse.h"
#include "uplink.h"
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
	case UPLINK_LINK:
		return "the link of the WAN";
	case UPLINK_PREFIX:
		return "a router advertisement or DHCPv6";
	case UPLINK_RULES:
		return source_step_name(uplink->source->step);
	case UPLINK_NAME:
		return "the DNS, for the address of the other end";
	case UPLINK_FAILED:
		return uplink->next_at ? "the next attempt" : "a change";
	case UPLINK_DOWN:
		return "\"vnectl up\"";
	default:
		return NULL;
	}
}

static void put_lease(const struct uplink *uplink, json_t *to)
{
	const struct offer *offer = &uplink->source->offer;
	const struct lease *lease = &offer->leases[uplink->lease];
	const struct plan *plan = &uplink->plan;
	char buf[PREFIX_STRLEN];

	if (uplink->lease < offer->count)
		put_text(to, "map_type", lease_method_name(lease->method));
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

/* Clients keep moments; people and scripts want to know how long. */
static json_t *with_durations(json_t *client, double now)
{
	double since = json_number_value(json_object_get(client, "since"));
	double next = json_number_value(json_object_get(client, "next"));

	if (since > 0)
		put_number(client, "since", now - since);
	if (next > 0)
		put_number(client, "next", next > now ? next - now : 0);
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
	double now = ev_now(EV_DEFAULT_UC);
	json_t *to = json_object(), *device;

	put_text(to, "name", uplink->vne.name);
	json_object_set_new(to, "settings", vne_json(&uplink->vne));
	put_text(to, "state", uplink_state_name(uplink->state));
	put_number(to, "since", now - uplink->since);
	if (waiting)
		put_text(to, "waiting_for", waiting);
	if (uplink->next_at > now)
		put_number(to, "next_attempt", uplink->next_at - now);
	if (uplink->why.code) {
		put_text(to, "reason", reason_name(uplink->why.code));
		put_text(to, "why", uplink->why.text);
	}
	json_object_set_new(to, "wan", wan_json(&uplink->line.facts));
	if (uplink->source)
		json_object_set_new(to, "source",
				    with_durations(source_json(uplink->source),
						   now));
	json_object_set_new(to, "update",
			    with_durations(tell_json(&uplink->tell), now));
	if (uplink->state == UPLINK_UP)
		put_lease(uplink, to);
	device = uplink->applied ? apply_json(uplink->vne.name) : NULL;
	if (device)
		json_object_update_new(to, device);
	return to;
}
