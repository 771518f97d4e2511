# SPDX-License-Identifier: GPL-2.0
"""RFC 7599, sections 8.1 and 8.2, at a CE."""

from xlat_frag import *

to6, to4 = ways()
WHAT = sys.argv[1]
ids = itertools.count(0x8400 + 256 * (WHAT == "hub"))
OTHER = Host("192.0.2.19", map6(PSID_2, 19))
ANY6 = one_of(None, answer(1, 5), answer(1, 1))
ANY4 = one_of(None, answer(3, 13), answer(3, 0), answer(3, 1))


def kinds(sport, dport):
    id = dport if dport not in (53, 80) else sport
    return ("UDP", Udp(sport, dport)), ("TCP", Tcp(sport, dport)), ("echo", Echo(id)), ("echo reply", Echo(id, True))


def taken(src, what):
    for name, l4 in kinds(53, PORT):
        to4.case("8.2 from %s: %s" % (what, name), pkt6(src, CE, l4), pkt4(src, CE, l4, ttl=63))


def destination():
    for port in (FOREIGN, PORT - 1, PORT + 16, 0, 1023, 4095, 65535):
        for name, l4 in kinds(53, port):
            to4.case("8.2 MUST: %s to %d, not in the set, is silently dropped" % (name, port), pkt6(SRV, CE, l4),
                     drop=True, counts="rx_foreign_port")
    for name, l4 in (("GRE", Raw(GRE, bytes(8))), ("ESP", Raw(ESP, bytes(16)))):
        to4.case("8.2 %s to a shared address has no port" % name, pkt6(SRV, CE, l4), drop=True, answer=ANY6)
    l4 = Error((3, 3), (1, 4), both(CE, SRV, Udp(PORT, 53)))
    to4.case("8.2 an ICMP error about the own port", pkt6(ROUTER, CE, l4), pkt4(ROUTER, CE, l4, ttl=63))
    l4 = Error((3, 3), (1, 4), both(CE, SRV, Udp(FOREIGN, 53)))
    to4.drops("8.2 MUST: an ICMP error about a foreign port", pkt6(SRV, CE, l4))
    l4 = Error((3, 3), (1, 4), both(NEIGHBOUR, SRV, Udp(FOREIGN, 53)))
    to4.drops("8.2 MUST: an ICMP error about the neighbour's packet", pkt6(SRV, CE, l4))
    six = fragments6(pkt6(SRV, CE, Udp(53, FOREIGN, bytes(64))), 24, 48, id=next(ids))
    to4.case("8.2 MUST: fragments for a foreign port", six[::-1], drop="stack")
    l4 = Udp(53, PORT, bytes(64))
    puts_together(to4, "8.2 fragments for the own port, last first",
                  fragments6(pkt6(SRV, CE, l4), 24, 48, id=next(ids))[::-1], pkt4(SRV, CE, l4))


def sources():
    for v6 in ("2001:db7::1", "2001:db8:fffe::c6:3364:200:0", "2001:db8:f:ff::1"):
        p = pkt6(Host(None, v6), CE, Udp(53, PORT))
        to4.case("8.2 a source %s of neither DMR nor FMR is not translated" % v6, p, drop=True, answer=ANY6)
    for v4 in ("127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"):
        to4.case("RFC 7915, 5.1: an illegal source, %s embedded, is silently dropped" % v4,
                 pkt6(outside(v4), CE, Udp(53, PORT)), drop="stack")
    odd = Host(SRV4, embed(SRV4)[:-2] + ":1")
    to4.case("RFC 6052, 2.2: bits of the suffix are ignored", pkt6(odd, CE, Udp(53, PORT)),
             pkt4(SRV, CE, Udp(53, PORT), ttl=63))


def mesh():
    for name, l4 in kinds(PORT_2, PORT)[:2]:
        to4.case("8.2 from another CE: %s" % name, pkt6(OTHER, CE, l4), pkt4(OTHER, CE, l4, ttl=63))
        to6.case("8.1 to another CE: %s, by the FMR" % name, pkt4(CE, OTHER, Udp(PORT, PORT_2)),
                 pkt6(CE, OTHER, Udp(PORT, PORT_2), hops=63))
    for port in (PORT, 1023, PORT_2 - 1):
        for name, l4 in kinds(port, PORT)[:2]:
            p = pkt6(OTHER, CE, l4)
            to4.case("8.2 MUST: %s from another CE's %d is dropped; SHOULD: and answered" % (name, port), p,
                     drop=True, counts="rx_spoofed_port", answer=answer(1, 5, about=p))
    for why, v6 in (("another identifier", "2001:db8:13:3500::1"), ("the neighbour's EA bits", map6(PSID, 19)[:-2] + "35")):
        to4.case("8.2 MUST: another CE with %s is dropped" % why, pkt6(Host(OTHER.v4, v6), CE, Udp(PORT_2, PORT)),
                 drop=True, answer=ANY6)
    p = pkt4(CE, OTHER, Udp(PORT, 1023))
    to6.case("8.1 to a port of another CE that is in no set", p, drop=True, answer=ANY4)


def hub():
    via = outside(OTHER.v4)
    l4 = Udp(PORT, PORT_2)
    to6.case("12.2 without the F flag, other CEs by way of the BR", pkt4(CE, OTHER, l4), pkt6(CE, via, l4, hops=63))
    l4 = Udp(PORT_2, PORT)
    to4.case("12.2 and from there", pkt6(via, CE, l4), pkt4(OTHER, CE, l4, ttl=63))
    to4.case("12.2 not from themselves", pkt6(OTHER, CE, l4), drop=True, answer=ANY6)


def sends():
    for name, l4 in kinds(PORT, 53):
        to6.case("8.1 %s by the DMR" % name, pkt4(CE, SRV, l4), pkt6(CE, SRV, l4, hops=63))
    for port in (FOREIGN, PORT - 1, PORT + 16, 0, 1023, 65535):
        for name, l4 in (("UDP", Udp(port, 53)), ("TCP", Tcp(port, 80)), ("echo", Echo(port))):
            to6.case("8.1 MUST: %s from %d, not in the set, is not sent" % (name, port), pkt4(CE, SRV, l4), drop=True,
                     answer=ANY4, counts="tx_foreign_source")
    for src in ("192.0.2.19", "10.0.0.9", SRV4):
        to6.case("8.1 MUST: a packet from %s is not sent" % src, pkt4(Host(src, None), SRV, Udp(PORT, 53)), drop=True,
                 answer=ANY4, counts="tx_foreign_source")
    l4 = Error((3, 3), (1, 4), both(SRV, CE, Udp(53, PORT)))
    to6.case("9 an ICMP error by the CE", pkt4(CE, SRV, l4), pkt6(CE, SRV, l4, hops=63))
    l4 = Error((3, 3), (1, 4), both(SRV, CE, Udp(53, FOREIGN)))
    to6.case("9 an ICMP error about a foreign port", pkt4(CE, SRV, l4), drop=True)
    l4 = Udp(PORT, 53, bytes(range(200)))
    id = next(ids)
    puts_together(to6, "8.1 fragments, last first", fragments(pkt4(CE, SRV, l4, id=id), 64, 128)[::-1],
                  pkt6(CE, SRV, l4), id=id)


PORT_2 = FOREIGN
taken(SRV, "the DMR's prefix")
destination()
sources()
sends()
mesh() if WHAT == "mesh" else hub()
done()
