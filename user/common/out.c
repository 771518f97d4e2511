// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "out.h"

struct out_options out;

/* Values already written in each of the containers that are open. */
#define MAX_DEPTH 8
static unsigned int members[MAX_DEPTH];
static unsigned int depth;

/* Text is written with a blank after each word; those at the end of a line
 * are held back.
 */
static unsigned int blanks;

static void write_text(const char *text)
{
	for (; *text; text++) {
		if (*text == ' ') {
			blanks++;
			continue;
		}
		for (; blanks && *text != '\n'; blanks--)
			putchar(' ');
		blanks = 0;
		putchar(*text);
	}
}

static void vtext(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	write_text(text);
	free(text);
}

static void break_line(void)
{
	unsigned int i;

	if (!out.pretty)
		return;
	putchar('\n');
	for (i = 0; i < depth; i++)
		fputs("    ", stdout);
}

static void quoted(const char *text)
{
	const unsigned char *c;

	putchar('"');
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < 0x20)
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

static void begin_value(const char *key)
{
	if (depth) {
		if (members[depth - 1]++)
			putchar(',');
		break_line();
	}
	if (key) {
		quoted(key);
		fputs(out.pretty ? ": " : ":", stdout);
	}
}

static void open_container(const char *key, char bracket)
{
	if (!out.json)
		return;
	begin_value(key);
	putchar(bracket);
	if (depth < MAX_DEPTH)
		members[depth++] = 0;
}

static void close_container(char bracket)
{
	unsigned int count;

	if (!out.json)
		return;
	count = members[--depth];
	if (count)
		break_line();
	putchar(bracket);
	if (!depth)
		putchar('\n');
}

/**
 * out_object - open a JSON object
 * @key: its key, or NULL in an array
 */
void out_object(const char *key)
{
	open_container(key, '{');
}

/**
 * out_object_end - close a JSON object
 */
void out_object_end(void)
{
	close_container('}');
}

/**
 * out_array - open a JSON array
 * @key: its key, or NULL in an array
 */
void out_array(const char *key)
{
	open_container(key, '[');
}

/**
 * out_array_end - close a JSON array
 */
void out_array_end(void)
{
	close_container(']');
}

/**
 * out_finish - write out all that is buffered
 *
 * Return: 0, or -1 when what was printed did not reach its reader.
 */
int out_finish(void)
{
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}

/**
 * out_string - print a string
 * @key: for JSON
 * @fmt: for text, with one %s
 * @value: the string
 */
void out_string(const char *key, const char *fmt, const char *value)
{
	if (out.json && key) {
		begin_value(key);
		quoted(value);
	} else if (fmt) {
		out_text(fmt, value);
	}
}

/**
 * out_number - print a number
 * @key: for JSON
 * @fmt: for text, with one PRIu64
 * @value: the number
 */
void out_number(const char *key, const char *fmt, uint64_t value)
{
	if (out.json && key) {
		begin_value(key);
		printf("%" PRIu64, value);
	} else if (fmt) {
		out_text(fmt, value);
	}
}

/**
 * out_bool - print a flag
 * @key: for JSON
 * @text: for text, printed when it is set
 * @value: the flag
 */
void out_bool(const char *key, const char *text, bool value)
{
	if (out.json && key) {
		begin_value(key);
		fputs(value ? "true" : "false", stdout);
	} else if (text && value) {
		out_text("%s", text);
	}
}

/**
 * out_text - print text, which JSON does not have
 * @fmt: format
 */
void out_text(const char *fmt, ...)
{
	va_list ap;

	if (out.json)
		return;
	va_start(ap, fmt);
	vtext(fmt, ap);
	va_end(ap);
}

/**
 * out_line - go to the next line of a record
 * @indent: what the line starts with
 */
void out_line(const char *indent)
{
	if (!out.joined)
		out_text("%s%s", out.oneline ? "\\" : "\n", indent);
}

/**
 * out_time - print the time, as the member "timestamp"
 */
void out_time(void)
{
	char text[64], whole[96];
	struct timeval now;
	struct tm tm;

	gettimeofday(&now, NULL);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S",
		 localtime_r(&now.tv_sec, &tm));
	snprintf(whole, sizeof(whole), "%s.%06ld", text, (long)now.tv_usec);
	out_string("timestamp", "[%s] ", whole);
}
