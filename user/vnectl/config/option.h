/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of settings: the file, the command line, the daemon and JSON read and
 * print each by its row.
 */
#ifndef VNECTL_CONFIG_OPTION_H
#define VNECTL_CONFIG_OPTION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"

#define PORTS_MAX	16
#define TEXTS_MAX	256

/**
 * struct ports - TCP ports
 * @count: how many
 * @port: in host byte order
 */
struct ports {
	uint32_t count;
	uint16_t port[PORTS_MAX];
};

/**
 * struct texts - several strings
 * @count: how many
 * @text: the strings
 */
struct texts {
	uint32_t count;
	char **text;
};

enum kind {
	KIND_WORD,
	KIND_FLAG,		/* no or yes; in JSON a boolean */
	KIND_NUMBER,
	KIND_ADDRESS,		/* an address or prefix of either family */
	KIND_INTERFACE,		/* an own IPv4 address, and the prefix around it */
	KIND_PORTS,
	KIND_STRING,
	KIND_TEXTS,
};

/* Takes what is wrong with settings: the name of one, and why. */
typedef void (*key_report)(const struct arg_error *err, void *arg);

/* Reads one text of a row. */
typedef int (*key_test)(const char *value, const char *name,
			struct arg_error *err);

/**
 * struct key - one setting
 * @name: its name
 * @kind: enum kind
 * @offset: where it is in the structure
 * @who: bits, whom it is for; the meaning is that of the table
 * @min: smallest number
 * @max: largest number; longest string
 * @preset: default number
 * @words: names of the values of an enumeration
 * @text: default string
 * @secret: never printed
 * @expects: what values are right, where the kind says too little, or NULL
 * @test: refuses more than the kind does, or NULL
 */
struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	unsigned int who;
	uint32_t min;
	uint32_t max;
	uint32_t preset;
	const char *const *words;
	const char *text;
	bool secret;
	const char *expects;
	key_test test;
};

/* Rows of a table, whose file defines OPTION_OF as the structure that they are
 * for.
 */
#define ROW(row, type, field, whom) \
	.name = row, .kind = type, .offset = offsetof(OPTION_OF, field), \
	.who = whom
#define WORD(name, field, whom, names, usual) \
	{ ROW(name, KIND_WORD, field, whom), .words = names, .preset = usual }
#define NUMBER(name, field, whom, from, to, usual) \
	{ ROW(name, KIND_NUMBER, field, whom), .min = from, .max = to, \
	  .preset = usual }
#define ADDRESS(name, field, whom, ...) \
	{ ROW(name, KIND_ADDRESS, field, whom), __VA_ARGS__ }
#define STRING(name, field, whom, longest, ...) \
	{ ROW(name, KIND_STRING, field, whom), .max = longest, __VA_ARGS__ }

/**
 * struct key_table - the rows of one kind of block
 * @keys: the rows
 * @count: how many, at most 64
 * @size: of the structure
 * @seen: where in it the bits of those that were given are, an uint64_t
 */
struct key_table {
	const struct key *keys;
	unsigned int count;
	size_t size;
	size_t seen;
};

/* No field has this offset. */
#define KEYS_ALL SIZE_MAX

bool keys_name_is_good(const char *name, size_t max);
int keys_init(const struct key_table *table, void *base);
void keys_free(const struct key_table *table, void *base);
int keys_copy(const struct key_table *table, void *to, const void *from);
bool keys_equal(const struct key_table *table, const void *one,
		const void *two, size_t except);
int keys_find(const struct key_table *table, const char *word);
bool keys_seen(const struct key_table *table, const void *base, size_t offset);
const struct key *keys_foreign(const struct key_table *table,
			       const void *base, unsigned int who);
const char *keys_expects(const struct key *key, char *buf, size_t size);
int keys_set(const struct key_table *table, void *base, int index,
	     const char *value, struct arg_error *err);
const char *key_json_name(const struct key *key, char *name, size_t size);
void keys_json(const struct key_table *table, const void *base,
	       unsigned int who, json_t *to);

#endif /* VNECTL_CONFIG_OPTION_H */
