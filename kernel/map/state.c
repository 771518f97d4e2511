// SPDX-License-Identifier: GPL-2.0

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>

#include "debug.h"
#include "local.h"
#include "map.h"
#include "mtu.h"
#include "route.h"
#include "rule.h"
#include "snat.h"
#include "state.h"

/* ---- what follows from settings and rules ---- */

/* A prefix longer than /64 replaces the first bits of the interface identifier
 * (RFC 7597, section 6). If it is also longer than rule prefix and EA bits, a
 * BR cannot compute these bits, and no packet arrives.
 */
static bool map_state_address_known(const struct map_state *state)
{
	const struct map_ce *ce = &state->ce;
	struct in6_addr seen;

	map_rule_ipv6(&state->bmr, ce->ipv4, map_port_set_nth(&ce->ports, 0),
		      &seen);
	return ipv6_addr_equal(&seen, &ce->ipv6);
}

static int map_state_derive_ce(struct map_state *state, struct map_rules *rules,
			       struct netlink_ext_ack *extack)
{
	const struct map_settings *set = &state->set;
	struct map_refusal why = {};
	struct map_rule *rule;

	if (!set->prefix_len) {
		state->missing = "prefix, the end-user IPv6 prefix";
		return 0;
	}
	rule = map_rules_bmr(rules, &set->prefix, set->prefix_len);
	if (!rule) {
		state->missing = "a bmr rule that matches the prefix";
		return 0;
	}

	state->bmr = rule->params;
	if (!map_ce_derive(&state->bmr, &set->prefix, set->prefix_len,
			   &state->ce, &why)) {
		if (extack)
			extack->_msg = why.reason;
		return -EINVAL;
	}
	if (!map_state_address_known(state)) {
		NL_SET_ERR_MSG(extack,
			       "prefix has bits after the EA bits that no BR can know");
		return -EINVAL;
	}
	state->local = state->ce.ipv6;
	state->ready = true;
	return 0;
}

static int map_state_derive(struct map_state *state, struct map_rules *rules,
			    struct netlink_ext_ack *extack)
{
	const struct map_rule *dmr = map_rules_dmr(rules);
	const struct map_settings *set = &state->set;

	if (set->mode == MAP_MODE_IPIP) {
		state->local = set->local;
		state->remote = set->remote;
		state->ready = true;
		return 0;
	}
	if (dmr && (set->role == MAP_ROLE_CE || set->mode == MAP_MODE_MAP_T)) {
		state->remote = dmr->params.ipv6;
		state->remote_len = dmr->params.ipv6_len;
	}
	if (set->role == MAP_ROLE_CE)
		return map_state_derive_ce(state, rules, extack);

	if (set->mode == MAP_MODE_MAP_T) {
		/* Without an address: it answers for the prefix of the DMR. */
		state->ready = state->remote_len;
		state->missing = "a dmr rule, the prefix of the IPv4 side";
	} else {
		state->local = set->local;
		state->ready = !ipv6_addr_any(&state->local);
		state->missing = "local, the address of the BR";
	}
	if (state->ready)
		state->missing = NULL;
	return 0;
}

/* ---- the IPv6 address ---- */

/* The remote address of the table entry: unspecified for a MAP node, which
 * accepts packets of any other end.
 */
static const struct in6_addr *map_state_local_remote(const struct map_state *state)
{
	return state->set.mode == MAP_MODE_IPIP ? &state->remote :
						  &in6addr_any;
}

/* The table entry for the address of @state: the present one of the device, a
 * new one, or NULL if the state has no address. Packets do not see it yet.
 */
static struct map_local *
map_state_reserve_address(struct map_dev *map, const struct map_state *state,
			  struct netlink_ext_ack *extack)
{
	const struct in6_addr *remote = map_state_local_remote(state);
	struct map_local *local;

	if (!state->ready || ipv6_addr_any(&state->local))
		return NULL;
	if (map_local_is(map->local, &state->local, remote))
		return map->local;
	local = map_local_reserve(map->net, &state->local, remote, map->local);
	if (local == ERR_PTR(-EADDRINUSE))
		NL_SET_ERR_MSG(extack,
			       "another map device has that IPv6 address");
	return local;
}

/**
 * map_state_own_address - let packets find a device by its address, or not
 * @map: the device
 * @up: it is up
 *
 * A device that is down, or not registered, gets no packets: they belong to
 * another owner of the address, ip6_tunnel for instance. Readers that found the
 * device before have it for a grace period more.
 *
 * Context: RTNL.
 */
void map_state_own_address(struct map_dev *map, bool up)
{
	if (map->local)
		rcu_assign_pointer(map->local->owner, up ? map : NULL);
}

/* Called after packets see the state. The new address is in the table before
 * the old one leaves it: otherwise a packet in between would be answered with
 * "unknown next header".
 */
