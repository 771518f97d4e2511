/* SPDX-License-Identifier: GPL-2.0 */
/* Source NAT into the port set of a CE (RFC 7597, section 9), by nf_nat. */
#ifndef _MAP_SNAT_H
#define _MAP_SNAT_H

#include <linux/types.h>
#include <linux/bitmap.h>
#include <linux/rcupdate.h>

#include "psid.h"

struct map_ce;
struct map_dev;
struct map_snat_census;
struct map_snat_claim;
struct map_state;
struct net;
struct sk_buff;

/**
 * struct map_reserve - ports that source NAT leaves alone
 * @rcu: readers may be in it until map_reserve_free() is through
 * @bits: one bit a port
 * @n: number of entries in @ranges
 * @ranges: as configured, to be shown
 */
struct map_reserve {
	struct rcu_head rcu;
	DECLARE_BITMAP(bits, 65536);
	u32 n;
	struct map_port_range ranges[];
};

/**
 * struct map_port_use - how full the port set is for one protocol
 * @proto: IPPROTO_*
 * @total: ports of the set that are not reserved
 * @used: ports with at least one binding
 * @bindings: conntrack entries
 */
struct map_port_use {
	u8 proto;
	u32 total;
	u32 used;
	u32 bindings;
};

#define MAP_PORT_USE_PROTOS 6

/**
 * struct map_snat_packet - a packet that left, as an ICMP error quotes it
 * @saddr: source, network byte order
 * @daddr: destination, network byte order
 * @sport: source port or ICMP identifier, host byte order
 * @dport: destination port, host byte order
 * @proto: IPPROTO_*
 */
struct map_snat_packet {
	__be32 saddr;
	__be32 daddr;
	u16 sport;
	u16 dport;
	u8 proto;
};

struct map_reserve *map_reserve_alloc(u32 n);
void map_reserve_add(struct map_reserve *reserve, struct map_port_range range);
void map_reserve_free(struct map_reserve *reserve);

int map_snat_get(struct net *net);
void map_snat_put(struct net *net);
void map_snat_fit(struct map_dev *map, const struct map_state *state);
void map_snat_release(struct map_dev *map);
struct map_snat_claim *map_snat_claim_alloc(const struct map_ce *ce);
bool map_snat_claim_same(const struct map_snat_claim *claim,
			 const struct map_ce *ce);
void map_snat_hold(struct net *net, struct map_snat_claim *claim);
void map_snat_lose(struct net *net, struct map_snat_claim *claim);
void map_snat_forget_flow(const struct map_state *state,
			  const struct sk_buff *skb);
bool map_snat_knows(const struct map_dev *map, const struct map_state *state,
		    const struct map_snat_packet *sent);
struct map_snat_census *map_snat_census_begin(const struct map_dev *map);
void map_snat_census_count(struct net *net, struct map_snat_census *census,
			   struct map_port_use use[MAP_PORT_USE_PROTOS]);
int map_snat_init(void);
void map_snat_exit(void);

#endif /* _MAP_SNAT_H */
