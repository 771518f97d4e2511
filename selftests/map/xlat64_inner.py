# SPDX-License-Identifier: GPL-2.0
"""RFC 7915, sections 5.3 and 5.5: packets in ICMPv6 errors, transport checksums."""

from xlat import *

_, to4 = ways()
UNREACHABLE = (3, 1), (1, 0)
KINDS = {"UDP": Udp(53, PORT, b"some data"), "TCP": Tcp(80, PORT, data=b"a longer text"), "echo": Echo(PORT),
         "echo reply": Echo(PORT, reply=True)}
PAD = bytes([0, 0]) + b"\x01\x04" + bytes(4)
SPENT = bytes([0, 2, 0, 0]) + bytes(4) + a6("2001:db8::1")


# RFC 1812, section 4.3.2.3: an error of at most 576 bytes.
MOST = 576 - 28


def becomes(what, inner, four=UNREACHABLE[0], six=UNREACHABLE[1], src=CE):
    l4 = Error(four, six, inner)
    to4.case(what, pkt6(src, SRV, l4), pkt4(src, SRV, l4, ttl=63))


def headers():
    udp_ = KINDS["UDP"]
    for hops in (0, 1, 2, 64, 255):
        becomes("5.3 MUST: the inner hop limit %d is not decremented" % hops, both(SRV, CE, udp_, ttl=hops))
    for tc in (0, 0xb8, 0xff):
        becomes("5.3 MUST: the inner Traffic Class %#x is copied" % tc, both(SRV, CE, udp_, tos=tc))
    becomes("5.3 the inner flow label goes away", (pkt4(SRV, CE, udp_), pkt6(SRV, CE, udp_, label=0x12345)))
    for kind, l4 in KINDS.items():
        becomes("5.3 MUST: inner %s, addresses and checksum" % kind, both(SRV, CE, l4))
        four, six = both(SRV, CE, l4)
        for name, ext in (("Hop-by-Hop Options", [(HOPOPTS, PAD)]), ("Destination Options", [(DSTOPTS, PAD)]),
                          ("a used up Routing header", [(ROUTING, SPENT)]),
                          ("all three", [(HOPOPTS, PAD), (ROUTING, SPENT), (DSTOPTS, PAD)])):
            becomes("5.3 MUST: inner %s behind %s" % (kind, name), (four, extended(six, *ext)))
    becomes("5.3 inner packet to a full address", both(SRV, FULL, Udp(53, 9)), src=FULL)
    # Nobody sends an error to anybody but the source (RFC 4443, section 2.2).
    for name, inner in (("a router", both(ROUTER, CE, udp_)),
                        ("a neighbour of the receiver", both(outside("198.51.100.9"), CE, Udp(9, PORT)))):
        l4 = Error(*UNREACHABLE, inner)
        to4.drops("RFC 4443: the inner packet is from %s, and not from who is told" % name, pkt6(CE, SRV, l4),
                  "rx_spoofed_address")


def truncated():
    for kind, l4 in KINDS.items():
        whole = len(l4.seg6(SRV.v6, CE.v6))
        # Half a checksum cannot be brought up to date.
        for cut in (n for n in range(8, whole + 1) if n != 17 or l4.p4 != TCP):
            becomes("5.3 MUST: inner %s, %d of %d bytes" % (kind, cut, whole), both(SRV, CE, l4, cut=cut))
    for size, cut in ((1212, 500), (1232, 500), (1452, 500), (1452, 1192)):
        four, six = both(SRV, CE, Udp(53, PORT, bytes(size)), cut=cut)
        l4 = Error(*UNREACHABLE, (four, six))
        to4.case("5.3 MUST: inner Total Length %d, of which %d bytes are left" % (size + 28, cut + 20), pkt6(CE, SRV, l4),
                 pkt4(CE, SRV, Error(*UNREACHABLE, (four[:MOST], six)), ttl=63), vary=("id", "inner.id", "inner.df"))
    for cut in (0, 2, 4, 7):
        inner = both(SRV, FULL, Udp(53, 9), cut=cut)
        seen, came = to4.collect([pkt6(FULL, SRV, Error(*UNREACHABLE, inner))])
        check("5.3 an inner packet with %d bytes behind its header: dropped, or sound" % cut,
              LIST or came and not sum(map(sum_ok, seen), []), *map(describe, seen))
    for cut in range(0, 40, 3):
        six = pkt6(SRV, FULL, Udp(53, 9))[:cut]
        to4.drops("5.3 an inner header of %d bytes is none" % cut, pkt6(FULL, SRV, Error(*UNREACHABLE, (b"", six))))
    six = extended(pkt6(SRV, FULL, Udp(53, 9)), (DSTOPTS, PAD))[:44]
    seen, came = to4.collect([pkt6(FULL, SRV, Error(*UNREACHABLE, (b"", six)))])
    check("5.3 an inner packet cut in an extension header: dropped, or sound",
          LIST or came and not sum(map(sum_ok, seen), []), *map(describe, seen))


