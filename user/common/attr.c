// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "attr_kind.h"

/**
 * attr_find - find the attribute that a keyword names
 * @table: the attributes
 * @word: the keyword, which may be an abbreviation
 *
 * Return: index in the table, KEYWORD_NONE, or KEYWORD_AMBIGUOUS.
 */
int attr_find(const struct attr_table *table, const char *word)
{
	return keyword_find(word, (const char *)&table->attrs[0].name,
			    sizeof(table->attrs[0]), table->count);
}

/**
 * attr_by_type - find an attribute by its number
 * @table: the attributes
 * @type: the number, of the attribute or of the one that completes it
 *
 * Return: the attribute, or NULL.
 */
const struct attr *attr_by_type(const struct attr_table *table, uint16_t type)
{
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		const struct attr *attr = &table->attrs[i];

		if (attr->type == type || attr->second == type)
			return attr;
	}
	return NULL;
}

/**
 * attr_expects - say what values an attribute takes
 * @attr: the attribute
 * @buf: where to
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *attr_expects(const struct attr *attr, char *buf, size_t size)
{
	attr->kind->expects(attr, buf, size);
	return buf;
}

/**
 * attr_takes_value - does a value follow the keyword?
 * @attr: the attribute
 *
 * Return: false where the keyword stands alone.
 */
bool attr_takes_value(const struct attr *attr)
{
	return !attr->kind->alone;
}

/**
 * attr_parse - read the value of an attribute
 * @table: the attributes
 * @index: which of them
 * @value: the value; NULL for a keyword that stands alone
 * @sink: where it goes
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int attr_parse(const struct attr_table *table, int index, const char *value,
	       struct attr_sink *sink, struct arg_error *err)
{
	const struct attr *attr = &table->attrs[index];

	if (sink->seen & (1u << index))
		return arg_wrong(err, attr->name, "duplicate \"%s\"",
				 attr->name);
	sink->seen |= 1u << index;
	return attr->kind->parse(attr, value, sink, err);
}

/**
 * attr_print - print the attributes of a set that are there
 * @table: the attributes
 * @tb: what came, by attribute type; NULL where nothing did
 * @printer: how to print
 */
void attr_print(const struct attr_table *table,
		const struct nlattr *const tb[],
		const struct attr_printer *printer)
{
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		const struct attr *attr = &table->attrs[i];

		if (tb[attr->type] || (attr->second && tb[attr->second]))
			attr->kind->print(attr, tb, printer);
	}
}

/**
 * attr_json - what kind of JSON value an attribute has
 * @attr: the attribute
 *
 * Return: the kind.
 */
enum attr_json attr_json(const struct attr *attr)
{
	return attr->kind->json;
}

/**
 * attr_key - the JSON key of an attribute
 * @attr: the attribute
 * @buf: where to
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *attr_key(const struct attr *attr, char *buf, size_t size)
{
	char *c;

	snprintf(buf, size, "%s", attr->name);
	for (c = buf; *c; c++)
		if (*c == '-')
			*c = '_';
	return buf;
}

/**
 * attr_has_key - is this the JSON key of an attribute?
 * @attr: the attribute
 * @key: the key
 *
 * Return: whether it is.
 */
bool attr_has_key(const struct attr *attr, const char *key)
{
	const char *name = attr->name;

	while (*name && *key == (*name == '-' ? '_' : *name)) {
		name++;
		key++;
	}
	return !*name && !*key;
}

/**
 * attr_get - copy the payload of an attribute
 * @attr: the attribute, or NULL
 * @value: where to; zeroed where the payload is shorter
 * @len: how much
 */
void attr_get(const struct nlattr *attr, void *value, size_t len)
{
	memset(value, 0, len);
	if (attr && attr->nla_len >= NLA_HDRLEN + len)
		memcpy(value, (const char *)attr + NLA_HDRLEN, len);
}

/**
 * attr_get_u8 - the value of an attribute
 * @attr: the attribute, or NULL
 *
 * Return: the value, 0 without one.
 */
uint8_t attr_get_u8(const struct nlattr *attr)
{
	uint8_t value;

	attr_get(attr, &value, sizeof(value));
	return value;
}

/**
 * attr_get_u16 - the value of an attribute
 * @attr: the attribute, or NULL
 *
 * Return: the value, 0 without one.
 */
uint16_t attr_get_u16(const struct nlattr *attr)
{
	uint16_t value;

	attr_get(attr, &value, sizeof(value));
	return value;
}

/**
 * attr_get_u32 - the value of an attribute
 * @attr: the attribute, or NULL
 *
 * Return: the value, 0 without one.
 */
uint32_t attr_get_u32(const struct nlattr *attr)
{
	uint32_t value;

	attr_get(attr, &value, sizeof(value));
	return value;
}

/**
 * attr_get_u64 - the value of an attribute
 * @attr: the attribute, or NULL
 *
 * Return: the value, 0 without one.
 */
uint64_t attr_get_u64(const struct nlattr *attr)
{
	uint64_t value;

	attr_get(attr, &value, sizeof(value));
	return value;
}

/**
 * attr_index - find the attributes of a set by type
 * @attrs: the attributes, one after the other
 * @len: their length
 * @tb: result: @max + 1 pointers, NULL where there is none
 * @max: largest type of interest
 */
void attr_index(const void *attrs, size_t len, const struct nlattr **tb,
		unsigned int max)
{
	const char *at = attrs;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	while (len >= NLA_HDRLEN) {
		const struct nlattr *attr = (const void *)at;
		unsigned int type = attr->nla_type & NLA_TYPE_MASK;
		size_t step = NLA_ALIGN(attr->nla_len);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			break;
		if (type <= max)
			tb[type] = attr;
		if (step >= len)
			break;
		at += step;
		len -= step;
	}
}
