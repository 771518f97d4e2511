/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be on the machine for a lease on a line: pure, nothing is asked or
 * changed here.
 */
#ifndef VNECTL_DATAPLANE_PLAN_H
#define VNECTL_DATAPLANE_PLAN_H

#include <jansson.h>

#include "softwire/bmr.h"
#include "softwire/softwire.h"
#include "wan/wan.h"
#include "config/line_options.h"

/**
 * enum plan_own - how packets for the CE's IPv6 address get to the tunnel
 * @PLAN_OWN_ADDRESS: it is an address of the WAN (/128), whose router may look
 *	for it by neighbour discovery
 * @PLAN_OWN_NONE: it is one that the WAN has anyway
 * @PLAN_OWN_ROUTE: a translator's: it is a route to the tunnel device
 */
enum plan_own {
	PLAN_OWN_ADDRESS,
	PLAN_OWN_NONE,
	PLAN_OWN_ROUTE,
};

/**
 * struct plan - what is to be on the machine
 * @device: name of the tunnel device
 * @wan: name of the WAN
 * @wan_index: its number
 * @mode: enum map_mode
 * @has_bmr: there is @bmr: a rule and what the CE derives from it
 * @bmr: the rule of this CE, its end-user prefix, and what follows
 * @bmr_is_fmr: it is used for forwarding, too
 * @fmrs: rules for other CEs
 * @fmrs_count: how many
 * @local: own end of a tunnel without rules (MAP_MODE_IPIP)
 * @remote: the other end; MAP-E: the BR
 * @sources: further addresses of the BR
 * @sources_count: how many
 * @dmr: MAP-T, 464xlat: prefix of the translator
 * @dmr_len: its length, 0 for none
 * @ipv4: own address on the tunnel device, in network byte order
 * @ipv4_len: its prefix's length, 0 for no address
 * @ce: own IPv6 address of the tunnel
 * @ce_len: 128, or shorter where a translator has a prefix
 * @own: enum plan_own
 * @proxy: answer the WAN's router when it looks for @ce
 * @snat: source NAT, by the device
 * @nat: source NAT, by nftables: the device has none
 * @reserve: ports that source NAT leaves alone, or NULL
 * @mss_clamp: lower the MSS of TCP
 * @outer: the IPv6 packet is cut, not the one in it
 * @mtu: of the device, 0 for the one that follows
 * @default_route: the IPv4 default route goes by the device
 * @metric: of it
 */
struct plan {
	char device[IFNAMSIZ];
	char wan[IFNAMSIZ];
	int wan_index;
	uint8_t mode;
	bool has_bmr;
	struct bmr bmr;
	bool bmr_is_fmr;
	struct map_rule_params *fmrs;
	unsigned int fmrs_count;
	struct in6_addr local;
	struct in6_addr remote;
	struct in6_addr sources[LEASE_SOURCES_MAX];
	unsigned int sources_count;
	struct in6_addr dmr;
	uint8_t dmr_len;
	uint32_t ipv4;
	uint8_t ipv4_len;
	struct in6_addr ce;
	uint8_t ce_len;
	enum plan_own own;
	bool proxy;
	bool snat;
	bool nat;
	const char *reserve;
	bool mss_clamp;
	bool outer;
	uint32_t mtu;
	bool default_route;
	uint32_t metric;
};

/* @br is the address of lease->br: its own, or that of its name. */
int plan_make(struct plan *plan, const struct vne *vne,
	      const struct line_facts *facts, const struct lease *lease,
	      const struct in6_addr *br, struct reason *why);
void plan_free(struct plan *plan);

#endif /* VNECTL_DATAPLANE_PLAN_H */
