/* SPDX-License-Identifier: GPL-2.0 */
/* The WAN, watched: link, prefixes, addresses, router, and what a DHCPv6 client
 * has told.
 */
#ifndef VNECTL_WAN_WAN_H
#define VNECTL_WAN_WAN_H

#include <jansson.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "format/dhcpv6_options.h"
#include "config/line_options.h"

enum line_prefix_from {
	LINE_PREFIX_NONE,
	LINE_PREFIX_STATIC,	/* the configuration says it */
	LINE_PREFIX_PD,		/* delegated by DHCPv6 */
	LINE_PREFIX_RA,		/* announced on the WAN */
};

/**
 * struct line_facts - what is known of a WAN
 * @index: of the device, 0 while there is none
 * @up: it is up and has a carrier
 * @mtu: for IPv6
 * @router: there is an IPv6 default route by it
 * @has_address: there is @address
 * @address: a global address that may be used as a source; tentative and
 *	deprecated ones may not
 * @from: enum line_prefix_from
 * @prefix: the end-user prefix, as long as it is announced or delegated
 * @prefix_len: its length
 * @has_offer: the DHCPv6 client has brought options with rules, or an AFTR;
 *	there is a lease in the offer, or a reason why an option is of no use
 */
struct line_facts {
	int index;
	bool up;
	uint32_t mtu;
	bool router;
	bool has_address;
	struct in6_addr address;
	enum line_prefix_from from;
	struct in6_addr prefix;
	uint8_t prefix_len;
	bool has_offer;
};

struct line;

/* Something in the facts is different, or the offer is. What was there when
 * line_start() returned is not told.
 */
typedef void (*line_changed)(struct line *line, void *arg);

/**
 * struct line - a WAN that is watched
 * @next: of all that are watched
 * @facts: what is known of it
 * @offer: what the DHCPv6 client has brought, where @facts.has_offer
 * @device: its name
 * @changed: called from the event loop
 * @arg: for @changed
 */
struct line {
	struct line *next;
	struct line_facts facts;
	struct offer offer;
	char device[IFNAMSIZ];
	line_changed changed;
	void *arg;
	const struct vne *vne;
	struct line_private *private;
};

int line_start(struct line *line, const struct vne *vne, line_changed changed,
	       void *arg, struct reason *why);
void line_stop(struct line *line);

/* The hook has left something new for a device (a request to the daemon). */
void line_hooked(const char *device);

const char *line_prefix_from_name(enum line_prefix_from from);

#endif /* VNECTL_WAN_WAN_H */
