// SPDX-License-Identifier: GPL-2.0
/* Does UDP get through? The IKE daemon knows: as long as it has an IKE SA that
 * it began and that is not established, there is no answer. The time of this
 * adds up over its attempts until one gets through. Nothing is concluded from
 * a daemon that does not try.
 */
#include "clock.h"
#include "ipsec/ike_daemon.h"
#include "ipsec/transport.h"

static double watch_interval(const struct transport *transport)
{
	double part = transport->settings.threshold / 5.0;

	return part > 3 ? 3 : part;
}

static void threshold_reached(struct transport *transport)
{
	char why[WHY_LEN];

	snprintf(why, sizeof(why), "no answer to IKE by UDP for %.0f s",
		 transport->connecting);
	transport->ops->udp_fails(transport, why);
}

static void udp_works(struct transport *transport)
{
	transport->connecting = 0;
	if (transport->tcp)
		transport->ops->udp_works(transport);
}

/* Between two looks is no more than this, but where the daemon or the machine
 * stood still: the IKE daemon has not tried then.
 */
static double gap_max(const struct transport *transport)
{
	return watch_interval(transport) + IKE_PATIENCE;
}

static void count_time(struct transport *transport, enum ike_state state)
{
	double now = clock_now();

	if (state == IKE_CONNECTING && transport->connecting_at > 0 &&
	    now - transport->connecting_at <= gap_max(transport))
		transport->connecting += now - transport->connecting_at;
	transport->connecting_at = state == IKE_CONNECTING ? now : 0;
}

static void on_state(struct process *process, int status, void *arg)
{
	struct transport *transport = arg;
	enum ike_state state = IKE_UNKNOWN;

	if (!status)
		state = ike_parse(&transport->settings, process->output);
	if (state == IKE_UNKNOWN && !transport->tcp)
		transport_state(transport, transport->state,
				"the IKE daemon does not say what it is doing: %s",
				process_last_line(process));
	if (state == IKE_ESTABLISHED)
		udp_works(transport);
	count_time(transport, state);
	if (!transport->tcp && state == IKE_CONNECTING &&
	    transport->connecting >= transport->settings.threshold)
		threshold_reached(transport);
}

static void on_watch(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct transport *transport = w->data;

	(void)loop;
	(void)revents;
	if (!transport->state_process.pid)
		ike_run(&transport->state_process, IKE_STATE,
			&transport->settings, on_state, transport);
}

/**
 * fallback_watch - watch whether UDP gets through
 * @transport: of role originator
 */
void fallback_watch(struct transport *transport)
{
	double interval = watch_interval(transport);

	transport->connecting = 0;
	transport->connecting_at = 0;
	ev_timer_init(&transport->watch, on_watch, interval, interval);
	transport->watch.data = transport;
	ev_timer_start(EV_DEFAULT_UC, &transport->watch);
}

/**
 * fallback_stop - do not watch any more
 * @transport: of role originator
 */
void fallback_stop(struct transport *transport)
{
	ev_timer_stop(EV_DEFAULT_UC, &transport->watch);
	process_stop(&transport->state_process);
}
