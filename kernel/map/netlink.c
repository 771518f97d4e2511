// SPDX-License-Identifier: GPL-2.0
/* Generic netlink family "map": rules, state and counters of map devices.
 * All of it runs under the RTNL, as do the changes of the devices.
 */

#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/ipv6.h>

#include "encap.h"
#include "flow.h"
#include "map.h"
#include "mtu.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "rule.h"
#include "snat.h"
#include "state.h"
#include "stats.h"
#include "xlat_addr.h"

static struct genl_family map_nl_family;

/* Counts changes of devices and rules. A dump that a change has overtaken is
 * marked by it. RTNL.
 */
static u32 map_nl_generation = 1;

/**
 * struct map_nl_header - what a message begins with
 * @portid: to whom
 * @seq: of the request that it answers
 * @flags: NLM_F_*
 * @cmd: MAP_CMD_*
 * @cb: the dump that it is part of, or NULL
 */
struct map_nl_header {
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
	struct netlink_callback *cb;
};

/* Put the body of a message; @data is private to the caller. */
typedef int map_nl_put_fn(struct sk_buff *skb, struct map_dev *map,
			  const void *data);

static int map_nl_refuse(struct netlink_ext_ack *extack,
			 const struct nlattr *attr, const char *reason,
			 int err)
{
	if (extack) {
		extack->_msg = reason;
		NL_SET_BAD_ATTR(extack, attr);
	}
	return err;
}

/* Messages */

static int map_nl_put_mapping(struct sk_buff *skb, const struct map_rule *rule)
{
	const struct map_rule_params *params = &rule->params;

	if (nla_put_in_addr(skb, MAP_A_RULE_IPV4, params->ipv4) ||
	    nla_put_u8(skb, MAP_A_RULE_IPV4_LEN, params->ipv4_len) ||
	    nla_put_u8(skb, MAP_A_RULE_EA_LEN, params->ea_len) ||
	    nla_put_u8(skb, MAP_A_RULE_PSID_OFFSET, params->psid_offset))
		return -EMSGSIZE;
	if (params->psid_len &&
	    (nla_put_u8(skb, MAP_A_RULE_PSID_LEN, params->psid_len) ||
	     nla_put_u16(skb, MAP_A_RULE_PSID, params->psid)))
		return -EMSGSIZE;
	if (rule->fmr && nla_put_flag(skb, MAP_A_RULE_FMR))
		return -EMSGSIZE;
	if (rule->iid_set && nla_put_u8(skb, MAP_A_RULE_IID, params->iid))
		return -EMSGSIZE;
	return 0;
}

/**
 * map_netlink_put_rule() - put a rule into a message, as it was configured
 * @skb: message
 * @attr: attribute to nest it in
 * @rule: rule of any type
 *
 * Return: 0 or -EMSGSIZE.
 */
int map_netlink_put_rule(struct sk_buff *skb, int attr,
			 const struct map_rule *rule)
{
	const struct map_rule_params *params = &rule->params;
	struct nlattr *nest;

	nest = nla_nest_start(skb, attr);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, MAP_A_RULE_TYPE, rule->type) ||
	    nla_put_in6_addr(skb, MAP_A_RULE_IPV6, &params->ipv6) ||
	    nla_put_u8(skb, MAP_A_RULE_IPV6_LEN, params->ipv6_len))
		goto cancel;
	if ((rule->type == MAP_RULE_TYPE_BMR ||
	     rule->type == MAP_RULE_TYPE_FMR) && map_nl_put_mapping(skb, rule))
		goto cancel;
	nla_nest_end(skb, nest);
	return 0;

cancel:
	nla_nest_cancel(skb, nest);
	return -EMSGSIZE;
}

static int map_nl_put_rule(struct sk_buff *skb, struct map_dev *map,
			   const void *data)
{
	return map_netlink_put_rule(skb, MAP_A_RULE, data);
}

static int map_nl_put_ce(struct sk_buff *skb, const struct map_ce *ce)
{
	if (nla_put_in_addr(skb, MAP_A_STATE_IPV4, ce->ipv4) ||
	    nla_put_u8(skb, MAP_A_STATE_IPV4_LEN, ce->ipv4_len))
		return -EMSGSIZE;
	if (ce->ports.len &&
	    (nla_put_u8(skb, MAP_A_STATE_PSID_OFFSET, ce->ports.offset) ||
	     nla_put_u8(skb, MAP_A_STATE_PSID_LEN, ce->ports.len) ||
	     nla_put_u16(skb, MAP_A_STATE_PSID, ce->ports.psid)))
		return -EMSGSIZE;
	return 0;
}

/* The BMR in use, by the copy of its parameters in the state. */
static int map_nl_put_bmr(struct sk_buff *skb, const struct map_state *state)
{
	const struct map_rule name = {
		.type = MAP_RULE_TYPE_BMR,
		.params = state->bmr,
	};
	struct map_rule *bmr;

	bmr = map_rules_same(state->rules, &name);
	return bmr ? map_netlink_put_rule(skb, MAP_A_STATE_BMR, bmr) : 0;
}

