/* SPDX-License-Identifier: GPL-2.0 */
/* Rules in a JSON file: an array of objects, or an object with such an array
 * under the key "rules".
 */
#ifndef RULE_FILE_H
#define RULE_FILE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"
#include "nl.h"

/**
 * struct rule_file - a file of rules
 * @name: its name
 * @text: what it holds
 * @root: the same, parsed
 * @rules: the array of rules in @root
 * @offsets: where each rule starts in the request
 */
struct rule_file {
	const char *name;
	char *text;
	json_t *root;
	json_t *rules;
	uint32_t *offsets;
};

int rule_file_load(struct rule_file *file, const char *name);
int rule_file_put(struct rule_file *file, struct msg *msg);
int rule_file_refused(const struct rule_file *file,
		      const struct nl_error *err);
void rule_file_free(struct rule_file *file);

unsigned int json_line(const char *text, size_t rule, const char *key);

#endif /* RULE_FILE_H */
