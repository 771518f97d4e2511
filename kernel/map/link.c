// SPDX-License-Identifier: GPL-2.0

#include <net/route.h>
#include <net/rtnetlink.h>

#include "compat.h"
#include "dev.h"
#include "link.h"
#include "netlink.h"
#include "map.h"
#include "reserve.h"
#include "state.h"
#include "xlat_addr.h"

static const struct nla_policy map_range_policy[MAP_A_RANGE_MAX + 1] = {
	[MAP_A_RANGE_FIRST] = { .type = NLA_U16 },
	[MAP_A_RANGE_LAST] = { .type = NLA_U16 },
};

static const struct nla_policy map_reserve_policy[MAP_A_RESERVE_MAX + 1] = {
	[MAP_A_RESERVE_RANGE] = NLA_POLICY_NESTED(map_range_policy),
};

static const struct nla_policy map_link_policy[IFLA_MAP_MAX + 1] = {
	/* rtnetlink accepts attributes that are too long, for older programs.
	 * The strict check starts at the first attribute of this type.
	 */
	[0] = { .strict_start_type = IFLA_MAP_MODE },
	[IFLA_MAP_MODE] = NLA_POLICY_MAX(NLA_U8, MAP_MODE_MAX),
	[IFLA_MAP_ROLE] = NLA_POLICY_MAX(NLA_U8, MAP_ROLE_MAX),
	[IFLA_MAP_LINK] = { .type = NLA_U32 },
	[IFLA_MAP_PREFIX] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[IFLA_MAP_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IFLA_MAP_LOCAL] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[IFLA_MAP_REMOTE] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[IFLA_MAP_IID] = NLA_POLICY_MAX(NLA_U8, MAP_IID_MAX),
	[IFLA_MAP_SNAT] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MAP_SNAT_RESERVE] = NLA_POLICY_NESTED(map_reserve_policy),
	[IFLA_MAP_MSS_CLAMP] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MAP_HOPLIMIT] = { .type = NLA_U8 },
	[IFLA_MAP_TCLASS] = { .type = NLA_U8 },
	[IFLA_MAP_TCLASS_INHERIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MAP_FRAGMENT] = NLA_POLICY_MAX(NLA_U8, MAP_FRAGMENT_MAX),
	[IFLA_MAP_IPID] = NLA_POLICY_MAX(NLA_U8, MAP_IPID_MAX),
	[IFLA_MAP_PMTUDISC] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MAP_TOS] = { .type = NLA_U8 },
	[IFLA_MAP_TOS_INHERIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MAP_UDP_ZERO_CHECKSUM] =
		NLA_POLICY_MAX(NLA_U8, MAP_UDP_ZERO_CHECKSUM_MAX),
	[IFLA_MAP_LOWEST_IPV6_MTU] =
		NLA_POLICY_MIN(NLA_U16, MAP_MIN_IPV6_MTU),
	[IFLA_MAP_ICMP_SOURCE] = { .type = NLA_U32 },
};

static void map_link_get_u8(struct nlattr *data[], int attr, u8 *value)
{
	if (data[attr])
		*value = nla_get_u8(data[attr]);
}

static void map_link_get_bool(struct nlattr *data[], int attr, bool *value)
{
	if (data[attr])
		*value = nla_get_u8(data[attr]);
}

static void map_link_get_in6(struct nlattr *data[], int attr,
			     struct in6_addr *value)
{
	if (data[attr])
		*value = nla_get_in6_addr(data[attr]);
}

