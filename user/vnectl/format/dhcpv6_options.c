// SPDX-License-Identifier: GPL-2.0
/* Sections are those of RFC 7598 where nothing else is said.
 *
 * A container with a part that is wrong or must not be there is of no use as a
 * whole (sections 6 and 8): a rule that is lost can make another one the BMR.
 */
#include <stdio.h>
#include <string.h>

#include "format/dhcpv6_options.h"

#define OPTION_HEADER	4
#define RULE_HEADER	8
#define BIND_HEADER	5
#define PORTPARAMS_LEN	4

/* Section 4.5. */
#define OFFSET_MAX	15
#define PSID_BITS	16

/* RFC 7597, section 5.1; and for lw4o6 RFC 7596, section 5.1. */
#define OFFSET_MAP	6
#define OFFSET_LW4O6	0

/**
 * struct options - options that are read one after the other
 * @at: the next one
 * @left: bytes from there on
 */
struct options {
	const uint8_t *at;
	size_t left;
};

/**
 * struct option - one of them
 * @code: its code
 * @data: what it holds
 * @len: bytes of that
 */
struct option {
	unsigned int code;
	const uint8_t *data;
	size_t len;
};

/* Return: 1, 0 at the end, -1 where one is cut off. */
static int next_option(struct options *options, struct option *option,
		       struct reason *why)
{
	const uint8_t *at = options->at;

	if (!options->left)
		return 0;
	if (options->left >= OPTION_HEADER) {
		option->code = at[0] << 8 | at[1];
		option->len = at[2] << 8 | at[3];
		option->data = at + OPTION_HEADER;
		if (option->len <= options->left - OPTION_HEADER) {
			options->at += OPTION_HEADER + option->len;
			options->left -= OPTION_HEADER + option->len;
			return 1;
		}
	}
	return reason_set(why, REASON_INVALID_REPLY,
			  "an option is cut off: there are but %zu bytes of it",
			  options->left);
}

static int wrong_len(const char *what, size_t len, struct reason *why)
{
	return reason_set(why, REASON_INVALID_REPLY,
			  "%s has a wrong length, %zu bytes", what, len);
}

/* An IPv6 prefix takes as many bytes as its length needs; what follows it
 * there is padding. Return: how many, or -1.
 */
static int read_prefix(const uint8_t *data, size_t len, unsigned int bits,
		       struct in6_addr *ipv6, struct reason *why)
{
	size_t bytes = (bits + 7) / 8;

	memset(ipv6, 0, sizeof(*ipv6));
	if (bits > 128)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "an IPv6 prefix has %u bits, more than 128",
				  bits);
	if (bytes > len)
		return wrong_len("an IPv6 prefix", len, why);
	memcpy(ipv6, data, bytes);
	map_ipv6_prefix_mask(ipv6, bits);
	return bytes;
}

/**
 * dhcpv6_rule_init - begin a rule
 * @rule: the rule
 * @method: whose default of the PSID offset it has (section 4.5)
 */
void dhcpv6_rule_init(struct lease_rule *rule, enum lease_method method)
{
	memset(rule, 0, sizeof(*rule));
	rule->params.psid_offset = method == LEASE_LW4O6 ? OFFSET_LW4O6 :
		OFFSET_MAP;
	rule->offset_assumed = true;
}

/* The PSID is on the left, with zeros behind it. Some have it on the right: odhcp6c
 * is going to, and servers do. A word that fits there, and cannot be on the
 * left, is.
 */
static unsigned int align_psid(unsigned int len, unsigned int psid)
{
	if (psid & (0xffffu >> len) && !(psid >> len))
		return psid;
	return psid >> (PSID_BITS - len);
}

/**
 * dhcpv6_set_ports - what OPTION_S46_PORTPARAMS says of a rule (section 4.5)
 * @rule: the rule, with its prefixes and EA bits
 * @offset: PSID offset
 * @len: bits of the PSID; with 0, the PSID does not count
 * @psid: 16 bits, with the PSID on the left, or on the right
 * @why: set when it is wrong
 *
 * It counts for nothing where a CE has an IPv4 prefix. A PSID of 0 beside EA
 * bits is that of servers which give all CEs one rule, and the EA bits count.
 *
 * Return: 0, or -1.
 */
