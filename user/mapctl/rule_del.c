// SPDX-License-Identifier: GPL-2.0
#include "mapctl.h"

static int del_rule(const struct rule_spec *spec)
{
	struct msg msg;

	genl_request(&msg, MAP_CMD_RULE_DEL, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, spec->dev.ifindex);
	rule_spec_put(spec, &msg);
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
