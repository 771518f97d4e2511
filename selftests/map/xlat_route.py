# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, sections 4.6 and 5.6: knowing when to translate."""

from xlat import *

to6, to4 = ways()
GONE = "gone" in sys.argv
THERE = Host("192.0.2.77", map6(PSID, 77))
FAR = outside("8.8.8.8")
for name, l4, l4_ in (("UDP", Udp(53, PORT), Udp(PORT, 53)), ("TCP", Tcp(80, PORT), Tcp(PORT, 80)),
                      ("echo", Echo(PORT), Echo(PORT))):
    if GONE:
        to6.case("4.6 %s: without the route it is translated" % name, pkt4(SRV, THERE, l4),
                 pkt6(SRV, THERE, l4, hops=63))
        to4.case("5.6 %s: without the route it is translated" % name, pkt6(CE, FAR, l4_),
                 pkt4(CE, FAR, l4_, ttl=63))
    elif not LIST:
        for way, sent, want, section in ((to6, pkt4(SRV, THERE, l4), pkt4(SRV, THERE, l4, ttl=63), "4.6"),
                                         (to4, pkt6(CE, FAR, l4_), pkt6(CE, FAR, l4_, hops=63), "5.6")):
            seen, same, count, came = way.run([sent])
            check("%s MUST: %s with a more specific route is not translated" % (section, name),
                  came and same == [want] and not seen and not count, count, *map(describe, seen + same))
for section, way, send, want in (
        ("4", to6, lambda l: pkt4(SRV, CE, l), lambda l: pkt6(SRV, CE, l, hops=63)),
        ("5", to4, lambda l: pkt6(CE, SRV, l), lambda l: pkt4(CE, SRV, l, ttl=63))):
    # Long and short ones, of one flow.
    ports = (53, PORT) if way is to6 else (PORT, 53)
    flow = [Udp(*ports, bytes([n]) * (1 + n * 37 % 1200)) for n in range(40)]
    way.case("%s SHOULD: packets of one flow leave in the order in which they came" % section, [send(l) for l in flow],
             *[want(l) for l in flow])
done()
