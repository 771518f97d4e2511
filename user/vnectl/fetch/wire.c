// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "fetch/wire.h"

/* The length of a text that is not there. */
#define NO_TEXT UINT32_MAX

/**
 * wire_put - write bytes, and how many they are
 * @to: where
 * @data: the bytes
 * @len: of @data
 */
void wire_put(FILE *to, const void *data, size_t len)
{
	wire_put_number(to, len);
	fwrite(data, 1, len, to);
}

/**
 * wire_put_number - write a number
 * @to: where
 * @number: it
 */
void wire_put_number(FILE *to, uint32_t number)
{
	fwrite(&number, sizeof(number), 1, to);
}

/**
 * wire_put_text - write a text
 * @to: where
 * @text: it, or NULL
 *
 * The terminator is written, too: whoever reads it need not copy it.
 */
void wire_put_text(FILE *to, const char *text)
{
	if (text)
		wire_put(to, text, strlen(text) + 1);
	else
		wire_put_number(to, NO_TEXT);
}

static const char *take(struct wire *from, size_t len)
{
	const char *at = from->at;

	if (from->bad || len > from->left) {
		from->bad = true;
		return NULL;
	}
	from->at += len;
	from->left -= len;
	return at;
}

/**
 * wire_get_number - read a number
 * @from: where
 * @max: the highest that is right
 *
 * Return: it, or 0.
 */
uint32_t wire_get_number(struct wire *from, uint32_t max)
{
	const char *at = take(from, sizeof(uint32_t));
	uint32_t number = 0;

	if (at)
		memcpy(&number, at, sizeof(number));
	if (number <= max)
		return number;
	from->bad = true;
	return 0;
}

/**
 * wire_get - read bytes, of which it is said how many they are
 * @from: where
 * @max: the most that are right
 * @len: the result: how many
 *
 * Return: the bytes, in those that are read; or NULL.
 */
const char *wire_get(struct wire *from, size_t max, size_t *len)
{
	const char *at;

	*len = wire_get_number(from, max);
	at = take(from, *len);
	if (!at)
		*len = 0;
	return at;
}

/**
 * wire_get_block - read so many bytes and no others
 * @from: where
 * @data: the result; zeroes where there is something else
 * @len: of @data
 */
void wire_get_block(struct wire *from, void *data, size_t len)
{
	size_t got;
	const char *at = wire_get(from, len, &got);

	memset(data, 0, len);
	if (got == len && at)
		memcpy(data, at, len);
	else
		from->bad = true;
}

/**
 * wire_get_text - read a text that somebody may have chosen who means no good
 * @from: where
 * @text: the result, which may be empty
 * @size: of @text
 */
void wire_get_text(struct wire *from, char *text, size_t size)
{
	size_t len;
	const char *at = wire_get(from, size, &len);

	*text = '\0';
	if (len && !at[len - 1] && strlen(at) == len - 1)
		memcpy(text, at, len);
	else
		from->bad = true;
}

/**
 * wire_get_word - read a text of any length
 * @from: where
 *
 * Return: the text, in the bytes that are read; or NULL.
 */
const char *wire_get_word(struct wire *from)
{
	uint32_t len = wire_get_number(from, NO_TEXT);
	const char *at;

	if (from->bad || len == NO_TEXT)
		return NULL;
	at = take(from, len);
	if (at && len && !at[len - 1])
		return at;
	from->bad = true;
	return NULL;
}

/**
 * wire_end - was that all, and was it right?
 * @from: what was read
 *
 * Return: true if it was.
 */
bool wire_end(const struct wire *from)
{
	return !from->bad && !from->left;
}
