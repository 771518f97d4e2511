# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, section 5.1: IPv6 headers into IPv4 headers."""

from xlat import *

_, to4 = ways()
NOW = [a for a in sys.argv[1:] if a != "--list"]
HOSTS = (("shared", CE, PORT), ("full", FULL, 9))
AH = 51


def u(sport=PORT, data=b"data"):
    return Udp(sport, 53, data)


def kinds(port=PORT):
    return ("UDP", u(port)), ("TCP", Tcp(port, 80)), ("echo", Echo(port))


def plain():
    for kind, host, port in HOSTS:
        for name, l4 in (*kinds(port), ("UDP, no data", u(port, b"")), ("UDP, an odd length", u(port, b"odd"))):
            to4.case("5.1 %s from a %s address: all fields" % (name, kind), pkt6(host, SRV, l4),
                     pkt4(host, SRV, l4, ttl=63))
    for label in (1, 0xfffff):
        to4.case("5.1 flow label %#x goes away" % label, pkt6(CE, SRV, u(), label=label), pkt4(CE, SRV, u(), ttl=63))
    for size in (1, 7, 100, 1000):
        to4.case("5.1 Total Length: %d bytes of data" % size, pkt6(CE, SRV, u(data=bytes(size))),
                 pkt4(CE, SRV, u(data=bytes(size)), ttl=63))
    for pad in (1, 30):
        to4.case("5.1 Total Length is Payload Length's, not the frame's: %d bytes of padding" % pad,
                 pkt6(CE, SRV, u()) + bytes(pad), pkt4(CE, SRV, u(), ttl=63))
    for size in (48, 1259, 1260, 1261, 1262, 1300, 1480):
        for name, l4 in (("UDP", u(data=bytes(size - 28))), ("TCP", Tcp(PORT, 80, data=bytes(size - 40)))):
            to4.case("5.1 MUST: Don't Fragment is %d for a packet of %d bytes, %s" % (size > 1260, size, name),
                     pkt6(CE, SRV, l4), pkt4(CE, SRV, l4, ttl=63, flags=DF if size > 1260 else 0))


def identification():
    if LIST:
        return ok("5.1 Identification: by a generator")
    seen, came = to4.collect([pkt6(CE, SRV, u()) for _ in range(16)])
    found = [fields(p)["id"] for p in seen]
    check("5.1 Identification: by a generator", came and len(found) == 16 and len(set(found)) > 8, found)


def tos():
    for tc in (0, 1, 2, 3, 0x28, 0xb8, 0xbb, 0xfc, 0xff):
        to4.case("5.1 TOS: %#x is copied from Traffic Class, all bits" % tc, pkt6(CE, SRV, u(), tclass=tc),
                 pkt4(CE, SRV, u(), tos=tc, ttl=63))


def hops():
    for ttl in (2, 3, 64, 128, 255):
        to4.case("5.1 Time to Live: hop limit %d is decremented once" % ttl, pkt6(CE, SRV, u(), hops=ttl),
                 pkt4(CE, SRV, u(), ttl=ttl - 1))
    for name, l4 in kinds():
        for ttl in (0, 1):
            p = pkt6(CE, SRV, l4, hops=ttl)
            to4.case("5.1 MUST: hop limit %d of %s is answered with Time Exceeded" % (ttl, name), p,
                     answer=answer(3, 0, about=p), drop="stack")
    p = pkt6(CE, SRV, Error((3, 1), (1, 0), both(SRV, CE, Udp(53, PORT))), hops=1)
    to4.case("5.1 hop limit 1 of an ICMPv6 error: no error about an error", p, drop="stack")


PAD = bytes([0, 0]) + b"\x01\x04" + bytes(4)
LONG = bytes([0, 31]) + b"\x01\xfc" + bytes(252)
SPENT = bytes([0, 2, 0, 0]) + bytes(4) + a6("2001:db8::1")
SPENT4 = bytes([0, 2, 4, 0]) + bytes(4) + a6("2001:db8::1")
SKIPPED = {
    "Hop-by-Hop Options": [(HOPOPTS, PAD)],
    "Destination Options": [(DSTOPTS, PAD)],
    "Destination Options of 256 bytes": [(DSTOPTS, LONG)],
    "an encapsulation limit": [(DSTOPTS, bytes([0, 0]) + b"\x04\x01\x04\x01\x01\0")],
    "Routing, type 0, no segment left": [(ROUTING, SPENT)],
    "Routing, type 4, no segment left": [(ROUTING, SPENT4)],
    "Routing, an unknown type, no segment left": [(ROUTING, bytes([0, 0, 253, 0]) + bytes(4))],
    "Hop-by-Hop and Destination Options": [(HOPOPTS, PAD), (DSTOPTS, PAD)],
    "all of them": [(HOPOPTS, PAD), (DSTOPTS, PAD), (ROUTING, SPENT), (DSTOPTS, LONG)],
    # Somewhere there is an end to it (RFC 8504, section 5.3).
    "Destination Options seven times": [(DSTOPTS, PAD)] * 7,
}


