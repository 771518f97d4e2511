// SPDX-License-Identifier: GPL-2.0
#include "ipsec/conn_attrs.h"
#include "util.h"

static const char *const reasons[] = {
	"owner", "peer", "error", "bad-prefix", "bad-length", "corrupt",
	"prefix-timeout", "idle-timeout", "peer-deleted", "proof-timeout",
	"evicted",
};

_Static_assert(ARRAY_SIZE(reasons) == IPSEC_TCP_CLOSE_REASON_MAX + 1,
	       "each reason has a name");

/**
 * close_reason_name - the word for the reason why a connection ended
 * @reason: enum ipsec_tcp_close_reason
 *
 * Return: the word, "unknown" for a reason of a newer module.
 */
const char *close_reason_name(uint8_t reason)
{
	return reason < ARRAY_SIZE(reasons) ? reasons[reason] : "unknown";
}

/**
 * attr_number - a number of any width
 * @attr: its attribute, or NULL
 *
 * Return: the number, 0 where it is missing.
 */
uint64_t attr_number(const struct nlattr *attr)
{
	switch (attr ? nla_len(attr) : 0) {
	case 1:
		return nla_get_u8(attr);
	case 2:
		return nla_get_u16(attr);
	case 4:
		return nla_get_u32(attr);
	case 8:
		return nla_get_u64(attr);
	}
	return 0;
}

/**
 * conn_index - find the attributes of a connection
 * @nest: the connection
 * @tb: IPSEC_TCP_A_CONN_MAX + 1 pointers
 *
 * Return: 0, or a negative value.
 */
int conn_index(struct nlattr *nest, struct nlattr **tb)
{
	if (!nest)
		return -1;
	return nla_parse_nested(tb, IPSEC_TCP_A_CONN_MAX, nest, NULL);
}

/**
 * conn_number - a number of a connection
 * @tb: its attributes
 * @type: which
 *
 * Return: the number, 0 where it is missing.
 */
uint32_t conn_number(struct nlattr *const *tb, int type)
{
	return attr_number(tb[type]);
}
