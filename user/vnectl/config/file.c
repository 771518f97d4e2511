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

#include "config/devicetree.h"
#include "config/file.h"
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
 * @check: does it agree with itself and those before it? Each thing that is wrong
 *	is reported
 * @keep: puts it with those before it
 */
struct block {
	const char *name;
	const struct key_table *table;
	const char *lists;
	int (*init)(void *base, const char *title, struct arg_error *err);
	void (*check)(const void *base, key_report report);
	int (*keep)(const void *base);
};

/* What libconfuse's callbacks work on: they have no argument for it.
 * @section is the block that is being read, and @base what it said so far, each
 * at the line of @line; @wrong: something was said of it. @said is all that was
 * said so far. @unknown is a key that there is not, at @unknown_line.
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
	bool wrong;
	char **said;
	unsigned int said_count;
	char *unknown;
	int unknown_line;
} reader;

/* What was said in a pass before is not said again. @text is freed. */
static void say(char *text)
{
	char **more;
	unsigned int i;

	reader.wrong = true;
	for (i = 0; text && i < reader.said_count; i++) {
		if (!strcmp(reader.said[i], text)) {
			free(text);
			return;
		}
	}
	fprintf(reader.errors, "Error: %s\n", text ? text : "no memory");
	more = reallocarray(reader.said, reader.said_count + 1, sizeof(*more));
	if (!more || !text) {
		free(text);
		return;
	}
	reader.said = more;
	reader.said[reader.said_count++] = text;
}

static void complain(int line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(int line, const char *fmt, ...)
{
	char *text = NULL, *whole = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!text ||
	    asprintf(&whole, "%s:%d: %s", reader.file, line, text) < 0)
		whole = NULL;
	free(text);
	say(whole);
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

static void transport_check(const void *base, key_report report)
{
	const struct conf *conf = reader.conf;
	struct arg_error err;

	if (settings_check(base, &err) ||
	    conf_clash(base, conf->transports, conf->count, &err))
		report(&err, NULL);
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

static void line_check(const void *base, key_report report)
{
	const struct conf *conf = reader.conf;
	const struct vne *vne = base;
	struct arg_error err;

	vne_check_all(vne, report, NULL);
	if (vne->interface &&
	    vne_clash(vne, conf->vnes, conf->vnes_count, &err))
		report(&err, NULL);
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

static void list_keys(FILE *to, const struct key_table *table)
{
	unsigned int i;

	fputs(" (accepted: ", to);
	for (i = 0; i < table->count; i++)
		fprintf(to, "%s%s", i ? ", " : "", table->keys[i].name);
	fputs(")", to);
}

static void list_blocks(FILE *to)
{
	unsigned int i;

	fputs(" (accepted: ", to);
	for (i = 0; i < ARRAY_SIZE(blocks); i++)
		fprintf(to, "%s \"NAME\" { ... }, ", blocks[i].name);
	fputs(TIME_SCALE " = NUMBER)", to);
}

static void write_error(FILE *to, cfg_t *cfg, const char *fmt, va_list ap)
{
	const struct block *block = find_block(cfg_name(cfg));

	fprintf(to, "%s:%d: ", reader.file, cfg->line);
	if (block)
		fprintf(to, "in %s \"%s\": ", block->name,
			cfg_title(cfg) ? cfg_title(cfg) : "");
	if (strncmp(fmt, "no such option", strlen("no such option"))) {
		vfprintf(to, fmt, ap);
		if (block)
			fprintf(to, " (accepted: KEY = VALUE, or %s)",
				block->lists);
		return;
	}
	reader.unknown = strdup(va_arg(ap, char *));
	reader.unknown_line = cfg->line;
	fprintf(to, "key \"%s\" is unknown",
		reader.unknown ? reader.unknown : "?");
	if (block)
		list_keys(to, block->table);
	else
		list_blocks(to);
}

/* libconfuse's own complaints: syntax, unknown keys, titles. */
static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to) {
		write_error(to, cfg, fmt, ap);
		fclose(to);
	}
	say(text);
}

static void end_section(void)
{
	if (reader.block)
		keys_free(reader.block->table, &reader.base);
	reader.block = NULL;
	reader.section = NULL;
}

static void begin_section(cfg_t *cfg)
{
	const struct block *block = find_block(cfg_name(cfg));
	struct arg_error err;

	if (reader.section == cfg)
		return;
	end_section();
	memset(reader.line, 0, sizeof(reader.line));
	reader.wrong = false;
	reader.block = block;
	if (block->init(&reader.base, cfg_title(cfg), &err))
		complain(cfg->line, "%s \"%s\": %s", block->name, err.word,
			 err.reason);
	reader.section = cfg;
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

/* Where a line of the text begins. */
static const char *text_line(int line)
{
	const char *at = reader.text;

	while (at && --line)
		at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
	return at ? at : "";
}

/* To libconfuse it is a part of a word without quotes. */
static bool ends_in_semicolon(int line, const char *value)
{
	size_t len = value ? strlen(value) : 0;
	const char *at = text_line(line), *end = at + strcspn(at, "\n");
	const char *found;

	if (!len || value[len - 1] != ';')
		return false;
	found = memmem(at, end - at, value, len);
	return found && found > at && found[-1] != '"' && found[-1] != '\'';
}

static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *name = cfg_opt_name(opt), *value;
	unsigned int size = cfg_opt_size(opt);
	struct arg_error err;
	const struct key *row;
	char list[256];
	int key;

	begin_section(cfg);
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
		return 0;
	}
	reader.line[key] = cfg->line;
	value = cfg_opt_getnstr(opt, size ? size - 1 : 0);
	if (row->kind == KIND_PORTS) {
		join_list(opt, list, sizeof(list));
		value = list;
	}
	if (keys_set(reader.block->table, &reader.base, key,
		     value ? value : "", &err))
		complain(cfg->line, "key \"%s\": \"%s\" is wrong: %s", name,
			 err.word, err.reason);
	else if (ends_in_semicolon(cfg->line, value))
		complain(cfg->line, "key \"%s\": the value ends with \";\", which ends nothing here: leave it out, or put the value in quotes",
			 name);
	return 0;
}

