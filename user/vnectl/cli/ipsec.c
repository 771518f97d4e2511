// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl ipsec add NAME SETTINGS           a new transport, in the daemon\n"
	     "       vnectl ipsec listen NAME SETTINGS        the same, with role responder\n"
	     "       vnectl ipsec set NAME SETTINGS           change some of its settings\n"
	     "       vnectl ipsec del NAME\n"
	     "       vnectl ipsec up NAME [ udp | tcp ]       start it; the way is to be this one\n"
	     "       vnectl ipsec down NAME                   stop it; no peer and no connection remain\n"
	     "       vnectl ipsec status [ NAME ]             what the daemon does, and waits for\n"
	     "       vnectl [ -s ] ipsec show [ PEER ]        what the kernel has; no daemon is needed\n"
	     "       vnectl [ -t ] ipsec monitor              what happens in the kernel\n"
	     "where  SETTINGS := KEY VALUE ...\n"
	     "       KEY := { role | transport | esp | remote | local | port | udp-port |\n"
	     "                local-port | fallback-tcp-threshold | connect-timeout |\n"
	     "                reconnect-min | reconnect-max | user-timeout | dscp |\n"
	     "                mark | bind-device |\n"
	     "                queue-limit | prefix-timeout | proof-timeout | idle-timeout |\n"
	     "                max-connections |\n"
	     "                connection | child | vici | state-command | stop-command |\n"
	     "                start-command }\n"
	     "They are explained in vne.conf(5). The file is not changed.");
}

static const struct verb verbs[] = {
	{ "add", do_ipsec_add },
	{ "set", do_ipsec_set },
	{ "delete", do_ipsec_del },
	{ "show", do_ipsec_show },
	{ "up", do_ipsec_up },
	{ "down", do_ipsec_down },
	{ "listen", do_ipsec_listen },
	{ "status", do_ipsec_status },
	{ "monitor", do_ipsec_monitor },
};

/**
 * do_ipsec - IKE and ESP over TCP
 * @args: the command and its words
 *
 * Return: an exit code.
 */
int do_ipsec(struct args *args)
{
	return run_verb(args, verbs, ARRAY_SIZE(verbs), "command", usage);
}
