# SPDX-License-Identifier: GPL-2.0
"""Fragments on their way through a translator: beside xlat.py."""

from xlat import *


def piece(packet):
    """Where a fragment belongs: key, offset, more, body. A whole packet is one
    with nothing before and after."""
    if packet[0] >> 4 == 4:
        frag = struct.unpack("!H", packet[6:8])[0]
        length = struct.unpack("!H", packet[2:4])[0]
        return ((packet[12:20], packet[9], packet[4:6]), (frag & 0x1fff) * 8, bool(frag & MF),
                packet[(packet[0] & 15) * 4:length])
    body = packet[40:40 + struct.unpack("!H", packet[4:6])[0]]
    if packet[6] != FRAGMENT:
        return (packet[8:40], packet[6], None), 0, False, body
    field = struct.unpack("!H", body[2:4])[0]
    return (packet[8:40], body[0], body[4:8]), field & ~7, bool(field & 1), body[8:]


def assemble(packets):
    """Whole payloads by key (addresses, protocol, identification), and what is
    wrong with the pieces."""
    parts, out, lines = {}, {}, []
    for packet in packets:
        key, offset, more, body = piece(packet)
        parts.setdefault(key, []).append((offset, more, body))
        if packet[0] >> 4 == 6 and packet[6] == FRAGMENT and not offset and not more:
            lines.append("a Fragment Header for nothing")
        if more and len(body) % 8:
            lines.append("a fragment of %d bytes" % len(body))
    for key, list_ in parts.items():
        list_.sort(key=lambda p: p[0])
        at = 0
        for offset, _, body in list_:
            if offset != at:
                lines.append("offset %d, expected %d" % (offset, at))
            at = offset + len(body)
        if [more for _, more, _ in list_] != [True] * (len(list_) - 1) + [False]:
            lines.append("more fragments: %s" % [more for _, more, _ in list_])
        out[key] = b"".join(body for _, _, body in list_)
    return out, lines


def puts_together(way, what, packets, *wholes, id=None, most=1500, none=False):
    """What comes out is, put together, these whole packets, in any number of
    pieces; an identification, where there is one, ends with the given bits.
    none: it may also be dropped."""
    if LIST:
        return ok(what)
    seen, came = way.collect(packets)
    if none and came and not seen:
        return ok(what)
    got, lines = assemble(seen)
    want = collections.Counter((w[12:20], w[9], w[20:]) if w[0] >> 4 == 4 else (w[8:40], w[6], w[40:])
                               for w in wholes)
    is_ = collections.Counter((key[0], key[1], body) for key, body in got.items())
    lines += ["not expected: %s proto %d, %d bytes: %s" % (k[0].hex(), k[1], len(k[2]), k[2][:60].hex())
              for k in is_ - want]
    lines += ["missing: %s proto %d, %d bytes: %s" % (k[0].hex(), k[1], len(k[2]), k[2][:60].hex())
              for k in want - is_]
    ids = {struct.unpack("!I", k[2].rjust(4, b"\0"))[0] for k in got if k[2] is not None}
    if id is not None and ids - ({id} if isinstance(id, int) else set(id)):
        lines.append("identifications %s, expected %s" % (ids, id))
    lines += ["%d bytes: %s" % (len(p), describe(p)) for p in seen if len(p) > most]
    lines += ["DF is set on a fragment" for p in seen if p[0] >> 4 == 4 and p[6] & 0x40]
    return check(what, came and not lines, *lines, *map(describe, seen))
