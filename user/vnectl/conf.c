// SPDX-License-Identifier: GPL-2.0
/* libconfuse splits the file; each value goes through the same table as the
 * command line, so that both know the same limits and say the same.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

#define BLOCK		"ipsec-transport"
#define FILE_MAX	1048576
#define KEYS_MAX	32

/* What libconfuse's callbacks work on: they have no argument for it.
 * @section is the block that is being read, and @settings what it said so far,
 * each at the line of @line.
 */
static struct {
	const char *file;
	const char *text;
	FILE *errors;
	struct conf *conf;
	cfg_t *section;
	struct settings settings;
	int line[KEYS_MAX];
} reader;

static void complain(int line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(reader.errors, "Error: %s:%d: ", reader.file, line);
	va_start(ap, fmt);
	vfprintf(reader.errors, fmt, ap);
	va_end(ap);
	fputc('\n', reader.errors);
}

static void list_keys(void)
{
	unsigned int i;

	fputs(" (accepted: ", reader.errors);
	for (i = 0; i < settings_keys(); i++)
		fprintf(reader.errors, "%s%s", i ? ", " : "", settings_key(i));
	fputs(")", reader.errors);
}

/* libconfuse's own complaints: syntax, unknown keys, titles. */
static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	bool block = !strcmp(cfg_name(cfg), BLOCK);

	fprintf(reader.errors, "Error: %s:%d: ", reader.file, cfg->line);
	if (block)
		fprintf(reader.errors, "in " BLOCK " \"%s\": ",
			cfg_title(cfg) ? cfg_title(cfg) : "");
	if (!strncmp(fmt, "no such option", strlen("no such option"))) {
		fprintf(reader.errors, "key \"%s\" is unknown", va_arg(ap, char *));
		if (block)
			list_keys();
		else
			fputs(" (accepted: " BLOCK " \"NAME\" { ... })", reader.errors);
	} else {
		vfprintf(reader.errors, fmt, ap);
		fputs(block ? " (accepted: KEY = VALUE, or port = { PORT, PORT })" :
		      "", reader.errors);
	}
	fputc('\n', reader.errors);
}

static int begin_section(cfg_t *cfg)
{
	struct arg_error err;

	if (reader.section == cfg)
		return 0;
	settings_free(&reader.settings);
	memset(reader.line, 0, sizeof(reader.line));
	if (settings_init(&reader.settings, cfg_title(cfg), &err)) {
		complain(cfg->line, BLOCK " \"%s\": %s", err.word, err.reason);
		return -1;
	}
	reader.section = cfg;
	return 0;
}

/* A list as the command line has it. */
static void join_list(cfg_opt_t *opt, char *buf, size_t size)
{
	unsigned int i;
	size_t len = 0;

	*buf = '\0';
	for (i = 0; i < cfg_opt_size(opt) && len < size; i++)
		len += snprintf(buf + len, size - len, "%s%s", i ? "," : "",
				cfg_opt_getnstr(opt, i));
}

static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *name = cfg_opt_name(opt);
	int key = settings_find(name);
	const char *value = cfg_opt_getnstr(opt, 0);
	struct arg_error err;
	char list[256];

	if (begin_section(cfg))
		return -1;
	/* Each value of a list comes here, and a new list begins with one. */
	if (reader.line[key] && cfg_opt_size(opt) <= 1) {
		complain(cfg->line, "key \"%s\" is there twice, in line %d too",
			 name, reader.line[key]);
		return -1;
	}
	reader.line[key] = cfg->line;
	if (settings_key_is_list(key)) {
		join_list(opt, list, sizeof(list));
		value = list;
	}
	if (!settings_set(&reader.settings, key, value ? value : "", &err))
		return 0;
	complain(cfg->line, "key \"%s\": \"%s\" is wrong: %s", name, err.word,
		 err.reason);
	return -1;
}

/* Of the setting that is wrong, or where the block ends. */
static int guilty_line(cfg_t *cfg, const struct arg_error *err)
{
	int key = settings_find(err->word);

	return key >= 0 && reader.line[key] ? reader.line[key] : cfg->line;
}

