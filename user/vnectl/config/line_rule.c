// SPDX-License-Identifier: GPL-2.0
/* A static rule, in the words of "mapctl rule add". */
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "map_attrs.h"
#include "msg.h"
#include "config/line_options.h"

static void put(void *arg, uint16_t type, const void *data, size_t len)
{
	msg_put(arg, type, data, len);
}

static int refuse(const char *word, const char *name, const char *why,
		  struct arg_error *err)
{
	return arg_wrong(err, word, "%s: %s (accepted: %s)", name, why,
			 VNE_RULE_EXPECTS);
}

static int read_words(char *text, const char *name, struct attr_sink *sink,
		      struct arg_error *err)
{
	char *word, *value, *left = NULL;
	const struct attr *attr;
	int index;

	for (word = strtok_r(text, " \t", &left); word;
	     word = strtok_r(NULL, " \t", &left)) {
		index = attr_find(&map_rule_attrs, word);
		if (index < 0 || index == map_rule_attr(MAP_A_RULE_TYPE))
			return refuse(word, name, index == KEYWORD_AMBIGUOUS ?
				      "the keyword is ambiguous" :
				      "the keyword is unknown", err);
		attr = &map_rule_attrs.attrs[index];
		if (sink->seen & 1u << index)
			return refuse(word, name, "it is there twice", err);
		value = NULL;
		if (attr_takes_value(attr)) {
			value = strtok_r(NULL, " \t", &left);
			if (!value)
				return refuse(word, name,
					      "a value is missing", err);
		}
		if (attr_parse(&map_rule_attrs, index, value, sink, err))
			return -1;
	}
	return 0;
}

static bool was_read(const struct attr_sink *sink, uint16_t type)
{
	return sink->seen & 1u << map_rule_attr(type);
}

static int make_rule(const struct msg *msg, const struct attr_sink *sink,
		     uint32_t iid, struct lease_rule *rule)
{
	const struct nlattr *tb[MAP_A_RULE_MAX + 1];
	struct map_rule_params params;

	attr_index(msg->data + NLMSG_HDRLEN, msg->len - NLMSG_HDRLEN, tb,
		   MAP_A_RULE_MAX);
	map_rule_from_attrs(tb, &params);
	memset(rule, 0, sizeof(*rule));
	rule->params = params;
	rule->fmr = was_read(sink, MAP_A_RULE_FMR);
	if (!was_read(sink, MAP_A_RULE_IID))
		rule->params.iid = iid;
	if (params.psid_len) {
		rule->params.psid_len = 0;
		rule->params.psid = 0;
		lease_rule_set_psid(rule, params.psid_len, params.psid);
	}
	return 0;
}

/**
 * vne_rule - read a rule
 * @text: "ipv6 PREFIX ipv4 PREFIX ea-len N ..."
 * @name: whose value it is, for the message
 * @iid: enum map_iid, where the rule does not say it
 * @rule: the result
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int vne_rule(const char *text, const char *name, uint32_t iid,
	     struct lease_rule *rule, struct arg_error *err)
{
	static const uint16_t needed[] = {
		MAP_A_RULE_IPV6, MAP_A_RULE_IPV4, MAP_A_RULE_EA_LEN,
	};
	struct attr_sink sink = { .put = put };
	struct map_refusal why;
	struct msg msg;
	char copy[256];
	unsigned int i;
	int ret;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return refuse(text, name, "it is too long", err);
	msg_init(&msg, 0, 0, NULL, 0);
	sink.arg = &msg;
	ret = read_words(copy, name, &sink, err);
	for (i = 0; !ret && i < 3; i++)
		if (!was_read(&sink, needed[i]))
			ret = refuse(attr_by_type(&map_rule_attrs,
						  needed[i])->name,
				     name, "it is missing", err);
	if (!ret)
		ret = make_rule(&msg, &sink, iid, rule);
	if (!ret && !map_rule_valid(&rule->params, &why))
		ret = arg_wrong(err, text, "%s: %s", name, why.reason);
	msg_free(&msg);
	return ret;
}
