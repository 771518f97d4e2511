# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, section 5.1.1: IPv6 fragments into IPv4 fragments."""

from xlat_frag import *

_, to4 = ways()
NOW = [a for a in sys.argv[1:] if a != "--list"]
ids = itertools.count(0x8200)
PAD = bytes([0, 0]) + b"\x01\x04" + bytes(4)
AH = 51


def some(n):
    return bytes(i * 7 & 255 for i in range(n))


def frag(src, dst, next, body, off=0, more=1, id=1, reserved=0, **head):
    return ip6(src.v6, dst.v6, struct.pack("!BBHI", next, reserved, off | more, id) + body, next=FRAGMENT, **head)


def one_by_one():
    """A full address needs no port, and nothing is put together."""
    for name, l4 in (("UDP", Udp(9, 53, some(200))), ("TCP", Tcp(9, 80, data=some(200))),
                     ("another protocol", Raw(GRE, some(208)))):
        for tc in (0, 0xb8):
            id = next(ids)
            six = fragments6(pkt6(FULL, SRV, l4, tclass=tc), 64, 128, id=id)
            four = fragments(pkt4(FULL, SRV, l4, id=id, tos=tc, ttl=63), 64, 128)
            for n, at in enumerate(("first", "middle", "last")):
                to4.case("5.1.1 %s, Traffic Class %#x, the %s fragment: all fields" % (name, tc, at), six[n], four[n],
                         vary=())
            to4.case("5.1.1 %s, Traffic Class %#x, last fragment first" % (name, tc), six[::-1], *four[::-1], vary=())
    l4 = Udp(9, 53, some(200))
    for id in (0, 1, 0x8000, 0xffff, 0x10000, 0xabcd4711, 0xffffffff):
        to4.case("5.1.1 Identification %#x: the low-order 16 bits" % id,
                 fragments6(pkt6(FULL, SRV, l4), 104, id=id),
                 *fragments(pkt4(FULL, SRV, l4, id=id & 0xffff, ttl=63), 104), vary=())
    id = next(ids)
    for name, headers in (("Hop-by-Hop Options", [(HOPOPTS, PAD)]), ("Destination Options", [(DSTOPTS, PAD)]),
                          ("both", [(HOPOPTS, PAD), (DSTOPTS, PAD)])):
        for n in (0, 1):
            to4.case("5.1.1 MUST: %s before the Fragment Header: Total Length without them" % name,
                     extended(fragments6(pkt6(FULL, SRV, l4), 104, id=id)[n], *headers),
                     fragments(pkt4(FULL, SRV, l4, id=id, ttl=63), 104)[n], vary=())
    for size in (100, 1220, 1300):
        l4 = Udp(9, 53, some(size))
        to4.case("5.1.1 a Fragment Header around a whole packet of %d bytes: Identification kept, DF 0" % size,
                 fragments6(pkt6(FULL, SRV, l4), id=0x12345678), pkt4(FULL, SRV, l4, id=0x5678, ttl=63), vary=())
    l4 = Udp(9, 53, some(2800))
    to4.case("5.1.1 DF is cleared, also where the packet is longer than 1260 bytes",
             fragments6(pkt6(FULL, SRV, l4), 1448, id=id),
             *fragments(pkt4(FULL, SRV, l4, id=id, ttl=63), 1448), vary=())
    to4.case("5.1.1 Fragment Offset 65520", frag(FULL, SRV, UDP, some(8), 65520, 1, id),
             ip4(FULL.v4, SRV4, UDP, some(8), id=id, off=65520, flags=MF, ttl=63), vary=())
    to4.case("5.1.1 reserved bits of the Fragment Header are ignored",
             frag(FULL, SRV, UDP, some(16), 64 | 6, 1, id, reserved=0xff),
             ip4(FULL.v4, SRV4, UDP, some(16), id=id, off=64, flags=MF, ttl=63), vary=())
    p = frag(FULL, SRV, UDP, some(16), 64, 1, id, hops=1)
    to4.case("5.1 hop limit 1 of a fragment is answered", p, answer=answer(3, 0), drop="stack")


def next_headers():
    for number, name in ((HOPOPTS, "Hop-by-Hop Options"), (ROUTING, "Routing"), (DSTOPTS, "Destination Options"),
                         (AH, "Authentication Header"), (FRAGMENT, "Fragment")):
        for off, at in ((0, "first"), (64, "later")):
            p = frag(FULL, SRV, number, bytes([UDP, 0, 0, 0]) + bytes(60), off, 1, next(ids))
            to4.case("5.1.1 the Fragment Header's Next Header is %s, %s fragment: dropped" % (name, at), p,
                     drop=True, counts="rx_extension_header", answer=one_of(None, answer(1, 1), answer(4, 1)))
    for off, at in ((0, "first"), (64, "later")):
        id = next(ids)
        to4.case("5.1.1 it is ESP, %s fragment: translated" % at, frag(FULL, SRV, ESP, some(64), off, 1, id),
                 ip4(FULL.v4, SRV4, ESP, some(64), off=off, flags=MF, id=id, ttl=63), vary=())


def orders(n):
    yield "in order", list(range(n))
    yield "last first", list(range(n))[::-1]
    if n > 2:
        yield "first one last", [*range(1, n), 0]
        yield "middle first", [1, 0, *range(2, n)]