/* Of the setting that is wrong, or where the block ends. */
static int guilty_line(cfg_t *cfg, const struct arg_error *err)
{
	int key = keys_find(reader.block->table, err->word);

	return key >= 0 && reader.line[key] ? reader.line[key] : cfg->line;
}

static void on_contradiction(const struct arg_error *err, void *arg)
{
	(void)arg;
	complain(guilty_line(reader.section, err), "%s \"%s\": %s",
		 reader.block->name, cfg_title(reader.section), err->reason);
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

static void refuse_empty_lists(cfg_t *section)
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
	}
}

static int on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	(void)cfg;
	begin_section(section);
	refuse_empty_lists(section);
	/* What follows from a wrong value is no news. */
	if (!reader.wrong)
		reader.block->check(&reader.base, on_contradiction);
	return reader.wrong ? 0 : reader.block->keep(&reader.base);
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
 * (a folder, say) cannot be read.
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
	return 0;
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

/* Where a value ends that begins here: a word, a text, or a list. */
static char *value_end(char *at)
{
	int open = 0;

	do {
		at += strspn(at, " \t\r\n");
		if (*at == '"' || *at == '\'') {
			at = skip_quoted(at);
		} else if (*at == '{' || *at == '}') {
			open += *at == '{' ? 1 : -1;
			at++;
		} else {
			at += strcspn(at, open ? "\"'{}" : " \t\r\n{}");
		}
	} while (open > 0 && *at);
	return at;
}

/* A key that there is not, with its value; or a block, with all that is in it.
 * Return: its end.
 */
static char *statement_end(char *at, size_t len)
{
	at += len;
	at += strspn(at, " \t\r\n");
	if (*at == '+')
		at++;
	if (*at == '=')
		return value_end(at + 1);
	if (*at == '"' || *at == '\'') {
		at = skip_quoted(at);
		at += strspn(at, " \t\r\n");
	}
	return *at == '{' ? value_end(at) : at;
}

/* libconfuse goes no further than a key that there is not. Without it, more can be
 * said of the file.
 */
static bool blank_unknown(char *text)
{
	size_t len = strlen(reader.unknown);
	char *at = text + (text_line(reader.unknown_line) - reader.text);
	char *end = at + strcspn(at, "\n");

	if (!*at || !len)
		return false;
	at = memmem(at, end - at, reader.unknown, len);
	if (!at)
		return false;
	for (end = statement_end(at, len); at < end; at++)
		if (*at != '\n')
			*at = ' ';
	return true;
}

/* Return: 0, -1 when it is wrong, 1 when there may be more to say of it. */
static int parse(char *text)
{
	unsigned int before = reader.said_count;
	cfg_t *cfg = make_parser();
	int ret = -1;

	if (!cfg)
		return -1;
	if (cfg_parse_buf(cfg, text) == CFG_SUCCESS) {
		ret = 0;
		if (has_open_block(text))
			complain(cfg->line,
				 "the file ends within a block: \"}\" is missing");
	} else if (reader.unknown && blank_unknown(text)) {
		ret = 1;
	} else if (reader.said_count == before && !reader.said_count) {
		complain(cfg->line, "a key has no name");
	}
	free(reader.unknown);
	reader.unknown = NULL;
	end_section();
	cfg_free(cfg);
	return ret;
}

static int read_all(char *text)
{
	struct conf *conf = reader.conf;
	int ret;

	while ((ret = parse(text)) > 0)
		conf_free(conf);
	if (ret || reader.said_count)
		return -1;
	return check_mode(reader.file);
}

static void forget_said(void)
{
	while (reader.said_count)
		free(reader.said[--reader.said_count]);
	free(reader.said);
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
		ret = read_all(text);
	}
	forget_said();
	memset(&reader, 0, sizeof(reader));
	free(text);
	if (ret)
		conf_free(conf);
	return ret;
}
