# SPDX-License-Identifier: GPL-2.0
"""Raw packets for tests: build, send, expect, count.

A test's shell file sets the network up (topo.sh) and runs a Python file that
imports this one, by "packets FILE.py" of packets.sh, which hands the names of
the namespaces over. Only the standard library: a large import takes seconds on
an emulated or instrumented machine, and half of the packets here are broken
on purpose, which is easiest said in bytes.

Nothing waits for a fixed time. That a packet is dropped is shown by a packet
sent after it, on the same way, which arrives while nothing else does.
"""

import ctypes
import fcntl
import ipaddress
import itertools
import os
import select
import socket
import struct
import sys
import time

ICMP, IPIP, TCP, UDP, IPV6, ROUTING, FRAGMENT, GRE, ESP, ICMP6, NONE, DSTOPTS, \
    DCCP, SCTP, UDPLITE = 1, 4, 6, 17, 41, 43, 44, 47, 50, 58, 59, 60, 33, 132, 136
HOPOPTS = 0
P_ALL, P_IP, P_IPV6 = 3, 0x0800, 0x86dd
MF, DF = 0x2000, 0x4000

PATIENCE = 25 if os.environ.get("KSFT_MACHINE_SLOW") == "yes" else 5

# The nodes of topo.sh.
BR6 = "2001:db8:ffff::1"
SRV4 = "198.51.100.2"
CE4 = "192.0.2.18"
PSID, PSID_2 = 0x34, 0x35
CE6 = "2001:db8:12:3400:0:c000:212:34"
CE6_2 = "2001:db8:12:3500:0:c000:212:35"
CE6_DRAFT03 = "2001:db8:12:3400:c0:2:1200:3400"


def port_of(psid, n=0, a=4, k=8):
    """The n-th port of a port set (RFC 7597, appendix B)."""
    m = 16 - a - k
    first = 1 if a else 0
    return ((n >> m) + first) << (16 - a) | psid << m | n & ((1 << m) - 1)


def map6(psid, host=18, prefix="2001:db8:", draft03=False):
    """MAP address of a CE by the rule of topo.sh."""
    iid = (192 << 24 | 2 << 8 | host) << 16 | psid
    if draft03:
        iid <<= 8
    high = 0x20010db8 << 32 | host << 16 | psid << 8
    return str(ipaddress.IPv6Address(high << 64 | iid))


# ---- bytes ----

def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def a4(addr):
    return socket.inet_aton(addr) if isinstance(addr, str) else addr


def a6(addr):
    return socket.inet_pton(socket.AF_INET6, addr) if isinstance(addr, str) else addr


