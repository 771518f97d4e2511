# SPDX-License-Identifier: GPL-2.0
"""Translation, packet by packet: RFC 7915 as tables.

A case is a packet in and the packets that have to come out, as a sender of the
other family had made them: nothing here translates, both are built from the
same addresses and the same payload, with checksums computed over all bytes.
What the translator may choose is named ("vary"); that checksums which follow
from it are right is checked on what came out.

The network is that of xlat.sh. With --list, the cases are only named.
"""

import collections
import re

from packets import *

LIST = "--list" in sys.argv
DMR = os.environ.get("DMR", "2001:db8:ffff::/64")
PORT, FOREIGN = port_of(PSID), port_of(PSID_2)
ICMP_ERRORS = (3, 4, 5, 11, 12)

# ---- addresses: one host, as either side knows it ----

Host = collections.namedtuple("Host", "v4 v6")


def embed(v4, prefix=None):
    """IPv4-embedded IPv6 address (RFC 6052, section 2.2)."""
    net, plen = (prefix or DMR).split("/")
    if plen == "96":
        whole = a6(net)[:12] + a4(v4)
    else:
        whole = a6(net)[:int(plen) // 8] + a4(v4) + bytes(12)
        whole = (whole[:8] + b"\0" + whole[8:])[:16]
    return socket.inet_ntop(socket.AF_INET6, whole)


def outside(v4):
    return Host(v4, embed(v4))


SRV = outside(SRV4)
ROUTER = outside("198.51.101.7")
CE = Host(CE4, CE6)
NEIGHBOUR = Host(CE4, CE6_2)
FULL = Host("203.0.113.5", "2001:db9:5::cb00:7105:0")
OWN4 = ("198.51.100.1", "10.0.0.1")
OWN6 = ("2001:db8:f:ff::2", "2001:dbf:f:ff::2")

# ---- payloads, which know themselves in both families ----


def pseudo4(src, dst, proto, seg):
    return a4(src) + a4(dst) + struct.pack("!HH", proto, len(seg))


def pseudo6(src, dst, proto, seg):
    return a6(src) + a6(dst) + struct.pack("!II", len(seg), proto)


def put(seg, at, value):
    return seg[:at] + struct.pack("!H", value) + seg[at + 2:]


class Raw:
    """Any protocol, and no work on it."""
    zero = None

    def __init__(self, proto, data=b"some data"):
        self.p4 = self.p6 = proto
        self.data = data

    def seg4(self, src, dst):
        return self.data

    def seg6(self, src, dst):
        return self.data


class Checked(Raw):
    """A protocol whose checksum covers the addresses."""

    def summed(self, pseudo, proto):
        seg = put(self.data, self.at, 0)
        value = checksum(pseudo + seg)
        return put(seg, self.at, 0xffff if proto == UDP and value == 0 else value)

    def seg4(self, src, dst):
        return self.summed(pseudo4(src, dst, self.p4, self.data), self.p4)

    def seg6(self, src, dst):
        return self.summed(pseudo6(src, dst, self.p6, self.data), self.p6)


class Udp(Checked):
    at = 6

    def __init__(self, sport, dport, data=b"data", zero=False):
        super().__init__(UDP, udp(sport, dport, data))
        self.zero = zero

    def seg4(self, src, dst):
        return self.data if self.zero else super().seg4(src, dst)


class Tcp(Checked):
    at = 16

    def __init__(self, sport, dport, flags=0x18, data=b"data", **more):
        super().__init__(TCP, tcp(sport, dport, flags, data=data, **more))


class Icmp(Checked):
    """four and six: (type, code, the word after the checksum)"""
    at = 2

    def __init__(self, four, six, data4=b"", data6=None):
        self.p4, self.p6 = ICMP, ICMP6
        self.four, self.six = four, six
        self.data4, self.data6 = data4, data4 if data6 is None else data6

    def seg4(self, src, dst):
        return icmp(*self.four, data=self.data4)

    def seg6(self, src, dst):
        seg = put(icmp(*self.six, data=self.data6), 2, 0)
        return put(seg, 2, checksum(pseudo6(src, dst, ICMP6, seg) + seg))


def Echo(id, reply=False, seq=1, data=b"ping"):
    word = struct.pack("!HH", id, seq)
    return Icmp((0 if reply else 8, 0, word), (129 if reply else 128, 0, word), data)


def Error(four, six, inner):
    """inner: the packet in error, in both families"""
    return Icmp((*four, bytes(4))[:3], (*six, bytes(4))[:3], *inner)


def word(number):
    return struct.pack("!I", number)


def pkt4(src, dst, l4, **more):
    return ip4(src.v4, dst.v4, l4.p4, l4.seg4(src.v4, dst.v4), **more)


def pkt6(src, dst, l4, label=0, **more):
    packet = ip6(src.v6, dst.v6, l4.seg6(src.v6, dst.v6), l4.p6, **more)
    return word(struct.unpack("!I", packet[:4])[0] | label) + packet[4:]


def both(src, dst, l4, ttl=64, tos=0, cut=None, id=0):
    """One packet as either side knows it; cut: so many bytes of its payload
    are left."""
    four, six = pkt4(src, dst, l4, ttl=ttl, tos=tos, id=id), pkt6(src, dst, l4, hops=ttl, tclass=tos)
    return (four, six) if cut is None else (four[:20 + cut], six[:40 + cut])


def extended(packet, *headers):
    """An IPv6 packet with extension headers: pairs of a number and bytes, whose
    first byte is set."""
    body, next = packet[40:], packet[6]
    for number, header in reversed(headers):
        body, next = bytes([next]) + header[1:] + body, number
    return packet[:4] + struct.pack("!HB", len(body), next) + packet[7:40] + body


# ---- what is in a packet, by name ----


def fields(packet, at=""):
    """An ordered list of what a person would compare."""
    if len(packet) >= 40 and packet[0] >> 4 == 6:
        return fields6(packet, at)
    if len(packet) >= 20 and packet[0] >> 4 == 4:
        return fields4(packet, at)
    return {at + "bytes": packet.hex()}


def fields4(p, at):
    hlen, frag = (p[0] & 15) * 4, struct.unpack("!H", p[6:8])[0]
    out = {"family": 4, "ihl": hlen, "tos": p[1], "length": struct.unpack("!H", p[2:4])[0],
           "id": struct.unpack("!H", p[4:6])[0], "df": frag >> 14 & 1, "mf": frag >> 13 & 1,
           "offset": (frag & 0x1fff) * 8, "ttl": p[8], "protocol": p[9],
           "checksum": p[10:12].hex(), "src": socket.inet_ntoa(p[12:16]),
           "dst": socket.inet_ntoa(p[16:20]), "options": p[20:hlen].hex()}
    out = {at + k: v for k, v in out.items()}
    out.update(payload(p[hlen:], p[9] == ICMP and not frag & 0x1fff, ICMP_ERRORS, at))
    return out


def fields6(p, at):
    out = {"family": 6, "tclass": struct.unpack("!H", p[:2])[0] >> 4 & 255,
           "label": struct.unpack("!I", p[:4])[0] & 0xfffff, "length": struct.unpack("!H", p[4:6])[0],
           "next": p[6], "hops": p[7], "src": socket.inet_ntop(socket.AF_INET6, p[8:24]),
           "dst": socket.inet_ntop(socket.AF_INET6, p[24:40])}
    next, body, later = p[6], p[40:], 0
    if next == FRAGMENT and len(body) >= 8:
        next, later = body[0], struct.unpack("!H", body[2:4])[0]
        out.update({"frag.next": next, "frag.reserved": body[1], "frag.offset": later & ~7,
                    "frag.m": later & 7, "frag.id": struct.unpack("!I", body[4:8])[0]})
        body = body[8:]
    out = {at + k: v for k, v in out.items()}
    out.update(payload(body, next == ICMP6 and not later & ~7, range(128), at))
    return out


def payload(body, is_icmp, errors, at):
    if not is_icmp or len(body) < 8:
        return {at + "payload": body.hex()}
    out = {at + "icmp.type": body[0], at + "icmp.code": body[1], at + "icmp.checksum": body[2:4].hex(),
           at + "icmp.word": body[4:8].hex()}
    if body[0] in errors and not at:
        out.update(fields(body[8:], "inner."))
    else:
        out[at + "icmp.data"] = body[8:].hex()
    return out


def sum_ok(packet):
    """Checksums of a packet, from scratch; what is missing."""
    if packet[0] >> 4 == 4:
        hlen = (packet[0] & 15) * 4
        if checksum(packet[:hlen]):
            return ["IPv4 header checksum is wrong"]
        if struct.unpack("!H", packet[6:8])[0] & 0x3fff:
            return []
        proto, body, pseudo = packet[9], packet[hlen:], packet[12:20]
        pseudo += struct.pack("!HH", proto, len(body)) if proto != ICMP else b""
        pseudo = b"" if proto == ICMP else pseudo
        inner = body[8:] if proto == ICMP and body[0] in ICMP_ERRORS else b""
        if len(inner) >= 20 and inner[0] == 0x45 and checksum(inner[:20]):
            return ["header checksum of the inner packet is wrong"]
    else:
        proto, body = packet[6], packet[40:]
        pseudo = packet[8:40] + struct.pack("!II", len(body), proto)
    if proto not in (TCP, UDP, ICMP if packet[0] >> 4 == 4 else ICMP6):
        return []
    if proto == UDP and body[6:8] == b"\0\0":
        return [] if packet[0] >> 4 == 4 else ["UDP checksum is zero"]
    return ["checksum of protocol %d is wrong" % proto] if checksum(pseudo + body) else []


def compare(got, want, vary):
    """What is not as wanted, as lines."""
    if callable(want):
        return want(got)
    is_, expected = fields(got), fields(want)
    if "inner.id" in vary or "id" in vary:
        vary = {*vary, "checksum", "inner.checksum", "icmp.checksum"}
    lines = ["%s: %s, expected %s" % (k, is_.get(k), expected.get(k))
             for k in {**expected, **is_} if k not in vary and is_.get(k) != expected.get(k)]
    return lines + (sum_ok(got) if vary else [])


# ---- errors that the translator itself sends ----


def answer(type, code, word=None, about=None):
    """An ICMP or ICMPv6 error to the sender of a packet, of one's own address
    (or what the other side knows it by), with what it is about."""
    def test(got):
        f = fields(got)
        lines = sum_ok(got)
        if (f.get("icmp.type"), f.get("icmp.code")) != (type, code):
            lines.append("type, code: %s,%s, expected %d,%d" % (
                f.get("icmp.type"), f.get("icmp.code"), type, code))
        if word is not None and f.get("icmp.word") != word.hex():
            lines.append("pointer, MTU: %s, expected %s" % (f.get("icmp.word"), word.hex()))
        own = OWN6 + tuple(embed(a) for a in OWN4) if f["family"] == 6 else OWN4
        if f["src"] not in own:
            lines.append("source: %s, expected one's own" % f["src"])
        if about:
            sent = fields(about)
            quoted = f.get("inner.ttl", f.get("inner.hops"))
            if quoted != sent.get("ttl", sent.get("hops")):
                lines.append("quoted with TTL %s, not as it came" % quoted)
            if f["dst"] != sent["src"] or (f.get("inner.src"), f.get("inner.dst")) != (sent["src"], sent["dst"]):
                lines.append("sent to %s about %s > %s" % (f["dst"], f.get("inner.src"), f.get("inner.dst")))
        return lines
    return test


def one_of(*tests):
    """None stands for no answer at all."""
    def test(got):
        lines = [t(got) for t in tests if t]
        return [] if [] in lines else sum(lines, [])
    test.optional = None in tests
    return test


# ---- the way through the translator ----

# Counters that say no more than that something happened.
PASSIVE = re.compile(r"(tx|rx)_(packets|bytes|reassembled|mss_clamped)|tx_frag_.*|rx_frag_.*|rx_icmp_.*|snat_bound")


def lines_of(packets, wanted, vary):
    """What is wrong with packets that came, and are expected in this order."""
    out = []
    for n, (got, want) in enumerate(zip(packets, wanted)):
        bad = compare(got, want, vary)
        if bad:
            out += ["packet %d: %s" % (n + 1, line) for line in bad] + ["  is: " + got.hex()]
    out += ["missing: " + (w.hex() if isinstance(w, bytes) else "a packet")
            for w in wanted[len(packets):] if not getattr(w, "optional", False)]
    return out + ["not expected: %s, %s" % (describe(p), p.hex()) for p in packets[len(wanted):]]


class Way(Path):
    vary = ()

    def case(self, what, packets, *wanted, vary=None, answer=None, drop=0, counts=None):
        """Packets in, those that come out, the ICMP error that comes back, how
        many are dropped and counted ("stack": it may be the stack that does),
        and by which counter, if there is a name for it."""
        if isinstance(packets, bytes):
            packets = [packets]
        if LIST:
            return ok(what)
        seen, answers, count, came = self.run(packets)
        lost = {k: v for k, v in count.items() if not PASSIVE.fullmatch(k)}
        drop = len(packets) if drop is True else drop
        lines = lines_of(seen, wanted, self.vary if vary is None else vary)
        lines += ["answer: " + line for line in lines_of(answers, [answer] if answer else [], ())]
        if drop != "stack" and sum(lost.values()) != drop:
            lines.append("counted as dropped: %s, expected %d" % (lost or 0, drop))
        if counts and not lost.keys() & {*([counts] if isinstance(counts, str) else counts)}:
            lines.append("counted: %s, expected %s" % (lost, counts))
        if not came:
            lines.append("a good packet after it did not come")
        return check(what, not lines, *lines)

    def drops(self, what, packets, counts=None, **more):
        """Silently."""
        return self.case(what, packets, drop=more.pop("drop", True), counts=counts, **more)

    def collect(self, packets):
        """What comes out, for a test to judge."""
        return ([], True) if LIST else (lambda seen, _, __, came: (seen, came))(*self.run(packets))


class Listed(Way):
    def __init__(self, *_):
        pass


def ways():
    """The way from IPv4 to IPv6, and back."""
    if LIST:
        return Listed(), Listed()
    v4, v6 = Quiet("net", "v4", ("node", "out")), Quiet("net", "v6", ("node", "wan"))
    if os.environ["role"] == "br":
        host = FULL if os.environ.get("host") == "full" else CE
        there, back = (SRV, host, 7, PORT), (host, SRV, PORT, 7)
    else:
        there, back = (CE, SRV, PORT, 7), (SRV, CE, 7, PORT)

    def of(src, dst, *ports):
        return lambda n: Udp(*ports, b"control %d" % n), src, dst
    l4, src, dst = of(*there)
    to6 = Way(v4, v6, v4, "node", lambda n: pkt4(src, dst, l4(n)),
              lambda n: lambda p: p[40:] == l4(n).seg6(src.v6, dst.v6), counts="tx_packets")
    l4_, src_, dst_ = of(*back)
    to4 = Way(v6, v4, v6, "node", lambda n: pkt6(src_, dst_, l4_(n)),
              lambda n: lambda p: p[20:] == l4_(n).seg4(src_.v4, dst_.v4))
    to4.vary = ("id", "inner.id")
    return to6, to4


class Quiet(Tap):
    """Hears what is translated: echo requests are no noise here."""

    def _noise(self, packet, addr):
        if addr[2] == socket.PACKET_OUTGOING or addr[1] not in (P_IP, P_IPV6):
            return True
        # Neighbour and listener discovery are multicast, or for no more than
        # this link.
        return packet[0] >> 4 == 6 and (packet[24] == 0xff or packet[24:26] == b"\xfe\x80")
