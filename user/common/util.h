/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMMON_UTIL_H
#define COMMON_UTIL_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* COMMON_UTIL_H */
