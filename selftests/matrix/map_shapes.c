// SPDX-License-Identifier: GPL-2.0
/* Packets of any shape, for tests.
 *
 * Sockets and taps choose the layout of the skbs that they make, drivers make
 * others. A write to /proc/map_shapes is one packet: struct shape, then its
 * bytes from the network header on. A read of one byte after it says whether
 * the copy that was held back (@cloned, @shared) is as it was, and lets it go.
 */

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/proc_fs.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/route.h>

#define SHAPE_PARTS 64

enum {
	SHAPE_PAGES,
	SHAPE_LIST,
};

/**
 * struct shape - one packet; in the byte order of the machine
 * @dev: device of the caller's namespace
 * @from: where a packet to be sent has a route that led from there, or nothing
 * @dmac: Ethernet destination, for a device that has such a header
 * @transmit: the device is given the packet to send; else it has received it
 * @layout: where the parts but the first are: SHAPE_PAGES or SHAPE_LIST
 * @cloned: somebody holds a clone meanwhile
 * @shared: somebody holds the same skb meanwhile
 * @garbage: the control block and the room in front are full of 0xa5
 * @ip_summed: CHECKSUM_*
 * @proto: EtherType
 * @headroom: bytes in front of the packet (of its Ethernet header)
 * @csum_start: where the transport header is
 * @csum_offset: where its checksum is, for CHECKSUM_PARTIAL
 * @inner: where the inner network header is of an encapsulated packet, or 0
 * @list_hlen: bytes in front of the data of each skb in the list
 * @list_nh: where in these the network header is
 * @gso_size: as of struct skb_shared_info
 * @gso_segs: as of struct skb_shared_info
 * @parts: how many there are
 * @gso_type: as of struct skb_shared_info
 * @len: bytes of each part; the first is linear
 */
struct shape {
	char dev[IFNAMSIZ];
	char from[IFNAMSIZ];
	u8 dmac[ETH_ALEN];
	u8 transmit;
	u8 layout;
	u8 cloned;
	u8 shared;
	u8 garbage;
	u8 ip_summed;
	u16 proto;
	u16 headroom;
	u16 csum_start;
	u16 csum_offset;
	u16 inner;
	u16 list_hlen;
	u16 list_nh;
	u16 gso_size;
	u16 gso_segs;
	u16 parts;
	u32 gso_type;
	u32 len[SHAPE_PARTS];
};

/**
 * struct shape_held - what a caller holds of the packet that was last sent
 * @skb: a clone, or the same skb
 * @bytes: what was in it, or NULL
 * @len: bytes of it
 */
struct shape_held {
	struct sk_buff *skb;
	void *bytes;
	unsigned int len;
};

static int shape_page(struct sk_buff *skb, const void *from, unsigned int len)
{
	unsigned int order = get_order(len), n = skb_shinfo(skb)->nr_frags;
	struct page *page;

	if (n >= MAX_SKB_FRAGS)
		return -E2BIG;
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);
	if (!page)
		return -ENOMEM;
	memcpy(page_address(page), from, len);
	skb_add_rx_frag(skb, n, page, 0, len, PAGE_SIZE << order);
	return 0;
}

static struct sk_buff *shape_linear(const struct shape *s, const void *from,
				    unsigned int len, unsigned int headroom)
{
	struct sk_buff *skb = alloc_skb(headroom + len, GFP_KERNEL);

	if (!skb)
		return NULL;
	if (s->garbage)
		memset(skb->head, 0xa5, headroom);
	skb_reserve(skb, headroom);
	skb_put_data(skb, from, len);
	return skb;
}

/* One of a list: continues the packet, or has headers of its own, in front of
 * which a link header was.
 */
static struct sk_buff *shape_member(const struct shape *s, const void *from,
				    unsigned int len, unsigned int link)
{
	struct sk_buff *skb;

	if (len < s->list_hlen)
		return NULL;
	skb = shape_linear(s, from, len, s->list_hlen ? link : 0);
	if (!skb)
		return NULL;
	skb->protocol = htons(s->proto);
	skb->ip_summed = s->ip_summed;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, s->list_nh);
	skb_set_transport_header(skb, s->csum_start);
	skb_pull(skb, s->list_hlen);
	return skb;
}

