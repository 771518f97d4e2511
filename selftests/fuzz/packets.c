// SPDX-License-Identifier: GPL-2.0
/* Damaged packets of every shape into every side of one map device.
 *
 * usage: packets COUNT SEED MODE ROLE
 *        packets alive MODE ROLE       is forwarding still right?
 *
 * The namespace is prepared by packets.sh: map0, and the two taps lan (IPv4)
 * and wan (IPv6), whose far ends this program is. The shapes: linear, in pages
 * (a tap with NAPI takes the parts of a write as fragments), merged by GRO,
 * with claims of GSO and checksums, in IPv4 and IPv6 fragments of which some
 * are missing, and cloned or shared, since a packet socket listens on each
 * device.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

#define MAX 65000
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PICK(a) ((a)[rnd(COUNT(a))])

/* The domain of topo.sh: rule 2001:db8::/40 -> 192.0.2.0/24, offset 4. */
#define CE4 "192.0.2.18"
#define SRV4 "198.51.100.2"
#define LAN4 "10.0.0.2"
#define CE6 "2001:db8:12:3400:0:c000:212:34"
#define BR6 "2001:db8:ffff::1"
#define DMR_SRV "2001:db8:fffe:0:c6:3364:200::"
#define PORT 4928

struct packet {
	unsigned int len;
	uint8_t data[MAX + 200];
};

static struct virtio_net_hdr no_claims;
static uint64_t state;
static int lan[2], wan[2], dev[2];
static bool translates, is_ce;
static unsigned long sent, refused;