/* Defaults that depend on mode and role. */
static void map_link_defaults(struct nlattr *data[], struct map_settings *set)
{
	bool ce;

	map_link_get_u8(data, IFLA_MAP_MODE, &set->mode);
	map_link_get_u8(data, IFLA_MAP_ROLE, &set->role);
	ce = set->role == MAP_ROLE_CE;
	/* A translated packet goes on with its own (RFC 7915, section 4.1). */
	if (set->mode == MAP_MODE_MAP_T)
		set->tclass_inherit = true;
	else
		set->hoplimit = MAP_DEFAULT_HOPLIMIT;
	set->tos_inherit = true;
	set->lowest_mtu = MAP_MIN_IPV6_MTU;
	set->mss_clamp = true;
	set->snat = IS_ENABLED(CONFIG_MAPVNE_SNAT) && ce &&
		    set->mode != MAP_MODE_IPIP;
	/* RFC 2473, section 7.2 (b); RFC 6333, sections 5.3 and 6.3. The
	 * address of a BR may be anycast: two BRs could use one identification
	 * for IPv6 packets to one CE (RFC 7597, section 8.3.1).
	 */
	if (set->mode == MAP_MODE_IPIP || (ce && set->mode == MAP_MODE_MAP_E))
		set->fragment = MAP_FRAGMENT_OUTER;
	/* RFC 7599, section 10.3. In MAP-E it is a choice (RFC 7597, section
	 * 8.3.3).
	 */
	if (ce && set->mode == MAP_MODE_MAP_T)
		set->ipid = MAP_IPID_PSID;
	/* The address of a BR may be anycast (RFC 7597, section 8.3.1). */
	set->pmtudisc = ce;
}

/* NL_SET_ERR_MSG() wants a literal; all messages here are constants. */
static int map_link_refuse_attr(const struct nlattr *attr, const char *why,
				struct netlink_ext_ack *extack)
{
	if (extack) {
		extack->_msg = why;
		NL_SET_BAD_ATTR(extack, attr);
	}
	return -EINVAL;
}

static int map_link_refuse(struct nlattr *data[], int attr, const char *why,
			   struct netlink_ext_ack *extack)
{
	if (!data[attr])
		return 0;
	return map_link_refuse_attr(data[attr], why, extack);
}

/* Settings that belong to one role or mode only. */
static int map_link_check_role(struct nlattr *data[],
			       const struct map_settings *set,
			       struct netlink_ext_ack *extack)
{
	bool ipip = set->mode == MAP_MODE_IPIP;
	bool ce = !ipip && set->role == MAP_ROLE_CE;
	int err = 0;

	if (ce)
		err = map_link_refuse(data, IFLA_MAP_LOCAL,
				      "a CE derives its address from prefix and rule: local is for a BR and for ipip",
				      extack);
	if (!err && !ipip)
		err = map_link_refuse(data, IFLA_MAP_REMOTE,
				      "remote is for ipip: the BR of a CE is its dmr rule",
				      extack);
	if (!err && !ce)
		err = map_link_refuse(data, IFLA_MAP_PREFIX,
				      "prefix is for a CE", extack);
	if (!IS_ENABLED(CONFIG_MAPVNE_SNAT) && !err && set->snat)
		err = map_link_refuse(data, IFLA_MAP_SNAT,
				      "this kernel module was built without source NAT",
				      extack);
	if (!err && !ce && set->snat)
		err = map_link_refuse(data, IFLA_MAP_SNAT,
				      "source NAT into a port set is for a CE",
				      extack);
	if (!err && !ce && set->ipid == MAP_IPID_PSID)
		err = map_link_refuse(data, IFLA_MAP_IPID,
				      "ipid psid is for a CE", extack);
	return err;
}

static int map_link_check_address(const struct nlattr *attr,
				  const struct in6_addr *addr,
				  struct netlink_ext_ack *extack)
{
	int type = ipv6_addr_type(addr);

	if (type == IPV6_ADDR_ANY || (type & IPV6_ADDR_UNICAST &&
				      !(type & IPV6_ADDR_LINKLOCAL) &&
				      !(type & IPV6_ADDR_LOOPBACK)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "not a global unicast IPv6 address");
	return -EINVAL;
}

static int map_link_check_prefix(struct nlattr *data[],
				 const struct map_settings *set,
				 struct netlink_ext_ack *extack)
{
	struct in6_addr masked = set->prefix;

