/* SPDX-License-Identifier: GPL-2.0 */
/* Output, as text or as JSON. Every value is printed by one call that knows
 * both: a key for JSON and a format for text, each of which may be NULL.
 */
#ifndef COMMON_OUT_H
#define COMMON_OUT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct out_options - how to print
 * @json: JSON instead of text
 * @pretty: JSON with line breaks
 * @oneline: text with a backslash instead of a line break within a record
 * @joined: text with no line break within a record at all
 */
struct out_options {
	bool json;
	bool pretty;
	bool oneline;
	bool joined;
};

extern struct out_options out;

void out_object(const char *key);
void out_object_end(void);
void out_array(const char *key);
void out_array_end(void);
int out_finish(void);

void out_string(const char *key, const char *fmt, const char *value);
void out_number(const char *key, const char *fmt, uint64_t value);
void out_bool(const char *key, const char *text, bool value);
void out_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_line(const char *indent);
void out_time(void);

#endif /* COMMON_OUT_H */
