/* SPDX-License-Identifier: GPL-2.0 */
/* Changes of peers, with the effect on hooks and connections. */
#ifndef _IPSEC_TCP_CONTROL_H
#define _IPSEC_TCP_CONTROL_H

#include <linux/types.h>

struct ipsec_tcp_net;
struct ipsec_tcp_peer;
struct ipsec_tcp_settings;

struct ipsec_tcp_peer *
ipsec_tcp_control_add(struct ipsec_tcp_net *tn,
		      const struct ipsec_tcp_settings *set);
void ipsec_tcp_control_del(struct ipsec_tcp_net *tn,
			   struct ipsec_tcp_peer *peer);
int ipsec_tcp_control_set_esp(struct ipsec_tcp_net *tn,
			      struct ipsec_tcp_peer *peer, u8 esp);
void ipsec_tcp_control_limits(struct ipsec_tcp_net *tn,
			      const struct ipsec_tcp_peer *peer);
int ipsec_tcp_control_init(void);
void ipsec_tcp_control_exit(void);

#endif /* _IPSEC_TCP_CONTROL_H */
