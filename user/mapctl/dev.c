// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "mapctl.h"

static void usage(void)
{
	puts("Usage: mapctl dev { add | set } DEV [ SETTING ... ]\n"
	     "       mapctl dev del DEV\n"
	     "       mapctl dev [ show ] [ DEV ]\n"
	     "where  SETTING := mode { map-e | map-t | ipip } | role { ce | br } |\n"
	     "                  link { DEV | none } | prefix { PREFIX | none } |\n"
	     "                  local { ADDRESS | none } | remote { ADDRESS | none } |\n"
	     "                  iid { rfc7597 | draft03 } | snat { on | off } |\n"
	     "                  snat-reserve { PORT[-PORT][,...] | none } |\n"
	     "                  mss-clamp { on | off } | hoplimit { 1..255 | inherit } |\n"
	     "                  tclass { 0..255 | inherit } | fragment { inner | outer } |\n"
	     "                  ipid { keep | psid } | pmtudisc { on | off } |\n"
	     "                  tos { 0..255 | inherit } |\n"
	     "                  udp-zero-checksum { compute | drop } |\n"
	     "                  lowest-ipv6-mtu 1280..65535 |\n"
	     "                  icmp-source { IPV4-ADDRESS | none } |\n"
	     "                  mtu NUMBER | up | down | netns NAME | link-netns NAME");
}

static const struct verb verbs[] = {
	{ "add", do_dev_add },
	{ "set", do_dev_set },
	{ "change", do_dev_set },
	{ "delete", do_dev_del },
	{ "show", do_dev_show },
	{ "list", do_dev_show },
};

/**
 * do_dev - map devices
 * @args: what to do
 *
 * Return: an exit code.
 */
int do_dev(struct args *args)
{
	if (!args_peek(args))
		return do_dev_show(args);
	return run_verb(args, verbs, ARRAY_SIZE(verbs), "command of dev",
			usage);
}
