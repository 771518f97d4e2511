// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipsec/genl_ipsec_tcp.h"
#include "parse.h"
#include "cli/ipsec_print.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl [ -s ] ipsec show [ PEER ]\n"
	     "Peers of the kernel (PEER is the number of one) and their connections.\n"
	     "With -s, the counters too.");
}

/* A copy, as one socket has one dump at a time. */
struct list {
	struct nlattr **nests;
	unsigned int count;
	int attr;
};

static void keep(uint8_t cmd, struct nlattr **tb, void *arg)
{
	struct nlattr *nest, **more;
	struct list *list = arg;
	size_t size;

	(void)cmd;
	if (!tb[list->attr])
		return;
	size = nla_attr_size(nla_len(tb[list->attr]));
	nest = malloc(size);
	more = reallocarray(list->nests, list->count + 1, sizeof(*more));
	if (more)
		list->nests = more;
	if (!nest || !more) {
		free(nest);
		return;
	}
	memcpy(nest, tb[list->attr], size);
	list->nests[list->count++] = nest;
}

static void list_free(struct list *list)
{
	while (list->count)
		free(list->nests[--list->count]);
	free(list->nests);
}

static void show_conns(struct kernel *kernel, uint32_t id)
{
	struct list list = { NULL, 0, IPSEC_TCP_A_CONN };
	unsigned int i;

	out_array("connections");
	if (!kernel_dump(kernel, IPSEC_TCP_CMD_CONN_GET, id, keep, &list)) {
		for (i = 0; i < list.count; i++) {
			out_line("    ");
			out_object(NULL);
			print_conn(list.nests[i]);
			out_object_end();
		}
	}
	out_array_end();
	list_free(&list);
}

static void show_stats(uint8_t cmd, struct nlattr **tb, void *arg)
{
	(void)cmd;
	(void)arg;
	if (!tb[IPSEC_TCP_A_STATS])
		return;
	out_object("stats");
	print_stats(tb[IPSEC_TCP_A_STATS], "    ");
	out_object_end();
}

static void show_peer(struct kernel *kernel, struct nlattr *peer)
{
	struct nlattr *attr = nla_find(nla_data(peer), nla_len(peer),
				       IPSEC_TCP_A_PEER_ID);
	uint32_t id = attr ? nla_get_u32(attr) : 0;

	out_object(NULL);
	print_peer(peer);
	show_conns(kernel, id);
	if (options.stats)
		kernel_get(kernel, IPSEC_TCP_CMD_STATS_GET, id, show_stats,
			   NULL);
	out_text("\n");
	out_object_end();
}

static int show(struct kernel *kernel, uint32_t id)
{
	struct list list = { NULL, 0, IPSEC_TCP_A_PEER };
	unsigned int i;
	int ret;

	ret = id ? kernel_get(kernel, IPSEC_TCP_CMD_PEER_GET, id, keep, &list) :
		kernel_dump(kernel, IPSEC_TCP_CMD_PEER_GET, 0, keep, &list);
	if (ret) {
		fprintf(stderr, "Error: %s\n", kernel_why(kernel, ret));
	} else {
		out_array(NULL);
		for (i = 0; i < list.count; i++)
			show_peer(kernel, list.nests[i]);
		out_array_end();
	}
	list_free(&list);
	return ret ? EXIT_KERNEL : EXIT_OK;
}

/**
 * do_ipsec_show - print the kernel's peers, their connections and counters
 * @args: number of the peer, if it is one
 *
 * Return: an exit code.
 */
int do_ipsec_show(struct args *args)
{
	struct kernel kernel;
	struct arg_error err;
	uint32_t id = 0;
	char why[256];
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (args_peek(args) && parse_number(args_next(args), "the peer", 1,
					    UINT32_MAX, &id, &err))
		return fail_arg(&err);
	if (args_peek(args))
		return fail_word(args_peek(args), "there is one PEER");
	if (kernel_open(&kernel, why, sizeof(why))) {
		fprintf(stderr, "Error: %s\n", why);
		return EXIT_KERNEL;
	}
	ret = show(&kernel, id);
	kernel_close(&kernel);
	return ret;
}