int dhcpv6_set_ports(struct lease_rule *rule, unsigned int offset,
		     unsigned int len, unsigned int psid, struct reason *why)
{
	if (offset > OFFSET_MAX)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "PSID offset %u is more than %d", offset,
				  OFFSET_MAX);
	if (len > PSID_BITS || psid > 0xffff)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "PSID length %u or PSID %u has more than %d bits",
				  len, psid, PSID_BITS);
	if (rule->params.ipv4_len + rule->params.ea_len < 32)
		return 0;
	rule->params.psid_offset = offset;
	rule->offset_assumed = false;
	if (!len)
		return 0;
	lease_rule_set_psid(rule, len, align_psid(len, psid));
	if (!rule->psid)
		rule->has_psid = false;
	return 0;
}

/* Of the options in a rule or binding only OPTION_S46_PORTPARAMS is known; where
 * they are looked for at a place that they should not be at, there must be no
 * others.
 */
static int read_sub_options(const uint8_t *data, size_t len, bool strict,
			    struct lease_rule *rule, struct reason *why)
{
	struct options options = { data, len };
	struct option option;
	int ret;

	while ((ret = next_option(&options, &option, why)) > 0) {
		if (option.code != DHCPV6_S46_PORTPARAMS && strict)
			return -1;
		if (option.code != DHCPV6_S46_PORTPARAMS)
			continue;
		if (option.len != PORTPARAMS_LEN)
			return wrong_len("OPTION_S46_PORTPARAMS", option.len,
					 why);
		if (dhcpv6_set_ports(rule, option.data[0], option.data[1],
				     option.data[2] << 8 | option.data[3],
				     why))
			return -1;
	}
	return ret;
}

static bool are_zero(const uint8_t *data, size_t len)
{
	while (len && !*data) {
		data++;
		len--;
	}
	return !len;
}

/* A provider pads the prefix with zeros to 8 bytes, as others may to 16, and the
 * options come after that. Return: where they begin, or 0.
 */
static size_t after_padding(const uint8_t *data, size_t len, size_t bytes,
			    const struct lease_rule *rule)
{
	static const size_t ends[] = { 8, 16 };
	struct lease_rule ignored;
	struct reason why;
	unsigned int i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		ignored = *rule;
		if (bytes < ends[i] && ends[i] <= len &&
		    are_zero(data + bytes, ends[i] - bytes) &&
		    !read_sub_options(data + ends[i], len - ends[i], true,
				      &ignored, &why))
			return ends[i];
	}
	return 0;
}

/* What a rule or a binding ends with: a prefix, and options. */
static int read_rest(const uint8_t *data, size_t len, struct lease_rule *rule,
		     struct lease *lease, struct reason *why)
{
	struct map_rule_params *params = &rule->params;
	struct lease_rule before;
	size_t padded;
	int bytes;

	bytes = read_prefix(data, len, params->ipv6_len, &params->ipv6, why);
	if (bytes < 0)
		return -1;
	before = *rule;
	if (read_sub_options(data + bytes, len - bytes, false, rule, why)) {
		*rule = before;
		padded = after_padding(data, len, bytes, rule);
		if (!padded)
			return -1;
		read_sub_options(data + padded, len - padded, true, rule, why);
		lease->padded = true;
	}
	return lease_add_rule(lease, rule, why);
}

/* Section 4.1. Bits after the IPv4 prefix are ignored. */
static int read_rule(const struct option *option, struct lease *lease,
		     struct reason *why)
{
	const uint8_t *data = option->data;
	struct map_rule_params *params;
	struct lease_rule rule;

