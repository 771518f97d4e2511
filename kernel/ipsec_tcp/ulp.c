// SPDX-License-Identifier: GPL-2.0
/* A socket with this ULP sends and receives messages. Its operations are those
 * of TCP, except those that access the stream of bytes.
 */

#include <linux/module.h>
#include <linux/sockptr.h>
#include <net/inet_common.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include <net/transp_v6.h>
#include <net/xfrm.h>

#include "compat.h"
#include "conn.h"
#include "ipsec_tcp.h"
#include "queue.h"
#include "rx.h"
#include "tx.h"
#include "ulp.h"
#include "wire.h"

/**
 * struct ulp_family - operations for sockets of one address family
 * @base: those of TCP that @prot was copied from; NULL before the first socket
 * @prot: with the changes of this module
 * @ops: likewise
 */
struct ulp_family {
	struct proto *base;
	struct proto prot;
	struct proto_ops ops;
};

static struct ulp_family ipsec_tcp_ulp_inet;
static struct ulp_family ipsec_tcp_ulp_inet6;
static DEFINE_MUTEX(ipsec_tcp_ulp_lock);

/* Callbacks of TCP. The lock of the socket is held. */

/* The work reads what exceeds the turn of this CPU. */
static void ipsec_tcp_ulp_read(struct ipsec_tcp_conn *conn)
{
	if (ipsec_tcp_conn_read(conn))
		ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_READ);
}

/* A process that owns the socket may process its backlog here, in the middle of
 * sendmsg(): do not read. release_cb() is called before the process releases
 * the lock.
 */
static void ipsec_tcp_ulp_data_ready(struct sock *sk)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);

	if (sock_owned_by_user_nocheck(sk))
		set_bit(IPSEC_TCP_TODO_READ, &conn->queue.todo);
	else
		ipsec_tcp_ulp_read(conn);
}

static void ipsec_tcp_ulp_release_cb(struct sock *sk)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);

	if (test_and_clear_bit(IPSEC_TCP_TODO_READ, &conn->queue.todo))
		ipsec_tcp_ulp_read(conn);
	conn->saved.prot->release_cb(sk);
}

static void ipsec_tcp_ulp_write_space(struct sock *sk)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);

	/* sendmsg() calls it as well, when it has no memory: the work would run
	 * at once, and fail again.
	 */
	if (!READ_ONCE(conn->queue.sending) && ipsec_tcp_tx_pending(conn))
		ipsec_tcp_queue_kick(&conn->queue);
	conn->saved.write_space(sk);
}

static void ipsec_tcp_ulp_state_change(struct sock *sk)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);

	ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_END);
	conn->saved.state_change(sk);
}

/* Operations of the owner */

/* Options that read or move the stream of bytes. */
static bool ipsec_tcp_ulp_is_raw(int level, int name)
{
	if (level != SOL_TCP)
		return false;
	switch (name) {
	case TCP_ZEROCOPY_RECEIVE:
	case TCP_REPAIR:
	case TCP_REPAIR_QUEUE:
	case TCP_REPAIR_OPTIONS:
	case TCP_REPAIR_WINDOW:
	case TCP_QUEUE_SEQ:
		return true;
	default:
		return false;
	}
}

static int ipsec_tcp_ulp_getsockopt(struct sock *sk, int level, int name,
				    char __user *value, int __user *len)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);

	if (ipsec_tcp_ulp_is_raw(level, name))
		return -EOPNOTSUPP;
	return conn->saved.prot->getsockopt(sk, level, name, value, len);
}

