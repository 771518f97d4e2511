# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, section 4.2: ICMPv4 headers into ICMPv6 headers."""

from xlat import *

to6, _ = ways()
NOW = [a for a in sys.argv[1:] if a != "--list"]
UNREACHABLE = ("net", "host", "protocol", "port", "fragmentation needed", "source route failed",
               "net unknown", "host unknown", "source host isolated", "net prohibited", "host prohibited",
               "net for TOS", "host for TOS", "administratively prohibited", "precedence violation",
               "precedence cutoff")
NO_ROUTE, PROHIBITED, NO_PORT = (1, 0), (1, 1), (1, 4)
CODES = {0: NO_ROUTE, 1: NO_ROUTE, 2: (4, 1, word(6)), 3: NO_PORT, 5: NO_ROUTE, 6: NO_ROUTE, 7: NO_ROUTE,
         8: NO_ROUTE, 9: PROHIBITED, 10: PROHIBITED, 11: NO_ROUTE, 12: NO_ROUTE, 13: PROHIBITED, 14: None,
         15: PROHIBITED}
# Figure 3
POINTERS = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6, **{n: 8 for n in range(12, 16)},
            **{n: 24 for n in range(16, 20)}}
# What a packet of the CE became that somebody has something against.
INNER = {"UDP": Udp(PORT, 53, b"data"), "TCP": Tcp(PORT, 80, data=b"some more data"), "echo": Echo(PORT)}
HOSTS = (("shared", CE), ("full", FULL))


def about(l4=INNER["UDP"], host=CE, to=SRV, **more):
    return both(host, to, l4, **more)


def error(four, six, inner=None, src=SRV, dst=CE):
    l4 = Error(four, six, inner or about())
    return pkt4(src, dst, l4), pkt6(src, dst, l4, hops=63)


def becomes(what, four, six, **more):
    there, here = error(four, six, **more)
    to6.case(what, there, here)


def dropped(what, four, **more):
    to6.drops(what, error(four, (1, 0), **more)[0], ("tx_untranslatable", "tx_redirect"))


def echo():
    for reply in (False, True):
        kind = ("Echo (8) -> 128", "Echo Reply (0) -> 129")[reply]
        for size in (0, 1, 56, 57, 1400):
            l4 = Echo(PORT, reply, 0xfffe, bytes(n & 255 for n in range(size)))
            to6.case("4.2 %s, %d bytes" % (kind, size), pkt4(SRV, CE, l4, flags=DF), pkt6(SRV, CE, l4, hops=63))
        l4 = Echo(1, reply)
        to6.case("4.2 %s to a full address, any identifier" % kind, pkt4(SRV, FULL, l4), pkt6(SRV, FULL, l4, hops=63))
        # The sum is 0 or 0xffff somewhere on the way.
        for seq in (0, 1, 0x7fff, 0xffff):
            l4 = Echo(PORT, reply, seq, put(b"\0\0", 0, 0xffff - PORT))
            to6.case("4.2 %s, checksum at its ends, sequence %d" % (kind, seq), pkt4(SRV, CE, l4),
                     pkt6(SRV, CE, l4, hops=63))
    bad = pkt4(SRV, CE, Echo(PORT))
    bad = bad[:22] + bytes([bad[22] ^ 1]) + bad[23:]
    seen, came = to6.collect([bad])
    check("4.2 Echo with a wrong checksum: dropped, or as wrong as before",
          LIST or came and all(sum_ok(p) for p in seen), *map(describe, seen))
    for code in (1, 255):
        four = pkt4(SRV, CE, Icmp((8, code, word(PORT << 16)), (128, code, word(PORT << 16)), b"ping"))
        seen, came = to6.collect([four])
        check("4.2 Echo with code %d: dropped, or translated with it" % code,
              LIST or came and all(p[40] == 128 and not sum_ok(p) for p in seen), *map(describe, seen))


def queries():
    for type, name in ((15, "Information Request"), (16, "Information Reply"), (13, "Timestamp"),
                       (14, "Timestamp Reply"), (17, "Address Mask Request"), (18, "Address Mask Reply"),
                       (9, "Router Advertisement"), (10, "Router Solicitation"), (1, "unassigned"),
                       (2, "unassigned"), (7, "unassigned"), (19, "reserved"), (30, "traceroute"),
                       (37, "domain name request"), (40, "Photuris"), (42, "extended echo request"),
                       (43, "extended echo reply"), (128, "ICMPv6's own"), (129, "ICMPv6's own"),
                       (133, "ICMPv6's own"), (135, "ICMPv6's own"), (255, "reserved")):
        for kind, host in HOSTS:
            to6.drops("4.2 type %d (%s), %s address: silently dropped" % (type, name, kind),
                      pkt4(SRV, host, Icmp((type, 0, struct.pack("!HH", PORT, 1)), (0, 0, word(0)), bytes(12))),
                      "tx_untranslatable")
    for type in (0x11, 0x12, 0x16, 0x17, 0x22):
        to6.drops("4.2 IGMP type %#x: silently dropped" % type,
                  pkt4(SRV, FULL, Raw(2, struct.pack("!BBH", type, 0, 0xffff - (type << 8)) + bytes(4))),
                  "tx_untranslatable")


