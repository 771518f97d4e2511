# SPDX-License-Identifier: GPL-2.0
"""Packets with several readers, at the border relay."""

from packets import *

PORT = port_of(PSID)
FULL, FULL4 = "2001:db9:5:0:0:cb00:7105:0", "203.0.113.5"
what = sys.argv[1]


def syn(src, dst, sport, dport, mss, **more):
    return ip4(src, dst, TCP, tcp(sport, dport, options=b"\x02\x04" + struct.pack("!H", mss), src=src, dst=dst), **more)


# What goes in, and the IPv4 packets that come out.
UP = {
    "UDP": (tunnel(CE6, ip4(CE4, SRV4, UDP, udp(PORT, 53, b"data"))),
            [aged(ip4(CE4, SRV4, UDP, udp(PORT, 53, b"data")))]),
    "TCP with an MSS to be lowered": (tunnel(CE6, syn(CE4, SRV4, PORT, 80, 1460)),
                                      [aged(syn(CE4, SRV4, PORT, 80, 1420))]),
    "congestion experienced": (tunnel(CE6, ip4(CE4, SRV4, UDP, udp(PORT, 53), tos=2), tclass=3),
                               [aged(refresh(ip4(CE4, SRV4, UDP, udp(PORT, 53), tos=3)))]),
    "padding": (tunnel(CE6, ip4(CE4, SRV4, UDP, udp(PORT, 53)) + b"P" * 9),
                [aged(ip4(CE4, SRV4, UDP, udp(PORT, 53)))]),
}
long = ip4(SRV4, FULL4, UDP, udp(53, 7, bytes(range(250)) * 7), id=3, options=b"\x07\x0b\x04" + bytes(8))
DOWN = {
    "UDP": (ip4(SRV4, CE4, UDP, udp(53, PORT, b"data")),
            [aged(ip4(SRV4, CE4, UDP, udp(53, PORT, b"data")))]),
    "TCP with an MSS to be lowered": (syn(SRV4, CE4, 80, PORT, 1460), [aged(syn(SRV4, CE4, 80, PORT, 1420))]),
    "UDP that has to be cut": (ip4(SRV4, FULL4, UDP, udp(53, 7, bytes(range(250)) * 7), id=3),
                               fragments(aged(ip4(SRV4, FULL4, UDP, udp(53, 7, bytes(range(250)) * 7), id=3)), 1440)),
}


def unwrap(p):
    return p[40:] if p[0] >> 4 == 6 else p


if what == "taps":
    for name, path, cases, before, after in (
            ("up", from_ce(), UP, Tap("br", "wan"), Tap("br", "out", outgoing=True)),
            ("down", to_ce(), DOWN, Tap("br", "map0", outgoing=True), Tap("br", "wan", outgoing=True))):
        for case, (packet, expected) in cases.items():
            before.drain(), after.drain()
            seen, _, count, came = path.run([packet])
            check("%s: %s" % (name, case), came and [unwrap(p) for p in seen] == expected, count,
                  *map(describe, seen))
            sight = before.drain()
            want = packet if name == "up" else aged(packet)
            check("%s: %s: whoever saw it before still sees what was before" % (name, case),
                  sight and sight[0] == want, *map(describe, sight))
            sight = [unwrap(p) for p in after.drain()]
            check("%s: %s: whoever sees it after sees what is after" % (name, case),
                  sight[:len(expected)] == expected, *map(describe, sight))
else:
    direction = "down" if what == "redirected" else sys.argv[2]
    into, out = (Tap("core", "tobr", ("br", "wan")), Tap("srv", "eth0")) if direction == "up" else \
        (Tap("srv", "eth0", ("br", "out")), Tap("core", "tobr"))
    times = 1 if what == "redirected" else 2
    for case, (packet, expected) in (UP if direction == "up" else DOWN).items():
        if what == "redirected":
            # Past the router, which would have taken one from the TTL.
            expected = [aged(p, -1) for p in expected]
        into.send(packet)
        want = expected * times
        seen = []
        for p in out.packets(PATIENCE):
            seen.append(unwrap(p))
            if len(seen) == len(want):
                break
        # A mirror's copy did not go through the router, either.
        same = [aged(p, p[8] - 63) for p in seen]
        check("%s: %s, %d times" % (direction, case, times),
              sorted(same) == sorted(aged(p, p[8] - 63) for p in want), *map(describe, seen))

done()
