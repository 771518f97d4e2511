# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, section 4.1: IPv4 fragments into IPv6 fragments."""

from xlat_frag import *

to6, _ = ways()
ids = itertools.count(0x8100)


def some(n):
    return bytes(i * 7 & 255 for i in range(n))


def one_by_one():
    """No port is needed for a full address, and nothing is put together."""
    for name, l4 in (("UDP", Udp(53, 9, some(200))), ("TCP", Tcp(80, 9, data=some(200))),
                     ("another protocol", Raw(GRE, some(208)))):
        for tos in (0, 0xb8):
            id = next(ids)
            four = fragments(pkt4(SRV, FULL, l4, id=id, tos=tos), 64, 128)
            six = fragments6(pkt6(SRV, FULL, l4, hops=63, tclass=tos), 64, 128, id=id)
            for n, at in enumerate(("first", "middle", "last")):
                to6.case("4.1 %s, TOS %#x, the %s fragment: Fragment Header" % (name, tos, at), four[n], six[n])
            to6.case("4.1 %s, TOS %#x, last fragment first" % (name, tos), four[::-1], *six[::-1])
    l4 = Udp(53, 9, some(200))
    for id in (0, 1, 0x8000, 0xffff):
        four = fragments(pkt4(SRV, FULL, l4, id=id), 104)
        six = fragments6(pkt6(SRV, FULL, l4, hops=63), 104, id=id)
        to6.case("4.1 Identification %#x: low-order 16 bits, above them 0" % id, four, *six)
    id = next(ids)
    four = fragments(pkt4(SRV, FULL, l4, id=id, flags=DF), 104)
    to6.case("4.1 fragments with DF set", four, *fragments6(pkt6(SRV, FULL, l4, hops=63), 104, id=id))
    four = fragments(pkt4(SRV, FULL, l4, id=id, options=b"\x9e\x08" + bytes(6)), 104)
    to6.case("4.1 MUST: options of fragments are ignored", four, *fragments6(pkt6(SRV, FULL, l4, hops=63), 104, id=id))
    four = fragments(pkt4(SRV, FULL, l4, id=id, ttl=2), 104)
    to6.case("4.1 Hop Limit of fragments", four, *fragments6(pkt6(SRV, FULL, l4, hops=1), 104, id=id))
    p = ip4(SRV4, FULL.v4, UDP, some(8), id=id, off=65528 - 8, flags=MF)
    to6.case("4.1 Fragment Offset 65520", p, ip6(SRV.v6, FULL.v6, struct.pack("!BBHI", UDP, 0, 65520 | 1, id) +
                                                some(8), next=FRAGMENT, hops=63))
    p = pkt4(SRV, FULL, l4, ttl=1)
    p = fragments(p, 104)[1]
    to6.case("4.1 TTL 1 of a later fragment: discarded, and no error about it", p, drop="stack",
             answer=one_of(None, answer(11, 0)))


def too_long():
    """Each resulting fragment is at most as long as lowest-ipv6-mtu."""
    for name, l4 in (("UDP", Udp(53, 9, some(2900))), ("TCP", Tcp(80, 9, data=some(2900)))):
        for host, kind, port in ((FULL, "full", 9), (CE, "shared", PORT)):
            l4 = Udp(53, port, some(2900)) if name == "UDP" else Tcp(80, port, data=some(2900))
            id = next(ids)
            whole = pkt4(SRV, host, l4, id=id)
            puts_together(to6, "4.1 %s: fragments of 1500 bytes to a %s address: of at most 1280" % (name, kind),
                          fragments(whole, 1480), pkt6(SRV, host, l4), id=id, most=1280)
            puts_together(to6, "4.1 %s: fragments of 1252 bytes to a %s address: of at most 1280" % (name, kind),
                          fragments(whole, 1232, 2464), pkt6(SRV, host, l4), id=id, most=1280)
    id = next(ids)
    l4 = Udp(53, 9, some(2900))
    four = fragments(pkt4(SRV, FULL, l4, id=id, flags=DF), 1448)
    to6.case("4.1 fragments with DF set that fit in 1500", four[0],
             fragments6(pkt6(SRV, FULL, l4, hops=63), 1448, id=id)[0])
    p = fragments(pkt4(SRV, FULL, l4, id=id, flags=DF), 1480)[0]
    to6.case("4.1 MUST: fragments with DF set that do not: Fragmentation Needed", p, drop="stack",
             answer=one_of(answer(3, 4, word(1480), p), answer(3, 4, word(1472), p)))


