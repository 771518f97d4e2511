// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdio.h>

#include "clock.h"
#include "base/json_util.h"
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

/* By the wall clock, as it is now. */
static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/**
 * put_moment - give an object a moment that stays the same from print to print
 * @to: the object
 * @key: its key
 * @at: the moment, by clock_now(); may be still to come
 *
 * In JSON it is seconds since 1970, by the wall clock as that is now: the two
 * clocks run alike but for the steps of the wall clock.
 */
void put_moment(json_t *to, const char *key, double at)
{
	put_number(to, key, llround(wall_now() + (at - clock_now())));
}

/**
 * seconds_since - how long ago a moment of an object is
 * @object: the object, or NULL
 * @key: its key, which put_moment() has written
 *
 * Return: seconds, or 0 where there is none.
 */
long long seconds_since(json_t *object, const char *key)
{
	long long seconds = llround(wall_now()) - number_of_key(object, key);

	return has_key(object, key) && seconds > 0 ? seconds : 0;
}

/**
 * seconds_until - how far ahead a moment of an object is
 * @object: the object, or NULL
 * @key: its key, which put_moment() has written
 *
 * Return: seconds, or 0 where there is none.
 */
long long seconds_until(json_t *object, const char *key)
{
	long long seconds = number_of_key(object, key) - llround(wall_now());

	return has_key(object, key) && seconds > 0 ? seconds : 0;
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
