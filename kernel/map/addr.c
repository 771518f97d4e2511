// SPDX-License-Identifier: GPL-2.0
/* Rules and the addresses that follow from them (RFC 7597, sections 5 and 6).
 *
 *	|     n bits       | o bits  | s bits  |  128 - n - o - s bits  |
 *	+------------------+---------+---------+------------------------+
 *	| Rule IPv6 prefix | EA bits | subnet  |  interface identifier  |
 *	+------------------+---------+---------+------------------------+
 *
 * The EA bits are p bits of IPv4 suffix, then q bits of PSID. Neither n nor o
 * needs to be a multiple of 8, so an IPv6 address is worked on as two numbers
 * of 64 bits.
 */

#include "addr.h"

/* An IPv6 address in host byte order, most significant half first. */
struct map_bits {
	u64 high;
	u64 low;
};

static struct map_bits map_bits_load(const struct in6_addr *addr)
{
	return (struct map_bits){
		.high = (u64)ntohl(addr->s6_addr32[0]) << 32 |
			ntohl(addr->s6_addr32[1]),
		.low = (u64)ntohl(addr->s6_addr32[2]) << 32 |
		       ntohl(addr->s6_addr32[3]),
	};
}

static void map_bits_store(struct map_bits bits, struct in6_addr *addr)
{
	addr->s6_addr32[0] = htonl(bits.high >> 32);
	addr->s6_addr32[1] = htonl((u32)bits.high);
	addr->s6_addr32[2] = htonl(bits.low >> 32);
	addr->s6_addr32[3] = htonl((u32)bits.low);
}

/* A shift by 64 is undefined in C, so the ends of the range stand apart. */
static struct map_bits map_bits_mask(u8 len)
{
	if (len == 0)
		return (struct map_bits){ 0, 0 };
	if (len <= 64)
		return (struct map_bits){ ~0ULL << (64 - len), 0 };
	return (struct map_bits){ ~0ULL, ~0ULL << (128 - len) };
}

/* The @len bits from bit @start on, right-aligned; @len is 48 at most. */
static u64 map_bits_get(struct map_bits bits, u8 start, u8 len)
{
	u64 window = bits.high;

	if (len == 0)
		return 0;
	if (start >= 64)
		window = bits.low << (start - 64);
	else if (start > 0)
		window = bits.high << start | bits.low >> (64 - start);
	return window >> (64 - len);
}

/* Put @len bits at bit @start of what is zero there; @len is 48 at most. */
static void map_bits_put(struct map_bits *bits, u8 start, u8 len, u64 value)
{
	u64 window;

	if (len == 0)
		return;
	window = value << (64 - len);
	if (start >= 64) {
		bits->low |= window >> (start - 64);
		return;
	}
	bits->high |= window >> start;
	if (start > 0)
		bits->low |= window << (64 - start);
}

/* The number of PSID bits among the EA bits, q of RFC 7597. */
static u8 map_rule_ea_psid_len(const struct map_rule_params *rule)
{
	return rule->ea_len - map_rule_suffix_len(rule);
}

/* Length of the IPv4 prefix or address a CE has. */
static u8 map_rule_ce_ipv4_len(const struct map_rule_params *rule)
{
	return rule->ipv4_len + map_rule_suffix_len(rule);
}

/* The interface identifier; draft-ietf-softwire-map-03 had all that follows
 * the first byte one byte further left.
 */
static u64 map_rule_iid(const struct map_rule_params *rule, __be32 ipv4,
			u16 psid)
{
	u64 iid = (u64)ntohl(ipv4) << 16 | psid;

	return rule->iid == MAP_IID_DRAFT03 ? iid << 8 : iid;
}

/* A MAP IPv6 address: the first @len bits of @prefix, zeros up to bit 64, and
 * what is left of the interface identifier.
 */
static void map_rule_address(const struct map_rule_params *rule,
			     struct map_bits prefix, u8 len, __be32 ipv4,
			     u16 psid, struct in6_addr *ipv6)
{
	struct map_bits mask = map_bits_mask(len);
	u64 iid = map_rule_iid(rule, ipv4, psid);

	prefix.high &= mask.high;
	prefix.low = (prefix.low & mask.low) | (iid & ~mask.low);
	map_bits_store(prefix, ipv6);
}

/**
 * map_ipv6_prefix_match() - is an address in a prefix?
 * @addr: address
 * @prefix: prefix; bits after @len do not count
 * @len: length of the prefix, 0..128
 *
 * Return: true where the first @len bits are the same.
 */
