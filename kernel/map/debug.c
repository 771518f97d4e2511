// SPDX-License-Identifier: GPL-2.0

#include <linux/moduleparam.h>

#include "debug.h"

#ifdef MAP_DEBUG
unsigned int map_debug_delay_ms;
module_param_named(debug_delay_ms, map_debug_delay_ms, uint, 0644);
#endif
