/* SPDX-License-Identifier: GPL-2.0 */
/* How long to wait for the next attempt. */
#ifndef VNECTL_BASE_RETRY_H
#define VNECTL_BASE_RETRY_H

#include <stdint.h>

/**
 * struct backoff - attempts that failed in turn
 * @min: seconds to the first attempt
 * @max: seconds between attempts at most
 * @failures: how many
 */
struct backoff {
	uint32_t min;
	uint32_t max;
	uint32_t failures;
};

double backoff_next(struct backoff *backoff, double chance);

#endif /* VNECTL_BASE_RETRY_H */