	if (!data[IFLA_MAP_PREFIX] != !data[IFLA_MAP_PREFIX_LEN]) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_PREFIX] ?:
					    data[IFLA_MAP_PREFIX_LEN],
				    "prefix and prefix-len go together");
		return -EINVAL;
	}
	if (!data[IFLA_MAP_PREFIX])
		return 0;
	map_ipv6_prefix_mask(&masked, set->prefix_len);
	if (!ipv6_addr_equal(&masked, &set->prefix)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_PREFIX],
				    "prefix has bits set after its length");
		return -EINVAL;
	}
	if (ipv6_addr_type(&masked) & (IPV6_ADDR_MULTICAST |
				       IPV6_ADDR_LINKLOCAL)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_PREFIX],
				    "prefix is not a global unicast one");
		return -EINVAL;
	}
	return 0;
}

static int map_link_check_ipip(struct nlattr *data[],
			       const struct map_settings *set,
			       struct netlink_ext_ack *extack)
{
	if (set->mode != MAP_MODE_IPIP)
		return 0;
	if (ipv6_addr_any(&set->local)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_LOCAL],
				    "mode ipip needs local");
		return -EINVAL;
	}
	if (ipv6_addr_any(&set->remote)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_REMOTE],
				    "mode ipip needs remote");
		return -EINVAL;
	}
	return 0;
}

/* Settings of an outer header, which a translator does not write. */
static int map_link_check_translation(struct nlattr *data[],
				      const struct map_settings *set,
				      struct netlink_ext_ack *extack)
{
	int err;

	err = map_link_refuse(data, IFLA_MAP_LOCAL,
			      "local is for a BR and for ipip, in mode map-t the dmr rule stands for the BR",
			      extack);
	if (!err && set->hoplimit)
		err = map_link_refuse(data, IFLA_MAP_HOPLIMIT,
				      "hoplimit cannot be set in mode map-t: it is the packet's own",
				      extack);
	if (!err && set->fragment != MAP_FRAGMENT_INNER)
		err = map_link_refuse(data, IFLA_MAP_FRAGMENT,
				      "fragment outer is for a tunnel, not for mode map-t",
				      extack);
	return err;
}

static const struct {
	int attr;
	const char *why;
} map_link_map_t_only[] = {
	{ IFLA_MAP_TOS, "tos is for mode map-t" },
	{ IFLA_MAP_TOS_INHERIT, "tos is for mode map-t" },
	{ IFLA_MAP_UDP_ZERO_CHECKSUM, "udp-zero-checksum is for mode map-t" },
	{ IFLA_MAP_LOWEST_IPV6_MTU, "lowest-ipv6-mtu is for mode map-t" },
	{ IFLA_MAP_ICMP_SOURCE, "icmp-source is for mode map-t" },
};

static int map_link_check_mode(struct nlattr *data[],
			       const struct map_settings *set,
			       struct netlink_ext_ack *extack)
{
	int err = 0;
	int i;

	if (set->mode == MAP_MODE_MAP_T)
		return map_link_check_translation(data, set, extack);
	for (i = 0; !err && i < ARRAY_SIZE(map_link_map_t_only); i++)
		err = map_link_refuse(data, map_link_map_t_only[i].attr,
				      map_link_map_t_only[i].why, extack);
	return err;
}

/* Hosts drop packets that arrive with one of their own addresses as source.
 * Errors with such a source would be lost.
 */
static int map_link_check_icmp_source(struct net *net, struct nlattr *data[],
				      const struct map_settings *set,
				      struct netlink_ext_ack *extack)
{
	if (!data[IFLA_MAP_ICMP_SOURCE] || !set->icmp_source)
		return 0;
	if (inet_addr_type(net, set->icmp_source) == RTN_UNICAST &&
	    !map_xlat_illegal(set->icmp_source))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_ICMP_SOURCE],
			    "icmp-source is no unicast IPv4 address, or one of this machine");
	return -EINVAL;
}

static int map_link_check(struct net *net, struct nlattr *data[],
			  const struct map_settings *set,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = map_link_check_role(data, set, extack);
	err = err ?: map_link_check_mode(data, set, extack);
	err = err ?: map_link_check_icmp_source(net, data, set, extack);
	err = err   ?:
		      map_link_check_address(data[IFLA_MAP_LOCAL], &set->local,
					     extack);
	err = err   ?:
		      map_link_check_address(data[IFLA_MAP_REMOTE],
					     &set->remote, extack);
	err = err ?: map_link_check_prefix(data, set, extack);
	return err ?: map_link_check_ipip(data, set, extack);
}

