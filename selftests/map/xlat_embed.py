# SPDX-License-Identifier: GPL-2.0
"""RFC 6052, section 2: IPv4-embedded IPv6 addresses."""

from xlat import *

to6, to4 = ways()
# Section 2.4, tables 1 and 2, as they stand there.
EXAMPLES = {
    "2001:db8::/32": "2001:db8:c000:221::",
    "2001:db8:100::/40": "2001:db8:1c0:2:21::",
    "2001:db8:122::/48": "2001:db8:122:c000:2:2100::",
    "2001:db8:122:300::/56": "2001:db8:122:3c0:0:221::",
    "2001:db8:122:344::/64": "2001:db8:122:344:c0:2:2100::",
    "2001:db8:122:344::/96": "2001:db8:122:344::192.0.2.33",
    "64:ff9b::/96": "64:ff9b::192.0.2.33",
}
PLEN = int(DMR.split("/")[1])
WELL_KNOWN = DMR == "64:ff9b::/96"


def translated(what, host):
    for name, l4 in (("UDP", Udp(53, 9)), ("TCP", Tcp(80, 9)), ("echo", Echo(9))):
        to6.case("%s -> %s, %s" % (what, host.v6, name), pkt4(host, FULL, l4), pkt6(host, FULL, l4, hops=63))
        to4.case("%s <- %s, %s" % (what, host.v6, name), pkt6(FULL, host, l4), pkt4(FULL, host, l4, ttl=63))
    l4 = Error((3, 3), (1, 4), both(FULL, host, Udp(9, 53)))
    to6.case("%s -> %s, an error and the packet in it" % (what, host.v6), pkt4(host, FULL, l4),
             pkt6(host, FULL, l4, hops=63))
    l4 = Error((3, 3), (1, 4), both(host, FULL, Udp(53, 9)))
    to4.case("%s <- %s, an error and the packet in it" % (what, host.v6), pkt6(FULL, host, l4),
             pkt4(FULL, host, l4, ttl=63))


check("2.4 the test's own arithmetic: %s" % DMR, a6(embed("192.0.2.33")) == a6(EXAMPLES[DMR]), embed("192.0.2.33"))
if not WELL_KNOWN:
    translated("2.4 %s, 192.0.2.33" % DMR, Host("192.0.2.33", EXAMPLES[DMR]))
for v4 in ("8.8.8.8", "1.2.3.4", "223.255.255.254", "100.255.1.128"):
    translated("2.3 %s, %s" % (DMR, v4), outside(v4))

# Section 2.2: what is behind the IPv4 address is ignored, and is 0 when sent.
if PLEN < 96:
    for bits in (1, 0x80, 0xff):
        odd = a6(embed("8.8.4.4"))
        odd = Host("8.8.4.4", socket.inet_ntop(socket.AF_INET6, odd[:-1] + bytes([bits])))
        to4.case("2.2 %s: bits %#x at the end of the suffix are ignored" % (DMR, bits), pkt6(FULL, odd, Udp(9, 53)),
                 pkt4(FULL, odd, Udp(9, 53), ttl=63))
    end = PLEN // 8 + 5
    if end < 15:
        odd = bytearray(a6(embed("8.8.4.4")))
        odd[end] = 0x55
        odd = Host("8.8.4.4", socket.inet_ntop(socket.AF_INET6, bytes(odd)))
        to4.case("2.2 %s: bits just behind the address are ignored" % DMR, pkt6(FULL, odd, Udp(9, 53)),
                 pkt4(FULL, odd, Udp(9, 53), ttl=63))
if WELL_KNOWN:
    for v4 in ("10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "0.1.2.3"):
        to4.case("3.1 MUST NOT: the Well-Known Prefix and %s, which is not global: dropped" % v4,
                 pkt6(FULL, outside(v4), Udp(9, 53)), drop="stack", answer=one_of(None, answer(1, 1), answer(1, 0)))
    for v4 in ("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1"):
        to6.case("3.1 MUST NOT: %s, which is not global, and the Well-Known Prefix: dropped" % v4,
                 pkt4(outside(v4), FULL, Udp(53, 9)), drop="stack", answer=one_of(None, answer(3, 13)))
done()
