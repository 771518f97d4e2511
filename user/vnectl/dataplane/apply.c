// SPDX-License-Identifier: GPL-2.0
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "dataplane/apply.h"
#include "dataplane/link_rules.h"
#include "dataplane/nat.h"
#include "dataplane/addresses_routes.h"
#include "dataplane/journal.h"
#include "dataplane/link.h"

/* Of the WAN's proxy_ndp: NULL where there is none. */
static FILE *open_proxy_ndp(const char *wan, const char *mode)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/proxy_ndp",
		 wan);
	return fopen(path, mode);
}

static bool proxy_ndp_is_off(const char *wan)
{
	FILE *file = open_proxy_ndp(wan, "re");
	bool off = file && fgetc(file) == '0';

	if (file)
		fclose(file);
	return off;
}

static void set_proxy_ndp(const char *wan, bool on)
{
	FILE *file = open_proxy_ndp(wan, "we");

	if (!file)
		return;
	fputs(on ? "1\n" : "0\n", file);
	fclose(file);
}

/* What a record has and another has not. */
static void undo_places(const struct record *old, const struct record *keep)
{
	int index = if_nametoindex(old->device);
	int wan = if_nametoindex(old->wan);
	bool same_wan = keep && !strcmp(old->wan, keep->wan);
	bool same_ce = keep && old->ce_len == keep->ce_len &&
		!memcmp(&old->ce, &keep->ce, sizeof(old->ce));
	struct reason why;

	/* Routes of a device that is gone went with it, and to the kernel no
	 * device is any device.
	 */
	if (index && old->has_default &&
	    !(keep && keep->has_default && keep->metric == old->metric))
		place_no_default(index, old->metric);
	if (old->ipv4_len && !(keep && keep->ipv4 == old->ipv4 &&
			       keep->ipv4_len == old->ipv4_len))
		place_ipv4(PLACE_DEL, index, old->ipv4, old->ipv4_len, &why);
	if (index && old->routed && !(same_ce && keep->routed))
		place_route6(PLACE_DEL, index, &old->ce, old->ce_len, &why);
	if (old->on_wan && !(same_ce && same_wan && keep->on_wan))
		place_ipv6(PLACE_DEL, wan, &old->ce, &why);
	if (old->proxied && !(same_ce && same_wan && keep->proxied))
		place_proxy(PLACE_DEL, wan, &old->ce, &why);
	if (old->proxy_set && !(same_wan && keep->proxied))
		set_proxy_ndp(old->wan, false);
}

/* An address that somebody else gave the WAN stays when all is undone. */
static void want_record(const struct plan *plan, const struct record *old,
			struct record *record)
{
	bool mine = old->on_wan && !strcmp(old->wan, plan->wan) &&
		!memcmp(&old->ce, &plan->ce, sizeof(old->ce));

	memset(record, 0, sizeof(*record));
	snprintf(record->device, sizeof(record->device), "%s", plan->device);
	snprintf(record->wan, sizeof(record->wan), "%s", plan->wan);
	record->ipv4 = plan->ipv4;
	record->ipv4_len = plan->ipv4_len;
	record->ce = plan->ce;
	record->ce_len = plan->ce_len;
	record->on_wan = plan->own == PLAN_OWN_ADDRESS &&
		(mine || !place_is_there(plan->wan_index, &plan->ce));
	record->routed = plan->own == PLAN_OWN_ROUTE;
	record->proxied = plan->proxy && plan->ce_len == 128;
	record->proxy_set = record->proxied &&
		(old->proxy_set || proxy_ndp_is_off(plan->wan));
	record->has_default = plan->default_route;
	record->metric = plan->metric;
	record->mtu = plan->mtu;
	record->nat = plan->nat;
}

static int make_places(const struct record *record, int index, int wan,
		       struct reason *why)
{
	if (record->on_wan && place_ipv6(PLACE_ADD, wan, &record->ce, why))
		return -1;
	if (record->routed &&
	    place_route6(PLACE_ADD, index, &record->ce, record->ce_len, why))
		return -1;
	if (record->proxied && place_proxy(PLACE_ADD, wan, &record->ce, why))
		return -1;
	if (record->ipv4_len &&
	    place_ipv4(PLACE_ADD, index, record->ipv4, record->ipv4_len, why))
		return -1;
	if (record->has_default)
		return place_default(index, record->metric, record->device,
				     why);
	return 0;
}

/* The mode of a device cannot be changed, and there is no way back from an MTU
 * that was set to the one that follows from the WAN.
 */
