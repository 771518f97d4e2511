/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon says: short ways to write and to read it. */
#ifndef VNECTL_BASE_JSON_UTIL_H
#define VNECTL_BASE_JSON_UTIL_H

#include <jansson.h>
#include <stdbool.h>

/* Of the keys of lines and transports: a higher one may have others. */
#define JSON_VERSION	1

void put_text(json_t *to, const char *key, const char *value);
void put_number(json_t *to, const char *key, json_int_t value);
void put_moment(json_t *to, const char *key, double at);

const char *text_of(json_t *object, const char *key);
long long number_of_key(json_t *object, const char *key);
long long seconds_since(json_t *object, const char *key);
long long seconds_until(json_t *object, const char *key);
bool has_key(json_t *object, const char *key);
void json_print(json_t *json);

#endif /* VNECTL_BASE_JSON_UTIL_H */