	if (option->len < RULE_HEADER)
		return wrong_len("OPTION_S46_RULE", option->len, why);
	dhcpv6_rule_init(&rule, lease->method);
	params = &rule.params;
	rule.fmr = data[0] & 1;
	params->ea_len = data[1];
	params->ipv4_len = data[2];
	if (params->ea_len > 48 || params->ipv4_len > 32)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "a rule has %u EA bits and an IPv4 prefix of length %u, more than 48 and 32",
				  data[1], data[2]);
	memcpy(&params->ipv4, data + 3, sizeof(params->ipv4));
	params->ipv4 = map_ipv4_prefix_mask(params->ipv4, params->ipv4_len);
	params->ipv6_len = data[7];
	return read_rest(data + RULE_HEADER, option->len - RULE_HEADER, &rule,
			 lease, why);
}

/* Section 4.4. */
static int read_binding(const struct option *option, struct lease *lease,
			struct reason *why)
{
	const uint8_t *data = option->data;
	struct lease_rule rule;

	if (lease->count)
		return reason_set(why, REASON_INVALID_REPLY,
				  "there is more than one OPTION_S46_V4V6BIND");
	if (option->len < BIND_HEADER)
		return wrong_len("OPTION_S46_V4V6BIND", option->len, why);
	dhcpv6_rule_init(&rule, lease->method);
	memcpy(&rule.params.ipv4, data, sizeof(rule.params.ipv4));
	rule.params.ipv4_len = 32;
	rule.params.ipv6_len = data[4];
	return read_rest(data + BIND_HEADER, option->len - BIND_HEADER, &rule,
			 lease, why);
}

/* Section 4.2. More than one may be there. */
static int read_br(const struct option *option, struct lease *lease,
		   struct reason *why)
{
	struct in6_addr ipv6;

	if (option->len != sizeof(ipv6))
		return wrong_len("OPTION_S46_BR", option->len, why);
	memcpy(&ipv6, option->data, sizeof(ipv6));
	if (!endpoint_usable(&ipv6))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "OPTION_S46_BR is no global unicast address");
	lease_add_br(lease, &ipv6);
	return 0;
}

/* Section 4.3; exactly one (section 5.2). */
static int read_dmr(const struct option *option, struct lease *lease,
		    struct reason *why)
{
	size_t more;
	int bytes;

	if (lease->dmr_len)
		return reason_set(why, REASON_INVALID_REPLY,
				  "there is more than one OPTION_S46_DMR");
	if (!option->len)
		return wrong_len("OPTION_S46_DMR", option->len, why);
	bytes = read_prefix(option->data + 1, option->len - 1, option->data[0],
			    &lease->dmr, why);
	if (bytes < 0)
		return -1;
	more = option->len - 1 - bytes;
	if (more && ((bytes + more != 8 && bytes + more != 16) ||
		     !are_zero(option->data + 1 + bytes, more)))
		return wrong_len("OPTION_S46_DMR", option->len, why);
	lease->padded |= more;
	lease->dmr_len = option->data[0];
	if (!lease->dmr_len)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "OPTION_S46_DMR is a prefix of length 0");
	return 0;
}

/**
 * struct part - an option that belongs into containers (section 6, table 1)
 * @code: its code
 * @methods: bits of the methods whose container may hold it
 * @read: reads it
 */
struct part {
	unsigned int code;
	unsigned int methods;
	int (*read)(const struct option *option, struct lease *lease,
		    struct reason *why);
};

#define METHOD_BIT(method)	(1u << (method))
#define MAP_E	METHOD_BIT(LEASE_MAP_E)
#define MAP_T	METHOD_BIT(LEASE_MAP_T)
#define LW4O6	METHOD_BIT(LEASE_LW4O6)

static const struct part parts[] = {
	{ DHCPV6_S46_RULE, MAP_E | MAP_T, read_rule },
	{ DHCPV6_S46_BR, MAP_E | LW4O6, read_br },
	{ DHCPV6_S46_DMR, MAP_T, read_dmr },
	{ DHCPV6_S46_V4V6BIND, LW4O6, read_binding },
};

/* Options that are not known, and OPTION_S46_PORTPARAMS, which counts only in
 * rules and bindings (section 4.5), are passed over.
 */