static int map_nl_put_addresses(struct sk_buff *skb,
				const struct map_state *state)
{
	if (!ipv6_addr_any(&state->local) &&
	    nla_put_in6_addr(skb, MAP_A_STATE_IPV6, &state->local))
		return -EMSGSIZE;
	if (!state->ready || state->set.mode == MAP_MODE_IPIP ||
	    state->set.role != MAP_ROLE_CE)
		return 0;
	return map_nl_put_ce(skb, &state->ce) ?: map_nl_put_bmr(skb, state);
}

static int map_nl_put_state(struct sk_buff *skb, struct map_dev *map,
			    const void *unused)
{
	const struct map_state *state = rtnl_dereference(map->state);
	struct nlattr *nest;

	nest = nla_nest_start(skb, MAP_A_STATE);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, MAP_A_STATE_READY, state->ready) ||
	    (!state->ready && state->missing &&
	     nla_put_string(skb, MAP_A_STATE_MISSING, state->missing)) ||
	    map_nl_put_addresses(skb, state) ||
	    nla_put_u32(skb, MAP_A_STATE_TUNNEL_MTU,
			map_mtu_tunnel(map, state)) ||
	    nla_put_u32(skb, MAP_A_STATE_RULES,
			map_rules_count(state->rules))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int map_nl_put_stats(struct sk_buff *skb, struct map_dev *map,
			    const void *unused)
{
	u64 sum[__MAP_A_STATS_MAX];
	struct nlattr *nest;
	int i;

	nest = nla_nest_start(skb, MAP_A_STATS);
	if (!nest)
		return -EMSGSIZE;
	map_stats_sum(map, sum);
	for (i = MAP_STATS_FIRST; i <= MAP_A_STATS_MAX; i++) {
		if (nla_put_u64_64bit(skb, i, sum[i], MAP_A_STATS_PAD)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int map_nl_put_dev(struct sk_buff *skb, const struct map_dev *map)
{
	if (nla_put_u32(skb, MAP_A_IFINDEX, map->dev->ifindex) ||
	    nla_put_string(skb, MAP_A_IFNAME, map->dev->name))
		return -EMSGSIZE;
	return 0;
}

static int map_nl_build(struct sk_buff *skb, const struct map_nl_header *to,
			struct map_dev *map, map_nl_put_fn *put,
			const void *data)
{
	void *header;

	header = genlmsg_put(skb, to->portid, to->seq, &map_nl_family,
			     to->flags, to->cmd);
	if (!header)
		return -EMSGSIZE;
	if (to->cb)
		genl_dump_check_consistent(to->cb, header);
	if (map_nl_put_dev(skb, map) || (put && put(skb, map, data))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int map_nl_reply(struct genl_info *info, struct map_dev *map,
			map_nl_put_fn *put, const void *data)
{
	const struct map_nl_header to = {
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
	};
	struct sk_buff *skb;
	int err;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	err = map_nl_build(skb, &to, map, put, data);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

static void map_nl_event(const struct map_nl_header *to, struct map_dev *map,
			 map_nl_put_fn *put, const void *data)
{
	struct net *net = dev_net(map->dev);
	struct sk_buff *skb;

	if (!genl_has_listeners(&map_nl_family, net, MAP_NLGRP_EVENTS))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		goto lost;
	if (map_nl_build(skb, to, map, put, data)) {
		nlmsg_free(skb);
		goto lost;
	}
	genlmsg_multicast_netns(&map_nl_family, net, skb, 0, MAP_NLGRP_EVENTS,
				GFP_KERNEL);
	return;

lost:
	genl_set_err(&map_nl_family, net, 0, MAP_NLGRP_EVENTS, -ENOBUFS);
}

static void map_nl_count_change(void)
{
	/* 0 means that the dump is not checked for consistency. */
	if (!++map_nl_generation)
		map_nl_generation = 1;
}

/* Rules changed, by the request @info: tell who listens. */
static void map_nl_changed(const struct genl_info *info, struct map_dev *map,
			   map_nl_put_fn *put, const void *data)
{
	const struct map_nl_header to = {
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
	};

	map_nl_count_change();
	map_nl_event(&to, map, put, data);
}

/**
 * map_netlink_notify_state() - tell who listens that the state changed
 * @map: the device
 *
 * Context: RTNL held, may sleep.
 */
void map_netlink_notify_state(struct map_dev *map)
{
	const struct map_nl_header to = { .cmd = MAP_CMD_STATE_GET };

	map_nl_count_change();
	map_nl_event(&to, map, map_nl_put_state, NULL);
}

/* Requests */

/* The family has one policy for all commands. Each command names the attributes
 * that may come @once, and those that may come @often.
 */
static int map_nl_check_attrs(const struct nlmsghdr *nlh, u32 once, u32 often,
			      struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	u32 seen = 0;
	int rem;

	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		u32 bit = BIT(nla_type(attr));

		if (!((once | often) & bit))
			return map_nl_refuse(extack, attr,
					     "attribute does not belong to this command",
					     -EINVAL);
		if (seen & once & bit)
			return map_nl_refuse(extack, attr,
					     "attribute is there twice",
					     -EINVAL);
		seen |= bit;
	}
	return 0;
}

/* Parse the attributes in @nest. nla_parse_nested() keeps the last of two equal
 * attributes.
 */
static int map_nl_parse(struct nlattr **tb, int max, const struct nlattr *nest,
			const struct nla_policy *policy,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int err, rem;

	err = nla_parse_nested(tb, max, nest, policy, extack);
	if (err)
		return err;
	nla_for_each_nested(attr, nest, rem) {
		if (tb[nla_type(attr)] != attr)
			return map_nl_refuse(extack, tb[nla_type(attr)],
					     "attribute is there twice",
					     -EINVAL);
	}
	return 0;
}

static struct map_dev *map_nl_find(struct net *net, const struct nlattr *attr,
				   struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	dev = __dev_get_by_index(net, nla_get_u32(attr));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "ifindex: there is no such device");
		return ERR_PTR(-ENODEV);
	}
	if (!map_dev_is(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "ifindex: this is not a map device");
		return ERR_PTR(-EOPNOTSUPP);
	}
	return netdev_priv(dev);
}

typedef int map_nl_act_fn(struct map_dev *map, struct genl_info *info);

/* A device may be in the namespace of a container, and its tunnel outside. The
 * core has checked the rights in the former only.
 */
static int map_nl_may_change(const struct sk_buff *skb,
			     const struct map_dev *map, struct genl_info *info)
{
	if (net_eq(map->net, dev_net(map->dev)) ||
	    netlink_ns_capable(skb, map->net->user_ns, CAP_NET_ADMIN))
		return 0;
	GENL_SET_ERR_MSG(info,
			 "CAP_NET_ADMIN is needed in the namespace of the tunnel");
	return -EPERM;
}

/* Run @act for the device that the request names; to change it, with the
 * message @change.
 */
static int map_nl_run(const struct sk_buff *change, struct genl_info *info,
		      u32 once, u32 often, map_nl_act_fn *act)
{
	struct map_dev *map;
	int err;

	err = map_nl_check_attrs(info->nlhdr, once | BIT(MAP_A_IFINDEX), often,
				 info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, MAP_A_IFINDEX)) {
		GENL_SET_ERR_MSG(info, "ifindex is missing");
		return -EINVAL;
	}

	rtnl_lock();
	map = map_nl_find(genl_info_net(info), info->attrs[MAP_A_IFINDEX],
			  info->extack);
	err = PTR_ERR_OR_ZERO(map);
	if (!err && change)
		err = map_nl_may_change(change, map, info);
	err = err ?: act(map, info);
	rtnl_unlock();
	return err;
}

static int map_nl_do(struct genl_info *info, u32 once, u32 often,
		     map_nl_act_fn *act)
{
	return map_nl_run(NULL, info, once, often, act);
}

/**
 * struct map_nl_cursor - how far a dump is; in cb->ctx
 * @ifindex: first device that is not done, or where it would be
 * @id: first rule of it that is not done
 * @started: it is not before the first call
 * @only: @ifindex is the one device that was asked for
 * @done: no device is left
 */
struct map_nl_cursor {
	u32 ifindex;
	unsigned long id;
	bool started;
	bool only;
	bool done;
};

typedef int map_nl_dump_fn(struct sk_buff *skb, const struct map_nl_header *to,
			   struct map_dev *map, struct map_nl_cursor *at);

static int map_nl_dump_start(struct netlink_callback *cb,
			     struct map_nl_cursor *at)
{
	const struct nlattr *attr;
	struct map_dev *map;
	int err;

	err = map_nl_check_attrs(cb->nlh, BIT(MAP_A_IFINDEX), 0, cb->extack);
	if (err)
		return err;
	at->started = true;
	attr = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, MAP_A_IFINDEX);
	if (!attr)
		return 0;
	map = map_nl_find(sock_net(cb->skb->sk), attr, cb->extack);
	if (IS_ERR(map))
		return PTR_ERR(map);
	at->ifindex = map->dev->ifindex;
	at->only = true;
	return 0;
}

/* Devices may come and go between two calls. A dump follows the table by index:
 * by bucket, and in a bucket by index.
 */
static u32 map_nl_bucket(u32 ifindex)
{
	return ifindex & (NETDEV_HASHENTRIES - 1);
}

static struct net_device *map_nl_bucket_next(struct net *net, u32 bucket,
					     u32 from)
{
	struct net_device *best = NULL;
	struct net_device *dev;

	hlist_for_each_entry(dev, &net->dev_index_head[bucket], index_hlist)
		if (map_dev_is(dev) && dev->ifindex >= from &&
		    (!best || dev->ifindex < best->ifindex))
			best = dev;
	return best;
}

static struct map_dev *map_nl_dump_next(struct net *net,
					const struct map_nl_cursor *at)
{
	struct net_device *dev = NULL;
	u32 from = at->ifindex;
	u32 bucket;

	if (at->done)
		return NULL;
	if (at->only) {
		dev = __dev_get_by_index(net, from);
		return dev && map_dev_is(dev) ? netdev_priv(dev) : NULL;
	}
	for (bucket = map_nl_bucket(from); bucket < NETDEV_HASHENTRIES;
	     bucket++, from = 0) {
		dev = map_nl_bucket_next(net, bucket, from);
		if (dev)
			return netdev_priv(dev);
	}
	return NULL;
}

/* The device is done; continue behind it in its bucket. */
static void map_nl_dump_done(const struct map_dev *map,
			     struct map_nl_cursor *at)
{
	u64 next = (u64)map->dev->ifindex + NETDEV_HASHENTRIES;

	at->id = 0;
	at->done = at->only;
	if (next <= S32_MAX)
		at->ifindex = next;
	else if (map_nl_bucket(next) == NETDEV_HASHENTRIES - 1)
		at->done = true;
	else
		at->ifindex = map_nl_bucket(next) + 1;
}

static int map_nl_dump_devs(struct sk_buff *skb, struct netlink_callback *cb,
			    struct map_nl_cursor *at, map_nl_dump_fn *dump)
{
	struct genlmsghdr *request = nlmsg_data(cb->nlh);
	const struct map_nl_header to = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = request->cmd,
		.cb = cb,
	};
	struct map_dev *map;
	int err;

	while ((map = map_nl_dump_next(sock_net(cb->skb->sk), at))) {
		err = dump(skb, &to, map, at);
		if (err)
			return err;
		map_nl_dump_done(map, at);
	}
	return 0;
}

