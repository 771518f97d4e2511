/* SPDX-License-Identifier: GPL-2.0 */
/* The interface identifier that a contract fixes. */
#ifndef VNECTL_SOFTWIRE_IID_H
#define VNECTL_SOFTWIRE_IID_H

#include <netinet/in.h>
#include <stdint.h>

#include "args.h"
#include "base/reason.h"

int iid_parse(const char *word, struct in6_addr *iid, struct arg_error *err);
int iid_address(const struct in6_addr *iid, const struct in6_addr *prefix,
		uint8_t len, struct in6_addr *addr, struct reason *why);

#endif /* VNECTL_SOFTWIRE_IID_H */
