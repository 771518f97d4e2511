/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzz targets share: claims about whatever was accepted. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "softwire/bmr.h"
#include "base/json_field.h"
#include "softwire/softwire.h"
#include "softwire/candidates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define claim(truth) do { if (!(truth)) abort(); } while (0)

/* Input as a text; to be freed. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	claim(text);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A refusal says why, in words that can be printed. */
static inline void fuzz_reason(const struct reason *why)
{
	const char *c;

	claim(why->code != REASON_NONE && *reason_name(why->code));
	claim(*why->text);
	for (c = why->text; *c; c++)
		claim(*c >= ' ' && *c <= '~');
}

/* Every rule is the BMR of some prefix, whatever it says: its own. */
static inline void fuzz_bmr(const struct lease *lease)
{
	struct in6_addr prefix;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	for (i = 0; i < lease->count && i < 16; i++) {
		prefix = lease->rules[i].params.ipv6;
		prefix.s6_addr[7] |= 1;
		if (bmr_find(lease, &prefix, 64, &bmr, &why)) {
			fuzz_reason(&why);
			continue;
		}
		claim(bmr.index < lease->count);
		claim(map_rule_valid(&bmr.params, NULL));
		bmr_is_fmr(lease, bmr.index);
	}
}

/* What is accepted is consistent, and survives a restart. */
static inline void fuzz_lease(const struct lease *lease)
{
	json_t *json = lease_json(lease);
	struct reason why;
	struct lease copy;

	claim(!lease_check(lease, &why));
	claim(json);
	claim(!lease_from_json(json, &copy, &why));
	claim(lease_equal(lease, &copy));
	fuzz_bmr(lease);
	lease_free(&copy);
	json_decref(json);
}

static inline void fuzz_offer(const struct offer *offer)
{
	unsigned int i;

	claim(offer->count <= OFFER_LEASES_MAX);
	for (i = 0; i < offer->count; i++)
		fuzz_lease(&offer->leases[i]);
	claim(offer->skipped_count <= OFFER_SKIPPED_MAX);
	for (i = 0; i < offer->skipped_count; i++)
		fuzz_reason(&offer->skipped[i].why);
}

#endif /* FUZZ_H */
