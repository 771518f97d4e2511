/* SPDX-License-Identifier: GPL-2.0 */
/* What a network namespace, a peer and a connection consist of. */
#ifndef _IPSEC_TCP_H
#define _IPSEC_TCP_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <linux/workqueue.h>
#include <net/inet_connection_sock.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <uapi/linux/ipsec_tcp.h>

#include "queue.h"
#include "request.h"
#include "route.h"
#include "stats.h"
#include "wire.h"

/**
 * struct ipsec_tcp_net - a network namespace
 * @net: the namespace
 * @lock: serialises requests of user space and the state of connections
 * @peers: list of struct ipsec_tcp_peer, sorted by id
 * @peer_count: length of @peers
 * @conns: list of all struct ipsec_tcp_conn, including those without a peer,
 *	sorted by id
 * @last_conn: the highest id that a connection has got
 * @generation: incremented by each change, which makes a dump inconsistent
 * @fakes: number of peers with IPSEC_TCP_ESP_MODE_FAKE_TCP
 * @lost: list of struct ipsec_tcp_lost, the oldest first
 * @lost_count: length of @lost
 * @lost_work: removes expired entries of @lost
 * @stats: counters of connections without a peer
 *
 * All fields but @net and @stats are accessed under @lock.
 */
struct ipsec_tcp_net {
	struct net *net;
	/* Taken before the lock of a socket. */
	struct mutex lock;
	struct list_head peers;
	u32 peer_count;
	struct list_head conns;
	u32 last_conn;
	u32 generation;
	u32 fakes;
	struct list_head lost;
	u32 lost_count;
	struct delayed_work lost_work;
	struct ipsec_tcp_stats __percpu *stats;
};

/**
 * struct ipsec_tcp_settings - attributes of a peer that user space sets
 * @id: not 0
 * @role: enum ipsec_tcp_role
 * @remote: address or prefix; IPv4 as IPv4-mapped IPv6 address
 * @remote_len: length of the prefix in bits: 128 for one address
 * @udp_port: UDP port of an originator's peer
 * @local_port: UDP port of the local IKE daemon
 * @queue_limit: bytes
 * @prefix_timeout: seconds
 * @proof_timeout: seconds
 * @idle_timeout: seconds, 0 for none
 * @max_connections: at a time
 * @esp: enum ipsec_tcp_esp_mode
 */
struct ipsec_tcp_settings {
	u32 id;
	u8 role;
	struct in6_addr remote;
	u8 remote_len;
	__be16 udp_port;
	__be16 local_port;
	u32 queue_limit;
	u16 prefix_timeout;
	u16 proof_timeout;
	u32 idle_timeout;
	u32 max_connections;
	u8 esp;
};

/**
 * struct ipsec_tcp_peer - a peer
 * @list: in struct ipsec_tcp_net
 * @set: settings. @set.local_port, the limits and @set.esp are changed under
 *	the lock of the namespace while packets read them: READ_ONCE(). The other
 *	ones do not change
 * @ref: one for the list, one for each connection
 * @rcu: frees it
 * @active: connection that an originator sends by, or NULL; written under the
 *	lock of the namespace, packets read it under RCU
 * @conns: number of connections that have not ended
 * @unproven: number of those without proof (see proof.c)
 * @dead: the peer was deleted
 * @request: of an originator: the IKE request without a response
 * @routes: of an originator: UDP port, port 500, and ESP without UDP
 * @stats: counters
 *
 * @conns, @unproven and @dead are accessed under the lock of the namespace.
 */
struct ipsec_tcp_peer {
	struct list_head list;
	struct ipsec_tcp_settings set;
	refcount_t ref;
	struct rcu_head rcu;
	struct ipsec_tcp_conn __rcu *active;
	u32 conns;
	u32 unproven;
	bool dead;
	struct ipsec_tcp_request request;
	struct ipsec_tcp_route routes[3];
	struct ipsec_tcp_stats __percpu *stats;
};

/**
 * struct ipsec_tcp_rx - the parser; under the lock of the socket
 * @prefix: number of bytes of the stream prefix that have come
 * @head: number of bytes in @length
 * @length: Length field
 * @skip: the message that is being received is dropped
 * @skb: the part of that message that has come; NULL for no byte
 * @left: number of bytes that are missing
 * @charged: memory of @skb that the socket is charged for, in bytes
 * @iif: ifindex of the device that the last segment came by
 * @mark: of the last segment
 * @bad: number of consecutive messages of unknown SPI or that failed
 *	authentication
 * @verdict: IPSEC_TCP_RX_* of the current call of ipsec_tcp_rx_read()
 * @reason: enum ipsec_tcp_close_reason of a fatal error, or 0
 * @dead: the rest of the stream is discarded
 */