static int ipsec_tcp_ulp_setsockopt(struct sock *sk, int level, int name,
				    sockptr_t value, unsigned int len)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);
	u32 peer;

	if (ipsec_tcp_ulp_is_raw(level, name))
		return -EOPNOTSUPP;
	if (level != IPSEC_TCP_SOL)
		return conn->saved.prot->setsockopt(sk, level, name, value,
						    len);
	if (name != IPSEC_TCP_ORIGINATE && name != IPSEC_TCP_RESPOND)
		return -ENOPROTOOPT;
	if (!ns_capable(sock_net(sk)->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (len != sizeof(peer))
		return -EINVAL;
	if (copy_from_sockptr(&peer, value, sizeof(peer)))
		return -EFAULT;
	return ipsec_tcp_conn_start(conn, name == IPSEC_TCP_ORIGINATE ?
				    IPSEC_TCP_ROLE_ORIGINATOR :
				    IPSEC_TCP_ROLE_RESPONDER, peer);
}

/* As with TCP, messages come before an error: look at the queue first. */
static struct sk_buff *ipsec_tcp_ulp_message_in(struct ipsec_tcp_conn *conn,
						int flags, int *err)
{
	struct sk_buff *skb = NULL;
	int off = 0;

	if (!(flags & MSG_PEEK))
		skb = skb_dequeue(&conn->owner);
	if (!skb)
		skb = __skb_recv_datagram(conn->sk, &conn->owner, flags, &off,
					  err);
	return skb;
}

static int ipsec_tcp_ulp_recvmsg(struct sock *sk, struct msghdr *msg,
				 size_t len, int flags)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);
	struct sk_buff *skb;
	size_t copied;
	int err = 0;

	if (flags & MSG_ERRQUEUE)
		return -EOPNOTSUPP;
	skb = ipsec_tcp_ulp_message_in(conn, flags, &err);
	/* A reader that does not wait gets -EAGAIN from an empty queue: tell it
	 * of the end.
	 */
	if (!skb && err == -EAGAIN && sk->sk_shutdown & RCV_SHUTDOWN)
		return 0;
	if (!skb)
		return err;
	copied = min_t(size_t, len, skb->len);
	if (copied < skb->len)
		msg->msg_flags |= MSG_TRUNC;
	err = skb_copy_datagram_msg(skb, 0, msg, copied);
	if (!err)
		err = flags & MSG_TRUNC ? skb->len : copied;
	/* The destructor changes the memory account of the socket. */
	lock_sock(sk);
	skb_free_datagram(sk, skb);
	release_sock(sk);
	return err;
}

MAP_PROTO_RECVMSG(ipsec_tcp_ulp_recvmsg)

/* An IKE message of the owner, with Length field. */
static struct sk_buff *ipsec_tcp_ulp_message(struct msghdr *msg, size_t len)
{
	struct sk_buff *skb;

	if (len > IPSEC_TCP_MAX_PAYLOAD)
		return ERR_PTR(-EMSGSIZE);
	if (len < IPSEC_TCP_MARKER_LEN)
		return ERR_PTR(-EINVAL);
	skb = alloc_skb(len + IPSEC_TCP_LENGTH_SIZE, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	skb_reserve(skb, IPSEC_TCP_LENGTH_SIZE);
	if (!copy_from_iter_full(skb_put(skb, len), len, &msg->msg_iter)) {
		kfree_skb(skb);
		return ERR_PTR(-EFAULT);
	}
	if (get_unaligned_be32(skb->data)) {
		kfree_skb(skb);
		return ERR_PTR(-EINVAL);
	}
	ipsec_tcp_wire_frame(skb);
	return skb;
}

static bool ipsec_tcp_ulp_over(const struct ipsec_tcp_conn *conn)
{
	return READ_ONCE(conn->state) == IPSEC_TCP_CONN_STATE_CLOSED ||
	       conn->sk->sk_shutdown & SEND_SHUTDOWN;
}

static bool ipsec_tcp_ulp_writable(const struct ipsec_tcp_conn *conn)
{
	return ipsec_tcp_queue_has_room(&conn->queue) ||
	       ipsec_tcp_ulp_over(conn);
}

static int ipsec_tcp_ulp_wait_room(struct ipsec_tcp_conn *conn, int flags)
{
	long timeo = sock_sndtimeo(conn->sk, flags & MSG_DONTWAIT);

	if (!timeo)
		return -EAGAIN;
	timeo = wait_event_interruptible_timeout(conn->queue.room,
						 ipsec_tcp_ulp_writable(conn),
						 timeo);
	if (timeo < 0)
		return sock_intr_errno(timeo);
	return timeo ? 0 : -EAGAIN;
}

static int ipsec_tcp_ulp_sendmsg(struct sock *sk, struct msghdr *msg,
				 size_t len)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);
	struct sk_buff *skb;
	int err;

	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (!conn->started)
		return -ENOTCONN;
	skb = ipsec_tcp_ulp_message(msg, len);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	do {
		if (ipsec_tcp_ulp_over(conn))
			err = -EPIPE;
		else
			err = ipsec_tcp_queue_add(&conn->queue, skb, true);
		if (err == -ENOTCONN)
			err = -EPIPE;
		if (err == -ENOBUFS)
			err = ipsec_tcp_ulp_wait_room(conn, msg->msg_flags) ?:
				      -ENOBUFS;
	} while (err == -ENOBUFS);
	if (err) {
		kfree_skb(skb);
		return sk_stream_error(sk, msg->msg_flags, err);
	}
	return len;
}

