// SPDX-License-Identifier: GPL-2.0
/* Hooks of a namespace that has a peer with IPSEC_TCP_ESP_MODE_FAKE_TCP. */

#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "fake.h"
#include "ipsec_tcp.h"

static unsigned int ipsec_tcp_fake_hook_in4(void *priv, struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol == IPPROTO_TCP)
		return ipsec_tcp_fake_rx4(state->net, skb);
	if (iph->protocol == IPPROTO_ICMP)
		ipsec_tcp_fake_icmp4(state->net, skb);
	return NF_ACCEPT;
}

static unsigned int ipsec_tcp_fake_hook_in6(void *priv, struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (ip6h->nexthdr == IPPROTO_TCP)
		return ipsec_tcp_fake_rx6(state->net, skb);
	if (ip6h->nexthdr == IPPROTO_ICMPV6)
		ipsec_tcp_fake_icmp6(state->net, skb);
	return NF_ACCEPT;
}

static unsigned int ipsec_tcp_fake_hook_post(void *priv, struct sk_buff *skb,
					     const struct nf_hook_state *state)
{
	return ipsec_tcp_fake_mtu(state->net, skb);
}

/* After the firewall and NAT. */
static const struct nf_hook_ops ipsec_tcp_fake_hook_ops[] = {
	{
		.hook = ipsec_tcp_fake_hook_in4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST,
	},
	{
		.hook = ipsec_tcp_fake_hook_in6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP6_PRI_LAST,
	},
	{
		.hook = ipsec_tcp_fake_hook_post,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_LAST,
	},
	{
		.hook = ipsec_tcp_fake_hook_post,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP6_PRI_LAST,
	},
};

/* At LOCAL_IN IPv4 is reassembled; IPv6 needs nf_defrag_ipv6. */
static int ipsec_tcp_fake_hook_register(struct net *net)
{
	int err;

	err = nf_defrag_ipv6_enable(net);
	if (err)
		return err;
	err = nf_register_net_hooks(net, ipsec_tcp_fake_hook_ops,
				    ARRAY_SIZE(ipsec_tcp_fake_hook_ops));
	if (err)
		nf_defrag_ipv6_disable(net);
	return err;
}

/**
 * ipsec_tcp_fake_on - count one more peer with fake TCP
 * @tn: namespace, locked
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_fake_on(struct ipsec_tcp_net *tn)
{
	int err;

	if (!tn->fakes) {
		err = ipsec_tcp_fake_hook_register(tn->net);
		if (err)
			return err;
	}
	tn->fakes++;
	return 0;
}

/**
 * ipsec_tcp_fake_off - count one peer less
 * @tn: namespace, locked
 */
void ipsec_tcp_fake_off(struct ipsec_tcp_net *tn)
{
	if (--tn->fakes)
		return;
	nf_unregister_net_hooks(tn->net, ipsec_tcp_fake_hook_ops,
				ARRAY_SIZE(ipsec_tcp_fake_hook_ops));
	nf_defrag_ipv6_disable(tn->net);
}
