// SPDX-License-Identifier: GPL-2.0
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "bar.h"
#include "out.h"

#define BAR_WIDTH 30

/**
 * bar_print - draw how full something is
 * @used: how much
 * @total: of how much
 *
 * A picture for people: not in JSON, and not in a pipe. What is used is seen, be
 * it ever so little.
 */
void bar_print(uint32_t used, uint32_t total)
{
	uint32_t full = total ? (uint64_t)used * BAR_WIDTH / total : 0;
	unsigned int i;
	bool utf8;

	if (out.json || !isatty(STDOUT_FILENO))
		return;
	setlocale(LC_CTYPE, "");
	utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	if (used && !full)
		full = 1;
	if (full > BAR_WIDTH)
		full = BAR_WIDTH;
	out_text("[");
	for (i = 0; i < BAR_WIDTH; i++)
		out_text("%s", i >= full ? (utf8 ? "\u00b7" : ".") :
				 utf8 ? "\u2588" : "#");
	out_text("] ");
}