static uint32_t rnd(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (uint32_t)((state >> 16) % below) : 0;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- headers ---- */

static uint32_t sum_add(uint32_t sum, const uint8_t *data, unsigned int len)
{
	unsigned int i;

	for (i = 0; i + 1 < len; i += 2)
		sum += data[i] << 8 | data[i + 1];
	if (len & 1)
		sum += data[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* Where a transport has its checksum, or 0. */
static unsigned int check_at(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_UDPLITE:
		return 6;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return 2;
	default:
		return 0;
	}
}

static void fill_check(uint8_t *l4, unsigned int len, uint8_t proto,
		       const uint8_t *addrs, unsigned int addrs_len)
{
	unsigned int at = check_at(proto);
	uint8_t tail[4] = { len >> 8, len, 0, proto };
	uint32_t sum = 0;

	if (!at || len < at + 2)
		return;
	put16(l4 + at, 0);
	if (proto != IPPROTO_ICMP)
		sum = sum_add(sum_add(0, addrs, addrs_len), tail, 4);
	sum = ~sum_add(sum, l4, len) & 0xffff;
	put16(l4 + at, sum ? sum : 0xffff);
}

static void refresh4(struct packet *p)
{
	unsigned int hlen = (p->data[0] & 15) * 4;

	if (p->len < 20 || hlen < 20 || hlen > p->len)
		return;
	put16(p->data + 2, p->len);
	put16(p->data + 10, 0);
	put16(p->data + 10, ~sum_add(0, p->data, hlen) & 0xffff);
}

static const uint8_t spice[] = {
	0, 1, 2, 3, 4, 5, 6, 8, 15, 17, 20, 28, 43, 44, 0x40, 0x45, 0x46, 0x4f,
	58, 0x60, 0x7f, 0x80, 0xff,
};

static unsigned int some_size(void)
{
	static const uint16_t sizes[] = { 0, 1, 8, 64, 200, 1000, 1252, 1400,
					  1432, 1460, 4000, 20000, 64000 };

	return rnd(4) ? rnd(200) : PICK(sizes);
}

static unsigned int make_options(uint8_t *at)
{
	static const uint8_t kinds[] = { 1, 7, 68, 131, 137, 148, 130, 0 };
	unsigned int len = rnd(8) ? 0 : 4 * rnd(11), i;

	for (i = 0; i < len; i++)
		at[i] = rnd(2) ? 1 : PICK(kinds);
	if (len >= 8 && rnd(2)) {
		at[0] = PICK(kinds);
		at[1] = rnd(len + 4);
		at[2] = PICK(spice);
	}
	return len;
}

static unsigned int make4(uint8_t *at, const char *src, const char *dst,
			  uint16_t sport, uint16_t dport, int depth);

/* Returns the protocol; the length goes to *len. */
static uint8_t make_l4(uint8_t *at, unsigned int *len, bool six,
		       const char *src, const char *dst, uint16_t sport,
		       uint16_t dport, int depth)
{
	static const uint8_t protos[] = {
		IPPROTO_UDP, IPPROTO_UDP, IPPROTO_TCP, IPPROTO_TCP,
		IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_ICMP, IPPROTO_SCTP,
		IPPROTO_UDPLITE, IPPROTO_DCCP, 47, 50, 4, 41, 44,
	};
	static const uint8_t errors4[] = { 3, 3, 3, 4, 5, 11, 12 };
	static const uint8_t errors6[] = { 1, 2, 2, 3, 4, 137 };
	uint8_t proto = rnd(20) ? PICK(protos) : rnd(256);
	unsigned int size = some_size(), i;

	for (i = 0; i < size + 40; i++)
		at[i] = i < 60 ? rnd(256) : i;
	put16(at, sport);
	put16(at + 2, dport);
	*len = 8 + size;
	switch (proto) {
	case IPPROTO_UDP:
		put16(at + 4, *len);
		break;
	case IPPROTO_TCP:
		*len = 20 + size;
		at[12] = 5 << 4;
		at[13] = rnd(3) ? 16 : rnd(64);
		if ((at[13] & 2) && size >= 4) {
			at[12] = 6 << 4;
			at[20] = 2;
			at[21] = 4;
			put16(at + 22, rnd(2) ? 1460 : rnd(65536));
		}
		break;
	case IPPROTO_ICMP:
		put16(at + 4, sport);
		if (rnd(2)) {
			at[0] = six ? 128 + rnd(2) : rnd(2) * 8;
			at[1] = 0;
			break;
		}
		at[0] = six ? PICK(errors6) : PICK(errors4);
		at[1] = rnd(8);
		put16(at + 4, rnd(3) ? 0 : rnd(65536));
		put16(at + 6, rnd(2) ? 1280 : rnd(65536));
		if (depth)
			break;
		*len = 8 + make4(at + 8, dst, src, dport, sport, 1);
		if (rnd(2) && *len > 36)
			*len = 36 + rnd(*len - 36);
		break;
	}
	return six && proto == IPPROTO_ICMP ? IPPROTO_ICMPV6 : proto;
}

static unsigned int make4(uint8_t *at, const char *src, const char *dst,
			  uint16_t sport, uint16_t dport, int depth)
{
	unsigned int hlen, len;
	struct packet whole;
	uint8_t proto;

	memset(at, 0, 20);
	hlen = 20 + make_options(at + 20);
	inet_pton(AF_INET, src, at + 12);
	inet_pton(AF_INET, dst, at + 16);
	at[0] = 0x40 | hlen / 4;
	at[1] = rnd(4) ? 0 : rnd(256);
	put16(at + 4, rnd(8));
	at[6] = rnd(3) ? 0 : 0x40;
	at[8] = rnd(8) ? 64 : rnd(3);
	proto = make_l4(at + hlen, &len, false, src, dst, sport, dport, depth);
	at[9] = proto;
	if (rnd(8))
		fill_check(at + hlen, len, proto, at + 12, 8);
	if (hlen + len > 65535)
		len = 65535 - hlen;
	/* Of the header alone. */
	memcpy(whole.data, at, hlen);
	put16(whole.data + 2, hlen + len);
	put16(whole.data + 10, 0);
	put16(whole.data + 10, ~sum_add(0, whole.data, hlen) & 0xffff);
	memcpy(at, whole.data, hlen);
	return hlen + len;
}

static unsigned int put_header6(uint8_t *at, const char *src, const char *dst,
				uint8_t proto)
{
	static const uint8_t kinds[] = { 0, 43, 60, 60 };
	unsigned int n = rnd(6) ? 0 : rnd(4), len = 40;
	uint8_t *next = at + 6;

	memset(at, 0, 40);
	at[0] = 0x60;
	if (!rnd(4))
		at[1] = rnd(256);
	at[7] = rnd(8) ? 64 : rnd(3);
	inet_pton(AF_INET6, src, at + 8);
	inet_pton(AF_INET6, dst, at + 24);
	while (n--) {
		*next = PICK(kinds);
		next = at + len;
		memset(next, 0, 8);
		next[2] = rnd(4) ? 1 : PICK(spice);
		next[3] = 4;
		len += 8;
	}
	if (!rnd(12)) {
		/* An atomic fragment. */
		*next = 44;
		next = at + len;
		memset(next, 0, 8);
		put16(next + 6, rnd(8));
		len += 8;
	}
	*next = proto;
	return len;
}

static void length6(struct packet *p)
{
	put16(p->data + 4, p->len - 40);
}

/* ---- damage ---- */

static void damage(struct packet *p)
{
	static const uint8_t reach[] = { 10, 30, 48, 70, 90 };
	static const uint8_t often[] = { 0, 0, 1, 1, 2, 4, 16 };
	unsigned int n = PICK(often), at, within;

	while (n-- && p->len) {
		within = rnd(5) ? PICK(reach) : p->len;
		at = rnd(within < p->len ? within : p->len);
		switch (rnd(6)) {
		case 0:
		case 1:
		case 2:
			p->data[at] = PICK(spice);
			break;
		case 3:
			p->data[at] ^= 1 << rnd(8);
			break;
		case 4:
			if (!rnd(4))
				p->len = at + 1;
			break;
		default:
			if (p->len < MAX - 40)
				p->len += rnd(40);
		}
	}
	if (!rnd(3) || p->len < 20)
		return;
	if (p->data[0] >> 4 == 4)
		refresh4(p);
	else if (p->len >= 40)
		length6(p);
}

/* ---- out ---- */

static void claims(struct virtio_net_hdr *h, const struct packet *p)
{
	static const uint8_t kinds[] = {
		0, 0, VIRTIO_NET_HDR_GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV6,
		VIRTIO_NET_HDR_GSO_UDP, VIRTIO_NET_HDR_GSO_UDP_L4,
	};
	static const uint16_t sizes[] = { 1, 8, 500, 1220, 1360, 1400, 1420,
					  1460, 9000, 65535 };
	bool six = p->data[0] >> 4 == 6;
	unsigned int hlen = six ? 40 : (p->data[0] & 15) * 4;
	uint8_t proto = six ? p->data[6] : p->data[9];

	*h = no_claims;
	if (rnd(3))
		return;
	h->flags = rnd(4) ? VIRTIO_NET_HDR_F_NEEDS_CSUM : rnd(4);
	h->csum_start = rnd(8) ? hlen : rnd(200);
	h->csum_offset = check_at(proto) && rnd(8) ? check_at(proto) : rnd(40);
	h->gso_type = PICK(kinds);
	if (h->gso_type && !rnd(8))
		h->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	h->gso_size = PICK(sizes);
	/* An instrumented kernel needs a minute for 65000 segments. */
	if (p->len / h->gso_size > 100)
		h->gso_size = 1400;
	h->hdr_len = rnd(2) ? hlen + 20 : rnd(200);
}

static void count(ssize_t n)
{
	if (n < 0)
		refused++;
	sent++;
}

/* A tap: an Ethernet header in front, and in parts for one that takes them. */
static void into_tap(const int *fds, uint8_t last, struct packet *p)
{
	uint8_t eth[ETH_HLEN] = { 2, 0, 0, 0, 0, last, 2, 0, 0, 0, 0, 9 };
	struct virtio_net_hdr h;
	struct iovec iov[8] = { { &h, sizeof(h) }, { eth, sizeof(eth) } };
	unsigned int n = 2, done = 0, part;
	bool paged = rnd(2);

	put16(eth + 12, p->data[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
	claims(&h, p);
	if (h.flags || h.gso_type) {
		h.csum_start += ETH_HLEN;
		h.hdr_len += ETH_HLEN;
	}
	while (done < p->len && n < COUNT(iov)) {
		part = n == COUNT(iov) - 1 || !paged ? p->len - done :
							1 + rnd(p->len - done);
		/* One page is the most that a part may have. */
		if (paged && part > 4000 && n > 2)
			part = 4000;
		iov[n].iov_base = p->data + done;
		iov[n++].iov_len = part;
		done += part;
	}
	count(writev(fds[paged], iov, n));
}

/* What a program puts into the device itself. */
static void into_dev(struct packet *p)
{
	struct virtio_net_hdr h;
	struct iovec iov[2] = { { &h, sizeof(h) }, { p->data, p->len } };

	claims(&h, p);
	count(writev(dev[p->data[0] >> 4 == 6], iov, 2));
}

typedef void (*sink)(struct packet *p);

static void into_lan(struct packet *p)
{
	into_tap(lan, 1, p);
}

static void into_wan(struct packet *p)
{
	into_tap(wan, 2, p);
}

/* In two or three parts, in any order, some of which do not come. */
static void in_parts(const struct packet *p, sink out)
{
	bool six = p->data[0] >> 4 == 6;
	unsigned int head = six ? 40 : (p->data[0] & 15) * 4;
	unsigned int room = p->len - head, n = 2 + rnd(2), i, at, end;
	unsigned int order = rnd(6), id = rnd(4);
	struct packet part;

	for (i = 0; i < n; i++) {
		unsigned int k = (i * (1 + order % 2) + order) % n;

		at = room * k / n & ~7u;
		end = k == n - 1 ? room : room * (k + 1) / n & ~7u;
		if (!rnd(6))
			continue;
		memcpy(part.data, p->data, head);
		part.len = head;
		if (six) {
			uint8_t *fh = part.data + 40;

			memset(fh, 0, 8);
			fh[0] = part.data[6];
			part.data[6] = 44;
			put16(fh + 2, at | (k < n - 1));
			/* The upper half tells packets apart, too. */
			put16(fh + 4, rnd(2));
			put16(fh + 6, id);
			part.len += 8;
		} else {
			put16(part.data + 6, at / 8 | (k < n - 1) << 13);
			put16(part.data + 4, id);
		}
		memcpy(part.data + part.len, p->data + head + at, end - at);
		part.len += end - at;
		if (six)
			length6(&part);
		else
			refresh4(&part);
		if (!rnd(4))
			damage(&part);
		out(&part);
	}
}

static void send_some(struct packet *p, sink out)
{
	unsigned int head = p->data[0] >> 4 == 6 ? 40 : (p->data[0] & 15) * 4;

	if (!rnd(4) && p->len > head + 24 && p->len < 10000)
		in_parts(p, out);
	else
		out(p);
}

/* ---- who sends what to whom ---- */

static uint16_t some_port(void)
{
	static const uint16_t ports[] = { PORT, PORT + 1, 4944, 53, 0, 1023 };

	return rnd(8) ? PICK(ports) : rnd(65536);
}

static void from_four(struct packet *p, bool inside)
{
	static const char *const sources[] = { LAN4, LAN4, CE4, "10.0.0.3" };
	static const char *const servers[] = { SRV4, SRV4, "203.0.113.5",
					       CE4, "192.0.2.77" };

	if (is_ce)
		p->len = make4(p->data, inside ? CE4 : PICK(sources),
			       PICK(servers), some_port(), rnd(2) ? 53 : rnd(65536), 0);
	else
		p->len = make4(p->data, SRV4, rnd(4) ? CE4 : PICK(servers),
			       53, some_port(), 0);
}

static void from_six_encap(struct packet *p)
{
	static const char *const strangers[] = {
		"2001:db8:12:3500:0:c000:212:35", "2001:db8:f:1::7", "::", CE6,
	};
	const char *src = is_ce ? BR6 : CE6;
	unsigned int head;

	if (!rnd(8))
		src = PICK(strangers);
	head = put_header6(p->data, src, is_ce ? CE6 : BR6, IPPROTO_IPIP);
	p->len = head + make4(p->data + head, is_ce ? SRV4 : CE4,
			      is_ce ? CE4 : SRV4, is_ce ? 53 : some_port(),
			      is_ce ? some_port() : 53, 0);
}

static void from_six_plain(struct packet *p)
{
	const char *src = is_ce ? DMR_SRV : CE6, *dst = is_ce ? CE6 : DMR_SRV;
	unsigned int head, len;
	uint8_t proto;

	head = put_header6(p->data, src, dst, 0);
	proto = make_l4(p->data + head, &len, true, SRV4, CE4,
			is_ce ? 53 : some_port(), is_ce ? some_port() : 53, 0);
	/* The last header names the transport. */
	if (head == 40)
		p->data[6] = proto;
	else
		p->data[head - 8] = proto;
	if (rnd(8))
		fill_check(p->data + head, len, proto, p->data + 8, 32);
	p->len = head + len;
}

static void from_six(struct packet *p)
{
	if (translates ? rnd(8) : !rnd(8))
		from_six_plain(p);
	else
		from_six_encap(p);
	if (p->len > MAX)
		p->len = MAX;
	length6(p);
}

/* An ICMPv6 error about a packet of the device, real or made up. */
static void from_router(struct packet *p)
{
	static const uint8_t types[] = { 1, 2, 2, 3, 4 };
	static const uint16_t mtus[] = { 0, 1, 68, 1280, 1300, 1499, 65535 };
	struct packet about;
	unsigned int head, len;

	about.len = put_header6(about.data, is_ce ? CE6 : BR6,
				is_ce ? BR6 : CE6, IPPROTO_IPIP);
	about.len += make4(about.data + about.len, is_ce ? CE4 : SRV4,
			   is_ce ? SRV4 : CE4, some_port(), some_port(), 1);
	if (about.len > 1200)
		about.len = 1200;
	length6(&about);
	damage(&about);
	head = put_header6(p->data, "2001:db8:f:1::1", is_ce ? CE6 : BR6,
			   IPPROTO_ICMPV6);
	len = 8 + about.len;
	memset(p->data + head, 0, 8);
	p->data[head] = PICK(types);
	p->data[head + 1] = rnd(4);
	put16(p->data + head + 6, PICK(mtus));
	memcpy(p->data + head + 8, about.data, about.len);
	fill_check(p->data + head, len, IPPROTO_ICMPV6, p->data + 8, 32);
	p->len = head + len;
	length6(p);
}

static void shoot(void)
{
	static struct packet p;

	switch (rnd(8)) {
	case 0:
	case 1:
	case 2:
		from_four(&p, false);
		damage(&p);
		send_some(&p, into_lan);
		break;
	case 3:
	case 4:
	case 5:
		from_six(&p);
		damage(&p);
		send_some(&p, into_wan);
		break;
	case 6:
		from_router(&p);
		into_wan(&p);
		break;
	default:
		if (translates && rnd(2))
			from_six(&p);
		else
			from_four(&p, true);
		damage(&p);
		send_some(&p, into_dev);
	}
}

/* ---- ends ---- */

static int open_tap(const char *name, short flags)
{
	struct ifreq ifr = {
		.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
			     IFF_MULTI_QUEUE | flags,
	};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	if (fd < 0)
		die("/dev/net/tun");
	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(fd, TUNSETIFF, &ifr))
		die(name);
	return fd;
}

static int open_packet(const char *name, unsigned int proto, bool claim)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(proto) };
	struct ifreq ifr = {};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	strncpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, SIOCGIFINDEX, &ifr))
		die(name);
	to.sll_ifindex = ifr.ifr_ifindex;
	if (claim && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		die("PACKET_VNET_HDR");
	if (claim && setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
				sizeof(one)))
		die("PACKET_IGNORE_OUTGOING");
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die("bind");
	return fd;
}

