// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "config/file.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl check [ FILE ]\n"
	     "Reads " CONF_FILE ", or FILE, and says what is wrong with it.\n"
	     "Without " CONF_FILE ", what the device tree gives in its place.\n"
	     "Nothing is changed.");
}

static void show_flag(const char *name, bool value)
{
	out_bool(name, "yes", value);
	if (!value)
		out_text("no");
}

static void show_key(const struct key *key, json_t *settings)
{
	json_t *value;
	char name[64];

	key_json_name(key, name, sizeof(name));
	value = json_object_get(settings, name);
	out_line("\t");
	out_text("%s = ", key->name);
	if (json_is_integer(value))
		out_number(name, "%" PRIu64, json_integer_value(value));
	else if (json_is_boolean(value))
		show_flag(name, json_is_true(value));
	else
		out_string(name, key->kind == KIND_WORD ? "%s" : "\"%s\"",
			   json_string_value(value));
}

/* As a file would say it. */
static void show_vne(const struct vne *vne)
{
	json_t *settings = vne_json(vne);
	const struct key *key = vne_table.keys;

	out_object("vne");
	out_string("name", "vne \"%s\" {", vne->name);
	for (; key < vne_table.keys + vne_table.count; key++)
		if (keys_seen(&vne_table, vne, key->offset))
			show_key(key, settings);
	out_line("");
	out_text("}\n");
	out_object_end();
	json_decref(settings);
}

/**
 * do_check - is a configuration file right?
 * @args: its name
 *
 * Return: an exit code.
 */
int do_check(struct args *args)
{
	struct conf conf;
	const char *file;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = conf_word(args, &file);
	if (ret)
		return ret;
	if (conf_read(file, &conf, stderr))
		return EXIT_USAGE;
	out_object(NULL);
	if (conf.board)
		out_string("device_tree", "device tree, %s: ", conf.board);
	else
		out_string("file", "%s: ", file);
	out_number("vnes", "%" PRIu64 " vne, ", conf.vnes_count);
	out_number("ipsec_transports", "%" PRIu64 " ipsec-transport ",
		   conf.count);
	out_text("ok\n");
	if (conf.board)
		show_vne(conf.vnes);
	out_object_end();
	conf_free(&conf);
	return EXIT_OK;
}
