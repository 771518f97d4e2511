// SPDX-License-Identifier: GPL-2.0
/* Anybody can complete a TCP handshake and send the prefix. A connection
 * captures packets only after one of these:
 *
 * - An ESP packet that came by it was authenticated by xfrm and is no replay.
 *   xfrm reports that by the callback for tunnels. Until then the packet
 *   carries the tag of its connection in skb->priority.
 * - The IKE daemon has installed an SA that sends to the UDP port of the
 *   connection, which it does after authentication only.
 * - The IKE daemon has sent an encrypted message of an exchange that needs an
 *   established IKE SA (RFC 7296, sections 1.3 and 1.4). IKE_SA_INIT and
 *   IKE_AUTH with their errors prove nothing: anybody gets those responses.
 */

#include <linux/bits.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "compat.h"
#include "ike.h"
#include "ipsec_tcp.h"
#include "proof.h"
#include "queue.h"
#include "route.h"

/* Values of skb->priority. A tag without number marks a packet of a connection
 * that needs no more proof.
 */
#define PROOF_TAG	BIT(31)
#define PROOF_FAKE	BIT(30)
#define PROOF_NUMBER	(PROOF_FAKE - 1)

/* Interval in jiffies at which packets of a proven connection are tagged again:
 * whether fake TCP is sent, and which SA without UDP is routed to the
 * connection, depends on them.
 */
#define PROOF_AGAIN	(HZ / 10)

/* Before all other handlers. This one never consumes a packet. */
#define PROOF_PRIORITY	1000

#define PROOF_BITS	10

static struct hlist_head ipsec_tcp_proof_table[1 << PROOF_BITS];
static DEFINE_SPINLOCK(ipsec_tcp_proof_lock);

static struct hlist_head *ipsec_tcp_proof_bucket(u32 tag)
{
	return &ipsec_tcp_proof_table[tag & (BIT(PROOF_BITS) - 1)];
}

static struct ipsec_tcp_conn *ipsec_tcp_proof_find(u32 tag)
{
	struct ipsec_tcp_conn *conn;

	hlist_for_each_entry_rcu(conn, ipsec_tcp_proof_bucket(tag), proof.node,
				 lockdep_is_held(&ipsec_tcp_proof_lock)) {
		if (conn->proof.tag == tag)
			return conn;
	}
	return NULL;
}

/**
 * ipsec_tcp_proof_add - have xfrm report packets of a connection
 * @conn: not in the table
 */
void ipsec_tcp_proof_add(struct ipsec_tcp_conn *conn)
{
	u32 tag;

	spin_lock_bh(&ipsec_tcp_proof_lock);
	do {
		tag = PROOF_TAG | (get_random_u32() & PROOF_NUMBER);
	} while (tag == PROOF_TAG || ipsec_tcp_proof_find(tag));
	conn->proof.tag = tag;
	hlist_add_head_rcu(&conn->proof.node, ipsec_tcp_proof_bucket(tag));
	spin_unlock_bh(&ipsec_tcp_proof_lock);
}

/**
 * ipsec_tcp_proof_del - ignore packets of a connection
 * @conn: may be out of the table; kept by the caller for a grace period
 */
void ipsec_tcp_proof_del(struct ipsec_tcp_conn *conn)
{
	spin_lock_bh(&ipsec_tcp_proof_lock);
	if (!hlist_unhashed(&conn->proof.node))
		hlist_del_init_rcu(&conn->proof.node);
	spin_unlock_bh(&ipsec_tcp_proof_lock);
}

/**
 * ipsec_tcp_proof_move - give a connection another UDP port
 * @conn: of a responder's peer
 *
 * Its port is used by a client that uses UDP. To the IKE daemon the connection
 * looks like a client whose NAT has changed the mapping.
 *
 * Context: RCU, any but hard interrupts.
 */
void ipsec_tcp_proof_move(struct ipsec_tcp_conn *conn)
{
	ipsec_tcp_route_move(&conn->route);
	WRITE_ONCE(conn->udp_port, READ_ONCE(conn->route.path.port));
}

static bool ipsec_tcp_proof_is_recent(unsigned long when)
{
	return time_before(jiffies, when + PROOF_AGAIN);
}

