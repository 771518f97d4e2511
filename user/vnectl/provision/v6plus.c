// SPDX-License-Identifier: GPL-2.0
/* The rule server of v6plus. */
#include <stdlib.h>
#include <string.h>

#include "provision/core/identity.h"
#include "provision/provisioners.h"
#include "provision/v6plus_report.h"

#define MINUTE	60.0
#define HOUR	3600.0

static const struct asker_wait soon = { 1 * MINUTE, 10 * MINUTE };
static const struct asker_wait later = { 10 * MINUTE, 30 * MINUTE };
static const struct asker_wait refresh = { 3 * HOUR, 24 * HOUR };

/* The gateway is the next hop: either it answers at once, or it is none. */
#define GATEWAY_TIMEOUT	5

/* OpenSync's words. */
static const char *const gateway_names[] = {
	[V6PLUS_GATEWAY_UNKNOWN] = "unknown",
	[V6PLUS_GATEWAY_OFF] = "map_off",
	[V6PLUS_GATEWAY_ON] = "map_on",
};

static const char *const status_names[] = {
	[V6PLUS_STATUS_NONE] = "",
	[V6PLUS_STATUS_SAVED] = "init_saved_rules",
	[V6PLUS_STATUS_OK] = "serv_reply_ok_v6plus_ok",
	[V6PLUS_STATUS_NO_RULE] = "serv_reply_ok_no_rule",
	[V6PLUS_STATUS_SERVER_ERROR] = "serv_err",
	[V6PLUS_STATUS_CLIENT_ERROR] = "client_err",
};

static struct v6plus *v6plus_of(struct asker *asker)
{
	return (struct v6plus *)asker;
}

/* The server has said that this line is not to go on. */
static void give_up(struct v6plus *v6plus, enum v6plus_cause cause,
		    const struct asker_wait *wait)
{
	v6plus->active = false;
	asker_nothing(&v6plus->asker, wait);
	v6plus_report(v6plus, V6PLUS_STOP, cause);
}

static void keep_id(struct v6plus *v6plus, const char *id)
{
	if (!*id || !strcmp(id, v6plus->id))
		return;
	snprintf(v6plus->id, sizeof(v6plus->id), "%s", id);
	asker_save_id(&v6plus->asker, "id", v6plus->id);
}

static void use_rules(struct v6plus *v6plus, struct v6plus_rules *rules)
{
	struct asker *asker = &v6plus->asker;
	struct source *source = &asker->source;
	struct offer *offer = &asker->saved;
	struct reason why;

	keep_id(v6plus, rules->id);
	offer_free(offer);
	offer_init(offer);
	if (rules->found) {
		offer_add(offer, &rules->lease, &why);
		lease_init(&rules->lease, LEASE_MAP_E);
	}
	if (!asker_offers_match(asker, offer)) {
		v6plus->status = V6PLUS_STATUS_NO_RULE;
		give_up(v6plus, V6PLUS_RULE_MISMATCH, &later);
		return;
	}
	v6plus->status = V6PLUS_STATUS_OK;
	asker_save(asker, offer);
	if (source_take(source, offer)) {
		asker_retry(asker, &soon);
		return;
	}
	v6plus->active = true;
	asker_good(asker, &refresh);
	v6plus_report(v6plus, V6PLUS_START, V6PLUS_NORMAL);
}

static void server_failed(struct v6plus *v6plus)
{
	v6plus->status = V6PLUS_STATUS_SERVER_ERROR;
	request_hide(v6plus->asker.source.vne, &v6plus->asker.source.why);
	asker_retry(&v6plus->asker, &soon);
}

static void on_rules(struct fetch *fetch, const struct fetch_answer *answer,
		     void *arg)
{
	struct v6plus *v6plus = arg;
	struct source *source = &v6plus->asker.source;
	struct v6plus_rules rules;

	(void)fetch;
	source->code = answer->code;
	if (answer->status != HTTP_OK) {
		asker_note(&v6plus->asker, answer);
		if (answer->code / 100 != 4) {
			server_failed(v6plus);
			return;
		}
		v6plus->status = V6PLUS_STATUS_CLIENT_ERROR;
		give_up(v6plus, V6PLUS_NORMAL, &refresh);
	} else if (asker_wrong(&v6plus->asker, answer) ||
		   v6plus_rules_from_json(answer->found, &rules,
					  &source->why)) {
		server_failed(v6plus);
	} else {
		use_rules(v6plus, &rules);
		v6plus_rules_free(&rules);
	}
}

static void ask(struct v6plus *v6plus)
{
	struct source *source = &v6plus->asker.source;
	struct query query;

	if (v6plus_rules_query(V6PLUS_CALLBACK, v6plus->id, &query,
			       &source->why)) {
		server_failed(v6plus);
		return;
	}
	request_page(&v6plus->asker, v6plus_url(source->vne, "get_rules"),
		     FETCH_V6PLUS, &query, on_rules);
	explicit_bzero(&query, sizeof(query));
}

/* After a start what was saved is good for some minutes: not all lines of a
 * town ask at once when the power comes back.
 */
static void no_gateway(struct v6plus *v6plus)
{
	struct source *source = &v6plus->asker.source;
	bool first = !v6plus->begun;

	v6plus->begun = true;
	if (!first || asker_take_saved(&v6plus->asker)) {
		ask(v6plus);
		return;
	}
	v6plus->status = V6PLUS_STATUS_SAVED;
	v6plus->active = true;
	source->why.code = REASON_NONE;
	source_at(source, SOURCE_GOOD, source_wait(soon.min, soon.max));
}

