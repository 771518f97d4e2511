/* SPDX-License-Identifier: GPL-2.0 */
/* How attributes of one kind are read and printed. */
#ifndef COMMON_ATTR_KIND_H
#define COMMON_ATTR_KIND_H

#include "attr.h"

/**
 * struct attr_kind - a kind of attributes
 * @expects: say what values are right
 * @parse: read a value, and put it where @sink says
 * @print: print it
 * @json: kind of its JSON value
 * @alone: no value follows the keyword
 */
struct attr_kind {
	void (*expects)(const struct attr *attr, char *buf, size_t size);
	int (*parse)(const struct attr *attr, const char *value,
		     struct attr_sink *sink, struct arg_error *err);
	void (*print)(const struct attr *attr, const struct nlattr *const tb[],
		      const struct attr_printer *printer);
	enum attr_json json;
	bool alone;
};

#endif /* COMMON_ATTR_KIND_H */
