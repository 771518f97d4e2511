# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, section 4.1: IPv4 headers into IPv6 headers."""

from xlat import *

to6, _ = ways()
NOW = [a for a in sys.argv[1:] if a != "--list"]
HOSTS = (("shared", CE, PORT), ("full", FULL, 9))


def u(dport=PORT, data=b"data"):
    return Udp(53, dport, data)


def plain():
    for kind, host, port in HOSTS:
        for name, l4 in (("UDP", u(port)), ("TCP", Tcp(80, port)), ("echo", Echo(port)),
                         ("UDP, no data", u(port, b"")), ("UDP, an odd length", u(port, b"odd"))):
            to6.case("4.1 %s to a %s address: all fields" % (name, kind), pkt4(SRV, host, l4),
                     pkt6(SRV, host, l4, hops=63))
    for dont in (0, DF):
        to6.case("4.1 Fragment Header: none for a whole packet, DF %d" % bool(dont),
                 pkt4(SRV, CE, u(), flags=dont, id=0x4711), pkt6(SRV, CE, u(), hops=63))
    to6.case("4.1 the reserved flag is no reason for anything", pkt4(SRV, CE, u(), flags=0x8000),
             pkt6(SRV, CE, u(), hops=63))
    for size in (1, 7, 100, 1000):
        l4 = u(data=bytes(size))
        to6.case("4.1 Payload Length: %d bytes of data" % size, pkt4(SRV, CE, l4), pkt6(SRV, CE, l4, hops=63))
    for pad in (1, 26):
        to6.case("4.1 Payload Length is Total Length's, not the frame's: %d bytes of padding" % pad,
                 pkt4(SRV, CE, u()) + bytes(pad), pkt6(SRV, CE, u(), hops=63))


def tclass():
    for tos in (0, 1, 2, 3, 0x28, 0xb8, 0xbb, 0xfc, 0xff):
        to6.case("4.1 Traffic Class: %#x is copied from TOS, all bits" % tos, pkt4(SRV, CE, u(), tos=tos),
                 pkt6(SRV, CE, u(), tclass=tos, hops=63))


def hops():
    for ttl in (2, 3, 64, 128, 255):
        to6.case("4.1 Hop Limit: TTL %d is decremented once" % ttl, pkt4(SRV, CE, u(), ttl=ttl),
                 pkt6(SRV, CE, u(), hops=ttl - 1))
    for name, l4 in (("UDP", u()), ("TCP", Tcp(80, PORT)), ("echo", Echo(PORT))):
        for ttl in (0, 1):
            p = pkt4(SRV, CE, l4, ttl=ttl)
            to6.case("4.1 MUST: TTL %d of %s is answered with Time Exceeded" % (ttl, name), p,
                     answer=answer(11, 0, about=p), drop="stack")
    p = pkt4(SRV, CE, Error((3, 1), (1, 0), both(CE, SRV, Udp(PORT, 53))), ttl=1)
    to6.case("4.1 TTL 1 of an ICMP error: no error about an error", p, drop="stack")


OPTIONS = {
    "no-operation": b"\1" * 4,
    "end of list": b"\0" * 8,
    "record route": b"\x07\x0b\x04" + bytes(8) + b"\0",
    "record route, full": b"\x07\x07\x08" + bytes(5),
    "timestamp": b"\x44\x0c\x05\x00" + bytes(8),
    "router alert": b"\x94\x04\x00\x00",
    "stream identifier": b"\x88\x04\x12\x34",
    "unknown, copied": b"\x9e\x08" + bytes(6),
    "unknown, 40 bytes": b"\x1e\x28" + bytes(38),
    "40 no-operations": b"\1" * 40,
    "loose source route, expired": b"\x83\x07\x08" + a4("198.51.100.9") + b"\0",
}


def options():
    for name, option in OPTIONS.items():
        for kind, l4 in (("UDP", u()), ("TCP", Tcp(80, PORT)), ("echo", Echo(PORT))):
            to6.case("4.1 MUST: option %s is ignored, %s" % (name, kind),
                     pkt4(SRV, CE, l4, options=option), pkt6(SRV, CE, l4, hops=63))
    for name, number in (("loose", 131), ("strict", 137)):
        for at, lead in (("first", b""), ("after no-operations", b"\1\1\1"), ("after another", b"\x88\x04\x12\x34")):
            route = lead + bytes([number, 11, 4]) + a4("198.51.100.77") + a4("198.51.100.78")
            p = pkt4(SRV, CE, u(), options=route)
            # A strict one whose next hop is another is the stack's business, over
            # or not: it says Parameter Problem.
            to6.case("4.1 MUST: %s source route, unexpired, %s: discarded, answered with 3,5" % (name, at), p,
                     answer=one_of(answer(3, 5, about=p), answer(12, 0, about=p) if name == "strict" else answer(3, 5)),
                     drop="stack" if name == "strict" else True,
                     counts="tx_source_route" if name == "loose" else None)
        p = pkt4(SRV, CE, Error((3, 1), (1, 0), both(CE, SRV, Udp(PORT, 53))),
                 options=bytes([number, 7, 4]) + a4("198.51.100.77"))
        to6.case("4.4 %s source route on an ICMP error: discarded, no error about an error" % name, p, drop="stack")


