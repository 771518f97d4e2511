# SPDX-License-Identifier: GPL-2.0
"""RFC 7597, section 8.1, at the border relay."""

from packets import *

path = from_ce()
PORT, FOREIGN = port_of(PSID), port_of(PSID_2)


def u(src=CE4, sport=PORT, **more):
    return ip4(src, SRV4, UDP, udp(sport, 53, b"data"), **more)


# ---- shared address ----

for n in (0, 15, 16, 239):
    good = u(sport=port_of(PSID, n))
    path.passed("8.1: port %d of the set passes" % port_of(PSID, n), tunnel(CE6, good), aged(good))
good = u(sport=FOREIGN)
path.passed("8.1: the neighbour's port passes from the neighbour", tunnel(CE6_2, good), aged(good))
good = ip4(CE4, SRV4, TCP, tcp(PORT, 80, src=CE4, dst=SRV4))
path.passed("8.1: TCP passes", tunnel(CE6, good), aged(good))

path.dropped("8.1 MUST: the neighbour's port is discarded", tunnel(CE6, u(sport=FOREIGN)),
             "rx_spoofed_port")
path.dropped("8.1 MUST: so it is in TCP", tunnel(CE6, ip4(CE4, SRV4, TCP, tcp(FOREIGN, 80))),
             "rx_spoofed_port")
for port in (PORT - 1, PORT + 16, 0, 1023, 4095, 65535):
    path.dropped("8.1 MUST: port %d, in no or another set, is discarded" % port,
                 tunnel(CE6, u(sport=port)), "rx_spoofed_port")
for src in ("192.0.2.19", "192.0.3.18", SRV4, "10.0.0.1", "0.0.0.0", "127.0.0.1", "255.255.255.255"):
    path.dropped("8.1 MUST: address %s is discarded" % src, tunnel(CE6, u(src=src)),
                 "rx_spoofed_address")

# ---- the IPv6 source ----

path.dropped("8.1 MUST: EA bits of the neighbour, interface identifier and port of ours",
             tunnel("2001:db8:12:3500:0:c000:212:34", u()), "rx_spoofed_port")
path.dropped("8.1 MUST: EA bits of another address, the rest ours",
             tunnel("2001:db8:13:3400:0:c000:212:34", u()), "rx_spoofed_address")
for why, src in (("of the neighbour", "2001:db8:12:3400:0:c000:212:35"),
                 ("of another address", "2001:db8:12:3400:0:c000:213:34"),
                 ("of zeros", "2001:db8:12:3400::"),
                 ("of draft-03 in a domain of RFC 7597", CE6_DRAFT03),
                 ("with a bit more", "2001:db8:12:3400:8000:c000:212:34")):
    path.dropped("8, 6 MUST: an interface identifier %s is discarded" % why,
                 tunnel(src, u()), "rx_spoofed_address")
path.dropped("8, 6 MUST: another subnet of the CE's prefix is discarded",
             tunnel("2001:db8:12:3401:0:c000:212:34", u()), "rx_spoofed_address")
for src in ("2001:db7:12:3400:0:c000:212:34", "2001:db8:100:3400:0:c000:212:34", BR6,
            "fe80::1", "::", "2001:dbd::1"):
    path.dropped("8.1: IPv6 source %s is of no domain" % src, tunnel(src, u()), "rx_unknown_source")

# ---- protocols ----

good = ip4(CE4, SRV4, ICMP, echo(PORT))
path.passed("8.2: an echo request with an identifier of the set passes", tunnel(CE6, good), aged(good))
path.dropped("8.2 must: an identifier of the neighbour is discarded",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, echo(FOREIGN))), "rx_spoofed_port")
path.dropped("8.2 must: in an echo reply, too",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, echo(FOREIGN, reply=True))), "rx_spoofed_port")
for name, proto, body in (("GRE", GRE, bytes(8)), ("ESP", ESP, b"\x13\x40\0\x35" * 4),
                          ("IPv6", IPV6, ip6(CE6, BR6, b"", NONE)), ("OSPF", 89, bytes(24)),
                          ("protocol 0", 0, bytes(8)), ("protocol 255", 255, bytes(8))):
    path.dropped("%s from a shared address is discarded" % name,
                 tunnel(CE6, ip4(CE4, SRV4, proto, body)), "rx_no_port")
