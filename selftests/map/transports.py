# SPDX-License-Identifier: GPL-2.0
"""Each transport protocol both ways through the border relay."""

from packets import *

down, up = to_ce(), from_ce()


def body(proto, sport, dport):
    if proto == TCP:
        return tcp(sport, dport, 0x10, data=b"data")
    if proto in (UDP, UDPLITE):
        return udp(sport, dport, b"data")
    if proto == SCTP:
        return struct.pack("!HHII", sport, dport, 7, 0) + struct.pack("!BBH", 1, 0, 4) + bytes(16)
    return struct.pack("!HHBBHI", sport, dport, 3, 0, 0, 1) + bytes(8)


for name, proto in (("TCP", TCP), ("UDP", UDP), ("UDP-Lite", UDPLITE), ("SCTP", SCTP), ("DCCP", DCCP)):
    for psid, ce6, other in ((PSID, CE6, CE6_2), (PSID_2, CE6_2, CE6)):
        port = port_of(psid, 17)
        p = ip4(SRV4, CE4, proto, body(proto, 80, port))
        down.passed("%s to port %d goes to its CE" % (name, port), p,
                    lambda got: got[24:40] == a6(ce6) and got[40:] == aged(p))
        p = ip4(CE4, SRV4, proto, body(proto, port, 80))
        up.passed("%s from port %d passes from its CE" % (name, port), tunnel(ce6, p), aged(p))
        up.dropped("8.1 MUST: %s from port %d is discarded from another" % (name, port), tunnel(other, p),
                   "rx_spoofed_port")
        p = ip4(SRV4, CE4, ICMP, error(ip4(CE4, SRV4, proto, body(proto, port, 80)[:8])))
        down.passed("an ICMP error about %s from port %d goes to its CE" % (name, port), p,
                    lambda got: got[24:40] == a6(ce6) and got[40:] == aged(p))
        p = ip4(SRV4, CE4, proto, body(proto, 80, port), id=port)
        down.passed("%s to port %d in fragments goes to its CE" % (name, port), fragments(p, 8)[::-1],
                    lambda got: got[24:40] == a6(ce6) and got[40:] == aged(p), tx_reassembled=1, tx_packets=1)

done()
