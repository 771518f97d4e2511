# SPDX-License-Identifier: GPL-2.0
"""RFC 7597, section 8.2, at the border relay, towards CEs."""

from packets import *

PORT, PORT_2 = port_of(PSID), port_of(PSID_2)
path = to_ce()


def to(ce6, inner):
    return lambda p: p[24:40] == a6(ce6) and p[40:] == aged(inner)


for psid, ce6 in ((PSID, CE6), (PSID_2, CE6_2), (0, map6(0)), (255, map6(255))):
    for n in (0, 15, 16, 239):
        p = ip4(SRV4, CE4, ICMP, echo(port_of(psid, n), reply=True))
        path.passed("8.2 must: an echo reply with identifier %d goes to PSID %#x" % (port_of(psid, n), psid),
                    p, to(ce6, p))
    p = ip4(SRV4, CE4, ICMP, echo(port_of(psid)))
    path.passed("8.2 must: an echo request, too", p, to(ce6, p))
for name, type in (("timestamp", 13), ("timestamp reply", 14), ("information request", 15),
                   ("address mask reply", 18)):
    p = ip4(SRV4, CE4, ICMP, icmp(type, 0, struct.pack("!HH", PORT_2, 1), bytes(12)))
    path.passed("8.2: %s has an identifier" % name, p, to(CE6_2, p))
for id in (0, 1, 1023, 4095):
    path.dropped("8.2 must: identifier %d belongs to no CE" % id, ip4(SRV4, CE4, ICMP, echo(id, reply=True)),
                 "tx_excluded_port")

for name, type, code in (("port unreachable", 3, 3), ("fragmentation needed", 3, 4), ("time exceeded", 11, 0),
                         ("parameter problem", 12, 0), ("source quench", 4, 0)):
    for psid, ce6 in ((PSID, CE6), (PSID_2, CE6_2)):
        for proto, body in ((UDP, udp(port_of(psid), 53)), (TCP, tcp(port_of(psid), 80)), (ICMP, echo(port_of(psid)))):
            p = ip4("203.0.114.1", CE4, ICMP, error(ip4(CE4, SRV4, proto, body), type, code))
            path.passed("8.2: %s about protocol %d goes to PSID %#x, which sent that" % (name, proto, psid), p,
                        to(ce6, p))
inner = ip4(CE4, SRV4, UDP, udp(PORT_2, 53), options=b"\1" * 40)
p = ip4(SRV4, CE4, ICMP, error(inner))
path.passed("8.2: options in the packet in the error", p, to(CE6_2, p))
p = ip4(SRV4, CE4, ICMP, error(inner[:64]))
path.passed("8.2: four bytes after the header are enough", p, to(CE6_2, p))
path.dropped("8.2: three are not", ip4(SRV4, CE4, ICMP, error(inner[:63])), "tx_no_port")
path.dropped("8.2: an error about a later fragment cannot be delivered",
             ip4(SRV4, CE4, ICMP, error(fragments(ip4(CE4, SRV4, UDP, udp(PORT, 53, bytes(64))), 8)[1])), "tx_no_port")
path.dropped("a router advertisement has no identifier", ip4(SRV4, CE4, ICMP, icmp(9)), "tx_no_port")
path.dropped("an unknown type has none", ip4(SRV4, CE4, ICMP, icmp(200)), "tx_no_port")
path.dropped("a redirect is not for CEs", ip4(SRV4, CE4, ICMP, error(ip4(CE4, SRV4, UDP, udp(PORT, 53)), 5, 1)),
             "tx_redirect")
p = ip4(SRV4, "203.0.113.5", ICMP, echo(1))
path.passed("8.2: a full address has all identifiers", p, to("2001:db9:5:0:0:cb00:7105:0", p))

done()