struct ipsec_tcp_rx {
	u8 prefix;
	u8 head;
	u8 length[2];
	bool skip;
	struct sk_buff *skb;
	u32 left;
	u32 charged;
	int iif;
	u32 mark;
	u16 bad;
	u8 verdict;
	u8 reason;
	bool dead;
};

/* Number of messages in one call of sendmsg(), and of parts of messages. */
#define IPSEC_TCP_BATCH		64
#define IPSEC_TCP_PARTS		128

/**
 * struct ipsec_tcp_tx - the sender; under the lock of the socket
 * @last_call: the limits of TCP's send buffer do not apply any more
 * @partial: message that TCP has taken a part of
 * @partial_ike: @partial is an IKE message
 * @partial_sent: number of bytes of @partial that TCP has taken
 * @prefix_left: number of bytes of the stream prefix that are not sent
 * @parts: vector for sendmsg()
 * @last: time of the last sendmsg() that succeeded; the work reads it without
 *	the lock, since nobody else writes it
 */
struct ipsec_tcp_tx {
	bool last_call;
	struct sk_buff *partial;
	bool partial_ike;
	u32 partial_sent;
	u8 prefix_left;
	struct kvec parts[IPSEC_TCP_PARTS];
	ktime_t last;
};

/**
 * struct ipsec_tcp_position - how far both streams have advanced
 * @snd_first: sequence number of the first byte that is sent
 * @rcv_first: sequence number of the first byte that is received
 * @sent: bytes of the stream that TCP has taken; stops at U32_MAX
 * @received: bytes of the stream that have come; stops at U32_MAX
 * @ack: acknowledgment number
 * @window: window in network byte order, as in the header
 *
 * Written under the lock of the socket, read without it: a sender of ESP cannot
 * take that lock, and the socket may be freed while RCU keeps the connection.
 * @snd_first and @rcv_first do not change after the start.
 */
struct ipsec_tcp_position {
	u32 snd_first;
	u32 rcv_first;
	u32 sent;
	u32 received;
	u32 ack;
	__be16 window;
};

/**
 * struct ipsec_tcp_last_sa - the SA that was looked up last; without a lock
 * @spi: its SPI
 * @mark: of the packet that it was looked up for
 * @encap_type: its encapsulation type
 * @transport: it is in transport mode
 * @until: end of validity, in jiffies
 */
struct ipsec_tcp_last_sa {
	__be32 spi;
	u32 mark;
	int encap_type;
	bool transport;
	unsigned long until;
};

/* SAs without UDP encapsulation that one connection can have. */
#define IPSEC_TCP_PROOF_SAS	8

/* IKE SAs that a connection without proof can have responses for. */
#define IPSEC_TCP_PROOF_IKE	4

/**
 * struct ipsec_tcp_sa_pair - what both SAs of a pair have in common
 * @reqid: request ID of the policy
 * @if_id: ID of the xfrm interface
 */
struct ipsec_tcp_sa_pair {
	u32 reqid;
	u32 if_id;
};

/**
 * struct ipsec_tcp_proof - what a connection has shown
 * @node: in the table of connections, by @tag
 * @tag: marks packets of this connection in xfrm
 * @proven: xfrm or the IKE daemon has authenticated something that came by this
 *	connection; never reset
 * @ike: initiator SPIs of received messages; written under the lock of the
 *	socket
 * @ike_next: index in @ike that is overwritten next
 * @bare: time of the last ESP packet without UDP encapsulation, in jiffies;
 *	valid if @pairs is not 0
 * @pairs: number of valid elements of @pair; only grows
 * @pair: SAs without UDP encapsulation whose ESP has come
 */
struct ipsec_tcp_proof {
	struct hlist_node node;
	u32 tag;
	bool proven;
	u64 ike[IPSEC_TCP_PROOF_IKE];
	unsigned int ike_next;
	unsigned long bare;
	unsigned int pairs;
	struct ipsec_tcp_sa_pair pair[IPSEC_TCP_PROOF_SAS];
};

/**
 * struct ipsec_tcp_fake - fake TCP of a connection
 * @node: in the table, while the peer's mode is IPSEC_TCP_ESP_MODE_FAKE_TCP
 * @seen: the last ESP packet of the other end was fake TCP
 * @renew: a successor was requested; by the lock of the socket
 */
struct ipsec_tcp_fake {
	struct hlist_node node;
	bool seen;
	bool renew;
};

