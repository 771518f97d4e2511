// SPDX-License-Identifier: GPL-2.0
/* Rules that the user has written down. */
#include <string.h>

#include "iid.h"
#include "source.h"

static int set_br(const struct vne *vne, struct lease *lease,
		  struct reason *why)
{
	struct arg_error err;

	if (!vne->br || !endpoint_parse(vne->br, "br", &lease->br, &err))
		return 0;
	return reason_set(why, REASON_MISSING_ADDRESS, "%s", err.reason);
}

static int add_rules(const struct vne *vne, struct lease *lease,
		     struct reason *why)
{
	struct lease_rule rule;
	struct arg_error err;
	unsigned int i;

	for (i = 0; i < vne->rules.count; i++) {
		if (vne_rule(vne->rules.text[i], "rule", vne->iid, &rule,
			     &err))
			return reason_set(why, REASON_INVALID_MAP_RULE, "%s",
					  err.reason);
		if (lease_add_rule(lease, &rule, why))
			return -1;
		lease->mesh |= rule.fmr;
	}
	return 0;
}

/* A whole address, or ports of one, bound to the prefix of the line. */
static int add_binding(const struct source *source, struct lease *lease,
		       struct reason *why)
{
	const struct line_facts *facts = &source->facts;
	const struct vne *vne = source->vne;
	struct lease_rule rule = {
		.params.ipv6 = facts->prefix,
		.params.ipv6_len = facts->prefix_len,
		.params.ipv4 = vne->ipv4.ipv4.s_addr,
		.params.ipv4_len = 32,
		.params.psid_offset = vne->psid_offset,
		.params.iid = vne->iid,
	};

	if (!facts->prefix_len)
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "the WAN has no end-user prefix");
	map_ipv6_prefix_mask(&rule.params.ipv6, facts->prefix_len);
	lease_rule_set_psid(&rule, vne->psid_len, vne->psid);
	return lease_add_rule(lease, &rule, why);
}

static int set_tunnel(const struct source *source, struct lease *lease,
		      struct reason *why)
{
	const struct vne *vne = source->vne;
	struct arg_error err;
	struct in6_addr iid;

	if (iid_parse(vne->iid_text, &iid, &err))
		return reason_set(why, REASON_MISSING_ADDRESS, "%s", err.reason);
	lease->ipv4 = vne->ipv4.ipv4.s_addr;
	lease->ipv4_len = vne->ipv4.len;
	return iid_address(&iid, &source->facts.prefix,
			   source->facts.prefix_len, &lease->local, why);
}

static int make_lease(const struct source *source, struct lease *lease,
		      struct reason *why)
{
	const struct vne *vne = source->vne;

	lease_init(lease, vne_method(vne_mode(vne)));
	lease->dmr = vne->dmr.ipv6;
	lease->dmr_len = vne->dmr.len;
	if (set_br(vne, lease, why) || add_rules(vne, lease, why))
		return -1;
	if (lease->method == LEASE_LW4O6)
		return add_binding(source, lease, why);
	return lease->method == LEASE_IPIP ?
		set_tunnel(source, lease, why) : 0;
}

/* The rules do not change, but what is made of them does with the prefix. */
static void renew(struct source *source)
{
	struct reason why = { 0 };
	struct offer offer;
	struct lease lease;

	offer_init(&offer);
	if (make_lease(source, &lease, &why))
		lease_free(&lease);
	else
		offer_add(&offer, &lease, &why);
	source->why = why;
	if (!why.code && !source_take(source, &offer)) {
		source_at(source, SOURCE_GOOD, 0);
	} else {
		source_drop(source);
		source_at(source, SOURCE_WAIT, 0);
	}
	offer_free(&offer);
}

static void on_line(struct source *source, const struct line *line)
{
	(void)line;
	/* What is known stays while the line is gone. */
	if (source->facts.index && source->facts.up)
		renew(source);
	else
		source_at(source, SOURCE_IDLE, 0);
}

const struct source_ops source_static = {
	.size = sizeof(struct source),
	.line = on_line,
	.renew = renew,
};