static int shape_list(struct sk_buff *skb, struct sk_buff ***tail,
		      const struct shape *s, const void *from, unsigned int len)
{
	struct sk_buff *part = shape_member(s, from, len, skb_headroom(skb) -
					    s->headroom);

	if (!part)
		return -ENOMEM;
	**tail = part;
	*tail = &part->next;
	skb->len += part->len;
	skb->data_len += part->len;
	skb->truesize += part->truesize;
	return 0;
}

static int shape_parts(struct sk_buff *skb, const struct shape *s,
		       const u8 *from)
{
	struct sk_buff **tail = &skb_shinfo(skb)->frag_list;
	unsigned int i;
	int err = 0;

	for (i = 1; i < s->parts && !err; i++) {
		from += s->len[i - 1];
		if (s->layout == SHAPE_LIST)
			err = shape_list(skb, &tail, s, from, s->len[i]);
		else
			err = shape_page(skb, from, s->len[i]);
	}
	return err;
}

static int shape_checksum(struct sk_buff *skb, const struct shape *s)
{
	switch (s->ip_summed) {
	case CHECKSUM_PARTIAL:
		if (!skb_partial_csum_set(skb, s->csum_start, s->csum_offset))
			return -EINVAL;
		break;
	case CHECKSUM_COMPLETE:
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
		fallthrough;
	default:
		skb->ip_summed = s->ip_summed;
	}
	if (s->transmit || s->gso_type)
		skb_set_transport_header(skb, s->csum_start);
	return 0;
}

/* As GRO leaves it behind. */
static void shape_encapsulated(struct sk_buff *skb, const struct shape *s)
{
	skb->encapsulation = 1;
	skb_set_inner_protocol(skb, htons(ETH_P_IP));
	skb_set_inner_network_header(skb, s->inner);
	skb_set_inner_transport_header(skb, s->csum_start);
}

/* The link header, which a device that received the packet has taken off. */
static void shape_link_header(struct sk_buff *skb, const struct shape *s)
{
	struct net_device *dev = skb->dev;
	struct ethhdr *eth;

	if (dev->type != ARPHRD_ETHER) {
		skb_reset_mac_header(skb);
		return;
	}
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, s->dmac);
	eth_zero_addr(eth->h_source);
	eth->h_source[0] = 2;
	eth->h_proto = htons(s->proto);
	if (!s->transmit)
		__skb_pull(skb, ETH_HLEN);
	skb_reset_mac_len(skb);
}

static struct sk_buff *shape_build(const struct shape *s, const u8 *from,
				   struct net_device *dev)
{
	unsigned int link = dev->type == ARPHRD_ETHER ? ETH_HLEN : 0;
	struct sk_buff *skb = shape_linear(s, from, s->len[0],
					   link + s->headroom);

	if (!skb)
		return NULL;
	skb->dev = dev;
	skb->protocol = htons(s->proto);
	skb_reset_network_header(skb);
	if (shape_parts(skb, s, from) || shape_checksum(skb, s)) {
		kfree_skb(skb);
		return NULL;
	}
	if (s->inner)
		shape_encapsulated(skb, s);
	skb_shinfo(skb)->gso_type = s->gso_type;
	skb_shinfo(skb)->gso_size = s->gso_size;
	skb_shinfo(skb)->gso_segs = s->gso_segs;
	shape_link_header(skb, s);
	return skb;
}

static void shape_let_go(struct shape_held *held)
{
	kfree_skb(held->skb);
	kvfree(held->bytes);
	memset(held, 0, sizeof(*held));
}

static int shape_hold(struct shape_held *held, const struct shape *s,
		      struct sk_buff *skb)
{
	if (!s->cloned && !s->shared)
		return 0;
	held->len = skb->len;
	held->bytes = kvmalloc(skb->len, GFP_KERNEL);
	if (!held->bytes || skb_copy_bits(skb, 0, held->bytes, skb->len))
		return -ENOMEM;
	held->skb = s->shared ? skb_get(skb) : skb_clone(skb, GFP_KERNEL);
	return held->skb ? 0 : -ENOMEM;
}

/* A shared skb is its holder's to look at, but the fields are not. */
static bool shape_changed(const struct shape_held *held)
{
	bool changed;
	void *now;

	if (!held->skb)
		return false;
	now = kvmalloc(held->len, GFP_KERNEL);
	changed = !now || held->skb->len != held->len ||
		  skb_copy_bits(held->skb, 0, now, held->len) ||
		  memcmp(now, held->bytes, held->len);
	kvfree(now);
	return changed;
}

