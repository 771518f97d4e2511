// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <linux/map.h>

#include "map_attrs.h"
#include "util.h"

/* Words of the enumerations of map.h, in their order. */
#define WORDS(name, last, ...)						\
	const char *const name[] = { __VA_ARGS__, NULL };		\
	_Static_assert(ARRAY_SIZE(name) - 2 == (last), #name " is not complete")

WORDS(map_modes, MAP_MODE_MAX, "map-e", "map-t", "ipip");
static WORDS(roles, MAP_ROLE_MAX, "ce", "br");
WORDS(map_iids, MAP_IID_MAX, "rfc7597", "draft03");
static WORDS(fragments, MAP_FRAGMENT_MAX, "inner", "outer");
static WORDS(ipids, MAP_IPID_MAX, "keep", "psid");
static WORDS(udp_zero_checksums, MAP_UDP_ZERO_CHECKSUM_MAX, "compute", "drop");

const char *const map_rule_types[] = { "bmr", "fmr", "dmr", "source", NULL };
_Static_assert(ARRAY_SIZE(map_rule_types) - 2 == MAP_RULE_TYPE_MAX,
	       "map_rule_types is not complete");

static const struct attr link_attrs[] = {
	{ "mode", IFLA_MAP_MODE, .words = map_modes, .kind = &attr_enum },
	{ "role", IFLA_MAP_ROLE, .words = roles, .kind = &attr_enum },
	{ "link", IFLA_MAP_LINK, .kind = &attr_link },
	{ "prefix", IFLA_MAP_PREFIX, IFLA_MAP_PREFIX_LEN,
	  .kind = &attr_prefix6 },
	{ "local", IFLA_MAP_LOCAL, .kind = &attr_ipv6 },
	{ "remote", IFLA_MAP_REMOTE, .kind = &attr_ipv6 },
	{ "iid", IFLA_MAP_IID, .words = map_iids, .kind = &attr_enum },
	{ "snat", IFLA_MAP_SNAT, .kind = &attr_onoff },
	{ "snat-reserve", IFLA_MAP_SNAT_RESERVE, .kind = &attr_ports },
	{ "mss-clamp", IFLA_MAP_MSS_CLAMP, .kind = &attr_onoff },
	{ "hoplimit", IFLA_MAP_HOPLIMIT, .min = 1, .max = 255,
	  .kind = &attr_hoplimit },
	{ "tclass", IFLA_MAP_TCLASS, IFLA_MAP_TCLASS_INHERIT, .max = 255,
	  .kind = &attr_tclass },
	{ "fragment", IFLA_MAP_FRAGMENT, .words = fragments,
	  .kind = &attr_enum },
	{ "ipid", IFLA_MAP_IPID, .words = ipids, .kind = &attr_enum },
	{ "pmtudisc", IFLA_MAP_PMTUDISC, .kind = &attr_onoff },
	{ "tos", IFLA_MAP_TOS, IFLA_MAP_TOS_INHERIT, .max = 255,
	  .kind = &attr_tclass },
	{ "udp-zero-checksum", IFLA_MAP_UDP_ZERO_CHECKSUM,
	  .words = udp_zero_checksums, .kind = &attr_enum },
	{ "lowest-ipv6-mtu", IFLA_MAP_LOWEST_IPV6_MTU, .min = MAP_MIN_IPV6_MTU,
	  .max = 65535, .kind = &attr_u16 },
	{ "icmp-source", IFLA_MAP_ICMP_SOURCE, .kind = &attr_ipv4 },
};

_Static_assert(ARRAY_SIZE(link_attrs) + 3 == IFLA_MAP_MAX,
	       "link_attrs is not complete");

const struct attr_table map_link_attrs = { link_attrs, ARRAY_SIZE(link_attrs) };

static const struct attr rule_attrs[] = {
	{ "type", MAP_A_RULE_TYPE, .words = map_rule_types,
	  .kind = &attr_enum },
	{ "ipv6", MAP_A_RULE_IPV6, MAP_A_RULE_IPV6_LEN, .min = 1,
	  .kind = &attr_prefix6 },
	{ "ipv4", MAP_A_RULE_IPV4, MAP_A_RULE_IPV4_LEN,
	  .kind = &attr_prefix4 },
	{ "ea-len", MAP_A_RULE_EA_LEN, .max = 48, .kind = &attr_u8 },
	{ "psid-offset", MAP_A_RULE_PSID_OFFSET, .max = 16, .kind = &attr_u8 },
	{ "psid", MAP_A_RULE_PSID, .max = 65535, .kind = &attr_u16 },
	{ "psid-len", MAP_A_RULE_PSID_LEN, .max = 16, .kind = &attr_u8 },
	{ "fmr", MAP_A_RULE_FMR, .kind = &attr_flag },
	{ "iid", MAP_A_RULE_IID, .words = map_iids, .kind = &attr_enum },
};

_Static_assert(ARRAY_SIZE(rule_attrs) + 2 == MAP_A_RULE_MAX,
	       "rule_attrs is not complete");

const struct attr_table map_rule_attrs = { rule_attrs, ARRAY_SIZE(rule_attrs) };

/**
 * map_rule_attr - place of an attribute in map_rule_attrs
 * @type: MAP_A_RULE_*
 *
 * Return: the index.
 */
int map_rule_attr(uint16_t type)
{
	return attr_by_type(&map_rule_attrs, type) - rule_attrs;
}

/**
 * map_rule_from_attrs - the rule that attributes describe
 * @tb: the attributes, MAP_A_RULE_MAX + 1 pointers
 * @rule: the rule
 */
void map_rule_from_attrs(const struct nlattr *const tb[],
			 struct map_rule_params *rule)
{
	memset(rule, 0, sizeof(*rule));
	attr_get(tb[MAP_A_RULE_IPV6], &rule->ipv6, sizeof(rule->ipv6));
	rule->ipv6_len = attr_get_u8(tb[MAP_A_RULE_IPV6_LEN]);
	rule->ipv4 = attr_get_u32(tb[MAP_A_RULE_IPV4]);
	rule->ipv4_len = attr_get_u8(tb[MAP_A_RULE_IPV4_LEN]);
	rule->ea_len = attr_get_u8(tb[MAP_A_RULE_EA_LEN]);
	rule->psid_offset = MAP_DEFAULT_PSID_OFFSET;
	if (tb[MAP_A_RULE_PSID_OFFSET])
		rule->psid_offset = attr_get_u8(tb[MAP_A_RULE_PSID_OFFSET]);
	rule->psid_len = attr_get_u8(tb[MAP_A_RULE_PSID_LEN]);
	rule->psid = attr_get_u16(tb[MAP_A_RULE_PSID]);
	rule->iid = attr_get_u8(tb[MAP_A_RULE_IID]);
}
