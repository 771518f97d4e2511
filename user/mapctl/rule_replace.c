// SPDX-License-Identifier: GPL-2.0
/* All rules in one request: the kernel takes all of them, or none. */
#include <string.h>

#include "mapctl.h"
#include "rule_file.h"

static int replace(const struct device *dev, struct rule_file *file)
{
	struct nl_error err;
	struct msg msg;
	int ret;

	genl_request(&msg, MAP_CMD_RULE_REPLACE, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, dev->ifindex);
	ret = rule_file_put(file, &msg);
	if (ret) {
		msg_free(&msg);
		return ret;
	}
	ret = map_talk(&msg, NULL, NULL, &err);
	if (err.code)
		return rule_file_refused(file, &err);
	return ret;
}

/**
 * do_rule_replace - replace all rules of a device
 * @args: the device, and the file
 *
 * Return: an exit code.
 */
int do_rule_replace(struct args *args)
{
	struct device dev = { 0 };
	struct rule_file file;
	const char *name;
	int ret;

	args_take(args, "dev");
	name = args_next(args);
	if (!name)
		return fail_missing("dev", NULL);
	if (map_device(name, &dev))
		return EXIT_USAGE;
	name = args_next(args);
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing can follow the file");
	ret = rule_file_load(&file, name ? name : "-");
	if (!ret)
		ret = replace(&dev, &file);
	rule_file_free(&file);
	return ret;
}