/* Was a packet of this kind tagged within the interval? */
static bool ipsec_tcp_proof_is_fresh(const struct ipsec_tcp_conn *conn,
				     bool fake, bool is_bare)
{
	if (!READ_ONCE(conn->proof.proven))
		return false;
	if (fake && !(READ_ONCE(conn->fake.seen) &&
		      ipsec_tcp_proof_is_recent(READ_ONCE(conn->last_rx))))
		return false;
	return !is_bare || conn->role != IPSEC_TCP_ROLE_RESPONDER ||
	       (READ_ONCE(conn->proof.pairs) &&
		ipsec_tcp_proof_is_recent(READ_ONCE(conn->proof.bare)));
}

/**
 * ipsec_tcp_proof_tag - tag an ESP packet on its way to xfrm
 * @conn: connection that the packet came by
 * @skb: the packet
 * @fake: it is fake TCP
 * @is_bare: its SA has no UDP encapsulation
 */
void ipsec_tcp_proof_tag(const struct ipsec_tcp_conn *conn,
			 struct sk_buff *skb, bool fake, bool is_bare)
{
	skb->priority = PROOF_TAG;
	if (conn->peer && !ipsec_tcp_proof_is_fresh(conn, fake, is_bare))
		skb->priority = conn->proof.tag | (fake ? PROOF_FAKE : 0);
}

static void ipsec_tcp_proof_done(struct ipsec_tcp_conn *conn)
{
	if (READ_ONCE(conn->proof.proven))
		return;
	WRITE_ONCE(conn->proof.proven, true);
	ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_PROVEN);
}

/* Two CPUs may add the same pair twice, which is harmless. */
static void ipsec_tcp_proof_add_pair(struct ipsec_tcp_conn *conn,
				     const struct xfrm_state *x)
{
	struct ipsec_tcp_proof *proof = &conn->proof;

	WRITE_ONCE(proof->bare, jiffies);
	if (ipsec_tcp_proof_bare(conn, x))
		return;
	spin_lock_bh(&ipsec_tcp_proof_lock);
	if (proof->pairs < IPSEC_TCP_PROOF_SAS) {
		proof->pair[proof->pairs].reqid = x->props.reqid;
		proof->pair[proof->pairs].if_id = x->if_id;
		/* Pairs with ipsec_tcp_proof_bare(): a reader that sees the
		 * number sees the pair.
		 */
		smp_store_release(&proof->pairs, proof->pairs + 1);
	}
	spin_unlock_bh(&ipsec_tcp_proof_lock);
	ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_PROVEN);
}

/* xfrm has authenticated a packet of a connection. */
static void ipsec_tcp_proof_right(u32 tag, struct xfrm_state *x)
{
	struct ipsec_tcp_conn *conn = ipsec_tcp_proof_find(tag & ~PROOF_FAKE);

	if (!conn || !x || !net_eq(xs_net(x), conn->tn->net))
		return;
	if (tag & PROOF_FAKE) {
		WRITE_ONCE(conn->last_rx, jiffies);
		WRITE_ONCE(conn->fake.seen, true);
	}
	if (conn->role == IPSEC_TCP_ROLE_RESPONDER && !x->encap)
		ipsec_tcp_proof_add_pair(conn, x);
	ipsec_tcp_proof_done(conn);
}

static void ipsec_tcp_proof_address(const struct xfrm_state *x,
				    const xfrm_address_t *from,
				    struct in6_addr *to)
{
	if (x->props.family == AF_INET)
		ipv6_addr_set_v4mapped(from->a4, to);
	else
		*to = from->in6;
}

/* The first packet of an SA is looked at, and then each one in so many. */
#define PROOF_SAMPLE	64

/* ESP in UDP has come, and not from a connection. If a connection was given the
 * port that it came from, the client that uses UDP has proven to own the port:
 * the connection gets another one.
 */
static void ipsec_tcp_proof_udp_client(struct xfrm_state *x)
{
	struct ipsec_tcp_path path = { .scope = IPSEC_TCP_ANY_SCOPE };
	struct ipsec_tcp_route *route;

	if (!x || !x->encap || x->curlft.packets % PROOF_SAMPLE != 1)
		return;
	path.net = xs_net(x);
	path.port = x->encap->encap_sport;
	ipsec_tcp_proof_address(x, &x->props.saddr, &path.remote);
	ipsec_tcp_proof_address(x, &x->id.daddr, &path.local);
	rcu_read_lock();
	route = ipsec_tcp_route_find(&path, NULL);
	if (route && route->conn)
		ipsec_tcp_proof_move(route->conn);
	rcu_read_unlock();
}

