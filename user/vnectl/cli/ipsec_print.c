// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/ipsec_tcp_counters.h>
#include <string.h>

#include "out.h"
#include "cli/ipsec_print.h"
#include "ipsec/conn_attrs.h"
#include "config/ipsec_options.h"
#include "util.h"

static const char *const states[] = { "prefix", "open", "draining", "closed" };

_Static_assert(ARRAY_SIZE(states) == IPSEC_TCP_CONN_STATE_MAX + 1,
	       "each state has a name");
#define NAME(id, name) [IPSEC_TCP_A_STATS_##id] = name,
static const char *const counters[IPSEC_TCP_A_STATS_MAX + 1] = {
	IPSEC_TCP_COUNTERS(NAME)
};

const char *conn_state_name(uint8_t state)
{
	return state < ARRAY_SIZE(states) ? states[state] : "unknown";
}

static void number(struct nlattr *const *tb, int type, const char *key,
		   const char *fmt)
{
	if (tb[type])
		out_number(key, fmt, attr_number(tb[type]));
}

static void address(const struct nlattr *ipv4, const struct nlattr *ipv6,
		    const char *key, const char *fmt)
{
	char buf[INET6_ADDRSTRLEN];

	if (ipv4 && nla_len(ipv4) == 4)
		inet_ntop(AF_INET, nla_data(ipv4), buf, sizeof(buf));
	else if (ipv6 && nla_len(ipv6) == 16)
		inet_ntop(AF_INET6, nla_data(ipv6), buf, sizeof(buf));
	else
		return;
	out_string(key, fmt, buf);
}

static void esp(const struct nlattr *attr)
{
	uint64_t mode = attr_number(attr);

	if (attr)
		out_string("esp", "esp %s ", mode <= IPSEC_TCP_ESP_MODE_MAX ?
			   esp_names[mode] : "unknown");
}

static const char *role_name(const struct nlattr *attr)
{
	uint64_t role = attr_number(attr);

	return role <= IPSEC_TCP_ROLE_MAX ? role_names[role] : "unknown";
}

static void print_limits(struct nlattr *const *tb)
{
	number(tb, IPSEC_TCP_A_PEER_QUEUE_LIMIT, "queue_limit",
	       "queue-limit %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_PEER_PREFIX_TIMEOUT, "prefix_timeout",
	       "prefix-timeout %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_PEER_IDLE_TIMEOUT, "idle_timeout",
	       "idle-timeout %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_PEER_MAX_CONNECTIONS, "max_connections",
	       "max-connections %" PRIu64 " ");
}

/**
 * print_peer - print a peer
 * @nest: its attribute
 */
void print_peer(struct nlattr *nest)
{
	struct nlattr *tb[IPSEC_TCP_A_PEER_MAX + 1];

	if (nla_parse_nested(tb, IPSEC_TCP_A_PEER_MAX, nest, NULL))
		return;
	number(tb, IPSEC_TCP_A_PEER_ID, "peer", "peer %" PRIu64 ": ");
	out_string("role", "%s ", role_name(tb[IPSEC_TCP_A_PEER_ROLE]));
	address(tb[IPSEC_TCP_A_PEER_REMOTE_IPV4],
		tb[IPSEC_TCP_A_PEER_REMOTE_IPV6], "remote", "remote %s");
	number(tb, IPSEC_TCP_A_PEER_REMOTE_LEN, "remote_len", "/%" PRIu64);
	out_text(" ");
	number(tb, IPSEC_TCP_A_PEER_UDP_PORT, "udp_port",
	       "udp-port %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_PEER_LOCAL_PORT, "local_port",
	       "local-port %" PRIu64 " ");
	esp(tb[IPSEC_TCP_A_PEER_ESP]);
	out_line("    ");
	print_limits(tb);
}

static void print_ends(struct nlattr *const *tb)
{
	address(tb[IPSEC_TCP_A_CONN_LOCAL_IPV4],
		tb[IPSEC_TCP_A_CONN_LOCAL_IPV6], "local", "%s ");
	number(tb, IPSEC_TCP_A_CONN_LOCAL_PORT, "local_port",
	       "port %" PRIu64 " ");
	address(tb[IPSEC_TCP_A_CONN_REMOTE_IPV4],
		tb[IPSEC_TCP_A_CONN_REMOTE_IPV6], "remote", "to %s ");
	number(tb, IPSEC_TCP_A_CONN_REMOTE_PORT, "remote_port",
	       "port %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_CONN_UDP_PORT, "udp_port",
	       "udp-port %" PRIu64 " ");
}

/**
 * print_conn - print a connection
 * @nest: its attribute
 */
void print_conn(struct nlattr *nest)
{
	struct nlattr *tb[IPSEC_TCP_A_CONN_MAX + 1];
	const char *state, *reason;

	if (conn_index(nest, tb))
		return;
	number(tb, IPSEC_TCP_A_CONN_ID, "connection",
	       "connection %" PRIu64 " ");
	if (tb[IPSEC_TCP_A_CONN_ROLE])
		out_string("role", NULL, role_name(tb[IPSEC_TCP_A_CONN_ROLE]));
	state = conn_state_name(attr_number(tb[IPSEC_TCP_A_CONN_STATE]));
	if (tb[IPSEC_TCP_A_CONN_STATE])
		out_string("state", "%s ", state);
	print_ends(tb);
	esp(tb[IPSEC_TCP_A_CONN_ESP]);
	reason = close_reason_name(attr_number(tb[IPSEC_TCP_A_CONN_REASON]));
	if (tb[IPSEC_TCP_A_CONN_REASON])
		out_string("reason", "reason %s ", reason);
	number(tb, IPSEC_TCP_A_CONN_AGE, "age", "age %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_CONN_IDLE, "idle", "idle %" PRIu64 " ");
	number(tb, IPSEC_TCP_A_CONN_QUEUED_IKE, "queued_ike", NULL);
	number(tb, IPSEC_TCP_A_CONN_QUEUED_ESP, "queued_esp", NULL);
	number(tb, IPSEC_TCP_A_CONN_QUEUED_MEMORY, "queued_memory", NULL);
}

/**
 * print_stats - print counters: in text those that are not zero
 * @nest: their attribute
 * @indent: what each line of text begins with
 */
void print_stats(struct nlattr *nest, const char *indent)
{
	struct nlattr *tb[IPSEC_TCP_A_STATS_MAX + 1];
	uint64_t value;
	int i;

	if (nla_parse_nested(tb, IPSEC_TCP_A_STATS_MAX, nest, NULL))
		return;
	for (i = IPSEC_TCP_A_STATS_PAD + 1; i <= IPSEC_TCP_A_STATS_MAX; i++) {
		value = attr_number(tb[i]);
		if (!tb[i] || !counters[i] || (!value && !out.json))
			continue;
		out_line(indent);
		out_string(NULL, "%s ", counters[i]);
		out_number(counters[i], "%" PRIu64 " ", value);
	}
}