/**
 * struct ipsec_tcp_conn - a connection
 * @sk: the socket. Valid until ipsec_tcp_conn_close(): for packets under RCU
 *	only the pointer
 * @tn: its namespace
 * @list: in struct ipsec_tcp_net
 * @rcu: frees it
 * @saved: operations and callbacks that the socket had before
 * @started: role and peer are set. Written under the lock of the socket
 * @role: enum ipsec_tcp_role
 * @id: for user space
 * @peer: holds a reference, or NULL
 * @stats: counters of the peer, or of the namespace
 * @family: AF_INET or AF_INET6, of the packets
 * @remote: remote address; IPv4 as IPv4-mapped IPv6 address
 * @local: local address
 * @remote_port: TCP port
 * @local_port: TCP port
 * @scope: as in struct ipsec_tcp_path
 * @start: time of the start, in jiffies
 * @state: enum ipsec_tcp_conn_state. Written under the lock of the namespace or
 *	of the socket, CLOSED under both; the lock of the namespace alone is
 *	enough between OPEN and DRAINING, which only conn.c sets
 * @reason: enum ipsec_tcp_close_reason once the kernel ends it, set by cmpxchg();
 *	or 0
 * @unproven: it counts in struct ipsec_tcp_peer.unproven; by the lock of the
 *	namespace
 * @acked: tcp_sock.bytes_acked at the last idle timeout; the timer's
 * @udp_port: remote UDP port for the IKE daemon; a responder's connections have
 *	one each. Changed without a lock by ipsec_tcp_proof_move(): READ_ONCE()
 * @ike_port_500: the last IKE message of the daemon came from port 500
 * @last_rx: time of the last received message, in jiffies; without a lock
 * @route: of a responder: @udp_port
 * @esp_route: of a responder: ESP without UDP. In the table since the first proof
 * @last_sa: cache for received ESP
 * @proof: what the connection has shown
 * @queue: messages to send, and the work of the connection
 * @rx: parser
 * @tx: sender
 * @position: how far the streams have advanced
 * @fake: fake TCP
 * @owner: IKE messages for recvmsg(); has a lock of its own
 *
 * A connection without @started is known to the owner of its socket only. From
 * the start on packets find it by RCU through a route, a peer or a table; it is
 * freed a grace period after it has left them. The fields from @role to @start
 * do not change after the start.
 */
struct ipsec_tcp_conn {
	struct sock *sk;
	struct ipsec_tcp_net *tn;
	struct list_head list;
	struct rcu_head rcu;
	struct {
		void (*data_ready)(struct sock *sk);
		void (*write_space)(struct sock *sk);
		void (*state_change)(struct sock *sk);
		struct proto *prot;
		const struct proto_ops *ops;
	} saved;

	bool started;
	u8 role;
	u32 id;
	struct ipsec_tcp_peer *peer;
	struct ipsec_tcp_stats __percpu *stats;
	u16 family;
	struct in6_addr remote;
	struct in6_addr local;
	__be16 remote_port;
	__be16 local_port;
	int scope;
	unsigned long start;

	u8 state;
	int reason;
	bool unproven;
	u64 acked;

	__be16 udp_port;
	bool ike_port_500;
	unsigned long last_rx;
	struct ipsec_tcp_route route;
	struct ipsec_tcp_route esp_route;
	struct ipsec_tcp_last_sa last_sa;
	struct ipsec_tcp_proof proof;

	struct ipsec_tcp_queue queue;
	struct ipsec_tcp_rx rx;
	struct ipsec_tcp_tx tx;
	struct ipsec_tcp_position position;
	struct ipsec_tcp_fake fake;
	struct sk_buff_head owner;
};

/* The caller holds the lock of the socket, or is its owner: the connection is
 * there until close().
 */
static inline struct ipsec_tcp_conn *ipsec_tcp_conn(const struct sock *sk)
{
	return (__force void *)inet_csk(sk)->icsk_ulp_data;
}

/* The connection that packets of a route leave by, or NULL. Under RCU. */
static inline struct ipsec_tcp_conn *
ipsec_tcp_route_conn(const struct ipsec_tcp_route *route)
{
	if (route->peer->set.role == IPSEC_TCP_ROLE_RESPONDER)
		return route->conn;
	return rcu_dereference(route->peer->active);
}

static inline bool ipsec_tcp_conn_wants_fake(const struct ipsec_tcp_conn *conn)
{
	return conn->peer &&
	       READ_ONCE(conn->peer->set.esp) == IPSEC_TCP_ESP_MODE_FAKE_TCP;
}

#endif /* _IPSEC_TCP_H */
