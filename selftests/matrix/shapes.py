# SPDX-License-Identifier: GPL-2.0
"""Packets of every shape into one map device, and what has to come out.

matrix.sh starts this in the namespace of the device and writes a command a
line; the answer ends with a line ".".

  learn                       the port that source NAT gives each flow
  run WAY DIRECTION DEV MAC [SHAPE;...]
                              all shapes by this way, which begins at DEV
  settle                      what is incomplete goes, and is counted
  sum                         how many cells there were

What comes out is judged by the RFCs alone: addresses, TTL, checksums, lengths
and payload. Headers that a sender may choose (identification, flow label) and
the place of the cuts are not compared.
"""

import ctypes
import fcntl
import json
import os
import platform
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../map"))
from packets import *  # noqa: E402

MODE, ROLE = sys.argv[1:3]
CE, MAP_T, IPIP_MODE = ROLE == "ce", MODE == "map-t", MODE == "ipip"
RELEASE = tuple(int(n) for n in platform.release().split(".")[:2])
LAN4 = "10.0.0.2"
LAN_PORT, SRV_PORT = 7777, 53
CE_PORT = port_of(PSID)
# RFC 7599, section 5.1: the server's address in the DMR's prefix, of 64 bits
# (RFC 6052, section 2.2).
SRV6 = "2001:db8:fffe:0:c6:3364:200::"
MTU = 1500

NONE_, UNNECESSARY, COMPLETE, PARTIAL = range(4)
PAGES, LIST = range(2)
GSO_TCP4, GSO_DODGY, GSO_TCP6, GSO_IPXIP6, GSO_PARTIAL, GSO_UDP, GSO_LIST = \
    1 << 0, 1 << 1, 1 << 4, 1 << 9, 1 << 12, 1 << 17, 1 << 18
VNET_TCP4, VNET_TCP6, VNET_UDP = 1, 4, 5


# ---- bytes ----