static bool has_to_go(const struct tunnel *tunnel, const struct record *old,
		      const struct plan *plan)
{
	return tunnel->mode != plan->mode || (old->mtu && !plan->mtu);
}

static int make_tunnel(const struct plan *plan, const struct record *old,
		       struct tunnel *tunnel, struct reason *why)
{
	if (tunnel->index && has_to_go(tunnel, old, plan)) {
		if (tunnel_delete(plan->device, why))
			return -1;
		tunnel->index = 0;
	}
	if (tunnel->index && !tunnel->same_prefix &&
	    mapping_flush(tunnel->index, plan->device, why))
		return -1;
	if (tunnel->index && tunnel->same && tunnel->up &&
	    (!plan->mtu || tunnel->mtu == plan->mtu))
		return 0;
	if (tunnel_make(plan, tunnel->index, why))
		return -1;
	tunnel->index = if_nametoindex(plan->device);
	return 0;
}

static int make_nat(const struct record *record, const struct record *old,
		    struct reason *why)
{
	bool same = old->nat && old->ipv4 == record->ipv4 &&
		old->ipv4_len == record->ipv4_len;

	if (record->nat)
		return nat_make(record->device, record->ipv4,
				record->ipv4_len, !same, why);
	return old->nat ? nat_undo(record->device, why) : 0;
}

static int make_all(const struct plan *plan, const struct record *old,
		    const struct record *record, struct tunnel *tunnel,
		    struct reason *why)
{
	if (make_tunnel(plan, old, tunnel, why))
		return -1;
	if (plan->has_bmr && mapping_make(plan, tunnel->index, why))
		return -1;
	if (record->proxy_set)
		set_proxy_ndp(plan->wan, true);
	if (make_nat(record, old, why))
		return -1;
	return make_places(record, tunnel->index, plan->wan_index, why);
}

/**
 * apply - make the machine what a plan says
 * @plan: the plan
 * @why: set when something was refused
 *
 * What is right is not touched: connections live on when the daemon is started
 * again. The record comes first, so that whatever happens can be undone. When
 * there was nothing before, a failure leaves nothing behind; else what could be
 * done of the new plan stays, as the old one is wrong by then.
 *
 * Return: 0, or -1.
 */
int apply(const struct plan *plan, struct reason *why)
{
	struct record old, record;
	struct reason ignored;
	struct tunnel tunnel;
	bool was_there;

	was_there = record_read(plan->device, &old);
	if (tunnel_look(plan->device, plan, &tunnel, why))
		return -1;
	if (tunnel.index && (!was_there || !tunnel.is_map))
		return reason_set(why, REASON_REFUSED,
				  "there is a device %s already, and not by vnectl: delete it, or give the block another name",
				  plan->device);
	want_record(plan, &old, &record);
	if (memcmp(&old, &record, sizeof(record)) &&
	    record_write(&record, why))
		return -1;
	if (was_there)
		undo_places(&old, &record);
	if (!make_all(plan, &old, &record, &tunnel, why))
		return 0;
	if (!was_there)
		apply_undo(plan->device, &ignored);
	return -1;
}

/**
 * apply_undo - take away all that apply() made for a device
 * @device: its name
 * @why: set when something could not be taken away
 *
 * Return: 0, also where there was nothing, or -1.
 */
int apply_undo(const char *device, struct reason *why)
{
	struct tunnel tunnel;
	struct record old;

	if (!record_read(device, &old))
		return 0;
	undo_places(&old, NULL);
	if (old.nat && nat_undo(device, why))
		return -1;
	if (tunnel_look(device, NULL, &tunnel, why) ||
	    (tunnel.is_map && tunnel_delete(device, why)))
		return -1;
	record_erase(device);
	return 0;
}

/**
 * apply_hold - take the default route of a device away, until the next apply()
 * @device: its name
 *
 * Return: true if there was one.
 */
bool apply_hold(const char *device)
{
	int index = if_nametoindex(device);
	struct record record;
	struct reason why;

	if (!index || !record_read(device, &record) || !record.has_default)
		return false;
	place_no_default(index, record.metric);
	record.has_default = false;
	record_write(&record, &why);
	return true;
}

/**
 * apply_is_there - has something been made for a device?
 * @device: its name
 *
 * Return: true if it has, and has not been undone.
 */
bool apply_is_there(const char *device)
{
	struct record record;

	return record_read(device, &record);
}

/**
 * apply_leftovers - find what was made and not undone
 * @found: called for each device
 * @arg: for @found
 */
void apply_leftovers(void (*found)(const char *device, void *arg), void *arg)
{
	record_each(found, arg);
}
