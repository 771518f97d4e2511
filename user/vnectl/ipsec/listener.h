/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets that listen; responders with the same address and port share one. */
#ifndef VNECTL_IPSEC_LISTENER_H
#define VNECTL_IPSEC_LISTENER_H

#include <stdint.h>

struct listener;
struct transport;

/**
 * struct listening - the place of a transport at a socket
 * @next: of the same socket
 * @transport: whose it is
 * @listener: the socket, or NULL
 */
struct listening {
	struct listening *next;
	struct transport *transport;
	struct listener *listener;
};

int listener_join(struct listening *listening, uint16_t port, char *why);
void listener_leave(struct listening *listening);

#endif /* VNECTL_IPSEC_LISTENER_H */
