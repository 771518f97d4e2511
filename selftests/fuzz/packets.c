// SPDX-License-Identifier: GPL-2.0
/* Damaged packets of every shape into every side of one map device.
 *
 * usage: packets COUNT SEED MODE ROLE LAYOUT
 *        packets alive MODE ROLE LAYOUT      is forwarding still right?
 *
 * The namespace is prepared by packets.sh: map0, and the two taps lan (IPv4)
 * and wan (IPv6), whose far ends this program is; they are called lan0 and wan0
 * where a bridge has them as ports (LAYOUT bridge, veth or xdp), and are tuns with
 * LAYOUT tun. The shapes: linear, in pages (a tap with NAPI takes the parts of
 * a write as fragments), merged by GRO (trains of packets of one flow), with
 * claims of GSO and checksums, in IPv4 and IPv6 fragments of which some are
 * missing, and cloned or shared, since a packet socket listens on each device.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
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
#include <sys/syscall.h>
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
static bool translates, is_ce, is_tun;
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

/* A system call costs more than a packet: many are written, and many read, by
 * one. The kernel does them in their order.
 */
#define BATCH 64

static struct slot {
	struct virtio_net_hdr h;
	uint8_t eth[ETH_HLEN];
	struct packet p;
	struct iovec iov[8];
	struct iocb cb;
} slots[BATCH];

static aio_context_t aio;
static unsigned int queued;

static void prepare(struct slot *s, uint16_t what, int fd, unsigned int parts)
{
	s->cb = (struct iocb){
		.aio_lio_opcode = what,
		.aio_fildes = fd,
		.aio_buf = (uintptr_t)s->iov,
		.aio_nbytes = parts,
	};
}

/* The first @n slots; results go to @done. */
static void submit(unsigned int n, struct io_event *done)
{
	struct iocb *cbs[BATCH];
	unsigned int i, at = 0;
	long taken;

	for (i = 0; i < n; i++)
		cbs[i] = &slots[i].cb;
	while (at < n) {
		taken = syscall(SYS_io_submit, aio, n - at, cbs + at);
		if (taken <= 0)
			die("io_submit");
		at += taken;
	}
	if (syscall(SYS_io_getevents, aio, n, n, done, NULL) != n)
		die("io_getevents");
}

static void flush(void)
{
	struct io_event done[BATCH];
	unsigned int i;

	if (!queued)
		return;
	submit(queued, done);
	for (i = 0; i < queued; i++)
		refused += (int64_t)done[i].res < 0;
	sent += queued;
	queued = 0;
}

static struct slot *next_slot(const struct packet *p)
{
	struct slot *s;

	if (queued == BATCH)
		flush();
	s = &slots[queued++];
	memcpy(s->p.data, p->data, p->len);
	s->p.len = p->len;
	return s;
}

static void header_eth(uint8_t *eth, uint8_t last, bool six)
{
	const uint8_t to_us[ETH_HLEN] = { 2, 0, 0, 0, 0, last,
					  2, 0, 0, 0, 0, 9 };

	memcpy(eth, to_us, ETH_HLEN);
	put16(eth + 12, six ? ETH_P_IPV6 : ETH_P_IP);
}

/* A tap: an Ethernet header in front, and in parts for one that takes them. */
static void into_tap(const int *fds, uint8_t last, struct packet *p, bool paged)
{
	struct slot *s = next_slot(p);
	unsigned int n = 0, done = 0, part;

	claims(&s->h, p);
	s->iov[n++] = (struct iovec){ &s->h, sizeof(s->h) };
	if (!is_tun) {
		header_eth(s->eth, last, p->data[0] >> 4 == 6);
		s->iov[n++] = (struct iovec){ s->eth, ETH_HLEN };
		if (s->h.flags || s->h.gso_type) {
			s->h.csum_start += ETH_HLEN;
			s->h.hdr_len += ETH_HLEN;
		}
	}
	while (done < p->len && n < COUNT(s->iov)) {
		part = n == COUNT(s->iov) - 1 || !paged ?
		       p->len - done : 1 + rnd(p->len - done);
		/* One page is the most that a part may have. */
		if (paged && part > 4000 && n > 2)
			part = 4000;
		s->iov[n++] = (struct iovec){ s->p.data + done, part };
		done += part;
	}
	prepare(s, IOCB_CMD_PWRITEV, fds[paged], n);
}

/* What a program puts into the device itself. */
static void into_dev(struct packet *p)
{
	struct slot *s = next_slot(p);

	claims(&s->h, p);
	s->iov[0] = (struct iovec){ &s->h, sizeof(s->h) };
	s->iov[1] = (struct iovec){ s->p.data, p->len };
	prepare(s, IOCB_CMD_PWRITEV, dev[p->data[0] >> 4 == 6], 2);
}