static int map_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		       map_nl_dump_fn *dump)
{
	struct map_nl_cursor *at = (struct map_nl_cursor *)cb->ctx;
	int err = 0;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));

	rtnl_lock();
	cb->seq = map_nl_generation;
	if (!at->started)
		err = map_nl_dump_start(cb, at);
	if (!err)
		err = map_nl_dump_devs(skb, cb, at, dump);
	rtnl_unlock();

	if (err && (err != -EMSGSIZE || !skb->len))
		return err;
	return skb->len;
}

/* Rules */

#define MAP_RULE_BIT(name) BIT(MAP_A_RULE_##name)

/* What a rule of each type must have, and may have besides. */
static const struct {
	u32 required;
	u32 optional;
} map_nl_types[] = {
	[MAP_RULE_TYPE_BMR] = {
		.required = MAP_RULE_BIT(IPV6) | MAP_RULE_BIT(IPV6_LEN) |
			    MAP_RULE_BIT(IPV4) | MAP_RULE_BIT(IPV4_LEN) |
			    MAP_RULE_BIT(EA_LEN),
		.optional = MAP_RULE_BIT(PSID_OFFSET) | MAP_RULE_BIT(PSID_LEN) |
			    MAP_RULE_BIT(PSID) | MAP_RULE_BIT(FMR) |
			    MAP_RULE_BIT(IID),
	},
	[MAP_RULE_TYPE_FMR] = {
		.required = MAP_RULE_BIT(IPV6) | MAP_RULE_BIT(IPV6_LEN) |
			    MAP_RULE_BIT(IPV4) | MAP_RULE_BIT(IPV4_LEN) |
			    MAP_RULE_BIT(EA_LEN),
		.optional = MAP_RULE_BIT(PSID_OFFSET) | MAP_RULE_BIT(PSID_LEN) |
			    MAP_RULE_BIT(PSID) | MAP_RULE_BIT(IID),
	},
	[MAP_RULE_TYPE_DMR] = {
		.required = MAP_RULE_BIT(IPV6),
		.optional = MAP_RULE_BIT(IPV6_LEN),
	},
	[MAP_RULE_TYPE_SOURCE] = {
		.required = MAP_RULE_BIT(IPV6) | MAP_RULE_BIT(IPV6_LEN),
	},
};

