// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"
#include "module.h"
#include "rule_file.h"

static char *read_stream(FILE *in, size_t *len)
{
	size_t room = 1 << 16, got;
	char *text = malloc(room), *more;

	for (*len = 0; text; ) {
		got = fread(text + *len, 1, room - *len - 1, in);
		*len += got;
		if (!got)
			break;
		if (room - *len > 1)
			continue;
		room *= 2;
		more = realloc(text, room);
		if (!more)
			free(text);
		text = more;
	}
	if (text && ferror(in)) {
		free(text);
		return NULL;
	}
	if (text)
		text[*len] = '\0';
	return text;
}

static char *read_file(const char *name, size_t *len)
{
	bool standard = !strcmp(name, "-");
	FILE *in = standard ? stdin : fopen(name, "re");
	char *text = in ? read_stream(in, len) : NULL;
	int code = errno;

	if (in && !standard)
		fclose(in);
	errno = code;
	return text;
}

/* "rules.json:12: rule 3, key "ea_len": " and the reason. */
static int fail_at(const struct rule_file *file, size_t rule, const char *key,
		   const char *fmt, ...)
{
	unsigned int line = json_line(file->text, rule, key);
	va_list ap;

	fprintf(stderr, "Error: %s:%u: rule %zu", file->name, line, rule + 1);
	if (key)
		fprintf(stderr, ", key \"%s\"", key);
	fputs(": ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

static int find_rules(struct rule_file *file)
{
	const char *key;
	json_t *value;

	file->rules = file->root;
	if (json_is_object(file->root)) {
		json_object_foreach(file->root, key, value)
			if (strcmp(key, "rules"))
				return fail_usage("%s: key \"%s\" is unknown; \"rules\" is expected",
						  file->name, key);
		file->rules = json_object_get(file->root, "rules");
		if (!file->rules)
			return fail_usage("%s: key \"rules\" is missing",
					  file->name);
	}
	if (!json_is_array(file->rules))
		return fail_usage("%s: an array of rules is expected",
				  file->name);
	return EXIT_OK;
}

/**
 * rule_file_load - read a file of rules
 * @file: the file; to be freed in any case
 * @name: its name, or "-" for standard input
 *
 * Return: an exit code, with the reason printed.
 */
int rule_file_load(struct rule_file *file, const char *name)
{
	json_error_t where;
	size_t len;

	memset(file, 0, sizeof(*file));
	file->name = name;
	file->text = read_file(name, &len);
	if (!file->text) {
		fprintf(stderr, "Cannot read file \"%s\": %s\n", name,
			strerror(errno));
		return EXIT_USAGE;
	}
	file->root = json_loadb(file->text, len, JSON_REJECT_DUPLICATES,
				&where);
	if (!file->root)
		return fail_usage("%s:%d:%d: %s", name, where.line,
				  where.column, where.text);
	return find_rules(file);
}

/**
 * rule_file_free - forget a file of rules
 * @file: the file
 */
void rule_file_free(struct rule_file *file)
{
	free(file->text);
	free(file->offsets);
	json_decref(file->root);
}

static int find_key(const char *key)
{
	unsigned int i;

	for (i = 0; i < map_rule_attrs.count; i++)
		if (attr_has_key(&map_rule_attrs.attrs[i], key))
			return i;
	return -1;
}

/* The word that the command line would have; what kind of value is expected
 * where it is not one.
 */
static const char *word_of(const struct attr *attr, const json_t *value,
			   char *word, size_t size)
{
	enum attr_json kind = attr_json(attr);

	if (kind == ATTR_JSON_BOOL && json_is_boolean(value))
		snprintf(word, size, "%s", json_is_true(value) ? "on" : "off");
	else if (kind == ATTR_JSON_NUMBER && json_is_integer(value))
		snprintf(word, size, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else if (kind == ATTR_JSON_STRING && json_is_string(value))
		snprintf(word, size, "%s", json_string_value(value));
	else
		return kind == ATTR_JSON_BOOL ? "true or false" :
		       kind == ATTR_JSON_NUMBER ? "an integer" : "a string";
	return NULL;
}

/* A list of rules of several devices is not one rule set. */
static int check_device(const struct rule_file *file, size_t index,
			const json_t *value)
{
	const json_t *first = json_object_get(json_array_get(file->rules, 0),
					      "ifname");

	if (!json_is_string(value))
		return fail_at(file, index, "ifname", "a string is expected");
	if (!first || !json_equal(first, value))
		return fail_at(file, index, "ifname",
			       "the rules are of several devices");
	return EXIT_OK;
}

static int read_key(const struct rule_file *file, size_t index,
		    struct rule_spec *spec, const char *key,
		    const json_t *value)
{
	const char *expected;
	struct arg_error err;
	char word[128];
	int attr;

	if (!strcmp(key, "ifname"))
		return check_device(file, index, value);
	attr = find_key(key);
	if (attr < 0)
		return fail_at(file, index, key, "the key is unknown");
	expected = word_of(&map_rule_attrs.attrs[attr], value, word,
			   sizeof(word));
	if (expected)
		return fail_at(file, index, key, "%s is expected", expected);
	if (attr_parse(&map_rule_attrs, attr, word, &spec->sink, &err))
		return fail_at(file, index, key, "\"%s\" is wrong: %s",
			       err.word, err.reason);
	return EXIT_OK;
}

static const char *lacks(struct rule_spec *spec, const json_t *rule)
{
	const char *type = json_string_value(json_object_get(rule, "type"));

	if (!type)
		return "type";
	spec->type = keyword_find(type, (const char *)map_rule_types,
				  sizeof(map_rule_types[0]),
				  MAP_RULE_TYPE_MAX + 1);
	return rule_spec_lacks(spec);
}

static int check_complete(const struct rule_file *file, size_t index,
			  struct rule_spec *spec, const json_t *rule)
{
	const char *missing = lacks(spec, rule);
	const struct attr *attr;
	char key[32];

	if (!missing)
		return EXIT_OK;
	attr = &map_rule_attrs.attrs[attr_find(&map_rule_attrs, missing)];
	return fail_at(file, index, NULL, "key \"%s\" is missing",
		       attr_key(attr, key, sizeof(key)));
}

static int read_rule(const struct rule_file *file, size_t index,
		     struct rule_spec *spec)
{
	json_t *rule = json_array_get(file->rules, index), *value;
	const char *key;
	int ret;

	if (!json_is_object(rule))
		return fail_at(file, index, NULL, "an object is expected");
	json_object_foreach(rule, key, value) {
		ret = read_key(file, index, spec, key, value);
		if (ret)
			return ret;
	}
	return check_complete(file, index, spec, rule);
}

/**
 * rule_file_put - append the rules of a file to a request
 * @file: the file
 * @msg: the request
 *
 * Return: an exit code, with the reason printed.
 */
int rule_file_put(struct rule_file *file, struct msg *msg)
{
	size_t count = json_array_size(file->rules), i;
	struct rule_spec spec;
	int ret = EXIT_OK;

	file->offsets = calloc(count + 1, sizeof(*file->offsets));
	if (!file->offsets)
		return fail_usage("there is no memory for so many rules");
	for (i = 0; i < count && !ret; i++) {
		rule_spec_init(&spec);
		ret = read_rule(file, i, &spec);
		file->offsets[i] = msg->len;
		if (!ret)
			rule_spec_put(&spec, msg);
		rule_spec_free(&spec);
	}
	file->offsets[count] = msg->len;
	return ret;
}

/* Which attribute of a rule is at an offset of the request: read it again. */
static const struct attr *attr_at(const struct rule_file *file, size_t index,
				  uint32_t offset)
{
	size_t at = offset - file->offsets[index] - NLA_HDRLEN + NLMSG_HDRLEN;
	const struct attr *attr = NULL;
	struct rule_spec spec;
	struct nlattr nla;

	rule_spec_init(&spec);
	if (!read_rule(file, index, &spec) &&
	    offset >= file->offsets[index] + NLA_HDRLEN &&
	    at + sizeof(nla) <= spec.attrs.len) {
		memcpy(&nla, spec.attrs.data + at, sizeof(nla));
		attr = attr_by_type(&map_rule_attrs, nla.nla_type);
	}
	rule_spec_free(&spec);
	return attr;
}

/**
 * rule_file_refused - say which rule the kernel refused, and why
 * @file: the file
 * @err: why
 *
 * Return: EXIT_KERNEL.
 */
int rule_file_refused(const struct rule_file *file, const struct nl_error *err)
{
	size_t count = json_array_size(file->rules), i = 0;
	uint32_t offset = err->offset ? err->offset : err->missing_nest;
	const struct attr *attr = NULL;
	char key[32];

	while (i < count && offset >= file->offsets[i + 1])
		i++;
	if (i == count || offset < file->offsets[i])
		return nl_fail(err, "Kernel");
	if (err->offset)
		attr = attr_at(file, i, offset);
	fail_at(file, i, attr ? attr_key(attr, key, sizeof(key)) : NULL, "%s",
		err->text[0] ? err->text : strerror(err->code));
	module_notes(stderr);
	return EXIT_KERNEL;
}
