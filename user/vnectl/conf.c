// SPDX-License-Identifier: GPL-2.0
/* libconfuse splits the file; each value goes through the same table as the
 * command line, so that both know the same limits and say the same.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "conf.h"
#include "parse.h"
#include "util.h"

#define FILE_MAX	1048576
#define KEYS_MAX	64
#define TIME_SCALE	"time-scale"

/**
 * struct block - a kind of block
 * @name: the word before its title
 * @table: what can be in it
 * @lists: how a list is written there
 * @init: begins one, by its title
 * @check: does it agree with itself and those before it?
 * @keep: puts it with those before it
 */
struct block {
	const char *name;
	const struct key_table *table;
	const char *lists;
	int (*init)(void *base, const char *title, struct arg_error *err);
	int (*check)(const void *base, struct arg_error *err);
	int (*keep)(const void *base);
};

/* What libconfuse's callbacks work on: they have no argument for it.
 * @section is the block that is being read, and @base what it said so far, each
 * at the line of @line. @complained: something was said of it.
 */
static struct {
	const char *file;
	const char *text;
	FILE *errors;
	struct conf *conf;
	cfg_t *section;
	const struct block *block;
	union {
		struct settings settings;
		struct vne vne;
	} base;
	int line[KEYS_MAX];
	bool complained;
} reader;

static void complain(int line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(int line, const char *fmt, ...)
{
	va_list ap;

	reader.complained = true;
	fprintf(reader.errors, "Error: %s:%d: ", reader.file, line);
	va_start(ap, fmt);
	vfprintf(reader.errors, fmt, ap);
	va_end(ap);
	fputc('\n', reader.errors);
}

static void *append(void *list, unsigned int *count, size_t size,
		    const struct key_table *table, const void *base)
{
	char *more = reallocarray(list, *count + 1, size);

	if (more && !keys_copy(table, more + *count * size, base))
		(*count)++;
	else
		complain(0, "no memory");
	return more ? more : list;
}

static int transport_init(void *base, const char *title, struct arg_error *err)
{
	return settings_init(base, title, err);
}

static int transport_check(const void *base, struct arg_error *err)
{
	const struct conf *conf = reader.conf;

	return settings_check(base, err) ||
		conf_clash(base, conf->transports, conf->count, err) ? -1 : 0;
}

static int transport_keep(const void *base)
{
	struct conf *conf = reader.conf;
	unsigned int before = conf->count;

	conf->transports = append(conf->transports, &conf->count,
				  sizeof(struct settings), &settings_table,
				  base);
	return conf->count == before ? -1 : 0;
}

static int line_init(void *base, const char *title, struct arg_error *err)
{
	return vne_init(base, title, err);
}

static int line_check(const void *base, struct arg_error *err)
{
	const struct conf *conf = reader.conf;

	return vne_check(base, err) ||
		vne_clash(base, conf->vnes, conf->vnes_count, err) ? -1 : 0;
}

static int line_keep(const void *base)
{
	struct conf *conf = reader.conf;
	unsigned int before = conf->vnes_count;

	conf->vnes = append(conf->vnes, &conf->vnes_count, sizeof(struct vne),
			    &vne_table, base);
	return conf->vnes_count == before ? -1 : 0;
}

static const struct block blocks[] = {
	{ "ipsec-transport", &settings_table, "port = { PORT, PORT }",
	  transport_init, transport_check, transport_keep },
	{ "vne", &vne_table, "rule = { \"RULE\", \"RULE\" }",
	  line_init, line_check, line_keep },
};

static const struct block *find_block(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		if (!strcmp(blocks[i].name, name))
			return &blocks[i];
	return NULL;
}

static void list_keys(const struct key_table *table)
{
	unsigned int i;

	fputs(" (accepted: ", reader.errors);
	for (i = 0; i < table->count; i++)
		fprintf(reader.errors, "%s%s", i ? ", " : "",
			table->keys[i].name);
	fputs(")", reader.errors);
}

static void list_blocks(void)
{
	unsigned int i;

	fputs(" (accepted: ", reader.errors);
	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		fprintf(reader.errors, "%s \"NAME\" { ... }, ",
			blocks[i].name);
	fputs(TIME_SCALE " = NUMBER)", reader.errors);
}

/* libconfuse's own complaints: syntax, unknown keys, titles. */
static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	const struct block *block = find_block(cfg_name(cfg));

	reader.complained = true;
	fprintf(reader.errors, "Error: %s:%d: ", reader.file, cfg->line);
	if (block)
		fprintf(reader.errors, "in %s \"%s\": ", block->name,
			cfg_title(cfg) ? cfg_title(cfg) : "");
	if (!strncmp(fmt, "no such option", strlen("no such option"))) {
		fprintf(reader.errors, "key \"%s\" is unknown", va_arg(ap, char *));
		if (block)
			list_keys(block->table);
		else
			list_blocks();
	} else {
		vfprintf(reader.errors, fmt, ap);
		if (block)
			fprintf(reader.errors, " (accepted: KEY = VALUE, or %s)",
				block->lists);
	}
	fputc('\n', reader.errors);
}

