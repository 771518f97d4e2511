// SPDX-License-Identifier: GPL-2.0
/* Rules are listed by device, by type, then as the kernel has them. */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"

/**
 * struct shown - a rule that is going to be printed
 * @ifname: the device
 * @ifindex: the device
 * @type: enum map_rule_type
 * @place: in the kernel's list
 * @rule: copy of the attribute
 */
struct shown {
	char ifname[16];
	uint32_t ifindex;
	uint8_t type;
	uint32_t place;
	struct nlattr *rule;
};

struct list {
	struct shown *rules;
	uint32_t count;
	uint32_t room;
};

static struct shown *list_grow(struct list *list)
{
	struct shown *rules = list->rules;
	uint32_t room = list->room ? 2 * list->room : 64;

	if (list->count == list->room) {
		rules = realloc(rules, room * sizeof(*rules));
		if (!rules)
			return NULL;
		list->rules = rules;
		list->room = room;
	}
	return memset(&rules[list->count], 0, sizeof(*rules));
}

static int list_add(struct list *list, const struct nlattr **msg,
		    const struct nlattr *rule)
{
	const struct nlattr *tb[MAP_A_RULE_MAX + 1];
	struct shown *shown = list_grow(list);

	if (!shown)
		return -1;
	shown->rule = malloc(rule->nla_len);
	if (!shown->rule)
		return -1;
	memcpy(shown->rule, rule, rule->nla_len);
	map_index_nest(rule, tb, MAP_A_RULE_MAX);
	shown->type = attr_get_u8(tb[MAP_A_RULE_TYPE]);
	shown->ifindex = attr_get_u32(msg[MAP_A_IFINDEX]);
	shown->place = list->count++;
	snprintf(shown->ifname, sizeof(shown->ifname), "%s", map_ifname(msg));
	return 0;
}

static int read_rules(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_MAX + 1], *attr;
	struct list *list = arg;

	map_index(nlh, tb);
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == MAP_A_RULE &&
		    list_add(list, tb, attr))
			return -ENOMEM;
	return 0;
}

static int by_type(const void *left, const void *right)
{
	const struct shown *a = left, *b = right;

	if (a->ifindex != b->ifindex)
		return a->ifindex < b->ifindex ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

static void print_list(const struct list *list, bool with_dev)
{
	uint32_t i;

	out_array(NULL);
	for (i = 0; i < list->count; i++) {
		const struct shown *shown = &list->rules[i];

		out_object(NULL);
		out_string("ifname", with_dev ? "dev %s " : NULL,
			   shown->ifname);
		print_rule(shown->rule);
		out_text("\n");
		out_object_end();
	}
	out_array_end();
}

static void list_free(struct list *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		free(list->rules[i].rule);
	free(list->rules);
}

/**
 * do_rule_show - list rules
 * @args: the device, if it is one
 *
 * Return: an exit code.
 */
int do_rule_show(struct args *args)
{
	struct list list = { 0 };
	struct device dev;
	struct msg msg;
	int ret;

	if (map_device_args(args, &dev, false))
		return EXIT_USAGE;
	genl_request(&msg, MAP_CMD_RULE_GET, NLM_F_DUMP);
	if (dev.ifindex)
		msg_put_u32(&msg, MAP_A_IFINDEX, dev.ifindex);
	ret = map_request(&msg, read_rules, &list);
	if (!ret) {
		if (list.count)
			qsort(list.rules, list.count, sizeof(list.rules[0]),
			      by_type);
		print_list(&list, !dev.ifindex);
	}
	list_free(&list);
	return ret;
}
