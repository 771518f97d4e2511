// SPDX-License-Identifier: GPL-2.0
/* What follows from a rule: by arithmetic alone, without kernel and device. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"
#include "parse.h"

static void usage(void)
{
	puts("Usage: mapctl calc RULE --prefix PREFIX              what a CE has\n"
	     "       mapctl calc RULE --addr ADDRESS [ --port N ]  IPv6 address of an IPv4 one\n"
	     "       mapctl calc RULE --map-ipv6 ADDRESS           what an IPv6 address may use\n"
	     "where  RULE := --rule-ipv6 PREFIX --rule-ipv4 PREFIX --ea-len NUMBER\n"
	     "               [ --psid-offset NUMBER ] [ --psid NUMBER --psid-len NUMBER ]\n"
	     "               [ --iid { rfc7597 | draft03 } ]\n"
	     "\n"
	     "The words of \"mapctl rule add\" (ipv6, ipv4, ea-len, ...) are accepted too.");
}

/* What there is besides the attributes of a rule. */
enum { PREFIX, ADDR, PORT, MAP_IPV6, QUESTIONS };

static const char *const questions[QUESTIONS] = {
	"prefix", "addr", "port", "map-ipv6",
};

static const char *const question_values[QUESTIONS] = {
	"an IPv6 prefix", "an IPv4 address", "a port", "an IPv6 address",
};

/**
 * struct calc - what was asked
 * @spec: the rule's attributes
 * @words: their values as they were given, by place in map_rule_attrs
 * @asked: values of the questions
 * @rule: the rule
 */
struct calc {
	struct rule_spec spec;
	const char *words[16];
	const char *asked[QUESTIONS];
	struct map_rule_params rule;
};

/* Take away what only calc has: dashes, and "rule-" before a prefix. */
static const char *keyword_of(const char *word)
{
	if (!strncmp(word, "--", 2))
		word += 2;
	if (!strncmp(word, "rule-", 5))
		word += 5;
	return word;
}

static const char *value_of(char *equals, struct args *args)
{
	return equals ? equals + 1 : args_next(args);
}

static int read_rule_attr(struct calc *calc, int index, char *equals,
			  struct args *args)
{
	const struct attr *attr = &map_rule_attrs.attrs[index];
	const char *value = NULL;
	struct arg_error err;
	char expects[128];

	if (attr_takes_value(attr)) {
		value = value_of(equals, args);
		if (!value)
			return fail_missing(attr->name,
					    attr_expects(attr, expects,
							 sizeof(expects)));
	}
	if (attr_parse(&map_rule_attrs, index, value, &calc->spec.sink, &err))
		return fail_arg(&err);
	calc->words[index] = value ? value : "";
	return EXIT_OK;
}

static int read_question(struct calc *calc, int index, char *equals,
			 struct args *args)
{
	const char *value = value_of(equals, args);

	if (!value)
		return fail_missing(questions[index], question_values[index]);
	if (calc->asked[index])
		return fail_twice(questions[index]);
	calc->asked[index] = value;
	return EXIT_OK;
}

static int read_keyword(struct calc *calc, const char *word, char *equals,
			struct args *args)
{
	int question = keyword_find(word, (const char *)questions,
				    sizeof(questions[0]), QUESTIONS);
	int attr = attr_find(&map_rule_attrs, word);

	if (attr == map_rule_attr(MAP_A_RULE_TYPE))
		attr = KEYWORD_NONE;
	if (question >= 0 && attr == KEYWORD_NONE)
		return read_question(calc, question, equals, args);
	if (attr >= 0 && question == KEYWORD_NONE)
		return read_rule_attr(calc, attr, equals, args);
	if (attr == KEYWORD_NONE && question == KEYWORD_NONE)
		return fail_word(word, "the keyword is unknown, try \"help\"");
	return fail_word(word, "the keyword is ambiguous, try \"help\"");
}

/* "bmr" and "fmr" may stand in front, so that a rule can be pasted. */
static int read_words(struct calc *calc, struct args *args)
{
	int ret = EXIT_OK;

	if (!args_take(args, "bmr"))
		args_take(args, "fmr");
	while (!ret && args_peek(args)) {
		char *word = args_next(args);
		char *equals = strchr(word, '=');
		char keyword[32];

		snprintf(keyword, sizeof(keyword), "%.*s",
			 equals ? (int)(equals - word) : (int)strlen(word),
			 word);
		ret = read_keyword(calc, keyword_of(keyword), equals, args);
	}
	return ret;
}