/* xfrm reports a packet. Returns 1: xfrm asks the next handler as well. */
static int ipsec_tcp_proof_callback(struct sk_buff *skb, int err)
{
	u32 tag = skb->priority;

	if (!(tag & PROOF_TAG)) {
		if (!err)
			ipsec_tcp_proof_udp_client(xfrm_input_state(skb));
		return 1;
	}
	skb->priority = 0;
	if (err || tag == PROOF_TAG)
		return 1;
	rcu_read_lock();
	ipsec_tcp_proof_right(tag, xfrm_input_state(skb));
	rcu_read_unlock();
	return 1;
}

/* This handler consumes neither packets nor ICMP errors. */
static int ipsec_tcp_proof_handler(struct sk_buff *skb)
{
	return -EINVAL;
}

static int ipsec_tcp_proof_input(struct sk_buff *skb, int nexthdr, __be32 spi,
				 int encap_type)
{
	return -EINVAL;
}

static int ipsec_tcp_proof_err4(struct sk_buff *skb, u32 info)
{
	return -ENOENT;
}

static int ipsec_tcp_proof_err6(struct sk_buff *skb, struct inet6_skb_parm *opt,
				u8 type, u8 code, int offset, __be32 info)
{
	return -ENOENT;
}

static struct xfrm4_protocol ipsec_tcp_proof_protocol4 = {
	.handler = ipsec_tcp_proof_handler,
	.input_handler = ipsec_tcp_proof_input,
	.cb_handler = ipsec_tcp_proof_callback,
	.err_handler = ipsec_tcp_proof_err4,
	.priority = PROOF_PRIORITY,
};

static struct xfrm6_protocol ipsec_tcp_proof_protocol6 = {
	.handler = ipsec_tcp_proof_handler,
	.input_handler = ipsec_tcp_proof_input,
	.cb_handler = ipsec_tcp_proof_callback,
	.err_handler = ipsec_tcp_proof_err6,
	.priority = PROOF_PRIORITY,
};

/* An SA was added or changed. If it sends to the port of a connection, that is
 * proof.
 */
static int ipsec_tcp_proof_notify(struct xfrm_state *x,
				  const struct km_event *c)
{
	struct ipsec_tcp_path path = { .scope = IPSEC_TCP_ANY_SCOPE };
	struct ipsec_tcp_route *route = NULL;

	/* Other events may come without an SA. */
	if ((c->event != XFRM_MSG_NEWSA && c->event != XFRM_MSG_UPDSA) ||
	    x->id.proto != IPPROTO_ESP || !x->encap)
		return 0;
	ipsec_tcp_proof_address(x, &x->id.daddr, &path.remote);
	ipsec_tcp_proof_address(x, &x->props.saddr, &path.local);
	path.net = xs_net(x);
	path.port = x->encap->encap_dport;
	rcu_read_lock();
	while ((route = ipsec_tcp_route_find(&path, route))) {
		if (route->conn)
			ipsec_tcp_proof_done(route->conn);
	}
	rcu_read_unlock();
	return 0;
}

static int ipsec_tcp_proof_acquire(struct xfrm_state *x, struct xfrm_tmpl *tmpl,
				   struct xfrm_policy *policy)
{
	return -EINVAL;
}

static struct xfrm_policy *ipsec_tcp_proof_compile(struct sock *sk, int opt,
						   u8 *data, int len, int *dir)
{
	*dir = -EINVAL;
	return NULL;
}

static struct xfrm_mgr ipsec_tcp_proof_manager = {
	.notify = ipsec_tcp_proof_notify,
	/* The core calls these two without checking for NULL. */
	.acquire = ipsec_tcp_proof_acquire,
	.compile_policy = ipsec_tcp_proof_compile,
};

/* IKE */

static bool ipsec_tcp_proof_ike_has(const struct ipsec_tcp_proof *proof,
				    u64 spi)
{
	int i;

	for (i = 0; i < IPSEC_TCP_PROOF_IKE; i++) {
		if (spi && READ_ONCE(proof->ike[i]) == spi)
			return true;
	}
	return false;
}

