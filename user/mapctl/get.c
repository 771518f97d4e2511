// SPDX-License-Identifier: GPL-2.0
/* What becomes of one packet, as `ip route get` tells it. */
#include <inttypes.h>
#include <linux/genetlink.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "mapctl.h"
#include "parse.h"

static void usage(void)
{
	puts("Usage: mapctl get dev DEV SRC[:PORT] DST[:PORT] [ proto { tcp | udp | icmp | NUMBER } ]\n"
	     "where  SRC and DST are IPv4 addresses after source NAT; the port of icmp is\n"
	     "its identifier.");
}

/**
 * struct question - the packet
 * @dev: the device
 * @addr: source and destination
 * @port: their ports
 * @has_port: whether they were given
 * @proto: the protocol
 */
struct question {
	struct device dev;
	struct in_addr addr[2];
	uint16_t port[2];
	bool has_port[2];
	int proto;
};

enum { SRC, DST };

static int read_endpoint(const char *word, const char *name,
			 struct question *ask, int side)
{
	struct arg_error err;
	char addr[64];
	const char *colon = strchr(word, ':');
	uint32_t port = 0;

	snprintf(addr, sizeof(addr), "%.*s",
		 colon ? (int)(colon - word) : (int)strlen(word), word);
	if (parse_ipv4(addr, name, &ask->addr[side], &err))
		return fail_word(word, "%s", err.reason);
	if (colon && parse_number(colon + 1, "port", 0, 65535, &port, &err))
		return fail_word(word, "%s", err.reason);
	ask->has_port[side] = colon;
	ask->port[side] = port;
	return EXIT_OK;
}

static int read_proto(struct question *ask, const char *word)
{
	const struct protoent *proto;
	struct arg_error err;
	uint32_t number;

	if (!word)
		return fail_missing("proto", "tcp, udp, icmp or a number");
	if (ask->proto >= 0)
		return fail_twice("proto");
	proto = getprotobyname(word);
	if (proto)
		ask->proto = proto->p_proto;
	else if (!strcmp(word, "tcp"))
		ask->proto = IPPROTO_TCP;
	else if (!strcmp(word, "udp"))
		ask->proto = IPPROTO_UDP;
	else if (!strcmp(word, "icmp"))
		ask->proto = IPPROTO_ICMP;
	else if (!parse_number(word, "proto", 0, 255, &number, &err))
		ask->proto = number;
	else
		return fail_word(word, "proto must be tcp, udp, icmp or 0 to 255");
	return EXIT_OK;
}

static int read_word(struct question *ask, struct args *args, int *sides)
{
	static const char *const names[] = { "source", "destination" };
	const char *word = args_next(args);

	if (!strcmp(word, "dev")) {
		word = args_next(args);
		return word ? map_device(word, &ask->dev) :
			      fail_missing("dev", "an interface");
	}
	if (keyword_is(word, "proto"))
		return read_proto(ask, args_next(args));
	if (*sides > DST)
		return fail_word(word, "the keyword is unknown, try \"mapctl get help\"");
	++*sides;
	return read_endpoint(word, names[*sides - 1], ask, *sides - 1);
}

static int read_question(struct question *ask, struct args *args)
{
	int sides = SRC, ret = EXIT_OK;

	memset(ask, 0, sizeof(*ask));
	ask->proto = -1;
	while (!ret && args_peek(args))
		ret = read_word(ask, args, &sides);
	if (ret)
		return ret;
	if (!ask->dev.ifindex)
		return fail_missing("dev", NULL);
	if (sides <= DST)
		return fail_usage("the %s is missing: an IPv4 address is expected",
				  sides == SRC ? "source" : "destination");
	return EXIT_OK;
}

static void put_flow(const struct question *ask, struct msg *msg)
{
	size_t flow = msg_nest(msg, MAP_A_FLOW);

	msg_put_u32(msg, MAP_A_FLOW_SADDR, ask->addr[SRC].s_addr);
	msg_put_u32(msg, MAP_A_FLOW_DADDR, ask->addr[DST].s_addr);
	if (ask->has_port[SRC])
		msg_put_u16(msg, MAP_A_FLOW_SPORT, ask->port[SRC]);
	if (ask->has_port[DST])
		msg_put_u16(msg, MAP_A_FLOW_DPORT, ask->port[DST]);
	if (ask->proto >= 0)
		msg_put_u8(msg, MAP_A_FLOW_PROTO, ask->proto);
	msg_nest_end(msg, flow);
}

static void print_endpoint(const struct question *ask, int side)
{
	char text[PREFIX_STRLEN];

	format_ipv4(ask->addr[side].s_addr, text);
	out_text("%s", text);
	out_string(side == SRC ? "src" : "dst", NULL, text);
	if (!ask->has_port[side])
		return;
	out_number(side == SRC ? "sport" : "dport", ":%" PRIu64,
		   ask->port[side]);
}

static void print_address(const struct nlattr *attr, const char *key,
			  const char *fmt)
{
	char text[PREFIX_STRLEN];
	struct in6_addr addr;

	if (!attr)
		return;
	attr_get(attr, &addr, sizeof(addr));
	out_string(key, fmt, format_ipv6(&addr, text));
}

static void print_drop(const struct nlattr *attr)
{
	uint32_t counter = attr_get_u32(attr);
	const char *name = counter_name(counter);

	if (!attr)
		return;
	out_line("    ");
	out_string("drop", "dropped (%s): ", name ? name : "unknown");
	out_string("reason", "%s ", counter_reason(counter));
}

static int print_answer(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_MAX + 1], *flow[MAP_A_FLOW_MAX + 1];
	const struct question *ask = arg;

	map_index(nlh, tb);
	map_index_nest(tb[MAP_A_FLOW], flow, MAP_A_FLOW_MAX);
	out_object(NULL);
	print_endpoint(ask, SRC);
	out_text(" -> ");
	print_endpoint(ask, DST);
	if (attr_get_u8(flow[MAP_A_FLOW_PROTO]))
		out_string("proto", " proto %s",
			   proto_name(attr_get_u8(flow[MAP_A_FLOW_PROTO])));
	out_string("dev", " dev %s ", ask->dev.name);
	print_drop(flow[MAP_A_FLOW_DROP]);
	if (flow[MAP_A_FLOW_IPV6_SRC] || flow[MAP_A_FLOW_IPV6_DST])
		out_line("    ");
	print_address(flow[MAP_A_FLOW_IPV6_SRC], "ipv6_src", "ipv6 %s ");
	print_address(flow[MAP_A_FLOW_IPV6_DST], "ipv6_dst", "-> %s ");
	if (flow[MAP_A_FLOW_RULE]) {
		out_line("    ");
		out_text("by ");
		out_object("rule");
		print_rule(flow[MAP_A_FLOW_RULE]);
		out_object_end();
	}
	out_text("\n");
	out_object_end();
	return 0;
}

/**
 * do_get - explain what becomes of a packet
 * @args: the packet
 *
 * Return: an exit code; EXIT_OK for a packet that would be dropped too.
 */
int do_get(struct args *args)
{
	struct question ask;
	struct msg msg;

	if (args_help(args))
		return show_help(usage);
	if (read_question(&ask, args))
		return EXIT_USAGE;
	genl_request(&msg, MAP_CMD_FLOW_GET, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, ask.dev.ifindex);
	put_flow(&ask, &msg);
	return map_request(&msg, print_answer, &ask);
}
