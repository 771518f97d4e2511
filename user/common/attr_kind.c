// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/map.h>

#include "attr_kind.h"
#include "parse.h"

#define KEY_SIZE 32

static void put(const struct attr_sink *sink, uint16_t type, const void *data,
		size_t len)
{
	sink->put(sink->arg, type, data, len);
}

static void put_u8(const struct attr_sink *sink, uint16_t type, uint8_t value)
{
	put(sink, type, &value, sizeof(value));
}

static void print_string(const struct attr *attr, const char *value,
			 const struct attr_printer *printer)
{
	char key[KEY_SIZE];

	printer->string(attr_key(attr, key, sizeof(key)), attr->name, value);
}

static void print_number(const struct attr *attr, uint32_t value,
			 const struct attr_printer *printer)
{
	char key[KEY_SIZE];

	printer->number(attr_key(attr, key, sizeof(key)), attr->name, value);
}

/* Numbers */

static void number_expects(const struct attr *attr, char *buf, size_t size)
{
	snprintf(buf, size, "%u to %u", attr->min, attr->max);
}

static int u8_parse(const struct attr *attr, const char *value,
		    struct attr_sink *sink, struct arg_error *err)
{
	uint32_t number;

	if (parse_number(value, attr->name, attr->min, attr->max, &number,
			 err))
		return -1;
	put_u8(sink, attr->type, number);
	return 0;
}

static void u8_print(const struct attr *attr, const struct nlattr *const tb[],
		     const struct attr_printer *printer)
{
	print_number(attr, attr_get_u8(tb[attr->type]), printer);
}

const struct attr_kind attr_u8 = {
	.expects = number_expects,
	.parse = u8_parse,
	.print = u8_print,
	.json = ATTR_JSON_NUMBER,
};

static int u16_parse(const struct attr *attr, const char *value,
		     struct attr_sink *sink, struct arg_error *err)
{
	uint32_t number;
	uint16_t half;

	if (parse_number(value, attr->name, attr->min, attr->max, &number,
			 err))
		return -1;
	half = number;
	put(sink, attr->type, &half, sizeof(half));
	return 0;
}

static void u16_print(const struct attr *attr, const struct nlattr *const tb[],
		      const struct attr_printer *printer)
{
	print_number(attr, attr_get_u16(tb[attr->type]), printer);
}

const struct attr_kind attr_u16 = {
	.expects = number_expects,
	.parse = u16_parse,
	.print = u16_print,
	.json = ATTR_JSON_NUMBER,
};

/* Words */

static void enum_expects(const struct attr *attr, char *buf, size_t size)
{
	unsigned int i;
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; attr->words[i] && len < size; i++)
		len += snprintf(buf + len, size - len, "%s%s",
				!i ? "" : attr->words[i + 1] ? ", " : " or ",
				attr->words[i]);
}

static unsigned int count_words(const struct attr *attr)
{
	unsigned int n = 0;

	while (attr->words[n])
		n++;
	return n;
}

static int enum_parse(const struct attr *attr, const char *value,
		      struct attr_sink *sink, struct arg_error *err)
{
	int index = keyword_find(value, (const char *)attr->words,
				 sizeof(attr->words[0]), count_words(attr));
	char names[128];

	if (index < 0) {
		enum_expects(attr, names, sizeof(names));
		return arg_wrong(err, value, "%s must be %s", attr->name,
				 names);
	}
	put_u8(sink, attr->type, index);
	return 0;
}

static void enum_print(const struct attr *attr, const struct nlattr *const tb[],
		       const struct attr_printer *printer)
{
	unsigned int value = attr_get_u8(tb[attr->type]);
	char unknown[8];

	if (value < count_words(attr)) {
		print_string(attr, attr->words[value], printer);
	} else {
		snprintf(unknown, sizeof(unknown), "%u", value);
		print_string(attr, unknown, printer);
	}
}

const struct attr_kind attr_enum = {
	.expects = enum_expects,
	.parse = enum_parse,
	.print = enum_print,
	.json = ATTR_JSON_STRING,
};

static void onoff_expects(const struct attr *attr, char *buf, size_t size)
{
	(void)attr;
	snprintf(buf, size, "on or off");
}

static int onoff_parse(const struct attr *attr, const char *value,
		       struct attr_sink *sink, struct arg_error *err)
{
	bool on = !strcmp(value, "on");

