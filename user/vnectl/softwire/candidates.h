/* SPDX-License-Identifier: GPL-2.0 */
/* All that one answer of a source offers: ways to IPv4, the best first, and
 * what in it could not be used.
 */
#ifndef VNECTL_SOFTWIRE_CANDIDATES_H
#define VNECTL_SOFTWIRE_CANDIDATES_H

#include "softwire/softwire.h"

#define OFFER_LEASES_MAX	32
#define OFFER_SKIPPED_MAX	32

/**
 * struct skipped - a part of an answer that was left out
 * @part: what it is called there, in printable ASCII
 * @why: why
 */
struct skipped {
	char part[32];
	struct reason why;
};

/**
 * struct offer - what an answer offers
 * @leases: the ways to IPv4
 * @count: how many
 * @skipped: what was left out
 * @skipped_count: how many; more than OFFER_SKIPPED_MAX are not noted
 */
struct offer {
	struct lease leases[OFFER_LEASES_MAX];
	unsigned int count;
	struct skipped skipped[OFFER_SKIPPED_MAX];
	unsigned int skipped_count;
};

void offer_init(struct offer *offer);
void offer_free(struct offer *offer);
int offer_add(struct offer *offer, struct lease *lease, struct reason *why);
void offer_skip(struct offer *offer, const char *part,
		const struct reason *why);

struct field;
json_t *offer_json(const struct offer *offer);
int offer_from_json(const struct field *array, size_t min,
		    struct offer *offer);
json_t *offer_skipped_json(const struct offer *offer);
int offer_skipped_from_json(const struct field *array, struct offer *offer);

#endif /* VNECTL_SOFTWIRE_CANDIDATES_H */
