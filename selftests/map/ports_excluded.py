# SPDX-License-Identifier: GPL-2.0
"""RFC 7597, section 5.1: excluded ports, PSID offset 4."""

from packets import *

down, up = to_ce(), from_ce()
for port in (0, 1, 53, 1023, 1024, 0x0340, 0x034f, 4095):
    for proto, body in ((UDP, udp(53, port)), (TCP, tcp(80, port)), (SCTP, struct.pack("!HHII", 80, port, 1, 0)),
                        (ICMP, echo(port, reply=True))):
        down.dropped("5.1: port %d, protocol %d, belongs to no CE" % (port, proto),
                     ip4(SRV4, CE4, proto, body), "tx_excluded_port")
# The PSID's bits are there, but the port is below 4096.
up.dropped("5.1: a CE may not send from port %d" % 0x0340, tunnel(CE6, ip4(CE4, SRV4, UDP, udp(0x0340, 53))),
           "rx_spoofed_port")
for port, ce6 in ((4096, map6(0)), (4111, map6(0)), (4112, map6(1)), (8191, map6(255)), (65535, map6(255))):
    p = ip4(SRV4, CE4, UDP, udp(53, port))
    down.passed("5.1: port %d is the first or last of a range" % port, p,
                lambda got: got[24:40] == a6(ce6) and got[40:] == aged(p))
p = ip4(SRV4, "203.0.113.5", UDP, udp(53, 1))
down.passed("5.1: a full address has all ports", p, lambda got: got[40:] == aged(p))

done()