#define MAP_RULE_TEXT(name) {						\
	.missing = name " is missing",					\
	.foreign = name " does not belong here",			\
}

static const struct {
	const char *missing;
	const char *foreign;
} map_nl_text[] = {
	[MAP_A_RULE_TYPE] = MAP_RULE_TEXT("type"),
	[MAP_A_RULE_IPV6] = MAP_RULE_TEXT("ipv6"),
	[MAP_A_RULE_IPV6_LEN] = MAP_RULE_TEXT("ipv6-len"),
	[MAP_A_RULE_IPV4] = MAP_RULE_TEXT("ipv4"),
	[MAP_A_RULE_IPV4_LEN] = MAP_RULE_TEXT("ipv4-len"),
	[MAP_A_RULE_EA_LEN] = MAP_RULE_TEXT("ea-len"),
	[MAP_A_RULE_PSID_OFFSET] = MAP_RULE_TEXT("psid-offset"),
	[MAP_A_RULE_PSID_LEN] = MAP_RULE_TEXT("psid-len"),
	[MAP_A_RULE_PSID] = MAP_RULE_TEXT("psid"),
	[MAP_A_RULE_FMR] = MAP_RULE_TEXT("fmr"),
	[MAP_A_RULE_IID] = MAP_RULE_TEXT("iid"),
};

static int map_nl_rule_missing(const struct nlattr *nest, int attr,
			       struct netlink_ext_ack *extack)
{
	NL_SET_ERR_ATTR_MISS(extack, nest, attr);
	return map_nl_refuse(extack, nest, map_nl_text[attr].missing, -EINVAL);
}

static int map_nl_rule_check(const struct nlattr *nest, struct nlattr **tb,
			     u32 required, u32 optional,
			     struct netlink_ext_ack *extack)
{
	int attr;

	for (attr = MAP_A_RULE_IPV6; attr <= MAP_A_RULE_MAX; attr++) {
		if (!tb[attr] && required & BIT(attr))
			return map_nl_rule_missing(nest, attr, extack);
		if (tb[attr] && !((required | optional) & BIT(attr)))
			return map_nl_refuse(extack, tb[attr],
					     map_nl_text[attr].foreign,
					     -EINVAL);
	}
	if (tb[MAP_A_RULE_PSID] && !tb[MAP_A_RULE_PSID_LEN])
		return map_nl_rule_missing(nest, MAP_A_RULE_PSID_LEN, extack);
	return 0;
}