static bool ipsec_tcp_ulp_readable(struct sock *sk)
{
	return !skb_queue_empty_lockless(&ipsec_tcp_conn(sk)->owner);
}

/* Give the socket back to TCP. TCP would give back the module reference when it
 * frees the socket, which may take minutes if a FIN is not acknowledged. So the
 * caller does that, after ipsec_tcp_ulp_close_tcp() has removed the last
 * pointer into this module.
 */
static void ipsec_tcp_ulp_detach(struct sock *sk, struct ipsec_tcp_conn *conn)
{
	lock_sock(sk);
	WRITE_ONCE(inet_csk(sk)->icsk_ulp_ops, NULL);
	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = ipsec_tcp_rx_discard;
	sk->sk_write_space = conn->saved.write_space;
	sk->sk_state_change = conn->saved.state_change;
	WRITE_ONCE(sk->sk_prot, conn->saved.prot);
	WRITE_ONCE(sk->sk_socket->ops, conn->saved.ops);
	rcu_assign_pointer(inet_csk(sk)->icsk_ulp_data, NULL);
	write_unlock_bh(&sk->sk_callback_lock);
	ipsec_tcp_rx_discard(sk);
	release_sock(sk);
}

/* TCP does not call data_ready() once it is closed. Restore the callback before
 * the module reference is given back.
 */
static void ipsec_tcp_ulp_close_tcp(struct sock *sk, long timeout,
				    void (*data_ready)(struct sock *sk))
{
	sock_hold(sk);
	sk->sk_prot->close(sk, timeout);
	lock_sock(sk);
	sk->sk_data_ready = data_ready;
	release_sock(sk);
	sock_put(sk);
}

static void ipsec_tcp_ulp_close(struct sock *sk, long timeout)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_conn(sk);
	void (*data_ready)(struct sock *sk) = conn->saved.data_ready;

	ipsec_tcp_ulp_detach(sk, conn);
	ipsec_tcp_conn_close(conn);
	ipsec_tcp_ulp_close_tcp(sk, timeout, data_ready);
	/* ipsec_tcp_exit() waits until this function has returned. */
	module_put(THIS_MODULE);
}

static int ipsec_tcp_ulp_disconnect(struct sock *sk, int flags)
{
	return -EOPNOTSUPP;
}

static int ipsec_tcp_ulp_set_rcvlowat(struct sock *sk, int val)
{
	return -EOPNOTSUPP;
}

/* Attaching */

static void ipsec_tcp_ulp_make(struct ulp_family *family, struct proto *base,
			       const struct proto_ops *ops)
{
	family->prot = *base;
	family->prot.close = ipsec_tcp_ulp_close;
	family->prot.disconnect = ipsec_tcp_ulp_disconnect;
	family->prot.getsockopt = ipsec_tcp_ulp_getsockopt;
	family->prot.setsockopt = ipsec_tcp_ulp_setsockopt;
	family->prot.recvmsg = ipsec_tcp_ulp_recvmsg_op;
	family->prot.sendmsg = ipsec_tcp_ulp_sendmsg;
	family->prot.splice_eof = NULL;
	family->prot.sock_is_readable = ipsec_tcp_ulp_readable;
	family->prot.release_cb = ipsec_tcp_ulp_release_cb;

	family->ops = *ops;
	family->ops.set_rcvlowat = ipsec_tcp_ulp_set_rcvlowat;
	family->ops.splice_read = NULL;
	family->ops.splice_eof = NULL;
	family->ops.mmap = sock_no_mmap;
	family->ops.peek_len = NULL;
	family->ops.read_sock = NULL;
	family->ops.read_skb = NULL;
	family->ops.sendmsg_locked = NULL;
	ipsec_tcp_no_sendpage(&family->prot, &family->ops);
	family->base = base;
}

/* inet6_stream_ops is not exported: copy the operations of the first socket. */
static struct ulp_family *ipsec_tcp_ulp_family(const struct sock *sk)
{
	struct proto *base = READ_ONCE(sk->sk_prot);

	if (sk->sk_family == AF_INET)
		return base == ipsec_tcp_ulp_inet.base ? &ipsec_tcp_ulp_inet :
							 NULL;
	if (sk->sk_family != AF_INET6 || base != &tcpv6_prot)
		return NULL;
	mutex_lock(&ipsec_tcp_ulp_lock);
	if (!ipsec_tcp_ulp_inet6.base)
		ipsec_tcp_ulp_make(&ipsec_tcp_ulp_inet6, base,
				   sk->sk_socket->ops);
	mutex_unlock(&ipsec_tcp_ulp_lock);
	return &ipsec_tcp_ulp_inet6;
}

