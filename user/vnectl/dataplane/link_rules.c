// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "dataplane/kernel.h"
#include "attr.h"
#include "map_attrs.h"
#include "map_msg.h"
#include "dataplane/link_rules.h"

/**
 * struct row - a rule, in a form that can be compared
 * @type: enum map_rule_type
 * @fmr: a BMR that is used for forwarding, too
 * @params: of a dmr or source only the IPv6 prefix
 */
struct row {
	uint8_t type;
	uint8_t fmr;
	struct map_rule_params params;
};

/**
 * struct rows - rules
 * @row: the rules
 * @count: how many
 * @failed: there was no memory
 */
struct rows {
	struct row *row;
	size_t count;
	bool failed;
};

/* Field by field, as the padding of a structure is anything. */
static void rows_add(struct rows *rows, uint8_t type, bool fmr,
		     const struct map_rule_params *params)
{
	struct row *more, *row;

	more = reallocarray(rows->row, rows->count + 1, sizeof(*more));
	if (!more) {
		rows->failed = true;
		return;
	}
	rows->row = more;
	row = &more[rows->count++];
	memset(row, 0, sizeof(*row));
	row->type = type;
	row->fmr = fmr;
	row->params.ipv6 = params->ipv6;
	row->params.ipv6_len = params->ipv6_len;
	if (type != MAP_RULE_TYPE_BMR && type != MAP_RULE_TYPE_FMR)
		return;
	row->params.ipv4 = params->ipv4;
	row->params.ipv4_len = params->ipv4_len;
	row->params.ea_len = params->ea_len;
	row->params.psid_offset = params->psid_offset;
	row->params.psid_len = params->psid_len;
	row->params.psid = params->psid;
	row->params.iid = params->iid;
}

static void add_prefix(struct rows *rows, uint8_t type,
		       const struct in6_addr *ipv6, uint8_t len)
{
	struct map_rule_params params = { .ipv6 = *ipv6, .ipv6_len = len };

	rows_add(rows, type, false, &params);
}

static void want_rows(const struct plan *plan, struct rows *rows)
{
	unsigned int i;

	rows_add(rows, MAP_RULE_TYPE_BMR, plan->bmr_is_fmr, &plan->bmr.params);
	for (i = 0; i < plan->fmrs_count; i++)
		rows_add(rows, MAP_RULE_TYPE_FMR, true, &plan->fmrs[i]);
	if (plan->mode == MAP_MODE_MAP_T)
		add_prefix(rows, MAP_RULE_TYPE_DMR, &plan->dmr, plan->dmr_len);
	else
		add_prefix(rows, MAP_RULE_TYPE_DMR, &plan->remote, 128);
	for (i = 0; i < plan->sources_count; i++)
		add_prefix(rows, MAP_RULE_TYPE_SOURCE, &plan->sources[i], 128);
}

static int read_row(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_MAX + 1], *rule[MAP_A_RULE_MAX + 1];
	struct map_rule_params params;
	uint8_t type;

	map_index(nlh, tb);
	if (!tb[MAP_A_RULE])
		return 0;
	map_index_nest(tb[MAP_A_RULE], rule, MAP_A_RULE_MAX);
	map_rule_from_attrs(rule, &params);
	type = attr_get_u8(rule[MAP_A_RULE_TYPE]);
	rows_add(arg, type, type == MAP_RULE_TYPE_FMR || rule[MAP_A_RULE_FMR],
		 &params);
	return 0;
}

static void have_rows(int index, struct rows *rows)
{
	struct nl_error err;
	struct msg msg;

	genl_request(&msg, MAP_CMD_RULE_GET, NLM_F_DUMP);
	msg_put_u32(&msg, MAP_A_IFINDEX, index);
	if (ask_map(&msg, read_row, rows, &err))
		rows->failed = true;
}

static int compare(const void *one, const void *two)
{
	return memcmp(one, two, sizeof(struct row));
}

static bool same(struct rows *one, struct rows *two)
{
	if (one->failed || two->failed || one->count != two->count)
		return false;
	qsort(one->row, one->count, sizeof(*one->row), compare);
	qsort(two->row, two->count, sizeof(*two->row), compare);
	return !memcmp(one->row, two->row, one->count * sizeof(*one->row));
}

static void put_mapping(struct msg *msg, const struct row *row)
{
	const struct map_rule_params *params = &row->params;

	msg_put(msg, MAP_A_RULE_IPV4, &params->ipv4, sizeof(params->ipv4));
	msg_put_u8(msg, MAP_A_RULE_IPV4_LEN, params->ipv4_len);
	msg_put_u8(msg, MAP_A_RULE_EA_LEN, params->ea_len);
	msg_put_u8(msg, MAP_A_RULE_PSID_OFFSET, params->psid_offset);
	msg_put_u8(msg, MAP_A_RULE_IID, params->iid);
	if (params->psid_len) {
		msg_put_u16(msg, MAP_A_RULE_PSID, params->psid);
		msg_put_u8(msg, MAP_A_RULE_PSID_LEN, params->psid_len);
	}
	if (row->type == MAP_RULE_TYPE_BMR && row->fmr)
		msg_put(msg, MAP_A_RULE_FMR, NULL, 0);
}

static void put_row(struct msg *msg, const struct row *row)
{
	size_t nest = msg_nest(msg, MAP_A_RULE);

	msg_put_u8(msg, MAP_A_RULE_TYPE, row->type);
	msg_put(msg, MAP_A_RULE_IPV6, &row->params.ipv6,
		sizeof(row->params.ipv6));
	msg_put_u8(msg, MAP_A_RULE_IPV6_LEN, row->params.ipv6_len);
	if (row->type == MAP_RULE_TYPE_BMR || row->type == MAP_RULE_TYPE_FMR)
		put_mapping(msg, row);
	msg_nest_end(msg, nest);
}

static int replace(const struct rows *rows, int index, struct nl_error *err)
{
	struct msg msg;
	size_t i;

	genl_request(&msg, MAP_CMD_RULE_REPLACE, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, index);
	for (i = 0; i < rows->count; i++)
		put_row(&msg, &rows->row[i]);
	return ask_map(&msg, NULL, NULL, err);
}

/**
 * mapping_make - have the rules of a plan, and no others, in one step
 * @plan: the plan
 * @index: of the device
 * @why: set when the kernel refuses
 *
 * Return: 0, or -1.
 */
int mapping_make(const struct plan *plan, int index, struct reason *why)
{
	struct rows want = { NULL, 0, false }, have = { NULL, 0, false };
	struct nl_error err;
	int ret = 0;

	want_rows(plan, &want);
	have_rows(index, &have);
	if (want.failed)
		ret = reason_set(why, REASON_NO_MEMORY, "there is no memory");
	else if (!same(&want, &have) && replace(&want, index, &err))
		ret = ask_refused(&err, why, "the rules of", plan->device);
	free(want.row);
	free(have.row);
	return ret;
}

/**
 * mapping_flush - have no rules, for a while
 * @index: of the device
 * @device: its name
 * @why: set when the kernel refuses
 *
 * A new end-user prefix does not match the old rules, nor the new rules the old
 * prefix.
 *
 * Return: 0, or -1.
 */
int mapping_flush(int index, const char *device, struct reason *why)
{
	struct nl_error err;
	struct msg msg;

	genl_request(&msg, MAP_CMD_RULE_FLUSH, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, index);
	if (!ask_map(&msg, NULL, NULL, &err))
		return 0;
	return ask_refused(&err, why, "to flush the rules of", device);
}