static void end_section(void)
{
	if (reader.block)
		keys_free(reader.block->table, &reader.base);
	reader.block = NULL;
	reader.section = NULL;
}

static int begin_section(cfg_t *cfg)
{
	const struct block *block = find_block(cfg_name(cfg));
	struct arg_error err;

	if (reader.section == cfg)
		return 0;
	end_section();
	memset(reader.line, 0, sizeof(reader.line));
	reader.block = block;
	if (block->init(&reader.base, cfg_title(cfg), &err)) {
		complain(cfg->line, "%s \"%s\": %s", block->name, err.word,
			 err.reason);
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
	const char *name = cfg_opt_name(opt), *value;
	unsigned int size = cfg_opt_size(opt);
	struct arg_error err;
	const struct key *row;
	char list[256];
	int key;

	if (begin_section(cfg))
		return -1;
	/* The end of a list comes here, too, with nothing new. */
	if (!(opt->flags & CFGF_MODIFIED))
		return 0;
	opt->flags &= ~CFGF_MODIFIED;
	key = keys_find(reader.block->table, name);
	row = &reader.block->table->keys[key];
	/* Each value of a list comes here, and a new list begins with one. */
	if (reader.line[key] && size <= 1) {
		complain(cfg->line, "key \"%s\" is there twice, in line %d too",
			 name, reader.line[key]);
		return -1;
	}
	reader.line[key] = cfg->line;
	value = cfg_opt_getnstr(opt, size ? size - 1 : 0);
	if (row->kind == KIND_PORTS) {
		join_list(opt, list, sizeof(list));
		value = list;
	}
	if (!keys_set(reader.block->table, &reader.base, key,
		      value ? value : "", &err))
		return 0;
	complain(cfg->line, "key \"%s\": \"%s\" is wrong: %s", name, err.word,
		 err.reason);
	return -1;
}

/* Of the setting that is wrong, or where the block ends. */
static int guilty_line(cfg_t *cfg, const struct arg_error *err)
{
	int key = keys_find(reader.block->table, err->word);

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

static bool is_list(const struct key *key)
{
	return key->kind == KIND_PORTS || key->kind == KIND_TEXTS;
}

static int refuse_empty_lists(cfg_t *section)
{
	const struct key_table *table = reader.block->table;
	const struct key *key;
	char expects[128];
	cfg_opt_t *opt;

	for (key = table->keys; key < table->keys + table->count; key++) {
		opt = cfg_getopt(section, key->name);
		/* Only values that were seen take the flag away. */
		if (!is_list(key) || cfg_opt_size(opt) ||
		    !(opt->flags & CFGF_MODIFIED))
			continue;
		complain(line_of_key(key->name, section->line),
			 "key \"%s\": the list is empty (accepted: %s, one or more)",
			 key->name, keys_expects(key, expects, sizeof(expects)));
		return -1;
	}
	return 0;
}

static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct arg_error err;

	(void)cfg;
	if (begin_section(section) || refuse_empty_lists(section))
		return -1;
	if (reader.block->check(&reader.base, &err)) {
		complain(guilty_line(section, &err), "%s \"%s\": %s",
			 reader.block->name, cfg_title(section), err.reason);
		return -1;
	}
	return reader.block->keep(&reader.base);
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

static char *skip_quoted(char *at)
{
	char quote = *at++;

	for (; *at && *at != quote; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

/* Where a comment ends that begins here, or @at where none does. */
static char *comment_end(char *at)
{
	char *end;

	if (*at == '#' || !strncmp(at, "//", 2))
		return at + strcspn(at, "\n");
	if (strncmp(at, "/*", 2))
		return at;
	end = strstr(at + 2, "*/");
	return end ? end + 2 : at;
}

/* libconfuse 3.3 counts the lines of comments two and three times, and names
 * wrong ones behind them: it gets to see blanks.
 */
static void blank_comments(char *text)
{
	bool fresh = true;
	char *end;

	while (*text) {
		if (*text == '"' || *text == '\'') {
			text = skip_quoted(text);
			fresh = true;
			continue;
		}
		/* A slash within a word is part of it. */
		end = fresh || *text == '#' ? comment_end(text) : text;
		for (; text < end; text++)
			if (*text != '\n')
				*text = ' ';
		if (!*text)
			break;
		fresh = strchr(" \t\r\n={}(),", *text);
		if (*text != '"' && *text != '\'')
			text++;
	}
}

/* To libconfuse the end of the file ends a block, too, but a file that was cut
 * off says something else than whoever wrote it.
 */
static bool has_open_block(char *text)
{
	int open = 0;

	while (*text) {
		if (*text == '"' || *text == '\'') {
			text = skip_quoted(text);
			continue;
		}
		open += (*text == '{') - (*text == '}');
		text++;
	}
	return open > 0;
}

static int on_time_scale(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);
	struct arg_error err;

	if (!parse_number(value ? value : "", TIME_SCALE, 1, TIME_SCALE_MAX,
			  &reader.conf->time_scale, &err))
		return 0;
	complain(cfg->line, "key \"" TIME_SCALE "\": \"%s\" is wrong: %s",
		 err.word, err.reason);
	return -1;
}

/* The rows of a kind of block, as libconfuse wants them. */
static void make_options(const struct key_table *table, cfg_opt_t *opts)
{
	cfg_opt_t one = CFG_STR("", NULL, CFGF_NODEFAULT);
	cfg_opt_t list = CFG_STR_LIST("", NULL, CFGF_NODEFAULT);
	cfg_opt_t end = CFG_END();
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		opts[i] = is_list(&table->keys[i]) ? list : one;
		opts[i].name = table->keys[i].name;
		opts[i].validcb = on_value;
	}
	opts[i] = end;
}

static cfg_t *make_parser(void)
{
	static cfg_opt_t opts[ARRAY_SIZE(blocks)][KEYS_MAX + 1];
	static cfg_opt_t top[ARRAY_SIZE(blocks) + 2];
	cfg_opt_t scale = CFG_STR(TIME_SCALE, NULL, CFGF_NODEFAULT);
	cfg_opt_t end = CFG_END();
	unsigned int i;
	cfg_t *cfg;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		cfg_opt_t block = CFG_SEC("", opts[i], CFGF_MULTI |
					  CFGF_TITLE | CFGF_NO_TITLE_DUPES);

		make_options(blocks[i].table, opts[i]);
		block.name = blocks[i].name;
		top[i] = block;
	}
	scale.validcb = on_time_scale;
	top[i++] = scale;
	top[i] = end;
	cfg = cfg_init(top, CFGF_NONE);
	if (!cfg)
		return NULL;
	cfg_set_error_function(cfg, on_error);
	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		cfg_set_validate_func(cfg, blocks[i].name, on_section);
	return cfg;
}

/* Secrets are for root alone. */
static int check_mode(const char *file)
{
	unsigned int i;
	struct stat st;
	bool secret = false;

	for (i = 0; i < reader.conf->vnes_count; i++)
		secret |= vne_has_secrets(&reader.conf->vnes[i]);
	if (!secret || stat(file, &st) || !S_ISREG(st.st_mode) ||
	    !(st.st_mode & (0026)))
		return 0;
	fprintf(reader.errors,
		"Error: %s: it has passwords or keys, and others may read or write it (mode %04o): chmod 600 %s\n",
		file, st.st_mode & 07777, file);
	return -1;
}

/* Only the usual one may be missing: who names a file wants that. */
static bool is_missing(const char *file)
{
	return !strcmp(file, CONF_FILE) && access(file, F_OK) &&
		errno == ENOENT;
}

static int parse(cfg_t *cfg, char *text)
{
	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS) {
		if (!reader.complained)
			complain(cfg->line, "a key has no name");
		return -1;
	}
	if (has_open_block(text)) {
		complain(cfg->line,
			 "the file ends within a block: \"}\" is missing");
		return -1;
	}
	return check_mode(reader.file);
}

/**
 * conf_read - read a configuration file, or the device tree in its place
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
	conf->time_scale = 1;
	if (is_missing(file)) {
		ret = board_read(conf, errors);
		if (ret <= 0)
			return ret;
		ret = -1;
	}
	reader.file = file;
	reader.conf = conf;
	reader.errors = errors;
	text = read_text(file);
	reader.text = text;
	if (text) {
		blank_comments(text);
		cfg = make_parser();
	}
	if (cfg) {
		ret = parse(cfg, text);
		cfg_free(cfg);
	}
	end_section();
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
	while (conf->vnes_count)
		keys_free(&vne_table, &conf->vnes[--conf->vnes_count]);
	free(conf->vnes);
	conf->vnes = NULL;
	free(conf->board);
	conf->board = NULL;
}
