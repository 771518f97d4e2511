/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VNE_FETCH_ROUTE_H
#define VNE_FETCH_ROUTE_H

#include <stdbool.h>
#include <sys/socket.h>

bool route_is_by(const struct sockaddr *to, const char *device);

#endif /* VNE_FETCH_ROUTE_H */