def ip4(src, dst, proto, payload=b"", id=0x1234, ttl=64, tos=0, off=0, flags=0,
        options=b"", version=4, ihl=None, length=None, csum=None):
    """An IPv4 packet; off in bytes. What is not given is right."""
    options += b"\0" * (-len(options) % 4)
    hlen = 20 + len(options)
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | (hlen // 4 if ihl is None else ihl), tos,
                       hlen + len(payload) if length is None else length, id,
                       flags | off // 8, ttl, proto, 0, a4(src), a4(dst)) + options
    head = head[:10] + struct.pack("!H", checksum(head) if csum is None else csum) + head[12:]
    return head + payload


def refresh(packet):
    """The packet with a correct header checksum."""
    hlen = (packet[0] & 15) * 4
    head = packet[:10] + b"\0\0" + packet[12:hlen]
    return head[:10] + struct.pack("!H", checksum(head)) + packet[12:]


def aged(packet, hops=1):
    """What a router makes of it."""
    return refresh(packet[:8] + bytes([packet[8] - hops]) + packet[9:])


def fragments(packet, *cuts):
    """Cut at these offsets of the payload, multiples of 8. A fragment that is
    cut again keeps its place."""
    hlen = (packet[0] & 15) * 4
    field = struct.unpack("!H", packet[6:8])[0]
    body = packet[hlen:]
    edges = [0, *cuts, len(body)]
    out = []
    for start, end in zip(edges, edges[1:]):
        more = MF if end < len(body) else field & MF
        head = packet[:2] + struct.pack("!H", hlen + end - start) + packet[4:6] + \
            struct.pack("!H", field & DF | more | (field & 0x1fff) + start // 8) + packet[8:hlen]
        out.append(refresh(head + body[start:end]))
    return out


def udp(sport, dport, data=b"", length=None):
    """No checksum: allowed, and nothing along the way looks at it."""
    return struct.pack("!HHHH", sport, dport, 8 + len(data) if length is None else length, 0) + data


def tcp(sport, dport, flags=0x02, seq=1, ack=0, options=b"", data=b"", src=None, dst=None):
    options += b"\0" * (-len(options) % 4)
    seg = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, (5 + len(options) // 4) << 4, flags,
                      65535, 0, 0) + options + data
    if src:
        pseudo = a4(src) + a4(dst) + struct.pack("!HH", TCP, len(seg))
        seg = seg[:16] + struct.pack("!H", checksum(pseudo + seg)) + seg[18:]
    return seg


def icmp(type, code=0, word=b"\0\0\0\0", data=b""):
    head = struct.pack("!BBH", type, code, 0) + word
    return struct.pack("!BBH", type, code, checksum(head + data)) + word + data


def echo(id, reply=False, seq=1, data=b""):
    return icmp(0 if reply else 8, 0, struct.pack("!HH", id, seq), data)


def error(inner, type=3, code=3, word=b"\0\0\0\0"):
    return icmp(type, code, word, inner)


def ip6(src, dst, payload, next=IPIP, hops=64, tclass=0, length=None):
    return struct.pack("!IHBB", 6 << 28 | tclass << 20, len(payload) if length is None else length,
                       next, hops) + a6(src) + a6(dst) + payload


def tunnel(src, inner, dst=BR6, **more):
    return ip6(src, dst, inner, **more)


def fragments6(packet, *cuts, id=1):
    """An IPv6 packet cut at these offsets of its payload, multiples of 8."""
    body = packet[40:]
    edges = [0, *cuts, len(body)]
    return [packet[:4] + struct.pack("!HB", 8 + end - start, FRAGMENT) + packet[7:40] +
            struct.pack("!BBHI", packet[6], 0, start | (end < len(body)), id) + body[start:end]
            for start, end in zip(edges, edges[1:])]


def describe(packet):
    """A packet as a person would say it."""
    if len(packet) >= 40 and packet[0] >> 4 == 6:
        head = "%s > %s next %d" % (socket.inet_ntop(socket.AF_INET6, packet[8:24]),
                                    socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[6])
        if packet[6] == ICMP6:
            head += " type %d" % packet[40]
        return head + (": " + describe(packet[40:]) if packet[6] == IPIP else "")
    if len(packet) >= 20:
        return "%s > %s proto %d id %#x frag %#x ttl %d, %s" % (
            socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20]), packet[9],
            *struct.unpack("!HH", packet[4:8]), packet[8], packet[20:60].hex())
    return packet.hex()


# ---- namespaces, devices ----

_libc = ctypes.CDLL(None, use_errno=True)


