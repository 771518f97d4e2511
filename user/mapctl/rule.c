// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "mapctl.h"

static void usage(void)
{
	puts("Usage: mapctl rule { add | del } dev DEV RULE\n"
	     "       mapctl rule add [ dev DEV ] -            rules from standard input, one a line\n"
	     "       mapctl rule [ show ] [ dev DEV ]\n"
	     "       mapctl rule flush dev DEV\n"
	     "       mapctl rule replace dev DEV [ FILE | - ]  all rules, from JSON\n"
	     "where  RULE := { bmr | fmr } ipv6 PREFIX ipv4 PREFIX ea-len NUMBER\n"
	     "                 [ psid-offset NUMBER ] [ psid NUMBER psid-len NUMBER ]\n"
	     "                 [ fmr ] [ iid { rfc7597 | draft03 } ]\n"
	     "             | dmr { ADDRESS | PREFIX }    the BR, or the prefix of MAP-T\n"
	     "             | br ADDRESS                  the BR: the same as dmr\n"
	     "             | source PREFIX               more BRs that may send\n"
	     "\n"
	     "A rule is deleted by its type and IPv6 prefix, \"dmr\" by its type alone; what\n"
	     "else is given must be what the rule has.");
}

static const struct verb verbs[] = {
	{ "add", do_rule_add },
	{ "delete", do_rule_del },
	{ "show", do_rule_show },
	{ "list", do_rule_show },
	{ "flush", do_rule_flush },
	{ "replace", do_rule_replace },
};

/**
 * do_rule - the rules of a device
 * @args: what to do
 *
 * Return: an exit code.
 */
int do_rule(struct args *args)
{
	if (!args_peek(args))
		return do_rule_show(args);
	return run_verb(args, verbs, ARRAY_SIZE(verbs), "command of rule",
			usage);
}