	if (!on && strcmp(value, "off"))
		return arg_wrong(err, value, "%s must be on or off",
				 attr->name);
	put_u8(sink, attr->type, on);
	return 0;
}

static void onoff_print(const struct attr *attr,
			const struct nlattr *const tb[],
			const struct attr_printer *printer)
{
	char key[KEY_SIZE];

	printer->onoff(attr_key(attr, key, sizeof(key)), attr->name,
		       attr_get_u8(tb[attr->type]));
}

const struct attr_kind attr_onoff = {
	.expects = onoff_expects,
	.parse = onoff_parse,
	.print = onoff_print,
	.json = ATTR_JSON_BOOL,
};

static void flag_expects(const struct attr *attr, char *buf, size_t size)
{
	(void)attr;
	snprintf(buf, size, "no value");
}

/* From JSON it may come as "off", which is how it is when it does not come. */
static int flag_parse(const struct attr *attr, const char *value,
		      struct attr_sink *sink, struct arg_error *err)
{
	(void)err;
	if (!value || strcmp(value, "off"))
		put(sink, attr->type, NULL, 0);
	return 0;
}

static void flag_print(const struct attr *attr, const struct nlattr *const tb[],
		       const struct attr_printer *printer)
{
	char key[KEY_SIZE];

	(void)tb;
	printer->flag(attr_key(attr, key, sizeof(key)), attr->name);
}

const struct attr_kind attr_flag = {
	.expects = flag_expects,
	.parse = flag_parse,
	.print = flag_print,
	.json = ATTR_JSON_BOOL,
	.alone = true,
};

/* Addresses and prefixes. "none" clears what is optional (min is 0). */

static bool is_none(const struct attr *attr, const char *value)
{
	return !attr->min && !strcmp(value, "none");
}

static void ipv4_expects(const struct attr *attr, char *buf, size_t size)
{
	snprintf(buf, size, "an IPv4 address%s", attr->min ? "" : " or none");
}

static int ipv4_parse(const struct attr *attr, const char *value,
		      struct attr_sink *sink, struct arg_error *err)
{
	struct in_addr addr = { 0 };

	if (!is_none(attr, value) &&
	    parse_ipv4(value, attr->name, &addr, err))
		return -1;
	put(sink, attr->type, &addr, sizeof(addr));
	return 0;
}

static void ipv4_print(const struct attr *attr, const struct nlattr *const tb[],
		       const struct attr_printer *printer)
{
	uint32_t addr = attr_get_u32(tb[attr->type]);
	char text[PREFIX_STRLEN];

	if (addr)
		print_string(attr, format_ipv4(addr, text), printer);
}

const struct attr_kind attr_ipv4 = {
	.expects = ipv4_expects,
	.parse = ipv4_parse,
	.print = ipv4_print,
	.json = ATTR_JSON_STRING,
};

static void ipv6_expects(const struct attr *attr, char *buf, size_t size)
{
	snprintf(buf, size, "an IPv6 address%s", attr->min ? "" : " or none");
}

static int ipv6_parse(const struct attr *attr, const char *value,
		      struct attr_sink *sink, struct arg_error *err)
{
	struct in6_addr addr = IN6ADDR_ANY_INIT;

	if (!is_none(attr, value) &&
	    parse_ipv6(value, attr->name, &addr, err))
		return -1;
	put(sink, attr->type, &addr, sizeof(addr));
	return 0;
}

static void ipv6_print(const struct attr *attr, const struct nlattr *const tb[],
		       const struct attr_printer *printer)
{
	char text[PREFIX_STRLEN];
	struct in6_addr addr;

	attr_get(tb[attr->type], &addr, sizeof(addr));
	if (!IN6_IS_ADDR_UNSPECIFIED(&addr))
		print_string(attr, format_ipv6(&addr, text), printer);
}

const struct attr_kind attr_ipv6 = {
	.expects = ipv6_expects,
	.parse = ipv6_parse,
	.print = ipv6_print,
	.json = ATTR_JSON_STRING,
};

static void prefix6_expects(const struct attr *attr, char *buf, size_t size)
{
	snprintf(buf, size, "an IPv6 prefix%s", attr->min ? "" : " or none");
}

static int prefix6_parse(const struct attr *attr, const char *value,
			 struct attr_sink *sink, struct arg_error *err)
{
	struct in6_addr addr = IN6ADDR_ANY_INIT;
	uint8_t len = 0;

