// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "config/option.h"
#include "parse.h"
#include "util.h"

static void *field_of(const void *base, const struct key *key)
{
	return (char *)base + key->offset;
}

static uint32_t *number_of(const void *base, const struct key *key)
{
	return field_of(base, key);
}

static char **string_of(const void *base, const struct key *key)
{
	return field_of(base, key);
}

static uint64_t *seen_of(const struct key_table *table, const void *base)
{
	return (uint64_t *)((char *)base + table->seen);
}

static void texts_free(struct texts *texts)
{
	while (texts->count)
		free(texts->text[--texts->count]);
	free(texts->text);
	texts->text = NULL;
}

static int texts_add(struct texts *texts, const char *text)
{
	char **more, *copy = strdup(text);

	more = reallocarray(texts->text, texts->count + 1, sizeof(*more));
	if (more)
		texts->text = more;
	if (!more || !copy) {
		free(copy);
		return -1;
	}
	more[texts->count++] = copy;
	return 0;
}

static int texts_copy(struct texts *to, const struct texts *from)
{
	uint32_t i;

	memset(to, 0, sizeof(*to));
	for (i = 0; i < from->count; i++)
		if (texts_add(to, from->text[i]))
			return -1;
	return 0;
}

static bool texts_equal(const struct texts *one, const struct texts *two)
{
	uint32_t i;

	if (one->count != two->count)
		return false;
	for (i = 0; i < one->count; i++)
		if (strcmp(one->text[i], two->text[i]))
			return false;
	return true;
}

static int preset(const struct key *key, void *base)
{
	struct ports *ports = field_of(base, key);

	switch (key->kind) {
	case KIND_WORD:
	case KIND_FLAG:
	case KIND_NUMBER:
		*number_of(base, key) = key->preset;
		return 0;
	case KIND_PORTS:
		ports->count = 1;
		ports->port[0] = key->preset;
		return 0;
	case KIND_STRING:
		if (key->text)
			*string_of(base, key) = strdup(key->text);
		return key->text && !*string_of(base, key) ? -1 : 0;
	default:
		return 0;
	}
}

/**
 * keys_name_is_good - can a block have this title?
 * @name: the title, which stands in messages, in the environment of commands and
 *	in JSON
 * @max: its length at most
 *
 * Return: true if it can.
 */
