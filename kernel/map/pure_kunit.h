/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the pure files share. They run as KUnit modules and, with
 * selftests/unit/kunit/test.h, in user space.
 */
#ifndef _MAP_PURE_KUNIT_H
#define _MAP_PURE_KUNIT_H

#include <kunit/test.h>

/* Random inputs a property is tried with: less where KASAN and lockdep make
 * a kernel slow.
 */
#ifdef __KERNEL__
#define MAP_KUNIT_ROUNDS	2000
#else
#define MAP_KUNIT_ROUNDS	50000
#endif

/* xorshift64: the same numbers in each run, so that a failure comes again. */
struct map_random {
	u64 state;
};

#define MAP_RANDOM(seed)	((struct map_random){ .state = (seed) })

static inline u32 map_random(struct map_random *random)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return random->state >> 32;
}

/* One of @first..@last. */
static inline u32 map_random_in(struct map_random *random, u32 first, u32 last)
{
	return first + map_random(random) % (last - first + 1);
}

/* The port arithmetic of RFC 7597 by its formulas, not by bits. */

/* M of appendix B: number of ports in a range. */
static inline u32 map_formula_m(u8 offset, u8 len)
{
	u32 m = 65536;

	while (offset--)
		m /= 2;
	while (len--)
		m /= 2;
	return m;
}

/* R of appendix B: number of CEs that share an address. */
static inline u32 map_formula_r(u8 len)
{
	u32 r = 1;

	while (len--)
		r *= 2;
	return r;
}

#define MAP_FORMULA_NOBODY	0xffffffff

/* Formula (2), or MAP_FORMULA_NOBODY for a port whose block i is left out. */
static inline u32 map_formula_psid(u8 offset, u8 len, u32 port)
{
	u32 m = map_formula_m(offset, len);
	u32 r = map_formula_r(len);

	if (len == 0)
		return 0;
	if (offset > 0 && port / (r * m) == 0)
		return MAP_FORMULA_NOBODY;
	return port % (r * m) / m;
}

#endif /* _MAP_PURE_KUNIT_H */
