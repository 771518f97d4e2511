// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "mapctl.h"

static int add_rule(const struct rule_spec *spec)
{
	struct msg msg;

	genl_request(&msg, MAP_CMD_RULE_ADD, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, spec->dev.ifindex);
	rule_spec_put(spec, &msg);
	return map_request(&msg, NULL, NULL);
}

/* The device of "rule add dev DEV -", for lines that name none. */
static struct device lines_dev;

static int add_line(int argc, char **argv)
{
	struct args args = { argc, argv };
	struct rule_spec spec;
	int ret, i;

	rule_spec_init(&spec);
	for (i = 0; i < argc && strcmp(argv[i], "dev"); i++)
		;
	if (i == argc)
		spec.dev = lines_dev;
	ret = rule_spec_read(&spec, &args);
	if (!ret)
		ret = rule_spec_check(&spec, true);
	if (!ret)
		ret = add_rule(&spec);
	rule_spec_free(&spec);
	return ret;
}

static int add_lines(struct args *args)
{
	memset(&lines_dev, 0, sizeof(lines_dev));
	args->argc--;
	if (map_device_args(args, &lines_dev, false))
		return EXIT_USAGE;
	return run_lines("-", add_line);
}

/**
 * do_rule_add - add a rule, or rules from standard input
 * @args: the rule, or "-" in its place
 *
 * Return: an exit code.
 */
int do_rule_add(struct args *args)
{
	if (args->argc && !strcmp(args->argv[args->argc - 1], "-"))
		return add_lines(args);
	memset(&lines_dev, 0, sizeof(lines_dev));
	return add_line(args->argc, args->argv);
}
