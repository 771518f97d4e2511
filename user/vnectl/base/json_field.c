// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json_field.h"
#include "parse.h"

/* jansson goes by recursion as deep as a document does, and has no setting for
 * it. What is not JSON is for jansson to find.
 */
static bool too_deep(const char *text, size_t len)
{
	bool quoted = false;
	int depth = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '"') {
			quoted = !quoted;
		} else if (quoted) {
			i += text[i] == '\\';
		} else if (text[i] == '{' || text[i] == '[') {
			if (++depth > FIELD_DEPTH_MAX)
				return true;
		} else if (text[i] == '}' || text[i] == ']') {
			depth--;
		}
	}
	return false;
}

/**
 * field_load - read a JSON document
 * @text: the document; nothing may follow it, and no key be there twice
 * @len: its length
 * @why: set when it is wrong
 *
 * Return: the document, or NULL.
 */
json_t *field_load(const char *text, size_t len, struct reason *why)
{
	json_error_t error;
	json_t *json;

	/* RFC 8259, section 8.1: it may be ignored. */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	if (!len) {
		reason_set(why, REASON_INVALID_REPLY, "the document is empty");
		return NULL;
	}
	if (len > FIELD_TEXT_MAX) {
		reason_set(why, REASON_INVALID_REPLY,
			   "the document is longer than 1 MiB");
		return NULL;
	}
	if (too_deep(text, len)) {
		reason_set(why, REASON_INVALID_REPLY,
			   "the document is nested more than %d levels deep",
			   FIELD_DEPTH_MAX);
		return NULL;
	}
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		reason_set(why, REASON_INVALID_REPLY,
			   "line %d, column %d: %s", error.line, error.column,
			   error.text);
	return json;
}

/**
 * field_top - a document as a whole
 * @json: the document
 * @why: where it is noted what is wrong with any value in it
 *
 * Return: the field.
 */
struct field field_top(json_t *json, struct reason *why)
{
	return (struct field){ .json = json, .code = REASON_INVALID_REPLY,
			       .why = why };
}

/**
 * field_get - a value of an object
 * @object: the object; where it is none, the value is missing
 * @key: the key
 *
 * Return: the field.
 */
struct field field_get(const struct field *object, const char *key)
{
	return (struct field){ .json = json_object_get(object->json, key),
			       .up = object, .key = key, .code = object->code,
			       .why = object->why };
}

/**
 * field_at - a value of an array
 * @array: the array
 * @index: the number
 *
 * Return: the field.
 */
struct field field_at(const struct field *array, size_t index)
{
	return (struct field){ .json = json_array_get(array->json, index),
			       .up = array, .index = index,
			       .code = array->code, .why = array->why };
}

static void write_place(FILE *f, const struct field *field)
{
	if (!field->up)
		return;
	write_place(f, field->up);
	if (field->key)
		fprintf(f, "%s%s", field->up->up ? "." : "", field->key);
	else
		fprintf(f, "[%zu]", field->index);
}

/**
 * field_wrong - note that a value is wrong
 * @field: the value
 * @fmt: why
 *
 * Return: -1, for the caller to return.
 */
