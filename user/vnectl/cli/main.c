// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "program.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl [ OPTIONS ] OBJECT { COMMAND | help }\n"
	     "where  OBJECT := { run | reload | check | up | down | show | status | renew |\n"
	     "                   doctor | erase-cache | monitor | provider |\n"
	     "                   dhcpv6-hook | ipsec }\n"
	     "       OPTIONS := { -V[ersion] | -j[son] | -p[retty] | -s[tatistics] |\n"
	     "                    -t[imestamp] | -n[etns] NAME }\n"
	     "\n"
	     "       vnectl run [ FILE ]      the daemon: does what FILE says, until it is ended\n"
	     "       vnectl reload            the daemon reads its file again\n"
	     "       vnectl check [ FILE ]    is FILE right?\n"
	     "\n"
	     "       vnectl status [ NAME ]   what each line is at, and what it waits for\n"
	     "       vnectl show [ NAME ]     all of it: rules, addresses, ports, answers\n"
	     "       vnectl up [ NAME ]       begin\n"
	     "       vnectl down [ NAME ]     end, and take away all that was set up\n"
	     "       vnectl renew [ NAME ]    ask the provider now\n"
	     "       vnectl erase-cache [ NAME ]\n"
	     "                                forget the answers that were saved\n"
	     "       vnectl doctor [ NAME ] [ to ADDRESS ]\n"
	     "                                what is broken, and what to do\n"
	     "       vnectl monitor           what happens to lines\n"
	     "       vnectl provider list     kinds of lines, and the keys that they need\n"
	     "\n"
	     "       vnectl ipsec { add | set | del | show | up | down | listen |\n"
	     "                      status | monitor }\n"
	     "                                IKE and ESP over TCP (RFC 9329)\n"
	     "       vnectl dhcpv6-hook       for the hooks of DHCPv6 clients\n"
	     "\n"
	     "Commands and keywords may be abbreviated.");
}

static const struct verb objects[] = {
	{ "run", do_run },
	{ "reload", do_reload },
	{ "check", do_check },
	{ "ipsec", do_ipsec },
	{ "up", do_up },
	{ "down", do_down },
	{ "show", do_show },
	{ "status", do_status },
	{ "renew", do_renew },
	{ "erase-cache", do_erase_cache },
	{ "monitor", do_monitor },
	{ "provider", do_provider },
	{ "doctor", do_doctor },
	{ "dhcpv6-hook", do_dhcpv6_hook },
};

static const struct flag flags[] = {
	{ "json", &out.json },
	{ "pretty", &out.pretty },
	{ "statistics", &options.stats },
	{ "stats", &options.stats },
	{ "timestamp", &options.timestamp },
};

static const struct program program = {
	.name = "vnectl",
	.usage = usage,
	.flags = flags,
	.count = ARRAY_SIZE(flags),
};

int main(int argc, char **argv)
{
	struct args args = { argc - 1, argv + 1 };
	int ret = program_options(&program, &args);

	if (ret != NEXT_OPTION)
		return ret;
	if (!args.argc)
		return fail_help(usage);
	return program_end(run_verb(&args, objects, ARRAY_SIZE(objects),
				    "object", usage));
}
