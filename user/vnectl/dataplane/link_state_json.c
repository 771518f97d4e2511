// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of a tunnel's device, in the words of OpenSync's
 * MAP_State.
 */
#include <linux/genetlink.h>
#include <stdlib.h>

#include "dataplane/apply.h"
#include "dataplane/kernel.h"
#include "attr.h"
#include "base/json_util.h"
#include "map_attrs.h"
#include "map_msg.h"
#include "map_names.h"
#include "parse.h"
#include "dataplane/link.h"

static void put_bmr(json_t *to, const struct nlattr *nest)
{
	const struct nlattr *tb[MAP_A_RULE_MAX + 1];
	struct map_rule_params params;
	char buf[PREFIX_STRLEN];

	if (!nest)
		return;
	map_index_nest(nest, tb, MAP_A_RULE_MAX);
	map_rule_from_attrs(tb, &params);
	put_text(to, "BMR_IPv6_prefix",
		 format_prefix6(&params.ipv6, params.ipv6_len, buf));
	put_text(to, "BMR_IPv4_prefix",
		 format_prefix4(params.ipv4, params.ipv4_len, buf));
	put_number(to, "BMR_ea_len", params.ea_len);
	put_number(to, "BMR_psid_offset", params.psid_offset);
	json_object_set_new(to, "map_legacy_draft3",
			    json_boolean(params.iid == MAP_IID_DRAFT03));
}

static void put_port_set(json_t *to, const struct nlattr *const tb[])
{
	struct map_port_set set = {
		.psid = attr_get_u16(tb[MAP_A_STATE_PSID]),
		.len = attr_get_u8(tb[MAP_A_STATE_PSID_LEN]),
		.offset = attr_get_u8(tb[MAP_A_STATE_PSID_OFFSET]),
	};
	char *text;

	if (!set.len || set.offset + set.len > 16)
		return;
	put_number(to, "psid", set.psid);
	put_number(to, "psid_len", set.len);
	put_number(to, "psid_offset", set.offset);
	put_number(to, "ports", port_set_count(&set));
	text = format_port_set(&set, map_port_set_ranges(&set));
	if (text)
		put_text(to, "port_sets", text);
	free(text);
}

static void put_state(json_t *to, const struct nlattr *nest)
{
	const struct nlattr *tb[MAP_A_STATE_MAX + 1];
	uint8_t len = 32;
	char buf[PREFIX_STRLEN];
	struct in6_addr ipv6;

	map_index_nest(nest, tb, MAP_A_STATE_MAX);
	if (tb[MAP_A_STATE_IPV4_LEN])
		len = attr_get_u8(tb[MAP_A_STATE_IPV4_LEN]);
	if (tb[MAP_A_STATE_IPV4]) {
		uint32_t ipv4 = attr_get_u32(tb[MAP_A_STATE_IPV4]);

		put_text(to, "map_ipv4_addr", len == 32 ?
			 format_ipv4(ipv4, buf) :
			 format_prefix4(ipv4, len, buf));
	}
	if (tb[MAP_A_STATE_IPV6]) {
		attr_get(tb[MAP_A_STATE_IPV6], &ipv6, sizeof(ipv6));
		put_text(to, "map_ipv6_addr", format_ipv6(&ipv6, buf));
	}
	if (tb[MAP_A_STATE_TUNNEL_MTU])
		put_number(to, "tunnel_mtu",
			   attr_get_u32(tb[MAP_A_STATE_TUNNEL_MTU]));
	if (tb[MAP_A_STATE_RULES])
		put_number(to, "rules", attr_get_u32(tb[MAP_A_STATE_RULES]));
	if (tb[MAP_A_STATE_BMR])
		put_port_set(to, tb);
	put_bmr(to, tb[MAP_A_STATE_BMR]);
}

static void put_counters(json_t *to, const struct nlattr *nest)
{
	const struct nlattr *tb[MAP_A_STATS_MAX + 1];
	json_t *counters = json_object();
	unsigned int i;

	map_index_nest(nest, tb, MAP_A_STATS_MAX);
	for (i = MAP_A_STATS_PAD + 1; i <= MAP_A_STATS_MAX; i++)
		if (counter_name(i) && tb[i] && attr_get_u64(tb[i]))
			put_number(counters, counter_name(i),
				   attr_get_u64(tb[i]));
	json_object_set_new(to, "counters", counters);
}

static void put_use(json_t *to, const struct nlattr *nest)
{
	const struct nlattr *tb[MAP_A_PORTS_MAX + 1];

	map_index_nest(nest, tb, MAP_A_PORTS_MAX);
	json_object_set_new(to, proto_name(attr_get_u8(tb[MAP_A_PORTS_PROTO])),
			    json_pack("{s:I,s:I,s:I}", "used",
				      (json_int_t)attr_get_u32(tb[MAP_A_PORTS_USED]),
				      "total",
				      (json_int_t)attr_get_u32(tb[MAP_A_PORTS_TOTAL]),
				      "bindings",
				      (json_int_t)attr_get_u32(tb[MAP_A_PORTS_BINDINGS])));
}

/* One answer to each of the questions; what is in it tells which. */
static int read_answer(const struct nlmsghdr *nlh, void *arg)
{
	json_t *to = arg, *use;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case MAP_A_STATE:
			put_state(to, attr);
			break;
		case MAP_A_STATS:
			put_counters(to, attr);
			break;
		case MAP_A_PORTS:
			use = json_object_get(to, "port_use");
			if (!use) {
				use = json_object();
				json_object_set_new(to, "port_use", use);
			}
			put_use(use, attr);
			break;
		}
	}
	return 0;
}

static void ask_for(uint8_t cmd, int index, json_t *to)
{
	struct nl_error err;
	struct msg msg;

	genl_request(&msg, cmd, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, index);
	ask_map(&msg, read_answer, to, &err);
}

/**
 * apply_json - what the kernel says of a device
 * @device: its name
 *
 * Return: an object, or NULL where there is no such map device.
 */
json_t *apply_json(const char *device)
{
	struct tunnel tunnel;
	struct reason why;
	json_t *to;

	if (tunnel_look(device, NULL, &tunnel, &why) || !tunnel.is_map)
		return NULL;
	to = json_object();
	put_number(to, "mtu", tunnel.mtu);
	ask_for(MAP_CMD_STATE_GET, tunnel.index, to);
	if (tunnel.mode != MAP_MODE_IPIP)
		ask_for(MAP_CMD_PORTS_GET, tunnel.index, to);
	ask_for(MAP_CMD_STATS_GET, tunnel.index, to);
	return to;
}
