/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/map.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_MAP_H
#define _UAPI_LINUX_MAP_H

#define MAP_GENL_NAME		"map"
#define MAP_GENL_VERSION	1

#define MAP_DEFAULT_HOPLIMIT	64
#define MAP_DEFAULT_PSID_OFFSET	6
#define MAP_MAX_RESERVED_RANGES	1024

/**
 * enum map_mode - What is done with an IPv4 packet.
 * @MAP_MODE_MAP_E: Encapsulation by rules (RFC 7597).
 * @MAP_MODE_MAP_T: Stateless translation by rules (RFC 7599).
 * @MAP_MODE_IPIP: Plain IPv4 in IPv6 between two addresses (RFC 2473).
 */
enum map_mode {
	MAP_MODE_MAP_E,
	MAP_MODE_MAP_T,
	MAP_MODE_IPIP,

	/* private: */
	__MAP_MODE_MAX,
	MAP_MODE_MAX = (__MAP_MODE_MAX - 1)
};

/**
 * enum map_role
 * @MAP_ROLE_CE: Customer edge.
 * @MAP_ROLE_BR: Border relay.
 */
enum map_role {
	MAP_ROLE_CE,
	MAP_ROLE_BR,

	/* private: */
	__MAP_ROLE_MAX,
	MAP_ROLE_MAX = (__MAP_ROLE_MAX - 1)
};

/**
 * enum map_iid - How IPv4 address and PSID are laid out in the interface
 *   identifier.
 * @MAP_IID_RFC7597: 0000 | IPv4 | PSID (RFC 7597, section 6).
 * @MAP_IID_DRAFT03: 00 | IPv4 | PSID | 00 (draft-ietf-softwire-map-03).
 */
enum map_iid {
	MAP_IID_RFC7597,
	MAP_IID_DRAFT03,

	/* private: */
	__MAP_IID_MAX,
	MAP_IID_MAX = (__MAP_IID_MAX - 1)
};

/**
 * enum map_fragment - Where a packet that is too long for the tunnel is cut.
 * @MAP_FRAGMENT_INNER: The IPv4 packet is fragmented, then each part
 *   encapsulated.
 * @MAP_FRAGMENT_OUTER: The IPv6 packet is fragmented (RFC 2473, section 7.2).
 */
enum map_fragment {
	MAP_FRAGMENT_INNER,
	MAP_FRAGMENT_OUTER,

	/* private: */
	__MAP_FRAGMENT_MAX,
	MAP_FRAGMENT_MAX = (__MAP_FRAGMENT_MAX - 1)
};

/**
 * enum map_ipid - IPv4 identification of packets that leave a shared address.
 * @MAP_IPID_PSID: Mapped into the port set of the CE (RFC 7597, section
 *   8.3.3).
 */
enum map_ipid {
	MAP_IPID_KEEP,
	MAP_IPID_PSID,

	/* private: */
	__MAP_IPID_MAX,
	MAP_IPID_MAX = (__MAP_IPID_MAX - 1)
};

/**
 * enum map_rule_type
 * @MAP_RULE_TYPE_BMR: Basic Mapping Rule (RFC 7597, section 5.2).
 * @MAP_RULE_TYPE_FMR: Forwarding Mapping Rule (RFC 7597, section 5.3).
 * @MAP_RULE_TYPE_DMR: Where IPv4 destinations outside of the domain go: the
 *   address of the BR (MAP-E), or the Default Mapping Rule's prefix (MAP-T).
 * @MAP_RULE_TYPE_SOURCE: IPv6 prefix of border relays that may send to this CE
 *   besides the one of the dmr rule.
 */
enum map_rule_type {
	MAP_RULE_TYPE_BMR,
	MAP_RULE_TYPE_FMR,
	MAP_RULE_TYPE_DMR,
	MAP_RULE_TYPE_SOURCE,

	/* private: */
	__MAP_RULE_TYPE_MAX,
	MAP_RULE_TYPE_MAX = (__MAP_RULE_TYPE_MAX - 1)
};

enum {
	IFLA_MAP_MODE = 1,
	IFLA_MAP_ROLE,
	IFLA_MAP_LINK,
	IFLA_MAP_PREFIX,
	IFLA_MAP_PREFIX_LEN,
	IFLA_MAP_LOCAL,
	IFLA_MAP_REMOTE,
	IFLA_MAP_IID,
	IFLA_MAP_SNAT,
	IFLA_MAP_SNAT_RESERVE,
	IFLA_MAP_MSS_CLAMP,
	IFLA_MAP_HOPLIMIT,
	IFLA_MAP_TCLASS,
	IFLA_MAP_TCLASS_INHERIT,
	IFLA_MAP_FRAGMENT,
	IFLA_MAP_IPID,
	IFLA_MAP_PMTUDISC,

	__IFLA_MAP_MAX,
	IFLA_MAP_MAX = (__IFLA_MAP_MAX - 1)
};

enum {
	MAP_A_RULE_TYPE = 1,
	MAP_A_RULE_IPV6,
	MAP_A_RULE_IPV6_LEN,
	MAP_A_RULE_IPV4,
	MAP_A_RULE_IPV4_LEN,
	MAP_A_RULE_EA_LEN,
	MAP_A_RULE_PSID_OFFSET,
	MAP_A_RULE_PSID_LEN,
	MAP_A_RULE_PSID,
	MAP_A_RULE_FMR,
	MAP_A_RULE_IID,