static int map_link_get_lower(struct net *net, struct nlattr *tb[],
			      struct nlattr *data[], struct map_settings *set,
			      struct netlink_ext_ack *extack)
{
	struct nlattr *attr = data[IFLA_MAP_LINK] ?: tb[IFLA_LINK];
	struct net_device *lower;

	if (!attr)
		return 0;
	set->link_gone = false;
	set->link = nla_get_u32(attr);
	if (!set->link)
		return 0;
	lower = __dev_get_by_index(net, set->link);
	if (!lower) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "no such lower device");
		return -ENODEV;
	}
	if (map_dev_is(lower)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the lower device is a map device, which carries no IPv6");
		return -EINVAL;
	}
	return 0;
}

static void map_link_parse_translation(struct nlattr *data[],
				       struct map_settings *set)
{
	if (data[IFLA_MAP_TOS]) {
		set->tos = nla_get_u8(data[IFLA_MAP_TOS]);
		set->tos_inherit = false;
	}
	map_link_get_bool(data, IFLA_MAP_TOS_INHERIT, &set->tos_inherit);
	map_link_get_u8(data, IFLA_MAP_UDP_ZERO_CHECKSUM,
			&set->udp_zero_checksum);
	if (data[IFLA_MAP_LOWEST_IPV6_MTU])
		set->lowest_mtu = nla_get_u16(data[IFLA_MAP_LOWEST_IPV6_MTU]);
	if (data[IFLA_MAP_ICMP_SOURCE])
		set->icmp_source = nla_get_in_addr(data[IFLA_MAP_ICMP_SOURCE]);
}

/* Read settings from attributes into @set. IPv4 is in the namespace @ipv4, the
 * tunnel in @net.
 */
static int map_link_parse(struct net *net, struct net *ipv4,
			  struct nlattr *tb[], struct nlattr *data[],
			  struct map_settings *set,
			  struct netlink_ext_ack *extack)
{
	int err = map_link_get_lower(net, tb, data, set, extack);

	if (err)
		return err;
	map_link_get_u8(data, IFLA_MAP_ROLE, &set->role);
	map_link_get_u8(data, IFLA_MAP_PREFIX_LEN, &set->prefix_len);
	map_link_get_u8(data, IFLA_MAP_IID, &set->iid);
	map_link_get_u8(data, IFLA_MAP_HOPLIMIT, &set->hoplimit);
	map_link_get_u8(data, IFLA_MAP_FRAGMENT, &set->fragment);
	map_link_get_u8(data, IFLA_MAP_IPID, &set->ipid);
	map_link_get_bool(data, IFLA_MAP_SNAT, &set->snat);
	map_link_get_bool(data, IFLA_MAP_MSS_CLAMP, &set->mss_clamp);
	map_link_get_bool(data, IFLA_MAP_PMTUDISC, &set->pmtudisc);
	map_link_get_in6(data, IFLA_MAP_PREFIX, &set->prefix);
	map_link_get_in6(data, IFLA_MAP_LOCAL, &set->local);
	map_link_get_in6(data, IFLA_MAP_REMOTE, &set->remote);
	if (data[IFLA_MAP_TCLASS]) {
		set->tclass = nla_get_u8(data[IFLA_MAP_TCLASS]);
		set->tclass_inherit = false;
	}
	map_link_get_bool(data, IFLA_MAP_TCLASS_INHERIT, &set->tclass_inherit);
	map_link_parse_translation(data, set);
	return map_link_check(ipv4, data, set, extack);
}

/* Parse one range. nla_parse_nested() keeps the last of two equal attributes.
 */