def fold(total):
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def add(data):
    if len(data) % 2:
        data += b"\0"
    return sum(struct.unpack("!%dH" % (len(data) // 2), data))


def pseudo(src, dst, proto, length):
    """The sum of the pseudo-header: RFC 793, section 3.1; RFC 8200, 8.1."""
    return add(src + dst) + proto + (length >> 16) + (length & 0xffff)


def set_check(l4, proto, value):
    at = 16 if proto == TCP else 6
    return l4[:at] + struct.pack("!H", value) + l4[at + 2:]


def finished(l4, src, dst, proto, partial=False):
    """With its checksum, or with what is the beginning of one."""
    l4 = set_check(l4, proto, 0)
    start = pseudo(src, dst, proto, len(l4))
    if partial:
        return set_check(l4, proto, fold(start))
    return set_check(l4, proto, ~fold(start + add(l4)) & 0xffff or 0xffff)


def pattern(cell, size):
    """The payload of a cell, which no other cell has."""
    return (b"%08d" % cell + bytes(i % 251 for i in range(size)))[:size]


# ---- what goes in ----

class Flow:
    """Who talks to whom: what goes in, and what has to come out."""

    def __init__(self, direction, past, proto, sport=None):
        self.out = direction == "out"
        near4, far4 = (LAN4, SRV4) if CE else (SRV4, CE4)
        nport, fport = (LAN_PORT, SRV_PORT) if CE else (SRV_PORT, CE_PORT)
        # Where there is no source NAT on the way, the sender has the address.
        natted = CE and not IPIP_MODE
        inner, iport = near4, nport
        if natted:
            inner, iport = CE4, learned[proto]
            if sport or past and self.out:
                near4, nport = CE4, sport or learned[proto]
                iport = nport
        if self.out:
            self.goes = (near4, nport, far4, fport)
            self.comes = (inner, iport, far4, fport)
        else:
            self.goes = (far4, fport, inner, iport)
            self.comes = (far4, fport, near4, nport)
        near6, far6 = (CE6, BR6) if CE else (BR6, CE6)
        if MAP_T:
            near6, far6 = (CE6, SRV6) if CE else (SRV6, CE6)
        self.six = (near6, far6) if self.out else (far6, near6)
        self.translated = MAP_T and not self.out
        self.encapsulated = not MAP_T and not self.out
        # Where the transport header is.
        self.l4 = 20 if self.out else 40 if MAP_T else 60
        # A router in front takes one, and so does the device or the router
        # behind it: map.rst, "Stack and device are one router".
        self.ttl = 64 if past and not self.encapsulated else 63
        self.addrs = [a6(a) for a in self.six] if self.translated else [a4(self.goes[0]), a4(self.goes[2])]

    def l4_packet(self, proto, data, seq=0, partial=False):
        _, sport, _, dport = self.goes
        if proto == TCP:
            l4 = struct.pack("!HHIIBBHHH", sport, dport, seq, 1, 5 << 4, 0x10, 1000, 0, 0) + data
        else:
            l4 = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
        return finished(l4, *self.addrs, proto, partial)

    def wrap(self, proto, l4, flags=DF, id=1, length=None):
        """The network headers; a length that is not the packet's own is that of
        the whole of which it is a part."""
        if self.translated:
            return ip6(*self.six, l4, next=proto, length=None if length is None else length)
        packet = ip4(self.goes[0], self.goes[2], proto, l4, flags=flags, id=id,
                     length=None if length is None else length + 20)
        if self.encapsulated:
            packet = ip6(*self.six, packet, length=None if length is None else length + 20)
        return packet

    def udp(self, data, **more):
        return self.wrap(UDP, self.l4_packet(UDP, data, partial=more.pop("partial", False)), **more)


def pieces(data, *sizes):
    """Cut into these sizes and the rest."""
    out, at = [], 0
    for size in sizes:
        out.append(data[at:at + size])
        at += size
    return out + [data[at:]]


def equal(data, n):
    size = -(-len(data) // n)
    return [data[i:i + size] for i in range(0, len(data), size)]


class Packet:
    """One skb. The kernel-side generator takes all of it, a tap or a socket
    what it has a word for (vnet)."""

    def __init__(self, flow, parts, **more):
        self.flow, self.parts = flow, parts if isinstance(parts, list) else [parts]
        self.more = more

    def record(self, dev, mac, transmit):
        m = dict(layout=PAGES, cloned=0, shared=0, garbage=0, csum=NONE_, headroom=64, offset=0,
                 gso_type=0, gso_size=0, gso_segs=0, hlen=0, nh=0, start=self.flow.l4)
        m.update(self.more)
        inner = 40 if self.flow.encapsulated and (m["gso_type"] or m["csum"] == PARTIAL) else 0
        if inner and m["gso_type"]:
            m["gso_type"] |= GSO_IPXIP6
        if inner and m["hlen"]:
            m["nh"] = inner
        lengths = [len(p) for p in self.parts]
        return struct.pack("=16s16s6sBBBBBBHHHHHHHHHHI64I", dev.encode(), self.source(transmit), mac, transmit, m["layout"],
                           m["cloned"], m["shared"], m["garbage"], m["csum"],
                           P_IP if self.flow.out else P_IPV6, m["headroom"], m["start"], m["offset"],
                           inner, m["hlen"], m["nh"], m["gso_size"], m["gso_segs"], len(lengths),
                           m["gso_type"], *lengths, *[0] * (64 - len(lengths))) + b"".join(self.parts)

    def source(self, transmit):
        """Only a packet with a route can be answered (icmp_send)."""
        return b"lan" if transmit and self.flow.out and self.more.get("routed") else b""

    def vnet(self):
        m = self.more
        flags = 1 if m.get("csum") == PARTIAL else 0
        kind = m.get("gso_type", 0)
        kind = VNET_UDP if kind & GSO_UDP else VNET_TCP4 if kind & GSO_TCP4 else \
            VNET_TCP6 if kind & GSO_TCP6 else 0
        return struct.pack("=BBHHHH", flags, kind, self.flow.l4 + (8 if kind == VNET_UDP else 20),
                           m.get("gso_size", 0), self.flow.l4 if flags else 0,
                           m.get("offset", 0) if flags else 0) + b"".join(self.parts)


# ---- the shapes: what goes in, and the transport packets that come out ----

SIZE, MSS, SEGMENT = 1000, 1400, 1200
TOO_BIG, COUNTED = "too big", "counted"


def simple(flow, cell, parts=lambda p: p, partial=False, **more):
    data = pattern(cell, SIZE)
    packet = parts(flow.udp(data, partial=partial))
    return [Packet(flow, packet, **more)], [(UDP, data)]


def linear(flow, cell):
    return simple(flow, cell)


def paged(flow, cell):
    return simple(flow, cell, lambda p: pieces(p, flow.l4, 101, 333))


def paged_all(flow, cell):
    return simple(flow, cell, lambda p: pieces(p, 0, 7, 30, 333))


def frag_list(flow, cell):
    return simple(flow, cell, lambda p: pieces(p, flow.l4 + 8, 200, 301), layout=LIST)


def cloned(flow, cell):
    return simple(flow, cell, cloned=1)


def cloned_paged(flow, cell):
    return simple(flow, cell, lambda p: pieces(p, flow.l4 + 8, 101), cloned=1)


def shared(flow, cell):
    return simple(flow, cell, shared=1)


def no_headroom(flow, cell):
    return simple(flow, cell, headroom=0)


def garbage(flow, cell):
    return simple(flow, cell, garbage=1)


def csum_partial(flow, cell):
    return simple(flow, cell, partial=True, csum=PARTIAL, offset=6)


def csum_partial_no_headroom(flow, cell):
    return simple(flow, cell, lambda p: pieces(p, flow.l4 + 8, 101), partial=True, csum=PARTIAL, offset=6,
                  headroom=0, cloned=1)


def csum_complete(flow, cell):
    return simple(flow, cell, lambda p: pieces(p, flow.l4 + 8, 101), csum=COMPLETE)


def csum_unnecessary(flow, cell):
    return simple(flow, cell, csum=UNNECESSARY)


def gso_tcp(flow, cell, n=20, parts=None, **more):
    data = pattern(cell, n * MSS)
    l4 = flow.l4_packet(TCP, data, seq=cell << 20 & 0xffffffff, partial=True)
    packet = flow.wrap(TCP, l4)
    m = dict(csum=PARTIAL, offset=16, gso_type=GSO_TCP6 if flow.translated else GSO_TCP4,
             gso_size=MSS, gso_segs=n)
    extra = more.pop("extra", 0)
    m["gso_type"] |= extra
    m.update(more)
    head = pieces(packet, flow.l4 + 20)
    return [Packet(flow, head[:1] + equal(head[1], parts or 8), **m)], [(TCP, data)]


def gso_tcp_no_headroom(flow, cell):
    return gso_tcp(flow, cell, headroom=0, cloned=1)


def gso_tcp_garbage(flow, cell):
    return gso_tcp(flow, cell, garbage=1)


def gso_partial(flow, cell):
    return gso_tcp(flow, cell, extra=GSO_PARTIAL)


def gso_dodgy(flow, cell):
    return gso_tcp(flow, cell, extra=GSO_DODGY, gso_segs=0)


def gso_udp(flow, cell, **more):
    n = 10
    data = b"".join(pattern(cell + i * 1000000, SEGMENT) for i in range(n))
    packet = flow.wrap(UDP, flow.l4_packet(UDP, data, partial=True))
    head = pieces(packet, flow.l4 + 8)
    return [Packet(flow, head[:1] + equal(head[1], 5), csum=PARTIAL, offset=6, gso_type=GSO_UDP,
                   gso_size=SEGMENT, gso_segs=n, **more)], [(UDP, d) for d in equal(data, n)]


def gso_list(flow, cell, **more):
    """Each has its own headers; those of the first say how long all are."""
    n = 10
    datas = [pattern(cell + i * 1000000, SEGMENT) for i in range(n)]
    l4 = [flow.l4_packet(UDP, d) for d in datas]
    total = 8 + n * SEGMENT
    first = flow.wrap(UDP, l4[0][:4] + struct.pack("!H", total) + l4[0][6:], length=total)
    rest = [flow.wrap(UDP, one, id=i + 2) for i, one in enumerate(l4[1:])]
    return [Packet(flow, [first, *rest], layout=LIST, hlen=flow.l4 + 8, csum=UNNECESSARY,
                   gso_type=GSO_UDP | GSO_LIST, gso_size=SEGMENT, gso_segs=n, **more)], \
        [(UDP, d) for d in datas]


def gso_list_no_headroom(flow, cell):
    return gso_list(flow, cell, headroom=0, garbage=1)


def cut(flow, cell, *cuts, length=3000):
    """The fragments of one packet, by whichever header fragments it."""
    data = pattern(cell, length)
    id = 0x4000 + cell & 0xffff
    if flow.translated:
        return data, fragments6(flow.udp(data), *cuts, id=id)
    whole = flow.wrap(UDP, flow.l4_packet(UDP, data), flags=0, id=id)
    if not flow.encapsulated:
        return data, fragments(whole, *cuts)
    return data, [ip6(*flow.six, f) for f in fragments(whole[40:], *cuts)]


def in_parts(flow, cell):
    data, parts = cut(flow, cell, 1000, 2000)
    return [Packet(flow, parts[i]) for i in (2, 0, 1)], [(UDP, data)]


def in_outer_parts(flow, cell):
    data = pattern(cell, 2500)
    parts = fragments6(flow.udp(data, flags=0), 1000, 2000, id=cell)
    return [Packet(flow, parts[i]) for i in (2, 0, 1)], [(UDP, data)]


def in_parts_garbage(flow, cell):
    data, parts = cut(flow, cell, 1000, 2000)
    return [Packet(flow, p, garbage=1, headroom=0) for p in parts], [(UDP, data)]


def incomplete(flow, cell):
    """The rest never comes."""
    data, parts = cut(flow, cell, 1000, 2000)
    return [Packet(flow, p, garbage=1) for p in parts[:2]], None


def too_long_garbage(flow, cell):
    """With DF: whoever answers reads options out of the control block."""
    return [Packet(flow, flow.udp(pattern(cell, 1600)), garbage=1, routed=1)], TOO_BIG


def large(flow, cell):
    """65535 bytes of IPv4, which is as long as it gets."""
    data = pattern(cell, 65535 - 28)
    packet = flow.wrap(UDP, flow.l4_packet(UDP, data), flags=0, id=cell & 0xffff)
    head = pieces(packet, flow.l4 + 8)
    # A router never fragments IPv6 (RFC 8200, section 4.5).
    return [Packet(flow, head[:1] + equal(head[1], 9))], TOO_BIG if flow.translated else [(UDP, data)]


def big_tcp(flow, cell):
    """Longer than the header can say (IPv4: a length of 0; IPv6: RFC 2675)."""
    n = 70
    data = pattern(cell, n * MSS)
    l4 = flow.l4_packet(TCP, data, seq=cell << 20 & 0xffffffff, partial=True)
    if flow.translated:
        jumbo = struct.pack("!BBBBI", TCP, 0, 0xc2, 4, 8 + len(l4))
        packet = ip6(*flow.six, jumbo + l4, next=HOPOPTS, length=0)
        start = 48
    else:
        packet = ip4(flow.goes[0], flow.goes[2], TCP, l4, flags=DF, length=0)
        start = 20
    head = pieces(packet, start + 20)
    return [Packet(flow, head[:1] + equal(head[1], 16), csum=PARTIAL, offset=16, start=start,
                   gso_type=GSO_TCP6 if flow.translated else GSO_TCP4, gso_size=MSS, gso_segs=n)], \
        [(TCP, data)]


SHAPES = {
    "linear": linear, "paged": paged, "paged, headers too": paged_all, "frag_list": frag_list,
    "cloned": cloned, "cloned, paged": cloned_paged, "shared": shared, "no headroom": no_headroom,
    "garbage": garbage, "CHECKSUM_PARTIAL": csum_partial,
    "CHECKSUM_PARTIAL, cloned, no headroom": csum_partial_no_headroom,
    "CHECKSUM_COMPLETE": csum_complete, "CHECKSUM_UNNECESSARY": csum_unnecessary,
    "GSO TCP": gso_tcp, "GSO TCP, cloned, no headroom": gso_tcp_no_headroom,
    "GSO TCP, garbage": gso_tcp_garbage, "GSO partial": gso_partial, "GSO dodgy": gso_dodgy,
    "GSO UDP_L4": gso_udp, "GSO fraglist": gso_list, "GSO fraglist, no headroom": gso_list_no_headroom,
    "fragments": in_parts, "fragments of the tunnel": in_outer_parts,
    "fragments, garbage": in_parts_garbage, "incomplete": incomplete,
    "too long, garbage": too_long_garbage, "64 KiB": large, "BIG TCP": big_tcp,
}

BY_TCP = {"GSO TCP", "GSO TCP, cloned, no headroom", "GSO TCP, garbage", "GSO partial", "GSO dodgy", "BIG TCP"}


# ---- what cannot be ----

PAST = ("xmit", "packet", "mirred", "bpf", "socket")
QUEUES = ("htb", "cake", "fq", "netem", "tbf", "plug")
# What a program can ask for.
BY_VNET = {"linear", "CHECKSUM_PARTIAL", "GSO TCP", "GSO UDP_L4", "fragments",
           "fragments of the tunnel", "incomplete", "64 KiB"}
BY_SOCKET = {"linear", "CHECKSUM_PARTIAL", "GSO TCP", "GSO UDP_L4", "64 KiB"}


def impossible(way, direction, shape):
    """Why there is no such cell, or None."""
    into = direction == "in"
    if into and not MAP_T and (way in PAST or way in QUEUES):
        return "what comes by the tunnel is received, it is not sent by the device"
    if shape == "fragments of the tunnel" and (MAP_T or not into):
        return "there is no outer packet that comes in"
    if shape == "BIG TCP" and into and not MAP_T:
        return "GRO makes none of encapsulated packets (skb_gro_receive)"
    if shape == "BIG TCP" and not into and RELEASE < (6, 3):
        return "this kernel has none of IPv4"
    if way == "socket" and into:
        return "a socket of this machine has not the address of the other side"
    if way == "socket" and shape not in BY_SOCKET:
        return "a socket leaves the layout to the kernel"
    if way in ("tun", "packet") and shape not in BY_VNET:
        return "struct virtio_net_hdr has no word for it"
    if way in ("tun", "packet") and shape == "GSO UDP_L4" and RELEASE < (6, 2):
        return "the virtio_net_hdr of this kernel has no word for it"
    if way in ("tun", "packet") and into and not MAP_T and shape in ("GSO TCP", "GSO UDP_L4", "CHECKSUM_PARTIAL"):
        return "struct virtio_net_hdr has no word for the inside of a tunnel"
    if way == "packet" and shape == "64 KiB":
        return "a packet socket sends nothing longer than the device's MTU"
    if way in ("flowtable", "xdp") and shape == "shared":
        return "the core takes what a device received for its own there"
    if way == "xmit" and shape == "CHECKSUM_COMPLETE":
        return "CHECKSUM_COMPLETE is a receiver's"
    return None


def lost(way, direction, shape):
    """Why nothing comes out of this cell, which is counted; or None."""
    if shape == "BIG TCP" and direction == "in" and RELEASE < (6, 3):
        return "the core of this kernel forwards and segments none without an Ethernet header"
    if "too long" in shape and direction == "out" and way in ("mirred", "bpf"):
        return "without a route nobody is told"
    return None


def counts_loss(counted):
    return any(word in name for name in counted
               for word in ("dropped", "too_big", "Discards", "TooBig", "FragFails", "Errors"))


# ---- what comes out ----

class Wrong(Exception):
    pass


def need(good, what):
    if not good:
        raise Wrong(what)


class Whole:
    """Puts fragments together, in whatever order they come."""

    def __init__(self):
        self.waiting = {}

    def add(self, key, offset, more, data):
        """The payload if it is complete now."""
        have = self.waiting.setdefault(key, {"end": None, "parts": {}})
        need(offset not in have["parts"], "a fragment came twice")
        have["parts"][offset] = data
        if not more:
            have["end"] = offset + len(data)
        at = 0
        for start in sorted(have["parts"]):
            if start != at:
                return None
            at += len(have["parts"][start])
        if at != have["end"]:
            return None
        del self.waiting[key]
        return b"".join(have["parts"][s] for s in sorted(have["parts"]))


def check_l4(l4, src, dst, proto):
    need(fold(pseudo(src, dst, proto, len(l4)) + add(l4)) == 0xffff, "transport checksum")


class Judge:
    """What came out of a cell, made into (proto, l4) of whole packets."""

    def __init__(self, flow):
        self.flow, self.outer, self.inner, self.whole = flow, Whole(), Whole(), []

    def take(self, packet):
        need(len(packet) <= MTU, "%d bytes on the wire" % len(packet))
        if self.flow.out:
            self.six(packet)
        else:
            self.four(packet)

    def six(self, p):
        need(p[0] >> 4 == 6 and len(p) >= 40, "not IPv6")
        need(struct.unpack("!H", p[4:6])[0] == len(p) - 40, "IPv6 length")
        need((p[8:24], p[24:40]) == tuple(a6(a) for a in self.flow.six), "IPv6 addresses " + describe(p))
        need(p[7] in (self.flow.hops if MAP_T else {64}), "hop limit %d" % p[7])
        need(struct.unpack("!I", p[:4])[0] >> 20 & 255 == 0, "traffic class")
        next, body = p[6], p[40:]
        if next == FRAGMENT:
            next, _, field, id = struct.unpack("!BBHI", body[:8])
            body = self.outer.add((next, id), field & 0xfff8, field & 1, body[8:])
            if body is None:
                return
        if MAP_T:
            self.done(next, body, p[8:24], p[24:40])
        else:
            need(next == IPIP, "next header %d" % next)
            self.four(body)

    def four(self, p):
        need(p[0] == 0x45, "not IPv4 without options")
        tos, length, id, field, ttl, proto = struct.unpack("!xBHHHBB", p[:10])
        need(length == len(p), "IPv4 length %d of %d" % (length, len(p)))
        need(fold(add(p[:20])) == 0xffff, "IPv4 header checksum")
        want = a4(self.flow.comes[0]), a4(self.flow.comes[2])
        need((p[12:16], p[16:20]) == want, "IPv4 addresses " + describe(p))
        need(ttl in self.flow.hops, "TTL %d, not %d" % (ttl, self.flow.ttl))
        need(tos == 0, "TOS")
        body = p[20:]
        if field & 0x3fff:
            need(not field & DF, "a fragment with DF")
            body = self.inner.add((proto, id), (field & 0x1fff) * 8, field & MF, body)
            if body is None:
                return
        self.done(proto, body, *want)

    def done(self, proto, l4, src, dst):
        need(proto in (TCP, UDP), "protocol %d" % proto)
        check_l4(l4, src, dst, proto)
        sport, dport = struct.unpack("!HH", l4[:4])
        need((sport, dport) == (self.flow.comes[1], self.flow.comes[3]), "ports %d, %d" % (sport, dport))
        if proto == UDP:
            need(struct.unpack("!H", l4[4:6])[0] == len(l4), "UDP length")
        self.whole.append((proto, l4))

    def pending(self):
        return bool(self.outer.waiting or self.inner.waiting)

    def payloads(self):
        """UDP by the packet, TCP as the stream that it is."""
        out = [(UDP, l4[8:]) for proto, l4 in self.whole if proto == UDP]
        parts = sorted((struct.unpack("!I", l4[4:8])[0], l4[20:]) for proto, l4 in self.whole if proto == TCP)
        for (seq, data), (after, _) in zip(parts, parts[1:]):
            need(seq + len(data) == after, "a hole in the stream, or something twice")
        return out + ([(TCP, b"".join(d for _, d in parts))] if parts else [])

    def bytes(self):
        return sum(len(data) for _, data in self.payloads())


# ---- the run ----

PATIENCE_CELL = 1.5 if os.environ.get("KSFT_MACHINE_SLOW") == "yes" else 1
learned = {UDP: 0, TCP: 0}
taps = {}
cells = {"right": 0, "counted": 0, "impossible": 0, "wrong": 0}
number = 0
generator = None
absorbed = 0


def total():
    """Every counter by which something can be accounted for."""
    sums = {"map0 " + k: v for k, v in counters("node").items()}
    for name in ("snmp", "netstat"):
        lines = open("/proc/thread-self/net/" + name).read().splitlines()
        for names, values in zip(lines[::2], lines[1::2]):
            kind, *names = names.split()
            sums.update((kind + n, int(v)) for n, v in zip(names, values.split()[1:]))
    for line in open("/proc/thread-self/net/snmp6"):
        name, value = line.split()
        sums[name] = int(value)
    for line in open("/proc/thread-self/net/dev").read().splitlines()[2:]:
        dev, rest = line.split(":")
        rest = rest.split()
        sums[dev.strip() + " rx_dropped"] = int(rest[3])
        sums[dev.strip() + " tx_dropped"] = int(rest[11])
    return sums


def since(before):
    return {k: v - before.get(k, 0) for k, v in total().items()
            if v != before.get(k, 0) and not k.endswith(("Octets", "Pkts", "bytes"))}


def is_error(packet):
    """What a router or host says about a packet whose rest did not come."""
    if packet[0] >> 4 == 6:
        return packet[6] == ICMP6 and packet[40] == 3
    return packet[9] == ICMP and packet[20] == 11


def says_too_big(packet):
    """RFC 792, type 3 code 4; RFC 4443, type 2; by the tunnel or not."""
    if packet[0] >> 4 == 6 and packet[6] == IPIP:
        packet = packet[40:]
    if packet[0] >> 4 == 6:
        return packet[6] == ICMP6 and packet[40] == 2
    return packet[9] == ICMP and packet[20:22] == b"\3\4"


def vnet_socket():
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(263, 15, 1)  # PACKET_VNET_HDR
    return s


def tun_open(dev):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    # IFF_TUN, IFF_NO_PI, IFF_VNET_HDR
    fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", dev.encode(), 0x5001))
    return fd


def socket_port():
    """One of the set that no flow through the CE has got, and stays as it is."""
    return next(p for p in (port_of(PSID, n) for n in range(1, 4)) if p not in learned.values())


def queue_drops(way):
    """Packets that the queue in front of the device dropped."""
    if way not in QUEUES:
        return 0
    seen = subprocess.run(["tc", "-s", "-j", "qdisc", "show", "dev", "map0"], capture_output=True, check=True)
    return sum(q.get("drops", 0) for q in json.loads(seen.stdout))


class Sender:
    """A way: how a packet gets to where the way begins."""

    def __init__(self, way, dev, mac):
        self.way, self.dev, self.mac = way, dev, bytes.fromhex(mac.replace(":", ""))
        self.sock = vnet_socket() if way == "packet" else None
        if way == "tun":
            self.tun = taps.get("tun") or taps.setdefault("tun", tun_open(dev))

    def send(self, packet):
        if self.way == "tun":
            os.write(self.tun, packet.vnet())
        elif self.way == "packet":
            self.sock.sendto(packet.vnet(), (self.dev, P_IP if packet.flow.out else P_IPV6))
        else:
            generator.write(packet.record(self.dev, self.mac, self.way == "xmit"))


def by_socket(shape, flow, cell):
    """The same, asked from a socket of this machine: it, and what comes."""
    src, sport, dst, dport = flow.goes
    if shape == "GSO TCP":
        return by_tcp(flow, cell)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, 19, 1)  # IP_TRANSPARENT
    s.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER: no DF
    s.setsockopt(socket.SOL_SOCKET, 32, 1 << 20)  # SO_SNDBUFFORCE
    s.bind((src, sport))
    packets, comes = SHAPES[shape](flow, cell)
    if shape == "GSO UDP_L4":
        s.setsockopt(socket.IPPROTO_UDP, 103, SEGMENT)
    s.sendto(b"".join(data for _, data in comes), (dst, dport))
    return s, comes


def by_tcp(flow, cell):
    """A connection that was never opened (TCP_REPAIR) sends what its first window
    holds."""
    src, sport, dst, dport = flow.goes
    data = pattern(cell, 9 * 1300)
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.IPPROTO_IP, 19, 1)
    s.setsockopt(socket.IPPROTO_TCP, 19, 1)  # TCP_REPAIR
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, MSS)
    s.bind((src, sport))
    s.setsockopt(socket.IPPROTO_TCP, 20, 2)  # TCP_REPAIR_QUEUE: send
    s.setsockopt(socket.IPPROTO_TCP, 21, cell << 20 & 0x7fffffff)
    s.setsockopt(socket.IPPROTO_TCP, 20, 1)
    s.setsockopt(socket.IPPROTO_TCP, 21, 1)
    s.connect((dst, dport))
    s.setsockopt(socket.IPPROTO_TCP, 29, struct.pack("=5I", 0, 60000, 60000, 60000, 1))
    s.setsockopt(socket.IPPROTO_TCP, 19, ctypes.c_uint(-1).value - (1 << 32))
    s.setsockopt(socket.IPPROTO_TCP, 1, 0)
    s.send(data)
    return s, [(TCP, data)]


def collect(tap, judge, comes):
    """Until all that has to come has."""
    want = sum(len(data) for _, data in comes or [])
    for packet in tap.packets(PATIENCE_CELL if want else 0.05):
        if is_error(packet):
            continue
        judge.take(packet)
        if want and not judge.pending() and judge.bytes() >= want:
            break


def cell_run(sender, direction, shape, before):
    """What was wrong, COUNTED, or None. Counters are those since the way began."""
    global number, absorbed
    number += 1
    cell = number
    flow = Flow(direction, sender.way in PAST, TCP if shape in BY_TCP else UDP,
                socket_port() if sender.way == "socket" else None)
    # Who forwards a list changes the header of the first, and the core does not
    # hand that on (skb_segment_list).
    flow.hops = {flow.ttl, 64} if "fraglist" in shape else {flow.ttl}
    tap = taps["wan" if flow.out else "lan"]
    other = taps["lan" if flow.out else "wan"]
    stray = [p for t in (tap, other) for p in t.drain() if not is_error(p)]
    if stray:
        return ["something came after the cell before: " + describe(stray[0])]
    judge, sock = Judge(flow), None
    if lost(sender.way, direction, shape):
        before = total()
    try:
        if sender.way == "socket":
            sock, comes = by_socket(shape, flow, cell)
        else:
            packets, comes = SHAPES[shape](flow, cell)
            for packet in packets:
                sender.send(packet)
        if comes == TOO_BIG:
            need(other.until(says_too_big, PATIENCE_CELL)[1], "no answer that it is too long")
            comes = []
        collect(tap, judge, comes)
        if comes is None:
            # On its way as it is, or kept until its time is over.
            need(not judge.whole, "something whole came out")
            absorbed += not judge.pending()
        else:
            need(not judge.pending(), "fragments without the rest")
            need(judge.payloads() == comes, "the payload: %d bytes of %d, %d packets of %d" % (
                judge.bytes(), sum(len(d) for _, d in comes), len(judge.payloads()), len(comes)))
        need(generator.read(1) == b"\0", "whoever held the packet, too, sees it changed")
        wrong = [p for p in other.drain() if not is_error(p)]
        need(not wrong, "an answer: " + describe(wrong[0]) if wrong else "")
    except (Wrong, OSError) as why:
        counted = since(before)
        # The next cell shall not suffer.
        for t in (tap, other):
            list(t.packets(0.2))
        if lost(sender.way, direction, shape) and not judge.whole and \
                (counts_loss(counted) or queue_drops(sender.way)):
            return COUNTED
        return [str(why), "counted: %s" % counted]
    finally:
        if sock and sock.type == socket.SOCK_STREAM:
            sock.setsockopt(socket.IPPROTO_TCP, 19, 1)  # it goes without a word
        if sock:
            sock.close()
    return None


def run(way, direction, dev, mac, wanted):
    sender, before = Sender(way, dev, mac), total()
    good = bad = 0
    for shape in wanted or SHAPES:
        if impossible(way, direction, shape):
            cells["impossible"] += 1
            continue
        why = cell_run(sender, direction, shape, before)
        name = "%s %s, %s by %s: %s" % (MODE, ROLE, direction, way, shape)
        if why == COUNTED:
            cells["counted"] += 1
        elif why:
            bad += 1
            fail(name, *why)
        else:
            good += 1
    cells["right"] += good
    cells["wrong"] += bad
    if good and not bad:
        ok("%s %s, %s by %s: %d shapes" % (MODE, ROLE, direction, way, good))


def learn():
    """The port that source NAT gave, which a packet of each protocol keeps."""
    if not CE or IPIP_MODE:
        return
    for proto in (UDP, TCP):
        flow = Flow("out", False, proto)
        packet = flow.wrap(proto, flow.l4_packet(proto, b"learn" * 10))
        seen = None
        for _ in range(20):
            Sender("forward", "lan", macs["lan"]).send(Packet(flow, packet))
            seen, came = taps["wan"].until(lambda p: b"learn" in p, 0.5)
            if came:
                break
        if not came:
            fail("%s %s: a flow goes out" % (MODE, ROLE))
            return
        at = 40 if MAP_T else 60
        port = learned[proto] = struct.unpack("!H", seen[-1][at:at + 2])[0]
        check("%s %s: source NAT chooses a port of the set: %d" % (MODE, ROLE, port),
              port >> 4 & 0xff == PSID and port >> 12)


def timeouts():
    """Packets whose time was over, by whoever kept them."""
    return sum(v - start.get(k, 0) for k, v in total().items()
               if "ReasmTimeout" in k or "frag_timeout" in k)


def settle():
    """No fragment is left, and each packet that was kept is counted."""
    name = "%s %s: " % (MODE, ROLE)
    until = time.monotonic() + PATIENCE
    while (timeouts() < absorbed or held("node")) and time.monotonic() < until:
        time.sleep(0.05)
    check_eq(name + "no fragment is kept after its time", held("node"), 0)
    check_eq(name + "packets that stayed incomplete are counted", timeouts(), absorbed)
    stray = [p for t in (taps["lan"], taps["wan"]) for p in t.drain() if not is_error(p)]
    check(name + "nothing came late", not stray, *map(describe, stray[:3]))


def main():
    global generator, start
    macs.update(pair.split("=") for pair in sys.argv[3:])
    generator = open("/proc/map_shapes", "r+b", buffering=0)
    taps["lan"], taps["wan"] = Tap("far", "lan"), Tap("far", "wan")
    start = total()
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split(" ", 5)
        if verb == "learn":
            learn()
        elif verb == "run":
            way, direction, dev, mac, *rest = words
            run(way, direction, dev, mac, rest[0].split(";") if rest else None)
        elif verb == "settle":
            settle()
        elif verb == "sum":
            print("# %s %s cells: " % (MODE, ROLE) + ", ".join("%d %s" % (n, w) for w, n in cells.items()))
        print(".", flush=True)


macs = {}
start = {}
main()
