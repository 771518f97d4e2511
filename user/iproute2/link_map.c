// SPDX-License-Identifier: GPL-2.0
/* The plug-in that teaches ip(8) the link type "map". */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/map.h>

#include "link_util.h"
#include "map_attrs.h"

/* Room that ip has for a request. */
#define REQUEST_SIZE 1024

static void print_usage(FILE *f)
{
	fputs("Usage: ... map mode { map-e | map-t | ipip } [ role { ce | br } ] [ link DEV ]\n"
	      "		[ prefix PREFIX ] [ local ADDRESS ] [ remote ADDRESS ]\n"
	      "		[ iid { rfc7597 | draft03 } ]\n"
	      "		[ snat { on | off } ] [ snat-reserve { LIST | none } ]\n"
	      "		[ mss-clamp { on | off } ]\n"
	      "		[ hoplimit { 1..255 | inherit } ] [ tclass { 0..255 | inherit } ]\n"
	      "		[ fragment { inner | outer } ] [ ipid { keep | psid } ]\n"
	      "		[ pmtudisc { on | off } ] [ tos { 0..255 | inherit } ]\n"
	      "		[ udp-zero-checksum { compute | drop } ]\n"
	      "		[ lowest-ipv6-mtu 1280..65535 ]\n"
	      "		[ icmp-source { IPV4-ADDRESS | none } ]\n"
	      "Where:	PREFIX  := end-user IPv6 prefix | none\n"
	      "	ADDRESS := IPv6 address | none\n"
	      "	LIST    := PORT[-PORT][,LIST], ports that source NAT does not use\n"
	      "Rules are set with mapctl(8).\n", f);
}

static void print_help(struct link_util *lu, int argc, char **argv, FILE *f)
{
	(void)lu;
	(void)argc;
	(void)argv;
	print_usage(f);
}

static void put_attr(void *arg, uint16_t type, const void *data, size_t len)
{
	if (addattr_l(arg, REQUEST_SIZE, type, data, len)) {
		fputs("Error: the list is too long for ip; use \"mapctl dev set\".\n",
		      stderr);
		exit(EXIT_FAILURE);
	}
}

static int put_link(void *arg, uint16_t type, const char *name,
		    struct arg_error *err)
{
	uint32_t ifindex = ll_name_to_index(name);

	if (!ifindex)
		return arg_wrong(err, name, "link must be an interface");
	put_attr(arg, type, &ifindex, sizeof(ifindex));
	return 0;
}

static int parse_one(struct args *args, struct attr_sink *sink)
{
	const char *word = args_next(args), *value;
	int index = attr_find(&map_link_attrs, word);
	const struct attr *attr;
	struct arg_error err;
	char expects[128];

	if (index == KEYWORD_AMBIGUOUS)
		invarg("the keyword is ambiguous", word);
	if (index < 0)
		invarg("the keyword of map is unknown, try \"ip link help map\"",
		       word);
	attr = &map_link_attrs.attrs[index];
	value = args_next(args);
	if (!value) {
		fprintf(stderr, "Error: \"%s\" is missing its value: %s is expected\n",
			attr->name, attr_expects(attr, expects,
						 sizeof(expects)));
		return -1;
	}
	if (attr_parse(&map_link_attrs, index, value, sink, &err))
		invarg(err.reason, err.word);
	return 0;
}

static int parse_opt(struct link_util *lu, int argc, char **argv,
		     struct nlmsghdr *n)
{
	struct attr_sink sink = {
		.put = put_attr,
		.put_link = put_link,
		.arg = n,
	};
	struct args args = { argc, argv };

	(void)lu;
	while (args_peek(&args)) {
		if (args_help(&args)) {
			print_usage(stderr);
			return -1;
		}
		if (parse_one(&args, &sink))
			return -1;
	}
	return 0;
}

static void print_map_string(const char *key, const char *keyword,
			     const char *value)
{
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", keyword);
	print_color_string(PRINT_ANY, COLOR_NONE, key, "%s ", value);
}

static void print_map_number(const char *key, const char *keyword,
			     uint32_t value)
{
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", keyword);
	print_color_uint(PRINT_ANY, COLOR_NONE, key, "%u ", value);
}

static void print_map_onoff(const char *key, const char *keyword, bool value)
{
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", keyword);
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ",
			   value ? "on" : "off");
	print_color_bool(PRINT_JSON, COLOR_NONE, key, NULL, value);
}

static void print_map_flag(const char *key, const char *keyword)
{
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", keyword);
	print_color_bool(PRINT_JSON, COLOR_NONE, key, NULL, true);
}

static const char *ifname(uint32_t ifindex)
{
	return ll_index_to_name(ifindex);
}

static const struct attr_printer printer = {
	.string = print_map_string,
	.number = print_map_number,
	.onoff = print_map_onoff,
	.flag = print_map_flag,
	.ifname = ifname,
};

static void print_opt(struct link_util *lu, FILE *f, struct rtattr *tb[])
{
	(void)lu;
	(void)f;
	/* A struct rtattr is a struct nlattr by another name. */
	if (tb)
		attr_print(&map_link_attrs, (const struct nlattr *const *)tb,
			   &printer);
}

/* The name that ip looks for. */
__attribute__((visibility("default")))
struct link_util map_link_util = {
	.id = "map",
	.maxattr = IFLA_MAP_MAX,
	.parse_opt = parse_opt,
	.print_opt = print_opt,
	.print_help = print_help,
};
