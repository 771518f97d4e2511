/* SPDX-License-Identifier: GPL-2.0 */
/* What was set up for a device, so that it can be undone by whoever comes
 * after: a file in /run/vne.
 */
#ifndef VNECTL_DATAPLANE_JOURNAL_H
#define VNECTL_DATAPLANE_JOURNAL_H

#include "dataplane/plan.h"

/**
 * struct record - what was set up
 * @device: the tunnel's device
 * @wan: the WAN
 * @ipv4: own address on @device
 * @ipv4_len: its length, 0 for none
 * @ce: own IPv6 address
 * @ce_len: its length
 * @on_wan: @ce was made an address of the WAN
 * @routed: @ce was routed to @device
 * @proxied: a neighbour was made for @ce
 * @proxy_set: the sysctl proxy_ndp of the WAN was turned on
 * @has_default: there is a default route
 * @metric: of it
 * @mtu: that was set, 0 for none
 * @nat: there is a table of source NAT for @ipv4
 */
struct record {
	char device[IFNAMSIZ];
	char wan[IFNAMSIZ];
	uint32_t ipv4;
	uint8_t ipv4_len;
	struct in6_addr ce;
	uint8_t ce_len;
	bool on_wan;
	bool routed;
	bool proxied;
	bool proxy_set;
	bool has_default;
	uint32_t metric;
	uint32_t mtu;
	bool nat;
};

bool record_read(const char *device, struct record *record);
int record_write(const struct record *record, struct reason *why);
void record_erase(const char *device);
void record_each(void (*found)(const char *device, void *arg), void *arg);

#endif /* VNECTL_DATAPLANE_JOURNAL_H */