static void map_state_take_address(struct map_dev *map, struct map_local *local)
{
	struct map_local *old = map->local;

	if (local == old)
		return;
	map->local = local;
	map_state_own_address(map, map->dev->flags & IFF_UP);
	map_local_release(old);
}

/* ---- source NAT ---- */

static bool map_state_is_nat_ce(const struct map_state *state)
{
	return state->ready && state->set.mode != MAP_MODE_IPIP &&
	       state->set.role == MAP_ROLE_CE;
}

/* Enable or disable conntrack in the namespace. Only a CE with source NAT needs
 * it. A device that is not registered is in no namespace yet, see
 * map_state_arrives().
 */
static int map_state_take_snat(struct map_dev *map, bool want)
{
	int err = 0;

	if (want == map->has_snat ||
	    map->dev->reg_state == NETREG_UNINITIALIZED)
		return 0;
	if (want)
		err = map_snat_get(dev_net(map->dev));
	else
		map_snat_put(dev_net(map->dev));
	if (!err)
		map->has_snat = want;
	return err;
}

/* The claim for @state: the present one, a new one, or NULL. */
static struct map_snat_claim *map_state_claim(const struct map_dev *map,
					      const struct map_state *state)
{
	struct map_snat_claim *claim;

	if (!map_state_is_nat_ce(state))
		return NULL;
	if (map_snat_claim_same(map->claim, &state->ce))
		return map->claim;
	claim = map_snat_claim_alloc(&state->ce);
	return claim ?: ERR_PTR(-ENOMEM);
}

/* Called after packets see the new state: connections of the old one end. A
 * device that is not registered is in no namespace yet, see
 * map_state_arrives().
 */
static void map_state_stake(struct map_dev *map, struct map_snat_claim *claim)
{
	struct net *net = dev_net(map->dev);
	struct map_snat_claim *old = map->claim;

	map->claim = claim;
	if (claim == old || map->dev->reg_state == NETREG_UNINITIALIZED)
		return;
	if (claim)
		map_snat_hold(net, claim);
	if (old)
		map_snat_lose(net, old);
}

/**
 * map_state_leaves - the device leaves a namespace
 * @map: the device
 *
 * Source NAT belongs to the namespace that the device is in: bindings made in
 * one mean nothing in another.
 *
 * Context: RTNL, may sleep.
 */
void map_state_leaves(struct map_dev *map)
{
	if (map->claim)
		map_snat_lose(dev_net(map->dev), map->claim);
	map->claim = NULL;
	map_state_take_snat(map, false);
}

/**
 * map_state_arrives - the device has come to a namespace
 * @map: the device
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error.
 */
int map_state_arrives(struct map_dev *map)
{
	const struct map_state *state = rtnl_dereference(map->state);
	struct map_snat_claim *claim = map_state_claim(map, state);

	if (IS_ERR(claim))
		return PTR_ERR(claim);
	map->claim = claim;
	if (claim)
		map_snat_hold(dev_net(map->dev), claim);
	return map_state_take_snat(map, state->set.snat);
}

/* ---- change ---- */

/* The ends of the tunnel, as the link-layer addresses that ip link shows. */
static void map_state_show_address(struct net_device *dev,
				   const struct map_state *state)
{
	__dev_addr_set(dev, &state->local, sizeof(state->local));
	memcpy(dev->broadcast, &state->remote, sizeof(state->remote));
}

static void map_state_publish(struct map_dev *map, struct map_state *state)
{
	struct map_state *old = rtnl_dereference(map->state);

	rcu_assign_pointer(map->state, state);
	if (old)
		kfree_rcu(old, rcu);
}

/* Called after packets see the state with @rules and @routes. */
static void map_state_keep(struct map_dev *map, struct map_rules *rules,
			   struct map_routes *routes)
{
	struct map_rules *old = map->rules;

	if (map->routes && map->routes != routes)
		map_routes_free_rcu(map->routes);
	map->routes = routes;
	if (old == rules)
		return;
	map->rules = rules;
	synchronize_net();
	map_rules_free(old);
}

/* The number of IPv6 destinations that the device may send to. */
static u32 map_state_destinations(const struct map_state *state)
{
	const struct map_settings *set = &state->set;
	u32 n;

	if (set->mode == MAP_MODE_IPIP)
		return 1;
	/* Each IPv4 address maps to its own address in the prefix of the DMR.
	 */
	if (set->mode == MAP_MODE_MAP_T && set->role == MAP_ROLE_CE)
		return MAP_ROUTE_MAX_SLOTS;
	n = map_rules_destinations(state->rules, MAP_ROUTE_MAX_SLOTS);
	return n + (set->role == MAP_ROLE_CE && n);
}

