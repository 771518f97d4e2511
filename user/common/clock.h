/* SPDX-License-Identifier: GPL-2.0 */
/* The clock of durations and lifetimes. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <time.h>

/**
 * clock_now - seconds since the machine started, with those that it slept
 *
 * The wall clock of a router is stepped, by days, as soon as a time server
 * answers. What takes a time, or ends at one, is measured by this clock only;
 * the wall clock (ev_now(), ev_time(), time()) is for people to read.
 *
 * Return: seconds.
 */
static inline double clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

#endif /* COMMON_CLOCK_H */