static int read_part(const struct option *option, struct lease *lease,
		     struct reason *why)
{
	unsigned int i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (option->code != parts[i].code)
			continue;
		if (!(parts[i].methods & METHOD_BIT(lease->method)))
			return reason_set(why, REASON_INVALID_REPLY,
					  "option %u must not be in the container of %s",
					  option->code,
					  lease_method_name(lease->method));
		return parts[i].read(option, lease, why);
	}
	return 0;
}

/**
 * dhcpv6_finish - end a lease: mesh, and whether it is whole
 * @lease: the lease
 * @why: set when something is missing or wrong
 *
 * Return: 0, or -1.
 */
int dhcpv6_finish(struct lease *lease, struct reason *why)
{
	unsigned int i;

	for (i = 0; i < lease->count; i++) {
		lease->mesh |= lease->rules[i].fmr;
		if (!map_rule_shared(&lease->rules[i].params))
			lease->rules[i].offset_assumed = false;
	}
	return lease_check(lease, why);
}

static int read_container(const uint8_t *data, size_t len, struct lease *lease,
			  struct reason *why)
{
	struct options options = { data, len };
	struct option option;
	int ret;

	while ((ret = next_option(&options, &option, why)) > 0)
		if (read_part(&option, lease, why))
			return -1;
	if (ret)
		return -1;
	return dhcpv6_finish(lease, why);
}

static int method_of(unsigned int code)
{
	switch (code) {
	case DHCPV6_S46_CONT_MAPE:
		return LEASE_MAP_E;
	case DHCPV6_S46_CONT_MAPT:
		return LEASE_MAP_T;
	case DHCPV6_S46_CONT_LW:
		return LEASE_LW4O6;
	case DHCPV6_AFTR_NAME:
		return LEASE_DS_LITE;
	}
	return -1;
}

/**
 * dhcpv6_option - read what an option holds
 * @code: a container, or DHCPV6_AFTR_NAME
 * @data: what follows its code and length
 * @len: bytes of that
 * @lease: the result, to be freed
 * @why: set when it is wrong; then there is no result
 *
 * Return: 0, or -1.
 */
int dhcpv6_option(unsigned int code, const uint8_t *data, size_t len,
		  struct lease *lease, struct reason *why)
{
	int method = method_of(code), ret;

	lease_init(lease, LEASE_MAP_E);
	if (method < 0)
		return reason_set(why, REASON_UNSUPPORTED_TYPE,
				  "option %u is none that brings IPv4", code);
	lease->method = method;
	if (method == LEASE_DS_LITE)
		ret = endpoint_from_dns(data, len, &lease->br, why);
	else
		ret = read_container(data, len, lease, why);
	if (ret)
		lease_free(lease);
	return ret;
}

static void add_option(const struct option *option, struct offer *offer,
		       bool *named)
{
	struct lease lease;
	struct reason why;
	char part[16];

	/* RFC 6334, section 5: the first one counts. */
	if (option->code == DHCPV6_AFTR_NAME) {
		if (*named)
			return;
		*named = true;
	}
	if (!dhcpv6_option(option->code, option->data, option->len, &lease,
			   &why) &&
	    !offer_add(offer, &lease, &why))
		return;
	snprintf(part, sizeof(part), "option %u", option->code);
	offer_skip(offer, part, &why);
}

/**
 * dhcpv6_options - read the options of a message
 * @data: the options, each with its code and length
 * @len: bytes of that
 * @offer: the result, to be freed
 * @why: set when an option is cut off; then there is no result
 *
 * Options of RFC 7598 that are in no container do not count (section 3), and
 * neither do all the others. A container that is wrong is skipped (section 6).
 * There may be several: one for each domain (section 5.1).
 *
 * Return: 0, or -1.
 */
int dhcpv6_options(const uint8_t *data, size_t len, struct offer *offer,
		   struct reason *why)
{
	struct options options = { data, len };
	struct option option;
	bool named = false;
	int ret;

	offer_init(offer);
	while ((ret = next_option(&options, &option, why)) > 0)
		if (method_of(option.code) >= 0)
			add_option(&option, offer, &named);
	if (ret)
		offer_free(offer);
	return ret;
}