typedef void (*sink)(struct packet *p);

static void into_lan(struct packet *p)
{
	into_tap(lan, 1, p, rnd(2));
}

static void into_wan(struct packet *p)
{
	into_tap(wan, 2, p, rnd(2));
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

/* ---- good packets ---- */

/* One packet of a flow: behind the header there are size bytes, of which the
 * first are the mark.
 */
struct flow {
	uint8_t proto;
	uint16_t sport, dport;
	uint32_t seq;
	unsigned int size;
	uint8_t mark[16];
};

static unsigned int put_l4(uint8_t *at, const struct flow *f)
{
	unsigned int hlen = f->proto == IPPROTO_TCP ? 20 : 8;

	memset(at, 0, hlen + f->size);
	put16(at, f->sport);
	put16(at + 2, f->dport);
	if (f->proto == IPPROTO_TCP) {
		put16(at + 4, f->seq >> 16);
		put16(at + 6, f->seq);
		at[12] = 5 << 4;
		at[13] = 16;
		put16(at + 14, 1000);
	} else {
		put16(at + 4, hlen + f->size);
	}
	memcpy(at + hlen, f->mark, f->size < 16 ? f->size : 16);
	return hlen + f->size;
}

static unsigned int good4(uint8_t *at, const char *src, const char *dst,
			  const struct flow *f)
{
	unsigned int len = put_l4(at + 20, f);

	memset(at, 0, 20);
	at[0] = 0x45;
	put16(at + 2, 20 + len);
	at[6] = 0x40;
	at[8] = 64;
	at[9] = f->proto;
	inet_pton(AF_INET, src, at + 12);
	inet_pton(AF_INET, dst, at + 16);
	fill_check(at + 20, len, f->proto, at + 12, 8);
	put16(at + 10, ~sum_add(0, at, 20) & 0xffff);
	return 20 + len;
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

/* As it comes out of the tunnel, or rather to its end. */
static void good6(struct packet *p, const char *src4, const char *dst4,
		  const struct flow *f)
{
	const char *src = is_ce ? BR6 : CE6, *dst = is_ce ? CE6 : BR6;

	if (!translates) {
		p->len = 40 + good4(p->data + 40, src4, dst4, f);
		header6(p->data, src, dst, IPPROTO_IPIP, p->len - 40);
		return;
	}
	p->len = 40 + put_l4(p->data + 40, f);
	header6(p->data, is_ce ? DMR_SRV : CE6, is_ce ? CE6 : DMR_SRV,
		f->proto, p->len - 40);
	fill_check(p->data + 40, p->len - 40, f->proto, p->data + 8, 32);
}

/* A packet of a host on the IPv4 side, and one that comes by the tunnel. */
static void good_lan(struct packet *p, const struct flow *f)
{
	p->len = good4(p->data, is_ce ? LAN4 : SRV4, is_ce ? SRV4 : CE4, f);
}

static void good_wan(struct packet *p, const struct flow *f)
{
	good6(p, is_ce ? SRV4 : CE4, is_ce ? CE4 : SRV4, f);
}

/* Packets of one flow, which GRO puts together where it is asked to: up to more
 * than 64 KiB. In half of the trains some do not fit to the others.
 */
static void train(void)
{
	static const uint16_t sizes[] = { 1, 8, 500, 1200, 1360, 1400, 1428,
					  1432, 1460, 4000 };
	struct flow f = {
		.proto = rnd(2) ? IPPROTO_TCP : IPPROTO_UDP,
		.sport = rnd(65536),
		.dport = 53,
		.seq = rnd(65536) << 16,
		.size = PICK(sizes),
	};
	unsigned int n = 2 + rnd(rnd(2) ? 16 : 100);
	bool to_wan = rnd(2), odd = rnd(2);
	static struct packet p;

	/* What comes to the CE goes to one of its ports. */
	if (is_ce == to_wan) {
		f.sport = 53;
		f.dport = PORT + rnd(16);
	} else if (to_wan) {
		f.sport = PORT + rnd(16);
	}
	while (n--) {
		if (to_wan)
			good_wan(&p, &f);
		else
			good_lan(&p, &f);
		if (odd && !rnd(20))
			damage(&p);
		if (to_wan)
			into_tap(wan, 2, &p, false);
		else
			into_tap(lan, 1, &p, false);
		f.seq += f.size;
		if (odd && !rnd(20))
			f.size = PICK(sizes);
	}
}

static void shoot(void)
{
	static struct packet p;

	if (!rnd(64))
		train();
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
		.ifr_flags = (is_tun ? IFF_TUN : IFF_TAP) | IFF_NO_PI |
			     IFF_VNET_HDR | IFF_MULTI_QUEUE | flags,
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

/* What came out, until there is nothing. */
static void drain(int fd)
{
	struct io_event done[BATCH];
	bool more = true;
	unsigned int i;

	flush();
	while (more) {
		for (i = 0; i < BATCH; i++) {
			slots[i].iov[0] = (struct iovec){ slots[i].p.data, MAX };
			prepare(&slots[i], IOCB_CMD_PREADV, fd, 1);
		}
		submit(BATCH, done);
		for (i = 0; i < BATCH; i++)
			more = more && (int64_t)done[i].res > 0;
	}
}

/* ---- is forwarding still right? ---- */

static void plainly(const int *fds, uint8_t last, const struct packet *p)
{
	uint8_t eth[ETH_HLEN];
	struct iovec iov[3] = { { &no_claims, sizeof(no_claims) },
				{ eth, is_tun ? 0 : ETH_HLEN },
				{ (void *)p->data, p->len } };

	header_eth(eth, last, p->data[0] >> 4 == 6);
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
	struct flow out = { .proto = IPPROTO_UDP, .sport = 53, .dport = PORT,
			    .size = 16 };
	struct flow in = { .proto = IPPROTO_UDP, .sport = PORT, .dport = 53,
			   .size = 16 };
	const uint8_t *udp;
	struct packet p;
	unsigned int i;

	state = time(NULL) * 2654435761u ^ (uint64_t)getpid() << 20;
	for (i = 0; i < 16; i++) {
		out.mark[i] = rnd(256);
		in.mark[i] = rnd(256);
	}
	if (is_ce) {
		out.sport = 40000 + rnd(20000);
		out.dport = 53;
	}
	good_lan(&p, &out);
	udp = through(lan, 1, wan, &p, out.mark);
	if (!udp) {
		fprintf(stderr, "nothing came out of the tunnel's side\n");
		return 1;
	}
	if (is_ce) {
		in.sport = 53;
		in.dport = udp[0] << 8 | udp[1];
		good6(&p, SRV4, ipip ? LAN4 : CE4, &in);
	} else {
		good6(&p, CE4, SRV4, &in);
	}
	if (!through(wan, 2, lan, &p, in.mark)) {
		fprintf(stderr, "nothing came out of the IPv4 side\n");
		return 1;
	}
	return 0;
}

static void open_taps(bool ports)
{
	/* A tun hands on a packet in one piece. */
	short paged = is_tun ? IFF_NAPI : IFF_NAPI | IFF_NAPI_FRAGS;

	lan[0] = open_tap(ports ? "lan0" : "lan", IFF_NAPI);
	lan[1] = open_tap(ports ? "lan0" : "lan", paged);
	wan[0] = open_tap(ports ? "wan0" : "wan", IFF_NAPI);
	wan[1] = open_tap(ports ? "wan0" : "wan", paged);
}

static void shower(unsigned long amount)
{
	unsigned int i;

	if (syscall(SYS_io_setup, BATCH, &aio))
		die("io_setup");
	while (sent + queued < amount) {
		shoot();
		if (rnd(256))
			continue;
		for (i = 0; i < 2; i++) {
			drain(lan[i]);
			drain(wan[i]);
		}
	}
	flush();
	printf("%lu packets, %lu refused by the kernel\n", sent, refused);
}

int main(int argc, char **argv)
{
	const char *layout = argv[argc - 1];
	bool asks;

	asks = argc > 1 && !strcmp(argv[1], "alive");
	if (argc != (asks ? 5 : 6)) {
		fprintf(stderr, "usage: packets COUNT SEED MODE ROLE LAYOUT\n");
		return 2;
	}
	translates = !strcmp(argv[argc - 3], "map-t");
	is_ce = !strcmp(argv[argc - 2], "ce");
	is_tun = !strcmp(layout, "tun");
	open_taps(strcmp(layout, "plain") && !is_tun);
	if (asks)
		return alive(!strcmp(argv[2], "ipip"));

	state = strtoul(argv[2], NULL, 0) * 2654435761u + 88172645463325252ull;
	dev[0] = open_packet("map0", ETH_P_IP, true);
	dev[1] = open_packet("map0", ETH_P_IPV6, true);
	/* Whoever listens makes clones; nobody reads. */
	open_packet("map0", ETH_P_ALL, false);
	open_packet("lan", ETH_P_ALL, false);
	open_packet("wan", ETH_P_ALL, false);
	shower(strtoul(argv[1], NULL, 0));
	return 0;
}
