// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ipsec/ike_daemon.h"
#include "base/json_util.h"
#include "ipsec/genl_ipsec_tcp.h"
#include "ipsec/transport.h"

static void udp_works(struct transport *transport)
{
	transport->tcp = false;
	originate_stop(transport);
	transport_state(transport, STATE_UDP, "UDP got through before TCP did");
}

static const struct transport_ops ops = {
	.lost = originate_lost,
	.newest_lost = renew_failed,
	.renew = renew_start,
	.accepted = respond_take,
	.cannot_accept = respond_later,
	.udp_fails = transport_use_tcp,
	.udp_works = udp_works,
};

/**
 * transport_new - make a transport, which is down
 * @settings: what it is to be
 *
 * Return: the transport, or NULL without memory.
 */
struct transport *transport_new(const struct settings *settings)
{
	struct transport *transport = calloc(1, sizeof(*transport));
	unsigned int i;

	if (!transport)
		return NULL;
	if (settings_copy(&transport->settings, settings)) {
		free(transport);
		return NULL;
	}
	transport->ops = &ops;
	transport->io.fd = -1;
	transport->timer.data = transport;
	renew_init(transport);
	for (i = 0; i < PORTS_MAX; i++)
		transport->listening[i].transport = transport;
	transport->since = clock_now();
	return transport;
}

/**
 * transport_free - end a transport
 * @transport: which
 */
void transport_free(struct transport *transport)
{
	transport_down(transport, "deleted");
	settings_free(&transport->settings);
	free(transport);
}

static void begin_udp(struct transport *transport, const char *why)
{
	transport_state(transport, STATE_UDP, "%s", why);
	if (transport->settings.transport == TRANSPORT_FALLBACK)
		fallback_watch(transport);
}

static void begin_tcp(struct transport *transport)
{
	snprintf(transport->why, WHY_LEN, "by configuration");
	originate_start(transport);
}

/**
 * transport_up - start a transport
 * @transport: which; nothing happens if it is up
 */
void transport_up(struct transport *transport)
{
	if (transport->state != STATE_DOWN)
		return;
	transport->tcp = transport->settings.transport == TRANSPORT_TCP;
	if (transport->settings.transport == TRANSPORT_UDP)
		transport_state(transport, STATE_UDP, "by configuration");
	else if (transport->settings.role == ROLE_RESPONDER)
		respond_start(transport);
	else if (transport->tcp)
		begin_tcp(transport);
	else
		begin_udp(transport, "UDP comes first");
}

static void stop_all(struct transport *transport)
{
	fallback_stop(transport);
	originate_stop(transport);
	respond_stop(transport);
	process_stop(&transport->action_process);
	conn_close_all(transport);
	ev_timer_stop(EV_DEFAULT_UC, &transport->renewal.look);
	transport_peer_del(transport);
	transport->tcp = false;
}

/**
 * transport_down - stop a transport: no peer and no connection remain
 * @transport: which
 * @why: for the log
 */
void transport_down(struct transport *transport, const char *why)
{
	stop_all(transport);
	transport_state(transport, STATE_DOWN, "%s", why);
}

/**
 * transport_use_tcp - change from UDP to TCP
 * @transport: of role originator, up
 * @why: for a person
 */
void transport_use_tcp(struct transport *transport, const char *why)
{
	if (transport->tcp)
		return;
	transport->tcp = true;
	transport->restart = true;
	snprintf(transport->why, WHY_LEN, "%s", why);
	originate_start(transport);
}

static void on_started(struct process *process, int status, void *arg)
{
	struct transport *transport = arg;

	if (status)
		log_line(transport->settings.name,
			 "the IKE daemon did not get through by UDP yet: %s",
			 process_last_line(process));
}

/* The IKE SA that was in TCP is gone; from here on UDP is not caught. */
static void on_stopped(struct process *process, int status, void *arg)
{
	struct transport *transport = arg;

	(void)process;
	(void)status;
	stop_all(transport);
	begin_udp(transport, "UDP by command");
	if (ike_run(&transport->action_process, IKE_START,
		    &transport->settings, on_started, transport))
		log_line(transport->settings.name,
			 "the IKE daemon cannot be asked to begin");
}

/**
 * transport_use_udp - go back from TCP to UDP
 * @transport: of role originator, up, whose transport is udp-fallback-tcp
 */