bool map_ipv6_prefix_match(const struct in6_addr *addr,
			   const struct in6_addr *prefix, u8 len)
{
	struct map_bits b = map_bits_load(prefix);
	struct map_bits a = map_bits_load(addr);
	struct map_bits mask = map_bits_mask(len);

	return !(((a.high ^ b.high) & mask.high) |
		 ((a.low ^ b.low) & mask.low));
}

/**
 * map_ipv6_prefix_mask() - clear what follows a prefix
 * @addr: address, changed in place
 * @len: number of bits to keep, 0..128
 */
void map_ipv6_prefix_mask(struct in6_addr *addr, u8 len)
{
	struct map_bits mask = map_bits_mask(len);
	struct map_bits bits = map_bits_load(addr);

	bits.high &= mask.high;
	bits.low &= mask.low;
	map_bits_store(bits, addr);
}

/**
 * map_ipv4_prefix_match() - is an address in a prefix?
 * @addr: address, network byte order
 * @prefix: prefix, network byte order; bits after @len do not count
 * @len: length of the prefix, 0..32
 *
 * Return: true where the first @len bits are the same.
 */
bool map_ipv4_prefix_match(__be32 addr, __be32 prefix, u8 len)
{
	return !map_ipv4_prefix_mask(addr ^ prefix, len);
}

/**
 * map_ipv4_prefix_mask() - clear what follows a prefix
 * @addr: address, network byte order
 * @len: number of bits to keep, 0..32
 *
 * Return: the prefix, network byte order.
 */
__be32 map_ipv4_prefix_mask(__be32 addr, u8 len)
{
	return len ? addr & htonl(~0U << (32 - len)) : 0;
}

static bool map_refuse(struct map_refusal *why, int attr, const char *reason)
{
	if (why)
		*why = (struct map_refusal){ .attr = attr, .reason = reason };
	return false;
}

static bool map_rule_ipv6_valid(const struct map_rule_params *rule,
				struct map_refusal *why)
{
	struct in6_addr prefix = rule->ipv6;

	if (rule->ipv6_len > 128)
		return map_refuse(why, MAP_A_RULE_IPV6_LEN,
				  "IPv6 prefix length is more than 128");
	map_ipv6_prefix_mask(&prefix, rule->ipv6_len);
	if (memcmp(&prefix, &rule->ipv6, sizeof(prefix)))
		return map_refuse(why, MAP_A_RULE_IPV6,
				  "IPv6 prefix has bits set after its length");
	if (rule->ipv6.s6_addr[0] == 0xff)
		return map_refuse(why, MAP_A_RULE_IPV6,
				  "IPv6 prefix is multicast");
	return true;
}

static bool map_rule_ipv4_valid(const struct map_rule_params *rule,
				struct map_refusal *why)
{
	if (rule->ipv4_len > 32)
		return map_refuse(why, MAP_A_RULE_IPV4_LEN,
				  "IPv4 prefix length is more than 32");
	if (map_ipv4_prefix_mask(rule->ipv4, rule->ipv4_len) != rule->ipv4)
		return map_refuse(why, MAP_A_RULE_IPV4,
				  "IPv4 prefix has bits set after its length");
	if (map_ipv4_prefix_match(rule->ipv4, htonl(0xe0000000), 4))
		return map_refuse(why, MAP_A_RULE_IPV4,
				  "IPv4 prefix is multicast");
	return true;
}

static bool map_rule_ea_valid(const struct map_rule_params *rule,
			      struct map_refusal *why)
{
	if (rule->ea_len > 48)
		return map_refuse(why, MAP_A_RULE_EA_LEN,
				  "number of EA bits is more than 48");
	if (rule->ipv6_len + rule->ea_len > 128)
		return map_refuse(why, MAP_A_RULE_EA_LEN,
				  "IPv6 prefix length and number of EA bits are more than 128 together");
	if (map_rule_ea_psid_len(rule) > 16)
		return map_refuse(why, MAP_A_RULE_EA_LEN,
				  "EA bits leave more than 16 bits for the PSID after the IPv4 suffix");
	return true;
}

/* Where the EA bits hold the PSID, the length may be repeated with a PSID of
 * 0, as DHCPv6 does it when only the offset to say (RFC 7598, section
 * 4.5).
 */
static bool map_rule_embedded_psid_valid(const struct map_rule_params *rule,
					 struct map_refusal *why)
{
	if (rule->psid_len && rule->psid_len != map_rule_ea_psid_len(rule))
		return map_refuse(why, MAP_A_RULE_PSID_LEN,
				  "PSID length is not what the EA bits leave for the PSID");
	if (rule->psid)
		return map_refuse(why, MAP_A_RULE_PSID,
				  "PSID is in the EA bits, and cannot be given too");
	return true;
}

