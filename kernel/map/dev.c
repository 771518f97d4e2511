// SPDX-License-Identifier: GPL-2.0

#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/netns/generic.h>

#include "compat.h"
#include "debug.h"
#include "dev.h"
#include "encap.h"
#include "flow.h"
#include "netlink.h"
#include "xlat.h"

static LIST_HEAD(map_devs);

/* ---- state: what follows from settings and rules ---- */

static void dev_derive_ipip(struct map_state *state)
{
	state->local = state->set.local;
	state->remote = state->set.remote;
	state->ready = true;
}

/* A translating BR has no address of its own, it answers for the prefix. */
static void dev_derive_translator(struct map_state *state)
{
	state->ready = state->remote_len;
	if (!state->ready)
		state->missing = "a dmr rule, the prefix of the IPv4 side";
}

static void dev_derive_br(struct map_state *state)
{
	state->local = state->set.local;
	state->ready = !ipv6_addr_any(&state->local);
	if (!state->ready)
		state->missing = "local, the address of the BR";
}

/* A prefix longer than /64 takes the place of the interface identifier's first
 * bits (RFC 7597, section 6). Where it is longer than the rule's prefix and EA
 * bits, too, others do not know these bits, and packets never arrive.
 */
static bool dev_address_known(const struct map_state *state)
{
	const struct map_ce *ce = &state->ce;
	struct in6_addr seen;

	map_rule_ipv6(&state->bmr, ce->ipv4, map_port_set_nth(&ce->ports, 0),
		      &seen);
	return ipv6_addr_equal(&seen, &ce->ipv6);
}

static int dev_derive_ce(struct map_state *state, struct map_rules *rules,
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
	if (!dev_address_known(state)) {
		NL_SET_ERR_MSG(extack,
			       "prefix has bits after the EA bits that no BR can know");
		return -EINVAL;
	}
	state->local = state->ce.ipv6;
	state->ready = true;
	return 0;
}

static int dev_derive(struct map_state *state, struct map_rules *rules,
		      struct netlink_ext_ack *extack)
{
	const struct map_rule *dmr = map_rules_dmr(rules);

	if (state->set.mode == MAP_MODE_IPIP) {
		dev_derive_ipip(state);
		return 0;
	}
	if (dmr && (state->set.role == MAP_ROLE_CE ||
		    state->set.mode == MAP_MODE_MAP_T)) {
		state->remote = dmr->params.ipv6;
		state->remote_len = dmr->params.ipv6_len;
	}
	if (state->set.role == MAP_ROLE_CE)
		return dev_derive_ce(state, rules, extack);
	if (state->set.mode == MAP_MODE_MAP_T)
		dev_derive_translator(state);
	else
		dev_derive_br(state);
	return 0;
}

static bool dev_is_nat_ce(const struct map_state *state)
{
	return state->ready && state->set.mode != MAP_MODE_IPIP &&
	       state->set.role == MAP_ROLE_CE;
}

/* Any other end for a MAP node, which takes all that comes to its address. */
static const struct in6_addr *dev_local_remote(const struct map_state *state)
{
	return state->set.mode == MAP_MODE_IPIP ? &state->remote :
						  &in6addr_any;
}

/* A MAP node can not share its address with an ipip device, as two of those
 * can with different other ends.
 */
static bool dev_address_taken(const struct map_dev *map,
			      const struct map_state *state)
{
	const struct in6_addr *remote = dev_local_remote(state);
	const struct map_local_key *have;
	const struct map_dev *other;

	list_for_each_entry(other, &map_devs, node) {
		if (other == map || !other->local ||
		    !net_eq(other->net, map->net))
			continue;
		have = &other->local->key;
		if (ipv6_addr_equal(&have->local, &state->local) &&
		    (ipv6_addr_any(&have->remote) || ipv6_addr_any(remote) ||
		     ipv6_addr_equal(&have->remote, remote)))
			return true;
	}
	return false;
}

/* The entry for the address of @state, which may be the one that the device
 * has; NULL where the state has no address. Nothing changes for packets.
 */
static struct map_local *dev_reserve_address(struct map_dev *map,
					     const struct map_state *state,
					     struct netlink_ext_ack *extack)
{
	const struct in6_addr *remote = dev_local_remote(state);

