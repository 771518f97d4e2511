/* SPDX-License-Identifier: GPL-2.0 */
/* The Basic Mapping Rule of an end-user prefix (RFC 7597, section 5.2), and
 * what follows from it.
 */
#ifndef VNECTL_SOFTWIRE_BMR_H
#define VNECTL_SOFTWIRE_BMR_H

#include "softwire/softwire.h"

/**
 * struct bmr - the rule that an end-user prefix belongs to
 * @index: its number among the rules of the lease
 * @params: the rule as the CE is set up with; it differs from that of the
 *	lease where the source says more about this one CE than about all
 * @prefix: the end-user prefix
 * @prefix_len: its length
 * @ce: what the CE derives
 */
struct bmr {
	unsigned int index;
	struct map_rule_params params;
	struct in6_addr prefix;
	uint8_t prefix_len;
	struct map_ce ce;
};

int bmr_find(const struct lease *lease, const struct in6_addr *prefix,
	     uint8_t len, struct bmr *bmr, struct reason *why);
bool bmr_is_fmr(const struct lease *lease, unsigned int index);

#endif /* VNECTL_SOFTWIRE_BMR_H */