static void drain(const int *fds)
{
	static uint8_t buf[70000];
	int i;

	for (i = 0; i < 2; i++)
		while (read(fds[i], buf, sizeof(buf)) > 0)
			;
}

/* ---- is forwarding still right? ---- */

static void good_udp(uint8_t *at, uint16_t sport, uint16_t dport,
		     const uint8_t *mark)
{
	put16(at, sport);
	put16(at + 2, dport);
	put16(at + 4, 24);
	put16(at + 6, 0);
	memcpy(at + 8, mark, 16);
}

static unsigned int good4(uint8_t *at, const char *src, const char *dst,
			  uint16_t sport, uint16_t dport, const uint8_t *mark)
{
	struct packet p = { .len = 44 };

	p.data[0] = 0x45;
	p.data[6] = 0x40;
	p.data[8] = 64;
	p.data[9] = IPPROTO_UDP;
	inet_pton(AF_INET, src, p.data + 12);
	inet_pton(AF_INET, dst, p.data + 16);
	good_udp(p.data + 20, sport, dport, mark);
	fill_check(p.data + 20, 24, IPPROTO_UDP, p.data + 12, 8);
	refresh4(&p);
	memcpy(at, p.data, p.len);
	return p.len;
}

static void header6(uint8_t *at, const char *src, const char *dst,
		    uint8_t proto, unsigned int len)
{
	memset(at, 0, 40);
	at[0] = 0x60;
	put16(at + 4, len);
	at[6] = proto;
	at[7] = 64;
	inet_pton(AF_INET6, src, at + 8);
	inet_pton(AF_INET6, dst, at + 24);
}