path.dropped("an ICMP type without an identifier from a shared address is discarded",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, icmp(9))), "rx_no_port")

# ---- ICMP errors: about a packet that went to who reports it ----

def about(dst=CE4, dport=PORT, proto=UDP, src=SRV4):
    body = echo(dport) if proto == ICMP else udp(53, dport, b"data")
    return ip4(src, dst, proto, body)


for name, type, code in (("port unreachable", 3, 3), ("fragmentation needed", 3, 4),
                         ("time exceeded", 11, 0), ("parameter problem", 12, 0)):
    good = ip4(CE4, SRV4, ICMP, error(about(), type, code))
    path.passed("8.1: %s about a packet to the own port passes" % name, tunnel(CE6, good), aged(good))
    path.dropped("8.1 MUST: %s about the neighbour's port is discarded" % name,
                 tunnel(CE6, ip4(CE4, SRV4, ICMP, error(about(dport=FOREIGN), type, code))),
                 "rx_spoofed_port")
path.dropped("8.1 MUST: an error about another address's packet is discarded",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, error(about(dst="192.0.2.19")))), "rx_spoofed_address")
path.dropped("8.1 MUST: an error from another address is discarded",
             tunnel(CE6, ip4("192.0.2.19", SRV4, ICMP, error(about()))), "rx_spoofed_address")
good = ip4(CE4, SRV4, ICMP, error(about(proto=ICMP)))
path.passed("8.2: an error about an echo with the own identifier passes", tunnel(CE6, good), aged(good))
path.dropped("8.2 must: about one with the neighbour's it is discarded",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, error(about(proto=ICMP, dport=FOREIGN)))), "rx_spoofed_port")
path.dropped("8.1 MUST: the source port of the packet in an error does not make up for it",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, error(ip4(SRV4, CE4, UDP, udp(PORT, FOREIGN))))),
             "rx_spoofed_port")
for cut in (0, 19, 20, 22, 23):
    path.dropped("an error whose packet is cut after %d bytes has no port" % cut,
                 tunnel(CE6, ip4(CE4, SRV4, ICMP, error(about()[:cut]))), "rx_no_port")
path.dropped("an error about a later fragment has no port",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, error(fragments(about(), 8)[1]))), "rx_no_port")
path.dropped("an error about an error has no port",
             tunnel(CE6, ip4(CE4, SRV4, ICMP, error(ip4(SRV4, CE4, ICMP, error(about()))))), "rx_no_port")

# ---- fragments ----

def big(sport=PORT, src=CE4, id=0x4711, fill=b"a"):
    return ip4(src, SRV4, UDP, udp(sport, 53, fill * 64), id=id)


def cut(packet, src=CE6, *at):
    return [tunnel(src, f) for f in fragments(packet, *(at or (24, 48)))]


whole = aged(big())
path.passed("8.3.2: a packet in fragments passes, whole", cut(big()), whole,
            rx_reassembled=1, rx_packets=1)
path.dropped("8.1 MUST: the neighbour's port in a first fragment is discarded",
             cut(big(FOREIGN)), rx_reassembled=1, rx_spoofed_port=1)
path.dropped("8.1 MUST: another address in each fragment is discarded",
             cut(big(src="192.0.2.19")), "rx_spoofed_address")
path.dropped("8, 6 MUST: another interface identifier with fragments is discarded",
             cut(big(), "2001:db8:12:3400::1"), rx_reassembled=1, rx_spoofed_address=1)
path.dropped("8.1: fragments from outside the domain are discarded",
             cut(big(), "2001:db7::1"), "rx_unknown_source")

# A neighbour has the same IPv4 address, and so can guess the identification.
one, two, three = cut(big())
evil = cut(big(fill=b"e"), CE6_2)
path.passed("8.1 MUST: a fragment that the neighbour slips in stays outside",
            [one, evil[1], two, evil[2], three], whole, rx_reassembled=1, rx_packets=1)
