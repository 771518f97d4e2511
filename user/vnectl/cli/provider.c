// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl provider list\n"
	     "Kinds of lines, and the keys of vne.conf(5) that each needs.");
}

/**
 * struct provider - a kind of line
 * @name: what it is called
 * @source: the key of this name
 * @mode: the key of this name
 * @keys: what else is needed
 * @note: for a person
 */
struct provider {
	const char *name;
	const char *source;
	const char *mode;
	const char *keys;
	const char *note;
};

static const struct provider providers[] = {
	{ "v6plus", "v6plus", "map-e", "bmr-hostname, code",
	  "rules from the provider's server; the code is the manufacturer's" },
	{ "OCN Virtual Connect", "ocn", "map-e", "bmr-hostname, code",
	  "rules from the provider's server" },
	{ "v6plus fixed IP", "static", "fixed-ip",
	  "br, ipv4-address, interface-identifier, update-url, update-service = v6plus, http-username, http-password",
	  "IPv4 in IPv6 to an own address" },
	{ "transix fixed IP", "static", "fixed-ip",
	  "br, ipv4-address, interface-identifier, update-url, update-service = transix, http-username, http-password",
	  "IPv4 in IPv6 to an own address" },
	{ "OCN fixed IP", "static", "fixed-ip",
	  "br, ipv4-address, interface-identifier, update-url, update-service = ocn, update-hostname, http-username, http-password",
	  "IPv4 in IPv6 to an own address" },
	{ "Xpass fixed IP", "static", "fixed-ip",
	  "br, ipv4-address, interface-identifier, update-url, update-service = xpass, update-hostname, update-id, update-password, http-username, http-password",
	  "IPv4 in IPv6 to an own address" },
	{ "transix, Xpass (DS-Lite)", "static", "ds-lite", "br",
	  "the provider does the NAT" },
	{ "HB46PP", "hb46pp", "auto", "",
	  "the Japanese national standard: the provider says which way" },
	{ "MAP-E by DHCPv6", "dhcpv6", "map-e", "",
	  "option 94 (RFC 7598); the DHCPv6 client needs the hook" },
	{ "MAP-T by DHCPv6", "dhcpv6", "map-t", "",
	  "option 95 (RFC 7598); the DHCPv6 client needs the hook" },
	{ "lw4o6 by DHCPv6", "dhcpv6", "lw4o6", "",
	  "option 96 (RFC 7598); the DHCPv6 client needs the hook" },
	{ "DS-Lite by DHCPv6", "dhcpv6", "ds-lite", "",
	  "option 64 (RFC 6334); the DHCPv6 client needs the hook" },
	{ "MAP-E by hand", "static", "map-e", "rule, br", "RFC 7597" },
	{ "MAP-T by hand", "static", "map-t", "rule, dmr", "RFC 7599" },
	{ "464XLAT", "static", "464xlat", "dmr", "RFC 6877" },
};

static void print_provider(const struct provider *provider)
{
	out_object(NULL);
	out_string("name", "%s\n", provider->name);
	out_string("source", "    source = %s", provider->source);
	out_string("mode", ", mode = %s", provider->mode);
	if (*provider->keys)
		out_string("keys", ", %s", provider->keys);
	out_string("note", "\n    %s\n", provider->note);
	out_object_end();
}

static int do_list(struct args *args)
{
	unsigned int i;

	if (args_help(args))
		return show_help(usage);
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing is expected here");
	out_array(NULL);
	for (i = 0; i < ARRAY_SIZE(providers); i++)
		print_provider(&providers[i]);
	out_array_end();
	return EXIT_OK;
}

static const struct verb verbs[] = {
	{ "list", do_list },
};

/**
 * do_provider - kinds of lines
 * @args: the command
 *
 * Return: an exit code.
 */
int do_provider(struct args *args)
{
	return run_verb(args, verbs, ARRAY_SIZE(verbs), "command", usage);
}
