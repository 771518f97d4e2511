# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, sections 4.3 and 4.5: packets in ICMPv4 errors, transport checksums."""

from xlat import *

to6, _ = ways()
NOW = [a for a in sys.argv[1:] if a != "--list"]
UNREACHABLE = (3, 1), (1, 0)
KINDS = {"UDP": Udp(PORT, 53, b"some data"), "TCP": Tcp(PORT, 80, data=b"a longer text"), "echo": Echo(PORT),
         "echo reply": Echo(PORT, reply=True)}


def reported(inner, four=UNREACHABLE[0], six=UNREACHABLE[1], src=ROUTER, dst=CE, **more):
    l4 = Error(four, six, inner)
    return pkt4(src, dst, l4, **more), pkt6(src, dst, l4, hops=63)


def becomes(what, inner, vary=None, **more):
    there, here = reported(inner, **more)
    to6.case(what, there, here, vary=vary)


def headers():
    for ttl in (0, 1, 2, 64, 255):
        becomes("4.3 MUST: the inner TTL %d is not decremented" % ttl, both(CE, SRV, KINDS["UDP"], ttl=ttl))
    for tos in (0, 0xb8, 0xff):
        becomes("4.3 MUST: the inner TOS %#x is copied" % tos, both(CE, SRV, KINDS["UDP"], tos=tos))
    for kind, l4 in KINDS.items():
        becomes("4.3 MUST: inner %s, addresses and checksum" % kind, both(CE, SRV, l4))
        four, six = both(CE, SRV, l4)
        for name, options in (("8 bytes", b"\1" * 8), ("40 bytes", b"\x07\x27\x04" + bytes(37)),
                              ("source route", b"\x83\x07\x04" + bytes(5))):
            becomes("4.3 MUST: inner %s, options of %s go away" % (kind, name),
                    (pkt4(CE, SRV, l4, options=options), six))
    for flags in (DF, 0x8000):
        becomes("4.3 inner flags %#x: no Fragment Header" % flags,
                (pkt4(CE, SRV, KINDS["UDP"], flags=flags), both(CE, SRV, KINDS["UDP"])[1]))
    becomes("4.3 an inner packet with a wrong header checksum",
            (ip4(CE4, SRV4, UDP, KINDS["UDP"].seg4(CE4, SRV4), csum=0xdead), both(CE, SRV, KINDS["UDP"])[1]))
    for kind, host, port in (("shared", CE, PORT), ("full", FULL, 9)):
        becomes("4.3 inner packet of a %s address" % kind, both(host, SRV, Udp(port, 53)), dst=host)
    # To a CE, another one is behind the border relay (RFC 7599, section 12.2).
    becomes("4.3 inner packet from one CE to another, by way of the border relay",
            both(CE, outside(FULL.v4), Udp(PORT, 9)), src=outside(FULL.v4))


def truncated():
    for kind, l4 in KINDS.items():
        whole = len(l4.seg4(CE4, SRV4))
        # Half a checksum cannot be brought up to date.
        for cut in (n for n in range(8, whole + 1) if n != 17 or l4.p4 != TCP):
            becomes("4.3 MUST: inner %s, %d of %d bytes" % (kind, cut, whole), both(CE, SRV, l4, cut=cut))
    for n in (548 - 28, 1000, 1172):
        l4 = Udp(PORT, 53, bytes(i & 255 for i in range(n)))
        becomes("4.3 inner packet of %d bytes, whole" % (n + 28), both(CE, SRV, l4))
    l4 = Tcp(PORT, 80, data=bytes(1440))
    for cut in (8, 20, 500, 528):
        becomes("4.3 MUST: inner Payload Length is that of the packet, %d of 1460 bytes are left" % cut,
                both(CE, SRV, l4, cut=cut))
    for cut in (0, 2, 4, 7):
        four, _six = both(FULL, SRV, Udp(9, 53), cut=cut)
        seen, came = to6.collect([pkt4(ROUTER, FULL, Error(*UNREACHABLE, (four, b"")))])
        check("4.3 an inner packet with %d bytes behind its header: dropped, or sound" % cut,
              LIST or came and not sum(map(sum_ok, seen), []), *map(describe, seen))
    for cut in range(0, 20, 3):
        four = pkt4(FULL, SRV, Udp(9, 53))[:cut]
        to6.drops("4.3 an inner header of %d bytes is none" % cut,
                  pkt4(ROUTER, FULL, Error(*UNREACHABLE, (four, b""))))