static bool begins_with_key(const char *text, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(text, key, len))
		return false;
	text += len;
	text += strspn(text, " \t");
	return *text == '=' || !strncmp(text, "+=", 2);
}

/* The last line with a key, before the one where its block ends: of a list
 * that has no value libconfuse says nothing.
 */
static int line_of_key(const char *key, int end)
{
	int line = 1, found = end;
	const char *at;

	for (at = reader.text; *at && line <= end; at++) {
		if (*at == '\n')
			line++;
		else if ((at == reader.text || strchr(" \t\n;{}", at[-1])) &&
			 begins_with_key(at, key))
			found = line;
	}
	return found;
}

static int refuse_empty_lists(cfg_t *section)
{
	char expects[128];
	const char *name;
	unsigned int i;
	cfg_opt_t *opt;

	for (i = 0; i < settings_keys(); i++) {
		name = settings_key(i);
		opt = cfg_getopt(section, name);
		if (!settings_key_is_list(i) || cfg_opt_size(opt) ||
		    !(opt->flags & CFGF_MODIFIED))
			continue;
		complain(line_of_key(name, section->line),
			 "key \"%s\": the list is empty (accepted: %s, one or more)",
			 name, settings_expects(i, expects, sizeof(expects)));
		return -1;
	}
	return 0;
}

static int keep_section(struct conf *conf)
{
	struct settings *more;

	more = reallocarray(conf->transports, conf->count + 1, sizeof(*more));
	if (!more)
		return -1;
	conf->transports = more;
	if (settings_copy(&more[conf->count], &reader.settings))
		return -1;
	conf->count++;
	return 0;
}

static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct conf *conf = reader.conf;
	struct arg_error err;

	if (begin_section(section) || refuse_empty_lists(section))
		return -1;
	if (settings_check(&reader.settings, &err) ||
	    conf_clash(&reader.settings, conf->transports, conf->count, &err)) {
		complain(guilty_line(section, &err), BLOCK " \"%s\": %s",
			 reader.settings.name, err.reason);
		return -1;
	}
	if (keep_section(conf)) {
		complain(cfg->line, "no memory");
		return -1;
	}
	return 0;
}

static bool same_port(const struct settings *one, const struct settings *two)
{
	uint32_t i, j;

	for (i = 0; i < one->ports.count; i++)
		for (j = 0; j < two->ports.count; j++)
			if (one->ports.port[i] == two->ports.port[j])
				return true;
	return false;
}

/* On one socket they are told apart by the prefix; a socket for all addresses
 * and one of the same port for one of them can not both be.
 */
static bool responders_clash(const struct settings *one,
			     const struct settings *two, struct arg_error *err)
{
	if (address_equal(&one->local, &two->local)) {
		if (!address_equal(&one->remote, &two->remote))
			return false;
		arg_wrong(err, "remote",
			  "\"%s\" has the same \"remote\", \"local\" and \"port\": each must have a prefix of its own",
			  two->name);
		return true;
	}
	if (one->local.family && two->local.family)
		return false;
	arg_wrong(err, "local",
		  "\"%s\" listens on the same \"port\", and one of the two has no \"local\": they must have the same, or none",
		  two->name);
	return true;
}

static bool clashes(const struct settings *one, const struct settings *two,
		    struct arg_error *err)
{
	if (one->role != two->role || one->remote.family != two->remote.family)
		return false;
	if (one->role == ROLE_ORIGINATOR &&
	    address_equal(&one->remote, &two->remote) &&
	    one->udp_port == two->udp_port) {
		arg_wrong(err, "remote",
			  "\"remote\" with \"udp-port\" %u is that of \"%s\"",
			  two->udp_port, two->name);
		return true;
	}
	if (one->role == ROLE_RESPONDER && same_port(one, two))
		return responders_clash(one, two, err);
	return false;
}

