/* SPDX-License-Identifier: GPL-2.0 */
/* TCP sockets: made as RFC 9329 wants them, and handed over to the kernel. */
#ifndef VNECTL_IPSEC_TCP_SOCKET_H
#define VNECTL_IPSEC_TCP_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include "config/ipsec_options.h"

#define WHY_LEN 256

int sock_connect(const struct settings *settings, uint16_t port, char *why);
bool sock_is_over(int fd);
int sock_connected(int fd, char *why);
int sock_listen(const struct settings *settings, uint16_t port, char *why);
int sock_accept(int listener, struct sockaddr_storage *from);
int sock_adopt(int fd, const struct settings *settings, char *why);
int sock_hand_over(int fd, uint32_t role, uint32_t peer, char *why);
uint64_t sock_cookie(int fd);
int sock_keep_alive(int fd, const struct settings *settings);
void sock_reset(int fd);
const char *sock_name(const struct sockaddr_storage *from, char *buf,
		      size_t size);

#endif /* VNECTL_IPSEC_TCP_SOCKET_H */