	if (!state->ready || ipv6_addr_any(&state->local))
		return NULL;
	if (map_local_is(map->local, &state->local, remote))
		return map->local;
	if (dev_address_taken(map, state)) {
		NL_SET_ERR_MSG(extack,
			       "another map device has that IPv6 address");
		return ERR_PTR(-EADDRINUSE);
	}
	return map_local_reserve(map->net, &state->local, remote);
}

/* A device that is down, or not registered, gets no packets: they belong to
 * whoever else has the address, ip6_tunnel for instance.
 */
static void dev_own_address(struct map_dev *map, bool up)
{
	if (map->local)
		rcu_assign_pointer(map->local->owner, up ? map : NULL);
}

/* After packets see the state. The new address is there before the old one
 * goes: nobody is told in between that the protocol is unknown.
 */
static void dev_take_address(struct map_dev *map, struct map_local *local)
{
	struct map_local *old = map->local;

	if (local == old)
		return;
	map->local = local;
	dev_own_address(map, map->dev->flags & IFF_UP);
	map_local_release(old);
}

/* conntrack is for namespaces with a CE that translates; a BR does without.
 * Before registration, which see dev_arrives(), a device is in none.
 */
static int dev_take_snat(struct map_dev *map, bool want)
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

/* The claim for @state: the one that is there, another, or NULL for none. */
static struct map_snat_claim *dev_claim(const struct map_dev *map,
					const struct map_state *state)
{
	struct map_snat_claim *claim;

	if (!dev_is_nat_ce(state))
		return NULL;
	if (map_snat_claim_same(map->claim, &state->ce))
		return map->claim;
	claim = map_snat_claim_alloc(&state->ce);
	return claim ?: ERR_PTR(-ENOMEM);
}

/* After packets see the new state: connections of the old one end. A device
 * that is not registered is in no namespace, see dev_arrives().
 */
static void dev_stake(struct map_dev *map, struct map_snat_claim *claim)
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

/* Show the tunnel's ends where people look for a link address. */
static void dev_show_address(struct net_device *dev,
			     const struct map_state *state)
{
	__dev_addr_set(dev, &state->local, sizeof(state->local));
	memcpy(dev->broadcast, &state->remote, sizeof(state->remote));
}

/* ---- MTU ---- */

static bool dev_may_be_lower(const struct net_device *dev)
{
	return !(dev->flags & IFF_LOOPBACK) && !map_dev_is(dev);
}

/* The device that the tunnel's packets leave by, where it is known. */
static struct net_device *dev_lower(const struct map_dev *map,
				    const struct map_state *state)
{
	struct flowi6 fl6 = {
		.daddr = state->remote,
		.saddr = state->local,
		.flowi6_proto = IPPROTO_IPIP,
	};
	struct net_device *lower = NULL;
	struct dst_entry *dst;

	if (state->set.link_gone)
		return NULL;
	if (state->set.link)
		return __dev_get_by_index(map->net, state->set.link);
	if (ipv6_addr_any(&state->remote))
		return NULL;
	dst = ip6_route_output(map->net, NULL, &fl6);
	if (!dst->error && dev_may_be_lower(dst->dev))
		lower = dst->dev;
	dst_release(dst);
	return lower;
}

/* The tunnel carries what the lower device does, less the IPv6 header. With
 * outer fragments the stack must not cut IPv4 packets before we see them: they
 * come as long as the lower network has them. Of a translator, either side's
 * packets come in by the same device, and the longer ones are IPv6.
 */
static unsigned int dev_mtu_over(const struct net_device *lower,
				 const struct map_settings *set)
{
	unsigned int mtu = ETH_DATA_LEN;

	if (lower)
		mtu = max_t(unsigned int, lower->mtu, IPV6_MIN_MTU);
	if (set->mode == MAP_MODE_MAP_T || set->fragment == MAP_FRAGMENT_OUTER)
		return mtu;
	return mtu - sizeof(struct ipv6hdr);
}

/* No more than it takes: what the driver of the LAN left in front of a packet
 * (64 bytes and the Ethernet header, on most machines) then is enough, and the
 * packet is not copied on its way.
 */
static void dev_ask_headroom(struct net_device *dev,
			     const struct net_device *lower)
{
	WRITE_ONCE(dev->needed_headroom, sizeof(struct ipv6hdr) +
		   lower->hard_header_len + lower->needed_headroom);
}

/* The lower device may be one that follows us, a VLAN for instance: then this
 * ends after one round.
 */
