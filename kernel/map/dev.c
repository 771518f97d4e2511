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
#include "local.h"
#include "map.h"
#include "mtu.h"
#include "netlink.h"
#include "reserve.h"
#include "route.h"
#include "rule.h"
#include "snat.h"
#include "state.h"
#include "stats.h"
#include "xlat.h"

static LIST_HEAD(map_devs);

/* ---- packets ---- */

/* IPv6 packets that are routed to the device: only a translator accepts them.
 */
static void map_dev_xmit_ipv6(struct map_dev *map, struct sk_buff *skb)
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

static void map_dev_xmit_ipv4(struct map_dev *map, struct sk_buff *skb)
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

static void map_dev_xmit_one(struct map_dev *map, struct sk_buff *skb)
{
	/* On transmit, the control block holds what its last user wrote: a
	 * queueing discipline, GRO in front of a redirection, or a BPF program.
	 * The IPv4 and IPv6 code would read it as options and lengths.
	 */
	memset(skb->cb, 0, sizeof(skb->cb));
	if (likely(skb->protocol == htons(ETH_P_IP)))
		map_dev_xmit_ipv4(map, skb);
	else
		map_dev_xmit_ipv6(map, skb);
}

/* The core segments these in front of the device, which does not advertise
 * them. A caller of ndo_start_xmit() may not have asked. Each packet of a list
 * has its own headers, with only the headroom that its driver left. A length
 * above 16 bits does not fit IPv4, and older kernels drop a packet with a
 * length of 0.
 */
static bool map_dev_must_segment(const struct sk_buff *skb)
{
	return skb_is_gso(skb) &&
	       (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST ||
		skb->len > GSO_LEGACY_MAX_SIZE);
}

static void map_dev_xmit_segments(struct map_dev *map, struct sk_buff *skb)
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
		map_dev_xmit_one(map, seg);
	}
}

static netdev_tx_t map_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct map_dev *map = netdev_priv(dev);

	/* The headers are written: another owner of the skb must not see it. */
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		map_stats_count(map, MAP_A_STATS_TX_NO_MEMORY);
	else if (unlikely(map_dev_must_segment(skb)))
		map_dev_xmit_segments(map, skb);
	else
		map_dev_xmit_one(map, skb);
	return NETDEV_TX_OK;
}

/* ---- netdevice operations ---- */

static int map_dev_change_mtu(struct net_device *dev, int mtu)
{
	struct map_dev *map = netdev_priv(dev);

	/* An MTU set by hand stays. */
	map->auto_mtu = false;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static int map_dev_open(struct net_device *dev)
{
	struct inet6_dev *in6_dev = __in6_dev_get(dev);
	struct map_dev *map = netdev_priv(dev);

	/* The route to the BR may be younger than the rules. */
	map_mtu_follow(map, rtnl_dereference(map->state));

	/* The device carries no IPv6 of its own: no address, no router
	 * solicitations.
	 */
	if (in6_dev)
		WRITE_ONCE(in6_dev->cnf.addr_gen_mode,
			   IN6_ADDR_GEN_MODE_NONE);
	map_state_own_address(map, true);
	map_debug_delay();
	return 0;
}

static int map_dev_stop(struct net_device *dev)
{
	map_state_own_address(netdev_priv(dev), false);
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

/* No packet uses the device: it was never registered, or a grace period has
 * passed since it went down and left all tables. So pointers are cleared
 * without RCU, and nothing can queue the work again.
 */
static void map_dev_free(struct net_device *dev)
{
	struct map_dev *map = netdev_priv(dev);

	cancel_delayed_work_sync(&map->lower_moved);
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

/* From ndo_init on, the core calls ndo_uninit and the destructor if
 * registration fails.
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
	/* IFF_NOARP: one neighbour entry serves all destinations. */
	dev->flags = IFF_NOARP | IFF_POINTOPOINT;
	dev->addr_len = sizeof(struct in6_addr);
	dev->mtu = ETH_DATA_LEN - sizeof(struct ipv6hdr);
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = IP_MAX_MTU - sizeof(struct ipv6hdr);
	dev->needed_headroom = sizeof(struct ipv6hdr) + ETH_HLEN;
	/* Each packet of a list (NETIF_F_GSO_FRAGLIST) has its own headers,
	 * perhaps without room for another. The core takes lists apart.
	 */
	dev->features |= NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |
			 NETIF_F_HW_CSUM |
			 (NETIF_F_GSO_SOFTWARE & ~NETIF_F_GSO_FRAGLIST);
	dev->hw_features |= dev->features;
	map_set_lltx(dev);
	map_set_tstats(dev);
	netif_keep_dst(dev);
}

static int map_dev_alloc(struct map_dev *map)
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

	INIT_DELAYED_WORK(&map->lower_moved, map_mtu_lower_moved);
	err = map_dev_alloc(map);
	if (err)
		goto err_free;
	/* The state is published before registration, so readers need no check
	 * for NULL. Packets find the device from ndo_open on.
	 */
	err = map_state_update(map, set, map->rules, extack);
	if (err)
		goto err_free;
	dev->needs_free_netdev = true;
	map_debug_delay();
	err = register_netdevice(dev);
	if (!err || dev->priv_destructor)
		return err;

	/* Registration failed before ndo_init. */
	dev->needs_free_netdev = false;
err_free:
	map_local_release(map->local);
	map->local = NULL;
	map_dev_free(dev);
	return err;
}

/* ---- namespaces and lower devices ---- */

static void map_dev_lower_changed(struct net_device *lower)
{
	struct map_dev *map;

	list_for_each_entry(map, &map_devs, node)
		if (map->auto_mtu && map->lower == lower->ifindex &&
		    net_eq(map->net, dev_net(lower)))
			map_mtu_follow(map, rtnl_dereference(map->state));
}

/* Another device may get the index, and the tunnel must not leave by it. Cached
 * routes by the old device are invalid by themselves. The state is changed in
 * place: link_gone is written once, under the RTNL, and read with READ_ONCE().
 */
static void map_dev_lower_gone(struct net_device *lower)
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

static int map_dev_event(struct notifier_block *nb, unsigned long event,
			 void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_CHANGEMTU:
		map_dev_lower_changed(dev);
		break;
	case NETDEV_REGISTER:
		if (map_dev_is(dev))
			return notifier_from_errno(map_state_arrives(netdev_priv(dev)));
		break;
	case NETDEV_UNREGISTER:
		if (map_dev_is(dev))
			map_state_leaves(netdev_priv(dev));
		else
			map_dev_lower_gone(dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block map_dev_notifier = {
	.notifier_call = map_dev_event,
};

/* Delete devices whose tunnel is in a namespace that ends, and that are in
 * another one. The core deletes those that are in it.
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

void map_dev_exit(void)
{
	unregister_netdevice_notifier(&map_dev_notifier);
	unregister_pernet_device(&map_dev_pernet_ops);
}
