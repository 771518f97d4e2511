/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of one vne block: a line to a provider, and the IPv4 that comes by
 * it. The words are FortiGate's where it has them.
 */
#ifndef VNECTL_CONFIG_LINE_OPTIONS_H
#define VNECTL_CONFIG_LINE_OPTIONS_H

#include <net/if.h>
#include <stdint.h>

#include "base/address.h"
#include "vne-fetch/dns.h"
#include "base/endpoint.h"
#include "config/option.h"
#include "softwire/softwire.h"

#define VNE_RULE_EXPECTS \
	"ipv6 PREFIX ipv4 PREFIX ea-len N [ psid-offset N ] [ psid N psid-len N ] [ iid rfc7597 | draft03 ] [ fmr ]"

/* As the device is named after the block. */
#define VNE_NAME_LEN	(IFNAMSIZ - 1)

enum vne_mode {
	VNE_AUTO,		/* what the source offers first */
	VNE_MAP_E,
	VNE_MAP_T,
	VNE_FIXED_IP,
	VNE_DS_LITE,
	VNE_LW4O6,
	VNE_464XLAT,
};

enum vne_source {
	VNE_STATIC,
	VNE_DHCPV6,
	VNE_HB46PP,
	VNE_V6PLUS,
	VNE_OCN,
};

/* Where the end-user prefix is from. */
enum vne_prefix_from {
	VNE_PREFIX_AUTO,	/* a delegated one if there is one */
	VNE_PREFIX_PD,		/* DHCPv6 prefix delegation */
	VNE_PREFIX_RA,		/* the WAN's router advertisements */
};

/* What is cut when a packet without DF is too long for the tunnel. */
enum vne_fragment {
	VNE_FRAGMENT_AUTO,	/* as the mode's RFC has it */
	VNE_FRAGMENT_INNER,	/* the IPv4 packet */
	VNE_FRAGMENT_OUTER,	/* the IPv6 packet */
};

/**
 * struct vne - what the user can say of a line
 * @name: its name, and that of the tunnel device
 * @seen: bits of the keys that were given
 * @interface: the WAN
 * @mode: enum vne_mode
 * @source: enum vne_source, where the rules are from
 * @prefix: the end-user prefix, where it is not to be found out
 * @prefix_from: enum vne_prefix_from
 * @rules: static: the rules, in the words of "mapctl rule add"
 * @br: BR, AFTR, lwAFTR or remote end: an address or a name
 * @dmr: static map-t, 464xlat: the prefix of the translator
 * @iid: enum map_iid, of static rules that do not say it themselves
 * @mesh: FMRs are used where the source allows it
 * @ipv4: fixed-ip, lw4o6: own address, and the length of the prefix around it
 * @psid: static lw4o6: port set
 * @psid_len: static lw4o6: its length, 0 for a whole address
 * @psid_offset: static lw4o6: bits before it
 * @iid_text: the interface identifier that a contract fixes
 * @server: bmr-hostname: the rule server, secret as FortiGate has it
 * @code: v6plus, ocn: code of the manufacturer, or key; secret
 * @gateway_check: v6plus: ask the home gateway whether it runs MAP itself
 * @gateway_url: v6plus: where
 * @domain: hb46pp: where the server is announced
 * @require_tls: hb46pp: a server that has no certificate to verify is none
 * @vendor_id: hb46pp
 * @product: hb46pp
 * @server_name: hb46pp: the only server that gets user and password
 * @user: http-username
 * @password: http-password; secret
 * @update_url: tells the provider the address; it may hold secrets
 * @update_service: enum update_dialect
 * @update_host: ocn: token in the place of a host name; xpass: name
 * @update_id: xpass: identifier
 * @update_password: xpass: password of @update_host; secret
 * @plain: http will do
 * @ca_file: trust these authorities
 * @cert_file: certificate of this side
 * @key_file: its key
 * @dns: servers to ask; none for those of the system
 * @default_route: the IPv4 default route goes by the tunnel
 * @metric: of it
 * @mtu: of the tunnel; 0 for the one that follows from the WAN
 * @mss_clamp: lower the MSS of TCP
 * @fragment: enum vne_fragment
 * @snat: source NAT into the port set
 * @reserve: ports that source NAT leaves alone, as of "mapctl dev set"
 * @proxy: neighbour proxy for a CE address that the WAN's router looks for
 */
struct vne {
	char name[VNE_NAME_LEN + 1];
	uint64_t seen;
	char *interface;
	uint32_t mode;
	uint32_t source;
	struct address prefix;
	uint32_t prefix_from;
	struct texts rules;
	char *br;
	struct address dmr;
	uint32_t iid;
	uint32_t mesh;
	struct address ipv4;
	uint32_t psid;
	uint32_t psid_len;
	uint32_t psid_offset;
	char *iid_text;
	char *server;
	char *code;
	uint32_t gateway_check;
	char *gateway_url;
	char *domain;
	uint32_t require_tls;
	char *vendor_id;
	char *product;
	char *server_name;
	char *user;
	char *password;
	char *update_url;
	uint32_t update_service;
	char *update_host;
	char *update_id;
	char *update_password;
	uint32_t plain;
	char *ca_file;
	char *cert_file;
	char *key_file;
	struct texts dns;
	uint32_t default_route;
	uint32_t metric;
	uint32_t mtu;
	uint32_t mss_clamp;
	uint32_t fragment;
	uint32_t snat;
	char *reserve;
	uint32_t proxy;
};

extern const struct key_table vne_table;
extern const char *const vne_mode_names[];
extern const char *const vne_source_names[];

int vne_init(struct vne *vne, const char *name, struct arg_error *err);
int vne_check(const struct vne *vne, struct arg_error *err);
void vne_check_all(const struct vne *vne, key_report report, void *arg);
const struct vne *vne_clash(const struct vne *vne, const struct vne *others,
			    unsigned int count, struct arg_error *err);
int vne_rule(const char *text, const char *name, uint32_t iid,
	     struct lease_rule *rule, struct arg_error *err);
enum vne_mode vne_mode(const struct vne *vne);
enum lease_method vne_method(enum vne_mode mode);
bool vne_has_secrets(const struct vne *vne);
void vne_dns(const struct vne *vne, struct dns_settings *settings);
json_t *vne_json(const struct vne *vne);

#endif /* VNECTL_CONFIG_LINE_OPTIONS_H */
