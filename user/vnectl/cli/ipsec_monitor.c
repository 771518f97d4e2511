// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ipsec/genl_ipsec_tcp.h"
#include "cli/ipsec_print.h"
#include "ipsec/conn_attrs.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl [ -t ] [ -j ] ipsec monitor\n"
	     "Prints one line for each event of the kernel, until it is interrupted.");
}

static const char *const events[IPSEC_TCP_CMD_MAX + 1] = {
	[IPSEC_TCP_CMD_PEER_ADD] = "peer-add",
	[IPSEC_TCP_CMD_PEER_SET] = "peer-set",
	[IPSEC_TCP_CMD_PEER_DEL] = "peer-del",
	[IPSEC_TCP_CMD_CONN_NEW] = "conn-new",
	[IPSEC_TCP_CMD_CONN_DEL] = "conn-del",
	[IPSEC_TCP_CMD_CONN_RENEW] = "conn-renew",
};

static void print_event(uint8_t cmd, struct nlattr **tb, void *arg)
{
	struct nlattr *conn[IPSEC_TCP_A_CONN_MAX + 1];
	bool *broken = arg;

	if (cmd > IPSEC_TCP_CMD_MAX || !events[cmd])
		return;
	out_object(NULL);
	if (options.timestamp)
		out_time();
	out_string("event", "%s ", events[cmd]);
	if (tb[IPSEC_TCP_A_ID])
		out_number("peer", "peer %" PRIu64 " ",
			   nla_get_u32(tb[IPSEC_TCP_A_ID]));
	if (tb[IPSEC_TCP_A_PEER])
		print_peer(tb[IPSEC_TCP_A_PEER]);
	if (!conn_index(tb[IPSEC_TCP_A_CONN], conn)) {
		if (conn[IPSEC_TCP_A_CONN_PEER_ID])
			out_number("peer", "peer %" PRIu64 " ",
				   conn_number(conn,
					       IPSEC_TCP_A_CONN_PEER_ID));
		print_conn(tb[IPSEC_TCP_A_CONN]);
	}
	out_text("\n");
	out_object_end();
	*broken = out_finish();
}

static int listen_on(struct kernel *kernel)
{
	bool broken = false;
	int ret;

	ret = kernel_listen(kernel, true);
	while (!ret && !broken) {
		ret = kernel_events(kernel, print_event, &broken);
		if (ret == -ENOBUFS) {
			fputs("Warning: events were lost.\n", stderr);
			ret = 0;
		}
	}
	if (broken)
		return EXIT_OK;
	fprintf(stderr, "Cannot read events: %s\n", strerror(-ret));
	return EXIT_KERNEL;
}

/**
 * do_ipsec_monitor - print what happens in the kernel
 * @args: nothing
 *
 * Return: an exit code.
 */
int do_ipsec_monitor(struct args *args)
{
	struct kernel kernel;
	char why[256];
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing is expected here");
	if (kernel_open(&kernel, why, sizeof(why))) {
		fprintf(stderr, "Error: %s\n", why);
		return EXIT_KERNEL;
	}
	out.joined = true;
	out.pretty = false;
	ret = listen_on(&kernel);
	kernel_close(&kernel);
	return ret;
}