int field_wrong(const struct field *field, const char *fmt, ...)
{
	char place[256] = "", text[384];
	va_list ap;
	FILE *f;

	f = fmemopen(place, sizeof(place), "w");
	if (f) {
		write_place(f, field);
		fclose(f);
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return reason_set(field->why, field->code, "%.*s: %s",
			  (int)sizeof(place) - 1,
			  *place ? place : "the document", text);
}

/* Whether it is there, and of a type. */
static int expect(const struct field *field, bool right, const char *what)
{
	if (!field->json)
		return field_wrong(field, "%s is missing", what);
	if (!right)
		return field_wrong(field, "%s is expected", what);
	return 0;
}

static int wrong_word(const struct field *field, const struct arg_error *err)
{
	return field_wrong(field, "\"%s\" is wrong: %s", err->word,
			   err->reason);
}

static const char *name_of(const struct field *field)
{
	return field->key ? field->key : "it";
}

/**
 * field_object - an object is expected
 * @field: the value
 *
 * Return: 0, or -1.
 */
int field_object(const struct field *field)
{
	return expect(field, json_is_object(field->json), "an object");
}

/**
 * field_array - an array is expected
 * @field: the value
 * @min: smallest number of values in it
 * @max: largest number
 *
 * Return: 0, or -1.
 */
int field_array(const struct field *field, size_t min, size_t max)
{
	size_t count = json_array_size(field->json);

	if (expect(field, json_is_array(field->json), "an array"))
		return -1;
	if (count < min)
		return field_wrong(field, "there are %zu, at least %zu are expected",
				   count, min);
	if (count > max)
		return field_wrong(field, "there are %zu, at most %zu are accepted",
				   count, max);
	return 0;
}

/**
 * field_known - an object has no keys but these
 * @object: the object
 * @keys: the keys; NULL ends them
 *
 * Return: 0, or -1.
 */
int field_known(const struct field *object, const char *const *keys)
{
	const char *key;
	json_t *value;
	int i;

	if (field_object(object))
		return -1;
	json_object_foreach(object->json, key, value) {
		for (i = 0; keys[i] && strcmp(key, keys[i]); i++)
			;
		if (!keys[i])
			return field_wrong(object, "key \"%s\" is unknown",
					   key);
	}
	return 0;
}

/**
 * field_string - a string is expected
 * @field: the value
 * @max: its longest length in bytes
 * @text: the string, which belongs to the document
 *
 * Return: 0, or -1.
 */
int field_string(const struct field *field, size_t max, const char **text)
{
	if (expect(field, json_is_string(field->json), "a string"))
		return -1;
	if (json_string_length(field->json) > max)
		return field_wrong(field,
				   "the string is longer than %zu bytes", max);
	*text = json_string_value(field->json);
	return 0;
}

/**
 * field_number - an integer is expected
 * @field: the value
 * @min: smallest number
 * @max: largest number
 * @number: the number
 *
 * Return: 0, or -1.
 */
int field_number(const struct field *field, uint32_t min, uint32_t max,
		 uint32_t *number)
{
	json_int_t value = json_integer_value(field->json);

	if (expect(field, json_is_integer(field->json), "an integer"))
		return -1;
	if (value < min || value > max)
		return field_wrong(field,
				   "%" JSON_INTEGER_FORMAT " is wrong: %s must be %u to %u",
				   value, name_of(field), min, max);
	*number = value;
	return 0;
}

/**
 * field_number_word - an integer is expected, or a string of its digits
 * @field: the value
 * @min: smallest number
 * @max: largest number
 * @number: the number
 *
 * Return: 0, or -1.
 */
int field_number_word(const struct field *field, uint32_t min, uint32_t max,
		      uint32_t *number)
{
	struct arg_error err;
	const char *word;

	if (!json_is_string(field->json))
		return field_number(field, min, max, number);
	word = json_string_value(field->json);
	if (word[strspn(word, "0123456789")])
		return field_wrong(field, "an integer is expected");
	if (parse_number(word, name_of(field), min, max, number, &err))
		return wrong_word(field, &err);
	return 0;
}

/**
 * field_byte - a small integer is expected
 * @field: the value
 * @max: largest number
 * @number: the number
 *
 * Return: 0, or -1.
 */
int field_byte(const struct field *field, uint32_t max, uint8_t *number)
{
	uint32_t value;

	if (field_number(field, 0, max, &value))
		return -1;
	*number = value;
	return 0;
}

/**
 * field_bool - true or false is expected
 * @field: the value
 * @value: which of the two
 *
 * Return: 0, or -1.
 */
int field_bool(const struct field *field, bool *value)
{
	if (expect(field, json_is_boolean(field->json), "true or false"))
		return -1;
	*value = json_is_true(field->json);
	return 0;
}

/* Longer than any address, prefix or name that is right. */
static int word_of(const struct field *field, const char **word)
{
	return field_string(field, HOST_NAME_LEN + 1, word);
}

/**
 * field_ipv6 - an IPv6 address is expected
 * @field: the value
 * @ipv6: the address
 *
 * Return: 0, or -1.
 */
int field_ipv6(const struct field *field, struct in6_addr *ipv6)
{
	struct arg_error err;
	const char *word;

	if (word_of(field, &word))
		return -1;
	if (parse_ipv6(word, name_of(field), ipv6, &err))
		return wrong_word(field, &err);
	return 0;
}

/**
 * field_ipv4 - an IPv4 address is expected
 * @field: the value
 * @ipv4: the address, in network byte order
 *
 * Return: 0, or -1.
 */
int field_ipv4(const struct field *field, uint32_t *ipv4)
{
	struct arg_error err;
	struct in_addr addr;
	const char *word;

	if (word_of(field, &word))
		return -1;
	if (parse_ipv4(word, name_of(field), &addr, &err))
		return wrong_word(field, &err);
	*ipv4 = addr.s_addr;
	return 0;
}

/**
 * field_prefix6 - an IPv6 prefix is expected
 * @field: the value
 * @ipv6: the prefix
 * @len: its length
 *
 * Return: 0, or -1.
 */
int field_prefix6(const struct field *field, struct in6_addr *ipv6,
		  uint8_t *len)
{
	struct arg_error err;
	const char *word;

	if (word_of(field, &word))
		return -1;
	if (parse_prefix6(word, name_of(field), ipv6, len, &err))
		return wrong_word(field, &err);
	return 0;
}

/**
 * field_prefix4 - an IPv4 prefix is expected
 * @field: the value
 * @ipv4: the prefix, in network byte order
 * @len: its length
 *
 * Return: 0, or -1.
 */
int field_prefix4(const struct field *field, uint32_t *ipv4, uint8_t *len)
{
	struct arg_error err;
	struct in_addr addr;
	const char *word;

	if (word_of(field, &word))
		return -1;
	if (parse_prefix4(word, name_of(field), &addr, len, &err))
		return wrong_word(field, &err);
	*ipv4 = addr.s_addr;
	return 0;
}

/**
 * field_interface4 - an IPv4 address is expected, with the length of its
 *	prefix behind it
 * @field: the value
 * @ipv4: the address, in network byte order; its host bits are kept
 * @len: the length, 32 where it is not there
 *
 * Return: 0, or -1.
 */
int field_interface4(const struct field *field, uint32_t *ipv4, uint8_t *len)
{
	struct arg_error err;
	struct in_addr addr;
	uint32_t bits = 32;
	char buf[20];
	const char *word;
	char *slash;

	if (field_string(field, sizeof(buf) - 1, &word))
		return -1;
	snprintf(buf, sizeof(buf), "%s", word);
	slash = strchr(buf, '/');
	if (slash)
		*slash++ = '\0';
	if (parse_ipv4(buf, name_of(field), &addr, &err) ||
	    (slash && parse_number(slash, "the prefix length", 1, 32, &bits,
				   &err)))
		return wrong_word(field, &err);
	*ipv4 = addr.s_addr;
	*len = bits;
	return 0;
}

/**
 * field_endpoint - an IPv6 address or the name of a host is expected
 * @field: the value
 * @end: which
 *
 * Return: 0, or -1.
 */
int field_endpoint(const struct field *field, struct endpoint *end)
{
	struct arg_error err;
	const char *word;

	if (word_of(field, &word))
		return -1;
	if (endpoint_parse(word, name_of(field), end, &err))
		return wrong_word(field, &err);
	return 0;
}
