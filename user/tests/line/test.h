/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LINE_TEST_H
#define LINE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int test_hook(void);
int test_prefixes(void);
int test_told(void);

#endif /* LINE_TEST_H */
