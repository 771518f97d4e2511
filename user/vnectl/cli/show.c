// SPDX-License-Identifier: GPL-2.0
/* Lines at length, in the manner of "diagnose test application vned 1". */
#include <stdio.h>
#include <string.h>

#include "bar.h"
#include "base/json_util.h"
#include "cli/query.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl [ -s ] show [ NAME ]\n"
	     "All of a line: the WAN, the rules and where they are from, the addresses and\n"
	     "ports, how full the port set is, and what the provider said. With -s, the\n"
	     "counters and settings too.");
}

#define SHORT_RANGES 4

static const char *yes_no(json_t *object, const char *key,
			  const char *yes, const char *no)
{
	return json_is_true(json_object_get(object, key)) ? yes : no;
}

static void print_head(json_t *line)
{
	json_t *settings = json_object_get(line, "settings");
	json_t *wan = json_object_get(line, "wan");

	printf("%s: interface=%s link=%s tun=%s mode=%s source=%s\n",
	       text_of(line, "name"), text_of(settings, "interface"),
	       yes_no(wan, "link", "up", "down"), text_of(line, "name"),
	       has_key(line, "map_type") ? text_of(line, "map_type") :
	       text_of(settings, "mode"), text_of(settings, "source"));
	printf("    state: %s for %lld s", text_of(line, "state"),
	       seconds_since(line, "since"));
	print_waiting(line);
	if (has_key(line, "reason"))
		printf("    reason: %s: %s\n", text_of(line, "reason"),
		       text_of(line, "why"));
}

static void print_wan(json_t *wan)
{
	printf("    end user ipv6 prefix: %s", text_of(wan, "end_user_prefix"));
	if (has_key(wan, "end_user_prefix"))
		printf(" (%s)", text_of(wan, "end_user_prefix_source"));
	printf("\n    interface ipv6 addr: %s, router: %s, mtu: %lld\n",
	       text_of(wan, "address"), yes_no(wan, "router", "yes", "no"),
	       number_of_key(wan, "mtu"));
}

static void print_rule(json_t *line)
{
	if (!has_key(line, "BMR_IPv6_prefix"))
		return;
	printf("    bmr: ipv6 %s ipv4 %s ea-len %lld psid-offset %lld",
	       text_of(line, "BMR_IPv6_prefix"),
	       text_of(line, "BMR_IPv4_prefix"),
	       number_of_key(line, "BMR_ea_len"),
	       number_of_key(line, "BMR_psid_offset"));
	if (has_key(line, "fmrs"))
		printf(", fmrs: %lld", number_of_key(line, "fmrs"));
	putchar('\n');
	if (has_key(line, "psid_offset_assumed"))
		puts("        psid-offset is assumed (RFC 7597, 5.1): nobody has said it");
	if (has_key(line, "options_padded"))
		puts("        the server pads prefixes, which RFC 7598 does not have");
}

/* There may be thousands of ranges. */
static void print_port_sets(const char *text)
{
	const char *end = text;
	unsigned int i;

	for (i = 0; i < SHORT_RANGES && end; i++)
		end = strchr(end + !!i, ',');
	if (!end || options.stats)
		printf("    ports: %s\n", text);
	else
		printf("    ports: %.*s,...\n", (int)(end - text), text);
}

static void print_tunnel(json_t *line)
{
	if (has_key(line, "tunnel_remote"))
		printf("    tunnel br: %s\n    tunnel ipv6 addr: %s\n",
		       text_of(line, "tunnel_remote"),
		       text_of(line, "tunnel_local"));
	if (has_key(line, "map_ipv4_addr"))
		printf("    tunnel ipv4 addr: %s",
		       text_of(line, "map_ipv4_addr"));
	if (has_key(line, "map_ipv4_addr") && has_key(line, "psid_len"))
		printf(", psid: %lld (%lld bits)",
		       number_of_key(line, "psid"),
		       number_of_key(line, "psid_len"));
	if (has_key(line, "map_ipv4_addr"))
		putchar('\n');
	if (has_key(line, "port_sets"))
		print_port_sets(text_of(line, "port_sets"));
}

static bool is_rare(const char *protocol)
{
	return strcmp(protocol, "tcp") && strcmp(protocol, "udp") &&
		strcmp(protocol, "icmp");
}

static void print_ports(json_t *line)
{
	const char *protocol;
	json_t *fill;

	json_object_foreach(json_object_get(line, "port_use"), protocol, fill) {
		if (!number_of_key(fill, "used") && !options.stats &&
		    is_rare(protocol))
			continue;
		printf("    %-8s ", protocol);
		bar_print(number_of_key(fill, "used"),
			  number_of_key(fill, "total"));
		printf(" %lld of %lld\n", number_of_key(fill, "used"),
		       number_of_key(fill, "total"));
	}
}

static void print_client(json_t *client, const char *what)
{
	json_t *why = json_object_get(client, "why");

	if (!client || !strcmp(text_of(client, "step"), "off"))
		return;
	printf("    %s: state=%s reply_code=%lld for=%llds", what,
	       text_of(client, "step"), number_of_key(client, "reply_code"),
	       seconds_since(client, "since"));
	if (has_key(client, "next"))
		printf(" next=%llds", seconds_until(client, "next"));
	if (has_key(client, "cached"))
		printf(" cached");
	putchar('\n');
	if (why)
		printf("        %s: %s\n", text_of(why, "code"),
		       text_of(why, "text"));
}

static void print_value(const char *key, json_t *value)
{
	printf("        %s ", key);
	if (json_is_string(value))
		printf("%s\n", json_string_value(value));
	else if (json_is_boolean(value))
		puts(json_is_true(value) ? "yes" : "no");
	else
		printf("%lld\n", (long long)json_integer_value(value));
}

static void print_more(json_t *object, const char *title)
{
	json_t *value, *item;
	const char *key;
	size_t i;

	if (!json_object_size(object))
		return;
	printf("    %s:\n", title);
	json_object_foreach(object, key, value) {
		if (!json_is_array(value))
			print_value(key, value);
		json_array_foreach(value, i, item)
			print_value(key, item);
	}
}

static void print_line(json_t *line)
{
	print_head(line);
	print_wan(json_object_get(line, "wan"));
	print_rule(line);
	print_tunnel(line);
	print_ports(line);
	print_client(json_object_get(line, "source"), "rule client");
	if (json_is_false(json_object_get(json_object_get(line, "source"),
					  "verified")))
		puts("        its server is not verified (t=a): see \"require-tls\"");
	print_client(json_object_get(line, "update"), "update client");
	if (!options.stats)
		return;
	print_more(json_object_get(line, "settings"), "settings");
	print_more(json_object_get(line, "counters"), "counters");
}

/**
 * do_show - say at length how lines are
 * @args: name of a line, or nothing for all
 *
 * Return: an exit code.
 */
int do_show(struct args *args)
{
	json_t *answer, *lines, *line;
	size_t i;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = lines_ask(args, &answer, &lines);
	if (!ret && out.json)
		json_print(lines);
	else
		json_array_foreach(lines, i, line)
			print_line(line);
	if (!ret && !out.json && !json_array_size(lines))
		puts("The configuration has no line (vne block).");
	json_decref(answer);
	return ret;
}