static int map_link_parse_range(const struct nlattr *nest,
				struct map_port_range *range,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MAP_A_RANGE_MAX + 1];
	int err;

	err = nla_parse_nested(tb, MAP_A_RANGE_MAX, nest, map_range_policy,
			       extack);
	if (err)
		return err;
	if (!tb[MAP_A_RANGE_FIRST] || !tb[MAP_A_RANGE_LAST])
		return map_link_refuse_attr(nest,
					    "a range needs first and last",
					    extack);
	if (nla_len(nest) != 2 * nla_total_size(sizeof(u16)))
		return map_link_refuse_attr(nest, "attribute is there twice",
					    extack);
	range->first = nla_get_u16(tb[MAP_A_RANGE_FIRST]);
	range->last = nla_get_u16(tb[MAP_A_RANGE_LAST]);
	if (range->first > range->last)
		return map_link_refuse_attr(nest,
					    "a range ends before it begins",
					    extack);
	return 0;
}

/* The reserved ports of @list; NULL where it is empty. */
static struct map_reserve *
map_link_parse_reserve(const struct nlattr *list,
		       struct netlink_ext_ack *extack)
{
	struct map_reserve *reserve;
	struct map_port_range range;
	const struct nlattr *attr;
	u32 n = 0;
	int err;
	int rem;

	nla_for_each_nested(attr, list, rem)
		n++;
	if (!n)
		return NULL;
	if (n > MAP_MAX_RESERVED_RANGES)
		return ERR_PTR(map_link_refuse_attr(list,
						    "too many reserved ranges",
						    extack));
	reserve = map_reserve_alloc(n);
	if (!reserve)
		return ERR_PTR(-ENOMEM);
	nla_for_each_nested(attr, list, rem) {
		err = map_link_parse_range(attr, &range, extack);
		if (err) {
			map_reserve_free(reserve);
			return ERR_PTR(err);
		}
		map_reserve_add(reserve, range);
	}
	return reserve;
}

static void map_link_set_reserve(struct map_dev *map,
				 struct map_reserve *reserve)
{
	struct map_reserve *old;

	old = rcu_replace_pointer(map->reserve, reserve,
				  lockdep_rtnl_is_held());
	map_reserve_free(old);
}

/* rtnetlink ignores attributes without a policy, and keeps the last of two.
 * Here both are errors: a setting without an effect is worse.
 */
static int map_link_validate(struct nlattr *tb[], struct nlattr *data[],
			     struct netlink_ext_ack *extack)
{
	struct nlattr *info, *attr;
	u32 seen = 0;
	int rem;

	info = data ? nla_find_nested(tb[IFLA_LINKINFO], IFLA_INFO_DATA) : NULL;
	if (!info)
		return 0;
	nla_for_each_nested(attr, info, rem) {
		int type = nla_type(attr);

		if (!type || type > IFLA_MAP_MAX) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "unknown attribute");
			return -EINVAL;
		}
		if (seen & BIT(type)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "attribute is there twice");
			return -EINVAL;
		}
		seen |= BIT(type);
	}
	return 0;
}

/* Errors without an attribute come from other devices or rules. They are about
 * the address of the device.
 */
static void map_link_blame(struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	if (extack && extack->_msg && !extack->bad_attr)
		NL_SET_BAD_ATTR(extack, data[IFLA_MAP_LOCAL] ?:
					data[IFLA_MAP_PREFIX]);
}

static struct nlattr *map_link_no_data[IFLA_MAP_MAX + 1];

static int map_link_newlink(struct net_device *dev,
			    struct rtnl_newlink_params *params,
			    struct netlink_ext_ack *extack)
{
	struct nlattr **data = params->data ?: map_link_no_data;
	struct map_dev *map = netdev_priv(dev);
	struct map_reserve *reserve = NULL;
	struct map_settings set = {};
	int err;

	map->dev = dev;
	map->net = rtnl_newlink_link_net(params);
	map->auto_mtu = !params->tb[IFLA_MTU];
	map_link_defaults(data, &set);
	err = map_link_parse(map->net, dev_net(dev), params->tb, data, &set,
			     extack);
	if (err)
		return err;
	if (data[IFLA_MAP_SNAT_RESERVE])
		reserve = map_link_parse_reserve(data[IFLA_MAP_SNAT_RESERVE],
						 extack);
	if (IS_ERR(reserve))
		return PTR_ERR(reserve);

