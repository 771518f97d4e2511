/* SPDX-License-Identifier: GPL-2.0 */
/* The far end of a tunnel: an IPv6 address, or the name of a host. */
#ifndef VNECTL_BASE_ENDPOINT_H
#define VNECTL_BASE_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "base/reason.h"

/* Of a host name without the last dot (RFC 1035, section 2.3.4). */
#define HOST_NAME_LEN	253

/**
 * struct endpoint - an address or a name
 * @name: the name, in lower case; empty where the address counts
 * @ipv6: the address; all zero, with an empty @name, is no end at all
 */
struct endpoint {
	char name[HOST_NAME_LEN + 1];
	struct in6_addr ipv6;
};

bool endpoint_is_set(const struct endpoint *end);
bool endpoint_equal(const struct endpoint *one, const struct endpoint *two);
const char *endpoint_format(const struct endpoint *end, char *buf);
int endpoint_parse(const char *word, const char *name, struct endpoint *end,
		   struct arg_error *err);
int endpoint_from_dns(const uint8_t *data, size_t len, struct endpoint *end,
		      struct reason *why);
bool endpoint_host_name(const char *word, char *name);
bool endpoint_usable(const struct in6_addr *ipv6);

#endif /* VNECTL_BASE_ENDPOINT_H */
