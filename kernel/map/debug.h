/* SPDX-License-Identifier: GPL-2.0 */
/* A test can stretch the steps by which devices come, change and go, so that
 * packets arrive between any two of them. Only the rig's debug kernel gets a
 * module that is built with MAP_DEBUG_DELAYS.
 */
#ifndef _MAP_DEBUG_H
#define _MAP_DEBUG_H

#ifdef MAP_DEBUG_DELAYS
#include <linux/delay.h>

/* Milliseconds; a parameter of the module. */
extern unsigned int map_debug_delay_ms;

/* Context: may sleep. */
static inline void map_debug_delay(void)
{
	unsigned int ms = READ_ONCE(map_debug_delay_ms);

	if (ms)
		msleep(ms);
}
#else
static inline void map_debug_delay(void)
{
}
#endif

#endif /* _MAP_DEBUG_H */
