# SPDX-License-Identifier: GPL-2.0
"""Unusual and broken packets at the border relay."""

from packets import *

PORT = port_of(PSID)
FULL, FULL4 = "2001:db9:5:0:0:cb00:7105:0", "203.0.113.5"
rx, tx = from_ce(), to_ce()
BR_OUT = "198.51.100.1"


def u(src=CE4, dst=SRV4, sport=PORT, dport=53, data=b"data", **more):
    return ip4(src, dst, UDP, udp(sport, dport, data), **more)


def back(**more):
    return u(SRV4, CE4, 53, PORT, **more)


def forwarded(packet):
    """Whatever the stack wrote into the options: the rest is as it was."""
    hlen = (packet[0] & 15) * 4

    def test(got):
        if got[0] >> 4 == 6:
            got = got[40:]
        return len(got) == len(packet) and got[0] == packet[0] and got[12:20] == packet[12:20] and \
            got[hlen:] == packet[hlen:] and got[8] == packet[8] - 1 and checksum(got[:hlen]) == 0
    return test


# ---- options that are well-formed ----

OPTIONS = {
    "no-operation": b"\1" * 4,
    "end of list": b"\0" * 8,
    "record route": b"\x07\x0b\x04" + bytes(8),
    "record route, full": b"\x07\x07\x08" + bytes(4),
    "record route, 40 bytes": b"\x07\x27\x04" + bytes(36) + b"\0",
    "timestamp": b"\x44\x0c\x05\x00" + bytes(8),
    "timestamp with addresses": b"\x44\x24\x05\x01" + bytes(32),
    "timestamp, full, overflow 14": b"\x44\x08\x09\xe0" + bytes(4),
    "router alert": b"\x94\x04\x00\x00",
    "stream identifier": b"\x88\x04\x12\x34",
    "security": b"\x82\x0b" + bytes(9),
    "unknown, copied": b"\x9e\x08" + bytes(6),
    "unknown, 40 bytes": b"\x1e\x28" + bytes(38),
}
for name, options in OPTIONS.items():
    good = u(options=options)
    rx.passed("CE to BR: option %s" % name, tunnel(CE6, good), forwarded(good))
    good = back(options=options)
    tx.passed("BR to CE: option %s" % name, good, forwarded(good))
    good = ip4(SRV4, FULL4, UDP, udp(53, 1, bytes(1800)), options=options, id=9)
    seen, _, count, came = tx.run([good])
    inner = [p[40:] for p in seen]
    hlen = (good[0] & 15) * 4
    # RFC 791, section 3.1: only options with the copy bit are in all parts.
    later = options.ljust(hlen - 20, b"\0") if options[0] & 0x80 else b"\1" * (options[1] if options[0] > 1 else 1)
    check("BR to CE: option %s on a packet to be fragmented" % name,
          came and len(inner) == 2 and count == {"tx_packets": 2, "tx_frag_inner": 1} and
          all(forwarded(p[:8] + b"\x40" + p[9:])(p) for p in inner) and
          b"".join(p[hlen:] for p in inner) == good[hlen:] and
          (not options[0] or inner[1][20:].startswith(later)),
          count, *map(describe, seen))

# ---- source routes: the stack's business, and refused by it ----

for name, type in (("loose", 131), ("strict", 137)):
    route = bytes([type, 7, 4]) + a4("198.51.100.77")
    seen, _, count, came = rx.run([tunnel(CE6, u(options=route))])
    check("CE to BR: %s source route" % name, came and not seen and count == {"rx_packets": 1}, seen, count)
    seen, _, count, came = tx.run([back(options=route)])
    check("BR to CE: %s source route" % name, came and not seen and not count, seen, count)

# ---- options that are not: on the wire the stack finds it, and may say so ----

