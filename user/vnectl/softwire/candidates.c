// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "softwire/candidates.h"

/**
 * offer_init - begin with nothing
 * @offer: the offer
 */
void offer_init(struct offer *offer)
{
	memset(offer, 0, sizeof(*offer));
}

/**
 * offer_free - free what an offer holds
 * @offer: the offer
 */
void offer_free(struct offer *offer)
{
	while (offer->count)
		lease_free(&offer->leases[--offer->count]);
}

/**
 * offer_add - append a way to IPv4
 * @offer: the offer
 * @lease: the lease, which belongs to the offer from now on; freed where it
 *	is not taken
 * @why: set when it is not taken
 *
 * Return: 0, or -1.
 */
int offer_add(struct offer *offer, struct lease *lease, struct reason *why)
{
	if (lease_check(lease, why)) {
		lease_free(lease);
		return -1;
	}
	if (offer->count == OFFER_LEASES_MAX) {
		lease_free(lease);
		return reason_set(why, REASON_INVALID_REPLY,
				  "there are more than %d ways to IPv4",
				  OFFER_LEASES_MAX);
	}
	offer->leases[offer->count++] = *lease;
	return 0;
}

/**
 * offer_skip - note that a part of the answer was left out
 * @offer: the offer
 * @part: what it is called there
 * @why: why
 */
void offer_skip(struct offer *offer, const char *part,
		const struct reason *why)
{
	struct skipped *skipped;
	char *c;

	if (offer->skipped_count == OFFER_SKIPPED_MAX)
		return;
	skipped = &offer->skipped[offer->skipped_count++];
	snprintf(skipped->part, sizeof(skipped->part), "%s", part);
	for (c = skipped->part; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	skipped->why = *why;
}