def shared():
    for name, l4 in (("UDP", Udp(PORT, 53, some(200))), ("TCP", Tcp(PORT, 80, data=some(200))),
                     ("echo", Echo(PORT, data=some(200))), ("echo reply", Echo(PORT, True, data=some(200)))):
        for cuts in ((104,), (64, 128), (24, 48, 72, 96)):
            for how, order in orders(len(cuts) + 1):
                id = next(ids) | 0xabc0000
                six = fragments6(pkt6(CE, SRV, l4), *cuts, id=id)
                puts_together(to4, "5.1.1 %s in %d fragments from a shared address, %s" % (name, len(six), how),
                              [six[n] for n in order], pkt4(CE, SRV, l4))
    for size in (2900, 6000):
        l4 = Udp(PORT, 53, some(size))
        puts_together(to4, "5.1.1 UDP of %d bytes from a shared address" % size,
                      fragments6(pkt6(CE, SRV, l4), *range(1440, size, 1440), id=next(ids)), pkt4(CE, SRV, l4))
    # As IPv4 fragments the two would have one identification.
    one, two, id = Udp(PORT, 53, some(200)), Udp(PORT, 54, some(200)[::-1]), next(ids)
    mix = [f for pair in zip(fragments6(pkt6(CE, SRV, one), 64, 128, id=id),
                             fragments6(pkt6(CE, SRV, two), 64, 128, id=id | 0x10000)[::-1]) for f in pair]
    if not LIST:
        seen, came = to4.collect(mix)
        check("RFC 8200, 4.5: identifications that agree in 16 bits of 32 are not mixed up",
              came and sorted(piece(p)[3] for p in seen) == sorted([one.seg4(CE4, SRV4), two.seg4(CE4, SRV4)]),
              *map(describe, seen))
    one, two, id = Udp(PORT, 53, some(200)), Udp(FOREIGN, 53, some(200)[::-1]), next(ids)
    mix = [f for pair in zip(fragments6(pkt6(CE, SRV, one), 64, 128, id=id)[::-1],
                             fragments6(pkt6(NEIGHBOUR, SRV, two), 64, 128, id=id)) for f in pair]
    if LIST:
        return ok("RFC 7599, 10.3")
    seen, came = to4.collect(mix)
    bodies = sorted(piece(p)[3] for p in seen)
    check("RFC 7597, 8.3.2: two CEs with one address and one identification both get through",
          came and (bodies == sorted([one.seg4(CE4, SRV4), two.seg4(CE4, SRV4)]) or len(seen) == 6),
          *map(describe, seen))
    return None


def refused():
    for cut in (8, 16):
        p = fragments6(pkt6(FULL, SRV, Tcp(9, 80, data=some(200))), cut, id=next(ids))[0]
        to4.case("5.1.1 a first fragment shorter than a TCP header, %d bytes, is refused" % cut, p, drop=True,
                 counts="rx_short_fragment",
                 answer=one_of(None, answer(1, 1)))
        l4 = Tcp(PORT, 80, data=some(200))
        puts_together(to4, "5.1.1 from a shared address: %d bytes of TCP header first: refused, or whole" % cut,
                      fragments6(pkt6(CE, SRV, l4), cut, id=next(ids)), pkt4(CE, SRV, l4), none=True)
    l4 = Echo(1, data=some(200))
    puts_together(to4, "1.2 a fragmented echo from a full address: dropped, or right",
                  fragments6(pkt6(FULL, SRV, l4), 64, 128, id=next(ids)), pkt4(FULL, SRV, l4), none=True)
    l4 = Error((3, 3), (1, 4), both(SRV, CE, Udp(53, PORT, some(300)), id=7))
    if not LIST:
        seen, came = to4.collect(fragments6(pkt6(CE, SRV, l4), 64, 128, id=next(ids)))
        check("1.2 a fragmented ICMPv6 error: dropped, or right", came and not sum(map(sum_ok, seen), []),
              *map(describe, seen))
    one = fragments6(pkt6(CE, SRV, Udp(PORT, 53, some(200))), 64, 128, id=next(ids))
    evil = one[1][:44 - 2] + struct.pack("!H", 56 | 1) + one[1][44:]
    to4.case("RFC 8200, 4.5: fragments of a shared address that overlap are discarded", [one[0], evil, *one[1:]],
             drop="stack")
    later = fragments6(pkt6(CE, SRV, Udp(PORT, 53, some(200))), 64, 128, id=next(ids))[1:]
    to4.case("RFC 7599, 8.3 MUST: without the first fragment nothing comes from a shared address", later, drop="stack")


def narrow(mtu):
    """Packets of at most 1280 bytes in IPv6 have to get through."""
    for name, make in (("UDP", lambda n: Udp(PORT, 53, some(n - 48))),
                       ("TCP", lambda n: Tcp(PORT, 80, data=some(n - 60)))):
        for size in (mtu + 20, mtu + 21, 1279, 1280):
            l4 = make(size)
            puts_together(to4, "5.1.1 MUST: an IPv6 packet of %d bytes is fragmented for a next hop of %d, %s" % (
                size, mtu, name), [pkt6(CE, SRV, l4)], pkt4(CE, SRV, l4), most=mtu)
    l4 = Udp(9, 53, some(2400))
    id = next(ids)
    puts_together(to4, "5.1.1 fragments are fragmented further", fragments6(pkt6(FULL, SRV, l4), 1232, id=id),
                  pkt4(FULL, SRV, l4), most=mtu, id=id)


if NOW:
    narrow(int(NOW[1]))
else:
    one_by_one()
    next_headers()
    shared()
    refused()
done()
