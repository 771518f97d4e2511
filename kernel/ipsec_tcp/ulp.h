/* SPDX-License-Identifier: GPL-2.0 */
/* The ULP: what the owner of a socket sees. */
#ifndef _IPSEC_TCP_ULP_H
#define _IPSEC_TCP_ULP_H

int ipsec_tcp_ulp_init(void);
void ipsec_tcp_ulp_exit(void);

#endif /* _IPSEC_TCP_ULP_H */