def illegal():
    for src in ("0.0.0.0", "127.0.0.1", "127.255.255.254", "224.0.0.1", "239.1.2.3",
                "255.255.255.255"):
        to6.case("4.1 an illegal source %s is silently discarded" % src,
                 ip4(src, CE4, UDP, u().seg4(src, CE4)), drop="stack")
    to6.case("RFC 7599, 8.4: a port that is in no port set is not translated",
             pkt4(SRV, CE, u(1023)), answer=one_of(None, answer(3, 13), answer(3, 1), answer(3, 0)), drop=True)
    to6.case("4.1 a broken header checksum is discarded",
             ip4(SRV4, CE4, UDP, u().seg4(SRV4, CE4), csum=0xdead), drop="stack")


def next_hop():
    """The MTU of the next hop is 1500, the one of the IPv4 side as well."""
    for size, l4 in ((1480, u(data=bytes(1452))), (1480, Tcp(80, PORT, data=bytes(1440)))):
        to6.case("4.1 DF and Total Length %d: fits in 1500" % size, pkt4(SRV, CE, l4, flags=DF),
                 pkt6(SRV, CE, l4, hops=63))
    for size in (1481, 1500):
        for kind, host, port in HOSTS:
            p = pkt4(SRV, host, u(port, bytes(size - 28)), flags=DF)
            to6.case("4.1 MUST: DF and Total Length %d, %s: Fragmentation Needed, 1480" % (size, kind), p,
                     answer=answer(3, 4, word(1480), p), drop="stack")


    # The RFC goes by Total Length, options included.
    for size, options in ((1481, 4), (1488, 8), (1500, 40)):
        p = pkt4(SRV, CE, u(data=bytes(size - 28 - options)), flags=DF, options=b"\1" * options)
        to6.case("4.1 MUST: DF and Total Length %d, %d bytes of options: Fragmentation Needed" % (size, options), p,
                 answer=answer(3, 4, word(1480), p), drop="stack")
    for options in (4, 40):
        l4 = u(data=bytes(1232))
        to6.case("4 MUST NOT: no DF, IPv6 packet of 1280, %d bytes of options: no Fragment Header" % options,
                 pkt4(SRV, CE, l4, options=b"\1" * options), pkt6(SRV, CE, l4, hops=63))


def joined(name, l4, size, most, dst=CE):
    """Fragments of an IPv6 packet, each short enough, in which the payload is
    complete; so they are of any size."""
    p = pkt4(SRV, dst, l4, id=0xbeef)
    assert len(p) == size
    whole = pkt6(SRV, dst, l4, hops=63)
    seen, came = to6.collect([p])
    if LIST:
        return ok(name)
    got = [fields(f) for f in seen]
    body = b"".join(f[48:] for f in seen)
    head = {"src": SRV.v6, "dst": dst.v6, "next": FRAGMENT, "frag.next": l4.p6, "frag.id": 0xbeef, "hops": 63,
            "frag.reserved": 0}
    good = len(seen) > 1 and body == whole[40:] and all(
        len(f) <= most and f[4:6] == struct.pack("!H", len(f) - 40) for f in seen) and all(
        g.get(k) == v for g in got for k, v in head.items()) and [g.get("frag.m") for g in got] == \
        [1] * (len(got) - 1) + [0] and [g.get("frag.offset") for g in got] == [
            sum(len(f) - 48 for f in seen[:n]) for n in range(len(seen))]
    return check(name, good and came, *map(str, got))


def lowest(most):
    """A packet without DF is cut where its translation exceeds the setting."""
    for kind, host, port in HOSTS:
        for name, l4 in (("UDP", u(port, bytes(most - 20 - 28))), ("TCP", Tcp(80, port, data=bytes(most - 20 - 40)))):
            to6.case("4 MUST NOT: no Fragment Header, no DF, IPv6 packet of %d, %s, %s" % (most, name, kind),
                     pkt4(SRV, host, l4), pkt6(SRV, host, l4, hops=63))
        for size in (most - 19, 1500) if most < 1480 else ():
            joined("4.1 no DF, Total Length %d, %s: fragments of at most %d" % (size, kind, most),
                   u(port, bytes(i & 255 for i in range(size - 28))), size, most, host)
            joined("4.1 no DF, Total Length %d, %s: fragments of at most %d, TCP" % (size, kind, most),
                   Tcp(80, port, data=bytes(i & 255 for i in range(size - 40))), size, most, host)


def settings(name, value):
    if name == "tclass" and value != "inherit":
        for tos in (0, 0x28, 0xb8):
            to6.case("4.1 Traffic Class: set to %s by the administrator, TOS %#x" % (value, tos),
                     pkt4(SRV, CE, u(), tos=tos), pkt6(SRV, CE, u(), tclass=int(value, 0), hops=63))
    elif name == "tclass":
        tclass()
    elif name == "lowest":
        lowest(int(value))
    elif name == "mtu":
        m = int(value)
        l4 = u(data=bytes(m - 20 - 28))
        to6.case("4.1 DF and Total Length %d: fits in %d" % (m - 20, m), pkt4(SRV, CE, l4, flags=DF),
                 pkt6(SRV, CE, l4, hops=63))
        p = pkt4(SRV, CE, u(data=bytes(m - 19 - 28)), flags=DF)
        to6.case("4.1 MUST: DF and Total Length %d, next hop %d: Fragmentation Needed, %d" % (m - 19, m, m - 20), p,
                 answer=answer(3, 4, word(m - 20), p), drop="stack")


if NOW:
    settings(*NOW)
else:
    plain()
    tclass()
    hops()
    options()
    illegal()
    next_hop()
    lowest(1280)
done()