/* Parse the attributes in @nest, and learn the type. */
static int map_nl_rule_open(const struct nlattr *nest, struct nlattr **tb,
			    struct map_rule *rule,
			    struct netlink_ext_ack *extack)
{
	int err;

	err = map_nl_parse(tb, MAP_A_RULE_MAX, nest, map_rule_nl_policy,
			   extack);
	if (err)
		return err;
	if (!tb[MAP_A_RULE_TYPE])
		return map_nl_rule_missing(nest, MAP_A_RULE_TYPE, extack);
	*rule = (struct map_rule){ .type = nla_get_u8(tb[MAP_A_RULE_TYPE]) };
	return 0;
}

static u8 map_nl_u8(struct nlattr **tb, int attr, u8 missing)
{
	return tb[attr] ? nla_get_u8(tb[attr]) : missing;
}

static void map_nl_rule_read(struct nlattr **tb, u8 iid, struct map_rule *rule)
{
	struct map_rule_params *params = &rule->params;

	if (tb[MAP_A_RULE_IPV6])
		params->ipv6 = nla_get_in6_addr(tb[MAP_A_RULE_IPV6]);
	params->ipv6_len = map_nl_u8(tb, MAP_A_RULE_IPV6_LEN, 128);
	if (rule->type != MAP_RULE_TYPE_BMR && rule->type != MAP_RULE_TYPE_FMR)
		return;

	if (tb[MAP_A_RULE_IPV4])
		params->ipv4 = nla_get_in_addr(tb[MAP_A_RULE_IPV4]);
	params->ipv4_len = map_nl_u8(tb, MAP_A_RULE_IPV4_LEN, 0);
	params->ea_len = map_nl_u8(tb, MAP_A_RULE_EA_LEN, 0);
	params->psid_offset = map_nl_u8(tb, MAP_A_RULE_PSID_OFFSET,
					MAP_DEFAULT_PSID_OFFSET);
	params->psid_len = map_nl_u8(tb, MAP_A_RULE_PSID_LEN, 0);
	if (tb[MAP_A_RULE_PSID])
		params->psid = nla_get_u16(tb[MAP_A_RULE_PSID]);
	params->iid = map_nl_u8(tb, MAP_A_RULE_IID, iid);
	rule->iid_set = tb[MAP_A_RULE_IID];
	rule->fmr = nla_get_flag(tb[MAP_A_RULE_FMR]);
}

/* The rule in @nest, for a device with the settings @set. */
static int map_nl_rule_parse(const struct map_settings *set,
			     const struct nlattr *nest, struct nlattr **tb,
			     struct map_rule *rule,
			     struct netlink_ext_ack *extack)
{
	struct map_refusal why;
	int err;

	err = map_nl_rule_open(nest, tb, rule, extack);
	if (err)
		return err;
	err = map_nl_rule_check(nest, tb, map_nl_types[rule->type].required,
				map_nl_types[rule->type].optional, extack);
	if (err)
		return err;
	map_nl_rule_read(tb, set->iid, rule);
	if (!map_rule_acceptable(rule, set->mode, &why))
		return map_nl_refuse(extack, tb[why.attr] ?: nest, why.reason,
				     -EINVAL);
	if (map_rule_explicit(&rule->params) && !tb[MAP_A_RULE_PSID])
		return map_nl_rule_missing(nest, MAP_A_RULE_PSID, extack);
	return 0;
}

static int map_nl_update(struct map_dev *map, const struct map_settings *set,
			 struct map_rules *rules,
			 struct netlink_ext_ack *extack)
{
	int err = map_state_update(map, set, rules, extack);

	if (!err)
		map_netlink_notify_state(map);
	return err;
}

/* Add the rule in @nest to @rules. Errors that depend on the whole device are
 * left to map_state_update().
 */
static struct map_rule *map_nl_rule_insert(struct map_rules *rules,
					   const struct map_settings *set,
					   const struct nlattr *nest,
					   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MAP_A_RULE_MAX + 1];
	struct map_refusal why;
	struct map_rule rule;
	int err;

	err = map_nl_rule_parse(set, nest, tb, &rule, extack);
	if (err)
		return ERR_PTR(err);
	err = map_rules_check(rules, &rule, &why);
	if (err) {
		map_nl_refuse(extack, tb[why.attr] ?: nest, why.reason, err);
		return ERR_PTR(err);
	}
	return map_rules_insert(rules, &rule,
				map_rule_forwards(&rule, set->role), extack);
}

static int map_nl_need_rule(struct genl_info *info)
{
	if (!GENL_REQ_ATTR_CHECK(info, MAP_A_RULE))
		return 0;
	GENL_SET_ERR_MSG(info, "rule is missing");
	return -EINVAL;
}

/* The rule alone is valid, but the device refuses it. */
static void map_nl_blame(struct netlink_ext_ack *extack,
			 const struct nlattr *rule)
{
	if (extack && extack->_msg && !extack->bad_attr)
		NL_SET_BAD_ATTR(extack, rule);
}

