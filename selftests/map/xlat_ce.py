# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, sections 4 and 5, at a CE."""

from xlat_frag import *

to6, to4 = ways()
ids = itertools.count(0x8500)
# Sections 4.2 and 5.2: what each message becomes, None for nothing.
ROWS46 = {
    **{(3, c): (1, 0) for c in (0, 1, 5, 6, 7, 8, 11, 12)}, **{(3, c): (1, 1) for c in (9, 10, 13, 15)},
    (3, 2): (4, 1, word(6)), (3, 3): (1, 4), (3, 4, b"\0\0\5\x78"): (2, 0, word(1420)), (3, 14): None, (3, 16): None,
    (4, 0): None, (6, 0): None, (11, 0): (3, 0), (11, 1): (3, 1), (12, 1): None, (12, 3): None,
    **{(12, c, bytes([n, 0, 0, 0])): (4, 0, word(m)) for c in (0, 2) for n, m in (
        (0, 0), (1, 1), (2, 4), (3, 4), (8, 7), (9, 6), (12, 8), (15, 8), (16, 24), (19, 24))},
    **{(12, 0, bytes([n, 0, 0, 0])): None for n in (4, 5, 6, 7, 10, 11, 20)},
}
ROWS64 = {
    (1, 0): (3, 1), (1, 1): (3, 10), (1, 2): (3, 1), (1, 3): (3, 1), (1, 4): (3, 3), (1, 5): None, (1, 6): None,
    (2, 0, word(1420)): (3, 4, b"\0\0\5\x78"), (3, 0): (11, 0), (3, 1): (11, 1), (4, 1, word(6)): (3, 2),
    (4, 2): None, (5, 0): None, (100, 0): None, (127, 0): None,
    **{(4, 0, word(n)): (12, 0, bytes([m, 0, 0, 0])) for n, m in (
        (0, 0), (1, 1), (4, 2), (5, 2), (6, 9), (7, 8), (8, 12), (23, 12), (24, 16), (39, 16))},
    **{(4, 0, word(n)): None for n in (2, 3, 40, 48)},
}
UP = {"UDP": Udp(PORT, 53, b"up"), "TCP": Tcp(PORT, 80), "echo": Echo(PORT)}
DOWN = {"UDP": Udp(53, PORT, b"down"), "TCP": Tcp(80, PORT), "echo": Echo(PORT, True)}


def errors():
    for four, six in ROWS46.items():
        for name, l4 in DOWN.items():
            e = Error(four, six or (1, 0), both(SRV, CE, l4))
            to6.case("4.2 at a CE: %s -> %s, about %s" % (four[:2], six and six[:2], name), pkt4(CE, SRV, e),
                     *([pkt6(CE, SRV, e, hops=63)] if six else []), drop=not six)
    for six, four in ROWS64.items():
        for name, l4 in UP.items():
            e = Error(four or (3, 1), six, both(CE, SRV, l4))
            to4.case("5.2 at a CE: %s -> %s, about %s" % (six[:2], four and four[:2], name), pkt6(ROUTER, CE, e),
                     *([pkt4(ROUTER, CE, e, ttl=63)] if four else []), drop=not four)
    e = Error((11, 0), (3, 0), both(CE, SRV, UP["UDP"]))
    router = Host("192.0.0.8", "2001:db7:77::1")
    to4.case("RFC 6791 at a CE: a router that has no address in IPv4", pkt6(router, CE, e), pkt4(router, CE, e, ttl=63))


