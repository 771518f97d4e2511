/* SPDX-License-Identifier: GPL-2.0 */
/* The DHCPv6 options that bring rules (RFC 7598), and the one that names an
 * AFTR (RFC 6334), from the wire and from what DHCPv6 clients make of them.
 */
#ifndef VNECTL_FORMAT_DHCPV6_OPTIONS_H
#define VNECTL_FORMAT_DHCPV6_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "softwire/softwire.h"
#include "softwire/candidates.h"

#define DHCPV6_AFTR_NAME	64
#define DHCPV6_S46_RULE		89
#define DHCPV6_S46_BR		90
#define DHCPV6_S46_DMR		91
#define DHCPV6_S46_V4V6BIND	92
#define DHCPV6_S46_PORTPARAMS	93
#define DHCPV6_S46_CONT_MAPE	94
#define DHCPV6_S46_CONT_MAPT	95
#define DHCPV6_S46_CONT_LW	96

/**
 * enum dhcpv6_client - whose text it is
 * @DHCPV6_DHCLIENT: hex numbers of bytes, without leading zeros, and colons
 * @DHCPV6_DHCPCD: two hex digits a byte
 * @DHCPV6_ODHCP6C: words
 */
enum dhcpv6_client {
	DHCPV6_DHCLIENT,
	DHCPV6_DHCPCD,
	DHCPV6_ODHCP6C,
};

int dhcpv6_option(unsigned int code, const uint8_t *data, size_t len,
		  struct lease *lease, struct reason *why);
int dhcpv6_options(const uint8_t *data, size_t len, struct offer *offer,
		   struct reason *why);
int dhcpv6_text(enum dhcpv6_client client, unsigned int code, const char *text,
		struct lease *lease, struct reason *why);

int dhcpv6_set_ports(struct lease_rule *rule, unsigned int offset,
		     unsigned int len, unsigned int psid, struct reason *why);
void dhcpv6_rule_init(struct lease_rule *rule, enum lease_method method);
int dhcpv6_finish(struct lease *lease, struct reason *why);

#endif /* VNECTL_FORMAT_DHCPV6_OPTIONS_H */