static void dev_follow_mtu(struct map_dev *map, const struct map_state *state)
{
	struct net_device *lower = dev_lower(map, state);
	unsigned int mtu = dev_mtu_over(lower, &state->set);

	WRITE_ONCE(map->lower, lower ? lower->ifindex : 0);
	if (lower)
		dev_ask_headroom(map->dev, lower);
	mtu = clamp(mtu, map->dev->min_mtu, map->dev->max_mtu);
	if (!map->auto_mtu || map->dev->mtu == mtu || map->in_mtu)
		return;
	map->in_mtu = true;
	if (map->dev->reg_state == NETREG_REGISTERED)
		dev_set_mtu(map->dev, mtu);
	else
		WRITE_ONCE(map->dev->mtu, mtu);
	map->in_mtu = false;
	map->auto_mtu = true;
}

static void dev_follow_moved(struct work_struct *work)
{
	struct map_dev *map;

	rtnl_lock();
	list_for_each_entry(map, &map_devs, node) {
		if (!READ_ONCE(map->lower_moved))
			continue;
		WRITE_ONCE(map->lower_moved, false);
		dev_follow_mtu(map, rtnl_dereference(map->state));
	}
	rtnl_unlock();
}

static DECLARE_DELAYED_WORK(map_dev_follow, dev_follow_moved);

/**
 * map_dev_lower_seen - the tunnel's packets leave by a device
 * @map: the device
 * @state: its state
 * @lower: where the route to the other end goes now
 *
 * Nobody tells us that a route has changed, but the next packet sees it: have
 * the MTU follow.
 *
 * Context: any; called for a route that is not in the cache.
 */
void map_dev_lower_seen(struct map_dev *map, const struct map_state *state,
			const struct net_device *lower)
{
	if (state->set.link || lower->ifindex == READ_ONCE(map->lower) ||
	    !dev_may_be_lower(lower))
		return;
	WRITE_ONCE(map->lower_moved, true);
	/* Destinations that go elsewhere than most do not keep the RTNL busy. */
	schedule_delayed_work(&map_dev_follow, HZ / 10);
}

