# SPDX-License-Identifier: GPL-2.0
"""RFC 6791: the source of ICMP errors from addresses without a counterpart."""

from xlat import *

_, to4 = ways()
# The dummy address of RFC 7600, where no other is given.
SOURCE = "192.0.0.8" if sys.argv[1] == "none" else sys.argv[1]
FAR = Host(SOURCE, "2001:db7:77::1")
INNER = (("UDP", CE, Udp(53, PORT)), ("TCP", CE, Tcp(80, PORT)), ("echo", CE, Echo(PORT)), ("UDP", FULL, Udp(53, 9)))
ERRORS = (("no route", (3, 1), (1, 0)), ("prohibited", (3, 10), (1, 1)), ("address unreachable", (3, 1), (1, 3)),
          ("Packet Too Big", (3, 4, b"\0\0\5\x78"), (2, 0, word(1420))), ("Time Exceeded", (11, 0), (3, 0)),
          ("reassembly time", (11, 1), (3, 1)), ("Parameter Problem", (12, 0, b"\x08\0\0\0"), (4, 0, word(7))),
          ("next header", (3, 2), (4, 1, word(6))))
ROUTERS = (("outside of all rules", "2001:db7:77::1"),
           ("with an address in a rule's prefix, which is no MAP address", "2001:db8:f:ff::1"),
           ("with a CE's prefix, but not its address", "2001:db8:12:3400::1"))

for where, v6 in ROUTERS:
    router = Host(SOURCE, v6)
    for name, four, six in ERRORS:
        for kind, host, l4 in INNER:
            # What comes from a CE's prefix is also subject to the source check.
            lenient = v6.startswith("2001:db8:12")
            e = Error(four, six, both(SRV, host, l4))
            what = "%s by a router %s, about %s" % (name, where, kind)
            packet = ip6(v6, SRV.v6, e.seg6(v6, SRV.v6), ICMP6)
            if lenient:
                want = pkt4(router, SRV, e, ttl=63)
                to4.case("RFC 6791: %s: from %s, or dropped" % (what, SOURCE), packet,
                         one_of(None, lambda got, want=want: compare(got, want, to4.vary)), drop="stack")
            else:
                to4.case("RFC 6791: %s: from %s" % (what, SOURCE), packet, pkt4(router, SRV, e, ttl=63))
for name, l4 in (("UDP", Udp(PORT, 53)), ("TCP", Tcp(PORT, 80)), ("an echo request", Echo(PORT)),
                 ("an echo reply", Echo(PORT, True))):
    to4.case("RFC 6791: %s from such an address is no ICMPv6 error, and dropped" % name, pkt6(FAR, SRV, l4), drop=True,
             answer=one_of(None, answer(1, 1), answer(1, 5)))
e = Error((3, 1), (1, 0), both(SRV, CE, Udp(53, PORT)))
to4.case("RFC 6791: an ICMPv6 error of the CE is from its own address", pkt6(CE, SRV, e), pkt4(CE, SRV, e, ttl=63))
e = Error((3, 1), (1, 0), both(SRV, CE, Udp(53, 1023)))
to4.drops("RFC 7599, 8.3: an error about a port that is not the CE's is dropped",
          ip6(FAR.v6, SRV.v6, e.seg6(FAR.v6, SRV.v6), ICMP6))
done()