/* The segments of the connection bypass IPsec policies, or the tunnel would
 * carry itself.
 */
static int ipsec_tcp_ulp_bypass_one(struct sock *sk, u8 dir)
{
	bool ip6 = sk->sk_family == AF_INET6;
	struct xfrm_userpolicy_info policy = {
		.sel.family = AF_INET,
		.lft = {
			.soft_byte_limit = XFRM_INF,
			.hard_byte_limit = XFRM_INF,
			.soft_packet_limit = XFRM_INF,
			.hard_packet_limit = XFRM_INF,
		},
		.dir = dir,
		.action = XFRM_POLICY_ALLOW,
		.share = XFRM_SHARE_ANY,
	};

	if (ip6 && !ipv6_addr_v4mapped(&sk->sk_v6_daddr))
		policy.sel.family = AF_INET6;
	return xfrm_user_policy(sk, ip6 ? IPV6_XFRM_POLICY : IP_XFRM_POLICY,
				KERNEL_SOCKPTR(&policy), sizeof(policy));
}

static int ipsec_tcp_ulp_bypass(struct sock *sk)
{
	int err;

	err = ipsec_tcp_ulp_bypass_one(sk, XFRM_POLICY_IN);
	if (err)
		return err;
	return ipsec_tcp_ulp_bypass_one(sk, XFRM_POLICY_OUT);
}

static void ipsec_tcp_ulp_attach(struct sock *sk, struct ipsec_tcp_conn *conn,
				 struct ulp_family *family)
{
	conn->saved.prot = family->base;
	conn->saved.ops = sk->sk_socket->ops;
	conn->saved.data_ready = sk->sk_data_ready;
	conn->saved.write_space = sk->sk_write_space;
	conn->saved.state_change = sk->sk_state_change;

	WRITE_ONCE(sk->sk_rcvlowat, 1);
	tcp_sk(sk)->nonagle |= TCP_NAGLE_OFF;
	/* Reclaim may have to write by this connection. */
	sk->sk_allocation = GFP_NOIO;
	/* Without it TCP skips an urgent byte when the next one comes. */
	sock_set_flag(sk, SOCK_URGINLINE);

	write_lock_bh(&sk->sk_callback_lock);
	rcu_assign_pointer(inet_csk(sk)->icsk_ulp_data, conn);
	sk->sk_data_ready = ipsec_tcp_ulp_data_ready;
	sk->sk_write_space = ipsec_tcp_ulp_write_space;
	sk->sk_state_change = ipsec_tcp_ulp_state_change;
	WRITE_ONCE(sk->sk_prot, &family->prot);
	WRITE_ONCE(sk->sk_socket->ops, &family->ops);
	write_unlock_bh(&sk->sk_callback_lock);
}

/* Called by TCP with the socket locked. */
static int ipsec_tcp_ulp_init_sk(struct sock *sk)
{
	struct ipsec_tcp_conn *conn;
	struct ulp_family *family;
	int err;

	if (!ns_capable(sock_net(sk)->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (sk->sk_state != TCP_ESTABLISHED)
		return -ENOTCONN;
	if (sk->sk_user_data)
		return -EBUSY;
	family = ipsec_tcp_ulp_family(sk);
	if (!family)
		return -EOPNOTSUPP;
	err = ipsec_tcp_ulp_bypass(sk);
	if (err)
		return err;
	conn = ipsec_tcp_conn_new(sk);
	if (!conn)
		return -ENOMEM;
	ipsec_tcp_ulp_attach(sk, conn, family);
	return 0;
}

static struct tcp_ulp_ops ipsec_tcp_ulp_ops __read_mostly = {
	.name = "ipsec_tcp",
	.owner = THIS_MODULE,
	.init = ipsec_tcp_ulp_init_sk,
};

/**
 * ipsec_tcp_ulp_init - register the ULP; sockets can come from now on
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_ulp_init(void)
{
	ipsec_tcp_ulp_make(&ipsec_tcp_ulp_inet, &tcp_prot, &inet_stream_ops);
	return tcp_register_ulp(&ipsec_tcp_ulp_ops);
}

/**
 * ipsec_tcp_ulp_exit - unregister the ULP; no socket is left
 */
void ipsec_tcp_ulp_exit(void)
{
	tcp_unregister_ulp(&ipsec_tcp_ulp_ops);
}

MODULE_ALIAS_TCP_ULP("ipsec_tcp");