def unreachable():
    for code, six in CODES.items():
        name = "4.2 Destination Unreachable, code %d (%s)" % (code, UNREACHABLE[code])
        if not six:
            dropped(name + ": silently dropped", (3, code))
            continue
        for kind, l4 in INNER.items():
            becomes("%s -> %d,%d, about %s" % (name, *six[:2], kind), (3, code), six, inner=about(l4))
        becomes("%s -> %d,%d, about a full address, by a router" % (name, *six[:2]), (3, code), six,
                inner=about(host=FULL), src=ROUTER, dst=FULL)
        becomes("%s -> %d,%d, by a router" % (name, *six[:2]), (3, code), six, src=ROUTER)
    for code in (16, 17, 100, 255):
        dropped("4.2 Destination Unreachable, code %d: silently dropped" % code, (3, code))
    becomes("4.2 Destination Unreachable: the unused word is 0", (3, 1, b"\0\0\xff\xff"), (1, 0))


def others():
    for type, name in ((5, "Redirect"), (6, "Alternative Host Address"), (4, "Source Quench")):
        for code in (0, 1, 2):
            dropped("4.2 %s (%d), code %d: silently dropped" % (name, type, code), (type, code, a4(SRV4)))
    for code in (0, 1):
        for kind, l4 in INNER.items():
            becomes("4.2 Time Exceeded, code %d -> 3,%d, about %s" % (code, code, kind), (11, code), (3, code),
                    inner=about(l4), src=ROUTER)


def pointers():
    for code in (0, 2):
        for at in (*range(0, 24), 28, 40, 255):
            name = "4.2 Parameter Problem, code %d, figure 3, pointer %d" % (code, at)
            four = (12, code, bytes([at, 0, 0, 0]))
            if at in POINTERS:
                becomes("%s -> 4,0, %d" % (name, POINTERS[at]), four, (4, 0, word(POINTERS[at])))
            else:
                dropped(name + ": silently dropped", four)
    for code in (1, 3, 255):
        dropped("4.2 Parameter Problem, code %d: silently dropped" % code, (12, code))


def too_big(mtu6=1500, mtu4=1500):
    """maximum(1280, minimum(MTU + 20, that of the next hop in IPv6, in IPv4 + 20))"""
    for mtu in (68, 296, 576, 1006, 1259, 1260, 1261, 1280, 1300, 1400, 1479, 1480, 1481, 1492, 1500, 8980, 9000,
                65535):
        want = max(1280, min(mtu + 20, mtu6, mtu4 + 20))
        becomes("4.2 Fragmentation Needed, MTU %d, next hops of %d and %d -> Packet Too Big, %d" % (
            mtu, mtu6, mtu4, want), (3, 4, struct.pack("!HH", 0, mtu)), (2, 0, word(want)))
    for size, plateau in ((1000, 1280), (1280, 1280), (1300, 1280), (1492, 1280), (1493, 1492), (1500, 1492),
                          (2002, 1492), (2003, 2002), (4000, 2002), (4352, 2002), (4353, 4352), (9000, 8166),
                          (17914, 8166), (20000, 17914), (40000, 32000), (65535, 32000)):
        plateaus(size, plateau, mtu6, mtu4)


def plateaus(size, plateau, mtu6, mtu4):
    """The greatest one less than Total Length, but at least 1280. "Include that
    path MTU in the ICMPv6 packet" leaves open whether the 20 bytes are added."""
    four, six = about(Udp(PORT, 53, bytes(size - 28)), cut=28)
    top = min(mtu6, mtu4 + 20)
    wants = {max(1280, min(plateau, top)), max(1280, min(plateau + 20, top)) if plateau > 1280 else 1280}
    l4 = [Error((3, 4), (2, 0, word(want)), (four, six)) for want in wants]
    tests = [lambda got, l=l: compare(got, pkt6(ROUTER, CE, l, hops=63), ()) for l in l4]
    to6.case("4.2 MUST: MTU 0, Total Length %d: plateau %s" % (size, " or ".join(map(str, sorted(wants)))),
             pkt4(ROUTER, CE, l4[0]), one_of(*tests))


if NOW:
    too_big(*map(int, NOW[1:]))
else:
    echo()
    queries()
    unreachable()
    others()
    pointers()
    too_big()
done()
