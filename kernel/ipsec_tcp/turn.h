/* SPDX-License-Identifier: GPL-2.0 */
/* Turns: how much a CPU may receive before its queues are worked off. */
#ifndef _IPSEC_TCP_TURN_H
#define _IPSEC_TCP_TURN_H

#include <linux/types.h>

bool ipsec_tcp_turn_over(void);
void ipsec_tcp_turn_message(bool transport);
int ipsec_tcp_turn_init(void);
void ipsec_tcp_turn_exit(void);

#endif /* _IPSEC_TCP_TURN_H */
