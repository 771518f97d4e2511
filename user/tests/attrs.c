// SPDX-License-Identifier: GPL-2.0
/* The tables of attributes: what is read prints as it was typed, and nothing
 * that a kernel could send does harm. Prints "ok NAME" or "not ok NAME".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"
#include "parse.h"

static int failures;

static void result(bool good, const char *what, const char *more)
{
	printf("%sok %s %s\n", good ? "" : "not ", what, more);
	failures += !good;
}

/* A printer that writes into a string. */
static char printed[65536];

static void add_string(const char *key, const char *keyword, const char *value)
{
	char again[64];

	snprintf(again, sizeof(again), "%s", keyword);
	for (char *c = again; *c; c++)
		if (*c == '-')
			*c = '_';
	if (strcmp(key, again))
		strcat(printed, "BAD-KEY ");
	sprintf(printed + strlen(printed), "%s %s ", keyword, value);
}

static void add_number(const char *key, const char *keyword, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	add_string(key, keyword, text);
}

static void add_onoff(const char *key, const char *keyword, bool value)
{
	add_string(key, keyword, value ? "on" : "off");
}

static void add_flag(const char *key, const char *keyword)
{
	(void)key;
	sprintf(printed + strlen(printed), "%s ", keyword);
}

static const char *number_name(uint32_t ifindex)
{
	static char name[16];

	snprintf(name, sizeof(name), "if%u", ifindex);
	return name;
}

static const struct attr_printer recorder = {
	.string = add_string,
	.number = add_number,
	.onoff = add_onoff,
	.flag = add_flag,
	.ifname = number_name,
};

static void put(void *arg, uint16_t type, const void *data, size_t len)
{
	msg_put(arg, type, data, len);
}

static int put_link(void *arg, uint16_t type, const char *name,
		    struct arg_error *err)
{
	uint32_t ifindex;

	if (sscanf(name, "if%u", &ifindex) != 1)
		return arg_wrong(err, name, "no such interface");
	msg_put_u32(arg, type, ifindex);
	return 0;
}

static int read_text(const struct attr_table *table, char *text,
		     struct msg *msg)
{
	struct attr_sink sink = { put, put_link, msg, 0 };
	struct arg_error err;
	char *word, *rest;