	if (!is_none(attr, value) &&
	    parse_prefix6(value, attr->name, &addr, &len, err))
		return -1;
	put(sink, attr->type, &addr, sizeof(addr));
	put_u8(sink, attr->second, len);
	return 0;
}

static void prefix6_print(const struct attr *attr,
			  const struct nlattr *const tb[],
			  const struct attr_printer *printer)
{
	uint8_t len = attr_get_u8(tb[attr->second]);
	char text[PREFIX_STRLEN];
	struct in6_addr addr;

	attr_get(tb[attr->type], &addr, sizeof(addr));
	if (len || attr->min)
		print_string(attr, format_prefix6(&addr, len, text), printer);
}

const struct attr_kind attr_prefix6 = {
	.expects = prefix6_expects,
	.parse = prefix6_parse,
	.print = prefix6_print,
	.json = ATTR_JSON_STRING,
};

static void prefix4_expects(const struct attr *attr, char *buf, size_t size)
{
	(void)attr;
	snprintf(buf, size, "an IPv4 prefix");
}

static int prefix4_parse(const struct attr *attr, const char *value,
			 struct attr_sink *sink, struct arg_error *err)
{
	struct in_addr addr;
	uint8_t len;

	if (parse_prefix4(value, attr->name, &addr, &len, err))
		return -1;
	put(sink, attr->type, &addr, sizeof(addr));
	put_u8(sink, attr->second, len);
	return 0;
}

static void prefix4_print(const struct attr *attr,
			  const struct nlattr *const tb[],
			  const struct attr_printer *printer)
{
	char text[PREFIX_STRLEN];

	print_string(attr, format_prefix4(attr_get_u32(tb[attr->type]),
					  attr_get_u8(tb[attr->second]), text),
		     printer);
}

const struct attr_kind attr_prefix4 = {
	.expects = prefix4_expects,
	.parse = prefix4_parse,
	.print = prefix4_print,
	.json = ATTR_JSON_STRING,
};

/* Ports: an array of struct map_port_range */

static void ports_expects(const struct attr *attr, char *buf, size_t size)
{
	(void)attr;
	snprintf(buf, size, "a list of ports and port ranges, or none");
}

/* Attribute with a port, padded. */
struct port_attr {
	struct nlattr head;
	uint16_t port;
	uint16_t pad;
};

/* Attribute with a range. */
struct range_attr {
	struct nlattr head;
	struct port_attr first;
	struct port_attr last;
};

static struct port_attr port_attr(uint16_t type, uint16_t port)
{
	return (struct port_attr){
		.head = { NLA_HDRLEN + sizeof(port), type },
		.port = port,
	};
}

static struct range_attr range_attr(struct map_port_range range)
{
	return (struct range_attr){
		.head = { sizeof(struct range_attr),
			  MAP_A_RESERVE_RANGE | NLA_F_NESTED },
		.first = port_attr(MAP_A_RANGE_FIRST, range.first),
		.last = port_attr(MAP_A_RANGE_LAST, range.last),
	};
}

static int ports_parse(const struct attr *attr, const char *value,
		       struct attr_sink *sink, struct arg_error *err)
{
	struct map_port_range ranges[MAP_MAX_RESERVED_RANGES];
	struct range_attr nest[MAP_MAX_RESERVED_RANGES];
	int count = parse_ports(value, attr->name, ranges,
				MAP_MAX_RESERVED_RANGES, err);
	int i;

	if (count < 0)
		return -1;
	for (i = 0; i < count; i++)
		nest[i] = range_attr(ranges[i]);
	put(sink, attr->type | NLA_F_NESTED, nest, count * sizeof(nest[0]));
	return 0;
}

/* The ranges in @list; of more than there can be, so many. */
static size_t ports_read(const struct nlattr *list,
			 struct map_port_range *ranges)
{
	const char *at = (const char *)list + NLA_HDRLEN;
	size_t left = list->nla_len - NLA_HDRLEN, n = 0;
	const struct nlattr *tb[MAP_A_RANGE_MAX + 1];