static int map_dev_change_mtu(struct net_device *dev, int mtu)
{
	struct map_dev *map = netdev_priv(dev);

	/* Whoever sets it by hand keeps it. */
	map->auto_mtu = false;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

/**
 * map_dev_tunnel_mtu - longest IPv4 packet that passes the tunnel uncut
 * @map: the device
 * @state: its state
 *
 * Context: RCU.
 * Return: bytes, by what is known of the path to the other end.
 */
u32 map_dev_tunnel_mtu(struct map_dev *map, const struct map_state *state)
{
	bool translates = state->set.mode == MAP_MODE_MAP_T;
	u32 mtu = min_t(u32, READ_ONCE(map->dev->mtu),
			ETH_DATA_LEN - (translates ? MAP_XLAT_GROWTH :
					sizeof(struct ipv6hdr)));
	struct dst_entry *dst = NULL;

	if (!state->ready || ipv6_addr_any(&state->remote))
		return mtu;
	local_bh_disable();
	dst = map_route(map, state, &state->remote);
	if (dst && dst->dev != map->dev)
		mtu = translates ? map_xlat_mtu(map, state, dst) :
				   map_encap_mtu(map, state, dst);
	dst_release(dst);
	local_bh_enable();
	return mtu;
}

/* ---- change ---- */

static void dev_publish(struct map_dev *map, struct map_state *state)
{
	struct map_state *old = rtnl_dereference(map->state);

	rcu_assign_pointer(map->state, state);
	if (old)
		kfree_rcu(old, rcu);
}

/* After packets see the state with @rules and @routes. */
static void dev_keep(struct map_dev *map, struct map_rules *rules,
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

/* To how many IPv6 addresses the device may send. */
static u32 dev_destinations(const struct map_state *state)
{
	const struct map_settings *set = &state->set;
	u32 n;

	if (set->mode == MAP_MODE_IPIP)
		return 1;
	/* Each IPv4 address behind the DMR's prefix is one. */
	if (set->mode == MAP_MODE_MAP_T && set->role == MAP_ROLE_CE)
		return MAP_ROUTE_MAX_SLOTS;
	n = map_rules_destinations(state->rules, MAP_ROUTE_MAX_SLOTS);
	return n + (set->role == MAP_ROLE_CE && n);
}

/* The cache for @state: the one that is there, or one of another size. */
static struct map_routes *dev_routes(const struct map_dev *map,
				     const struct map_state *state)
{
	u32 slots = map_routes_slots(dev_destinations(state));

	if (map->routes && map->routes->mask == slots - 1)
		return map->routes;
	return map_routes_alloc(slots);
}

/**
 * struct dev_change - all that a change needs, before anything has changed
 * @state: what packets are to see
 * @rules: the rules of it
 * @fresh: @rules where they are a copy made for it, or NULL
 * @routes: its cache of routes, the device's own or another
 * @local: its address, the device's own or another, or NULL
 * @claim: its claim for source NAT, the device's own or another, or NULL
 */
struct dev_change {
	struct map_state *state;
	struct map_rules *rules;
	struct map_rules *fresh;
	struct map_routes *routes;
	struct map_local *local;
	struct map_snat_claim *claim;
};

static void dev_abort(struct map_dev *map, struct dev_change *change)
{
	if (change->routes != map->routes)
		map_routes_free(change->routes);
	if (change->claim != map->claim)
		kfree(change->claim);
	if (change->fresh)
		map_rules_free(change->fresh);
	kfree(change->state);
}

/* Rules without an iid of their own follow the device. */
static int dev_prepare_rules(const struct map_state *old,
			     const struct map_settings *set,
			     struct dev_change *change)
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

static int dev_prepare_state(struct map_dev *map,
			     const struct map_settings *set,
			     struct dev_change *change,
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
	err = dev_derive(state, change->rules, extack);
	if (err)
		return err;
	change->routes = dev_routes(map, state);
	state->routes = change->routes;
	claim = dev_claim(map, state);
	if (IS_ERR(claim))
		return PTR_ERR(claim);
	change->claim = claim;
	return change->routes ? 0 : -ENOMEM;
}

/* The last steps that can fail. */
static int dev_prepare_place(struct map_dev *map, struct dev_change *change,
			     struct netlink_ext_ack *extack)
{
	bool had = map->has_snat;
	int err;

	err = dev_take_snat(map, change->state->set.snat);
	if (err)
		return err;
	change->local = dev_reserve_address(map, change->state, extack);
	if (!IS_ERR(change->local))
		return 0;
	dev_take_snat(map, had);
	return PTR_ERR(change->local);
}

static void dev_commit(struct map_dev *map, struct dev_change *change)
{
	struct map_state *state = change->state;

	map_debug_delay();
	dev_show_address(map->dev, state);
	dev_publish(map, state);
	map_snat_fit(map, state);
	map_debug_delay();
	dev_take_address(map, change->local);
	map_debug_delay();
	dev_keep(map, change->rules, change->routes);
	dev_stake(map, change->claim);
	dev_follow_mtu(map, state);
}

/**
 * map_dev_update - give a device new settings or rules
 * @map: the device
 * @set: the settings, checked
 * @rules: the rules, the device's own or another table, which the device owns
 *	after success
 * @extack: told what is wrong
 *
 * Packets see the old or the new, never a mixture; on failure nothing changes.
 * The caller has asked whether the sender may change what is in the namespace
 * of the tunnel: a device may live in that of a container, and who is root
 * there must not say which addresses are taken outside.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error.
 */
int map_dev_update(struct map_dev *map, const struct map_settings *set,
		   struct map_rules *rules, struct netlink_ext_ack *extack)
{
	struct map_state *old = rtnl_dereference(map->state);
	struct dev_change change = { .rules = rules };
	int err;

	ASSERT_RTNL();
	err = dev_prepare_rules(old, set, &change);
	err = err ?: dev_prepare_state(map, set, &change, extack);
	err = err ?: dev_prepare_place(map, &change, extack);
	if (err) {
		dev_abort(map, &change);
		return err;
	}

	dev_commit(map, &change);
	if (map->dev->reg_state == NETREG_REGISTERED) {
		netdev_state_change(map->dev);
		map_netlink_notify_state(map);
	}
	return 0;
}

/* ---- netdevice operations ---- */

/* A translator receives what is routed to it; no other mode has IPv6 here. */
static void dev_xmit_ipv6(struct map_dev *map, struct sk_buff *skb)
{
	const struct map_state *state;

	rcu_read_lock();
	state = rcu_dereference(map->state);
	if (state->set.mode != MAP_MODE_MAP_T ||
	    skb->protocol != htons(ETH_P_IPV6))
		map_drop(map, skb, MAP_A_STATS_TX_NOT_IPV4);
	else if (skb_network_offset(skb) || !pskb_inet_may_pull(skb))
		map_drop(map, skb, MAP_A_STATS_RX_MALFORMED);
	else
		map_xlat64(map, state, skb);
	rcu_read_unlock();
}

static void dev_xmit_ipv4(struct map_dev *map, struct sk_buff *skb)
{
	const struct map_state *state;

	if (skb_network_offset(skb) || !pskb_inet_may_pull(skb)) {
		map_drop(map, skb, MAP_A_STATS_TX_MALFORMED);
		return;
	}
	rcu_read_lock();
	state = rcu_dereference(map->state);
	if (state->set.mode != MAP_MODE_MAP_T)
		map_encap(map, state, skb);
	else
		map_xlat46(map, state, skb);
	rcu_read_unlock();
}

static void dev_xmit_one(struct map_dev *map, struct sk_buff *skb)
{
	/* A queueing discipline, GRO in front of a redirection, or a program
	 * wrote this last. As the control block of IPv4 or IPv6 it would be
	 * read as options and lengths.
	 */
	memset(skb->cb, 0, sizeof(skb->cb));
	if (likely(skb->protocol == htons(ETH_P_IP)))
		dev_xmit_ipv4(map, skb);
	else
		dev_xmit_ipv6(map, skb);
}

/* The device does not advertise these, so the core segments them in front of
 * it; a caller of ndo_start_xmit() may not have asked. Each packet of a list
 * has headers of its own, with no more room in front of them than its driver
 * left. A length of more than 16 bits does not fit IPv4, and not every kernel
 * receives a packet without one.
 */
static bool dev_must_segment(const struct sk_buff *skb)
{
	return skb_is_gso(skb) &&
	       (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST ||
		skb->len > GSO_LEGACY_MAX_SIZE);
}

static void dev_xmit_segments(struct map_dev *map, struct sk_buff *skb)
{
	struct sk_buff *segs, *seg, *next;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		map_drop(map, skb, MAP_A_STATS_TX_NO_MEMORY);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		dev_xmit_one(map, seg);
	}
}

static netdev_tx_t map_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct map_dev *map = netdev_priv(dev);

	/* Headers are written below: never those of another reader. */
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		map_stats_count(map, MAP_A_STATS_TX_NO_MEMORY);
	else if (unlikely(dev_must_segment(skb)))
		dev_xmit_segments(map, skb);
	else
		dev_xmit_one(map, skb);
	return NETDEV_TX_OK;
}

