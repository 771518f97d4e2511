// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/dhcpv6_options.h"
#include "parse.h"

#define OPTION_MAX	65535

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "0:59:0:15": one or two digits a byte. Return: bytes, or -1. */
static int from_colons(const char *text, uint8_t *data)
{
	int len = 0, high, low;

	while (*text) {
		high = 0;
		low = hex_digit(*text++);
		if (low >= 0 && *text && *text != ':') {
			high = low;
			low = hex_digit(*text++);
		}
		if (low < 0 || len == OPTION_MAX)
			return -1;
		data[len++] = high << 4 | low;
		if (*text == ':' && text[1])
			text++;
		else if (*text)
			return -1;
	}
	return len;
}

/* "00590015": two digits a byte. Return: bytes, or -1. */
static int from_digits(const char *text, uint8_t *data)
{
	int len = 0, high, low;

	for (; *text; text += 2) {
		high = hex_digit(text[0]);
		low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0 || len == OPTION_MAX)
			return -1;
		data[len++] = high << 4 | low;
	}
	return len;
}

static int read_hex(enum dhcpv6_client client, unsigned int code,
		    const char *text, struct lease *lease, struct reason *why)
{
	uint8_t *data = malloc(OPTION_MAX);
	int len, ret;

	if (!data)
		return reason_set(why, REASON_NO_MEMORY,
				  "there is no memory for option %u", code);
	len = client == DHCPV6_DHCLIENT ? from_colons(text, data) :
		from_digits(text, data);
	if (len < 0)
		ret = reason_set(why, REASON_INVALID_REPLY,
				 "option %u is not in the form of %s: %.64s",
				 code, client == DHCPV6_DHCLIENT ? "dhclient" :
				 "dhcpcd", text);
	else
		ret = dhcpv6_option(code, data, len, lease, why);
	free(data);
	return ret;
}

/**
 * struct rule_words - what the words of odhcp6c say of a rule
 * @rule: the rule
 * @offset: PSID offset
 * @psid_len: bits of the PSID
 * @psid: the PSID, as it was on the wire
 * @ports: there is one of these three
 * @has_offset: there is @offset
 * @seen: bits of the words that were there
 */
struct rule_words {
	struct lease_rule rule;
	uint32_t offset;
	uint32_t psid_len;
	uint32_t psid;
	bool ports;
	bool has_offset;
	unsigned int seen;
};

static int wrong_word(const struct arg_error *err, struct reason *why)
{
	return reason_set(why, REASON_INVALID_MAP_RULE, "\"%s\" is wrong: %s",
			  err->word, err->reason);
}

static int set_number(const char *key, const char *value,
		      struct rule_words *words, struct reason *why)
{
	struct map_rule_params *params = &words->rule.params;
	const struct {
		const char *key;
		uint32_t max;
		uint8_t *byte;
		uint32_t *word;
	} numbers[] = {
		{ "ealen", 48, &params->ea_len, NULL },
		{ "prefix4len", 32, &params->ipv4_len, NULL },
		{ "prefix6len", 128, &params->ipv6_len, NULL },
		{ "offset", 255, NULL, &words->offset },
		{ "psidlen", 255, NULL, &words->psid_len },
		{ "psid", 65535, NULL, &words->psid },
	};
	struct arg_error err;
	unsigned int i;
	uint32_t number;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(key, numbers[i].key))
			continue;
		if (parse_number(value, key, 0, numbers[i].max, &number, &err))
			return wrong_word(&err, why);
		if (numbers[i].byte)
			*numbers[i].byte = number;
		else
			*numbers[i].word = number;
		words->ports |= !numbers[i].byte;
		words->has_offset |= numbers[i].word == &words->offset;
		return 1;
	}
	return 0;
}

static int set_dmr(const char *value, struct lease *lease, struct reason *why)
{
	struct arg_error err;
	struct in6_addr dmr;
	uint8_t len;

	if (parse_prefix6(value, "dmr", &dmr, &len, &err))
		return wrong_word(&err, why);
	if (lease->dmr_len && (lease->dmr_len != len ||
			       !IN6_ARE_ADDR_EQUAL(&lease->dmr, &dmr)))
		return reason_set(why, REASON_INVALID_REPLY,
				  "there is more than one dmr");
	lease->dmr = dmr;
	lease->dmr_len = len;
	return 0;
}

static int set_br(const char *value, struct lease *lease, struct reason *why)
{
	struct arg_error err;
	struct in6_addr br;

	if (parse_ipv6(value, "br", &br, &err))
		return wrong_word(&err, why);
	if (!endpoint_usable(&br))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "br %s is no global unicast address", value);
	lease_add_br(lease, &br);
	return 0;
}

static int set_type(const char *value, const struct lease *lease,
		    struct reason *why)
{
	if (!strcmp(value, lease_method_name(lease->method)))
		return 0;
	return reason_set(why, REASON_UNSUPPORTED_TYPE,
			  "type \"%s\" in the place of %s", value,
			  lease_method_name(lease->method));
}

