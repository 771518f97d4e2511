// SPDX-License-Identifier: GPL-2.0
/* What of an answer becomes the offer of a source. */
#include <stddef.h>
#include <stdio.h>

#include "provision/core/provisioner.h"

static int lease_copy(struct lease *to, const struct lease *from,
		      struct reason *why)
{
	unsigned int i;

	*to = *from;
	to->rules = NULL;
	to->count = 0;
	for (i = 0; i < from->count; i++)
		if (lease_add_rule(to, &from->rules[i], why)) {
			lease_free(to);
			return -1;
		}
	return 0;
}

/**
 * offer_copy - copy an offer
 * @to: the copy, to be freed
 * @from: the offer
 * @why: set when there is no memory
 *
 * Return: 0, or -1.
 */
int offer_copy(struct offer *to, const struct offer *from, struct reason *why)
{
	*to = *from;
	to->count = 0;
	while (to->count < from->count) {
		if (lease_copy(&to->leases[to->count],
			       &from->leases[to->count], why)) {
			offer_free(to);
			return -1;
		}
		to->count++;
	}
	return 0;
}

/* Where the server says no PSID offset, the user may know it. Return: can the rules
 * have it?
 */
static bool say_offset(struct lease *lease, const struct vne *vne,
		       struct reason *why)
{
	struct map_refusal refusal;
	struct lease_rule *rule;

	for (rule = lease->rules; rule < lease->rules + lease->count; rule++) {
		if (!rule->offset_assumed)
			continue;
		rule->params.psid_offset = vne->psid_offset;
		rule->offset_assumed = false;
		if (map_rule_valid(&rule->params, &refusal))
			continue;
		reason_set(why, REASON_INVALID_MAP_RULE,
			   "with \"psid-offset\" %u of the configuration: %s",
			   vne->psid_offset, refusal.reason);
		return false;
	}
	return true;
}

/* Those of the mode, in the order in which they are. */
static void keep_wanted(struct offer *offer, const struct vne *vne)
{
	unsigned int i, count = offer->count;
	bool offset = vne->source == VNE_DHCPV6 &&
		keys_seen(&vne_table, vne, offsetof(struct vne, psid_offset));
	enum vne_mode mode = vne_mode(vne);
	struct reason why;

	offer->count = 0;
	for (i = 0; i < count; i++) {
		struct lease *lease = &offer->leases[i];

		if (mode != VNE_AUTO && lease->method != vne_method(mode)) {
			lease_free(lease);
			continue;
		}
		if (offset && !say_offset(lease, vne, &why)) {
			offer_skip(offer, lease_method_name(lease->method),
				   &why);
			lease_free(lease);
			continue;
		}
		lease->mesh = lease->mesh && vne->mesh;
		offer->leases[offer->count++] = *lease;
	}
}

static void list_methods(const struct offer *offer, char *list, size_t size)
{
	size_t len = 0;
	unsigned int i;

	*list = '\0';
	for (i = 0; i < offer->count && len < size; i++)
		len += snprintf(list + len, size - len, "%s%s", i ? ", " : "",
				lease_method_name(offer->leases[i].method));
}

/**
 * source_take - have a source offer what an answer brought
 * @source: the source; its reason is set when it offers nothing now
 * @offer: the answer, of which a copy is taken: what the mode of the settings
 *	wants of it
 *
 * Return: 0, or -1 when there is nothing for this mode.
 */
int source_take(struct source *source, const struct offer *offer)
{
	struct reason why;
	struct offer copy;
	char list[128];

	if (offer_copy(&copy, offer, &why)) {
		source->why = why;
		return -1;
	}
	keep_wanted(&copy, source->vne);
	offer_free(&source->offer);
	source->offer = copy;
	if (copy.count)
		return 0;
	if (copy.skipped_count > offer->skipped_count) {
		source->why = copy.skipped[copy.skipped_count - 1].why;
		return -1;
	}
	list_methods(offer, list, sizeof(list));
	return reason_set(&source->why, REASON_UNSUPPORTED_TYPE,
			  "the provider offers %s, which is not \"mode\" %s",
			  *list ? list : "nothing that can be used",
			  vne_mode_names[vne_mode(source->vne)]);
}

/**
 * source_drop - have a source offer nothing
 * @source: the source, whose reason says why
 */
void source_drop(struct source *source)
{
	offer_free(&source->offer);
	offer_init(&source->offer);
	source->cached = false;
	*source->host = '\0';
}