/* As forwarding does it, in front of a queue; IPv4 alone. */
static int shape_route(struct sk_buff *skb, struct net_device *from)
{
	int err;

	rcu_read_lock();
	err = ip_route_input_noref(skb, ip_hdr(skb)->daddr, ip_hdr(skb)->saddr,
				   0, from);
	skb_dst_force(skb);
	rcu_read_unlock();
	return err;
}

static int shape_route_by_name(struct sk_buff *skb, const char *name)
{
	struct net_device *from = dev_get_by_name(dev_net(skb->dev), name);
	int err;

	if (!from)
		return -ENODEV;
	err = shape_route(skb, from);
	dev_put(from);
	return err;
}

static int shape_send(struct sk_buff *skb, bool transmit)
{
	int err = 0;

	local_bh_disable();
	if (transmit)
		err = dev_queue_xmit(skb);
	else
		netif_receive_skb(skb);
	local_bh_enable();
	/* A packet that is dropped is counted. */
	return err < 0 ? err : 0;
}

static int shape_run(struct shape_held *held, const struct shape *s,
		     const u8 *from)
{
	struct net_device *dev;
	struct sk_buff *skb;
	int err;

	dev = dev_get_by_name(current->nsproxy->net_ns, s->dev);
	if (!dev)
		return -ENODEV;
	skb = shape_build(s, from, dev);
	if (!skb) {
		err = -ENOMEM;
		goto out;
	}
	err = shape_hold(held, s, skb);
	if (!err && s->from[0])
		err = shape_route_by_name(skb, s->from);
	if (s->garbage)
		memset(skb->cb, 0xa5, sizeof(skb->cb));
	if (err)
		kfree_skb(skb);
	else
		err = shape_send(skb, s->transmit);
out:
	dev_put(dev);
	return err;
}

static bool shape_fits(struct shape *s, size_t count)
{
	size_t sum = sizeof(*s);
	unsigned int i;

	s->dev[IFNAMSIZ - 1] = 0;
	s->from[IFNAMSIZ - 1] = 0;
	if (!s->parts || s->parts > SHAPE_PARTS)
		return false;
	for (i = 0; i < s->parts; i++)
		sum += s->len[i];
	return sum == count;
}

static ssize_t shape_write(struct file *file, const char __user *from,
			   size_t count, loff_t *pos)
{
	struct shape_held *held = file->private_data;
	struct shape *s;
	int err;

	if (count < sizeof(*s) || count > 1 << 20)
		return -EINVAL;
	s = vmemdup_user(from, count);
	if (IS_ERR(s))
		return PTR_ERR(s);
	shape_let_go(held);
	err = shape_fits(s, count) ? shape_run(held, s, (u8 *)(s + 1)) : -EINVAL;
	kvfree(s);
	return err ?: count;
}

static ssize_t shape_read(struct file *file, char __user *to, size_t count,
			  loff_t *pos)
{
	struct shape_held *held = file->private_data;
	u8 changed = shape_changed(held);

	shape_let_go(held);
	if (!count || copy_to_user(to, &changed, 1))
		return -EFAULT;
	return 1;
}

static int shape_open(struct inode *inode, struct file *file)
{
	struct shape_held *held = kzalloc(sizeof(*held), GFP_KERNEL);

	file->private_data = held;
	return held ? 0 : -ENOMEM;
}

static int shape_release(struct inode *inode, struct file *file)
{
	shape_let_go(file->private_data);
	kfree(file->private_data);
	return 0;
}

static const struct proc_ops shape_ops = {
	.proc_open	= shape_open,
	.proc_read	= shape_read,
	.proc_write	= shape_write,
	.proc_release	= shape_release,
};

static int __init shape_init(void)
{
	return proc_create("map_shapes", 0600, NULL, &shape_ops) ? 0 : -ENOMEM;
}

static void __exit shape_exit(void)
{
	remove_proc_entry("map_shapes", NULL);
}

module_init(shape_init);
module_exit(shape_exit);
MODULE_DESCRIPTION("Packets of any shape, for tests of mapvne");
MODULE_LICENSE("GPL");
