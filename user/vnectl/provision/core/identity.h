/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VNECTL_PROVISION_CORE_IDENTITY_H
#define VNECTL_PROVISION_CORE_IDENTITY_H

#include <stdint.h>

/**
 * identity - a number for what an answer depends on
 * @one: a setting
 * @two: another
 *
 * FNV-1a: it need not be safe against anybody, as the file that it is in can
 * be read only by those who can read the settings, too.
 *
 * Return: the number.
 */
static inline uint64_t identity(const char *one, const char *two)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *one; one++)
		hash = (hash ^ (unsigned char)*one) * 0x100000001b3;
	hash *= 0x100000001b3;
	for (; *two; two++)
		hash = (hash ^ (unsigned char)*two) * 0x100000001b3;
	return hash;
}

#endif /* VNECTL_PROVISION_CORE_IDENTITY_H */