def orders(n):
    yield "in order", list(range(n))
    yield "last first", list(range(n))[::-1]
    if n > 2:
        yield "first one last", [*range(1, n), 0]
        yield "middle first", [1, 0, *range(2, n)]


def shared():
    """RFC 7599, 10.2: the port is in the first one only."""
    for name, l4 in (("UDP", Udp(53, PORT, some(200))), ("TCP", Tcp(80, PORT, data=some(200))),
                     ("echo", Echo(PORT, data=some(200))), ("echo reply", Echo(PORT, True, data=some(200)))):
        for cuts in ((104,), (64, 128), (24, 48, 72, 96)):
            for how, order in orders(len(cuts) + 1):
                id = next(ids)
                four = fragments(pkt4(SRV, CE, l4, id=id), *cuts)
                puts_together(to6, "RFC 7599, 10.2: %s in %d fragments to a shared address, %s" % (
                    name, len(four), how), [four[n] for n in order], pkt6(SRV, CE, l4), id=id)
    one, two = Udp(53, PORT, some(200)), Udp(53, FOREIGN, some(200)[::-1])
    first, second = next(ids), next(ids)
    mix = [f for pair in zip(fragments(pkt4(SRV, CE, one, id=first), 64, 128)[::-1],
                             fragments(pkt4(SRV, NEIGHBOUR, two, id=second), 64, 128)) for f in pair]
    puts_together(to6, "RFC 7599, 10.2: fragments to two CEs with the same address, mixed", mix,
                  pkt6(SRV, CE, one), pkt6(SRV, NEIGHBOUR, two), id=(first, second))
    l4 = Udp(53, PORT, some(200))
    later = fragments(pkt4(SRV, CE, l4, id=next(ids)), 64, 128)[1:]
    to6.case("RFC 7599, 10.2: without the first fragment nothing goes to a shared address", later, drop="stack")
    bad = fragments(pkt4(SRV, CE, Udp(53, 1023, some(200)), id=next(ids)), 64, 128)
    to6.case("RFC 7599, 8.4: fragments to a port in no port set", bad, drop="stack",
             answer=one_of(None, answer(3, 13), answer(3, 1), answer(3, 0)))


def refused():
    l4 = Tcp(80, 9, data=some(200))
    for cut in (8, 16):
        p = fragments(pkt4(SRV, FULL, l4, id=next(ids)), cut)[0]
        to6.case("4.1 a first fragment shorter than a TCP header, %d bytes, is refused" % cut, p, drop=True,
                 counts="tx_short_fragment",
                 answer=one_of(None, answer(3, 13)))
        four = fragments(pkt4(SRV, CE, Tcp(80, PORT, data=some(200)), id=next(ids)), cut)
        puts_together(to6, "4.1 to a shared address: %d bytes of TCP header first: refused, or whole" % cut, four,
                      pkt6(SRV, CE, Tcp(80, PORT, data=some(200))), none=True)
    l4 = Udp(53, PORT, some(200), zero=True)
    puts_together(to6, "4.5 UDP checksum 0 in fragments to a shared address: dropped, or right",
                  fragments(pkt4(SRV, CE, l4, id=next(ids)), 64), pkt6(SRV, CE, l4), none=True)
    one = fragments(pkt4(SRV, CE, Udp(53, PORT, some(200)), id=next(ids)), 64, 128)
    evil = refresh(one[1][:6] + struct.pack("!H", 7 | MF) + one[1][8:])
    to6.case("RFC 5722: fragments to a shared address that overlap are discarded", [one[0], evil, *one[1:]],
             drop="stack")
    l4 = Echo(1, data=some(200))
    puts_together(to6, "1.2 a fragmented echo to a full address: dropped, or right",
                  fragments(pkt4(SRV, FULL, l4, id=next(ids)), 64, 128), pkt6(SRV, FULL, l4), none=True)
    l4 = Error((3, 3), (1, 4), both(CE, SRV, Udp(PORT, 53, some(300))))
    puts_together(to6, "1.2 a fragmented ICMP error: dropped, or right",
                  fragments(pkt4(SRV, CE, l4, id=next(ids)), 64, 128), pkt6(SRV, CE, l4), none=True)


one_by_one()
too_long()
shared()
refused()
done()