static int map_dev_open(struct net_device *dev)
{
	struct inet6_dev *in6_dev = __in6_dev_get(dev);
	struct map_dev *map = netdev_priv(dev);

	/* The route to the BR may have come after the rules. */
	dev_follow_mtu(map, rtnl_dereference(map->state));

	/* IPv6 goes beside this device, never through it: no address and no
	 * router solicitations.
	 */
	if (in6_dev)
		WRITE_ONCE(in6_dev->cnf.addr_gen_mode,
			   IN6_ADDR_GEN_MODE_NONE);
	dev_own_address(map, true);
	map_debug_delay();
	return 0;
}

static int map_dev_stop(struct net_device *dev)
{
	dev_own_address(netdev_priv(dev), false);
	map_debug_delay();
	return 0;
}

static int map_dev_iflink(const struct net_device *dev)
{
	const struct map_dev *map = netdev_priv(dev);
	const struct map_state *state;
	int link;

	rcu_read_lock();
	state = rcu_dereference(map->state);
	link = READ_ONCE(state->set.link_gone) ? 0 : state->set.link;
	rcu_read_unlock();
	return link;
}

/* No packet has the device any more: it was never registered, or a grace period
 * has passed since it was down and out of all tables.
 */
static void map_dev_free(struct net_device *dev)
{
	struct map_dev *map = netdev_priv(dev);

	gro_cells_destroy(&map->cells);
	map_routes_free(map->routes);
	map->routes = NULL;
	if (map->rules)
		map_rules_free(map->rules);
	map->rules = NULL;
	kfree(rcu_replace_pointer(map->state, NULL, true));
	map_reserve_free(rcu_replace_pointer(map->reserve, NULL, true));
	map_snat_release(map);
	kfree(map->claim);
	map->claim = NULL;
	free_percpu(map->stats);
	map->stats = NULL;
	map_free_tstats(dev);
}

/* From here on the core ends a registration that fails with ndo_uninit and the
 * destructor.
 */