class netns:
    """Within: sockets are of that namespace, and stay there."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.back = os.open("/proc/self/ns/net", os.O_RDONLY)
        fd = os.open("/run/netns/" + self.name, os.O_RDONLY)
        if _libc.setns(fd, 0x40000000):
            raise OSError(ctypes.get_errno(), "setns " + self.name)
        os.close(fd)

    def __exit__(self, *_):
        if _libc.setns(self.back, 0x40000000):
            raise OSError(ctypes.get_errno(), "setns back")
        os.close(self.back)


def ns_of(node):
    return os.environ[node]


def socket_in(node, *args):
    with netns(ns_of(node)):
        return socket.socket(*args)


def mac_of(node, dev):
    with socket_in(node, socket.AF_INET, socket.SOCK_DGRAM) as s:
        return fcntl.ioctl(s, 0x8927, struct.pack("16s24x", dev.encode()))[18:24]


class Tap:
    """Sees what a device receives from its other side, IP packets only and
    without the noise of neighbour discovery; sends to its other side. A deaf
    one only sends."""

    def __init__(self, node, dev, peer=None, outgoing=False, deaf=False):
        self.sock = socket_in(node, socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        # Past the limit of the system; we are root.
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
        self.dev = dev
        self.outgoing = outgoing
        self.peer = mac_of(*peer) if peer else b""
        self.sock.bind((dev, 0 if deaf else P_ALL))
        self.sock.setblocking(False)
        # A device without link addresses that are sent takes packets as they are.
        self.out = self.sock if peer else socket_in(node, socket.AF_PACKET, socket.SOCK_RAW, 0)

    def send(self, packet, proto=None):
        if proto is None:
            proto = P_IPV6 if packet[0] >> 4 == 6 else P_IP
        while True:
            try:
                return self.out.sendto(packet, (self.dev, proto, 0, 0, self.peer))
            except BlockingIOError:
                select.select([], [self.out], [], 0.1)
            except InterruptedError:
                pass

    def _noise(self, packet, addr):
        if (addr[2] == socket.PACKET_OUTGOING) != self.outgoing:
            return True
        if addr[1] not in (P_IP, P_IPV6):
            return True
        if addr[1] == P_IPV6 and len(packet) > 40:
            # Neighbour and listener discovery, not errors; MLD hides behind
            # a hop-by-hop header.
            if packet[6] == ICMP6 and packet[40] >= 128:
                return True
            if packet[6] == HOPOPTS and packet[40] == ICMP6:
                return True
        return False

    def packets(self, timeout):
        """Those that come until the time is over."""
        until = time.monotonic() + timeout
        while True:
            left = max(until - time.monotonic(), 0)
            if not select.select([self.sock], [], [], left)[0]:
                return
            try:
                packet, addr = self.sock.recvfrom(1 << 17)
            except BlockingIOError:
                continue
            if not self._noise(packet, addr):
                yield packet

    def drain(self):
        return list(self.packets(0))

    def until(self, wanted, timeout=None):
        """All packets up to the one that is wanted (bytes or a function), and
        whether it came."""
        seen = []
        for packet in self.packets(PATIENCE if timeout is None else timeout):
            seen.append(packet)
            if wanted(packet) if callable(wanted) else packet == wanted:
                return seen, True
        return seen, False


_SETS = {}


def counters(node, dev="map0"):
    """All named counters of a map device, by ethtool's ioctl."""
    with socket_in(node, socket.AF_INET, socket.SOCK_DGRAM) as s:
        def ethtool(buf):
            ifr = struct.pack("16sP16x", dev.encode(), ctypes.addressof(buf))
            fcntl.ioctl(s, 0x8946, ifr)
            return buf.raw
        if "names" not in _SETS:
            raw = ethtool(ctypes.create_string_buffer(struct.pack("IIQ", 0x37, 0, 1 << 1) + bytes(4), 20))
            n = struct.unpack_from("I", raw, 16)[0]
            raw = ethtool(ctypes.create_string_buffer(struct.pack("III", 0x1b, 1, n), 12 + 32 * n))
            _SETS["names"] = [raw[12 + 32 * i:44 + 32 * i].split(b"\0")[0].decode() for i in range(n)]
        names = _SETS["names"]
        raw = ethtool(ctypes.create_string_buffer(struct.pack("II", 0x1d, len(names)), 8 + 8 * len(names)))
        return dict(zip(names, struct.unpack_from("%dQ" % len(names), raw, 8)))


BYTES = ("tx_bytes", "rx_bytes")


def changed(before, after):
    return {k: after[k] - before[k] for k in after if after[k] != before[k] and k not in BYTES}


def sysctl(node, path, value=None):
    """Of a namespace; the name as a path under /proc/sys."""
    with netns(ns_of(node)):
        # A thread's own view, since the process keeps that of its start.
        with open("/proc/thread-self/net/sockstat" if path == "sockstat" else "/proc/sys/" + path,
                  "r" if value is None else "w") as f:
            return f.read() if value is None else f.write(str(value))


# ---- assertions ----

_failed = 0


def held(node):
    """Bytes of fragments that wait for their rest, in both directions."""
    return sum(int(sysctl(node, "net/map/%s_frag_mem" % way)) for way in ("tx", "rx"))


def ok(what):
    print("ok: " + what, flush=True)


def fail(what, *detail):
    global _failed
    _failed += 1
    print("FAIL: " + what, flush=True)
    for line in detail:
        print("    " + str(line), flush=True)


def check(what, good, *detail):
    ok(what) if good else fail(what, *detail)
    return good


def check_eq(what, is_, expected):
    return check(what, is_ == expected, "is:       %s" % (is_,), "expected: %s" % (expected,))


def done():
    sys.exit(1 if _failed else 0)


