// SPDX-License-Identifier: GPL-2.0
/* The kernel finds a rule by type and IPv6 prefix. What else is given must be
 * what the rule has: a line of "rule show" can be pasted, and a word that is
 * wrong deletes nothing.
 */
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "mapctl.h"

#define BIT(type) (1u << (type))
#define NAME (BIT(MAP_A_RULE_TYPE) | BIT(MAP_A_RULE_IPV6) | \
	      BIT(MAP_A_RULE_IPV6_LEN))

/**
 * struct wanted - the rule to delete
 * @tb: what was given
 * @found: a rule has the type and the IPv6 prefix
 * @other: an attribute that it has otherwise, or NULL
 */
struct wanted {
	const struct nlattr *tb[MAP_A_RULE_MAX + 1];
	bool found;
	const struct attr *other;
};

static bool same_attr(const struct nlattr *a, const struct nlattr *b)
{
	return b && a->nla_len == b->nla_len &&
	       !memcmp(mnl_attr_get_payload(a), mnl_attr_get_payload(b),
		       mnl_attr_get_payload_len(a));
}

/* Do the attributes that were given, of those in @mask, match? */
static bool same_rule(struct wanted *wanted, const struct nlattr *const *tb,
		      uint32_t mask)
{
	unsigned int i;

	for (i = 1; i <= MAP_A_RULE_MAX; i++) {
		if (!(mask & BIT(i)) || !wanted->tb[i] ||
		    same_attr(wanted->tb[i], tb[i]))
			continue;
		wanted->other = attr_by_type(&map_rule_attrs, i);
		return false;
	}
	return true;
}

static int compare(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_RULE_MAX + 1], *attr;
	struct wanted *wanted = arg;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != MAP_A_RULE || wanted->found)
			continue;
		map_index_nest(attr, tb, MAP_A_RULE_MAX);
		wanted->found = same_rule(wanted, tb, NAME);
		if (wanted->found && same_rule(wanted, tb, ~NAME))
			wanted->other = NULL;
	}
	return 0;
}

/* Without a rule of that name, the kernel says so when it is asked. */
static int check_more(const struct rule_spec *spec, struct wanted *wanted)
{
	struct msg msg;
	int ret;

	genl_request(&msg, MAP_CMD_RULE_GET, NLM_F_DUMP);
	msg_put_u32(&msg, MAP_A_IFINDEX, spec->dev.ifindex);
	ret = map_request(&msg, compare, wanted);
	if (ret || !wanted->found || !wanted->other)
		return ret;
	fprintf(stderr, "Error: the rule has another \"%s\"\n",
		wanted->other->name);
	return EXIT_KERNEL;
}

static void put_name(const struct wanted *wanted, struct msg *msg)
{
	size_t nest = msg_nest(msg, MAP_A_RULE);
	unsigned int i;

	for (i = 1; i <= MAP_A_RULE_MAX; i++)
		if (NAME & BIT(i) && wanted->tb[i])
			msg_put(msg, i, mnl_attr_get_payload(wanted->tb[i]),
				mnl_attr_get_payload_len(wanted->tb[i]));
	msg_nest_end(msg, nest);
}

static int del_rule(const struct rule_spec *spec)
{
	struct wanted wanted = { .found = false };
	struct msg msg;
	int ret;

	rule_spec_index(spec, wanted.tb);
	if (rule_spec_has_more(spec)) {
		ret = check_more(spec, &wanted);
		if (ret)
			return ret;
	}
	genl_request(&msg, MAP_CMD_RULE_DEL, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, spec->dev.ifindex);
	put_name(&wanted, &msg);
	return map_request(&msg, NULL, NULL);
}

/**
 * do_rule_del - delete a rule
 * @args: the rule
 *
 * Return: an exit code.
 */
int do_rule_del(struct args *args)
{
	struct rule_spec spec;
	int ret;

	rule_spec_init(&spec);
	ret = rule_spec_read(&spec, args);
	if (!ret)
		ret = rule_spec_check(&spec, false);
	if (!ret)
		ret = del_rule(&spec);
	rule_spec_free(&spec);
	return ret;
}
