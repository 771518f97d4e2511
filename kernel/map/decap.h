/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 out of IPv6: what arrives for the device (RFC 7597, section 8.1). */
#ifndef _MAP_DECAP_H
#define _MAP_DECAP_H

int map_decap_init(void);
void map_decap_exit(void);

#endif /* _MAP_DECAP_H */
