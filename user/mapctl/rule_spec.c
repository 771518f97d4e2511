// SPDX-License-Identifier: GPL-2.0
/* A rule, as words of a command line. */
#include <string.h>

#include "mapctl.h"

static void put_attr(void *arg, uint16_t type, const void *data, size_t len)
{
	msg_put(arg, type, data, len);
}

/**
 * rule_spec_init - start to read a rule
 * @spec: the rule
 */
void rule_spec_init(struct rule_spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	msg_init(&spec->attrs, 0, 0, NULL, 0);
	spec->sink.put = put_attr;
	spec->sink.arg = &spec->attrs;
	spec->type = -1;
}

/**
 * rule_spec_free - forget a rule
 * @spec: the rule
 */
void rule_spec_free(struct rule_spec *spec)
{
	msg_free(&spec->attrs);
}

/**
 * rule_spec_put - append a rule to a request
 * @spec: the rule
 * @msg: the request
 */
void rule_spec_put(const struct rule_spec *spec, struct msg *msg)
{
	if (spec->attrs.failed)
		msg->failed = 1;
	else
		msg_put(msg, MAP_A_RULE | NLA_F_NESTED,
			spec->attrs.data + NLMSG_HDRLEN,
			spec->attrs.len - NLMSG_HDRLEN);
}

/**
 * rule_spec_index - find the attributes of a rule
 * @spec: the rule
 * @tb: result, MAP_A_RULE_MAX + 1 pointers
 */
void rule_spec_index(const struct rule_spec *spec, const struct nlattr **tb)
{
	attr_index(spec->attrs.data + NLMSG_HDRLEN,
		   spec->attrs.len - NLMSG_HDRLEN, tb, MAP_A_RULE_MAX);
}

/**
 * rule_spec_has - was an attribute given?
 * @spec: the rule
 * @type: MAP_A_RULE_*
 *
 * Return: whether it was.
 */
bool rule_spec_has(const struct rule_spec *spec, uint16_t type)
{
	return spec->sink.seen & (1u << map_rule_attr(type));
}

/**
 * rule_spec_has_more - was more given than type and IPv6 prefix?
 * @spec: the rule
 *
 * Return: whether it was.
 */
bool rule_spec_has_more(const struct rule_spec *spec)
{
	return spec->sink.seen &
	       ~(1u << map_rule_attr(MAP_A_RULE_TYPE) |
		 1u << map_rule_attr(MAP_A_RULE_IPV6));
}

static bool maps(const struct rule_spec *spec)
{
	return spec->type == MAP_RULE_TYPE_BMR ||
	       spec->type == MAP_RULE_TYPE_FMR;
}

/**
 * rule_spec_lacks - what is missing for a complete rule
 * @spec: the rule, whose type is known
 *
 * Return: name of what is missing, or NULL.
 */
const char *rule_spec_lacks(const struct rule_spec *spec)
{
	static const uint16_t mapping[] = {
		MAP_A_RULE_IPV6, MAP_A_RULE_IPV4, MAP_A_RULE_EA_LEN,
	};
	unsigned int count = maps(spec) ? 3 : 1;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!rule_spec_has(spec, mapping[i]))
			return attr_by_type(&map_rule_attrs, mapping[i])->name;
	return NULL;
}

static int read_value(struct rule_spec *spec, int index, struct args *args)
{
	const struct attr *attr = &map_rule_attrs.attrs[index];
	const char *value = NULL;
	struct arg_error err;
	char expects[128];

	if (attr_takes_value(attr)) {
		value = args_next(args);
		if (!value)
			return fail_missing(attr->name,
					    attr_expects(attr, expects,
							 sizeof(expects)));
	}
	if (attr_parse(&map_rule_attrs, index, value, &spec->sink, &err))
		return fail_arg(&err);
	return EXIT_OK;
}

/* "br ADDRESS" is a dmr whose value is the address of a BR (RFC 7597, section
 * 5.4), and not the prefix of a translator.
 */
static const char *type_word(const char *word)
{
	return strcmp(word, "br") ? word : "dmr";
}

static int check_br(const char *next)
{
	if (next && strchr(next, '/'))
		return fail_word(next, "br is one address; the prefix of MAP-T is a dmr");
	return EXIT_OK;
}

/* "dmr ADDRESS" and "source PREFIX" need no keyword for their value. */
static int read_type(struct rule_spec *spec, struct args *args)
{
	int index = map_rule_attr(MAP_A_RULE_TYPE);
	struct arg_error err;
	const char *typed = args_next(args);
	const char *word = type_word(typed);
	const char *next = args_peek(args);

	if (word != typed && check_br(next))
		return EXIT_USAGE;
	if (attr_parse(&map_rule_attrs, index, word, &spec->sink, &err))
		return fail_word(word, "the type of the rule must be bmr, fmr, dmr, br or source");
	spec->type = keyword_find(word, (const char *)map_rule_types,
				  sizeof(map_rule_types[0]),
				  MAP_RULE_TYPE_MAX + 1);
	if (maps(spec))
		return EXIT_OK;
	if (!next || !strcmp(next, "dev") || !strcmp(next, "ipv6"))
		return EXIT_OK;
	return read_value(spec, map_rule_attr(MAP_A_RULE_IPV6), args);
}

static int read_device(struct rule_spec *spec, struct args *args)
{
	const char *name = args_next(args);

	if (!name)
		return fail_missing("dev", "an interface");
	return map_device(name, &spec->dev);
}

static int read_keyword(struct rule_spec *spec, struct args *args)
{
	const char *word = args_next(args);
	int index = attr_find(&map_rule_attrs, word);

	if (index == KEYWORD_AMBIGUOUS)
		return fail_word(word, "the keyword is ambiguous, try \"help\"");
	if (index < 0 || index == map_rule_attr(MAP_A_RULE_TYPE))
		return fail_word(word, "the keyword is unknown, try \"help\"");
	return read_value(spec, index, args);
}

/**
 * rule_spec_read - read "dev DEV TYPE KEYWORD VALUE ..."
 * @spec: the rule
 * @args: the words
 *
 * Return: an exit code, with the reason printed.
 */
int rule_spec_read(struct rule_spec *spec, struct args *args)
{
	int ret = EXIT_OK;

	while (!ret && args_peek(args)) {
		if (args_take(args, "dev"))
			ret = read_device(spec, args);
		else if (spec->type < 0)
			ret = read_type(spec, args);
		else
			ret = read_keyword(spec, args);
	}
	if (ret)
		return ret;
	if (!spec->dev.ifindex)
		return fail_missing("dev", NULL);
	if (spec->type < 0)
		return fail_usage("the type of the rule is missing: bmr, fmr, dmr, br or source is expected");
	return EXIT_OK;
}

/**
 * rule_spec_check - is there all that a command needs?
 * @spec: the rule
 * @whole: a rule to add; else one to find, by its IPv6 prefix (there is but
 *	one dmr)
 *
 * Return: an exit code, with the reason printed.
 */
int rule_spec_check(const struct rule_spec *spec, bool whole)
{
	const char *missing = rule_spec_lacks(spec);

	if (!missing || (!whole && (rule_spec_has(spec, MAP_A_RULE_IPV6) ||
				    spec->type == MAP_RULE_TYPE_DMR)))
		return EXIT_OK;
	if (maps(spec))
		return fail_missing(missing, NULL);
	return fail_missing(map_rule_types[spec->type],
			    "an IPv6 address or prefix");
}
