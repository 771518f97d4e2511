// SPDX-License-Identifier: GPL-2.0
/* What several commands print. */
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "mapctl.h"
#include "parse.h"

static void print_string(const char *key, const char *keyword,
			 const char *value)
{
	out_text("%s ", keyword);
	out_string(key, "%s ", value);
}

static void print_number(const char *key, const char *keyword, uint32_t value)
{
	out_text("%s ", keyword);
	out_number(key, "%" PRIu64 " ", value);
}

static void print_onoff(const char *key, const char *keyword, bool value)
{
	out_text("%s %s ", keyword, value ? "on" : "off");
	out_bool(key, NULL, value);
}

static void print_flag(const char *key, const char *keyword)
{
	out_text("%s ", keyword);
	out_bool(key, NULL, true);
}

static const char *ifname(uint32_t ifindex)
{
	static char name[IF_NAMESIZE];

	if (!if_indextoname(ifindex, name))
		snprintf(name, sizeof(name), "if%u", ifindex);
	return name;
}

const struct attr_printer map_printer = {
	.string = print_string,
	.number = print_number,
	.onoff = print_onoff,
	.flag = print_flag,
	.ifname = ifname,
};

/* In text a rule reads as it is typed: the type stands alone, and so does
 * the value of a dmr or source.
 */
static bool print_rule_type(const struct nlattr **tb)
{
	unsigned int type = attr_get_u8(tb[MAP_A_RULE_TYPE]);
	char text[PREFIX_STRLEN];
	struct in6_addr addr;

	if (!tb[MAP_A_RULE_TYPE] || type > MAP_RULE_TYPE_MAX)
		return true;
	out_text("%s ", map_rule_types[type]);
	tb[MAP_A_RULE_TYPE] = NULL;
	if (type == MAP_RULE_TYPE_BMR || type == MAP_RULE_TYPE_FMR)
		return true;
	attr_get(tb[MAP_A_RULE_IPV6], &addr, sizeof(addr));
	out_text("%s ", format_prefix6(&addr,
				       attr_get_u8(tb[MAP_A_RULE_IPV6_LEN]),
				       text));
	return false;
}

/**
 * print_rule - print a rule, in an object that is open
 * @nest: the rule
 */
void print_rule(const struct nlattr *nest)
{
	const struct nlattr *tb[MAP_A_RULE_MAX + 1];

	map_index_nest(nest, tb, MAP_A_RULE_MAX);
	if (out.json || print_rule_type(tb))
		attr_print(&map_rule_attrs, tb, &map_printer);
}

/* A set may have thousands of ranges: text shows some, unless all are wanted. */
#define SHORT_RANGES 4

/**
 * print_ports - print a port set, in an object that is open
 * @set: the set
 * @full: text shows all ranges
 */
void print_ports(const struct map_port_set *set, bool full)
{
	uint32_t ranges = map_port_set_ranges(set);
	bool all = full || out.json || ranges <= SHORT_RANGES;
	char *text = format_port_set(set, all ? ranges : SHORT_RANGES);

	if (!text)
		return;
	out_text("ports %u in %u range%s: %s%s ", port_set_count(set), ranges,
		 ranges == 1 ? "" : "s", text, all ? "" : ",...");
	out_string("port_sets", NULL, text);
	out_number("ports", NULL, port_set_count(set));
	free(text);
}

static void print_state_ipv4(const struct nlattr *const tb[])
{
	uint32_t addr = attr_get_u32(tb[MAP_A_STATE_IPV4]);
	uint8_t len = attr_get_u8(tb[MAP_A_STATE_IPV4_LEN]);
	char text[PREFIX_STRLEN];

	if (!tb[MAP_A_STATE_IPV4])
		return;
	if (len == 32 || !tb[MAP_A_STATE_IPV4_LEN])
		format_ipv4(addr, text);
	else
		format_prefix4(addr, len, text);
	out_line("    ");
	out_string("map_ipv4_addr", "ipv4 %s ", text);
}

static void print_state_ipv6(const struct nlattr *const tb[])
{
	char text[PREFIX_STRLEN];
	struct in6_addr addr;

	if (!tb[MAP_A_STATE_IPV6])
		return;
	attr_get(tb[MAP_A_STATE_IPV6], &addr, sizeof(addr));
	out_line("    ");
	out_string("map_ipv6_addr", "ipv6 %s ", format_ipv6(&addr, text));
}

/* An address that is not shared comes without a PSID, and has all ports. */
static void print_state_ports(const struct nlattr *const tb[], bool full)
{
	struct map_port_set set = {
		.psid = attr_get_u16(tb[MAP_A_STATE_PSID]),
		.len = attr_get_u8(tb[MAP_A_STATE_PSID_LEN]),
		.offset = attr_get_u8(tb[MAP_A_STATE_PSID_OFFSET]),
	};

	if (!tb[MAP_A_STATE_IPV4] || set.offset + set.len > 16)
		return;
	out_line("    ");
	out_number("psid", "psid %" PRIu64 " ", set.psid);
	out_text("(0x%x) ", set.psid);
	out_number("psid_len", "psid-len %" PRIu64 " ", set.len);
	out_number("psid_offset", "psid-offset %" PRIu64 " ", set.offset);
	out_line("    ");
	print_ports(&set, full);
}

static void print_ready(const struct nlattr *const tb[])
{
	bool ready = attr_get_u8(tb[MAP_A_STATE_READY]);
	const struct nlattr *missing = tb[MAP_A_STATE_MISSING];
	char text[256];

	out_line("    ");
	out_text(ready ? "ready " : "not ready ");
	out_bool("ready", NULL, ready);
	if (missing && !ready) {
		snprintf(text, sizeof(text), "%.*s",
			 (int)mnl_attr_get_payload_len(missing),
			 mnl_attr_get_str(missing));
		out_string("missing", "(%s) ", text);
	}
	if (tb[MAP_A_STATE_TUNNEL_MTU])
		out_number("tunnel_mtu", "tunnel-mtu %" PRIu64 " ",
			   attr_get_u32(tb[MAP_A_STATE_TUNNEL_MTU]));
	if (tb[MAP_A_STATE_RULES])
		out_number("rules", "rules %" PRIu64 " ",
			   attr_get_u32(tb[MAP_A_STATE_RULES]));
}

/**
 * print_state - print what a device derived, in an object that is open
 * @nest: the state, or NULL
 * @full: text shows all port ranges
 */
void print_state(const struct nlattr *nest, bool full)
{
	const struct nlattr *tb[MAP_A_STATE_MAX + 1];

	if (!nest)
		return;
	map_index_nest(nest, tb, MAP_A_STATE_MAX);
	print_ready(tb);
	print_state_ipv4(tb);
	print_state_ipv6(tb);
	print_state_ports(tb, full);
	if (!tb[MAP_A_STATE_BMR])
		return;
	out_line("    ");
	out_object("bmr");
	print_rule(tb[MAP_A_STATE_BMR]);
	out_object_end();
}
