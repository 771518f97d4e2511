/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses, routes and neighbours: each is added and taken away alike. What is
 * there already is not touched.
 */
#ifndef VNECTL_DATAPLANE_ADDRESSES_ROUTES_H
#define VNECTL_DATAPLANE_ADDRESSES_ROUTES_H

#include "dataplane/plan.h"

enum place { PLACE_ADD, PLACE_DEL };

int place_ipv4(enum place place, int index, uint32_t ipv4, uint8_t len,
	       struct reason *why);
int place_ipv6(enum place place, int index, const struct in6_addr *ipv6,
	       struct reason *why);
int place_default(int index, uint32_t metric, const char *device,
		  struct reason *why);
void place_no_default(int index, uint32_t metric);
int place_route6(enum place place, int index, const struct in6_addr *prefix,
		 uint8_t len, struct reason *why);
int place_proxy(enum place place, int index, const struct in6_addr *ipv6,
		struct reason *why);
bool place_is_there(int index, const struct in6_addr *ipv6);

#endif /* VNECTL_DATAPLANE_ADDRESSES_ROUTES_H */