static void good6(struct packet *p, const char *src4, const char *dst4,
		  uint16_t sport, uint16_t dport, const uint8_t *mark)
{
	const char *src = is_ce ? BR6 : CE6, *dst = is_ce ? CE6 : BR6;

	if (!translates) {
		p->len = 40 + good4(p->data + 40, src4, dst4, sport, dport, mark);
		header6(p->data, src, dst, IPPROTO_IPIP, p->len - 40);
		return;
	}
	header6(p->data, is_ce ? DMR_SRV : CE6, is_ce ? CE6 : DMR_SRV,
		IPPROTO_UDP, 24);
	good_udp(p->data + 40, sport, dport, mark);
	fill_check(p->data + 40, 24, IPPROTO_UDP, p->data + 8, 32);
	p->len = 64;
}

static void plainly(const int *fds, uint8_t last, const struct packet *p)
{
	uint8_t eth[ETH_HLEN] = { 2, 0, 0, 0, 0, last, 2, 0, 0, 0, 0, 9 };
	struct iovec iov[3] = { { &no_claims, sizeof(no_claims) },
				{ eth, sizeof(eth) },
				{ (void *)p->data, p->len } };

	put16(eth + 12, p->data[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
	if (writev(fds[0], iov, 3) < 0)
		die("write");
}

/* The UDP header of the packet that has the mark, when it comes out. */
static const uint8_t *await(const int *fds, const uint8_t *mark)
{
	static uint8_t buf[70000];
	const uint8_t *found;
	int i, tries = 200;
	ssize_t n;

	do {
		for (i = 0; i < 2; i++) {
			n = read(fds[i], buf, sizeof(buf));
			if (n <= 0)
				continue;
			found = memmem(buf, n, mark, 16);
			if (found && found - buf >= 8)
				return found - 8;
		}
		usleep(1000);
	} while (--tries);
	return NULL;
}

/* A packet until it comes out: the links are up a moment after they are opened. */
static const uint8_t *through(const int *from, uint8_t last, const int *to,
			      const struct packet *p, const uint8_t *mark)
{
	const uint8_t *udp = NULL;
	int tries = 50;

	while (!udp && tries--) {
		plainly(from, last, p);
		udp = await(to, mark);
	}
	return udp;
}

/* One packet in each direction; a CE's answer goes to the port that it chose. */
static int alive(bool ipip)
{
	uint8_t out_mark[16], in_mark[16];
	const uint8_t *udp;
	uint16_t port = PORT;
	struct packet p;
	unsigned int i;

	state = time(NULL) * 2654435761u ^ (uint64_t)getpid() << 20;
	for (i = 0; i < 16; i++) {
		out_mark[i] = rnd(256);
		in_mark[i] = rnd(256);
	}
	p.len = is_ce ? good4(p.data, LAN4, SRV4, 40000 + rnd(20000), 53, out_mark) :
			good4(p.data, SRV4, CE4, 53, PORT, out_mark);
	udp = through(lan, 1, wan, &p, out_mark);
	if (!udp) {
		fprintf(stderr, "nothing came out of the tunnel's side\n");
		return 1;
	}
	if (is_ce) {
		port = udp[0] << 8 | udp[1];
		good6(&p, SRV4, ipip ? LAN4 : CE4, 53, port, in_mark);
	} else {
		good6(&p, CE4, SRV4, port, 53, in_mark);
	}
	if (!through(wan, 2, lan, &p, in_mark)) {
		fprintf(stderr, "nothing came out of the IPv4 side\n");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long amount;

	if (argc < 4 || (argc == 4) != !strcmp(argv[1], "alive")) {
		fprintf(stderr, "usage: packets COUNT SEED MODE ROLE\n");
		return 2;
	}
	translates = !strcmp(argv[argc - 2], "map-t");
	is_ce = !strcmp(argv[argc - 1], "ce");

	lan[0] = open_tap("lan", IFF_NAPI);
	lan[1] = open_tap("lan", IFF_NAPI | IFF_NAPI_FRAGS);
	wan[0] = open_tap("wan", IFF_NAPI);
	wan[1] = open_tap("wan", IFF_NAPI | IFF_NAPI_FRAGS);
	if (argc == 4)
		return alive(!strcmp(argv[2], "ipip"));

	amount = strtoul(argv[1], NULL, 0);
	state = strtoul(argv[2], NULL, 0) * 2654435761u + 88172645463325252ull;
	dev[0] = open_packet("map0", ETH_P_IP, true);
	dev[1] = open_packet("map0", ETH_P_IPV6, true);
	/* Whoever listens makes clones; nobody reads. */
	open_packet("map0", ETH_P_ALL, false);
	open_packet("lan", ETH_P_ALL, false);
	open_packet("wan", ETH_P_ALL, false);

	while (sent < amount) {
		shoot();
		if (!rnd(256)) {
			drain(lan);
			drain(wan);
		}
	}
	printf("%lu packets, %lu refused by the kernel\n", sent, refused);
	return 0;
}
