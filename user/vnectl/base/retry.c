// SPDX-License-Identifier: GPL-2.0
#include "base/retry.h"

/**
 * backoff_next - note a failure
 * @backoff: of what failed
 * @chance: a random number, 0 to 1
 *
 * The wait doubles from @min to @max. A quarter of it up or down is left to
 * chance: many clients that lost their server at once must not come back at
 * once.
 *
 * Return: seconds to the next attempt.
 */
double backoff_next(struct backoff *backoff, double chance)
{
	double wait = backoff->min;
	uint32_t i;

	for (i = 0; i < backoff->failures && wait < backoff->max; i++)
		wait *= 2;
	if (wait > backoff->max)
		wait = backoff->max;
	backoff->failures++;
	return wait * (0.75 + chance / 2);
}