void transport_use_udp(struct transport *transport)
{
	bool open = transport->state == STATE_OPEN;

	if (!transport->tcp)
		return;
	fallback_stop(transport);
	process_stop(&transport->action_process);
	originate_stop(transport);
	transport_state(transport, STATE_SWITCHING, "UDP by command");
	/* The other side learns the end of the IKE SA by TCP, if it can. */
	if (ike_run(&transport->action_process,
		    open ? IKE_STOP : IKE_STOP_NOW, &transport->settings,
		    on_stopped, transport))
		on_stopped(&transport->action_process, -1, transport);
}

static json_t *connections_json(const struct transport *transport)
{
	const struct conn *conn;
	json_int_t count = 0;

	for (conn = transport->conns; conn; conn = conn->next)
		count++;
	return json_integer(count);
}

/**
 * transport_peer_gone - somebody else deleted the peer
 * @transport: whose it was
 */
void transport_peer_gone(struct transport *transport)
{
	transport->peer = 0;
	renew_stop(transport);
	if (transport->settings.role == ROLE_RESPONDER) {
		respond_stop(transport);
		conn_close_all(transport);
		respond_start(transport);
	}
}

/* When it ends. Asking the timer changes nothing, though libev's type says so. */
static void put_end(json_t *to, const char *key, const ev_timer *timer)
{
	ev_now_update(EV_DEFAULT_UC);
	put_moment(to, key, clock_now() +
		   ev_timer_remaining(EV_DEFAULT_UC, (ev_timer *)timer));
}

static void add_renewal(json_t *object, const struct transport *transport)
{
	const struct renewal *renewal = &transport->renewal;
	bool going_on = renew_is_going_on(transport);

	json_object_set_new(object, "renewing", json_boolean(going_on));
	if (!going_on || !renewal->why[0])
		return;
	json_object_set_new(object, "renew_why", json_string(renewal->why));
	if (renewal->io.fd < 0)
		put_end(object, "renew_next_attempt", &renewal->timer);
}

static void keep_alive(struct transport *transport)
{
	struct conn *conn;

	for (conn = transport->conns; conn; conn = conn->next)
		sock_keep_alive(conn->io.fd, &transport->settings);
}

/**
 * transport_set_esp - change how ESP moves, by the connections that are there
 * @transport: which
 * @esp: enum esp
 *
 * Return: 0, or -1 when the kernel refuses.
 */
int transport_set_esp(struct transport *transport, uint32_t esp)
{
	struct kernel *kernel = NULL;
	char why[WHY_LEN];
	int ret = 0;

	if (transport->peer)
		kernel = ipsec_kernel(why, sizeof(why));
	if (kernel)
		ret = kernel_peer_set_esp(kernel, transport->peer, esp);
	if (ret) {
		log_line(transport->settings.name,
			 "the kernel does not take esp %s: %s",
			 esp_names[esp], kernel_why(kernel, ret));
		return -1;
	}
	transport->settings.esp = esp;
	keep_alive(transport);
	if (esp != ESP_FAKE_TCP)
		renew_stop(transport);
	log_line(transport->settings.name, "esp %s from now on",
		 esp_names[esp]);
	return 0;
}

/**
 * transport_json - what a transport does, as JSON
 * @transport: which
 *
 * Return: an object.
 */
json_t *transport_json(const struct transport *transport)
{
	bool tcp = transport->peer && transport->state != STATE_SWITCHING;
	json_t *object = settings_json(&transport->settings);

	json_object_set_new(object, "state",
			    json_string(transport_state_name(transport->state)));
	json_object_set_new(object, "uses",
			    transport->state == STATE_DOWN ? json_null() :
			    json_string(tcp ? "tcp" : "udp"));
	json_object_set_new(object, "why", json_string(transport->why));
	put_moment(object, "since", transport->since);
	json_object_set_new(object, "peer", transport->peer ?
			    json_integer(transport->peer) : json_null());
	if (transport->settings.role == ROLE_ORIGINATOR)
		put_number(object, "tcp_port", transport_tcp_port(transport));
	json_object_set_new(object, "connections",
			    connections_json(transport));
	json_object_set_new(object, "connections_so_far",
			    json_integer(transport->connections));
	json_object_set_new(object, "ike_connecting",
			    json_integer(transport->connecting));
	if (transport->state == STATE_WAITING)
		put_end(object, "next_attempt", &transport->timer);
	add_renewal(object, transport);
	json_object_set_new(object, "failures",
			    json_integer(transport->backoff.failures));
	put_number(object, "json_version", JSON_VERSION);
	json_object_set_new(object, "from_file",
			    json_boolean(transport->from_file));
	return object;
}
