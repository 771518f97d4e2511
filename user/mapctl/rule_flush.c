// SPDX-License-Identifier: GPL-2.0
#include "mapctl.h"

/**
 * do_rule_flush - delete all rules of a device
 * @args: the device
 *
 * Return: an exit code.
 */
int do_rule_flush(struct args *args)
{
	struct device dev;
	struct msg msg;

	if (map_device_args(args, &dev, true))
		return EXIT_USAGE;
	genl_request(&msg, MAP_CMD_RULE_FLUSH, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, dev.ifindex);
	return map_request(&msg, NULL, NULL);
}