	__MAP_A_RULE_MAX,
	MAP_A_RULE_MAX = (__MAP_A_RULE_MAX - 1)
};

enum {
	MAP_A_STATE_READY = 1,
	MAP_A_STATE_MISSING,
	MAP_A_STATE_IPV4,
	MAP_A_STATE_IPV4_LEN,
	MAP_A_STATE_IPV6,
	MAP_A_STATE_PSID_OFFSET,
	MAP_A_STATE_PSID_LEN,
	MAP_A_STATE_PSID,
	MAP_A_STATE_BMR,
	MAP_A_STATE_TUNNEL_MTU,
	MAP_A_STATE_RULES,

	__MAP_A_STATE_MAX,
	MAP_A_STATE_MAX = (__MAP_A_STATE_MAX - 1)
};

enum {
	MAP_A_STATS_TX_PACKETS = 1,
	MAP_A_STATS_TX_BYTES,
	MAP_A_STATS_RX_PACKETS,
	MAP_A_STATS_RX_BYTES,
	MAP_A_STATS_TX_NOT_READY,
	MAP_A_STATS_TX_NOT_IPV4,
	MAP_A_STATS_TX_MALFORMED,
	MAP_A_STATS_TX_FOREIGN_SOURCE,
	MAP_A_STATS_TX_NO_PORT,
	MAP_A_STATS_TX_NO_RULE,
	MAP_A_STATS_TX_EXCLUDED_PORT,
	MAP_A_STATS_TX_TOO_BIG,
	MAP_A_STATS_TX_NO_ROUTE,
	MAP_A_STATS_TX_LOOP,
	MAP_A_STATS_TX_REDIRECT,
	MAP_A_STATS_TX_NO_MEMORY,
	MAP_A_STATS_TX_FRAG_INNER,
	MAP_A_STATS_TX_FRAG_OUTER,
	MAP_A_STATS_TX_REASSEMBLED,
	MAP_A_STATS_TX_MSS_CLAMPED,
	MAP_A_STATS_RX_MALFORMED,
	MAP_A_STATS_RX_UNKNOWN_SOURCE,
	MAP_A_STATS_RX_SPOOFED_ADDRESS,
	MAP_A_STATS_RX_SPOOFED_PORT,
	MAP_A_STATS_RX_NOT_OURS,
	MAP_A_STATS_RX_FOREIGN_PORT,
	MAP_A_STATS_RX_NO_PORT,
	MAP_A_STATS_RX_ECN,
	MAP_A_STATS_RX_POLICY,
	MAP_A_STATS_RX_NO_MEMORY,
	MAP_A_STATS_RX_REASSEMBLED,
	MAP_A_STATS_RX_MSS_CLAMPED,
	MAP_A_STATS_RX_ICMP_RELAYED,
	MAP_A_STATS_RX_ICMP_IGNORED,
	MAP_A_STATS_SNAT_BOUND,
	MAP_A_STATS_SNAT_EXHAUSTED,
	MAP_A_STATS_SNAT_NO_PORT,
	MAP_A_STATS_SNAT_FAILED,
	MAP_A_STATS_SNAT_HELPER_REFUSED,

	__MAP_A_STATS_MAX,
	MAP_A_STATS_MAX = (__MAP_A_STATS_MAX - 1)
};

enum {
	MAP_A_FLOW_SADDR = 1,
	MAP_A_FLOW_DADDR,
	MAP_A_FLOW_SPORT,
	MAP_A_FLOW_DPORT,
	MAP_A_FLOW_PROTO,
	MAP_A_FLOW_IPV6_SRC,
	MAP_A_FLOW_IPV6_DST,
	MAP_A_FLOW_RULE,
	MAP_A_FLOW_DROP,

	__MAP_A_FLOW_MAX,
	MAP_A_FLOW_MAX = (__MAP_A_FLOW_MAX - 1)
};

enum {
	MAP_A_PORTS_PROTO = 1,
	MAP_A_PORTS_TOTAL,
	MAP_A_PORTS_USED,
	MAP_A_PORTS_BINDINGS,

	__MAP_A_PORTS_MAX,
	MAP_A_PORTS_MAX = (__MAP_A_PORTS_MAX - 1)
};

enum {
	MAP_A_IFINDEX = 1,
	MAP_A_IFNAME,
	MAP_A_RULE,
	MAP_A_STATE,
	MAP_A_STATS,
	MAP_A_FLOW,
	MAP_A_PORTS,
	MAP_A_PAD,

	__MAP_A_MAX,
	MAP_A_MAX = (__MAP_A_MAX - 1)
};

enum {
	MAP_CMD_RULE_ADD = 1,
	MAP_CMD_RULE_DEL,
	MAP_CMD_RULE_GET,
	MAP_CMD_RULE_FLUSH,
	MAP_CMD_RULE_REPLACE,
	MAP_CMD_STATE_GET,
	MAP_CMD_STATS_GET,
	MAP_CMD_FLOW_GET,
	MAP_CMD_PORTS_GET,

	__MAP_CMD_MAX,
	MAP_CMD_MAX = (__MAP_CMD_MAX - 1)
};

#define MAP_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_MAP_H */