static int refuse(const struct calc *calc, const struct map_refusal *why)
{
	int index;

	if (!why->attr)
		return fail_word(calc->asked[PREFIX], "%s", why->reason);
	index = map_rule_attr(why->attr);
	if (calc->words[index])
		return fail_word(calc->words[index], "%s: %s",
				 map_rule_attrs.attrs[index].name,
				 why->reason);
	return fail_usage("%s: %s", map_rule_attrs.attrs[index].name,
			  why->reason);
}

static int make_rule(struct calc *calc)
{
	const struct nlattr *tb[MAP_A_RULE_MAX + 1];
	const char *missing = rule_spec_lacks(&calc->spec);
	struct map_refusal why;

	if (missing)
		return fail_missing(missing, NULL);
	rule_spec_index(&calc->spec, tb);
	map_rule_from_attrs(tb, &calc->rule);
	if (!map_rule_valid(&calc->rule, &why))
		return refuse(calc, &why);
	return EXIT_OK;
}

static void print_ipv4(uint32_t addr, uint8_t len)
{
	char text[PREFIX_STRLEN];

	out_string("map_ipv4_addr", "ipv4 %s\n",
		   len == 32 ? format_ipv4(addr, text) :
			       format_prefix4(addr, len, text));
}

static void print_ipv6(const struct in6_addr *addr)
{
	char text[PREFIX_STRLEN];

	out_string("map_ipv6_addr", "ipv6 %s\n", format_ipv6(addr, text));
}

static void print_psid(const struct map_port_set *set)
{
	out_number("psid", "psid %" PRIu64 " ", set->psid);
	out_text("(0x%x) ", set->psid);
	out_number("psid_len", "psid-len %" PRIu64 "\n", set->len);
}

static void print_port_set(const struct map_port_set *set)
{
	print_psid(set);
	print_ports(set, true);
	out_text("\n");
}

/* From the end-user prefix to all that the CE has. */
static int calc_ce(const struct calc *calc)
{
	struct map_refusal why;
	struct in6_addr prefix;
	struct arg_error err;
	struct map_ce ce;
	uint8_t len;

	if (parse_prefix6(calc->asked[PREFIX], "prefix", &prefix, &len, &err))
		return fail_arg(&err);
	if (!map_ce_derive(&calc->rule, &prefix, len, &ce, &why))
		return refuse(calc, &why);
	out_object(NULL);
	print_ipv4(ce.ipv4, ce.ipv4_len);
	print_ipv6(&ce.ipv6);
	print_port_set(&ce.ports);
	out_object_end();
	return EXIT_OK;
}

static int read_port(const struct calc *calc, uint16_t *port)
{
	struct arg_error err;
	uint32_t number;

	*port = 0;
	if (!calc->asked[PORT]) {
		if (!map_rule_shared(&calc->rule))
			return EXIT_OK;
		return fail_usage("\"port\" is missing: the address is shared");
	}
	if (parse_number(calc->asked[PORT], "port", 0, 65535, &number, &err))
		return fail_arg(&err);
	if (map_port_excluded(calc->rule.psid_offset,
			      map_rule_psid_len(&calc->rule), number))
		return fail_word(calc->asked[PORT],
				 "port is below the first port set, nobody has it");
	*port = number;
	return EXIT_OK;
}

/* From an IPv4 address and port to the IPv6 address of who has them. */
static int calc_ipv6(const struct calc *calc)
{
	struct map_ipv4_range range;
	struct arg_error err;
	struct in6_addr ipv6;
	struct in_addr addr;
	uint16_t port;

	if (parse_ipv4(calc->asked[ADDR], "addr", &addr, &err))
		return fail_arg(&err);
	if (!map_ipv4_prefix_match(addr.s_addr, calc->rule.ipv4,
				   calc->rule.ipv4_len))
		return fail_word(calc->asked[ADDR],
				 "addr is not in the IPv4 prefix of the rule");
	if (read_port(calc, &port))
		return EXIT_USAGE;
	map_rule_ipv6(&calc->rule, addr.s_addr, port, &ipv6);
	map_rule_ipv4_range(&calc->rule, &ipv6, &range);
	if (!map_port_set_has(&range.ports, port))
		return fail_word(calc->asked[PORT],
				 "port is not in the port set of the rule's PSID");
	out_object(NULL);
	print_ipv4(addr.s_addr, 32);
	print_ipv6(&ipv6);
	print_psid(&range.ports);
	out_object_end();
	return EXIT_OK;
}

