/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of leases share. An expected lease is written as the JSON
 * that lease_json() makes of it; lease.c has that in turn against a lease
 * written in C.
 */
#ifndef LEASE_TEST_H
#define LEASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "softwire/softwire.h"
#include "softwire/candidates.h"
#include "format/query.h"
#include "base/reason.h"
#include "util.h"

int test_bmr(void);
int test_dhcpv6(void);
int test_dhcpv6_text(void);
int test_endpoint(void);
int test_hb46pp(void);
int test_hb46pp_query(void);
int test_hb46pp_server(void);
int test_iid(void);
int test_lease(void);
int test_ocn(void);
int test_reason(void);
int test_update(void);
int test_v6plus(void);

extern const char *vectors_file;

void says(const struct reason *why, enum reason_code code, const char *text);
void lease_is(const struct lease *lease, const char *expected);
void query_is(const struct query *query, const char *expected);
size_t from_hex(const char *text, uint8_t *data);
struct in6_addr ipv6(const char *word);
char *repeat(const char *text, unsigned int times);

#endif /* LEASE_TEST_H */
