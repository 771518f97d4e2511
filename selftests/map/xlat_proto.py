# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, sections 4.5 and 5.5: other transport protocols."""

import itertools

from xlat import *

to6, to4 = ways()
# Translated otherwise, or a header of IPv6 in one of the families.
ELSE = (HOPOPTS, ICMP, 2, TCP, UDP, ROUTING, FRAGMENT, ICMP6, DSTOPTS, DCCP, UDPLITE)
# Extension headers to some, protocols in the list of RFC 7915 ("the first Next
# Header that does not match one of the cases above").
NAMES = {GRE: "GRE", ESP: "ESP", 51: "AH", SCTP: "SCTP", DCCP: "DCCP", UDPLITE: "UDP-Lite", 135: "Mobility",
         139: "HIP", 140: "Shim6", NONE: "No Next Header", IPIP: "IPv4", IPV6: "IPv6", 89: "OSPF", 103: "PIM",
         112: "VRRP", 115: "L2TP"}


def data(proto):
    # Eight bytes at least look like any header, ports included.
    return struct.pack("!HH", 9, 53) + bytes([0, 1, 0, 0]) + bytes((proto * 3 + i) & 255 for i in range(41))


class Lite(Checked):
    """UDP-Lite or DCCP with a checksum over the first bytes (0: all of them) and
    the pseudo-header (RFC 3828, section 3.1; RFC 4340, section 9)."""
    at = 6

    def __init__(self, proto, header, cover, data):
        self.cover = cover
        super().__init__(proto, header + data)

    def summed(self, pseudo, proto):
        seg = put(self.data, self.at, 0)
        value = checksum(pseudo + seg[:self.cover or None])
        return put(seg, self.at, 0xffff if proto == UDPLITE and value == 0 else value)


def with_sums():
    """The checksum covers the addresses, so it cannot stay as it is."""
    some = bytes(i * 5 & 255 for i in range(50))
    for n, cover in itertools.product(range(3), (0, 8, 20)):
        lite = Lite(UDPLITE, struct.pack("!HHHH", 9, 53, cover, 0), cover, some[n:])
        yield "UDP-Lite, coverage %d, %d bytes" % (cover, 50 - n), lite
    for n, cscov in itertools.product(range(2), (0, 1, 3)):
        # Type DCCP-Data, 4 words of header with the long sequence number
        dccp = Lite(DCCP, struct.pack("!HHBBHBBHI", 9, 53, 4, cscov, 0, 2 << 1 | 1, 0, 0, 7),
                    16 + (cscov - 1) * 4 if cscov else 0, some[:48 + n])
        yield "DCCP, CsCov %d, %d bytes" % (cscov, 48 + n), dccp


for name, l4 in with_sums():
    to6.case("4.5 %s: the checksum is brought up to date" % name, pkt4(SRV, FULL, l4), pkt6(SRV, FULL, l4, hops=63))
    to4.case("5.5 %s: the checksum is brought up to date" % name, pkt6(FULL, SRV, l4), pkt4(FULL, SRV, l4, ttl=63))
    e = Error((3, 1), (1, 0), both(SRV, FULL, l4))
    to4.case("5.5 %s: in an error, too" % name, pkt6(FULL, SRV, e), pkt4(FULL, SRV, e, ttl=63))
for proto, size in ((UDPLITE, 7), (DCCP, 11)):
    short = Raw(proto, bytes(size))
    to6.drops("4.5 protocol %d: a header of %d bytes is none" % (proto, size), pkt4(SRV, FULL, short), "tx_malformed")
    to4.drops("5.5 protocol %d: a header of %d bytes is none" % (proto, size), pkt6(FULL, SRV, short), "rx_malformed")

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