/**
 * conf_clash - can a transport live beside others?
 * @one: the transport
 * @others: the others; one of the same name does not count
 * @count: how many
 * @err: set when it can not
 *
 * Return: the one that is in the way, or NULL.
 */
const struct settings *conf_clash(const struct settings *one,
				  const struct settings *others,
				  unsigned int count, struct arg_error *err)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (strcmp(one->name, others[i].name) &&
		    clashes(one, &others[i], err))
			return &others[i];
	return NULL;
}

/**
 * conf_word - read the name of a file from the command line: [ FILE ]
 * @args: the words
 * @file: its name, or that of the usual one
 *
 * Return: an exit code.
 */
int conf_word(struct args *args, const char **file)
{
	*file = args_peek(args) ? args_next(args) : CONF_FILE;
	if (args_peek(args))
		return fail_word(args_peek(args), "there is one FILE");
	return EXIT_OK;
}

/* libconfuse gets a text, not a file: its scanner ends the program when a file
 * (a folder, say) can not be read.
 */
static char *read_text(const char *file)
{
	FILE *f = fopen(file, "re");
	char *text = NULL;
	size_t len = 0;

	if (f)
		text = calloc(1, FILE_MAX + 2);
	if (text)
		len = fread(text, 1, FILE_MAX + 1, f);
	if (!text || ferror(f)) {
		fprintf(reader.errors, "Error: %s: %s\n", file, strerror(errno));
	} else if (len > FILE_MAX || strlen(text) != len) {
		fprintf(reader.errors, "Error: %s: %s\n", file, len > FILE_MAX ?
			"the file is longer than 1 MiB" :
			"the file is no text: there is a zero byte in it");
	} else {
		fclose(f);
		return text;
	}
	if (f)
		fclose(f);
	free(text);
	return NULL;
}

static cfg_t *make_parser(void)
{
	static cfg_opt_t keys[KEYS_MAX + 1];
	static cfg_opt_t top[] = {
		CFG_SEC(BLOCK, keys, CFGF_MULTI | CFGF_TITLE |
			CFGF_NO_TITLE_DUPES),
		CFG_END()
	};
	cfg_opt_t one = CFG_STR("", NULL, CFGF_NODEFAULT);
	cfg_opt_t list = CFG_STR_LIST("", NULL, CFGF_NODEFAULT);
	cfg_opt_t end = CFG_END();
	unsigned int i;
	cfg_t *cfg;

	for (i = 0; i < settings_keys(); i++) {
		keys[i] = settings_key_is_list(i) ? list : one;
		keys[i].name = settings_key(i);
		keys[i].validcb = on_value;
	}
	keys[i] = end;
	cfg = cfg_init(top, CFGF_NONE);
	if (!cfg)
		return NULL;
	cfg_set_error_function(cfg, on_error);
	cfg_set_validate_func(cfg, BLOCK, on_section);
	return cfg;
}

/**
 * conf_read - read a configuration file
 * @file: its name
 * @conf: the result, to be freed
 * @errors: where it is said what is wrong; then there is no result
 *
 * Return: 0, or -1.
 */
int conf_read(const char *file, struct conf *conf, FILE *errors)
{
	cfg_t *cfg = NULL;
	int ret = -1;
	char *text;

	memset(conf, 0, sizeof(*conf));
	reader.file = file;
	reader.conf = conf;
	reader.errors = errors;
	text = read_text(file);
	reader.text = text;
	if (text)
		cfg = make_parser();
	if (cfg) {
		if (cfg_parse_buf(cfg, text) == CFG_SUCCESS)
			ret = 0;
		cfg_free(cfg);
	}
	settings_free(&reader.settings);
	memset(&reader, 0, sizeof(reader));
	free(text);
	if (ret)
		conf_free(conf);
	return ret;
}

/**
 * conf_free - free what a file said
 * @conf: the result of conf_read()
 */
void conf_free(struct conf *conf)
{
	while (conf->count)
		settings_free(&conf->transports[--conf->count]);
	free(conf->transports);
	conf->transports = NULL;
}
