// SPDX-License-Identifier: GPL-2.0
/* What comes of a question: an offer, or a reason; and what is kept of it. */
#include <stdlib.h>
#include <string.h>

#include "provision/core/http_provisioner.h"
#include "softwire/bmr.h"
#include "base/json_field.h"

/**
 * asker_note - note why there is no answer of use
 * @asker: the source
 * @answer: what there is, whose status is not HTTP_OK
 */
void asker_note(struct asker *asker, const struct fetch_answer *answer)
{
	request_why(answer, &asker->source.why);
	request_hide(asker->source.vne, &asker->source.why);
}

/**
 * asker_wrong - note what the reader has against what the server said
 * @asker: the source
 * @answer: what there is
 *
 * Return: true if there is anything.
 */
bool asker_wrong(struct asker *asker, const struct fetch_answer *answer)
{
	if (answer->wrong.code)
		asker->source.why = answer->wrong;
	return answer->wrong.code;
}

/**
 * asker_good - the answer was of use
 * @asker: the source, which has the offer
 * @wait: when to ask again
 */
void asker_good(struct asker *asker, const struct asker_wait *wait)
{
	asker->good = true;
	asker->source.cached = false;
	asker->source.why.code = REASON_NONE;
	*asker->source.why.text = '\0';
	source_at(&asker->source, SOURCE_GOOD,
		  source_wait(wait->min, wait->max));
}

/**
 * asker_retry - the answer was of no use: what there was serves on
 * @asker: the source, with the reason
 * @wait: when to ask again
 */
void asker_retry(struct asker *asker, const struct asker_wait *wait)
{
	asker->good = false;
	asker->source.cached = asker->source.offer.count;
	source_at(&asker->source, SOURCE_RETRY,
		  source_wait(wait->min, wait->max));
}

/**
 * asker_nothing - the answer is that there is nothing for this line
 * @asker: the source, with the reason
 * @wait: when to ask again
 */
void asker_nothing(struct asker *asker, const struct asker_wait *wait)
{
	asker_unsave(asker);
	source_drop(&asker->source);
	asker_retry(asker, wait);
}

static uint8_t match_len(const struct lease *lease, const struct bmr *bmr)
{
	return lease->rules[bmr->index].params.ipv6_len;
}

/* After those whose match is as long or longer. What is kept so far is before the
 * one that is looked at.
 */
static void keep(struct offer *offer, unsigned int from, uint8_t len,
		 uint8_t *lens)
{
	struct lease lease = offer->leases[from];
	unsigned int to = offer->count++;

	for (; to && lens[to - 1] < len; to--) {
		offer->leases[to] = offer->leases[to - 1];
		lens[to] = lens[to - 1];
	}
	offer->leases[to] = lease;
	lens[to] = len;
}

/**
 * asker_offers_match - keep of an offer what is for the prefix of the line
 * @asker: the source; its reason is set when that is nothing
 * @offer: the offer
 *
 * Where rules have several BRs, each BR has a lease: the first one has the longest
 * match of all rules, which is the BMR (RFC 7597, section 5.2).
 *
 * Return: true if there is anything.
 */
bool asker_offers_match(struct asker *asker, struct offer *offer)
{
	const struct line_facts *facts = &asker->source.facts;
	unsigned int i, count = offer->count;
	struct reason why = { 0 };
	uint8_t lens[OFFER_LEASES_MAX], failed = 0;
	struct bmr bmr;

	offer->count = 0;
	for (i = 0; i < count; i++) {
		if (!bmr_find(&offer->leases[i], &facts->prefix,
			      facts->prefix_len, &bmr, &why)) {
			keep(offer, i, match_len(&offer->leases[i], &bmr),
			     lens);
			continue;
		}
		lease_free(&offer->leases[i]);
		if (bmr.params.ipv6_len > failed)
			failed = bmr.params.ipv6_len;
	}
	/* Without the BMR, a rule with a shorter match is none instead. */
	while (offer->count && lens[offer->count - 1] < failed)
		lease_free(&offer->leases[--offer->count]);
	if (offer->count)
		return true;
	if (!count)
		reason_set(&why, REASON_NO_MATCHING_PD,
			   "the server has no rules for this line");
	asker->source.why = why;
	return false;
}

/**
 * asker_rules_moved - the line has another prefix
 * @asker: the source
 *
 * Rules that are for the new prefix, too, are good until the server says others.
 */
