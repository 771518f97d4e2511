/* SPDX-License-Identifier: GPL-2.0 */
/* Source NAT into the port set of a CE (RFC 7597, section 9), by nf_nat. */
#ifndef _MAP_SNAT_H
#define _MAP_SNAT_H

#include <linux/types.h>
#include <linux/err.h>

struct map_ce;
struct map_dev;
struct map_snat_census;
struct map_snat_claim;
struct map_state;
struct net;
struct sk_buff;

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

/* Without source NAT nothing of conntrack is needed: enough for a BR, for ipip
 * devices, and for a CE with "snat off".
 */
#if IS_ENABLED(CONFIG_MAPVNE_SNAT)
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

#else /* CONFIG_MAPVNE_SNAT */

static inline int map_snat_get(struct net *net)
{
	return -EOPNOTSUPP;
}

static inline void map_snat_put(struct net *net)
{
}

static inline void map_snat_fit(struct map_dev *map,
				const struct map_state *state)
{
}

static inline void map_snat_release(struct map_dev *map)
{
}

static inline struct map_snat_claim *
map_snat_claim_alloc(const struct map_ce *ce)
{
	return NULL;
}

static inline bool map_snat_claim_same(const struct map_snat_claim *claim,
				       const struct map_ce *ce)
{
	return true;
}

static inline void map_snat_hold(struct net *net, struct map_snat_claim *claim)
{
}

static inline void map_snat_lose(struct net *net, struct map_snat_claim *claim)
{
}

static inline void map_snat_forget_flow(const struct map_state *state,
					const struct sk_buff *skb)
{
}

static inline bool map_snat_knows(const struct map_dev *map,
				  const struct map_state *state,
				  const struct map_snat_packet *sent)
{
	return true;
}

static inline struct map_snat_census *
map_snat_census_begin(const struct map_dev *map)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline void
map_snat_census_count(struct net *net, struct map_snat_census *census,
		      struct map_port_use use[MAP_PORT_USE_PROTOS])
{
}

static inline int map_snat_init(void)
{
	return 0;
}

static inline void map_snat_exit(void)
{
}
#endif /* CONFIG_MAPVNE_SNAT */

#endif /* _MAP_SNAT_H */
