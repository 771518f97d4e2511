// SPDX-License-Identifier: GPL-2.0

#include <linux/rtnetlink.h>
#include <net/ip6_route.h>

#include "map.h"
#include "mtu.h"
#include "route.h"

/* The device that the tunnel's packets leave by, where it is known. */
static struct net_device *map_mtu_lower(const struct map_dev *map,
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
	if (!dst->error && map_route_may_be_lower(dst->dev))
		lower = dst->dev;
	dst_release(dst);
	return lower;
}

/* The tunnel carries what the lower device does, less the IPv6 header. With
 * outer fragments, IPv4 packets have to reach the device before the stack cuts
 * them, as long as the lower network has them. A translator gets both IPv4 and
 * IPv6 packets on its device, and the IPv6 packets are the longer ones.
 */
static unsigned int map_mtu_over(const struct net_device *lower,
				 const struct map_settings *set)
{
	unsigned int mtu = ETH_DATA_LEN;

	if (lower)
		mtu = max_t(unsigned int, lower->mtu, IPV6_MIN_MTU);
	if (set->mode == MAP_MODE_MAP_T || set->fragment == MAP_FRAGMENT_OUTER)
		return mtu;
	return mtu - sizeof(struct ipv6hdr);
}

/* Ask for the least that is enough. Drivers leave 64 bytes and the Ethernet
 * header in front of a packet on most machines: asking for more would make the
 * stack copy each packet.
 */
static void map_mtu_ask_headroom(struct net_device *dev,
				 const struct net_device *lower)
{
	WRITE_ONCE(dev->needed_headroom, sizeof(struct ipv6hdr) +
		   lower->hard_header_len + lower->needed_headroom);
}

/**
 * map_mtu_follow - set MTU and headroom by the lower device
 * @map: the device
 * @state: its state
 *
 * An MTU that was set by hand stays. The lower device may follow this one (a
 * VLAN on top of it, for instance); @in_mtu ends that after one round.
 *
 * Context: RTNL, may sleep.
 */
void map_mtu_follow(struct map_dev *map, const struct map_state *state)
{
	struct net_device *lower = map_mtu_lower(map, state);
	unsigned int mtu = map_mtu_over(lower, &state->set);

	WRITE_ONCE(map->lower, lower ? lower->ifindex : 0);
	if (lower)
		map_mtu_ask_headroom(map->dev, lower);
	mtu = clamp(mtu, map->dev->min_mtu, map->dev->max_mtu);
	if (!map->auto_mtu || map->dev->mtu == mtu || map->in_mtu)
		return;
	map->in_mtu = true;
	if (map->dev->reg_state == NETREG_REGISTERED)
		dev_set_mtu(map->dev, mtu);
	else
		WRITE_ONCE(map->dev->mtu, mtu);
	map->in_mtu = false;
	/* ndo_change_mtu took it for a change by hand. */
	map->auto_mtu = true;
}

/**
 * map_mtu_lower_moved - the work of a device whose packets leave by another one
 * @work: lower_moved of a struct map_dev
 *
 * The RTNL is only tried: whoever frees the device waits for this work, and may
 * hold the RTNL.
 *
 * Context: process, may sleep.
 */
void map_mtu_lower_moved(struct work_struct *work)
{
	struct map_dev *map = container_of(to_delayed_work(work),
					   struct map_dev, lower_moved);

	if (!rtnl_trylock()) {
		schedule_delayed_work(&map->lower_moved, MAP_ROUTE_MOVE_DELAY);
		return;
	}
	map_mtu_follow(map, rtnl_dereference(map->state));
	rtnl_unlock();
}

/**
 * map_mtu_tunnel - longest IPv4 packet that passes the tunnel uncut
 * @map: the device
 * @state: its state
 *
 * Context: RCU.
 * Return: bytes, by what is known of the path to the other end.
 */
u32 map_mtu_tunnel(struct map_dev *map, const struct map_state *state)
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
		mtu = translates ? map_route_mtu_xlat(map, state, dst) :
				   map_route_mtu_encap(map, state, dst);
	dst_release(dst);
	local_bh_enable();
	return mtu;
}