MALFORMED = {
    "length 0": b"\x07\x00\x04\x00",
    "length 1": b"\x07\x01\x04\x00",
    "length beyond the header": b"\x07\x27\x04\x00",
    "length byte missing": b"\1\1\1\x07",
    "pointer 0": b"\x07\x07\x00" + bytes(4),
    "pointer beyond": b"\x07\x07\xff" + bytes(4),
    "timestamp length 3": b"\x44\x03\x05\x00",
    "timestamp flag 15": b"\x44\x08\x05\x0f" + bytes(4),
    "source route length 2": b"\x83\x02\x04\x00",
    "source route twice": (b"\x83\x07\x08" + bytes(4)) * 2,
    "router alert length 3": b"\x94\x03\x00\x00",
    "CIPSO, torn": b"\x86\x06\x00\x00\x00\x01\x01\x01",
    "all 255": b"\xff" * 40,
}
for name, options in MALFORMED.items():
    seen, _, count, came = rx.run([tunnel(CE6, u(options=options))])
    check("CE to BR: option with %s" % name, came and count.get("rx_packets") == 1 and
          not set(count) - {"rx_packets", "tx_packets"}, count)
    seen, _, count, came = tx.run([back(options=options)])
    check("BR to CE: option with %s" % name, came and not set(count) - {"tx_packets"}, count)

# ---- lengths ----

BROKEN = {
    "version 6": back(version=6),
    "version 5": back(version=5),
    "version 0": back(version=0),
    "header length 0": back(ihl=0),
    "header length 4": back(ihl=4),
    "header longer than the packet": ip4(SRV4, CE4, UDP, ihl=15),
    "header longer than the total length": back(ihl=15),
    "total length 0": back(length=0),
    "total length 19": back(length=19),
    "total length of one more": back(length=33),
    "total length 65535": back(length=65535),
    "no ports": ip4(SRV4, CE4, UDP),
    "half a port": ip4(SRV4, CE4, UDP, b"\0"),
    "one port": ip4(SRV4, CE4, TCP, b"\0\x35"),
    "one port and a half": ip4(SRV4, CE4, SCTP, b"\0\x35\x13"),
    "ports in the padding": ip4(SRV4, CE4, UDP, udp(53, PORT), length=20),
    "half of the ports in the padding": ip4(SRV4, CE4, UDP, udp(53, PORT), length=23),
    "ICMP of 7 bytes": ip4(SRV4, CE4, ICMP, echo(PORT)[:7]),
    "an ICMP identifier in the padding": ip4(SRV4, CE4, ICMP, echo(PORT), length=24),
    "a first fragment without ports": ip4(SRV4, CE4, UDP, b"", flags=MF),
    "a first fragment with ports in the padding": ip4(SRV4, CE4, UDP, udp(53, PORT), flags=MF, length=20),
}
swap = {}
for name, packet in BROKEN.items():
    rx.dropped("CE to BR: %s" % name,
               tunnel(CE6, packet[:12] + a4(CE4) + a4(SRV4) + packet[20:]), "rx_malformed")
for n in (0, 1, 19):
    rx.dropped("CE to BR: %d bytes of a header are refused before they come to us" % n,
               tunnel(CE6, back()[:n]))

# As a program sends it, past the stack's own checks.
raw = socket_in("br", socket.AF_PACKET, socket.SOCK_RAW, 0)
raw.bind(("map0", P_IP))
dgram = socket_in("br", socket.AF_PACKET, socket.SOCK_DGRAM, 0)
dgram.bind(("map0", P_IP))


def control(n):
    return back(data=b"direct %d" % n)


def marked(n):
    return lambda p: p[40:] == control(n)


def straight(send):
    return direct("br", send, control, marked, tx.out, tx.out, counts="tx_packets")


for how, send in (("raw", raw.send), ("datagram", dgram.send)):
    path = straight(send)
    path.passed("%s socket: a good packet" % how, back(), lambda p: p[40:] == back())
    for name, packet in BROKEN.items():
        path.dropped("%s socket: %s" % (how, name), packet, "tx_malformed")
    for n in (1, 8, 19):
        path.dropped("%s socket: %d bytes" % (how, n), back()[:n], "tx_malformed")
    for options in MALFORMED.values():
        packet = back(options=options)
        path.passed("%s socket: options %s are nobody's business" % (how, options.hex()), packet,
                    lambda p: p[40:] == packet)
    packet = ip4(SRV4, FULL4, UDP, udp(53, 1, bytes(1800)), options=b"\xff" * 40)
    seen, _, count, came = path.run([packet])
    check("%s socket: a long one with bad options is cut" % how, came and len(seen) == 2 and
          count == {"tx_packets": 2, "tx_frag_inner": 1}, count, *seen)
    try:
        send(b"")
    except OSError:
        pass