static int map_nl_rule_add(struct map_dev *map, struct genl_info *info)
{
	struct map_settings set = rtnl_dereference(map->state)->set;
	struct map_rule *rule;
	int err;

	err = map_nl_need_rule(info);
	if (err)
		return err;
	rule = map_nl_rule_insert(map->rules, &set, info->attrs[MAP_A_RULE],
				  info->extack);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	err = map_nl_update(map, &set, map->rules, info->extack);
	if (err) {
		map_nl_blame(info->extack, info->attrs[MAP_A_RULE]);
		map_rules_remove(map->rules, rule);
		return err;
	}
	map_nl_changed(info, map, map_nl_put_rule, rule);
	return 0;
}

int map_nl_rule_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_run(skb, info, BIT(MAP_A_RULE), 0, map_nl_rule_add);
}

/* The rule of @rules that @nest names by type and prefix. There is at most one
 * dmr, so its prefix may be missing.
 */
static struct map_rule *map_nl_rule_named(struct map_rules *rules,
					  const struct nlattr *nest,
					  struct netlink_ext_ack *extack)
{
	u32 prefix = MAP_RULE_BIT(IPV6) | MAP_RULE_BIT(IPV6_LEN);
	struct nlattr *tb[MAP_A_RULE_MAX + 1];
	struct map_rule *found;
	struct map_rule rule;
	bool dmr;
	int err;

	err = map_nl_rule_open(nest, tb, &rule, extack);
	if (err)
		return ERR_PTR(err);
	dmr = rule.type == MAP_RULE_TYPE_DMR;
	err = map_nl_rule_check(nest, tb, dmr ? 0 : prefix, dmr ? prefix : 0,
				extack);
	if (err)
		return ERR_PTR(err);
	map_nl_rule_read(tb, 0, &rule);
	if (dmr && !tb[MAP_A_RULE_IPV6])
		found = map_rules_dmr(rules);
	else
		found = map_rules_same(rules, &rule);
	if (found)
		return found;
	NL_SET_ERR_MSG_ATTR(extack, nest,
			    "there is no rule with this type and ipv6");
	return ERR_PTR(-ENOENT);
}

/* Hide the rule first: the device may not work without it, if the next BMR does
 * not fit the end-user prefix.
 */
static int map_nl_rule_del(struct map_dev *map, struct genl_info *info)
{
	struct map_settings set = rtnl_dereference(map->state)->set;
	struct map_rule *rule;
	int err;

	err = map_nl_need_rule(info);
	if (err)
		return err;
	rule = map_nl_rule_named(map->rules, info->attrs[MAP_A_RULE],
				 info->extack);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	map_rules_hide(map->rules, rule, true);
	err = map_nl_update(map, &set, map->rules, info->extack);
	if (err) {
		map_nl_blame(info->extack, info->attrs[MAP_A_RULE]);
		map_rules_hide(map->rules, rule, false);
		return err;
	}
	map_nl_changed(info, map, map_nl_put_rule, rule);
	map_rules_remove(map->rules, rule);
	return 0;
}

int map_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_run(skb, info, BIT(MAP_A_RULE), 0, map_nl_rule_del);
}

/* Each rule alone is valid, so the BMR is to blame. Its place in the message is
 * that in the table.
 */
static void map_nl_blame_bmr(struct genl_info *info,
			     const struct map_settings *set,
			     const struct map_rules *rules)
{
	struct map_rule *bmr;
	struct nlattr *attr;
	u32 n = 0;
	int rem;

	bmr = map_rules_bmr(rules, &set->prefix, set->prefix_len);
	if (!bmr)
		return;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) == MAP_A_RULE && n++ == bmr->id)
			map_nl_blame(info->extack, attr);
	}
}

/* Replace all rules by those of the message, which may be none. On an error
 * nothing changes.
 */
static int map_nl_rules_replace(struct map_dev *map, struct genl_info *info)
{
	struct map_settings set = rtnl_dereference(map->state)->set;
	struct map_rules *rules;
	struct map_rule *rule;
	struct nlattr *attr;
	u32 n = 0;
	int err;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		n += nla_type(attr) == MAP_A_RULE;
	rules = map_rules_alloc_for(n, GFP_KERNEL_ACCOUNT);
	if (!rules)
		return -ENOMEM;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != MAP_A_RULE)
			continue;
		rule = map_nl_rule_insert(rules, &set, attr, info->extack);
		err = PTR_ERR_OR_ZERO(rule);
		if (err)
			goto free;
		cond_resched();
	}
	err = map_nl_update(map, &set, rules, info->extack);
	if (!err)
		return 0;
	map_nl_blame_bmr(info, &set, rules);
free:
	map_rules_free(rules);
	return err;
}

static int map_nl_rule_flush(struct map_dev *map, struct genl_info *info)
{
	int err;

	err = map_nl_rules_replace(map, info);
	if (!err)
		map_nl_changed(info, map, NULL, NULL);
	return err;
}

int map_nl_rule_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_run(skb, info, 0, 0, map_nl_rule_flush);
}

static int map_nl_rule_replace(struct map_dev *map, struct genl_info *info)
{
	int err;

	err = map_nl_rules_replace(map, info);
	if (!err)
		map_nl_changed(info, map, map_nl_put_state, NULL);
	return err;
}

