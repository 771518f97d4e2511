/* SPDX-License-Identifier: GPL-2.0 */
/* An address or prefix of either family. */
#ifndef VNECTL_BASE_ADDRESS_H
#define VNECTL_BASE_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "parse.h"

/**
 * struct address - an address or prefix
 * @family: AF_INET or AF_INET6; 0 for none
 * @len: bits of the prefix
 * @ipv4: where it is one
 * @ipv6: where it is one
 */
struct address {
	uint8_t family;
	uint8_t len;
	union {
		struct in_addr ipv4;
		struct in6_addr ipv6;
	};
};

int address_parse(const char *word, const char *name, struct address *address,
		  struct arg_error *err);
int address_parse_own(const char *word, const char *name,
		      struct address *address, struct arg_error *err);
const char *address_format(const struct address *address, char *buf);
bool address_is_host(const struct address *address);
bool address_equal(const struct address *one, const struct address *two);
bool address_holds(const struct address *prefix,
		   const struct sockaddr_storage *from);
socklen_t address_sockaddr(const struct address *address, uint16_t port,
			   struct sockaddr_storage *to);

#endif /* VNECTL_BASE_ADDRESS_H */