def embedded():
    for type, name in ((1, "Destination Unreachable"), (2, "Packet Too Big"), (3, "Time Exceeded"),
                       (4, "Parameter Problem"), (127, "an unknown error")):
        nested = Error((3, 0), (type, 0), both(FULL, SRV, Udp(9, 53)))
        l4 = Error(*UNREACHABLE, (b"", pkt6(SRV, FULL, nested)))
        to4.drops("5.3 MUST: %s inside of an error is dropped" % name, pkt6(FULL, SRV, l4))
        l4 = Error(*UNREACHABLE, (b"", extended(pkt6(SRV, FULL, nested), (DSTOPTS, PAD))))
        to4.drops("5.3 MUST: %s behind an extension header inside of an error is dropped" % name, pkt6(FULL, SRV, l4))
    for proto, name in ((IPIP, "IPv4"), (IPV6, "IPv6"), (GRE, "GRE")):
        l4 = Raw(proto, both(CE, SRV, Udp(1, 2))[proto == IPV6])
        becomes("5.3 inner %s, another protocol, is passed by number" % name, both(SRV, FULL, l4), src=FULL)


def inner_fragments():
    l4 = Udp(53, 9, bytes(range(200)))
    for four, six, name in zip(fragments(pkt4(SRV, FULL, l4, id=0x4711), 64, 128),
                               fragments6(pkt6(SRV, FULL, l4), 64, 128, id=0xabcd4711),
                               ("first", "middle", "last")):
        e = Error(*UNREACHABLE, (four, six))
        to4.case("5.3 MUST: the inner packet is a %s fragment: Identification, offset, M" % name,
                 pkt6(FULL, SRV, e), pkt4(FULL, SRV, e, ttl=63), vary=("id",))


