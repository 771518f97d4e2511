# SPDX-License-Identifier: GPL-2.0
"""RFC 7597, section 8.1, at a CE."""

from packets import *

PORT, FOREIGN = port_of(PSID), port_of(PSID_2)
what = sys.argv[1]
ids = itertools.count(int(time.monotonic() * 100) & 0x7fff)

# Its own stack answers nobody: somebody listens on the ports.
listeners = []
for port in (PORT, port_of(PSID, 1)):
    s = socket_in("ce", socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((CE4, port))
    listeners.append(s)

core = Tap("core", "ce1", ("ce", "wan"))
inside = Tap("ce", "map0")


def u(src=SRV4, sport=53, dst=CE4, dport=PORT, **more):
    return ip4(src, dst, UDP, udp(sport, dport, b"data"), **more)


def tun(src, inner):
    return tunnel(src, inner, CE6)


def control_at(src, **more):
    return Path(core, inside, core, "ce",
                lambda n: tun(src, ip4(dst=CE4, proto=UDP, payload=udp(more["sport"], port_of(PSID, 1), b"%d" % n),
                                       src=more["inner"])),
                lambda n: ip4(dst=CE4, proto=UDP, payload=udp(more["sport"], port_of(PSID, 1), b"%d" % n),
                              src=more["inner"]))


if what != "alone":
    path = control_at(BR6, sport=53, inner=SRV4)
else:
    path = control_at(CE6_2, sport=FOREIGN, inner=CE4)


def takes(text, src, packet, **more):
    path.passed(text, tun(src, packet), packet, **more)


def br_is_believed(br):
    takes("8.1: the BR's packets pass", br, u())
    for src in ("192.0.2.99", "10.1.2.3", CE4):
        takes("8.1: the BR is not checked: source %s" % src, br, u(src=src))
    takes("8.1: the BR is not checked: a CE's address, a port that it does not have", br,
          u(src="192.0.2.19", sport=FOREIGN))
    takes("8.1: an ICMP error of a router in the Internet passes", br,
          ip4("203.0.113.1", CE4, ICMP, error(ip4(CE4, SRV4, UDP, udp(PORT, 53)), 11, 0)))


def own_destination(br):
    for dst in ("192.0.2.19", "192.0.3.18", "10.0.0.2", "198.51.100.9", "224.0.0.1", "255.255.255.255",
                "127.0.0.1"):
        path.dropped("8.1 MUST: a packet for %s is dropped" % dst, tun(br, u(dst=dst)), "rx_not_ours")
    for port in (FOREIGN, PORT - 1, PORT + 16, 0, 1023, 4095, 65535):
        path.dropped("8.1: a packet for port %d is dropped" % port, tun(br, u(dport=port)),
                     "rx_foreign_port")
    path.dropped("8.1: TCP for a foreign port is dropped, without a reset",
                 tun(br, ip4(SRV4, CE4, TCP, tcp(80, FOREIGN, src=SRV4, dst=CE4))), "rx_foreign_port")
    path.dropped("8.2: an echo reply with a foreign identifier is dropped",
                 tun(br, ip4(SRV4, CE4, ICMP, echo(FOREIGN, reply=True))), "rx_foreign_port")
    path.dropped("8.2: an echo request with a foreign identifier is dropped",
                 tun(br, ip4(SRV4, CE4, ICMP, echo(FOREIGN))), "rx_foreign_port")
    takes("8.2: an echo reply with an own identifier is taken", br,
          ip4(SRV4, CE4, ICMP, echo(PORT, reply=True)))
    path.dropped("8.1: an ICMP error about a foreign port is dropped",
                 tun(br, ip4(SRV4, CE4, ICMP, error(ip4(CE4, SRV4, UDP, udp(FOREIGN, 53))))),
                 "rx_foreign_port")
    path.dropped("GRE for a shared address is dropped", tun(br, ip4(SRV4, CE4, GRE, bytes(8))), "rx_no_port")
    path.dropped("8.1 MUST: a fragment for another address is dropped, a later one, too",
                 [tun(br, f) for f in fragments(u(dst="192.0.2.19", id=next(ids)), 8)], "rx_not_ours")
    path.dropped("8.1: fragments for a foreign port are dropped",
                 [tun(br, f) for f in fragments(u(dport=FOREIGN, id=next(ids)), 8)[::-1]], rx_foreign_port=1)
    good = u(id=next(ids))
    path.passed("8.3.2: fragments for an own port are taken",
                [tun(br, f) for f in fragments(good, 8)], good, rx_reassembled=1, rx_packets=1)


def peers_are_checked():
    good = u(src=CE4, sport=FOREIGN)
    takes("5.3: a CE of the same address may talk to us directly", CE6_2, good)
    path.dropped("8.1 MUST: but not with a port of ours", tun(CE6_2, u(src=CE4, sport=PORT)),
                 "rx_spoofed_port")
    path.dropped("8.1 MUST: nor with an address of the Internet", tun(CE6_2, u()), "rx_spoofed_address")
    path.dropped("8.1 MUST: nor with another interface identifier",
                 tun("2001:db8:12:3500::1", good), "rx_spoofed_address")
    path.dropped("8.1 MUST: draft-03's is another",
                 tun(map6(PSID_2, draft03=True), good), "rx_spoofed_address")
    other = map6(PSID, 77)
    takes("5.3: a CE of another address passes", other, u(src="192.0.2.77", sport=PORT))
    path.dropped("8.1 MUST: an ICMP error about a packet that was not sent to it is dropped",
                 tun(other, ip4("192.0.2.77", CE4, ICMP, error(u(src=CE4, sport=PORT, dst=SRV4)))),
                 "rx_spoofed_address")
    takes("8.1: one about a packet that was sent to it passes", other,
          ip4("192.0.2.77", CE4, ICMP, error(u(src=CE4, sport=PORT, dst="192.0.2.77"))))
    path.dropped("8.1: what claims to come from ourselves with the port of somebody else is dropped",
                 tun(CE6, good), "rx_spoofed_port")
    path.dropped("8.1 MUST: a peer's packet for another address is dropped",
                 tun(CE6_2, u(src=CE4, sport=FOREIGN, dst=SRV4)), "rx_not_ours")


def strangers(sources):
    for src in sources:
        path.dropped("8.1 MUST: IPv6 source %s is neither BR nor CE" % src, tun(src, u()),
                     "rx_unknown_source")


if what == "mesh":
    br_is_believed(BR6)
    own_destination(BR6)
    peers_are_checked()
    strangers(("2001:db8:ffff::2", "2001:db7::1", "fe80::1", "::", "2001:db8:fffe::1"))
elif what == "hub":
    br_is_believed(BR6)
    strangers(("2001:db8:ffff::2", CE6_2, map6(PSID, 77), CE6, "::"))
elif what == "second":
    br_is_believed(BR6)
    br_is_believed("2001:db8:fffe::1")
    br_is_believed("2001:db8:fffe:0:ffff::")
    own_destination("2001:db8:fffe::1")
    good = u(id=next(ids))
    parts = fragments(good, 8)
    path.passed("8.3.1: the parts of a packet may come by two BRs",
                [tun(BR6, parts[0]), tun("2001:db8:fffe::1", parts[1])], good,
                rx_reassembled=1, rx_packets=1)
    strangers(("2001:db8:fffe:1::1", "2001:db8:ffff::2", CE6_2))
elif what == "alone":
    # Without a BR no address is the BR's: not the one of zeros, either.
    peers_are_checked()
    strangers((BR6, "::", "2001:db8:fffe::1"))
elif what == "sends":
    def sent(n):
        return u(src=CE4, sport=PORT, dst=SRV4, dport=n)

    # A host in the LAN cannot have the CE's address, so it goes in here.
    out = Path(inside, core, core, "ce", sent, lambda n: lambda p: p[40:] == sent(n), counts="tx_packets")
    good = u(src=CE4, sport=PORT, dst=SRV4)
    seen, _, count, came = out.run([good])
    check("8: own address and port are sent", came and [p[4:] for p in seen] ==
          [ip6(CE6, BR6, good)[4:]] and count == {"tx_packets": 1}, [describe(p) for p in seen], count)
    out.dropped("8 MUST: another source address is not sent", u(src="192.0.2.19", sport=PORT, dst=SRV4),
                "tx_foreign_source")
    out.dropped("8 MUST: a private source address is not sent", u(src="10.0.0.2", sport=PORT, dst=SRV4),
                "tx_foreign_source")
    out.dropped("8 MUST: a foreign source port is not sent", u(src=CE4, sport=FOREIGN, dst=SRV4),
                "tx_foreign_source")
    out.dropped("8 MUST: a foreign source port in fragments is not sent",
                fragments(u(src=CE4, sport=FOREIGN, dst=SRV4, id=4), 8),
                tx_reassembled=1, tx_foreign_source=1)
    out.dropped("8.2 MUST: a foreign identifier is not sent", ip4(CE4, SRV4, ICMP, echo(FOREIGN)),
                "tx_foreign_source")
    out.dropped("a protocol without ports is not sent", ip4(CE4, SRV4, GRE, bytes(8)), "tx_no_port")
    out.dropped("8 MUST: an error about a packet to a foreign port is not sent",
                ip4(CE4, SRV4, ICMP, error(ip4(SRV4, CE4, UDP, udp(53, FOREIGN)))), "tx_foreign_source")

done()
