/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says, as text or JSON. */
#ifndef VNECTL_CLI_IPSEC_PRINT_H
#define VNECTL_CLI_IPSEC_PRINT_H

#include <netlink/attr.h>

#include <linux/ipsec_tcp.h>

const char *conn_state_name(uint8_t state);

void print_peer(struct nlattr *nest);
void print_conn(struct nlattr *nest);
void print_stats(struct nlattr *nest, const char *indent);

#endif /* VNECTL_CLI_IPSEC_PRINT_H */