class Path:
    """A one-way street through a device: packets go in at one tap and come out
    at another, and a third (may be the first) sees answers.

    mark(n) makes the n-th control packet, as it goes in and as it comes out.
    """

    def __init__(self, into, out, answers, node, mark, marked, counts="rx_packets"):
        self.into, self.out, self.answers, self.node = into, out, answers, node
        self.mark, self.marked, self.counts = mark, marked, counts
        self.number = itertools.count(1)
        # Who is where, once and for all.
        self.flush()

    def flush(self):
        n = next(self.number)
        self.into.send(self.mark(n))
        _, came = self.out.until(self.marked(n))
        if not came:
            fail("the way %s to %s works at all" % (self.into.dev, self.out.dev), self.counted())
            done()
        self.answers.drain()

    def counted(self):
        return {k: v for k, v in counters(self.node).items() if v}

    def run(self, packets):
        """Sends packets, then a control packet. What came out before it, what
        was answered, what was counted (without the control packet)."""
        n = next(self.number)
        # What other ways through the device left there.
        self.out.drain()
        self.answers.drain()
        before = counters(self.node)
        for packet in packets:
            self.into.send(packet)
        self.into.send(self.mark(n))
        seen, came = self.out.until(self.marked(n))
        answers = [] if self.answers is self.out else self.answers.drain()
        count = changed(before, counters(self.node))
        if came:
            seen.pop()
            count[self.counts] = count.get(self.counts, 0) - 1
            if not count[self.counts]:
                del count[self.counts]
        return seen, answers, count, came

    def dropped(self, what, packets, *reasons, **counted):
        """Silently discarded; the counter, and no other one, goes up by one a
        packet. Beside that a good packet still passes."""
        if isinstance(packets, bytes):
            packets = [packets]
        want = dict(counted)
        for reason in reasons:
            want[reason] = want.get(reason, 0) + (len(packets) if len(reasons) == 1 else 1)
        seen, answers, count, came = self.run(packets)
        return check(what, came and not seen and not answers and count == want,
                     "counted: %s, expected: %s" % (count, want),
                     *["came out: " + describe(p) for p in seen],
                     *["answered: " + describe(p) for p in answers],
                     *([] if came else ["the good packet after it did not come"]))

    def passed(self, what, packets, expected, **counted):
        """Comes out as expected, in this order, and nothing is dropped. What
        is expected is bytes or a function that tells."""
        if isinstance(packets, bytes):
            packets = [packets]
        if isinstance(expected, bytes) or callable(expected):
            expected = [expected]
        want = counted or {self.counts: len(expected)}
        seen, answers, count, came = self.run(packets)
        good = len(seen) == len(expected) and all(
            e(p) if callable(e) else e == p for e, p in zip(expected, seen))
        return check(what, came and good and not answers and count == want,
                     "counted: %s, expected: %s" % (count, want),
                     *["expected: " + describe(p) for p in expected if isinstance(p, bytes)],
                     *["came out: " + describe(p) for p in seen],
                     *["answered: " + describe(p) for p in answers],
                     *([] if came else ["the control packet after it did not come"]))


def direct(node, send, control, marked, out, answers, **more):
    """What a program sends into map0 itself, by an AF_PACKET socket."""
    class Into:
        dev = "map0"

        def __init__(self):
            self.send = send
    return Path(Into(), out, answers, node, control, marked, **more)


def pin():
    """On one CPU packets do not overtake each other."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def from_ce(**more):
    """CE to BR to server: in at the core, out at the server's side."""
    core, srv = Tap("core", "tobr", ("br", "wan")), Tap("srv", "eth0")

    def inner(n):
        return ip4(CE4, SRV4, UDP, udp(port_of(PSID), 7, b"control %d" % n), ttl=33)
    return Path(core, srv, core, "br", lambda n: tunnel(CE6, inner(n)), lambda n: aged(inner(n)), **more)


def to_ce(**more):
    """Server to BR to CE: in at the server's side, out at the core."""
    core, srv = Tap("core", "tobr", ("br", "wan")), Tap("srv", "eth0", ("br", "out"))

    def inner(n):
        return ip4(SRV4, CE4, UDP, udp(7, port_of(PSID), b"control %d" % n), ttl=33)
    return Path(srv, core, srv, "br", lambda n: inner(n),
                lambda n: lambda p: p[40:] == aged(inner(n)), counts="tx_packets", **more)


pin()