def long_errors():
    """RFC 4443, 2.4 (c): as much of the packet as fits in 1280 bytes."""
    for size in (1200, 1232, 1240, 1400, 1472):
        four, six = both(CE, SRV, Udp(PORT, 53, bytes(1472)), cut=size - 28 - 20)

        def test(got, six=six):
            f = fields(got)
            lines = sum_ok(got) + ["%d bytes" % len(got)] * (len(got) > 1280 or len(got) < min(
                1280, 40 + 8 + len(six)) - 8)
            return lines + [] if six.startswith(got[48:]) and f["icmp.type"] == 1 else lines + ["inner: " + str(f)]
        to6.case("4.3 an ICMPv4 error of %d bytes becomes one of at most 1280" % size,
                 pkt4(ROUTER, CE, Error(*UNREACHABLE, (four, six)), flags=DF), test)


def embedded():
    for type, name in ((3, "Destination Unreachable"), (4, "Source Quench"), (5, "Redirect"),
                       (11, "Time Exceeded"), (12, "Parameter Problem")):
        nested = Error((type, 0), (1, 0), both(SRV, FULL, Udp(53, 9)))
        to6.drops("4.3 MUST: %s inside of an error is dropped" % name,
                  reported((pkt4(FULL, SRV, nested), b""), dst=FULL)[0])
    for proto, name in ((IPIP, "IPv4"), (IPV6, "IPv6"), (GRE, "GRE")):
        l4 = Raw(proto, both(CE, SRV, Udp(1, 2))[proto == IPV6])
        becomes("4.3 inner %s, another protocol, is passed by number" % name, both(FULL, SRV, l4), dst=FULL)


def inner_fragments():
    l4 = Udp(9, 53, bytes(range(200)))
    parts = zip(fragments(pkt4(FULL, SRV, l4, id=0x4711), 64, 128),
                fragments6(pkt6(FULL, SRV, l4), 64, 128, id=0x4711), ("first", "middle", "last"))
    for four, six, name in parts:
        becomes("4.3 MUST: the inner packet is a %s fragment: Fragment Header" % name, (four, six), dst=FULL)


