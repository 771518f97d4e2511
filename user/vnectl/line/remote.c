// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line/remote.h"
#include "provision/core/provisioner.h"

/* A name is looked up again when its address ends, as providers move their relays;
 * within reason, and a bit later, so that not all lines ask at once.
 */
#define AGAIN_MIN	60
#define AGAIN_MAX	86400
#define AGAIN_MORE	1.2
/* After a failure, as HB46PP (section 3.1) has it for its own look-ups. */
#define RETRY_MIN	60
#define RETRY_MAX	600

/**
 * struct far - a name
 * @next: of the same line
 * @fars: of the line
 * @fetch: the look-up
 * @timer: to the next one
 * @name: the name
 * @state: enum far_state; it stays good when a later look-up fails
 * @ipv6: where it is good
 * @why: where it is bad
 */
struct far {
	struct far *next;
	struct fars *fars;
	struct fetch fetch;
	ev_timer timer;
	char name[HOST_NAME_LEN + 1];
	enum far_state state;
	struct in6_addr ipv6;
	struct reason why;
};

static void again(struct far *far, double min, double max)
{
	ev_timer_set(&far->timer, source_wait(min, max), 0);
	ev_timer_start(EV_DEFAULT_UC, &far->timer);
}

static void again_after(struct far *far, uint32_t ttl)
{
	double wait = ttl < AGAIN_MIN ? AGAIN_MIN :
		ttl > AGAIN_MAX ? AGAIN_MAX : ttl;

	again(far, wait, AGAIN_MORE * wait);
}

static void found(struct far *far, const struct fetch_answer *answer)
{
	const struct in6_addr *ipv6 = NULL;
	unsigned int i;

	for (i = 0; i < answer->count && !ipv6; i++)
		if (endpoint_usable(&answer->addresses[i]))
			ipv6 = &answer->addresses[i];
	if (!ipv6) {
		reason_set(&far->why, REASON_AFTR_DNS_FAIL,
			   "no address of %s is global unicast", far->name);
		far->state = FAR_BAD;
		return;
	}
	/* A relay with several addresses is not changed for their order. */
	for (i = 0; far->state == FAR_GOOD && i < answer->count; i++)
		if (!memcmp(&answer->addresses[i], &far->ipv6,
			    sizeof(far->ipv6)))
			return;
	far->ipv6 = *ipv6;
	far->state = FAR_GOOD;
}

static void on_answer(struct fetch *fetch, const struct fetch_answer *answer,
		      void *arg)
{
	struct far *far = arg;

	(void)fetch;
	if (answer->dns == DNS_OK) {
		found(far, answer);
		again_after(far, answer->ttl);
	} else {
		again(far, RETRY_MIN, RETRY_MAX);
		if (far->state != FAR_GOOD) {
			far->state = FAR_BAD;
			reason_set(&far->why, REASON_AFTR_DNS_FAIL,
				   "there is no IPv6 address of %s: %s",
				   far->name, answer->why);
		}
	}
	far->fars->changed(far->fars->arg);
}

static void ask(struct far *far)
{
	struct fetch_request request = {
		.reader = FETCH_AAAA,
		.name = far->name,
	};

	ev_timer_stop(EV_DEFAULT_UC, &far->timer);
	vne_dns(far->fars->vne, &request.http.dns);
	fetch_cancel(&far->fetch);
	fetch_start(&far->fetch, &request, on_answer, far);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	ask(w->data);
}

static struct far *new_far(struct fars *fars, const char *name)
{
	struct far *far = calloc(1, sizeof(*far));

	if (!far)
		return NULL;
	snprintf(far->name, sizeof(far->name), "%s", name);
	ev_timer_init(&far->timer, on_timer, 0, 0);
	far->timer.data = far;
	far->fars = fars;
	far->next = fars->first;
	fars->first = far;
	ask(far);
	return far;
}

/**
 * far_find - the address of a far end
 * @fars: the names of the line
 * @end: an address, or a name, which is looked up where it is not known
 * @ipv6: the address, for FAR_GOOD
 * @why: set for FAR_BAD
 *
 * Return: enum far_state.
 */
enum far_state far_find(struct fars *fars, const struct endpoint *end,
			struct in6_addr *ipv6, struct reason *why)
{
	struct far *far = fars->first;

	if (!*end->name) {
		*ipv6 = end->ipv6;
		return FAR_GOOD;
	}
	while (far && strcmp(far->name, end->name))
		far = far->next;
	if (!far)
		far = new_far(fars, end->name);
	if (!far) {
		reason_set(why, REASON_NO_MEMORY, "there is no memory");
		return FAR_BAD;
	}
	*ipv6 = far->ipv6;
	if (far->state == FAR_BAD)
		*why = far->why;
	return far->state;
}

/**
 * far_renew - look up all names again, now
 * @fars: the names of the line
 */
void far_renew(struct fars *fars)
{
	struct far *far = fars->first;

	for (; far; far = far->next)
		ask(far);
}

/**
 * far_forget - know nothing any more
 * @fars: the names of the line
 */
void far_forget(struct fars *fars)
{
	struct far *far;

	while (fars->first) {
		far = fars->first;
		fars->first = far->next;
		ev_timer_stop(EV_DEFAULT_UC, &far->timer);
		fetch_cancel(&far->fetch);
		free(far);
	}
}
