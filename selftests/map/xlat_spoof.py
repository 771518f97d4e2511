# SPDX-License-Identifier: GPL-2.0
"""RFC 7599, section 8.3: the source check of a border relay."""

from xlat_frag import *

_, to4 = ways()
ids = itertools.count(0x8300)
FAILED_POLICY = (1, 5)


def u(sport=PORT, data=b"data"):
    return Udp(sport, 53, data)


def at(v6):
    """The CE, with another IPv6 address."""
    return Host(CE4, v6)


def passes(what, host, l4):
    to4.case(what, pkt6(host, SRV, l4), pkt4(host, SRV, l4, ttl=63))


def wrong_port(what, host, l4, counter="rx_spoofed_port"):
    """SHOULD: answered, unless it is an ICMPv6 error."""
    p = pkt6(host, SRV, l4)
    told = None if isinstance(l4, Icmp) and l4.six[0] < 128 else answer(*FAILED_POLICY, about=p)
    to4.case(what, p, answer=told, drop=True, counts=counter)


def wrong_address(what, packets, counter="rx_spoofed_address", **more):
    to4.case(what, packets, drop=True, counts=counter,
             answer=one_of(None, answer(*FAILED_POLICY), answer(1, 1)), **more)


def ports():
    for n in (0, 15, 16, 239):
        for name, l4 in (("UDP", u(port_of(PSID, n))), ("TCP", Tcp(port_of(PSID, n), 80)),
                         ("echo request", Echo(port_of(PSID, n))), ("echo reply", Echo(port_of(PSID, n), True))):
            passes("8.3 %s: %d of the set passes" % (name, port_of(PSID, n)), CE, l4)
    passes("8.3 the neighbour's port passes from the neighbour", NEIGHBOUR, u(FOREIGN))
    for port in (FOREIGN, PORT - 1, PORT + 16, 0, 1023, 4095, 65535):
        for name, l4 in (("UDP", u(port)), ("TCP", Tcp(port, 80)), ("echo request", Echo(port)),
                         ("echo reply", Echo(port, True))):
            wrong_port("8.3 MUST: %s: %d, in no or another set, is dropped; SHOULD: and answered" % (name, port),
                       CE, l4)
    wrong_port("8.3 MUST: EA bits of the neighbour, interface identifier and port of ours",
               at("2001:db8:12:3500:0:c000:212:35"), u())


def addresses():
    for why, src in (("EA bits of the neighbour, interface identifier of ours", "2001:db8:12:3500:0:c000:212:34"),
                     ("EA bits of another address, the rest ours", "2001:db8:13:3400:0:c000:212:34"),
                     ("the neighbour's identifier", "2001:db8:12:3400:0:c000:212:35"),
                     ("another address's identifier", "2001:db8:12:3400:0:c000:213:34"),
                     ("an identifier of zeros", "2001:db8:12:3400::"),
                     ("an identifier of draft-03", CE6_DRAFT03),
                     ("a bit more in the identifier", "2001:db8:12:3400:8000:c000:212:34"),
                     ("another subnet of the CE's prefix", "2001:db8:12:3401:0:c000:212:34")):
        for name, l4 in (("UDP", u()), ("TCP", Tcp(PORT, 80)), ("echo", Echo(PORT))):
            wrong_address("6, 8.3 MUST: %s, %s: dropped" % (why, name), pkt6(at(src), SRV, l4), counter=None)
    for src in ("2001:db7:12:3400:0:c000:212:34", "2001:db8:100:3400:0:c000:212:34", "2001:dbd::1"):
        wrong_address("8.3: IPv6 source %s is of no rule" % src, pkt6(at(src), SRV, u()), "rx_unknown_source")


def no_ports():
    for name, proto, body in (("GRE", GRE, bytes(8)), ("ESP", ESP, b"\x13\x40\0\x35" * 4), ("IPv4", IPIP, bytes(20)),
                              ("OSPF", 89, bytes(24)), ("protocol 255", 255, bytes(8))):
        wrong_address("8.3 %s from a shared address, without a port: dropped" % name,
                      pkt6(CE, SRV, Raw(proto, body)), "rx_no_port")


def about(host=CE, port=PORT, proto=UDP):
    """A packet to the CE, which it has something against."""
    return both(SRV, host, {UDP: Udp(53, port), TCP: Tcp(80, port), ICMP: Echo(port, True)}[proto])


ERRORS = (("unreachable", (3, 3), (1, 4)), ("too big", (3, 4, b"\0\0\5\x78"), (2, 0, word(1420))),
          ("time exceeded", (11, 0), (3, 0)), ("parameter problem", (12, 0, b"\x08\0\0\0"), (4, 0, word(7))))