	for (word = strtok_r(text, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		int index = attr_find(table, word);
		const char *value = NULL;

		if (index < 0)
			return -1;
		if (attr_takes_value(&table->attrs[index]))
			value = strtok_r(NULL, " ", &rest);
		if (attr_parse(table, index, value, &sink, &err))
			return -1;
	}
	return 0;
}

/* @text as typed; @expect as printed, NULL for the same. */
static void round_trip(const struct attr_table *table, const char *text,
		       const char *expect)
{
	const struct nlattr *tb[64];
	char copy[4096], wanted[4096];
	struct msg msg;
	int ret;

	msg_init(&msg, 0, 0, NULL, 0);
	snprintf(copy, sizeof(copy), "%s", text);
	snprintf(wanted, sizeof(wanted), "%s%s", expect ? expect : text,
		 expect && !*expect ? "" : " ");
	ret = read_text(table, copy, &msg);
	printed[0] = '\0';
	attr_index(msg.data + NLMSG_HDRLEN, msg.len - NLMSG_HDRLEN, tb, 63);
	attr_print(table, tb, &recorder);
	result(!ret && !strcmp(printed, wanted), "round trip:", text);
	if (strcmp(printed, wanted))
		printf("# printed: %s\n", printed);
	msg_free(&msg);
}

static void refused(const struct attr_table *table, const char *text)
{
	char copy[4096];
	struct msg msg;

	msg_init(&msg, 0, 0, NULL, 0);
	snprintf(copy, sizeof(copy), "%s", text);
	result(read_text(table, copy, &msg) < 0, "refuses:", text);
	msg_free(&msg);
}

static void test_tables(void)
{
	const struct attr_table *link = &map_link_attrs;
	const struct attr_table *rule = &map_rule_attrs;

	round_trip(link, "mode map-e role ce link if7 prefix 2001:db8::/56 local 2001:db8::1 remote 2001:db8::2 iid draft03 snat on snat-reserve 80,1024-1027 mss-clamp off hoplimit 64 tclass 184 fragment outer ipid psid pmtudisc on",
		   NULL);
	round_trip(link, "mode map-t role br link none prefix none local none remote none",
		   "mode map-t role br");
	round_trip(link, "mode map-t tos 184 udp-zero-checksum drop lowest-ipv6-mtu 1500 icmp-source 192.0.2.1",
		   NULL);
	round_trip(link, "mode map-t tos inherit icmp-source none",
		   "mode map-t tos inherit");
	round_trip(link, "mode ipip hoplimit inherit tclass inherit", NULL);
	round_trip(link, "snat-reserve none", "");
	round_trip(link, "snat-reserve 0-65535", NULL);
	round_trip(link, "mo map-t ro b f o h 0x10 tc 0",
		   "mode map-t role br hoplimit 16 tclass 0 fragment outer");
	round_trip(link, "prefix 2001:db8::1", NULL);
	round_trip(link, "prefix ::/1", NULL);
	round_trip(rule, "type bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 6 psid 52 psid-len 8 fmr iid rfc7597",
		   NULL);
	round_trip(rule, "type dmr ipv6 ::/0", NULL);
	round_trip(rule, "ipv4 192.0.2.1", "ipv4 192.0.2.1/32");
	round_trip(rule, "psid 0xffff", "psid 65535");
	round_trip(rule, "ea-len 010", "ea-len 10");

	refused(link, "m map-e");
	refused(link, "tos 256");
	refused(link, "udp-zero-checksum pass");
	refused(link, "lowest-ipv6-mtu 1279");
	refused(link, "lowest-ipv6-mtu 65536");
	refused(link, "icmp-source 2001:db8::1");
	refused(link, "sn on");
	refused(link, "mode map-");
	refused(link, "mode map-e mode map-e");
	refused(link, "hoplimit 0");
	refused(link, "hoplimit 256");
	refused(link, "tclass -1");
	refused(link, "snat yes");
	refused(link, "snat-reserve 2-1");
	refused(link, "snat-reserve 1,");
	refused(link, "snat-reserve ,1");
	refused(link, "snat-reserve 1-2-3");
	refused(link, "snat-reserve 65536");
	refused(link, "snat-reserve 00000000000000000000000001");
	refused(link, "link eth0");
	refused(link, "prefix 2001:db8::1/56");
	refused(link, "prefix 2001:db8::/129");
	refused(link, "prefix 2001:db8::/");
	refused(link, "prefix 2001:db8::/+1");
	refused(link, "local 2001:db8::1/128");
	refused(link, "local 192.0.2.1");
	refused(rule, "ipv6 none");
	refused(rule, "ipv4 192.0.2.1/24");
	refused(rule, "ipv4 192.0.2.0/33");
	refused(rule, "ipv4 192.0.2/24");
	refused(rule, "ea-len 49");
	refused(rule, "ea-len 0x");
	refused(rule, "ea-len 99999999999999999999");
	refused(rule, "psid 65536");
	refused(rule, "psid-offset 17");
}

/* As many ranges as there can be, and one more. */
static void test_many_ranges(void)
{
	size_t room = (MAP_MAX_RESERVED_RANGES + 1) * 6 + 1, len = 0;
	struct map_port_range ranges[MAP_MAX_RESERVED_RANGES];
	char *text = malloc(room);
	struct arg_error err;
	unsigned int i;

	for (i = 0; i < MAP_MAX_RESERVED_RANGES; i++)
		len += sprintf(text + len, "%s%u", i ? "," : "", 2 * i);
	result(parse_ports(text, "list", ranges, MAP_MAX_RESERVED_RANGES,
			   &err) == MAP_MAX_RESERVED_RANGES,
	       "ranges:", "as many as there can be");
	memcpy(text + len, ",9999", sizeof(",9999"));
	result(parse_ports(text, "list", ranges, MAP_MAX_RESERVED_RANGES,
			   &err) == -1, "ranges:", "one too many");
	free(text);
}

static void random_bytes(unsigned char *data, size_t len)
{
	while (len--)
		*data++ = rand();
}

/* Attributes with right headers and any payload, or any bytes at all. */
static size_t random_attrs(unsigned char *data, size_t room)
{
	size_t len = 0;

	if (rand() % 4 == 0) {
		random_bytes(data, room);
		return rand() % room;
	}
	while (len + 48 < room && rand() % 24) {
		struct nlattr nla = {
			.nla_len = NLA_HDRLEN + rand() % 24,
			.nla_type = rand() % 48,
		};
		size_t step = NLA_ALIGN(nla.nla_len);

		/* Some say that they are longer than they are. */
		if (rand() % 16 == 0)
			nla.nla_len = rand();
		random_bytes(data + len, 48);
		memcpy(data + len, &nla, sizeof(nla));
		len += step;
	}
	return len;
}

static struct nlattr *random_nest(size_t room)
{
	unsigned char *data = malloc(room);
	size_t len = random_attrs(data + NLA_HDRLEN, room - NLA_HDRLEN);
	struct nlattr nla = { .nla_len = NLA_HDRLEN + len };
	struct nlattr *nest;

	/* Exactly as long as it is, so that a step beyond is seen. */
	memcpy(data, &nla, sizeof(nla));
	nest = realloc(data, nla.nla_len);
	return nest;
}

static void test_random(void)
{
	unsigned int i;
	FILE *real = stdout;

	srand(7597);
	stdout = fopen("/dev/null", "w");
	for (i = 0; i < 50000; i++) {
		struct nlattr *nest = random_nest(512);
		const struct nlattr *tb[IFLA_MAP_MAX + 1];

		out.json = i & 1;
		out_object(NULL);
		print_rule(nest);
		print_state(nest, i & 2);
		print_counters(nest, i & 4, "");
		map_index_nest(nest, tb, IFLA_MAP_MAX);
		attr_print(&map_link_attrs, tb, &map_printer);
		out_object_end();
		free(nest);
	}
	fclose(stdout);
	stdout = real;
	result(true, "random:", "attributes do no harm");
}

int main(void)
{
	test_tables();
	test_many_ranges();
	test_random();
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