def headers():
    for name in UP:
        for tos in (0, 0xb8, 0xff):
            to6.case("4.1 at a CE: %s, TOS %#x" % (name, tos), pkt4(CE, SRV, UP[name], tos=tos, ttl=7),
                     pkt6(CE, SRV, UP[name], tclass=tos, hops=6))
            to4.case("5.1 at a CE: %s, Traffic Class %#x" % (name, tos), pkt6(SRV, CE, DOWN[name], tclass=tos, hops=7),
                     pkt4(SRV, CE, DOWN[name], tos=tos, ttl=6))
        p = pkt4(CE, SRV, UP[name], ttl=1)
        to6.case("4.1 at a CE: %s, TTL 1 is answered" % name, p, answer=answer(11, 0, about=p), drop="stack")
        p = pkt6(SRV, CE, DOWN[name], hops=1)
        to4.case("5.1 at a CE: %s, hop limit 1 is answered" % name, p, answer=answer(3, 0, about=p), drop="stack")
        to6.case("4.1 at a CE: %s, options" % name, pkt4(CE, SRV, UP[name], options=b"\1" * 40),
                 pkt6(CE, SRV, UP[name], hops=63))
        to4.case("5.1 at a CE: %s, extension headers" % name, extended(
            pkt6(SRV, CE, DOWN[name]), (HOPOPTS, bytes(2) + b"\1\4" + bytes(4)), (ROUTING, bytes(8))),
            pkt4(SRV, CE, DOWN[name], ttl=63))
    p = extended(pkt6(SRV, CE, DOWN["UDP"]), (ROUTING, bytes([0, 0, 4, 1]) + bytes(4)))
    to4.case("5.1 at a CE: a routing header with segments left", p, answer=answer(4, 0, word(43), p), drop=True)
    for size, flags in ((1260, 0), (1261, DF), (1480, DF)):
        l4 = Udp(53, PORT, bytes(size - 28))
        to4.case("5.1 at a CE: DF of a packet of %d bytes" % size, pkt6(SRV, CE, l4),
                 pkt4(SRV, CE, l4, ttl=63, flags=flags))


def sizes():
    l4 = Udp(PORT, 53, bytes(1232))
    to6.case("4 at a CE: 1260 bytes without DF: no Fragment Header", pkt4(CE, SRV, l4), pkt6(CE, SRV, l4, hops=63))
    for size in (1261, 1500):
        l4 = Udp(PORT, 53, bytes(i & 255 for i in range(size - 28)))
        id = next(ids)
        puts_together(to6, "4.1 at a CE: %d bytes without DF: in fragments of at most 1280" % size,
                      [pkt4(CE, SRV, l4, id=id)], pkt6(CE, SRV, l4), id=id, most=1280)
    p = pkt4(CE, SRV, Udp(PORT, 53, bytes(1481 - 28)), flags=DF)
    to6.case("4.1 at a CE: 1481 bytes with DF: Fragmentation Needed", p, answer=answer(3, 4, word(1480), p),
             drop="stack")
    for name in ("UDP", "TCP"):
        up = Udp(PORT, 53, bytes(range(200))) if name == "UDP" else Tcp(PORT, 80, data=bytes(range(200)))
        down = Udp(53, PORT, bytes(range(200))) if name == "UDP" else Tcp(80, PORT, data=bytes(range(200)))
        for step in (1, -1):
            id = next(ids)
            puts_together(to6, "4.1 at a CE: fragments of %s, %+d" % (name, step),
                          fragments(pkt4(CE, SRV, up, id=id), 64, 128)[::step], pkt6(CE, SRV, up), id=id)
            puts_together(to4, "5.1.1 at a CE: fragments of %s, %+d" % (name, step),
                          fragments6(pkt6(SRV, CE, down), 64, 128, id=id)[::step], pkt4(SRV, CE, down))


def identifications():
    """RFC 7599, section 10.3: of the port set, the same for all fragments of a
    packet, whether they came or are made here."""
    whole = Udp(PORT, 53, bytes(i & 255 for i in range(1400)))
    for name, packets in (("fragments", lambda id: fragments(pkt4(CE, SRV, whole, id=id), 64, 128)),
                          ("a packet that is cut here", lambda id: [pkt4(CE, SRV, whole, id=id)])):
        for id in (0, 1, PORT, 0x8000, 0xffff):
            seen, came = to6.collect(packets(id))
            ids6 = {struct.unpack("!I", p[44:48])[0] for p in seen if p[6] == FRAGMENT}
            check("7599, 10.3 identification %#x of %s: one of the port set" % (id, name), LIST or came and len(ids6) == 1
                  and all(n < 65536 and n >> 12 and n >> 4 & 255 == PSID for n in ids6), *map(describe, seen))


if sys.argv[1:2] == ["ipid"]:
    identifications()
else:
    errors()
    headers()
    sizes()
done()
