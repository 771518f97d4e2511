// SPDX-License-Identifier: GPL-2.0
/* The rule server of OCN Virtual Connect. */
#include <string.h>

#include "provision/core/http_provisioner.h"
#include "provision/provisioners.h"
#include "provision/core/identity.h"
#include "format/ocn.h"

#define MINUTE	60.0
#define HOUR	3600.0

static const struct asker_wait refresh = { 12 * HOUR, 24 * HOUR };

/* 1, 2, 4, 8 minutes, and a bit: lines that fail together do not come back
 * together.
 */
#define FAILURES_MAX	3
#define MORE		1.25

/**
 * struct ocn - the source
 * @asker: what it has in common with others
 * @failures: in turn, up to FAILURES_MAX
 */
struct ocn {
	struct asker asker;
	unsigned int failures;
};

static struct asker_wait back_off(struct asker *asker)
{
	struct ocn *ocn = (struct ocn *)asker;
	double wait = MINUTE * (1u << ocn->failures);

	if (ocn->failures < FAILURES_MAX)
		ocn->failures++;
	return (struct asker_wait){ wait, MORE * wait };
}

static void retry(struct asker *asker)
{
	const struct asker_wait wait = back_off(asker);

	request_hide(asker->source.vne, &asker->source.why);
	asker_retry(asker, &wait);
}

static void use_rules(struct asker *asker, struct ocn_rules *rules)
{
	struct source *source = &asker->source;
	struct asker_wait wait;

	if (!asker_offers_match(asker, &rules->offer)) {
		wait = back_off(asker);
		asker_nothing(asker, &wait);
		return;
	}
	memcpy(source->host, rules->host_name, sizeof(source->host));
	asker_save(asker, &rules->offer);
	((struct ocn *)asker)->failures = 0;
	if (source_take(source, &rules->offer))
		retry(asker);
	else
		asker_good(asker, &refresh);
}

static void on_reply(struct fetch *fetch, const struct fetch_answer *answer,
		     void *arg)
{
	struct asker *asker = arg;
	struct ocn_rules rules;

	(void)fetch;
	asker->source.code = answer->code;
	if (answer->status != HTTP_OK) {
		asker_note(asker, answer);
		retry(asker);
	} else if (asker_wrong(asker, answer) ||
		   ocn_rules_from_json(answer->found, &rules,
				       &asker->source.why)) {
		retry(asker);
	} else {
		use_rules(asker, &rules);
		ocn_rules_free(&rules);
	}
}

static void begin(struct asker *asker)
{
	struct source *source = &asker->source;
	const struct line_facts *facts = &source->facts;
	struct query query;

	if (ocn_query(&facts->prefix, facts->prefix_len, source->vne->code,
		      &query, &source->why)) {
		retry(asker);
		return;
	}
	request_page(asker, request_server_url(source->vne, "/"), FETCH_OCN,
		     &query, on_reply);
	explicit_bzero(&query, sizeof(query));
}

static int init(struct source *source)
{
	struct asker *asker = asker_of(source);

	asker_init(asker);
	asker->begin = begin;
	asker->moved = asker_rules_moved;
	asker->needs_prefix = true;
	asker->saves_first = true;
	asker->identity = identity(source->vne->server, source->vne->code);
	return 0;
}

const struct source_ops source_ocn = {
	.size = sizeof(struct ocn),
	.init = init,
	.line = asker_line,
	.renew = asker_renew,
	.erase = asker_erase,
	.end = asker_end,
};