	err = map_dev_create(map, &set, extack);
	if (err) {
		map_link_blame(data, extack);
		map_reserve_free(reserve);
		return err;
	}
	map_link_set_reserve(map, reserve);
	return 0;
}

/* For a new device, rtnetlink checks the rights of sender and socket opener in
 * the namespace of the tunnel. For a change it checks the namespace of the
 * device only, and does not pass the message. So only the sender can be checked
 * here.
 */
static bool map_link_may_change(const struct map_dev *map,
				struct netlink_ext_ack *extack)
{
	if (net_eq(map->net, dev_net(map->dev)) ||
	    ns_capable(map->net->user_ns, CAP_NET_ADMIN))
		return true;
	NL_SET_ERR_MSG(extack,
		       "CAP_NET_ADMIN is needed in the namespace of the tunnel");
	return false;
}

static int map_link_changelink(struct net_device *dev, struct nlattr *tb[],
			       struct nlattr *data[],
			       struct netlink_ext_ack *extack)
{
	struct map_dev *map = netdev_priv(dev);
	struct map_reserve *reserve = NULL;
	struct map_settings set;
	int err;

	if (!data)
		return 0;
	if (!map_link_may_change(map, extack))
		return -EPERM;
	set = rtnl_dereference(map->state)->set;
	if (data[IFLA_MAP_MODE] && nla_get_u8(data[IFLA_MAP_MODE]) != set.mode) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_MODE],
				    "the mode of a device is fixed: make a new one");
		return -EINVAL;
	}
	if (data[IFLA_MAP_ROLE] && nla_get_u8(data[IFLA_MAP_ROLE]) != set.role) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MAP_ROLE],
				    "the role of a device is fixed: make a new one");
		return -EINVAL;
	}
	err = map_link_parse(map->net, dev_net(dev), tb, data, &set, extack);
	if (err)
		return err;
	if (data[IFLA_MAP_SNAT_RESERVE])
		reserve = map_link_parse_reserve(data[IFLA_MAP_SNAT_RESERVE],
						 extack);
	if (IS_ERR(reserve))
		return PTR_ERR(reserve);

	err = map_state_update(map, &set, map->rules, extack);
	if (err) {
		map_link_blame(data, extack);
		map_reserve_free(reserve);
		return err;
	}
	map_netlink_notify_state(map);
	if (data[IFLA_MAP_SNAT_RESERVE])
		map_link_set_reserve(map, reserve);
	return 0;
}

static size_t map_link_get_size(const struct net_device *dev)
{
	const struct map_dev *map = netdev_priv(dev);
	const struct map_reserve *reserve;
	size_t size;

	size = nla_total_size(sizeof(u32)) +			/* link */
	       3 * nla_total_size(sizeof(struct in6_addr)) +
	       15 * nla_total_size(sizeof(u8)) +
	       nla_total_size(sizeof(u16)) +		/* lowest-ipv6-mtu */
	       nla_total_size(sizeof(u32));		/* icmp-source */
	/* Dumps call this without the RTNL. */
	rcu_read_lock();
	reserve = rcu_dereference(map->reserve);
	if (reserve)
		size += nla_total_size(reserve->n * nla_total_size(2 *
						nla_total_size(sizeof(u16))));
	rcu_read_unlock();
	return size;
}

static int map_link_fill_addresses(struct sk_buff *skb,
				   const struct map_settings *set)
{
	if (!ipv6_addr_any(&set->local) &&
	    nla_put_in6_addr(skb, IFLA_MAP_LOCAL, &set->local))
		return -EMSGSIZE;
	if (!ipv6_addr_any(&set->remote) &&
	    nla_put_in6_addr(skb, IFLA_MAP_REMOTE, &set->remote))
		return -EMSGSIZE;
	if (set->prefix_len &&
	    (nla_put_in6_addr(skb, IFLA_MAP_PREFIX, &set->prefix) ||
	     nla_put_u8(skb, IFLA_MAP_PREFIX_LEN, set->prefix_len)))
		return -EMSGSIZE;
	return 0;
}

