/* SPDX-License-Identifier: GPL-2.0 */
/* Whose a responder's connection is: it is nobody's until it has been shown by
 * what xfrm or the IKE daemon has authenticated.
 */
#ifndef _IPSEC_TCP_PROOF_H
#define _IPSEC_TCP_PROOF_H

#include <linux/types.h>

struct ipsec_tcp_conn;
struct sk_buff;
struct xfrm_state;

void ipsec_tcp_proof_add(struct ipsec_tcp_conn *conn);
void ipsec_tcp_proof_del(struct ipsec_tcp_conn *conn);
void ipsec_tcp_proof_tag(const struct ipsec_tcp_conn *conn,
			 struct sk_buff *skb, bool fake, bool is_bare);
void ipsec_tcp_proof_ike_rx(struct ipsec_tcp_conn *conn, const u8 *ike);
bool ipsec_tcp_proof_ike_tx(struct ipsec_tcp_conn *conn, const u8 *ike);
bool ipsec_tcp_proof_bare(const struct ipsec_tcp_conn *conn,
			  const struct xfrm_state *x);
void ipsec_tcp_proof_move(struct ipsec_tcp_conn *conn);
int ipsec_tcp_proof_init(void);
void ipsec_tcp_proof_exit(void);

#endif /* _IPSEC_TCP_PROOF_H */
