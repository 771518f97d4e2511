/* SPDX-License-Identifier: GPL-2.0 */
/* Values of a JSON document that somebody else wrote: each knows where it is,
 * so that what is said about it names the place ("map_e.rules[3].ipv6").
 */
#ifndef VNECTL_BASE_JSON_FIELD_H
#define VNECTL_BASE_JSON_FIELD_H

#include <jansson.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/reason.h"

#define FIELD_TEXT_MAX	1048576
#define FIELD_DEPTH_MAX	16

/**
 * struct field - a value and where it is
 * @json: the value; NULL where it is missing
 * @up: the object or array that it is in; NULL at the top
 * @key: its key in an object; NULL in an array
 * @index: its number in an array
 * @code: what goes wrong if it is wrong
 * @why: where that is noted
 */
struct field {
	json_t *json;
	const struct field *up;
	const char *key;
	size_t index;
	enum reason_code code;
	struct reason *why;
};

json_t *field_load(const char *text, size_t len, struct reason *why);

struct field field_top(json_t *json, struct reason *why);
struct field field_get(const struct field *object, const char *key);
struct field field_at(const struct field *array, size_t index);
int field_wrong(const struct field *field, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

int field_object(const struct field *field);
int field_array(const struct field *field, size_t min, size_t max);
int field_known(const struct field *object, const char *const *keys);

int field_string(const struct field *field, size_t max, const char **text);
int field_number(const struct field *field, uint32_t min, uint32_t max,
		 uint32_t *number);
int field_number_word(const struct field *field, uint32_t min, uint32_t max,
		      uint32_t *number);
int field_byte(const struct field *field, uint32_t max, uint8_t *number);
int field_bool(const struct field *field, bool *value);
int field_ipv6(const struct field *field, struct in6_addr *ipv6);
int field_ipv4(const struct field *field, uint32_t *ipv4);
int field_prefix6(const struct field *field, struct in6_addr *ipv6,
		  uint8_t *len);
int field_prefix4(const struct field *field, uint32_t *ipv4, uint8_t *len);
int field_interface4(const struct field *field, uint32_t *ipv4, uint8_t *len);
int field_endpoint(const struct field *field, struct endpoint *end);

#endif /* VNECTL_BASE_JSON_FIELD_H */