def extension(four, six, what, size, ext=b"\x20\x00\xff\xff\x00\x08\x01\x01\x00\x01\x02\x03"):
    """RFC 4884: the length of the packet's part, in words of 8 bytes in byte 4
    in IPv6, of 4 bytes in byte 5 in IPv4."""
    l4 = Udp(53, PORT, bytes(i & 255 for i in range(1000)))
    inner4, inner6 = both(SRV, CE, l4, cut=size - 40)
    ext = put(ext, 2, checksum(put(ext, 2, 0)))
    sent = pkt6(CE, SRV, Icmp((0, 0, word(0)), (*six, bytes([size // 8, 0, 0, 0])), b"", inner6 + ext))

    def test(got):
        n = got[25] * 4
        lines = sum_ok(got) + ["type, code %s" % (got[20:22].hex())] * (tuple(got[20:22]) != four)
        lines += ["%d bytes" % len(got)] * (len(got) > 576)
        lines += ["length attribute %d, RFC 4884 has at least 128 bytes" % n] * (n < 128)
        lines += ["extension: %s, expected %s" % (got[28 + n:].hex(), ext.hex())] * (got[28 + n:] != ext)
        part = got[28:28 + n]
        same = min(len(part), len(inner4))
        good = part[:4] + part[6:10] + part[12:same] == inner4[:4] + inner4[6:10] + inner4[12:same]
        lines += ["the inner packet is another: %s" % part.hex()] * (not good or same < min(128, len(inner4)))
        return lines + ["padding is not 0"] * any(part[same:])
    to4.case("5.2 MUST: RFC 4884, %s, %d bytes of packet: length attribute and extension" % (what, size), sent, test)


def short_part(size, ext=b"\x20\x00\xff\xff\x00\x08\x01\x01\x00\x01\x02\x03"):
    """RFC 4884, section 3: at least 128 bytes. Less is padded."""
    inner4, inner6 = both(SRV, CE, Udp(53, PORT, bytes(range(200))), cut=size - 40)
    ext = put(ext, 2, checksum(put(ext, 2, 0)))

    def test(got):
        n, part = got[25] * 4, got[28:]
        good = part[:4] + part[6:10] + part[12:len(inner4)] == inner4[:4] + inner4[6:10] + inner4[12:]
        return sum_ok(got) + ([] if n == 128 and good and part[n:] == ext and not any(part[len(inner4):n])
                              else [str(fields(got)), "length attribute %d" % n])
    to4.case("5.2 RFC 4884, %d bytes of packet before an extension: padded to 128" % size,
             pkt6(CE, SRV, Icmp((0, 0, word(0)), (3, 0, bytes([size // 8, 0, 0, 0])), b"", inner6 + ext)), test)


def bounds():
    """The packet is cut to make room for the extension, to 128 bytes at least."""
    inner6 = pkt6(SRV, CE, Udp(53, PORT, bytes(i & 255 for i in range(1000))))
    for part, objects in ((512, 8), (512, 100), (1000, 200), (128, 416), (128, 420), (256, 800)):
        ext = struct.pack("!BBHHBB", 0x20, 0, 0, objects, 240, 1) + bytes(i & 255 for i in range(objects - 4))
        kept = 28 + 128 + len(ext) <= 576

        def test(got, ext=ext, kept=kept):
            n = got[25] * 4
            lines = sum_ok(got) + ["%d bytes" % len(got)] * (len(got) > 576)
            if not kept:
                return lines + ["an extension is left"] * bool(n)
            return lines + ["extension: %s" % got[28 + n:].hex()] * (got[28 + n:] != ext) + ["%d" % n] * (n < 128)
        to4.case("RFC 1812, 4.3.2.3: %d bytes of packet, extension of %d: %s, in 576 bytes" % (
            part, len(ext), "kept" if kept else "left out"),
            pkt6(CE, SRV, Icmp((0, 0, word(0)), (3, 0, bytes([part // 8, 0, 0, 0])), b"", inner6[:part] + ext)), test)


def extensions():
    for size in (128, 136, 144, 152, 256, 504, 1000):
        extension((3, 1), (1, 0), "Destination Unreachable", size)
        extension((11, 0), (3, 0), "Time Exceeded", size)
    extension((3, 3), (1, 4), "an object of many bytes", 128, b"\x20\0\0\0" + b"\0\x40\xf0\1" + bytes(range(60)))


def ends():
    """Checksums that are 0 or 0xffff before or after."""
    for name, make in (("UDP", lambda v: Udp(PORT, 53, put(b"\0\0", 0, v))),
                       ("TCP", lambda v: Tcp(PORT, 80, data=put(b"\0\0", 0, v)))):
        for at, proto, seg in ((0, 4, "seg4"), (1, 6, "seg6")):
            base = make(0)
            raw = getattr(base, seg)(CE[at], SRV[at])
            value = struct.unpack("!H", raw[base.at:base.at + 2])[0]
            for delta in (-1, 0, 1):
                l4 = make((value + delta) & 0xffff)
                to4.case("5.5 %s checksum at its ends in IPv%d, %+d" % (name, proto, delta), pkt6(CE, SRV, l4),
                         pkt4(CE, SRV, l4, ttl=63))
    for l4 in (Udp(PORT, 53, bytes(i & 255 for i in range(1001))),
               Tcp(PORT, 80, data=bytes(i & 255 for i in range(1001)))):
        p = bytearray(pkt6(CE, SRV, l4))
        p[40 + l4.at] ^= 0x55
        seen, came = to4.collect([bytes(p)])
        check("5.5 a wrong checksum of protocol %d does not become a right one" % l4.p4,
              LIST or came and all(sum_ok(s) for s in seen), *map(describe, seen))
    p = pkt6(CE, SRV, Udp(PORT, 53))
    seen, came = to4.collect([p[:46] + b"\0\0" + p[48:]])
    check("5.5 an IPv6 packet without a UDP checksum is dropped, or none in IPv4",
          LIST or came and not sum(map(sum_ok, seen), []), *map(describe, seen))


headers()
truncated()
embedded()
inner_fragments()
for n in (48, 64, 120):
    short_part(n)
bounds()
extensions()
ends()
done()