void asker_rules_moved(struct asker *asker)
{
	struct source *source = &asker->source;

	if (source->offer.count && asker_offers_match(asker, &source->offer))
		source->cached = true;
	else
		source_drop(source);
}

/* Kinds of sources, and what they depend on: after another configuration, what
 * was saved is of no use. It need not be safe against anybody, only differ.
 */
static const char *identity_text(const struct asker *asker, char *buf)
{
	snprintf(buf, 32, "%016llx",
		 (unsigned long long)asker->identity);
	return buf;
}

static int read_host(const struct field *top, struct source *source)
{
	struct field host = field_get(top, "host");
	const char *word;

	if (!host.json)
		return 0;
	if (field_string(&host, HOST_NAME_LEN, &word))
		return -1;
	return endpoint_host_name(word, source->host) ? 0 :
		field_wrong(&host, "it is no host name");
}

static int read_saved(struct asker *asker, json_t *json, struct reason *why)
{
	struct source *source = &asker->source;
	struct field top = field_top(json, why);
	struct field kind = field_get(&top, "source");
	struct field identity = field_get(&top, "for");
	struct field leases = field_get(&top, "leases");
	const char *word, *of;
	char buf[32];

	if (field_string(&kind, 32, &word) || field_string(&identity, 32, &of))
		return -1;
	if (strcmp(word, vne_source_names[source->vne->source]) ||
	    strcmp(of, identity_text(asker, buf)))
		return reason_set(why, REASON_INVALID_REPLY,
				  "it is of another configuration");
	if (read_host(&top, source) ||
	    offer_from_json(&leases, 1, &asker->saved)) {
		*source->host = '\0';
		offer_free(&asker->saved);
		return -1;
	}
	return 0;
}

static void load_saved(struct asker *asker)
{
	struct source *source = &asker->source;
	json_t *json = state_load(source->vne->name);
	struct reason why;

	if (json && read_saved(asker, json, &why))
		reason_set(&source->why, why.code,
			   "the saved answer is of no use: %.300s", why.text);
	json_decref(json);
}

/**
 * asker_take_saved - offer what was saved, where nothing is offered yet
 * @asker: the source
 *
 * Return: 0, or -1 when there is nothing that can be used.
 */
int asker_take_saved(struct asker *asker)
{
	struct source *source = &asker->source;

	if (source->offer.count)
		return -1;
	if (!asker->saved.count)
		load_saved(asker);
	if (!asker->saved.count ||
	    (asker->needs_prefix &&
	     !asker_offers_match(asker, &asker->saved)) ||
	    source_take(source, &asker->saved)) {
		*source->host = '\0';
		return -1;
	}
	source->cached = true;
	return 0;
}

/**
 * asker_save - keep an answer over a restart
 * @asker: the source
 * @offer: the answer
 */
void asker_save(struct asker *asker, const struct offer *offer)
{
	struct source *source = &asker->source;
	char buf[32];

	/* Without it, a start takes longer: nothing worse. */
	state_save(source->vne->name,
		   json_pack("{s:s, s:s, s:s*, s:o}", "source",
			     vne_source_names[source->vne->source], "for",
			     identity_text(asker, buf), "host",
			     *source->host ? source->host : NULL, "leases",
			     offer_json(offer)));
}

/**
 * asker_unsave - keep no answer over a restart
 * @asker: the source
 */
void asker_unsave(struct asker *asker)
{
	offer_free(&asker->saved);
	state_save(asker->source.vne->name, NULL);
}

static const char *id_name(const struct asker *asker, char *name, size_t size)
{
	snprintf(name, size, "%s%s", STATE_ID, asker->source.vne->name);
	return name;
}

/**
 * asker_load_id - load what identifies this line to the server
 * @asker: the source
 * @key: what it is called
 *
 * Return: a word that is not to be trusted, to be freed; or NULL.
 */
char *asker_load_id(struct asker *asker, const char *key)
{
	char name[VNE_NAME_LEN + sizeof(STATE_ID)];
	json_t *json = state_load(id_name(asker, name, sizeof(name)));
	const char *word = json_string_value(json_object_get(json, key));
	char *copy = word ? strdup(word) : NULL;

	json_decref(json);
	return copy;
}

/**
 * asker_save_id - keep what identifies this line to the server
 * @asker: the source
 * @key: what it is called
 * @id: the word
 */
void asker_save_id(struct asker *asker, const char *key, const char *id)
{
	char name[VNE_NAME_LEN + sizeof(STATE_ID)];

	state_save(id_name(asker, name, sizeof(name)),
		   json_pack("{s:s}", key, id));
}