/* The address that a CE has to have, by a rule with one of the layouts. With an
 * IPv4 prefix, each host in it has one of its own (RFC 7599, section 6), in which
 * the host's IPv4 address stands.
 */
static void should_be(const struct map_rule_params *rule, uint8_t iid,
		      const struct in6_addr *ipv6,
		      const struct map_ipv4_range *range, struct in6_addr *ce)
{
	unsigned int at = iid == MAP_IID_DRAFT03 ? 9 : 10;
	struct map_rule_params other = *rule;
	uint32_t host;

	other.iid = iid;
	map_rule_ipv6(&other, range->ipv4, map_port_set_nth(&range->ports, 0),
		      ce);
	memcpy(&host, ipv6->s6_addr + at, sizeof(host));
	if (map_ipv4_prefix_match(host, range->ipv4, range->ipv4_len))
		memcpy(ce->s6_addr + at, &host, sizeof(host));
}

/* A device drops what comes from any other address. */
static int check_layout(const struct calc *calc, const struct in6_addr *ipv6,
			const struct map_ipv4_range *range)
{
	const struct map_rule_params *rule = &calc->rule;
	uint8_t other = rule->iid == MAP_IID_DRAFT03 ? MAP_IID_RFC7597 :
		MAP_IID_DRAFT03;
	struct in6_addr ce, swapped;
	char text[PREFIX_STRLEN];

	should_be(rule, rule->iid, ipv6, range, &ce);
	if (IN6_ARE_ADDR_EQUAL(&ce, ipv6))
		return EXIT_OK;
	should_be(rule, other, ipv6, range, &swapped);
	if (IN6_ARE_ADDR_EQUAL(&swapped, ipv6))
		return fail_word(calc->asked[MAP_IPV6],
				 "its interface identifier is laid out as %s has it, and the rule has iid %s: %s is expected",
				 map_iids[other], map_iids[rule->iid],
				 format_ipv6(&ce, text));
	return fail_word(calc->asked[MAP_IPV6],
			 "no CE has it by this rule with iid %s: %s is expected",
			 map_iids[rule->iid], format_ipv6(&ce, text));
}

/* From an IPv6 address to the IPv4 address and ports it may use. */
static int calc_ipv4(const struct calc *calc)
{
	struct map_ipv4_range range;
	struct arg_error err;
	struct in6_addr ipv6;

	if (parse_ipv6(calc->asked[MAP_IPV6], "map-ipv6", &ipv6, &err))
		return fail_arg(&err);
	if (!map_ipv6_prefix_match(&ipv6, &calc->rule.ipv6,
				   calc->rule.ipv6_len))
		return fail_word(calc->asked[MAP_IPV6],
				 "map-ipv6 is not in the IPv6 prefix of the rule");
	map_rule_ipv4_range(&calc->rule, &ipv6, &range);
	if (check_layout(calc, &ipv6, &range))
		return EXIT_USAGE;
	out_object(NULL);
	print_ipv4(range.ipv4, range.ipv4_len);
	print_ipv6(&ipv6);
	print_port_set(&range.ports);
	out_object_end();
	return EXIT_OK;
}

static int answer(struct calc *calc)
{
	bool ce = calc->asked[PREFIX], forward = calc->asked[ADDR],
	     inverse = calc->asked[MAP_IPV6];

	if (ce + forward + inverse != 1)
		return fail_usage("one of \"prefix\", \"addr\" and \"map-ipv6\" is expected");
	if (calc->asked[PORT] && !forward)
		return fail_usage("\"port\" goes with \"addr\"");
	if (make_rule(calc))
		return EXIT_USAGE;
	if (ce)
		return calc_ce(calc);
	return forward ? calc_ipv6(calc) : calc_ipv4(calc);
}

/**
 * do_calc - compute addresses and ports by a rule
 * @args: the rule and the question
 *
 * Return: an exit code.
 */
int do_calc(struct args *args)
{
	struct calc calc = { 0 };
	int ret;

	if (args_help(args))
		return show_help(usage);
	rule_spec_init(&calc.spec);
	calc.spec.type = MAP_RULE_TYPE_BMR;
	ret = read_words(&calc, args);
	if (!ret)
		ret = answer(&calc);
	rule_spec_free(&calc.spec);
	return ret;
}
