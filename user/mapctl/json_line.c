// SPDX-License-Identifier: GPL-2.0
/* The JSON library does not tell where a value stood, so look again. The text
 * is known to be valid JSON, and its first array holds the rules.
 */
#include <stdbool.h>
#include <string.h>

#include "rule_file.h"

/**
 * struct scan - a place in the text
 * @at: the place
 * @line: its line, counted from 1
 * @depth: how many arrays and objects are open
 */
struct scan {
	const char *at;
	unsigned int line;
	int depth;
};

static void skip_blanks(struct scan *scan)
{
	for (; *scan->at && strchr(" \t\r\n", *scan->at); scan->at++)
		scan->line += *scan->at == '\n';
}

/* Go over one string, bracket or other character. */
static void skip_token(struct scan *scan)
{
	char c = *scan->at++;

	if (c == '[' || c == '{')
		scan->depth++;
	else if (c == ']' || c == '}')
		scan->depth--;
	if (c != '"')
		return;
	while (*scan->at && *scan->at != '"')
		scan->at += *scan->at == '\\' && scan->at[1] ? 2 : 1;
	if (*scan->at)
		scan->at++;
}

static bool find_rule(struct scan *scan, size_t rule)
{
	int depth;

	while (*scan->at && *scan->at != '[') {
		skip_token(scan);
		skip_blanks(scan);
	}
	if (!*scan->at)
		return false;
	skip_token(scan);
	skip_blanks(scan);
	for (depth = scan->depth; *scan->at && rule; skip_blanks(scan)) {
		rule -= *scan->at == ',' && scan->depth == depth;
		skip_token(scan);
	}
	return *scan->at;
}

static bool is_key(const struct scan *string, const struct scan *after,
		   const char *key)
{
	size_t len = strlen(key);

	return *string->at == '"' && *after->at == ':' &&
	       !strncmp(string->at + 1, key, len) && string->at[len + 1] == '"';
}

/**
 * json_line - the line of a rule, or of one of its keys
 * @text: valid JSON, whose first array holds the rules
 * @rule: which, counted from 0
 * @key: the key; NULL for the rule itself
 *
 * Return: the line, counted from 1.
 */
unsigned int json_line(const char *text, size_t rule, const char *key)
{
	struct scan scan = { text, 1, 0 };
	unsigned int line;
	int depth;

	skip_blanks(&scan);
	if (!find_rule(&scan, rule))
		return scan.line;
	line = scan.line;
	depth = scan.depth;
	while (key && *scan.at) {
		struct scan token = scan;

		skip_token(&scan);
		skip_blanks(&scan);
		if (scan.depth == depth)
			break;
		if (scan.depth == depth + 1 && is_key(&token, &scan, key))
			return token.line;
	}
	return line;
}
