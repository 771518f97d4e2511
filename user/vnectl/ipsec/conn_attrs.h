/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of a connection, as the kernel sends them. */
#ifndef VNECTL_IPSEC_CONN_ATTRS_H
#define VNECTL_IPSEC_CONN_ATTRS_H

#include <netlink/attr.h>

#include <linux/ipsec_tcp.h>

const char *close_reason_name(uint8_t reason);
uint64_t attr_number(const struct nlattr *attr);
int conn_index(struct nlattr *nest, struct nlattr **tb);
uint32_t conn_number(struct nlattr *const *tb, int type);

#endif /* VNECTL_IPSEC_CONN_ATTRS_H */
