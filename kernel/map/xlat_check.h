/* SPDX-License-Identifier: GPL-2.0 */
/* What cannot be translated, whoever sends it (RFC 7915, section 4). */
#ifndef _MAP_XLAT_CHECK_H
#define _MAP_XLAT_CHECK_H

struct map_flow;
struct sk_buff;

int map_xlat_check46(const struct sk_buff *skb, const struct map_flow *flow);

#endif /* _MAP_XLAT_CHECK_H */
