// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "provision/core/http_provisioner.h"
#include "clock.h"
#include "parse.h"
#include "provision/ddns.h"

/* The first attempts, and how far they are apart. */
#define TRIES		3
#define TRY_EVERY	10

/* Afterwards, from a minute to an hour. A part of it is left to chance. */
#define WAIT_MIN	60.0
#define WAIT_MAX	3600.0
#define LESS		0.75

static const char *const step_names[] = {
	[TELL_OFF] = "off",
	[TELL_ASK] = "ask",
	[TELL_GOOD] = "good",
	[TELL_RETRY] = "retry",
};

static void tell_at(struct tell *tell, enum tell_step step, double wait)
{
	tell->step = step;
	tell->since = clock_now();
	tell->next = wait > 0 ? tell->since + wait : 0;
	ev_timer_stop(EV_DEFAULT_UC, &tell->timer);
	if (wait <= 0)
		return;
	ev_timer_set(&tell->timer, wait, 0);
	ev_timer_start(EV_DEFAULT_UC, &tell->timer);
}

static double next_wait(const struct tell *tell)
{
	double wait = WAIT_MIN;
	unsigned int i;

	if (tell->tries < TRIES)
		return source_wait(TRY_EVERY, TRY_EVERY);
	for (i = TRIES; i < tell->tries && wait < WAIT_MAX; i++)
		wait *= 2;
	if (wait > WAIT_MAX)
		wait = WAIT_MAX;
	return source_wait(LESS * wait, wait);
}

static void failed(struct tell *tell)
{
	request_hide(tell->vne, &tell->why);
	tell->tries++;
	tell_at(tell, TELL_RETRY, next_wait(tell));
}

static void on_reply(struct fetch *fetch, const struct fetch_answer *answer,
		     void *arg)
{
	struct tell *tell = arg;

	(void)fetch;
	tell->code = answer->code;
	if (answer->status != HTTP_OK && answer->status != HTTP_CODE)
		request_why(answer, &tell->why);
	else
		tell->why = answer->wrong;
	if (tell->why.code) {
		failed(tell);
	} else {
		tell->tries = 0;
		tell_at(tell, TELL_GOOD, 0);
	}
	/* All may be gone after that. */
	tell->changed(tell, tell->arg);
}

static int make_query(const struct tell *tell, struct query *query,
		      struct reason *why)
{
	const struct vne *vne = tell->vne;
	const struct update_account account = {
		.user = vne->user,
		.pass = vne->password,
		.host = *tell->host ? tell->host : vne->update_host,
		.id = vne->update_id,
		.key = vne->update_password,
	};

	return update_query(vne->update_service, &account, &tell->address,
			    query, why);
}

static void ask(struct tell *tell)
{
	struct fetch_request request;
	struct query query;

	fetch_cancel(&tell->fetch);
	if (make_query(tell, &query, &tell->why)) {
		failed(tell);
		return;
	}
	request_init(tell->vne, &tell->address, FETCH_UPDATE, &request);
	request.dialect = tell->vne->update_service;
	request.http.url = tell->vne->update_url;
	tell_at(tell, TELL_ASK, 0);
	request_start(&tell->fetch, &request, &query, on_reply, tell);
	explicit_bzero(&query, sizeof(query));
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct tell *tell = w->data;

	(void)loop;
	(void)revents;
	ask(tell);
	tell->changed(tell, tell->arg);
}

/**
 * tell_init - begin with nobody to tell
 * @tell: what is made
 * @vne: the settings, which stay where they are
 * @changed: called from the event loop when the step is another one
 * @arg: for @changed
 */
void tell_init(struct tell *tell, const struct vne *vne, tell_changed changed,
	       void *arg)
{
	memset(tell, 0, sizeof(*tell));
	tell->vne = vne;
	tell->changed = changed;
	tell->arg = arg;
	ev_timer_init(&tell->timer, on_timer, 0, 0);
	tell->timer.data = tell;
}

/**
 * tell_start - the tunnel has an address: tell it, unless that is done
 * @tell: what is told
 * @address: the address, from which requests can leave
 * @host: the name to keep current, or NULL for that of the settings
 */
void tell_start(struct tell *tell, const struct in6_addr *address,
		const char *host)
{
	if (!host)
		host = "";
	if (!tell->vne->update_url ||
	    (tell->step != TELL_OFF &&
	     IN6_ARE_ADDR_EQUAL(address, &tell->address) &&
	     !strcmp(host, tell->host)))
		return;
	tell->address = *address;
	snprintf(tell->host, sizeof(tell->host), "%s", host);
	tell->tries = 0;
	ask(tell);
}

/**
 * tell_stop - there is nothing to tell any more
 * @tell: what is told
 */
void tell_stop(struct tell *tell)
{
	fetch_cancel(&tell->fetch);
	tell_at(tell, TELL_OFF, 0);
	tell->why.code = REASON_NONE;
}

/**
 * tell_again - tell it now, whether that is done or not
 * @tell: what is told
 */
void tell_again(struct tell *tell)
{
	if (tell->step == TELL_OFF)
		return;
	tell->tries = 0;
	ask(tell);
}

/**
 * tell_json - what is told as JSON
 * @tell: what is told
 *
 * Return: the object, to be released; there are no secrets in it.
 */
json_t *tell_json(const struct tell *tell)
{
	json_t *json = json_object();
	char buf[PREFIX_STRLEN];

	json_object_set_new(json, "step", json_string(step_names[tell->step]));
	if (tell->step == TELL_OFF)
		return json;
	json_object_set_new(json, "service",
			    json_string(update_dialects[tell->vne->update_service]));
	json_object_set_new(json, "address",
			    json_string(format_ipv6(&tell->address, buf)));
	json_object_set_new(json, "since", json_real(tell->since));
	if (tell->next > 0)
		json_object_set_new(json, "next", json_real(tell->next));
	if (tell->code)
		json_object_set_new(json, "reply_code",
				    json_integer(tell->code));
	if (tell->tries)
		json_object_set_new(json, "failures",
				    json_integer(tell->tries));
	if (tell->why.code)
		json_object_set_new(json, "why", reason_json(&tell->why));
	return json;
}