for proto in (P_IPV6, 0x0806, 0x8100, 0x88cc, 1):
    def send(packet, proto=proto):
        raw.sendto(packet, ("map0", P_IP if b"direct" in packet else proto, 0, 0, b""))
    straight(send).dropped("raw socket: protocol %#x is not IPv4" % proto, back(), "tx_not_ipv4")

# ---- more bytes than the packet ----

for n in (1, 8, 100):
    good = u()
    rx.passed("CE to BR: %d bytes of padding go away" % n, tunnel(CE6, good + b"P" * n), aged(good))
    straight(raw.send).passed("raw socket: %d bytes of padding go away" % n, back() + b"P" * n,
                              lambda p: p[40:] == back() and p[4:6] == struct.pack("!H", len(back())))
whole = u(data=bytes(range(64)), id=0x7777)
parts = fragments(whole, 24, 48)
rx.passed("CE to BR: padding of fragments does not get into the packet",
          [tunnel(CE6, f + b"P" * 8) for f in parts], aged(whole), rx_reassembled=1, rx_packets=1)
whole = back(data=bytes(range(64)), id=0x7778)
straight(raw.send).passed("raw socket: padding of fragments does not get into the packet",
                          [f + b"P" * 8 for f in fragments(whole, 24, 48)], lambda p: p[40:] == whole,
                          tx_reassembled=1, tx_packets=1)

# ---- header checksums: the stack looks, if not before we put a packet together ----

bad = u()[:10] + b"\xde\xad" + u()[12:]
rx.passed("CE to BR: a bad header checksum is found by the stack", tunnel(CE6, bad), [], rx_packets=1)
whole = u(data=bytes(64), id=0x7779)
first, second, third = fragments(whole, 24, 48)
seen, _, count, came = rx.run([tunnel(CE6, f) for f in [first, second[:10] + b"\xde\xad" + second[12:], third]])
check("CE to BR: a fragment with a bad header checksum is no part of a packet",
      came and not seen and count == {"rx_malformed": 1}, count, *map(describe, seen))
rx.passed("CE to BR: the good one is", tunnel(CE6, second), aged(whole), rx_reassembled=1, rx_packets=1)

# ---- IPv6 extension headers in front ----

good = u()
PADN = b"\x01\x04" + bytes(4)
for name, packet in (
        ("destination options", ip6(CE6, BR6, bytes([IPIP, 0]) + PADN + good, DSTOPTS)),
        ("an encapsulation limit", ip6(CE6, BR6, bytes([IPIP, 0]) + b"\x04\x01\x04\x01\x01\0" + good, DSTOPTS)),
        ("hop-by-hop options", ip6(CE6, BR6, bytes([IPIP, 0]) + PADN + good, HOPOPTS)),
        ("both", ip6(CE6, BR6, bytes([DSTOPTS, 0]) + PADN + bytes([IPIP, 0]) + PADN + good, HOPOPTS)),
        ("long destination options", ip6(CE6, BR6, bytes([IPIP, 31]) + b"\x1e\xfc" + bytes(252) + good, DSTOPTS)),
        ("an atomic fragment header", ip6(CE6, BR6, bytes([IPIP]) + bytes(7) + good, FRAGMENT)),
        ("a routing header that is used up", ip6(CE6, BR6, bytes([IPIP, 0, 0, 0]) + bytes(4) + good, ROUTING))):
    rx.passed("outer: %s" % name, packet, aged(good))