	while (left >= NLA_HDRLEN && n < MAP_MAX_RESERVED_RANGES) {
		const struct nlattr *nest = (const void *)at;
		size_t step = NLA_ALIGN(nest->nla_len);

		if (nest->nla_len < NLA_HDRLEN || step > left)
			break;
		attr_index(at + NLA_HDRLEN, nest->nla_len - NLA_HDRLEN, tb,
			   MAP_A_RANGE_MAX);
		ranges[n].first = attr_get_u16(tb[MAP_A_RANGE_FIRST]);
		ranges[n++].last = attr_get_u16(tb[MAP_A_RANGE_LAST]);
		at += step;
		left -= step;
	}
	return n;
}

static void ports_print(const struct attr *attr,
			const struct nlattr *const tb[],
			const struct attr_printer *printer)
{
	struct map_port_range ranges[MAP_MAX_RESERVED_RANGES];
	size_t count = ports_read(tb[attr->type], ranges);
	char *text = count ? format_ports(ranges, count) : NULL;

	if (text)
		print_string(attr, text, printer);
	free(text);
}

const struct attr_kind attr_ports = {
	.expects = ports_expects,
	.parse = ports_parse,
	.print = ports_print,
	.json = ATTR_JSON_STRING,
};

/* An interface */

static void link_expects(const struct attr *attr, char *buf, size_t size)
{
	(void)attr;
	snprintf(buf, size, "an interface or none");
}

static int link_parse(const struct attr *attr, const char *value,
		      struct attr_sink *sink, struct arg_error *err)
{
	uint32_t none = 0;

	if (strcmp(value, "none"))
		return sink->put_link(sink->arg, attr->type, value, err);
	put(sink, attr->type, &none, sizeof(none));
	return 0;
}

static void link_print(const struct attr *attr, const struct nlattr *const tb[],
		       const struct attr_printer *printer)
{
	uint32_t ifindex = attr_get_u32(tb[attr->type]);

	if (ifindex)
		print_string(attr, printer->ifname(ifindex), printer);
}

const struct attr_kind attr_link = {
	.expects = link_expects,
	.parse = link_parse,
	.print = link_print,
	.json = ATTR_JSON_STRING,
};

/* Numbers that may be inherited from the packet inside */

static void inherit_expects(const struct attr *attr, char *buf, size_t size)
{
	snprintf(buf, size, "%u to %u, or inherit", attr->min, attr->max);
}

static int inherit_parse(const struct attr *attr, const char *value,
			 uint32_t *number, struct arg_error *err)
{
	char expects[48];

	if (parse_number(value, attr->name, attr->min, attr->max, number,
			 err)) {
		inherit_expects(attr, expects, sizeof(expects));
		return arg_wrong(err, value, "%s must be %s", attr->name,
				 expects);
	}
	return 0;
}

static int hoplimit_parse(const struct attr *attr, const char *value,
			  struct attr_sink *sink, struct arg_error *err)
{
	uint32_t hops = 0;

	if (strcmp(value, "inherit") &&
	    inherit_parse(attr, value, &hops, err))
		return -1;
	put_u8(sink, attr->type, hops);
	return 0;
}

static void hoplimit_print(const struct attr *attr,
			   const struct nlattr *const tb[],
			   const struct attr_printer *printer)
{
	uint8_t hops = attr_get_u8(tb[attr->type]);

	if (hops)
		print_number(attr, hops, printer);
	else
		print_string(attr, "inherit", printer);
}

const struct attr_kind attr_hoplimit = {
	.expects = inherit_expects,
	.parse = hoplimit_parse,
	.print = hoplimit_print,
	.json = ATTR_JSON_NUMBER_OR_STRING,
};

static int tclass_parse(const struct attr *attr, const char *value,
			struct attr_sink *sink, struct arg_error *err)
{
	bool inherit = !strcmp(value, "inherit");
	uint32_t tclass;

	put_u8(sink, attr->second, inherit);
	if (inherit)
		return 0;
	if (inherit_parse(attr, value, &tclass, err))
		return -1;
	put_u8(sink, attr->type, tclass);
	return 0;
}

static void tclass_print(const struct attr *attr,
			 const struct nlattr *const tb[],
			 const struct attr_printer *printer)
{
	if (attr_get_u8(tb[attr->second]))
		print_string(attr, "inherit", printer);
	else
		print_number(attr, attr_get_u8(tb[attr->type]), printer);
}

const struct attr_kind attr_tclass = {
	.expects = inherit_expects,
	.parse = tclass_parse,
	.print = tclass_print,
	.json = ATTR_JSON_NUMBER_OR_STRING,
};