static int map_dev_ndo_init(struct net_device *dev)
{
	struct map_dev *map = netdev_priv(dev);

	netdev_lockdep_set_classes(dev);
	list_add_tail(&map->node, &map_devs);
	dev->priv_destructor = map_dev_free;
	return 0;
}

static void map_dev_ndo_uninit(struct net_device *dev)
{
	struct map_dev *map = netdev_priv(dev);

	map_debug_delay();
	map_local_release(map->local);
	map->local = NULL;
	list_del(&map->node);
}

static const struct net_device_ops map_dev_ops = {
	.ndo_init		= map_dev_ndo_init,
	.ndo_uninit		= map_dev_ndo_uninit,
	.ndo_open		= map_dev_open,
	.ndo_stop		= map_dev_stop,
	.ndo_start_xmit		= map_dev_xmit,
	.ndo_change_mtu		= map_dev_change_mtu,
	.ndo_get_stats64	= dev_get_tstats64,
	.ndo_get_iflink		= map_dev_iflink,
};

static void map_dev_get_drvinfo(struct net_device *dev,
				struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "map", sizeof(info->driver));
	strscpy(info->version, MAP_VERSION, sizeof(info->version));
}

static int map_dev_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? MAP_STATS_COUNT : -EOPNOTSUPP;
}

static void map_dev_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	int i;

	if (sset != ETH_SS_STATS)
		return;
	for (i = MAP_STATS_FIRST; i <= MAP_A_STATS_MAX;
	     i++, data += ETH_GSTRING_LEN)
		strscpy((char *)data, map_counter_names[i], ETH_GSTRING_LEN);
}

static void map_dev_get_ethtool_stats(struct net_device *dev,
				      struct ethtool_stats *stats, u64 *data)
{
	u64 sum[__MAP_A_STATS_MAX];

	map_stats_sum(netdev_priv(dev), sum);
	memcpy(data, sum + MAP_STATS_FIRST, MAP_STATS_COUNT * sizeof(*data));
}

static const struct ethtool_ops map_dev_ethtool_ops = {
	.get_drvinfo		= map_dev_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_sset_count		= map_dev_get_sset_count,
	.get_strings		= map_dev_get_strings,
	.get_ethtool_stats	= map_dev_get_ethtool_stats,
};

/**
 * map_dev_setup - the fixed part of a new netdevice
 * @dev: the netdevice
 */
void map_dev_setup(struct net_device *dev)
{
	dev->netdev_ops = &map_dev_ops;
	dev->ethtool_ops = &map_dev_ethtool_ops;
	dev->header_ops = &ip_tunnel_header_ops;
	dev->type = ARPHRD_TUNNEL6;
	/* With one neighbour for all: a destination gets no entry of its own. */
	dev->flags = IFF_NOARP | IFF_POINTOPOINT;
	dev->addr_len = sizeof(struct in6_addr);
	dev->mtu = ETH_DATA_LEN - sizeof(struct ipv6hdr);
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = IP_MAX_MTU - sizeof(struct ipv6hdr);
	dev->needed_headroom = sizeof(struct ipv6hdr) + ETH_HLEN;
	/* A list of packets (NETIF_F_GSO_FRAGLIST) has a header in each, and
	 * may have no room for another one: the core takes it apart.
	 */
	dev->features |= NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |
			 NETIF_F_HW_CSUM |
			 (NETIF_F_GSO_SOFTWARE & ~NETIF_F_GSO_FRAGLIST);
	dev->hw_features |= dev->features;
	map_set_lltx(dev);
	map_set_tstats(dev);
	netif_keep_dst(dev);
}

static int dev_alloc(struct map_dev *map)
{
	struct net_device *dev = map->dev;
	int err;

	map->stats = __netdev_alloc_pcpu_stats(struct map_stats,
					       GFP_KERNEL_ACCOUNT);
	map->rules = map_rules_alloc(GFP_KERNEL_ACCOUNT);
	if (!map->stats || !map->rules)
		return -ENOMEM;
	err = map_alloc_tstats(dev);
	return err ?: gro_cells_init(&map->cells, dev);
}

/**
 * map_dev_create - bring a new device to life
 * @map: the device, with dev, net and auto_mtu set
 * @set: its settings, checked
 * @extack: told what is wrong
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error, after which nothing of it is left but the memory of
 * the netdevice.
 */
