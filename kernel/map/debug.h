/* SPDX-License-Identifier: GPL-2.0 */
/* What only tests need. The rig's debug kernel gets a module that is built with
 * MAP_DEBUG: a test can stretch the steps by which devices come, change and go,
 * so that packets arrive between any two of them, and walks of large tables
 * complain where they run under the RTNL.
 */
#ifndef _MAP_DEBUG_H
#define _MAP_DEBUG_H

#ifdef MAP_DEBUG
#include <linux/debug_locks.h>
#include <linux/delay.h>
#include <linux/rtnetlink.h>

/* Milliseconds; a parameter of the module. */
extern unsigned int map_debug_delay_ms;

/* Context: may sleep. */
static inline void map_debug_delay(void)
{
	unsigned int ms = READ_ONCE(map_debug_delay_ms);

	if (ms)
		msleep(ms);
}

/* Only lockdep knows the owner of the RTNL, and once it has found a fault it
 * takes every lock for held.
 */
static inline void map_debug_no_rtnl(void)
{
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) && debug_locks &&
		     lockdep_rtnl_is_held());
}
#else
static inline void map_debug_delay(void)
{
}

static inline void map_debug_no_rtnl(void)
{
}
#endif

#endif /* _MAP_DEBUG_H */