def extension(four, six, what, size, ext=b"\x20\x00\xff\xff\x00\x08\x01\x01\x00\x01\x02\x03"):
    """RFC 4884: the length of the packet's part, in words of 4 bytes in byte 5
    in IPv4, of 8 bytes in byte 4 in IPv6."""
    l4 = Udp(PORT, 53, bytes(i & 255 for i in range(1000)))
    inner4, inner6 = both(CE, SRV, l4, cut=size - 20)
    ext = put(ext, 2, checksum(put(ext, 2, 0)))
    sent = pkt4(ROUTER, CE, Icmp((*four, bytes([0, size // 4, 0, 0])), (0, 0, word(0)), inner4 + ext), flags=DF)

    def test(got):
        n = got[44] * 8
        lines = sum_ok(got) + ["type, code %s" % (got[40:42].hex())] * (tuple(got[40:42]) != six)
        lines += ["length attribute %d, RFC 4884 has at least 128 bytes" % n] * (n < 128)
        lines += ["extension: %s, expected %s" % (got[48 + n:].hex(), ext.hex())] * (got[48 + n:] != ext)
        part = got[48:48 + n]
        same = min(len(part), len(inner6))
        lines += ["the inner packet is another: %s" % part.hex()] * (part[:same] != inner6[:same] or same < 128)
        return lines + ["padding is not 0"] * any(part[same:])
    to6.case("4.2 MUST: RFC 4884, %s, %d bytes of packet: length attribute and extension" % (what, size), sent, test)


def short_part(size, ext=b"\x20\x00\xff\xff\x00\x08\x01\x01\x00\x01\x02\x03"):
    """RFC 4884, section 3: at least 128 bytes. Less is padded."""
    inner4, inner6 = both(CE, SRV, Udp(PORT, 53, bytes(range(200))), cut=size - 20)
    ext = put(ext, 2, checksum(put(ext, 2, 0)))

    def test(got):
        n = got[44] * 8
        return sum_ok(got) + ([] if n == 128 and got[48:48 + n] == inner6 + bytes(128 - len(inner6)) and
                              got[48 + n:] == ext else [str(fields(got)), "length attribute %d" % n])
    to6.case("4.2 RFC 4884, %d bytes of packet before an extension: padded to 128" % size,
             pkt4(ROUTER, CE, Icmp((11, 0, bytes([0, size // 4, 0, 0])), (0, 0, word(0)), inner4 + ext)), test)


def bounds():
    """RFC 4443, section 2.4 (c): 1280 bytes. The packet is cut to make room for
    the extension, to 128 bytes at least."""
    whole4, whole6 = both(CE, SRV, Udp(PORT, 53, bytes(i & 255 for i in range(1200))))
    for options in (0, 40):
        for part, objects in ((1000, 200), (1000, 260), (800, 600), (128, 1084), (128, 1092), (128, 1100), (128, 1200)):
            ext = struct.pack("!BBHHBB", 0x20, 0, 0, objects, 240, 1) + bytes(i & 255 for i in range(objects - 4))
            inner4 = pkt4(CE, SRV, Udp(PORT, 53, bytes(i & 255 for i in range(1200))), options=b"\1" * options)[:part]
            if 28 + part + len(ext) > 1500:
                continue
            kept = 48 + 128 + len(ext) <= 1280

            def test(got, ext=ext, kept=kept, left=part - options + 20):
                n = got[44] * 8
                lines = sum_ok(got) + ["%d bytes" % len(got)] * (len(got) > 1280)
                if not kept:
                    return lines + ["an extension is left"] * bool(n)
                lines += ["extension: %s" % got[48 + n:].hex()] * (got[48 + n:] != ext)
                lines += ["length attribute %d" % n] * (n < 128)
                same = min(n, left, len(whole6))
                return lines + ["the packet: %s" % got[48:48 + n].hex()] * (got[48:48 + same] != whole6[:same])
            to6.case("4.2 RFC 4443: %d bytes of packet, %d of options, extension of %d: %s, in 1280 bytes" % (
                part, options, len(ext), "kept" if kept else "left out"),
                pkt4(ROUTER, CE, Icmp((11, 0, bytes([0, part // 4, 0, 0])), (0, 0, word(0)), inner4 + ext)), test)


def extensions():
    for size in (128, 132, 136, 256, 508):
        extension((3, 1), (1, 0), "Destination Unreachable", size)
        extension((11, 0), (3, 0), "Time Exceeded", size)
    extension((3, 3), (1, 4), "an object of many bytes", 128, b"\x20\0\0\0" + b"\0\x40\xf0\1" + bytes(range(60)))
    # What does not fit is cut off at the end.
    inner4, inner6 = both(CE, SRV, Udp(PORT, 53, bytes(1000)), cut=108)
    ext = b"\x20\0\0\0" + b"\4\0\xf0\1" + bytes(i & 255 for i in range(1020))

    def long(got):
        n = got[44] * 8
        return sum_ok(got) + ([] if len(got) <= 1500 and 128 <= n and got[48:48 + len(inner6)] == inner6 and
                              ext.startswith(got[48 + n:]) else [str(fields(got))])
    for more in (0, 200):
        to6.case("4.2 SHOULD: RFC 4884, an extension of %d bytes is cut, where it has to be" % (len(ext) - more),
                 pkt4(ROUTER, CE, Icmp((11, 0, bytes([0, 32, 0, 0])), (0, 0, word(0)), inner4 + ext[:-more or None])),
                 long)
    # No room for it in the messages of ICMPv6: nothing but the packet matters.
    for four, six, name, value in (((3, 4), (2, 0), "Packet Too Big", 1420), ((12, 0), (4, 0), "Parameter Problem", 7)):
        inner4, inner6 = both(CE, SRV, Udp(PORT, 53, bytes(300)), cut=108)
        lead = bytes([0, 32]) + put(b"\0\0", 0, 1400) if four[0] == 3 else bytes([8, 32, 0, 0])

        def test(got, six=six, value=value, inner6=inner6):
            return sum_ok(got) + ([] if got[40:42] == bytes(six) and got[44:48] == word(value) and
                                  got[48:].startswith(inner6) else [str(fields(got))])
        to6.case("4.2 RFC 4884, %s has no length attribute: %d" % (name, value),
                 pkt4(ROUTER, CE, Icmp((*four, lead), (0, 0, word(0)), inner4 + b"\x20\0\xdf\xff\0\4\1\1")), test)


def zero(setting):
    """4.5: no UDP checksum."""
    for size in (0, 1, 8, 1000, 1001):
        l4 = Udp(53, PORT, bytes(i & 255 for i in range(size)), zero=True)
        if setting == "compute":
            to6.case("4.5 UDP checksum 0, %d bytes: computed" % size, pkt4(SRV, CE, l4), pkt6(SRV, CE, l4, hops=63))
        else:
            to6.case("4.5 UDP checksum 0, %d bytes: dropped, counted" % size, pkt4(SRV, CE, l4), drop=True,
                     counts="tx_udp_checksum", answer=one_of(None, answer(3, 13)))
    if setting == "compute":
        l4 = Udp(53, PORT, b"12345678", zero=True)
        to6.case("4.5 UDP checksum 0, with bytes behind its end: computed over what UDP says",
                 ip4(SRV.v4, CE.v4, UDP, l4.seg4(SRV.v4, CE.v4) + b"behind"),
                 ip6(SRV.v6, CE.v6, Udp(53, PORT, b"12345678").seg6(SRV.v6, CE.v6) + b"behind", UDP, hops=63))
        for length in (0, 7, 17, 65535):
            to6.drops("4.5 UDP checksum 0, length %d of 16" % length,
                      ip4(SRV.v4, CE.v4, UDP, put(l4.seg4(SRV.v4, CE.v4), 4, length)), "tx_malformed")
    l4 = Udp(53, 9, bytes(range(200)), zero=True)
    to6.case("4.5 UDP checksum 0, first fragment to a full address: dropped, counted",
             fragments(pkt4(SRV, FULL, l4, id=1), 64)[0], drop=True, counts="tx_udp_checksum",
             answer=one_of(None, answer(3, 13)))
    inner4 = pkt4(CE, SRV, Udp(PORT, 53, zero=True))
    inner6 = pkt6(CE, SRV, Udp(PORT, 53))
    l4 = Error(*UNREACHABLE, (inner4, inner6))

    def test(got):
        same = got[:42] == pkt6(ROUTER, CE, l4, hops=63)[:42] and got[48:94] == inner6[:46] and got[96:] == inner6[48:]
        return sum_ok(got) + [] if same else [str(fields(got))]
    to6.case("4.3 an inner UDP checksum of 0: the error is translated, whatever that becomes",
             pkt4(ROUTER, CE, l4), test)


def ends():
    """Checksums that are 0 or 0xffff before or after."""
    for name, make in (("UDP", lambda v: Udp(53, PORT, put(b"\0\0", 0, v))),
                       ("TCP", lambda v: Tcp(80, PORT, data=put(b"\0\0", 0, v)))):
        for at, proto, seg in ((0, 4, "seg4"), (1, 6, "seg6")):
            base = make(0)
            raw = getattr(base, seg)(SRV[at], CE[at])
            value = struct.unpack("!H", raw[base.at:base.at + 2])[0]
            for delta in (-1, 0, 1):
                l4 = make((value + delta) & 0xffff)
                to6.case("4.5 %s checksum at its ends in IPv%d, %+d" % (name, proto, delta), pkt4(SRV, CE, l4),
                         pkt6(SRV, CE, l4, hops=63))
    for l4 in (Udp(53, PORT, bytes(i & 255 for i in range(1001))), Tcp(80, PORT, data=bytes(i & 255 for i in range(1001)))):
        p = bytearray(pkt4(SRV, CE, l4))
        p[20 + l4.at] ^= 0x55
        seen, came = to6.collect([bytes(p)])
        check("4.5 a wrong checksum of protocol %d does not become a right one" % l4.p4,
              LIST or came and all(sum_ok(s) for s in seen), *map(describe, seen))


if NOW:
    zero(NOW[1])
else:
    headers()
    truncated()
    long_errors()
    embedded()
    inner_fragments()
    for size in (28, 64, 100):
        short_part(size)
    bounds()
    extensions()
    ends()
done()
