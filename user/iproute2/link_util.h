/* SPDX-License-Identifier: GPL-2.0 */
/* What ip(8) and its plug-ins know of each other. iproute2 installs no header
 * for it; the layout is the same from 5.10 to 7.1, and the functions are
 * exported by the ip program.
 */
#ifndef LINK_UTIL_H
#define LINK_UTIL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *lu, int argc, char **argv,
			 struct nlmsghdr *n);
	void (*print_opt)(struct link_util *lu, FILE *f, struct rtattr *tb[]);
	void (*print_xstats)(struct link_util *lu, FILE *f,
			     struct rtattr *xstats);
	void (*print_help)(struct link_util *lu, int argc, char **argv,
			   FILE *f);
	int (*parse_ifla_xstats)(struct link_util *lu, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
};

_Static_assert(sizeof(struct link_util) == 9 * sizeof(void *),
	       "struct link_util is not as ip has it");

enum output_type {
	PRINT_FP = 1,
	PRINT_JSON = 2,
	PRINT_ANY = 4,
};

/* The last of ip's colours, which is none. */
enum color_attr { COLOR_NONE = 6 };

int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data,
	      int alen);
unsigned int ll_name_to_index(const char *name);
const char *ll_index_to_name(unsigned int idx);
void invarg(const char *msg, const char *arg) __attribute__((noreturn));
int print_color_string(enum output_type type, enum color_attr color,
		       const char *key, const char *fmt, const char *value);
int print_color_uint(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, unsigned int value);
int print_color_bool(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, bool value);

#endif /* LINK_UTIL_H */
