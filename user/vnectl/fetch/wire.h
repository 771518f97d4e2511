/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and texts in a row of bytes, between vnectl and vne-fetch: both are of
 * the same machine and of the same version.
 */
#ifndef VNECTL_FETCH_WIRE_H
#define VNECTL_FETCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct wire - bytes that are read one after the other
 * @at: those that are left
 * @left: how many
 * @bad: there was something else than what was asked for; all that is read
 *	from then on is empty
 */
struct wire {
	const char *at;
	size_t left;
	bool bad;
};

void wire_put(FILE *to, const void *data, size_t len);
void wire_put_number(FILE *to, uint32_t number);
void wire_put_text(FILE *to, const char *text);

const char *wire_get(struct wire *from, size_t max, size_t *len);
void wire_get_block(struct wire *from, void *data, size_t len);
uint32_t wire_get_number(struct wire *from, uint32_t max);
void wire_get_text(struct wire *from, char *text, size_t size);
const char *wire_get_word(struct wire *from);
bool wire_end(const struct wire *from);

#endif /* VNECTL_FETCH_WIRE_H */