int map_dev_create(struct map_dev *map, const struct map_settings *set,
		   struct netlink_ext_ack *extack)
{
	struct net_device *dev = map->dev;
	int err;

	err = dev_alloc(map);
	if (err)
		goto err_free;
	/* The state is there before anybody can see the device; packets find
	 * it from ndo_open on.
	 */
	err = map_dev_update(map, set, map->rules, extack);
	if (err)
		goto err_free;
	dev->needs_free_netdev = true;
	map_debug_delay();
	err = register_netdevice(dev);
	if (!err || dev->priv_destructor)
		return err;

	/* It failed before ndo_init. */
	dev->needs_free_netdev = false;
err_free:
	map_local_release(map->local);
	map->local = NULL;
	map_dev_free(dev);
	return err;
}

/* ---- namespaces and lower devices ---- */

static void dev_lower_changed(struct net_device *lower)
{
	struct map_dev *map;

	list_for_each_entry(map, &map_devs, node)
		if (map->auto_mtu && map->lower == lower->ifindex &&
		    net_eq(map->net, dev_net(lower)))
			dev_follow_mtu(map, rtnl_dereference(map->state));
}

/* Another device may get the index: the tunnel must not leave by that. Routes
 * by the device that goes are no longer valid, so the cache has none.
 */
static void dev_lower_gone(struct net_device *lower)
{
	struct map_state *state;
	struct map_dev *map;

	list_for_each_entry(map, &map_devs, node) {
		state = rtnl_dereference(map->state);
		if (state->set.link_gone ||
		    state->set.link != lower->ifindex ||
		    !net_eq(map->net, dev_net(lower)))
			continue;
		WRITE_ONCE(state->set.link_gone, true);
		WRITE_ONCE(map->lower, 0);
		netdev_state_change(map->dev);
		map_netlink_notify_state(map);
	}
}

/* Source NAT belongs to the namespace that the device is in. Bindings made in
 * one namespace mean nothing in another.
 */
static void dev_leaves(struct map_dev *map)
{
	if (map->claim)
		map_snat_lose(dev_net(map->dev), map->claim);
	map->claim = NULL;
	dev_take_snat(map, false);
}

static int dev_arrives(struct map_dev *map)
{
	const struct map_state *state = rtnl_dereference(map->state);
	struct map_snat_claim *claim = dev_claim(map, state);

	if (IS_ERR(claim))
		return PTR_ERR(claim);
	map->claim = claim;
	if (claim)
		map_snat_hold(dev_net(map->dev), claim);
	return dev_take_snat(map, state->set.snat);
}

static int map_dev_event(struct notifier_block *nb, unsigned long event,
			 void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_CHANGEMTU:
		dev_lower_changed(dev);
		break;
	case NETDEV_REGISTER:
		if (map_dev_is(dev))
			return notifier_from_errno(dev_arrives(netdev_priv(dev)));
		break;
	case NETDEV_UNREGISTER:
		if (map_dev_is(dev))
			dev_leaves(netdev_priv(dev));
		else
			dev_lower_gone(dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block map_dev_notifier = {
	.notifier_call = map_dev_event,
};

/* Devices whose tunnel is in a namespace that goes away, while they are in
 * another. Those that are in it are the core's to delete.
 */
static void __net_exit map_dev_exit_batch(struct list_head *net_exit_list)
{
	struct map_dev *map, *next;
	struct net *net;
	LIST_HEAD(kill);

	rtnl_lock();
	list_for_each_entry(net, net_exit_list, exit_list)
		list_for_each_entry_safe(map, next, &map_devs, node)
			if (net_eq(map->net, net) &&
			    !net_eq(dev_net(map->dev), net))
				unregister_netdevice_queue(map->dev, &kill);
	unregister_netdevice_many(&kill);
	rtnl_unlock();
}

static struct pernet_operations map_dev_pernet_ops = {
	.exit_batch = map_dev_exit_batch,
};

int map_dev_init(void)
{
	int err = register_pernet_device(&map_dev_pernet_ops);

	if (err)
		return err;
	err = register_netdevice_notifier(&map_dev_notifier);
	if (err)
		unregister_pernet_device(&map_dev_pernet_ops);
	return err;
}

/* The devices are gone: nothing asks for the work any more. */
void map_dev_exit(void)
{
	cancel_delayed_work_sync(&map_dev_follow);
	unregister_netdevice_notifier(&map_dev_notifier);
	unregister_pernet_device(&map_dev_pernet_ops);
}