int map_nl_rule_replace_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_run(skb, info, 0, BIT(MAP_A_RULE), map_nl_rule_replace);
}

static int map_nl_dump_rules(struct sk_buff *skb,
			     const struct map_nl_header *to,
			     struct map_dev *map, struct map_nl_cursor *at)
{
	struct map_rule *rule;
	int err;

	while ((rule = map_rules_next(map->rules, &at->id))) {
		err = map_nl_build(skb, to, map, map_nl_put_rule, rule);
		if (err)
			return err;
		at->id++;
	}
	return 0;
}

int map_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return map_nl_dump(skb, cb, map_nl_dump_rules);
}

/* State and counters */

static int map_nl_state_get(struct map_dev *map, struct genl_info *info)
{
	return map_nl_reply(info, map, map_nl_put_state, NULL);
}

int map_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_do(info, 0, 0, map_nl_state_get);
}

static int map_nl_dump_state(struct sk_buff *skb,
			     const struct map_nl_header *to,
			     struct map_dev *map, struct map_nl_cursor *at)
{
	return map_nl_build(skb, to, map, map_nl_put_state, NULL);
}

int map_nl_state_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return map_nl_dump(skb, cb, map_nl_dump_state);
}

static int map_nl_stats_get(struct map_dev *map, struct genl_info *info)
{
	return map_nl_reply(info, map, map_nl_put_stats, NULL);
}

int map_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_do(info, 0, 0, map_nl_stats_get);
}

static int map_nl_dump_stats(struct sk_buff *skb,
			     const struct map_nl_header *to,
			     struct map_dev *map, struct map_nl_cursor *at)
{
	return map_nl_build(skb, to, map, map_nl_put_stats, NULL);
}

int map_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return map_nl_dump(skb, cb, map_nl_dump_stats);
}

/* One packet explained */

/**
 * struct map_nl_verdict - what the packet path would do with a packet
 * @flow: the packet
 * @tb: as it was described
 * @saddr: IPv6 source
 * @daddr: IPv6 destination
 * @rule: the rule that decided, or NULL
 * @drop: 0, or the counter MAP_A_STATS_*
 */
struct map_nl_verdict {
	struct map_flow flow;
	struct nlattr *tb[MAP_A_FLOW_MAX + 1];
	struct in6_addr saddr;
	struct in6_addr daddr;
	const struct map_rule *rule;
	int drop;
};

static int map_nl_put_packet(struct sk_buff *skb, const struct map_flow *flow)
{
	if (nla_put_in_addr(skb, MAP_A_FLOW_SADDR, flow->saddr) ||
	    nla_put_in_addr(skb, MAP_A_FLOW_DADDR, flow->daddr) ||
	    nla_put_u8(skb, MAP_A_FLOW_PROTO, flow->proto))
		return -EMSGSIZE;
	if (flow->has_ports &&
	    (nla_put_u16(skb, MAP_A_FLOW_SPORT, flow->sport) ||
	     nla_put_u16(skb, MAP_A_FLOW_DPORT, flow->dport)))
		return -EMSGSIZE;
	return 0;
}

static int map_nl_put_outcome(struct sk_buff *skb,
			      const struct map_nl_verdict *verdict)
{
	if (verdict->rule &&
	    map_netlink_put_rule(skb, MAP_A_FLOW_RULE, verdict->rule))
		return -EMSGSIZE;
	if (verdict->drop)
		return nla_put_u32(skb, MAP_A_FLOW_DROP, verdict->drop);
	if (nla_put_in6_addr(skb, MAP_A_FLOW_IPV6_SRC, &verdict->saddr) ||
	    nla_put_in6_addr(skb, MAP_A_FLOW_IPV6_DST, &verdict->daddr))
		return -EMSGSIZE;
	return 0;
}

static int map_nl_put_verdict(struct sk_buff *skb, struct map_dev *map,
			      const void *data)
{
	const struct map_nl_verdict *verdict = data;
	struct nlattr *nest;

	nest = nla_nest_start(skb, MAP_A_FLOW);
	if (!nest)
		return -EMSGSIZE;
	if (map_nl_put_packet(skb, &verdict->flow) ||
	    map_nl_put_outcome(skb, verdict)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int map_nl_flow_check(const struct nlattr *nest, struct nlattr **tb,
			     struct netlink_ext_ack *extack)
{
	int attr;

	if (NL_REQ_ATTR_CHECK(extack, nest, tb, MAP_A_FLOW_SADDR)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "saddr is missing");
		return -EINVAL;
	}
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, MAP_A_FLOW_DADDR)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "daddr is missing");
		return -EINVAL;
	}
	for (attr = MAP_A_FLOW_IPV6_SRC; attr <= MAP_A_FLOW_MAX; attr++) {
		if (tb[attr])
			return map_nl_refuse(extack, tb[attr],
					     "attribute is part of the answer",
					     -EINVAL);
	}
	return 0;
}