static int map_link_fill_translation(struct sk_buff *skb,
				     const struct map_settings *set)
{
	if (set->mode != MAP_MODE_MAP_T)
		return 0;
	if (nla_put_u8(skb, IFLA_MAP_TOS, set->tos) ||
	    nla_put_u8(skb, IFLA_MAP_TOS_INHERIT, set->tos_inherit) ||
	    nla_put_u8(skb, IFLA_MAP_UDP_ZERO_CHECKSUM,
		       set->udp_zero_checksum) ||
	    nla_put_u16(skb, IFLA_MAP_LOWEST_IPV6_MTU, set->lowest_mtu) ||
	    nla_put_in_addr(skb, IFLA_MAP_ICMP_SOURCE, set->icmp_source))
		return -EMSGSIZE;
	return 0;
}

static int map_link_fill_range(struct sk_buff *skb,
			       const struct map_port_range *range)
{
	struct nlattr *nest = nla_nest_start(skb, MAP_A_RESERVE_RANGE);

	if (!nest || nla_put_u16(skb, MAP_A_RANGE_FIRST, range->first) ||
	    nla_put_u16(skb, MAP_A_RANGE_LAST, range->last))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* On an error rtnetlink discards the whole message. */
static int map_link_fill_reserve(struct sk_buff *skb,
				 const struct map_reserve *reserve)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_MAP_SNAT_RESERVE);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < reserve->n; i++)
		if (map_link_fill_range(skb, &reserve->ranges[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int map_link_fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct map_dev *map = netdev_priv(dev);
	const struct map_settings *set;
	const struct map_reserve *reserve;

	set = &rtnl_dereference(map->state)->set;
	reserve = rtnl_dereference(map->reserve);
	if (nla_put_u8(skb, IFLA_MAP_MODE, set->mode) ||
	    nla_put_u8(skb, IFLA_MAP_ROLE, set->role) ||
	    (set->link && !set->link_gone &&
	     nla_put_u32(skb, IFLA_MAP_LINK, set->link)) ||
	    map_link_fill_addresses(skb, set) ||
	    nla_put_u8(skb, IFLA_MAP_IID, set->iid) ||
	    nla_put_u8(skb, IFLA_MAP_SNAT, set->snat) ||
	    nla_put_u8(skb, IFLA_MAP_MSS_CLAMP, set->mss_clamp) ||
	    nla_put_u8(skb, IFLA_MAP_HOPLIMIT, set->hoplimit) ||
	    nla_put_u8(skb, IFLA_MAP_TCLASS, set->tclass) ||
	    nla_put_u8(skb, IFLA_MAP_TCLASS_INHERIT, set->tclass_inherit) ||
	    nla_put_u8(skb, IFLA_MAP_FRAGMENT, set->fragment) ||
	    nla_put_u8(skb, IFLA_MAP_IPID, set->ipid) ||
	    nla_put_u8(skb, IFLA_MAP_PMTUDISC, set->pmtudisc) ||
	    map_link_fill_translation(skb, set))
		return -EMSGSIZE;
	return reserve ? map_link_fill_reserve(skb, reserve) : 0;
}

static struct net *map_link_get_link_net(const struct net_device *dev)
{
	const struct map_dev *map = netdev_priv(dev);

	return map->net;
}

MAP_LINK_NEWLINK(map_link_newlink)

static struct rtnl_link_ops map_link_ops __read_mostly = {
	.kind		= "map",
	.maxtype	= IFLA_MAP_MAX,
	.policy		= map_link_policy,
	.priv_size	= sizeof(struct map_dev),
	.setup		= map_dev_setup,
	.validate	= map_link_validate,
	.newlink	= map_link_newlink_op,
	.changelink	= map_link_changelink,
	.get_size	= map_link_get_size,
	.fill_info	= map_link_fill_info,
	.get_link_net	= map_link_get_link_net,
};

int map_link_init(void)
{
	return rtnl_link_register(&map_link_ops);
}

void map_link_exit(void)
{
	rtnl_link_unregister(&map_link_ops);
}

MODULE_ALIAS_RTNL_LINK("map");