/* The route cache for @state: the present one, or one of another size. */
static struct map_routes *map_state_routes(const struct map_dev *map,
					   const struct map_state *state)
{
	u32 slots = map_routes_slots(map_state_destinations(state));

	if (map->routes && map->routes->mask == slots - 1)
		return map->routes;
	return map_routes_alloc(slots);
}

/**
 * struct map_change - all that a change needs, before anything has changed
 * @state: what packets are to see
 * @rules: the rules of it
 * @fresh: @rules where they are a copy made for it, or NULL
 * @routes: its cache of routes, the device's own or another
 * @local: its address, the device's own or another, or NULL
 * @claim: its claim for source NAT, the device's own or another, or NULL
 */
struct map_change {
	struct map_state *state;
	struct map_rules *rules;
	struct map_rules *fresh;
	struct map_routes *routes;
	struct map_local *local;
	struct map_snat_claim *claim;
};

static void map_state_abort(struct map_dev *map, struct map_change *change)
{
	if (change->routes != map->routes)
		map_routes_free(change->routes);
	if (change->claim != map->claim)
		kfree(change->claim);
	if (change->fresh)
		map_rules_free(change->fresh);
	kfree(change->state);
}

/* Rules without their own iid use that of the device. */
static int map_state_prepare_rules(const struct map_state *old,
				   const struct map_settings *set,
				   struct map_change *change)
{
	struct map_rules *fresh;

	if (!old || old->set.iid == set->iid)
		return 0;
	fresh = map_rules_copy(change->rules, set->role, set->iid,
			       GFP_KERNEL_ACCOUNT);
	if (IS_ERR(fresh))
		return PTR_ERR(fresh);
	change->fresh = fresh;
	change->rules = fresh;
	return 0;
}

static int map_state_prepare_state(struct map_dev *map,
				   const struct map_settings *set,
				   struct map_change *change,
				   struct netlink_ext_ack *extack)
{
	struct map_snat_claim *claim;
	struct map_state *state;
	int err;

	state = kzalloc(sizeof(*state), GFP_KERNEL_ACCOUNT);
	if (!state)
		return -ENOMEM;
	change->state = state;
	state->set = *set;
	state->rules = change->rules;
	state->generation = ++map->generation;
	err = map_state_derive(state, change->rules, extack);
	if (err)
		return err;
	change->routes = map_state_routes(map, state);
	state->routes = change->routes;
	claim = map_state_claim(map, state);
	if (IS_ERR(claim))
		return PTR_ERR(claim);
	change->claim = claim;
	return change->routes ? 0 : -ENOMEM;
}

/* The last steps that can fail. Packets do not see them. */
static int map_state_prepare_place(struct map_dev *map,
				   struct map_change *change,
				   struct netlink_ext_ack *extack)
{
	bool had = map->has_snat;
	int err;

	err = map_state_take_snat(map, change->state->set.snat);
	if (err)
		return err;
	change->local = map_state_reserve_address(map, change->state, extack);
	if (!IS_ERR(change->local))
		return 0;
	map_state_take_snat(map, had);
	return PTR_ERR(change->local);
}

static void map_state_commit(struct map_dev *map, struct map_change *change)
{
	struct map_state *state = change->state;

	map_debug_delay();
	map_state_show_address(map->dev, state);
	map_state_publish(map, state);
	map_snat_fit(map, state);
	map_debug_delay();
	map_state_take_address(map, change->local);
	map_debug_delay();
	map_state_keep(map, change->rules, change->routes);
	map_state_stake(map, change->claim);
	map_mtu_follow(map, state);
}

/**
 * map_state_update - give a device new settings or rules
 * @map: the device
 * @set: the settings, checked
 * @rules: the rules, the device's own or another table, which the device owns
 *	after success
 * @extack: told what is wrong
 *
 * Packets see the old state or the new one, never a mixture. On failure nothing
 * changes. Readers have the state for an RCU read section only: rules and
 * routes that it points to are freed a grace period after it was replaced.
 *
 * The caller has checked that the sender may change what is in the namespace of
 * the tunnel. A device may be in that of a container, whose root must not decide
 * which addresses are taken outside.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error.
 */
int map_state_update(struct map_dev *map, const struct map_settings *set,
		     struct map_rules *rules, struct netlink_ext_ack *extack)
{
	struct map_state *old = rtnl_dereference(map->state);
	struct map_change change = { .rules = rules };
	int err;

	ASSERT_RTNL();
	err = map_state_prepare_rules(old, set, &change);
	err = err ?: map_state_prepare_state(map, set, &change, extack);
	err = err ?: map_state_prepare_place(map, &change, extack);
	if (err) {
		map_state_abort(map, &change);
		return err;
	}

	map_state_commit(map, &change);
	if (map->dev->reg_state == NETREG_REGISTERED)
		netdev_state_change(map->dev);
	return 0;
}
