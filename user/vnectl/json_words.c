// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "json_words.h"
#include "out.h"

/**
 * put_text - give an object a text
 * @to: the object
 * @key: its key
 * @value: the text
 */
void put_text(json_t *to, const char *key, const char *value)
{
	json_object_set_new(to, key, json_string(value));
}

/**
 * put_number - give an object a number
 * @to: the object
 * @key: its key
 * @value: the number
 */
void put_number(json_t *to, const char *key, json_int_t value)
{
	json_object_set_new(to, key, json_integer(value));
}

/**
 * text_of - a text of an object
 * @object: the object, or NULL
 * @key: its key
 *
 * Return: the text, or "-" where there is none.
 */
const char *text_of(json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

/**
 * number_of_key - a number of an object
 * @object: the object, or NULL
 * @key: its key
 *
 * Return: the number, or 0 where there is none.
 */
long long number_of_key(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/**
 * has_key - is there a value?
 * @object: the object, or NULL
 * @key: its key
 *
 * Return: true if there is, and it is not false.
 */
bool has_key(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return value && !json_is_false(value) && !json_is_null(value);
}

/**
 * json_print - print as JSON
 * @json: what
 */
void json_print(json_t *json)
{
	json_dumpf(json, stdout, out.pretty ? JSON_INDENT(4) : JSON_COMPACT);
	putchar('\n');
}