static bool map_rule_explicit_psid_valid(const struct map_rule_params *rule,
					 struct map_refusal *why)
{
	if (rule->psid_len > 16)
		return map_refuse(why, MAP_A_RULE_PSID_LEN,
				  "PSID length is more than 16");
	if (rule->psid && !rule->psid_len)
		return map_refuse(why, MAP_A_RULE_PSID,
				  "PSID is given without a PSID length");
	if (rule->psid_len && map_rule_ce_ipv4_len(rule) < 32)
		return map_refuse(why, MAP_A_RULE_PSID_LEN,
				  "PSID needs a whole IPv4 address, but IPv4 prefix length and EA bits are less than 32 together");
	if (rule->psid >> rule->psid_len)
		return map_refuse(why, MAP_A_RULE_PSID,
				  "PSID has more bits than the PSID length says");
	return true;
}

static bool map_rule_psid_valid(const struct map_rule_params *rule,
				struct map_refusal *why)
{
	if (rule->psid_offset > 16)
		return map_refuse(why, MAP_A_RULE_PSID_OFFSET,
				  "PSID offset is more than 16");
	if (map_rule_ea_psid_len(rule)) {
		if (!map_rule_embedded_psid_valid(rule, why))
			return false;
	} else if (!map_rule_explicit_psid_valid(rule, why)) {
		return false;
	}
	if (rule->psid_offset + map_rule_psid_len(rule) > 16)
		return map_refuse(why, MAP_A_RULE_PSID_OFFSET,
				  "PSID offset and PSID length are more than 16 together");
	return true;
}

/**
 * map_rule_valid() - can there be such a rule?
 * @rule: rule, with any content
 * @why: set to the reason of a refusal; or NULL
 *
 * What RFC 7597, section 5, and arithmetic demand of a BMR or FMR. All other
 * functions in here expect a rule that passed.
 *
 * Return: true where the rule can be used.
 */
bool map_rule_valid(const struct map_rule_params *rule,
		    struct map_refusal *why)
{
	if (rule->iid > MAP_IID_MAX)
		return map_refuse(why, MAP_A_RULE_IID,
				  "interface identifier format is unknown");
	return map_rule_ipv6_valid(rule, why) &&
	       map_rule_ipv4_valid(rule, why) &&
	       map_rule_ea_valid(rule, why) &&
	       map_rule_psid_valid(rule, why);
}

/**
 * map_rule_psid_len() - number of PSID bits of the rule's port sets
 * @rule: valid rule
 *
 * What the EA bits hold after the IPv4 suffix, q of RFC 7597, section 5.2, or
 * else the length of the explicit PSID.
 *
 * Return: 0..16; 0 where the addresses are not shared.
 */
u8 map_rule_psid_len(const struct map_rule_params *rule)
{
	return map_rule_ea_psid_len(rule) ?: rule->psid_len;
}

/**
 * map_rule_suffix_len() - number of bits of IPv4 suffix in the EA bits
 * @rule: valid rule
 *
 * p of RFC 7597, section 5.2.
 *
 * Return: 0..32
 */
u8 map_rule_suffix_len(const struct map_rule_params *rule)
{
	u8 missing = 32 - rule->ipv4_len;

	return rule->ea_len < missing ? rule->ea_len : missing;
}

/**
 * map_rule_shared() - do several CEs have the same IPv4 address?
 * @rule: valid rule
 *
 * Return: true where a CE has but some of the ports of its address.
 */
bool map_rule_shared(const struct map_rule_params *rule)
{
	return map_rule_psid_len(rule) > 0;
}

static bool map_ce_prefix_valid(const struct map_rule_params *rule,
				const struct in6_addr *prefix, u8 prefix_len,
				struct map_refusal *why)
{
	u8 common = prefix_len < rule->ipv6_len ? prefix_len : rule->ipv6_len;

	if (prefix_len > 128)
		return map_refuse(why, 0,
				  "end-user prefix length is more than 128");
	if (!map_ipv6_prefix_match(prefix, &rule->ipv6, common))
		return map_refuse(why, 0,
				  "end-user prefix is not in the IPv6 prefix of the rule");
	if (prefix_len < rule->ipv6_len + rule->ea_len)
		return map_refuse(why, 0,
				  "end-user prefix is shorter than IPv6 prefix and EA bits of the rule together");
	return true;
}

