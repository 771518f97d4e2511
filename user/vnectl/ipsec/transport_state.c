// SPDX-License-Identifier: GPL-2.0
/* What all parts of a transport use: its state, its log, its peer in the kernel. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "ipsec/genl_ipsec_tcp.h"
#include "ipsec/transport.h"

static const char *const state_names[] = {
	[STATE_DOWN] = "down",
	[STATE_UDP] = "udp",
	[STATE_CONNECTING] = "connecting",
	[STATE_SWITCHING] = "switching",
	[STATE_OPEN] = "open",
	[STATE_WAITING] = "waiting",
	[STATE_LISTENING] = "listening",
};

/**
 * transport_state_name - the word for a state
 * @state: the state
 *
 * Return: the word.
 */
const char *transport_state_name(enum state state)
{
	return state_names[state];
}

/**
 * transport_state - go to a state, and say why
 * @transport: the transport
 * @state: the state
 * @fmt: why, for a person
 */
void transport_state(struct transport *transport, enum state state,
		     const char *fmt, ...)
{
	char why[WHY_LEN];
	bool same;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	same = transport->state == state && !strcmp(transport->why, why);
	if (transport->state != state)
		transport->since = clock_now();
	transport->state = state;
	memcpy(transport->why, why, sizeof(why));
	if (!same)
		log_line(transport->settings.name, "%s: %s",
			 state_names[state], why);
}

/* Messages about clients in so many seconds: anybody can connect, and is not to
 * fill the log.
 */
#define CLIENTS_LOGGED 100
#define CLIENTS_SECONDS 60

/**
 * transport_log_client - say what a client did, unless there is too much of it
 * @transport: of the client
 * @fmt: as for printf()
 */
void transport_log_client(struct transport *transport, const char *fmt, ...)
{
	const char *name = transport->settings.name;
	double now = clock_now();
	char text[2 * WHY_LEN];
	va_list args;

	if (now - transport->logged_since >= CLIENTS_SECONDS) {
		if (transport->logged > CLIENTS_LOGGED)
			log_line(name, "%u messages about connections were left out",
				 transport->logged - CLIENTS_LOGGED);
		transport->logged_since = now;
		transport->logged = 0;
	}
	if (++transport->logged > CLIENTS_LOGGED)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_line(name, "%s", text);
}

/**
 * transport_peer_add - have a peer in the kernel
 * @transport: whose
 *
 * From then on what the IKE daemon and xfrm send to it leaves by TCP or not
 * at all.
 *
 * Return: 0, or -1 with the reason in @transport->why.
 */
int transport_peer_add(struct transport *transport)
{
	static uint32_t last;
	struct kernel *kernel;
	int ret;

	if (transport->peer)
		return 0;
	kernel = ipsec_kernel(transport->why, WHY_LEN);
	if (!kernel)
		return -1;
	/* Not used again soon: events of the last one may be on their way. */
	last = (last + 1) % (PEER_ID_LAST - PEER_ID_FIRST + 1);
	ret = kernel_peer_add(kernel, PEER_ID_FIRST + last,
			      &transport->settings);
	if (!ret) {
		transport->peer = PEER_ID_FIRST + last;
		return 0;
	}
	snprintf(transport->why, WHY_LEN, "the kernel refuses the peer: %s",
		 kernel_why(kernel, ret));
	return -1;
}

/**
 * transport_peer_del - have no peer in the kernel
 * @transport: whose
 */
void transport_peer_del(struct transport *transport)
{
	struct kernel *kernel;
	char why[WHY_LEN];
	int ret;

	if (!transport->peer)
		return;
	kernel = ipsec_kernel(why, sizeof(why));
	ret = kernel ? kernel_peer_del(kernel, transport->peer) : 0;
	if (ret)
		log_line(transport->settings.name,
			 "the kernel does not delete the peer: %s",
			 kernel_why(kernel, ret));
	transport->peer = 0;
}

/**
 * transport_tcp_port - the TCP port of the peer
 * @transport: of role originator
 *
 * Return: the port that is connected, or that is tried next.
 */
uint16_t transport_tcp_port(const struct transport *transport)
{
	return transport->settings.ports.port[transport->port];
}