def extensions():
    for name, headers in SKIPPED.items():
        for kind, l4 in kinds():
            to4.case("5.1 MUST: %s: skipped, Total Length and Protocol adjusted, %s" % (name, kind),
                     extended(pkt6(CE, SRV, l4), *headers), pkt4(CE, SRV, l4, ttl=63))
        l4 = u(data=bytes(1280 - 40 - 8))
        packet = extended(pkt6(CE, SRV, l4), *headers)
        if len(packet) <= 1500:
            to4.case("5.1 %s: DF by the size of the translated packet, 1260" % name, packet,
                     pkt4(CE, SRV, l4, ttl=63))
    l4 = Error((3, 1), (1, 0), both(SRV, CE, Udp(53, PORT)))
    for name, headers in SKIPPED.items():
        to4.case("5.1 MUST: %s in front of an ICMPv6 error" % name, extended(pkt6(CE, SRV, l4), *headers),
                 pkt4(CE, SRV, l4, ttl=63))


def segments_left():
    for type, left, lead in ((0, 1, []), (0, 2, []), (4, 1, []), (253, 1, []), (253, 255, []),
                             (0, 1, [(DSTOPTS, PAD)]), (4, 1, [(HOPOPTS, PAD), (DSTOPTS, LONG)]),
                             (0, 1, [(ROUTING, SPENT)])):
        route = bytes([0, 4, type, left]) + bytes(4) + a6("2001:db8::1") + a6("2001:db8::2")
        at = 40 + sum(len(h) for _, h in lead) + 3
        p = extended(pkt6(CE, SRV, u()), *lead, (ROUTING, route))
        to4.case("5.1 MUST NOT: routing header of type %d, %d segments left, behind %d headers: refused, pointer %d"
                 % (type, left, len(lead), at), p, answer=answer(4, 0, word(at), p), drop=True,
                 counts="rx_routing_header")
    p = extended(pkt6(CE, SRV, Error((3, 1), (1, 0), both(SRV, CE, Udp(53, PORT)))), (ROUTING, route))
    to4.case("5.4 a routing header with segments left on an ICMPv6 error: refused, no error about an error", p,
             drop=True, counts="rx_routing_header")


def broken():
    for name, header in (("too long for the packet", bytes([0, 255]) + b"\x01\x04" + bytes(4)),):
        for number in (DSTOPTS, ROUTING):
            p = extended(pkt6(CE, SRV, u()), (number, header))
            to4.case("5.1 extension header %d %s: not translated" % (number, name), p, drop=True,
                     answer=one_of(None, answer(4, 0), answer(1, 1)))
    for n in (1, 2, 7):
        p = pkt6(CE, SRV, u())
        p = p[:4] + struct.pack("!HB", n, DSTOPTS) + p[7:40] + (bytes([UDP, 0]) + bytes(6))[:n]
        to4.case("5.1 %d bytes of an extension header: not translated" % n, p, drop=True,
                 answer=one_of(None, answer(4, 0), answer(1, 1)))
    for name, l4, n in (("UDP", u(), 7), ("TCP", Tcp(PORT, 80), 19), ("ICMPv6", Echo(PORT), 7)):
        p = pkt6(CE, SRV, l4)
        p = p[:4] + struct.pack("!H", n) + p[6:40 + n]
        to4.case("5.1 %d bytes of %s: not translated" % (n, name), p, drop=True,
                 answer=one_of(None, answer(1, 1), answer(1, 5)))


def illegal():
    for src in ("::1", "::", "ff02::1", "ff0e::1", "fe80::1"):
        p = ip6(src, SRV.v6, u().seg6(src, SRV.v6), UDP)
        to4.case("5.1 an illegal source %s is silently dropped" % src, p, drop="stack",
                 answer=one_of(None, answer(1, 2)))
    for src in ("::ffff:192.0.2.18", "::192.0.2.18", "2001:db7::1", "2001:db8:f:ff::77"):
        p = ip6(src, SRV.v6, u().seg6(src, SRV.v6), UDP)
        to4.case("RFC 7599, 8.3: a source %s of no rule is dropped" % src, p,
                 drop=True if src.startswith("2001") else "stack",
                 answer=one_of(None, answer(1, 1), answer(1, 5)))
    for dst in ("127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"):
        p = pkt6(CE, outside(dst), u())
        to4.case("5.1 to %s nothing goes" % dst, p, drop="stack", answer=one_of(None, answer(1, 1), answer(1, 0)))


def settings(name, value):
    if name == "tos" and value != "inherit":
        for tc in (0, 0x28, 0xb8):
            to4.case("5.1 TOS: set to %s by the administrator, Traffic Class %#x" % (value, tc),
                     pkt6(CE, SRV, u(), tclass=tc), pkt4(CE, SRV, u(), tos=int(value, 0), ttl=63))
    elif name == "tos":
        tos()
    else:
        m = int(value)
        l4 = u(data=bytes(m - 28))
        to4.case("5.1 an IPv4 packet of %d fits in the next hop's %d" % (m, m), pkt6(CE, SRV, l4),
                 pkt4(CE, SRV, l4, ttl=63, flags=DF))
        for kind, host, port in HOSTS:
            p = pkt6(host, SRV, u(port, bytes(m - 27)))
            to4.case("5 one of %d does not: Packet Too Big, %d, %s" % (m + 1, m + 20, kind), p,
                     answer=answer(2, 0, word(m + 20), p), drop="stack")


if NOW:
    settings(*NOW)
else:
    plain()
    identification()
    tos()
    hops()
    extensions()
    segments_left()
    broken()
    illegal()
done()