/**
 * map_ce_derive() - what a CE is, by its BMR and end-user prefix
 * @rule: valid rule
 * @prefix: end-user IPv6 prefix; bits after @prefix_len do not count
 * @prefix_len: its length, with any content
 * @ce: set where the answer is yes
 * @why: set to the reason of a refusal; or NULL
 *
 * RFC 7597, sections 5.2 and 6. The bits from the EA bits to bit 64 are zero,
 * whatever the prefix has there: other nodes know no more than the rule, and
 * send to that address (map_rule_ipv6()). All bits of a prefix longer than
 * /64 are taken over, since the interface identifier gives way to the prefix;
 * the others know them where the prefix ends with the EA bits.
 *
 * Return: true where the prefix belongs to the rule.
 */
bool map_ce_derive(const struct map_rule_params *rule,
		   const struct in6_addr *prefix, u8 prefix_len,
		   struct map_ce *ce, struct map_refusal *why)
{
	u8 taken = rule->ipv6_len + rule->ea_len;
	struct map_ipv4_range range;

	if (!map_ce_prefix_valid(rule, prefix, prefix_len, why))
		return false;
	if (prefix_len > 64)
		taken = prefix_len;
	map_rule_ipv4_range(rule, prefix, &range);
	ce->ipv4 = range.ipv4;
	ce->ipv4_len = range.ipv4_len;
	ce->ports = range.ports;
	map_rule_address(rule, map_bits_load(prefix), taken, range.ipv4,
			 range.ports.psid, &ce->ipv6);
	return true;
}

/**
 * map_rule_ipv6() - the MAP IPv6 address of the CE that has an IPv4 address
 *	and port
 * @rule: valid rule
 * @ipv4: address in the rule's IPv4 prefix, network byte order
 * @port: port or ICMP identifier, host byte order; does not count where the
 *	rule's addresses are not shared, or shared by an explicit PSID, which
 *	stands for one CE
 * @ipv6: set to the address
 *
 * RFC 7597, section 5.3: where to send what goes to @ipv4 and @port, and where
 * what claims to come from them has to come from. An excluded port belongs to
 * no CE; the caller keeps it out (map_port_excluded()).
 */
void map_rule_ipv6(const struct map_rule_params *rule, __be32 ipv4, u16 port,
		   struct in6_addr *ipv6)
{
	u8 ea_psid_len = map_rule_ea_psid_len(rule);
	struct map_bits bits = map_bits_load(&rule->ipv6);
	u8 ipv4_len = map_rule_ce_ipv4_len(rule);
	u16 psid = rule->psid;
	u64 ea;

	ipv4 = map_ipv4_prefix_mask(ipv4, ipv4_len);
	if (ea_psid_len)
		psid = map_port_psid(rule->psid_offset, ea_psid_len, port);

	/* The bits of the Rule IPv4 prefix are shifted out on the left. */
	ea = (u64)ntohl(ipv4) >> (32 - ipv4_len);
	if (ea_psid_len)
		ea = ea << ea_psid_len | psid;
	map_bits_put(&bits, rule->ipv6_len, rule->ea_len, ea);
	map_rule_address(rule, bits, rule->ipv6_len + rule->ea_len, ipv4, psid,
			 ipv6);
}

/**
 * map_rule_ipv4_range() - what a CE may use as IPv4 source
 * @rule: valid rule
 * @ipv6: address, or prefix with the EA bits, of the CE; in the rule's IPv6
 *	prefix
 * @range: set to IPv4 address or prefix, and port set
 *
 * The range that RFC 7597, section 8.1, has every MAP node check what it
 * receives against. The interface identifier does not count.
 */
void map_rule_ipv4_range(const struct map_rule_params *rule,
			 const struct in6_addr *ipv6,
			 struct map_ipv4_range *range)
{
	u8 ea_psid_len = map_rule_ea_psid_len(rule);
	struct map_bits bits = map_bits_load(ipv6);
	u64 suffix, ea;

	ea = map_bits_get(bits, rule->ipv6_len, rule->ea_len);
	suffix = ea >> ea_psid_len;
	range->ipv4_len = map_rule_ce_ipv4_len(rule);
	range->ipv4 = rule->ipv4 | htonl(suffix << (32 - range->ipv4_len));
	range->ports.len = map_rule_psid_len(rule);
	range->ports.offset = range->ports.len ? rule->psid_offset : 0;
	range->ports.psid = rule->psid;
	if (ea_psid_len)
		range->ports.psid = ea & ((1U << ea_psid_len) - 1);
}
