/* SPDX-License-Identifier: GPL-2.0 */
/* A connection: what the kernel has for a socket that was handed over. */
#ifndef _IPSEC_TCP_CONN_H
#define _IPSEC_TCP_CONN_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>
#include <uapi/linux/ipsec_tcp.h>

#include "fake.h"
#include "peer.h"
#include "proof.h"
#include "route.h"
#include "stats.h"

/* RFC 9329, section 4: IKETCP. */
#define IPSEC_TCP_PREFIX_LEN	6
extern const u8 ipsec_tcp_prefix[IPSEC_TCP_PREFIX_LEN];

/* Messages that one vector holds at most, and parts of messages. */
#define IPSEC_TCP_BATCH		64
#define IPSEC_TCP_PARTS		128

/**
 * struct ipsec_tcp_rx - the parser; under the socket's lock
 * @prefix: bytes of the stream prefix that are there
 * @head: bytes of @length that are there
 * @length: Length field
 * @skip: nobody gets the message that is being received
 * @skb: that message, as far as it is there; NULL without any bytes of it
 * @left: bytes that are missing
 * @charged: bytes of memory of @skb that the socket accounts for
 * @iif: device that the last segment came in by
 * @mark: of the last segment
 * @bad: messages in turn that nobody knows or that fail authentication
 * @dead: the stream is to be ignored from here on
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
	bool dead;
};

/**
 * struct ipsec_tcp_last_sa - the SA that was looked up last; without a lock
 * @spi: its SPI
 * @mark: of the packet that it was looked up for
 * @encap_type: its encapsulation
 * @transport: is it in transport mode
 * @until: jiffies when it is to be looked up again
 */
struct ipsec_tcp_last_sa {
	__be32 spi;
	u32 mark;
	int encap_type;
	bool transport;
	unsigned long until;
};

/**
 * struct ipsec_tcp_tx - the queues
 * @lock: taken in any context
 * @closed: nothing is queued any more, neither message nor work
 * @ike: messages that go first
 * @esp: the others
 * @esp_mem: bytes of memory of @esp
 * @sending: TCP is being given what is in the queues
 * @last_call: no limit of TCP counts any more; the work's
 * @partial: message of which TCP took a part; the work's
 * @partial_ike: what it is
 * @partial_sent: how many bytes of it TCP took
 * @prefix_left: bytes of the stream prefix to be sent; the work's
 * @parts: vector of the work
 * @room: who waits for room in @ike
 * @last: when the work sent last
 */
struct ipsec_tcp_tx {
	/* For the queues, @esp_mem, @sending and @closed. */
	spinlock_t lock;
	bool closed;
	struct sk_buff_head ike;
	struct sk_buff_head esp;
	u32 esp_mem;
	bool sending;
	bool last_call;
	struct sk_buff *partial;
	bool partial_ike;
	u32 partial_sent;
	u8 prefix_left;
	struct kvec parts[IPSEC_TCP_PARTS];
	wait_queue_head_t room;
	ktime_t last;
};

/* Bits of struct ipsec_tcp_conn.todo: what the work is asked to do. */
enum {
	IPSEC_TCP_TODO_READ,
	IPSEC_TCP_TODO_OPENED,
	IPSEC_TCP_TODO_END,
	IPSEC_TCP_TODO_RENEW,
	IPSEC_TCP_TODO_PROVEN,
};

/**
 * struct ipsec_tcp_conn - a connection
 * @list: in struct ipsec_tcp_net, by its lock
 * @rcu: to free it
 * @sk: the socket
 * @tn: its namespace
 * @peer: holds a reference, or NULL; fixed once @started
 * @stats: counters of the peer or the namespace
 * @started: the role is given; by the socket's lock
 * @role: enum ipsec_tcp_role
 * @state: enum ipsec_tcp_conn_state; written under the socket's lock
 * @reason: enum ipsec_tcp_close_reason, once the kernel wants it to end
 * @id: for user space
 * @family: AF_INET or AF_INET6, of the packets
 * @remote: remote address; IPv4 as IPv4-mapped IPv6 address
 * @local: local address
 * @remote_port: TCP port
 * @local_port: TCP port
 * @udp_port: UDP port by which the IKE daemon knows the peer; a responder's
 *	peer has one of its own for each connection
 * @scope: as in struct ipsec_tcp_path
 * @ike_port_500: the daemon's last IKE message came from port 500
 * @unproven: it counts as such; by the lock of @tn
 * @start: jiffies when it was handed over
 * @last_rx: jiffies when the last message came
 * @acked: bytes that the other side's TCP had acknowledged when the time-out
 *	was looked at last; the timer's
 * @route: of a responder: its port
 * @esp_route: of a responder: ESP without UDP, once some has come by it
 * @proof: what the connection has shown
 * @rx: parser
 * @tx: queues
 * @fake: fake TCP
 * @last_sa: for what is received
 * @owner: IKE messages for recvmsg()
 * @todo: IPSEC_TCP_TODO_* bits
 * @work: reads, sends and ends
 * @timer: looks for time-outs
 * @saved: what the socket had before
 */
struct ipsec_tcp_conn {
	struct list_head list;
	struct rcu_head rcu;
	struct sock *sk;
	struct ipsec_tcp_net *tn;
	struct ipsec_tcp_peer *peer;
	struct ipsec_tcp_stats __percpu *stats;
	bool started;
	u8 role;
	u8 state;
	int reason;
	u32 id;
	u16 family;
	struct in6_addr remote;
	struct in6_addr local;
	__be16 remote_port;
	__be16 local_port;
	__be16 udp_port;
	int scope;
	bool ike_port_500;
	bool unproven;
	unsigned long start;
	unsigned long last_rx;
	u64 acked;
	struct ipsec_tcp_route route;
	struct ipsec_tcp_route esp_route;
	struct ipsec_tcp_proof proof;
	struct ipsec_tcp_rx rx;
	struct ipsec_tcp_tx tx;
	struct ipsec_tcp_fake fake;
	struct ipsec_tcp_last_sa last_sa;
	struct sk_buff_head owner;
	unsigned long todo;
	struct work_struct work;
	struct delayed_work timer;
	struct {
		void (*data_ready)(struct sock *sk);
		void (*write_space)(struct sock *sk);
		void (*state_change)(struct sock *sk);
		struct proto *prot;
		const struct proto_ops *ops;
	} saved;
};

/* Under the socket's lock, or by its owner: until close() it stays. */
static inline struct ipsec_tcp_conn *ipsec_tcp_conn(const struct sock *sk)
{
	return (__force void *)inet_csk(sk)->icsk_ulp_data;
}

struct ipsec_tcp_conn *ipsec_tcp_conn_new(struct sock *sk);
int ipsec_tcp_conn_start(struct ipsec_tcp_conn *conn, u8 role, u32 peer_id);
void ipsec_tcp_conn_open(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_work(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_move(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_kick(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_retry(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_kill(struct ipsec_tcp_conn *conn, int reason);
void ipsec_tcp_conn_limits(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_close(struct ipsec_tcp_conn *conn);
int ipsec_tcp_conn_init(void);
void ipsec_tcp_conn_exit(void);

#endif /* _IPSEC_TCP_CONN_H */