/* Two that do MAP with the same address and ports would be in each other's
 * way.
 */
static void gateway_on(struct v6plus *v6plus)
{
	struct source *source = &v6plus->asker.source;
	bool again = v6plus->gateway == V6PLUS_GATEWAY_ON;

	v6plus->gateway = V6PLUS_GATEWAY_ON;
	v6plus->active = false;
	source_drop(source);
	reason_set(&source->why, REASON_REFUSED,
		   "the home gateway runs MAP-E itself (\"home-gateway-check\"): IPv4 comes from there");
	asker_retry(&v6plus->asker, &later);
	if (!again)
		v6plus_report(v6plus, V6PLUS_STOP, V6PLUS_ON_GATEWAY);
}

/* Where there is none, or it is something else, nobody does MAP. */
static void on_gateway(struct fetch *fetch, const struct fetch_answer *answer,
		       void *arg)
{
	json_t *on = json_object_get(answer->found, "on");
	struct v6plus *v6plus = arg;

	(void)fetch;
	if (answer->status != HTTP_OK || !json_is_boolean(on))
		v6plus->gateway = V6PLUS_GATEWAY_UNKNOWN;
	else if (json_is_false(on))
		v6plus->gateway = V6PLUS_GATEWAY_OFF;
	if (answer->status == HTTP_OK && json_is_true(on))
		gateway_on(v6plus);
	else
		no_gateway(v6plus);
}

static void begin(struct asker *asker)
{
	struct v6plus *v6plus = v6plus_of(asker);
	struct source *source = &asker->source;
	struct fetch_request request;
	struct query query;

	if (!source->vne->gateway_check ||
	    v6plus_gateway_query(V6PLUS_CALLBACK, &query, &source->why)) {
		v6plus->gateway = V6PLUS_GATEWAY_UNKNOWN;
		no_gateway(v6plus);
		return;
	}
	request_of_line(source, FETCH_V6PLUS_GATEWAY, &request);
	request.http.url = source->vne->gateway_url;
	/* It is no further than the cable, and knows nothing of TLS. */
	request.http.plain = true;
	request.http.ipv6_only = false;
	request.http.cert_file = NULL;
	request.http.key_file = NULL;
	request.http.timeout = GATEWAY_TIMEOUT;
	request.http.connect_timeout = GATEWAY_TIMEOUT;
	source_at(source, SOURCE_PROBE, 0);
	request_start(&asker->fetch, &request, &query, on_gateway, v6plus);
}

static void moved(struct asker *asker)
{
	struct v6plus *v6plus = v6plus_of(asker);

	if (v6plus->active)
		v6plus_report(v6plus, V6PLUS_STOP, V6PLUS_ADDRESS_CHANGE);
	v6plus->active = false;
	asker_rules_moved(asker);
}

static int init(struct source *source)
{
	struct asker *asker = asker_of(source);
	struct v6plus *v6plus = v6plus_of(asker);
	char *id = asker_load_id(asker, "id");

	asker_init(asker);
	asker->begin = begin;
	asker->moved = moved;
	asker->needs_prefix = true;
	asker->identity = identity(source->vne->server, source->vne->code);
	if (id && v6plus_id_valid(id))
		snprintf(v6plus->id, sizeof(v6plus->id), "%s", id);
	free(id);
	return 0;
}

static void erase(struct source *source)
{
	struct v6plus *v6plus = v6plus_of(asker_of(source));

	explicit_bzero(v6plus->id, sizeof(v6plus->id));
	asker_erase(source);
}

static void end(struct source *source, enum source_end end)
{
	struct v6plus *v6plus = v6plus_of(asker_of(source));

	if (v6plus->active && end == SOURCE_END_MANUAL)
		v6plus_report(v6plus, V6PLUS_STOP, V6PLUS_MANUAL);
	else if (v6plus->active && end == SOURCE_END_CHANGE)
		v6plus_report(v6plus, V6PLUS_STOP, V6PLUS_ADDRESS_CHANGE);
	v6plus->active = false;
	v6plus_disown(v6plus);
	asker_end(source, end);
}

static void add_json(const struct source *source, json_t *to)
{
	const struct v6plus *v6plus = (const struct v6plus *)source;
	const struct v6plus_reported *reported = &v6plus->reported;
	json_t *report;

	json_object_set_new(to, "v6plus_hgw_status",
			    json_string(gateway_names[v6plus->gateway]));
	if (v6plus->status)
		json_object_set_new(to, "v6plus_rules_status",
				    json_string(status_names[v6plus->status]));
	if (!reported->action)
		return;
	report = json_pack("{s:i, s:i, s:b, s:i, s:s*}",
			   "action", reported->action,
			   "reason", reported->cause,
			   "done", reported->done,
			   "reply_code", reported->code,
			   "why", reported->why.code ? reported->why.text :
			   NULL);
	json_object_set_new(to, "report", report);
}

const struct source_ops source_v6plus = {
	.size = sizeof(struct v6plus),
	.init = init,
	.line = asker_line,
	.renew = asker_renew,
	.erase = erase,
	.end = end,
	.json = add_json,
};
