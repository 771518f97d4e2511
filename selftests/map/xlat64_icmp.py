# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, section 5.2: ICMPv6 headers into ICMPv4 headers."""

from xlat import *

_, to4 = ways()
NOW = [a for a in sys.argv[1:] if a != "--list"]
UNREACHABLE = {0: ("no route", 1), 1: ("prohibited", 10), 2: ("beyond scope", 1), 3: ("address unreachable", 1),
               4: ("port unreachable", 3)}
# Figure 6
POINTERS = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8, **{n: 12 for n in range(8, 24)},
            **{n: 16 for n in range(24, 40)}}
# What has been translated to IPv6, and comes back in an error.
INNER = {"UDP": Udp(53, PORT, b"data"), "TCP": Tcp(80, PORT, data=b"some more data"), "echo": Echo(PORT)}
HOSTS = (("shared", CE), ("full", FULL))


def about(l4=INNER["UDP"], host=CE, source=SRV):
    return both(source, host, l4)


def error(four, six, inner=None, src=CE, dst=SRV):
    l4 = Error(four, six, inner or about())
    return pkt6(src, dst, l4), pkt4(src, dst, l4, ttl=63)


def becomes(what, six, four, **more):
    to4.case(what, *error(four, six, **more))


def dropped(what, six, **more):
    to4.drops(what, error((3, 1), six, **more)[0], "rx_untranslatable")


def echo():
    for reply in (False, True):
        kind = ("Echo Request (128) -> 8", "Echo Reply (129) -> 0")[reply]
        for size in (0, 1, 56, 57, 1200):
            l4 = Echo(PORT, reply, 0xfffe, bytes(n & 255 for n in range(size)))
            to4.case("5.2 %s, %d bytes" % (kind, size), pkt6(CE, SRV, l4), pkt4(CE, SRV, l4, ttl=63))
        l4 = Echo(1, reply)
        to4.case("5.2 %s from a full address, any identifier" % kind, pkt6(FULL, SRV, l4), pkt4(FULL, SRV, l4, ttl=63))
        for seq in (0, 1, 0x7fff, 0xffff):
            l4 = Echo(PORT, reply, seq, put(b"\0\0", 0, 0xffff - PORT))
            to4.case("5.2 %s, checksum at its ends, sequence %d" % (kind, seq), pkt6(CE, SRV, l4),
                     pkt4(CE, SRV, l4, ttl=63))
    bad = pkt6(CE, SRV, Echo(PORT))
    bad = bad[:42] + bytes([bad[42] ^ 1]) + bad[43:]
    seen, came = to4.collect([bad])
    check("5.2 Echo with a wrong checksum: dropped, or as wrong as before",
          LIST or came and all(sum_ok(p) for p in seen), *map(describe, seen))


def informational():
    for type, name in ((130, "MLD Query"), (131, "MLD Report"), (132, "MLD Done"), (133, "Router Solicitation"),
                       (134, "Router Advertisement"), (135, "Neighbor Solicitation"),
                       (136, "Neighbor Advertisement"), (137, "Redirect"), (138, "renumbering"),
                       (139, "node information"), (140, "node information"), (143, "MLDv2 Report"),
                       (144, "home agent discovery"), (151, "multicast router"), (155, "RPL"), (160, "extended echo"),
                       (161, "extended echo reply"), (200, "private"), (255, "reserved")):
        for kind, host in HOSTS:
            l4 = Icmp((0, 0, word(0)), (type, 0, struct.pack("!HH", PORT, 1)), bytes(20))
            to4.drops("5.2 type %d (%s), %s address: silently dropped" % (type, name, kind),
                      pkt6(host, SRV, l4, hops=255), "rx_untranslatable")


def unreachable():
    for code, (name, four) in UNREACHABLE.items():
        for kind, l4 in INNER.items():
            becomes("5.2 Destination Unreachable, code %d (%s) -> 3,%d, about %s" % (code, name, four, kind),
                    (1, code), (3, four), inner=about(l4))
        becomes("5.2 Destination Unreachable, code %d (%s) -> 3,%d, by a full address" % (code, name, four),
                (1, code), (3, four), inner=about(host=FULL), src=FULL)
    for code in (5, 6, 7, 100, 255):
        dropped("5.2 Destination Unreachable, code %d: silently dropped" % code, (1, code))
    for code in (0, 1):
        for kind, l4 in INNER.items():
            becomes("5.2 Time Exceeded, code %d -> 11,%d, about %s" % (code, code, kind), (3, code), (11, code),
                    inner=about(l4))
    for type in (0, 5, 50, 100, 101, 127):
        dropped("5.2 unknown error message %d: silently dropped" % type, (type, 0))


def pointers():
    for at in (*range(0, 44), 48, 100, 255, 256, 0x01000000, 0x06000000, 0xffffffff):
        name = "5.2 Parameter Problem, code 0, figure 6, pointer %d" % at
        if at in POINTERS:
            becomes("%s -> 12,0, %d" % (name, POINTERS[at]), (4, 0, word(at)),
                    (12, 0, bytes([POINTERS[at], 0, 0, 0])))
        else:
            dropped(name + ": silently dropped", (4, 0, word(at)))
    for kind, l4 in INNER.items():
        for at in (6, 40):
            becomes("5.2 Parameter Problem, code 1, pointer %d -> 3,2, about %s" % (at, kind), (4, 1, word(at)),
                    (3, 2), inner=about(l4))
    for code in (2, 3, 4, 255):
        dropped("5.2 Parameter Problem, code %d: silently dropped" % code, (4, code, word(40)))


def too_big(mtu6=1500, mtu4=1500):
    """minimum(MTU - 20, that of the next hop in IPv4, in IPv6 - 20)"""
    def mtu_word(mtu):
        return struct.pack("!HH", 0, mtu)
    for mtu in (1280, 1281, 1300, 1400, 1420, 1480, 1499, 1500, 1501, 8980, 9000, 9180, 65535, 65575, 0xffffffff):
        want = min(mtu - 20, mtu4, mtu6 - 20)
        becomes("5.2 Packet Too Big, MTU %d, next hops of %d and %d -> 3,4, %d" % (mtu, mtu6, mtu4, want),
                (2, 0, word(mtu)), (3, 4, mtu_word(want)))
    for code in (1, 255):
        four, six = (3, 4, mtu_word(1380)), (2, code, word(1400))
        there, here = error(four, six)
        to4.case("5.2 Packet Too Big, code %d, which a receiver ignores: 3,4, or dropped" % code, there,
                 one_of(None, lambda got, here=here: compare(got, here, to4.vary)), drop="stack")
    l4 = Udp(53, FULL_PORT, bytes(200))
    frag4 = fragments(pkt4(SRV, FULL, l4, id=0x4711), 64, 128)
    frag6 = fragments6(pkt6(SRV, FULL, l4), 64, 128, id=0x4711)
    for four, six, name in zip(frag4, frag6, ("first", "middle", "last")):
        for mtu in (1280, 1400):
            want = min(mtu - 28, mtu4, mtu6 - 20)
            becomes("5.2 MUST: Packet Too Big, MTU %d, about a packet with a Fragment Header (the %s) -> %d" % (
                mtu, name, want), (2, 0, word(mtu)), (3, 4, mtu_word(want)), inner=(four, six), src=FULL)


FULL_PORT = 9
if NOW:
    too_big(*map(int, NOW[1:]))
else:
    echo()
    informational()
    unreachable()
    pointers()
    too_big()
done()
