// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "clock.h"
#include "provision/core/provisioner.h"

static const char *const step_names[] = {
	[SOURCE_IDLE] = "idle",
	[SOURCE_DISCOVER] = "discover",
	[SOURCE_PROBE] = "probe",
	[SOURCE_ASK] = "ask",
	[SOURCE_GOOD] = "good",
	[SOURCE_RETRY] = "retry",
	[SOURCE_WAIT] = "wait",
};

/**
 * source_step_name - the word for a step
 * @step: the step
 *
 * Return: the word.
 */
const char *source_step_name(enum source_step step)
{
	return step_names[step];
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct source *source = w->data;

	(void)loop;
	(void)revents;
	source->next = 0;
	if (source->ops->renew)
		source->ops->renew(source);
}

/* Whoever calls a source is not in the middle of it then. */
static void on_notify(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct source *source = w->data;

	(void)loop;
	(void)revents;
	/* The source may be gone after that. */
	source->changed(source, source->arg);
}

/**
 * source_at - note what a source is at, and tell whoever wants to know
 * @source: the source
 * @step: the step
 * @wait: seconds until it asks again, of source_wait(); 0 for never
 */
void source_at(struct source *source, enum source_step step, double wait)
{
	if (source->ended)
		return;
	source->step = step;
	source->since = clock_now();
	source->next = wait > 0 ? source->since + wait : 0;
	ev_timer_stop(EV_DEFAULT_UC, &source->timer);
	if (wait > 0) {
		ev_timer_set(&source->timer, wait, 0);
		ev_timer_start(EV_DEFAULT_UC, &source->timer);
	}
	ev_timer_start(EV_DEFAULT_UC, &source->notify);
}

/**
 * source_new - make a source
 * @ops: of its kind
 * @vne: the settings, which stay where they are
 * @changed: called from the event loop when anything is different
 * @arg: for @changed
 *
 * Return: the source, or NULL when there is no memory.
 */
struct source *source_new(const struct source_ops *ops, const struct vne *vne,
			  source_changed changed, void *arg)
{
	struct source *source = calloc(1, ops->size);

	if (!source)
		return NULL;
	source->ops = ops;
	source->vne = vne;
	source->changed = changed;
	source->arg = arg;
	ev_timer_init(&source->timer, on_timer, 0, 0);
	ev_timer_init(&source->notify, on_notify, 0, 0);
	source->timer.data = source;
	source->notify.data = source;
	if (ops->init && ops->init(source)) {
		source_free(source);
		return NULL;
	}
	return source;
}

/**
 * source_line - tell a source of the line: it begins, goes on, or pauses
 * @source: the source
 * @line: the line
 */
void source_line(struct source *source, const struct line *line)
{
	if (source->ended)
		return;
	source->facts = line->facts;
	source->ops->line(source, line);
}

/**
 * source_renew - have a source ask now
 * @source: the source
 */
void source_renew(struct source *source)
{
	if (!source->ended && source->ops->renew)
		source->ops->renew(source);
}

/**
 * source_erase - forget all that was saved; what is good now stays
 * @source: the source
 */
void source_erase(struct source *source)
{
	if (source->ops->erase)
		source->ops->erase(source);
	state_erase(source->vne->name);
}

/**
 * source_end - have a source stop
 * @source: the source, of which there are no events any more
 * @end: why
 */
void source_end(struct source *source, enum source_end end)
{
	if (source->ended)
		return;
	source->ended = true;
	ev_timer_stop(EV_DEFAULT_UC, &source->timer);
	ev_timer_stop(EV_DEFAULT_UC, &source->notify);
	if (source->ops->end)
		source->ops->end(source, end);
	source->step = SOURCE_IDLE;
	source->next = 0;
}

/**
 * source_free - free a source
 * @source: the source
 */
void source_free(struct source *source)
{
	if (!source)
		return;
	source_end(source, SOURCE_END_QUIET);
	offer_free(&source->offer);
	explicit_bzero(source, source->ops->size);
	free(source);
}

/**
 * source_json - a source as JSON
 * @source: the source
 *
 * Return: the object, to be released; there are no secrets in it.
 */
json_t *source_json(const struct source *source)
{
	json_t *json = json_object();

	json_object_set_new(json, "source",
			    json_string(vne_source_names[source->vne->source]));
	json_object_set_new(json, "step",
			    json_string(source_step_name(source->step)));
	json_object_set_new(json, "since", json_real(source->since));
	if (source->next > 0)
		json_object_set_new(json, "next", json_real(source->next));
	if (source->code)
		json_object_set_new(json, "reply_code",
				    json_integer(source->code));
	json_object_set_new(json, "cached", json_boolean(source->cached));
	if (source->why.code)
		json_object_set_new(json, "why", reason_json(&source->why));
	if (*source->host)
		json_object_set_new(json, "host", json_string(source->host));
	json_object_set_new(json, "leases", offer_json(&source->offer));
	if (source->offer.skipped_count)
		json_object_set_new(json, "skipped",
				    offer_skipped_json(&source->offer));
	if (source->ops->json)
		source->ops->json(source, json);
	return json;
}