bool keys_name_is_good(const char *name, size_t max)
{
	size_t len = strlen(name);
	const char *c;

	if (!len || len > max || !isalnum((unsigned char)*name))
		return false;
	for (c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return false;
	return true;
}

/**
 * keys_init - the default of every setting
 * @table: the rows
 * @base: the structure, which is overwritten
 *
 * Return: 0, or -1 without memory.
 */
int keys_init(const struct key_table *table, void *base)
{
	unsigned int i;
	int ret = 0;

	memset(base, 0, table->size);
	for (i = 0; i < table->count; i++)
		ret |= preset(&table->keys[i], base);
	return ret;
}

/**
 * keys_free - free what a structure holds
 * @table: the rows
 * @base: the structure
 */
void keys_free(const struct key_table *table, void *base)
{
	const struct key *key = table->keys;

	for (; key < table->keys + table->count; key++) {
		if (key->kind == KIND_TEXTS)
			texts_free(field_of(base, key));
		if (key->kind != KIND_STRING)
			continue;
		free(*string_of(base, key));
		*string_of(base, key) = NULL;
	}
}

static int copy_text(const struct key *key, void *to, const void *from)
{
	char *text = *string_of(from, key);

	if (!text)
		return 0;
	*string_of(to, key) = strdup(text);
	return *string_of(to, key) ? 0 : -1;
}

/**
 * keys_copy - copy a structure
 * @table: the rows
 * @to: the copy, which is overwritten
 * @from: the original
 *
 * Return: 0, or -1 without memory.
 */
int keys_copy(const struct key_table *table, void *to, const void *from)
{
	const struct key *key = table->keys;
	int ret = 0;

	memcpy(to, from, table->size);
	for (; key < table->keys + table->count; key++) {
		if (key->kind == KIND_TEXTS)
			ret |= texts_copy(field_of(to, key),
					  field_of(from, key));
		else if (key->kind == KIND_STRING)
			ret |= copy_text(key, to, from);
	}
	if (ret)
		keys_free(table, to);
	return ret;
}

static bool same_text(const char *one, const char *two)
{
	return one == two || (one && two && !strcmp(one, two));
}

static bool ports_equal(const struct ports *one, const struct ports *two)
{
	return one->count == two->count &&
		!memcmp(one->port, two->port,
			one->count * sizeof(one->port[0]));
}

static bool key_equal(const struct key *key, const void *one, const void *two)
{
	switch (key->kind) {
	case KIND_WORD:
	case KIND_FLAG:
	case KIND_NUMBER:
		return *number_of(one, key) == *number_of(two, key);
	case KIND_ADDRESS:
	case KIND_INTERFACE:
		return address_equal(field_of(one, key), field_of(two, key));
	case KIND_PORTS:
		return ports_equal(field_of(one, key), field_of(two, key));
	case KIND_STRING:
		return same_text(*string_of(one, key), *string_of(two, key));
	case KIND_TEXTS:
		return texts_equal(field_of(one, key), field_of(two, key));
	}
	return false;
}

/**
 * keys_equal - do two structures say the same?
 * @table: the rows
 * @one: the one
 * @two: the other
 * @except: offset of a field that does not count, or KEYS_ALL
 *
 * Return: true if they do.
 */
bool keys_equal(const struct key_table *table, const void *one,
		const void *two, size_t except)
{
	const struct key *key = table->keys;

	for (; key < table->keys + table->count; key++)
		if (key->offset != except && !key_equal(key, one, two))
			return false;
	return true;
}

/**
 * keys_find - find a setting
 * @table: the rows
 * @word: its name, which may be abbreviated
 *
 * Return: its number, KEYWORD_NONE or KEYWORD_AMBIGUOUS.
 */
int keys_find(const struct key_table *table, const char *word)
{
	return keyword_find(word, (const char *)&table->keys[0].name,
			    sizeof(table->keys[0]), table->count);
}

/**
 * keys_foreign - find a setting that was given and does not belong there
 * @table: the rows
 * @base: the structure
 * @who: bits of what it is
 *
 * Return: the setting, or NULL.
 */
const struct key *keys_foreign(const struct key_table *table,
			       const void *base, unsigned int who)
{
	uint64_t seen = *seen_of(table, base);
	unsigned int i;

	for (i = 0; i < table->count; i++)
		if (seen & 1ull << i && !(table->keys[i].who & who))
			return &table->keys[i];
	return NULL;
}

/**
 * keys_seen - was a setting given?
 * @table: the rows
 * @base: the structure
 * @offset: of the setting in it
 *
 * Return: true if it was.
 */
bool keys_seen(const struct key_table *table, const void *base, size_t offset)
{
	unsigned int i;

	for (i = 0; i < table->count; i++)
		if (table->keys[i].offset == offset)
			return *seen_of(table, base) & 1ull << i;
	return false;
}

static void words_join(const char *const *words, char *buf, size_t size)
{
	size_t len = 0;

	for (; *words && len < size; words++)
		len += snprintf(buf + len, size - len, "%s%s", *words,
				words[1] ? (words[2] ? ", " : " or ") : "");
}

/**
 * keys_expects - say what values of a setting are right
 * @key: the setting
 * @buf: for the text
 * @size: size of @buf
 *
 * Return: @buf.
 */
const char *keys_expects(const struct key *key, char *buf, size_t size)
{
	if (key->expects)
		snprintf(buf, size, "%s", key->expects);
	else if (key->kind == KIND_WORD || key->kind == KIND_FLAG)
		words_join(key->words, buf, size);
	else if (key->kind == KIND_ADDRESS)
		snprintf(buf, size, "an IPv4 or IPv6 address");
	else if (key->kind == KIND_INTERFACE)
		snprintf(buf, size, "an IPv4 address, such as 192.0.2.1 or 192.0.2.1/29");
	else if (key->kind == KIND_STRING || key->kind == KIND_TEXTS)
		snprintf(buf, size, "a text of 1 to %u characters", key->max);
	else
		snprintf(buf, size, "%u to %u", key->min, key->max);
	return buf;
}

static int set_word(const struct key *key, const char *value, uint32_t *number,
		    struct arg_error *err)
{
	char words[128];
	uint32_t i;

	for (i = 0; key->words[i]; i++) {
		if (!strcmp(value, key->words[i])) {
			*number = i;
			return 0;
		}
	}
	words_join(key->words, words, sizeof(words));
	return arg_wrong(err, value, "%s must be %s", key->name, words);
}

/* What is secret is not repeated. */
static int check_text(const struct key *key, const char *value,
		      struct arg_error *err)
{
	size_t len = strlen(value);
	const char *c;

	for (c = value; *c && !iscntrl((unsigned char)*c); c++)
		;
	if (len && len <= key->max && !*c)
		return 0;
	return arg_wrong(err, key->secret ? "..." : value,
			 "%s must be a text of 1 to %u characters, without control characters",
			 key->name, key->max);
}

static int set_string(const struct key *key, const char *value, char **text,
		      struct arg_error *err)
{
	char *copy;

	if (check_text(key, value, err))
		return -1;
	copy = strdup(value);
	if (!copy)
		return arg_wrong(err, key->name, "no memory");
	free(*text);
	*text = copy;
	return 0;
}

static int add_text(const struct key *key, const char *value,
		    struct texts *texts, struct arg_error *err)
{
	if (check_text(key, value, err))
		return -1;
	if (texts->count == TEXTS_MAX)
		return arg_wrong(err, value, "%s can have %d values at most",
				 key->name, TEXTS_MAX);
	if (texts_add(texts, value))
		return arg_wrong(err, key->name, "no memory");
	return 0;
}

static int add_port(const struct key *key, const char *word,
		    struct ports *ports, struct arg_error *err)
{
	uint32_t port, i;

	if (parse_number(word, key->name, key->min, key->max, &port, err))
		return -1;
	for (i = 0; i < ports->count; i++)
		if (ports->port[i] == port)
			return arg_wrong(err, word, "%s has it twice",
					 key->name);
	if (ports->count == PORTS_MAX)
		return arg_wrong(err, word, "%s can have %d values at most",
				 key->name, PORTS_MAX);
	ports->port[ports->count++] = port;
	return 0;
}

/* Ports are separated by commas, as mapctl has it. */
static int set_ports(const struct key *key, const char *value,
		     struct ports *result, struct arg_error *err)
{
	struct ports ports = { 0 };
	const char *item = value;
	char word[16];
	size_t len;

	for (;; item += len + 1) {
		len = strcspn(item, ",");
		snprintf(word, sizeof(word), "%.*s", (int)len, item);
		if (len >= sizeof(word))
			return arg_wrong(err, value, "%s must be %u to %u",
					 key->name, key->min, key->max);
		if (add_port(key, word, &ports, err))
			return -1;
		if (!item[len])
			break;
	}
	*result = ports;
	return 0;
}

static int set_value(const struct key *key, void *base, const char *value,
		     struct arg_error *err)
{
	switch (key->kind) {
	case KIND_WORD:
	case KIND_FLAG:
		return set_word(key, value, number_of(base, key), err);
	case KIND_NUMBER:
		return parse_number(value, key->name, key->min, key->max,
				    number_of(base, key), err);
	case KIND_ADDRESS:
		return address_parse(value, key->name, field_of(base, key),
				     err);
	case KIND_INTERFACE:
		return address_parse_own(value, key->name,
					 field_of(base, key), err);
	case KIND_PORTS:
		return set_ports(key, value, field_of(base, key), err);
	case KIND_STRING:
		return set_string(key, value, string_of(base, key), err);
	case KIND_TEXTS:
		return add_text(key, value, field_of(base, key), err);
	}
	return -1;
}

/**
 * keys_set - give a setting a value; to a list of texts it is added
 * @table: the rows
 * @base: the structure
 * @index: number of the setting
 * @value: its value
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int keys_set(const struct key_table *table, void *base, int index,
	     const char *value, struct arg_error *err)
{
	const struct key *key = &table->keys[index];

	if (key->test && key->test(value, key->name, err)) {
		if (key->secret)
			snprintf(err->word, sizeof(err->word), "...");
		return -1;
	}
	if (set_value(key, base, value, err))
		return -1;
	*seen_of(table, base) |= 1ull << index;
	return 0;
}

static json_t *ports_json(const struct ports *ports)
{
	json_t *array = json_array();
	uint32_t i;

	for (i = 0; i < ports->count; i++)
		json_array_append_new(array, json_integer(ports->port[i]));
	return array;
}

static json_t *texts_json(const struct texts *texts)
{
	json_t *array;
	uint32_t i;

	if (!texts->count)
		return NULL;
	array = json_array();
	for (i = 0; i < texts->count; i++)
		json_array_append_new(array, json_string(texts->text[i]));
	return array;
}

static json_t *address_json(const struct address *address)
{
	char buf[PREFIX_STRLEN];

	return address->family ?
		json_string(address_format(address, buf)) : NULL;
}

static json_t *string_json(const struct key *key, const char *text)
{
	return json_string(text && key->secret ? "(secret)" : text);
}

static json_t *value_json(const struct key *key, const void *base)
{
	switch (key->kind) {
	case KIND_FLAG:
		return json_boolean(*number_of(base, key));
	case KIND_WORD:
		return json_string(key->words[*number_of(base, key)]);
	case KIND_NUMBER:
		return json_integer(*number_of(base, key));
	case KIND_ADDRESS:
	case KIND_INTERFACE:
		return address_json(field_of(base, key));
	case KIND_PORTS:
		return ports_json(field_of(base, key));
	case KIND_STRING:
		return string_json(key, *string_of(base, key));
	case KIND_TEXTS:
		return texts_json(field_of(base, key));
	}
	return NULL;
}

/**
 * key_json_name - what a setting is called in JSON
 * @key: the setting
 * @name: the result
 * @size: of @name
 *
 * Return: @name, the name with underscores.
 */
const char *key_json_name(const struct key *key, char *name, size_t size)
{
	char *c;

	snprintf(name, size, "%s", key->name);
	for (c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/**
 * keys_json - settings as JSON, secrets without their value
 * @table: the rows
 * @base: the structure
 * @who: bits of what it is: settings of others are left out
 * @to: an object, whose keys get underscores
 */
void keys_json(const struct key_table *table, const void *base,
	       unsigned int who, json_t *to)
{
	const struct key *key = table->keys;
	json_t *value;
	char name[64];

	for (; key < table->keys + table->count; key++) {
		value = key->who & who ? value_json(key, base) : NULL;
		if (value)
			json_object_set_new(to, key_json_name(key, name,
							      sizeof(name)),
					    value);
	}
}
