/* SPDX-License-Identifier: GPL-2.0 */
/* A transport at work: its peer in the kernel, its connections, its timers. */
#ifndef VNECTL_IPSEC_TRANSPORT_H
#define VNECTL_IPSEC_TRANSPORT_H

#include <ev.h>
#include <jansson.h>

#include "base/log.h"
#include "base/retry.h"
#include "base/subprocess.h"
#include "ipsec/listener.h"
#include "config/ipsec_options.h"
#include "ipsec/kernel_handle.h"
#include "ipsec/tcp_socket.h"

struct transport;

enum state {
	STATE_DOWN,		/* by command */
	STATE_UDP,		/* there is no peer, nothing goes by TCP */
	STATE_CONNECTING,
	STATE_SWITCHING,	/* the IKE daemon is asked to begin again */
	STATE_OPEN,
	STATE_WAITING,		/* for the next attempt */
	STATE_LISTENING,
};

/**
 * struct conn - a connection that was handed over
 * @next: of the same transport
 * @transport: whose it is
 * @io: tells its end
 * @timer: from then on, until the kernel has said why it ended
 * @error: what the socket said of its end, an errno value
 * @cookie: by what the kernel names it
 * @since: when it was handed over (clock_now())
 * @silent: seconds without a message, when it was looked at last
 * @heard: there had been a message
 */
struct conn {
	struct conn *next;
	struct transport *transport;
	ev_io io;
	ev_timer timer;
	int error;
	uint64_t cookie;
	double since;
	uint32_t silent;
	bool heard;
};

/**
 * struct renewal - the successor of a connection; none while its fd is -1
 * @io: connects
 * @timer: to the next attempt, or until an attempt is given up
 * @look: when to look at old connections again
 * @backoff: failures in turn
 * @why: the last of them, for a person
 */
struct renewal {
	ev_io io;
	ev_timer timer;
	ev_timer look;
	struct backoff backoff;
	char why[WHY_LEN];
};

/**
 * struct transport_ops - what the parts of a transport tell it
 * @lost: the last connection of an originator ended, after so many seconds
 * @newest_lost: the newest connection ended, an older one is in use again
 * @renew: the kernel says that a connection needs a successor
 * @accepted: a client connected; the transport owns the socket from then on
 * @cannot_accept: a socket that listens accepts no more
 * @udp_fails: IKE has no answer by UDP for as long as the threshold says
 * @udp_works: IKE got through by UDP while TCP was being tried
 *
 * A part calls up by these only, so that no part knows the transport's file.
 */
struct transport_ops {
	void (*lost)(struct transport *transport, double lived);
	void (*newest_lost)(struct transport *transport);
	void (*renew)(struct transport *transport);
	void (*accepted)(struct transport *transport, int fd,
			 const struct sockaddr_storage *from);
	void (*cannot_accept)(struct transport *transport, const char *why);
	void (*udp_fails)(struct transport *transport, const char *why);
	void (*udp_works)(struct transport *transport);
};

/**
 * struct transport - a transport
 * @next: in the list of all
 * @ops: by which its parts call up
 * @settings: what the user wants
 * @from_file: it is of the configuration file
 * @tcp: TCP is wanted now: by configuration, after a fall-back, by command
 * @restart: on the way to TCP the IKE daemon begins again
 * @stopped: it has ended what began by UDP already
 * @state: enum state
 * @since: when it got there (clock_now())
 * @peer: id in the kernel, 0 while there is none
 * @why: what happened last, for a person
 * @io: connects
 * @timer: to the next attempt, or until an attempt is given up
 * @backoff: failures in turn
 * @port: index of the port of an originator: the one that is connected, or that
 *	is tried next
 * @ports_failed: ports that failed since the last wait
 * @conns: connections, the newest first
 * @renewal: of an originator with fake TCP
 * @listening: places of a responder at sockets that listen
 * @connections: how many there have been
 * @logged_since: when messages about clients were counted first (clock_now())
 * @logged: how many have been since
 * @watch: looks after the IKE daemon
 * @state_process: asks for its state
 * @action_process: asks it to do something
 * @connecting: seconds that IKE has been without an answer
 * @connecting_at: when it was last seen so, 0 if it was not the last time
 */
struct transport {
	struct transport *next;
	const struct transport_ops *ops;
	struct settings settings;
	bool from_file;
	bool tcp;
	bool restart;
	bool stopped;
	enum state state;
	double since;
	uint32_t peer;
	char why[WHY_LEN];
	ev_io io;
	ev_timer timer;
	struct backoff backoff;
	unsigned int port;
	unsigned int ports_failed;
	struct conn *conns;
	struct renewal renewal;
	struct listening listening[PORTS_MAX];
	uint64_t connections;
	double logged_since;
	uint32_t logged;
	ev_timer watch;
	struct process state_process;
	struct process action_process;
	double connecting;
	double connecting_at;
};

struct transport *transport_new(const struct settings *settings);
void transport_free(struct transport *transport);
void transport_up(struct transport *transport);
void transport_down(struct transport *transport, const char *why);
void transport_use_tcp(struct transport *transport, const char *why);
void transport_use_udp(struct transport *transport);
bool transport_conn_ended(struct transport *transport, uint64_t cookie,
			  const char *why);
void transport_conn_renew(struct transport *transport, uint64_t cookie);
int transport_set_esp(struct transport *transport, uint32_t esp);
void transport_peer_gone(struct transport *transport);
json_t *transport_json(const struct transport *transport);

/* For the files that make up a transport. */
const char *transport_state_name(enum state state);
void transport_state(struct transport *transport, enum state state,
		     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void transport_log_client(struct transport *transport, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int transport_peer_add(struct transport *transport);
uint16_t transport_tcp_port(const struct transport *transport);
void transport_peer_del(struct transport *transport);

void originate_start(struct transport *transport);
void originate_lost(struct transport *transport, double lived);
void originate_stop(struct transport *transport);

void renew_init(struct transport *transport);
bool renew_is_going_on(const struct transport *transport);
void renew_start(struct transport *transport);
void renew_failed(struct transport *transport);
void renew_stop(struct transport *transport);

void respond_start(struct transport *transport);
void respond_stop(struct transport *transport);
void respond_later(struct transport *transport, const char *why);
void respond_take(struct transport *transport, int fd,
		  const struct sockaddr_storage *from);

void fallback_watch(struct transport *transport);
void fallback_stop(struct transport *transport);

int conn_add(struct transport *transport, int fd);
void conn_close(struct conn *conn);
void conn_close_all(struct transport *transport);

#endif /* VNECTL_IPSEC_TRANSPORT_H */
