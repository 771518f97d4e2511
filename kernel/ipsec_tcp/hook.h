/* SPDX-License-Identifier: GPL-2.0 */
/* Catches what the IKE daemon and xfrm send to a peer. */
#ifndef _IPSEC_TCP_HOOK_H
#define _IPSEC_TCP_HOOK_H

struct net;

int ipsec_tcp_hook_register(struct net *net);
void ipsec_tcp_hook_unregister(struct net *net);

#endif /* _IPSEC_TCP_HOOK_H */
