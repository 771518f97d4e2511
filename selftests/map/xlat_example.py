# SPDX-License-Identifier: GPL-2.0
"""RFC 7599, appendix A."""

from xlat import *

to6, to4 = ways()
EXAMPLE = sys.argv[1]
# As they are written there.
H4 = Host("10.2.3.4", "2001:db8:ffff:0:000a:0203:0400::")
CUSTOMER = {"2": Host("192.0.2.18", "2001:db8:0012:3400:0000:c000:0212:0034"),
            "4": Host("192.0.2.1", "2001:db8:0012:3400:0000:c000:0201:0000"),
            "5": Host("192.0.2.18", "2001:db8:0012:3400:0000:c000:0212:0034")}[EXAMPLE]
# "Available ports (63 ranges): 1232-1235, 2256-2259, ...... , 63696-63699,
# 64720-64723"; example 4 has all of them.
OWN = (1232, 1233, 1235, 2256, 2259, 63696, 63699, 64720, 64723)
OTHERS = () if EXAMPLE == "4" else (0, 208, 211, 1023, 1231, 1236, 2255, 2260, 64719, 64724, 65535)

for port in (*OWN, *([1, 65535] if EXAMPLE == "4" else [])):
    for name, down, up in (("TCP", Tcp(80, port), Tcp(port, 80)), ("UDP", Udp(80, port), Udp(port, 80)),
                           ("echo", Echo(port), Echo(port))):
        to6.case("example %s: %s to %d" % (EXAMPLE, name, port), pkt4(H4, CUSTOMER, down), pkt6(H4, CUSTOMER, down, hops=63))
        to4.case("example %s: %s from %d" % (EXAMPLE, name, port), pkt6(CUSTOMER, H4, up), pkt4(CUSTOMER, H4, up, ttl=63))
for port in OTHERS:
    p = pkt6(CUSTOMER, H4, Tcp(port, 80))
    to4.case("example %s: TCP from %d is dropped" % (EXAMPLE, port), p, drop=True, answer=answer(1, 5, about=p))
done()
