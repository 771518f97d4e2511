/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers, addresses, prefixes and port lists, from and to text. */
#ifndef COMMON_PARSE_H
#define COMMON_PARSE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "args.h"
#include "psid.h"

/* "2001:.../128" and a terminator */
#define PREFIX_STRLEN (INET6_ADDRSTRLEN + 4)

int parse_number(const char *word, const char *name, uint32_t min,
		 uint32_t max, uint32_t *value, struct arg_error *err);
int parse_ipv6(const char *word, const char *name, struct in6_addr *addr,
	       struct arg_error *err);
int parse_ipv4(const char *word, const char *name, struct in_addr *addr,
	       struct arg_error *err);
int parse_prefix6(const char *word, const char *name, struct in6_addr *addr,
		  uint8_t *len, struct arg_error *err);
int parse_prefix4(const char *word, const char *name, struct in_addr *addr,
		  uint8_t *len, struct arg_error *err);
int parse_ports(const char *word, const char *name,
		struct map_port_range *ranges, unsigned int max,
		struct arg_error *err);

const char *format_ipv6(const struct in6_addr *addr, char *buf);
const char *format_prefix6(const struct in6_addr *addr, uint8_t len,
			   char *buf);
const char *format_ipv4(uint32_t addr, char *buf);
const char *format_prefix4(uint32_t addr, uint8_t len, char *buf);
char *format_ports(const struct map_port_range *ranges, size_t count);
uint32_t port_set_count(const struct map_port_set *set);
char *format_port_set(const struct map_port_set *set, uint32_t max);

#endif /* COMMON_PARSE_H */