/**
 * ipsec_tcp_proof_ike_rx - an IKE message has come by a connection
 * @conn: its socket locked
 * @ike: header, 28 bytes
 *
 * The response of the daemon may leave by the connection.
 */
void ipsec_tcp_proof_ike_rx(struct ipsec_tcp_conn *conn, const u8 *ike)
{
	struct ipsec_tcp_proof *proof = &conn->proof;
	u64 spi = ipsec_tcp_ike_spi(ike);

	if (READ_ONCE(proof->proven) || ipsec_tcp_proof_ike_has(proof, spi))
		return;
	WRITE_ONCE(proof->ike[proof->ike_next], spi);
	proof->ike_next = (proof->ike_next + 1) % IPSEC_TCP_PROOF_IKE;
}

/* These exchanges need an established IKE SA. */
static bool ipsec_tcp_proof_ike_established(const u8 *ike)
{
	return ipsec_tcp_ike_is_v2(ike) &&
	       (ike[IPSEC_TCP_IKE_EXCHANGE] == IPSEC_TCP_IKE_CREATE_CHILD_SA ||
		ike[IPSEC_TCP_IKE_EXCHANGE] == IPSEC_TCP_IKE_INFORMATIONAL) &&
	       (ike[IPSEC_TCP_IKE_NEXT_PAYLOAD] == IPSEC_TCP_IKE_PAYLOAD_SK ||
		ike[IPSEC_TCP_IKE_NEXT_PAYLOAD] == IPSEC_TCP_IKE_PAYLOAD_SKF);
}

/**
 * ipsec_tcp_proof_ike_tx - may an IKE message leave by a connection?
 * @conn: the message was sent to its UDP port
 * @ike: header, 28 bytes
 *
 * Context: RCU, any but hard interrupts.
 * Return: false if no message of the same initiator SPI came by the
 * connection.
 */
bool ipsec_tcp_proof_ike_tx(struct ipsec_tcp_conn *conn, const u8 *ike)
{
	if (READ_ONCE(conn->proof.proven))
		return true;
	if (!ipsec_tcp_proof_ike_has(&conn->proof, ipsec_tcp_ike_spi(ike)))
		return false;
	if (ipsec_tcp_proof_ike_established(ike))
		ipsec_tcp_proof_done(conn);
	return true;
}

/**
 * ipsec_tcp_proof_bare - has ESP of the other SA of a pair come?
 * @conn: connection
 * @x: SA without UDP encapsulation
 *
 * Context: RCU, any but hard interrupts.
 */
bool ipsec_tcp_proof_bare(const struct ipsec_tcp_conn *conn,
			  const struct xfrm_state *x)
{
	unsigned int i, n;

	/* Pairs with ipsec_tcp_proof_add_pair(). */
	n = smp_load_acquire(&conn->proof.pairs);
	for (i = 0; i < n; i++) {
		const struct ipsec_tcp_sa_pair *pair = &conn->proof.pair[i];

		if (pair->reqid == x->props.reqid && pair->if_id == x->if_id)
			return true;
	}
	return false;
}

/**
 * ipsec_tcp_proof_init - register with xfrm
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_proof_init(void)
{
	int err;

	err = xfrm4_protocol_register(&ipsec_tcp_proof_protocol4, IPPROTO_ESP);
	if (err)
		return err;
	err = xfrm6_protocol_register(&ipsec_tcp_proof_protocol6, IPPROTO_ESP);
	if (err) {
		xfrm4_protocol_deregister(&ipsec_tcp_proof_protocol4,
					  IPPROTO_ESP);
		return err;
	}
	xfrm_register_km(&ipsec_tcp_proof_manager);
	return 0;
}

/**
 * ipsec_tcp_proof_exit - unregister; no connection is left
 */
void ipsec_tcp_proof_exit(void)
{
	xfrm_unregister_km(&ipsec_tcp_proof_manager);
	xfrm6_protocol_deregister(&ipsec_tcp_proof_protocol6, IPPROTO_ESP);
	xfrm4_protocol_deregister(&ipsec_tcp_proof_protocol4, IPPROTO_ESP);
}
