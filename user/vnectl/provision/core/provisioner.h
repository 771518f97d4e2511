/* SPDX-License-Identifier: GPL-2.0 */
/* Where the rules are from. A source is told of the line, asks whoever it has to
 * ask, when it has to, and says what is good now.
 */
#ifndef VNECTL_PROVISION_CORE_PROVISIONER_H
#define VNECTL_PROVISION_CORE_PROVISIONER_H

#include <ev.h>
#include <jansson.h>

#include "wan/wan.h"
#include "softwire/candidates.h"
#include "config/line_options.h"

/**
 * enum source_step - what a source is at
 * @SOURCE_IDLE: nothing to do: there is no line
 * @SOURCE_DISCOVER: looks for the server in the DNS
 * @SOURCE_PROBE: asks the home gateway
 * @SOURCE_ASK: asks the server
 * @SOURCE_GOOD: has an offer, and asks again at @next
 * @SOURCE_RETRY: has failed, and tries again at @next
 * @SOURCE_WAIT: waits for somebody else: a DHCPv6 client
 */
enum source_step {
	SOURCE_IDLE,
	SOURCE_DISCOVER,
	SOURCE_PROBE,
	SOURCE_ASK,
	SOURCE_GOOD,
	SOURCE_RETRY,
	SOURCE_WAIT,
};

struct source;
struct source_ops;

/* The offer is another one, or gone, or the step is another one. */
typedef void (*source_changed)(struct source *source, void *arg);

/**
 * struct source - a source of rules
 * @ops: its kind
 * @vne: settings, which stay where they are
 * @facts: of the line, as told last
 * @offer: what is good now, the best first; no leases for nothing: then @why
 *	says why
 * @why: what is wrong, or was the last time; code 0 for nothing
 * @step: enum source_step
 * @since: when it got there (clock_now())
 * @next: when it tries next, 0 for never
 * @code: status of the last answer by HTTP, 0 for none
 * @cached: the offer is of the time before, and not confirmed yet; or the
 *	server has said nothing of use since
 * @host: the name whose address the server wants to be told (ocn), or empty
 * @timer: to @next
 * @notify: calls @changed soon
 * @ended: there are no more events
 * @changed: called from the event loop, where the source may be freed
 * @arg: for @changed
 */
struct source {
	const struct source_ops *ops;
	const struct vne *vne;
	struct line_facts facts;
	struct offer offer;
	struct reason why;
	enum source_step step;
	double since;
	double next;
	int code;
	bool cached;
	char host[HOST_NAME_LEN + 1];
	ev_timer timer;
	ev_timer notify;
	bool ended;
	source_changed changed;
	void *arg;
};

/**
 * enum source_end - why a source has to stop
 * @SOURCE_END_QUIET: the daemon ends; the line goes on as it is
 * @SOURCE_END_MANUAL: a person wants it; the server may be told
 * @SOURCE_END_CHANGE: the line has another prefix
 */
enum source_end {
	SOURCE_END_QUIET,
	SOURCE_END_MANUAL,
	SOURCE_END_CHANGE,
};

struct source_ops;

struct source *source_new(const struct source_ops *ops, const struct vne *vne,
			  source_changed changed, void *arg);
void source_line(struct source *source, const struct line *line);
void source_renew(struct source *source);
void source_erase(struct source *source);
void source_end(struct source *source, enum source_end end);
void source_free(struct source *source);
json_t *source_json(const struct source *source);
const char *source_step_name(enum source_step step);

/* One for the daemon: waits for servers are divided by it (time-scale). */
void source_set_time_scale(double scale);
double source_wait(double min, double max);
double source_timeout(double usual);

/* Answers that outlive the daemon: two files a line, mode 0600. The second,
 * STATE_ID and the name, is for what identifies the line to a server: that is
 * not to be kept with the rules. state_erase() removes both.
 */
#define STATE_ID	"id@"

json_t *state_load(const char *name);
int state_save(const char *name, json_t *state);
void state_erase(const char *name);

/**
 * struct source_ops - a kind of source
 * @size: of its structure, which begins with a struct source
 * @init: when it is made; may load what was saved
 * @line: the line is there, or is another one, or is gone (facts.prefix_len is
 *	0 or it is not up); it keeps what it knows while the line is gone
 * @renew: ask now; also when @next has come
 * @erase: forget all that was saved, but for the files
 * @end: no more events
 * @json: adds what only this kind knows
 *
 * All but @line may be NULL.
 */
struct source_ops {
	size_t size;
	int (*init)(struct source *source);
	void (*line)(struct source *source, const struct line *line);
	void (*renew)(struct source *source);
	void (*erase)(struct source *source);
	void (*end)(struct source *source, enum source_end end);
	void (*json)(const struct source *source, json_t *to);
};

/* For the files that make up a source. */
void source_at(struct source *source, enum source_step step, double wait);
int source_take(struct source *source, const struct offer *offer);
void source_drop(struct source *source);
int offer_copy(struct offer *to, const struct offer *from,
	       struct reason *why);

#endif /* VNECTL_PROVISION_CORE_PROVISIONER_H */
