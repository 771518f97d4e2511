/* SPDX-License-Identifier: GPL-2.0 */
/* From where this side asks a server: providers look at the source. */
#ifndef VNE_FETCH_BIND_H
#define VNE_FETCH_BIND_H

#include <net/if.h>
#include <sys/socket.h>

#include "base/address.h"

/* What a person gets to read. */
#define FETCH_WHY_LEN 320

/**
 * struct origin - from where
 * @device: packets leave by it; empty for any
 * @local: their source; without a family for any
 */
struct origin {
	char device[IFNAMSIZ];
	struct address local;
};

int origin_socket(const struct origin *origin, int family, int type, char *why);
int origin_bind(const struct origin *origin, int fd, int family, char *why);

#endif /* VNE_FETCH_BIND_H */
