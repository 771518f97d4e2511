// SPDX-License-Identifier: GPL-2.0
/* The ways to IPv4 of an offer as JSON, and what was left out. */
#include "base/json_field.h"
#include "softwire/candidates.h"

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

/**
 * offer_skipped_json - what was left out as JSON
 * @offer: the offer
 *
 * Return: an array, to be released.
 */
json_t *offer_skipped_json(const struct offer *offer)
{
	json_t *array = json_array(), *object;
	unsigned int i;

	for (i = 0; i < offer->skipped_count; i++) {
		object = reason_json(&offer->skipped[i].why);
		json_object_set_new(object, "part",
				    json_string(offer->skipped[i].part));
		json_array_append_new(array, object);
	}
	return array;
}

static int read_skipped(const struct field *object, struct offer *offer)
{
	struct field code = field_get(object, "code");
	struct field text = field_get(object, "text");
	struct field part = field_get(object, "part");
	const char *word, *sentence, *name;
	struct reason why;
	int found;

	if (field_string(&code, 32, &word) ||
	    field_string(&text, sizeof(why.text) - 1, &sentence) ||
	    field_string(&part, sizeof(offer->skipped->part) - 1, &name))
		return -1;
	found = reason_find(word);
	if (found < 0)
		return field_wrong(&code, "\"%s\" is unknown", word);
	reason_set(&why, found, "%s", sentence);
	offer_skip(offer, name, &why);
	return 0;
}

/**
 * offer_skipped_from_json - read what was left out
 * @array: what offer_skipped_json() made, which is not to be trusted; it says
 *	what is wrong
 * @offer: where it is noted
 *
 * Return: 0, or -1; then some may have been noted.
 */
int offer_skipped_from_json(const struct field *array, struct offer *offer)
{
	struct field object;
	size_t i;

	if (field_array(array, 0, OFFER_SKIPPED_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++) {
		object = field_at(array, i);
		if (read_skipped(&object, offer))
			return -1;
	}
	return 0;
}
