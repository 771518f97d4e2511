// SPDX-License-Identifier: GPL-2.0
#include <sys/random.h>

#include "clock.h"
#include "provision/core/provisioner.h"

/* TLS and a DNS look-up need some time, whatever the scale is. */
#define TIMEOUT_MIN 5

static double time_scale = 1;

/**
 * source_set_time_scale - have waits for servers be shorter
 * @scale: they are divided by it
 */
void source_set_time_scale(double scale)
{
	time_scale = scale > 0 ? scale : 1;
}

/**
 * source_wait - how long to wait for a server
 * @min: seconds at least
 * @max: seconds at most
 *
 * Chance is not drand48(): a kind of router that had the same at each start
 * would come to the server all at once.
 *
 * Return: seconds, somewhere between the two, divided by the time scale.
 */
double source_wait(double min, double max)
{
	uint32_t chance = 0;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) !=
	    sizeof(chance))
		chance = clock_now() * 1e6;
	return (min + (max - min) * chance / UINT32_MAX) / time_scale;
}

/**
 * source_timeout - how long to wait for one answer
 * @usual: seconds
 *
 * Return: seconds, fewer where time runs faster.
 */
double source_timeout(double usual)
{
	double scaled = usual / time_scale;

	if (usual <= TIMEOUT_MIN)
		return usual;
	return scaled < TIMEOUT_MIN ? TIMEOUT_MIN : scaled;
}
