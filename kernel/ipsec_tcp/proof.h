/* SPDX-License-Identifier: GPL-2.0 */
/* Whose a responder's connection is: it is nobody's until it has been shown by
 * what xfrm or the IKE daemon has authenticated.
 */
#ifndef _IPSEC_TCP_PROOF_H
#define _IPSEC_TCP_PROOF_H

#include <linux/list.h>
#include <linux/types.h>

struct ipsec_tcp_conn;
struct ipsec_tcp_path;
struct sk_buff;
struct xfrm_state;

/* SAs without UDP encapsulation that a connection can be for. */
#define IPSEC_TCP_PROOF_SAS	8

/* IKE SAs that a connection without proof can have answers for. */
#define IPSEC_TCP_PROOF_IKE	4

/**
 * struct ipsec_tcp_sa_pair - what both SAs of a pair have
 * @reqid: number of the policy
 * @if_id: number of the interface
 */
struct ipsec_tcp_sa_pair {
	u32 reqid;
	u32 if_id;
};

/**
 * struct ipsec_tcp_proof - what a connection has shown
 * @node: in the table of connections by @tag
 * @tag: marks packets of this connection in xfrm
 * @proven: somebody has authenticated what came by it
 * @ike: SPIs of initiators whose messages came; under the socket's lock
 * @ike_next: where the next one goes
 * @bare: when ESP without UDP came last, in jiffies, if there is a pair
 * @pairs: number of @pair
 * @pair: SAs without UDP encapsulation of which ESP came; only grows
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

void ipsec_tcp_proof_add(struct ipsec_tcp_conn *conn);
void ipsec_tcp_proof_del(struct ipsec_tcp_conn *conn);
void ipsec_tcp_proof_tag(const struct ipsec_tcp_conn *conn,
			 struct sk_buff *skb, bool fake, bool is_bare);
void ipsec_tcp_proof_ike_rx(struct ipsec_tcp_conn *conn, const u8 *ike);
bool ipsec_tcp_proof_ike_tx(struct ipsec_tcp_conn *conn, const u8 *ike);
bool ipsec_tcp_proof_bare(const struct ipsec_tcp_conn *conn,
			  const struct xfrm_state *x);
int ipsec_tcp_proof_init(void);
void ipsec_tcp_proof_exit(void);

#endif /* _IPSEC_TCP_PROOF_H */