path_, why = ip6(CE6, BR6, bytes([IPIP, 0]) + PADN + u(sport=PORT + 16), DSTOPTS), "rx_spoofed_port"
rx.dropped("8.1 MUST: extension headers are no way around the check", path_, why)

# ---- outer fragments: headers end up in many pieces ----

packets = {
    "UDP": u(data=bytes(range(200))),
    "UDP with 40 bytes of options": u(data=bytes(range(200)), options=b"\1" * 40),
    "ICMP error": ip4(CE4, SRV4, ICMP, error(ip4(SRV4, CE4, UDP, udp(53, PORT, bytes(40)), options=b"\1" * 40))),
    "TCP SYN": ip4(CE4, SRV4, TCP, tcp(PORT, 80, options=b"\x02\x04\x03\xe8\1\1\1\0", src=CE4, dst=SRV4)),
}
for name, good in packets.items():
    for step in (8, 16, 24):
        parts = fragments6(tunnel(CE6, good), *range(step, len(good), step), id=step)
        rx.passed("outer fragments of %d bytes: %s" % (step, name), parts, forwarded(good))
        rx.passed("outer fragments of %d bytes, last one first: %s" % (step, name), parts[::-1], forwarded(good))
    bad = refresh(good[:12] + a4("192.0.2.19") + good[16:])
    rx.dropped("8.1 MUST: outer fragments are no way around the check: %s" % name,
               fragments6(tunnel(CE6, bad), *range(8, len(bad), 8)), rx_spoofed_address=1)
whole = u(data=bytes(range(200)), id=0x5151)
rx.passed("outer fragments of inner fragments",
          [p for n, f in enumerate(fragments(whole, 64, 128))
           for p in fragments6(tunnel(CE6, f), *range(8, len(f), 8), id=100 + n)],
          aged(whole), rx_reassembled=1, rx_packets=1)

# ---- the MSS option, wherever it stands ----

def syn(options, **more):
    return ip4(CE4, SRV4, TCP, tcp(PORT, 80, options=options, src=CE4, dst=SRV4, **more))


def clamped(good, options):
    want = aged(ip4(CE4, SRV4, TCP, tcp(PORT, 80, options=options, src=CE4, dst=SRV4)))
    return want


for shift in range(4):
    pad = b"\1" * shift
    for packet, name in ((lambda p: [tunnel(CE6, p)], "whole"),
                         (lambda p: fragments6(tunnel(CE6, p), *range(8, len(p), 8), id=200 + shift),
                          "in pieces of 8 bytes")):
        rx.passed("MSS option at byte %d, %s, is lowered" % (shift, name),
                  packet(syn(pad + b"\x02\x04\x05\xb4")), clamped(None, pad + b"\x02\x04\x05\x8c"),
                  rx_packets=1, rx_mss_clamped=1)
for name, options in (("none", b"\1\1\1\1"), ("smaller", b"\x02\x04\x03\xe8"), ("length 0", b"\x02\x00\x05\xb4"),
                      ("length 3", b"\x02\x03\x05\xb4"), ("length 255", b"\x02\xff\x05\xb4"),
                      ("after the end", b"\0\x02\x04\x05\xb4"), ("torn", b"\1" * 37 + b"\x02\x04\x05"),
                      ("hidden behind a length 0", b"\x03\x00\x02\x04\x05\xb4"),
                      ("hidden behind a length 1", b"\x03\x01\x02\x04\x05\xb4")):
    good = syn(options)
    rx.passed("MSS option %s: the packet stays as it is" % name, tunnel(CE6, good), aged(good))
good = syn(b"\x02\x04\x05\xb4")
for doff in (0, 4, 15):
    broken = good[:32] + bytes([doff << 4]) + good[33:]
    rx.passed("TCP with a header of %d words stays as it is" % doff, tunnel(CE6, broken), aged(broken))
for n in (4, 12, 13, 14, 19):
    broken = refresh(good[:2] + struct.pack("!H", 20 + n) + good[4:20 + n])
    rx.passed("TCP SYN cut after %d bytes stays as it is" % n, tunnel(CE6, broken), aged(broken))

done()
