// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/reason.h"

static const char *const names[] = {
	[REASON_NONE] = "NONE",
	[REASON_INVALID_MAP_RULE] = "INVALID_MAP_RULE",
	[REASON_NO_MATCHING_PD] = "NO_MATCHING_PD",
	[REASON_UNSUPPORTED_TYPE] = "UNSUPPORTED_TYPE",
	[REASON_AFTR_DNS_FAIL] = "AFTR_DNS_FAIL",
	[REASON_NO_WAN_LINK] = "NO_WAN_LINK",
	[REASON_MISSING_ADDRESS] = "MISSING_ADDRESS",
	[REASON_INVALID_REPLY] = "INVALID_REPLY",
	[REASON_INVALID_REQUEST] = "INVALID_REQUEST",
	[REASON_REFUSED] = "REFUSED",
	[REASON_NO_MEMORY] = "NO_MEMORY",
	[REASON_NO_SERVER] = "NO_SERVER",
};

/**
 * reason_set - note why something failed
 * @why: where to
 * @code: the kind of trouble
 * @fmt: a sentence
 *
 * What a provider wrote is quoted in it and ends in a log and on a terminal:
 * all that is not printable ASCII becomes a question mark.
 *
 * Return: -1, for the caller to return.
 */
int reason_set(struct reason *why, enum reason_code code, const char *fmt, ...)
{
	va_list ap;
	char *c;

	why->code = code;
	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	for (c = why->text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return -1;
}

/**
 * reason_name - the word for a kind of trouble
 * @code: the kind
 *
 * Return: the word.
 */
const char *reason_name(enum reason_code code)
{
	return names[code];
}

/**
 * reason_find - the kind of trouble that a word is for
 * @word: of reason_name()
 *
 * Return: enum reason_code, or -1 where there is none.
 */
int reason_find(const char *word)
{
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(word, names[i]))
			return i;
	return -1;
}

/**
 * reason_json - a reason as JSON
 * @why: the reason
 *
 * Return: an object, to be released: "code" and "text".
 */
json_t *reason_json(const struct reason *why)
{
	return json_pack("{s:s, s:s}", "code", reason_name(why->code), "text",
			 why->text);
}
