/* SPDX-License-Identifier: GPL-2.0 */
/* One way to IPv4, as a source of rules gave it. Every source ends in this,
 * and all that is set up on the machine begins with it.
 */
#ifndef VNECTL_SOFTWIRE_SOFTWIRE_H
#define VNECTL_SOFTWIRE_SOFTWIRE_H

#include <jansson.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "base/endpoint.h"
#include "base/reason.h"

#define LEASE_RULES_MAX		4096
#define LEASE_SOURCES_MAX	8

enum lease_method {
	LEASE_MAP_E,
	LEASE_MAP_T,
	LEASE_LW4O6,
	LEASE_DS_LITE,
	LEASE_464XLAT,
	LEASE_IPIP,
};

/**
 * struct lease_rule - one mapping rule
 * @params: the rule
 * @has_psid: there is @psid
 * @psid: explicit PSID of a rule whose EA bits hold one too: it goes before
 *	that one (RFC 7598, section 4.5)
 * @offset_assumed: nobody has said the PSID offset, and the address is shared
 * @fmr: it may be used for forwarding (RFC 7597, section 5.3)
 */
struct lease_rule {
	struct map_rule_params params;
	bool has_psid;
	uint16_t psid;
	bool offset_assumed;
	bool fmr;
};

/**
 * struct lease - one way to IPv4
 * @method: enum lease_method
 * @rules: map-e, map-t: the rules; lw4o6: the binding, a rule with no EA bits
 *	and a whole address, or none
 * @count: how many
 * @mesh: CEs talk to each other directly, by the rules that are FMRs
 * @first_64: of a shorter prefix that is delegated, the first /64 is the
 *	end-user prefix
 * @padded: the server pads prefixes to 8 or 16 bytes, which RFC 7598 does not
 * @br: BR, lwAFTR, AFTR or remote end
 * @sources: further addresses of the BR, from which packets may come
 * @sources_count: how many
 * @dmr: map-t, 464xlat: the prefix of the translator at the other end
 * @dmr_len: its length; 0 for none
 * @local: ipip: the own end
 * @ipv4: ipip: the own address, in network byte order
 * @ipv4_len: ipip: length of the prefix around it; 0 for none
 */
struct lease {
	enum lease_method method;
	struct lease_rule *rules;
	unsigned int count;
	bool mesh;
	bool first_64;
	bool padded;
	struct endpoint br;
	struct in6_addr sources[LEASE_SOURCES_MAX];
	unsigned int sources_count;
	struct in6_addr dmr;
	uint8_t dmr_len;
	struct in6_addr local;
	uint32_t ipv4;
	uint8_t ipv4_len;
};

void lease_init(struct lease *lease, enum lease_method method);
void lease_free(struct lease *lease);
bool lease_equal(const struct lease *one, const struct lease *two);
int lease_check(const struct lease *lease, struct reason *why);
int lease_add_rule(struct lease *lease, const struct lease_rule *rule,
		   struct reason *why);
void lease_add_br(struct lease *lease, const struct in6_addr *ipv6);
void lease_rule_set_psid(struct lease_rule *rule, uint8_t len, uint16_t psid);

const char *lease_method_name(enum lease_method method);
int lease_method_find(const char *word);

json_t *lease_json(const struct lease *lease);
int lease_from_json(json_t *json, struct lease *lease, struct reason *why);

#endif /* VNECTL_SOFTWIRE_SOFTWIRE_H */
