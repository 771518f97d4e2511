# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, sections 4.5 and 5.5: other transport protocols."""

from xlat import *

to6, to4 = ways()
# Translated otherwise, or a header of IPv6 in one of the families.
ELSE = (HOPOPTS, ICMP, 2, TCP, UDP, ROUTING, FRAGMENT, ICMP6, DSTOPTS)
# Extension headers to some, protocols in the list of RFC 7915 ("the first Next
# Header that does not match one of the cases above").
NAMES = {GRE: "GRE", ESP: "ESP", 51: "AH", SCTP: "SCTP", DCCP: "DCCP", UDPLITE: "UDP-Lite", 135: "Mobility",
         139: "HIP", 140: "Shim6", NONE: "No Next Header", IPIP: "IPv4", IPV6: "IPv6", 89: "OSPF", 103: "PIM",
         112: "VRRP", 115: "L2TP"}


def data(proto):
    # Eight bytes at least look like any header, ports included.
    return struct.pack("!HH", 9, 53) + bytes([0, 1, 0, 0]) + bytes((proto * 3 + i) & 255 for i in range(41))


for proto in range(256):
    if proto in ELSE:
        continue
    name = "protocol %d%s" % (proto, " (%s)" % NAMES[proto] if proto in NAMES else "")
    l4 = Raw(proto, data(proto))
    to6.case("4.5 MUST: %s is copied, 45 bytes untouched" % name, pkt4(SRV, FULL, l4), pkt6(SRV, FULL, l4, hops=63))
    to4.case("5.5 MUST: %s is copied, 45 bytes untouched" % name, pkt6(FULL, SRV, l4), pkt4(FULL, SRV, l4, ttl=63))
for proto in (GRE, ESP, SCTP, 200):
    l4 = Raw(proto, bytes(range(200)))
    to6.case("4.1 fragments of protocol %d" % proto, fragments(pkt4(SRV, FULL, l4, id=7), 64),
             *fragments6(pkt6(SRV, FULL, l4, hops=63), 64, id=7))
    to4.case("5.1.1 fragments of protocol %d" % proto, fragments6(pkt6(FULL, SRV, l4), 64, id=7),
             *fragments(pkt4(FULL, SRV, l4, id=7, ttl=63), 64), vary=())
for size in (0, 1):
    l4 = Raw(GRE, bytes(size))
    to6.case("4.5 protocol 47 with %d bytes" % size, pkt4(SRV, FULL, l4), pkt6(SRV, FULL, l4, hops=63))
    to4.case("5.5 protocol 47 with %d bytes" % size, pkt6(FULL, SRV, l4), pkt4(FULL, SRV, l4, ttl=63))
# "For ICMPv4 (1), it is changed to ICMPv6 (58); otherwise, the protocol field
# MUST be copied", so these are, too, and taken for what they say.
for l4, name in ((Raw(ICMP6, Echo(9).seg6(SRV.v6, FULL.v6)), "an echo request"), (Raw(ICMP6, bytes(16)), "zeros")):
    to6.case("4.1 MUST: protocol 58 (ICMPv6) in IPv4 is copied, %s untouched" % name, pkt4(SRV, FULL, l4),
             pkt6(SRV, FULL, l4, hops=63))
l4 = Raw(ICMP, Echo(9).seg4(SRV.v4, FULL.v4))
to4.case("5.1 protocol 1 (ICMP) in IPv6 is copied, an echo request untouched", pkt6(FULL, SRV, l4),
         pkt4(FULL, SRV, l4, ttl=63))
done()