path.passed("8.1 MUST: the neighbour's first fragment lends no port to another's rest",
            [cut(big(FOREIGN, id=0x4712), CE6_2)[0], *cut(big(id=0x4712))[1:],
             cut(big(id=0x4712))[0]], aged(big(id=0x4712)), rx_reassembled=1, rx_packets=1)
other = big(FOREIGN, fill=b"n", id=0x4713)
mine = big(id=0x4713)
mix = [f for pair in zip(cut(mine), cut(other, CE6_2)) for f in pair]
path.passed("8.3.2: two CEs that use an identification at the same time get both packets through",
            mix, [aged(mine), aged(other)], rx_reassembled=2, rx_packets=2)

# ---- other kinds of rules ----

FULL, FULL4 = "2001:db9:5:0:0:cb00:7105:0", "203.0.113.5"
good = u(FULL4, sport=1)
path.passed("8.1: a full address may use any port", tunnel(FULL, good), aged(good))
good = ip4(FULL4, SRV4, GRE, bytes(8))
path.passed("8.1: and protocols without ports", tunnel(FULL, good), aged(good))
path.dropped("8.1 MUST: but no other address", tunnel(FULL, u("203.0.113.6")), "rx_spoofed_address")
path.dropped("8.1 MUST: nor another interface identifier",
             tunnel("2001:db9:5::1", u(FULL4)), "rx_spoofed_address")
frags = fragments(ip4(FULL4, SRV4, UDP, udp(1, 2, bytes(64)), id=7), 24, 48)
path.passed("8.1: fragments of a full address pass as they are",
            [tunnel(FULL, f) for f in frags], [aged(f) for f in frags])
path.dropped("8.1 MUST: of another address, later ones included, are discarded",
             [tunnel("2001:db9:6:0:0:cb00:7106:0", f) for f in frags], "rx_spoofed_address")
path.dropped("8, 6 MUST: with another interface identifier, later ones included, too",
             [tunnel("2001:db9:5::1", f) for f in frags], "rx_spoofed_address")
good = ip4(FULL4, SRV4, ICMP, error(about(dst=FULL4, dport=9)))
path.passed("8.1: an ICMP error of a full address passes", tunnel(FULL, good), aged(good))
path.dropped("8.1 MUST: but not about another address",
             tunnel(FULL, ip4(FULL4, SRV4, ICMP, error(about(dst="203.0.113.6")))), "rx_spoofed_address")

NET6 = "2001:dba:5::6440:500:0"
good = u("100.64.5.200")
path.passed("8.1: a CE with an IPv4 prefix may use each address of it", tunnel(NET6, good), aged(good))
path.dropped("8.1 MUST: and none outside", tunnel(NET6, u("100.64.6.1")), "rx_spoofed_address")

EXPLICIT6, EXPLICIT4 = "2001:dbb:0:100:0:c612:1:5", "198.18.0.1"
good = u(EXPLICIT4, sport=port_of(5, 3, 6, 6))
path.passed("8.1: an explicit PSID's port passes", tunnel(EXPLICIT6, good), aged(good))
path.dropped("8.1 MUST: the port of another PSID does not",
             tunnel(EXPLICIT6, u(EXPLICIT4, sport=port_of(6, 3, 6, 6))), "rx_spoofed_port")

DRAFT6, DRAFT4 = "2001:dbc:12:3400:c6:1302:1200:3400", "198.19.2.18"
good = u(DRAFT4)
path.passed("draft-03: its interface identifier passes in its domain", tunnel(DRAFT6, good), aged(good))
path.dropped("draft-03: the one of RFC 7597 does not",
             tunnel("2001:dbc:12:3400:0:c613:212:34", u(DRAFT4)), "rx_spoofed_address")
path.dropped("draft-03: nor another port", tunnel(DRAFT6, u(DRAFT4, sport=FOREIGN)), "rx_spoofed_port")

done()