/* Only a BR can be there more than once. */
static int note_word(const char *key, struct rule_words *words,
		     struct reason *why)
{
	static const char *const once[] = {
		"type", "ealen", "prefix4len", "prefix6len", "ipv4prefix",
		"ipv6prefix", "offset", "psidlen", "psid", "dmr",
	};
	unsigned int i;

	for (i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		if (strcmp(key, once[i]))
			continue;
		if (words->seen & 1u << i)
			return reason_set(why, REASON_INVALID_REPLY,
					  "\"%s\" is there twice", key);
		words->seen |= 1u << i;
	}
	return 0;
}

/* Words that are not known are passed over, as options are. */
static int set_word(const char *key, const char *value,
		    struct rule_words *words, struct lease *lease,
		    struct reason *why)
{
	struct arg_error err;
	struct in_addr ipv4;
	int ret;

	if (!strcmp(key, "type"))
		return set_type(value, lease, why);
	if (!strcmp(key, "br"))
		return set_br(value, lease, why);
	if (!strcmp(key, "dmr"))
		return set_dmr(value, lease, why);
	if (!strcmp(key, "ipv6prefix"))
		return parse_ipv6(value, key, &words->rule.params.ipv6, &err) ?
			wrong_word(&err, why) : 0;
	if (!strcmp(key, "ipv4prefix")) {
		if (parse_ipv4(value, key, &ipv4, &err))
			return wrong_word(&err, why);
		words->rule.params.ipv4 = ipv4.s_addr;
		return 0;
	}
	ret = set_number(key, value, words, why);
	return ret < 0 ? -1 : 0;
}

static int end_rule(struct rule_words *words, struct lease *lease,
		    struct reason *why)
{
	struct map_rule_params *params = &words->rule.params;

	map_ipv6_prefix_mask(&params->ipv6, params->ipv6_len);
	params->ipv4 = map_ipv4_prefix_mask(params->ipv4, params->ipv4_len);
	if (words->ports &&
	    dhcpv6_set_ports(&words->rule, words->offset, words->psid_len,
			     words->psid, why))
		return -1;
	words->rule.offset_assumed = !words->has_offset;
	return lease_add_rule(lease, &words->rule, why);
}

/* "fmr,type=map-e,ealen=16,...,": the text is taken apart. */
static int read_rule_words(char *text, struct lease *lease, struct reason *why)
{
	struct rule_words words = { 0 };
	char *word, *value, *next;

	dhcpv6_rule_init(&words.rule, lease->method);
	words.offset = words.rule.params.psid_offset;
	for (word = strtok_r(text, ",", &next); word;
	     word = strtok_r(NULL, ",", &next)) {
		value = strchr(word, '=');
		if (!value) {
			words.rule.fmr |= !strcmp(word, "fmr");
			continue;
		}
		*value++ = '\0';
		if (note_word(word, &words, why) ||
		    set_word(word, value, &words, lease, why))
			return -1;
	}
	return end_rule(&words, lease, why);
}

/* Rules are separated by spaces. */
static int read_words(const char *text, struct lease *lease,
		      struct reason *why)
{
	char *copy = strdup(text), *rule, *next;
	int ret = 0;

	if (!copy)
		return reason_set(why, REASON_NO_MEMORY,
				  "there is no memory for the rules");
	for (rule = strtok_r(copy, " ", &next); rule && !ret;
	     rule = strtok_r(NULL, " ", &next))
		ret = read_rule_words(rule, lease, why);
	free(copy);
	return ret ? -1 : dhcpv6_finish(lease, why);
}

static int read_name(const char *text, struct lease *lease, struct reason *why)
{
	lease->method = LEASE_DS_LITE;
	if (endpoint_host_name(text, lease->br.name))
		return 0;
	return reason_set(why, REASON_INVALID_REPLY,
			  "\"%.64s\" is no host name", text);
}

/**
 * dhcpv6_text - read what a DHCPv6 client exports
 * @client: which one
 * @code: the option
 * @text: the text
 * @lease: the result, to be freed
 * @why: set when it is wrong; then there is no result
 *
 * All three clients know option 64 themselves, and give a name; one that was
 * told to give bytes does. Only a name has a dot in it.
 *
 * Return: 0, or -1.
 */
int dhcpv6_text(enum dhcpv6_client client, unsigned int code, const char *text,
		struct lease *lease, struct reason *why)
{
	lease_init(lease, LEASE_MAP_E);
	if (code == DHCPV6_AFTR_NAME &&
	    (client == DHCPV6_ODHCP6C || strchr(text, '.')))
		return read_name(text, lease, why);
	if (client != DHCPV6_ODHCP6C)
		return read_hex(client, code, text, lease, why);
	if (code < DHCPV6_S46_CONT_MAPE || code > DHCPV6_S46_CONT_LW)
		return reason_set(why, REASON_UNSUPPORTED_TYPE,
				  "option %u is none that brings IPv4", code);
	lease->method = code == DHCPV6_S46_CONT_MAPE ? LEASE_MAP_E :
		code == DHCPV6_S46_CONT_MAPT ? LEASE_MAP_T : LEASE_LW4O6;
	if (!read_words(text, lease, why))
		return 0;
	lease_free(lease);
	return -1;
}