def errors():
    for name, four, six in ERRORS:
        for proto, kind in ((UDP, "UDP"), (TCP, "TCP"), (ICMP, "echo")):
            passes("8.3 an error (%s) about the own port passes, %s" % (name, kind), CE,
                   Error(four, six, about(proto=proto)))
            wrong_port("8.3 MUST: an error (%s) about the neighbour's port is dropped, %s" % (name, kind), CE,
                       Error(four, six, about(port=FOREIGN, proto=proto)))
        wrong_address("8.3 MUST: an error (%s) about a packet to the neighbour is dropped" % name,
                      pkt6(CE, SRV, Error(four, six, about(NEIGHBOUR, FOREIGN))), counter=None)
        wrong_address("8.3 MUST: an error (%s) about a packet to another address is dropped" % name,
                      pkt6(CE, SRV, Error(four, six, about(FULL, 9))), counter=None)
        # Some other address of the CE, which has none in IPv4: RFC 6791.
        own = pkt4(Host("192.0.0.8", None), SRV, Error(four, six, about()), ttl=63)
        to4.case("8.3 MUST: an error (%s) from another interface identifier is not from the CE's address" % name,
                 pkt6(at("2001:db8:12:3400::1"), SRV, Error(four, six, about())),
                 one_of(None, lambda got, own=own: compare(got, own, to4.vary)), drop="stack")
    wrong_address("8.3 MUST: the source port of the packet in an error does not make up for it",
                  pkt6(CE, SRV, Error((3, 3), (1, 4), both(SRV, CE, Udp(PORT, FOREIGN)))), "rx_spoofed_port")
    untold = ip6("2001:db7::1", CE6, Udp(53, PORT).seg6("2001:db7::1", CE6), UDP)
    to4.drops("8.3 an error about a packet from an address that cannot be translated is dropped",
              pkt6(CE, SRV, Error((3, 3), (1, 4), (b"", untold))))
    for cut in (0, 2, 3):
        to4.drops("8.3 MUST: an error whose packet is cut after %d bytes has no port" % cut,
                  pkt6(CE, SRV, Error((3, 3), (1, 4), both(SRV, CE, Udp(53, PORT), cut=cut))))
    to4.drops("8.3 MUST: an error about a later fragment has no port", pkt6(CE, SRV, Error(
        (3, 3), (1, 4), (b"", fragments6(pkt6(SRV, CE, Udp(53, PORT, bytes(64))), 16)[1]))))


def in_fragments():
    def six(port, host=CE):
        return fragments6(pkt6(host, SRV, u(port, bytes(64))), 24, 48, id=next(ids))
    puts_together(to4, "8.3 a packet in fragments passes", six(PORT), pkt4(CE, SRV, u(PORT, bytes(64))))
    for name, port, host in (("the neighbour's port in a first fragment", FOREIGN, CE),
                             ("another interface identifier with fragments", PORT, at("2001:db8:12:3400::1")),
                             ("fragments from outside of the domain", PORT, at("2001:db7::1"))):
        for how, order in (("in order", 1), ("last first", -1)):
            to4.case("8.3 MUST: %s: dropped, %s" % (name, how), six(port, host)[::order], drop="stack",
                     answer=one_of(None, answer(*FAILED_POLICY), answer(1, 1)))
    id = next(ids)
    mine, evil = (fragments6(pkt6(h, SRV, u(port, fill * 64)), 24, 48, id=id)
                  for h, port, fill in ((CE, PORT, b"m"), (NEIGHBOUR, FOREIGN, b"e")))
    puts_together(to4, "8.3 MUST: a fragment that the neighbour slips in stays outside",
                  [mine[0], evil[1], mine[1], evil[2], mine[2]], pkt4(CE, SRV, u(PORT, b"m" * 64)))
    other = fragments6(pkt6(at("2001:db8:12:3400::1"), SRV, u(PORT, bytes(64))), 24, 48, id=next(ids))
    to4.case("8.3 MUST: a later fragment alone, of another interface identifier", other[1:], drop="stack",
             answer=one_of(None, answer(*FAILED_POLICY), answer(1, 1)))
    for n in range(3):
        p = fragments6(pkt6(Host(FULL.v4, "2001:db9:5::1"), SRV, u(1, bytes(64))), 24, 48, id=next(ids))[n]
        wrong_address("8.3 MUST: fragment %d of a full address, another interface identifier" % n, p)


def other_rules():
    passes("8.3 a full address may use any port", FULL, u(1))
    passes("8.3 and protocols without ports", FULL, Raw(GRE, bytes(8)))
    wrong_address("6, 8.3 MUST: but no other interface identifier", pkt6(Host(FULL.v4, "2001:db9:5::1"), SRV, u(1)))
    wrong_address("6, 8.3 MUST: nor another address's", pkt6(Host(FULL.v4, "2001:db9:5:0:0:cb00:7106:0"), SRV, u(1)))
    net = Host("100.64.5.0", "2001:dba:5::6440:500:0")
    passes("RFC 7597, 5.2: a CE with an IPv4 prefix has the address that its own address says", net, u(9))
    explicit = Host("198.18.0.1", "2001:dbb:0:100:0:c612:1:5")
    passes("8.3 an explicit PSID's port passes", explicit, u(port_of(5, 3, 6, 6)))
    wrong_port("8.3 MUST: the port of another PSID does not", explicit, u(port_of(6, 3, 6, 6)))
    draft = Host("198.19.2.18", "2001:dbc:12:3400:c6:1302:1200:3400")
    passes("draft-03: its interface identifier passes in its domain", draft, u())
    wrong_address("draft-03: the one of RFC 7597 does not",
                  pkt6(Host("198.19.2.18", "2001:dbc:12:3400:0:c613:212:34"), SRV, u()))


ports()
addresses()
no_ports()
errors()
in_fragments()
other_rules()
done()
