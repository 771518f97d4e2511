# SPDX-License-Identifier: GPL-2.0
"""Protocols without ports, at the border relay."""

from packets import *

FULL, FULL4 = "2001:db9:5:0:0:cb00:7105:0", "203.0.113.5"
down, up = to_ce(), from_ce()
PORT = port_of(PSID)
for name, proto in (("GRE", GRE), ("ESP", ESP), ("AH", 51), ("IPv6", IPV6), ("IPv4", IPIP), ("OSPF", 89),
                    ("IGMP", 2), ("protocol 0", 0), ("experiment 253", 253), ("protocol 255", 255)):
    # Where UDP would have its ports there are good ones: they do not count.
    body = struct.pack("!HH", PORT, PORT) + bytes(60)
    down.dropped("8: %s for a shared address is dropped" % name, ip4(SRV4, CE4, proto, body), "tx_no_port")
    up.dropped("8: %s from a shared address is dropped" % name, tunnel(CE6, ip4(CE4, SRV4, proto, body)), "rx_no_port")
    p = ip4(SRV4, FULL4, proto, body)
    down.passed("%s for a full address goes there" % name, p, lambda got: got[24:40] == a6(FULL) and got[40:] == aged(p))
    p = ip4(FULL4, SRV4, proto, body)
    up.passed("%s from a full address passes" % name, tunnel(FULL, p), aged(p))

done()
