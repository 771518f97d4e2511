/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of netlink attributes: their keyword, how their value is read and
 * how it is printed. The command line, JSON files, mapctl and the plug-in of
 * ip work from the same tables.
 */
#ifndef COMMON_ATTR_H
#define COMMON_ATTR_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"

struct attr_kind;

/**
 * struct attr - one attribute, or two that belong together
 * @name: keyword; the JSON key is the same with underscores
 * @type: attribute type
 * @second: type of the attribute that completes it (the length of a prefix),
 *	or 0
 * @min: smallest number
 * @max: largest number
 * @words: names of an enumeration's values, up to a NULL
 * @kind: how it is read and printed
 */
struct attr {
	const char *name;
	uint16_t type;
	uint16_t second;
	uint32_t min;
	uint32_t max;
	const char *const *words;
	const struct attr_kind *kind;
};

/**
 * struct attr_table - attributes of one set
 * @attrs: the attributes, in the order of printing
 * @count: how many
 */
struct attr_table {
	const struct attr *attrs;
	unsigned int count;
};

/**
 * struct attr_sink - where attributes go that were read
 * @put: append an attribute
 * @put_link: append the index of the interface @name, or -1 with @err set
 * @arg: for both
 * @seen: bits of the table's entries that were read
 */
struct attr_sink {
	void (*put)(void *arg, uint16_t type, const void *data, size_t len);
	int (*put_link)(void *arg, uint16_t type, const char *name,
			struct arg_error *err);
	void *arg;
	uint32_t seen;
};

/**
 * struct attr_printer - how values are printed
 * @string: a keyword and a word; @key is for JSON
 * @number: a keyword and a number
 * @onoff: a keyword and "on" or "off"; true or false in JSON
 * @flag: a keyword alone; true in JSON
 * @ifname: the name of an interface
 */
struct attr_printer {
	void (*string)(const char *key, const char *keyword,
		       const char *value);
	void (*number)(const char *key, const char *keyword, uint32_t value);
	void (*onoff)(const char *key, const char *keyword, bool value);
	void (*flag)(const char *key, const char *keyword);
	const char *(*ifname)(uint32_t ifindex);
};

/* What kind of JSON value an attribute has. */
enum attr_json {
	ATTR_JSON_STRING,
	ATTR_JSON_NUMBER,
	ATTR_JSON_BOOL,
	ATTR_JSON_NUMBER_OR_STRING,
};

extern const struct attr_kind attr_u8;
extern const struct attr_kind attr_u16;
extern const struct attr_kind attr_enum;
extern const struct attr_kind attr_onoff;
extern const struct attr_kind attr_flag;
extern const struct attr_kind attr_ipv4;
extern const struct attr_kind attr_ipv6;
extern const struct attr_kind attr_prefix6;
extern const struct attr_kind attr_prefix4;
extern const struct attr_kind attr_ports;
extern const struct attr_kind attr_link;
extern const struct attr_kind attr_hoplimit;
extern const struct attr_kind attr_tclass;

int attr_find(const struct attr_table *table, const char *word);
const struct attr *attr_by_type(const struct attr_table *table, uint16_t type);
const char *attr_expects(const struct attr *attr, char *buf, size_t size);
bool attr_takes_value(const struct attr *attr);
int attr_parse(const struct attr_table *table, int index, const char *value,
	       struct attr_sink *sink, struct arg_error *err);
void attr_print(const struct attr_table *table,
		const struct nlattr *const tb[],
		const struct attr_printer *printer);

enum attr_json attr_json(const struct attr *attr);
bool attr_has_key(const struct attr *attr, const char *key);
const char *attr_key(const struct attr *attr, char *buf, size_t size);

uint8_t attr_get_u8(const struct nlattr *attr);
uint16_t attr_get_u16(const struct nlattr *attr);
uint32_t attr_get_u32(const struct nlattr *attr);
uint64_t attr_get_u64(const struct nlattr *attr);
void attr_get(const struct nlattr *attr, void *value, size_t len);
void attr_index(const void *attrs, size_t len, const struct nlattr **tb,
		unsigned int max);

#endif /* COMMON_ATTR_H */