/* An ICMP identifier is the port on both sides, as in map_flow_parse(). */
static void map_nl_flow_read(struct nlattr **tb, struct map_flow *flow)
{
	struct nlattr *sport = tb[MAP_A_FLOW_SPORT];
	struct nlattr *dport = tb[MAP_A_FLOW_DPORT];

	flow->saddr = nla_get_in_addr(tb[MAP_A_FLOW_SADDR]);
	flow->daddr = nla_get_in_addr(tb[MAP_A_FLOW_DADDR]);
	flow->has_ports = sport || dport;
	flow->proto = map_nl_u8(tb, MAP_A_FLOW_PROTO,
				flow->has_ports ? IPPROTO_UDP : IPPROTO_IP);
	if (flow->proto == IPPROTO_ICMP) {
		sport = sport ?: dport;
		dport = sport;
	}
	flow->sport = sport ? nla_get_u16(sport) : 0;
	flow->dport = dport ? nla_get_u16(dport) : 0;
}

static int map_nl_flow_get(struct map_dev *map, struct genl_info *info)
{
	const struct map_state *state = rtnl_dereference(map->state);
	struct nlattr *nest = info->attrs[MAP_A_FLOW];
	struct map_nl_verdict verdict = {};
	int err;

	if (GENL_REQ_ATTR_CHECK(info, MAP_A_FLOW)) {
		GENL_SET_ERR_MSG(info, "flow is missing");
		return -EINVAL;
	}
	err = map_nl_parse(verdict.tb, MAP_A_FLOW_MAX, nest,
			   map_flow_nl_policy, info->extack);
	if (!err)
		err = map_nl_flow_check(nest, verdict.tb, info->extack);
	if (err)
		return err;
	map_nl_flow_read(verdict.tb, &verdict.flow);
	verdict.saddr = state->local;

	rcu_read_lock();
	if (state->set.mode == MAP_MODE_MAP_T)
		verdict.drop = map_xlat_find(state, &verdict.flow,
					     &verdict.saddr, &verdict.daddr,
					     &verdict.rule);
	else
		verdict.drop = map_encap_find(state, &verdict.flow,
					      &verdict.daddr, &verdict.rule);
	rcu_read_unlock();
	/* The RTNL keeps the rule. */
	return map_nl_reply(info, map, map_nl_put_verdict, &verdict);
}

int map_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return map_nl_do(info, BIT(MAP_A_FLOW), 0, map_nl_flow_get);
}

/* Use of the port set */

static int map_nl_put_use(struct sk_buff *skb, const struct map_port_use *use)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, MAP_A_PORTS);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, MAP_A_PORTS_PROTO, use->proto) ||
	    nla_put_u32(skb, MAP_A_PORTS_TOTAL, use->total) ||
	    nla_put_u32(skb, MAP_A_PORTS_USED, use->used) ||
	    nla_put_u32(skb, MAP_A_PORTS_BINDINGS, use->bindings)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int map_nl_put_ports(struct sk_buff *skb, struct map_dev *map,
			    const void *data)
{
	const struct map_port_use *use = data;
	int i;

	for (i = 0; i < MAP_PORT_USE_PROTOS; i++) {
		if (map_nl_put_use(skb, &use[i]))
			return -EMSGSIZE;
	}
	return 0;
}

static int map_nl_ports_begin(struct map_dev *map, struct genl_info *info)
{
	struct map_snat_census *census = map_snat_census_begin(map);

	info->user_ptr[0] = census;
	if (!IS_ERR(census))
		return 0;
	if (PTR_ERR(census) == -EOPNOTSUPP)
		GENL_SET_ERR_MSG(info, "the device does no source NAT");
	else if (PTR_ERR(census) == -ENETDOWN)
		GENL_SET_ERR_MSG(info, "the device is not ready");
	return PTR_ERR(census);
}

static int map_nl_ports_reply(struct map_dev *map, struct genl_info *info)
{
	return map_nl_reply(info, map, map_nl_put_ports, info->user_ptr[1]);
}

/* Root of any user namespace may ask, and counting walks the conntrack table of
 * the host. So it runs without the RTNL.
 */
int map_nl_ports_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct map_port_use use[MAP_PORT_USE_PROTOS];
	struct map_snat_census *census;
	int err;

	err = map_nl_do(info, 0, 0, map_nl_ports_begin);
	if (err)
		return err;
	census = info->user_ptr[0];
	map_snat_census_count(genl_info_net(info), census, use);
	kvfree(census);
	info->user_ptr[1] = use;
	return map_nl_do(info, 0, 0, map_nl_ports_reply);
}

/* resv_start_op stays 0: the core checks the headers of all commands strictly.
 */
static struct genl_family map_nl_family __ro_after_init = {
	.name = MAP_GENL_NAME,
	.version = MAP_GENL_VERSION,
	.maxattr = ARRAY_SIZE(map_nl_policy) - 1,
	.policy = map_nl_policy,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.small_ops = map_nl_ops,
	.n_small_ops = ARRAY_SIZE(map_nl_ops),
	.mcgrps = map_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(map_nl_mcgrps),
};

/**
 * map_netlink_init() - register the family
 *
 * Before the first device: a device may tell its state as soon as it is there.
 *
 * Return: 0 or a negative error.
 */
int map_netlink_init(void)
{
	return genl_register_family(&map_nl_family);
}

/**
 * map_netlink_exit() - unregister the family, after the last device
 */
void map_netlink_exit(void)
{
	genl_unregister_family(&map_nl_family);
}

MODULE_ALIAS_GENL_FAMILY(MAP_GENL_NAME);
