// SPDX-License-Identifier: GPL-2.0
/* The ways to IPv4 of an offer as JSON. */
#include "field.h"
#include "offer.h"

/**
 * offer_json - the ways to IPv4 as JSON
 * @offer: the offer
 *
 * Return: an array, to be released.
 */
json_t *offer_json(const struct offer *offer)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < offer->count; i++)
		json_array_append_new(array, lease_json(&offer->leases[i]));
	return array;
}

/**
 * offer_from_json - read the ways to IPv4
 * @array: what offer_json() made, which is not to be trusted; it says what is
 *	wrong
 * @min: so many at least
 * @offer: where they are added
 *
 * Return: 0, or -1; then some may have been added.
 */
int offer_from_json(const struct field *array, size_t min, struct offer *offer)
{
	struct lease lease;
	size_t i;

	if (field_array(array, min, OFFER_LEASES_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++)
		if (lease_from_json(json_array_get(array->json, i), &lease,
				    array->why) ||
		    offer_add(offer, &lease, array->why))
			return -1;
	return 0;
}
