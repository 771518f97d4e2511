# SPDX-License-Identifier: GPL-2.0
"""RFC 9329 streams, good and damaged, and what a receiver counts of them."""

import struct

from rfc9329 import MARKER, PREFIX, frame, ike

# SAs that the receiver has, and one that it does not.
KNOWN = (0x1001, 0x1002, 0x1003)
UNKNOWN = 0x7777
# Lengths that mean something somewhere, oftener than others.
LENGTHS = (0, 1, 2, 3, 4, 5, 6, 7, 10, 32, 33, 1400, 0x494b, 65507, 65508,
           65509, 65510, 65534, 65535)
BAD_MAX = 64


def esp(rnd, spi):
    """An SPI, a sequence number, and what may be a packet (RFC 4303)."""
    size = rnd.choice((0, 4, 12, 20, 28, 60, 1400))
    body = bytearray(rnd.randbytes(size))
    if size >= 28 and rnd.randrange(2):
        body[:4] = struct.pack('>BBH', 0x45, 0, size - 2)
    if size > 1 and rnd.randrange(2):
        # Pad length and next header.
        body[-2:] = bytes((rnd.choice((0, 0, 2, size & 255, 255)),
                           rnd.choice((4, 41, 59, 6, 17, 50))))
    return struct.pack('>II', spi, rnd.randrange(1 << 32)) + body


def bad_ike(rnd):
    good = bytearray(MARKER + ike(rnd.randbytes(rnd.randrange(40))))
    how = rnd.randrange(3)
    if how == 0:
        return bytes(good[:rnd.randrange(4, len(good))])
    if how == 1:
        good[28:32] = struct.pack('>I', rnd.choice((0, 27, 29, 1 << 31)))
    else:
        good[rnd.randrange(4, len(good))] ^= 1 << rnd.randrange(8)
    return bytes(good)


def message(rnd):
    """The payload of a message."""
    kind = rnd.randrange(100)
    if kind < 30:
        return MARKER + ike(rnd.randbytes(rnd.choice((0, 1, 80, 400))))
    if kind < 55:
        return esp(rnd, rnd.choice(KNOWN))
    if kind < 70:
        return esp(rnd, UNKNOWN)
    if kind < 80:
        return bad_ike(rnd)
    if kind < 87:
        return b'\xff'
    if kind < 93:
        return b''
    if kind < 98:
        return rnd.randbytes(rnd.randrange(8))
    size = rnd.choice((3000, 20000, 65479, 65480, 65501))
    return MARKER + ike(bytes(size))


def damage(rnd, stream):
    """A change to the bytes themselves, wherever it hits."""
    how = rnd.randrange(6)
    at = rnd.randrange(len(stream) or 1)
    if not stream:
        stream += rnd.randbytes(3)
    elif how == 0:
        stream[at] ^= 1 << rnd.randrange(8)
    elif how == 1:
        stream[at:at + 2] = struct.pack('>H', rnd.choice(LENGTHS))
    elif how == 2:
        del stream[at:at + rnd.choice((1, 2, 7, 100))]
    elif how == 3:
        stream[at:at] = rnd.randbytes(rnd.choice((1, 2, 7, 100)))
    elif how == 4:
        del stream[max(at, 1):]
    else:
        stream[at:at] = frame(message(rnd))


def make(rnd, prefix, count):
    """So many messages, of which a few are damaged; and how many those are."""
    parts = [frame(message(rnd)) for _ in range(count)]
    if rnd.randrange(12) == 0:
        parts.insert(rnd.randrange(count + 1), struct.pack(
            '>H', rnd.choice(LENGTHS)))
    stream = bytearray(b''.join(parts))
    if prefix:
        stream[:0] = PREFIX
    changes = rnd.choice((0, 0, 1, 1, 2, 5))
    for _ in range(changes):
        # Past the prefix, most of the time: there is more to see.
        if prefix and rnd.randrange(8):
            tail = stream[6:]
            damage(rnd, tail)
            stream[6:] = tail
        else:
            damage(rnd, stream)
    return bytes(stream)


def split(rnd, stream, count):
    """Into some count segments, at random."""
    if rnd.randrange(8) == 0:
        return [stream]
    head = []
    if rnd.randrange(4) == 0:
        # The beginning byte by byte: that is where the state changes.
        head = [stream[i:i + 1] for i in range(min(24, len(stream)))]
        stream = stream[24:]
    cuts = sorted(rnd.randrange(len(stream) + 1) for _ in range(count))
    parts = [stream[a:b] for a, b in zip([0] + cuts, cuts + [len(stream)])]
    return head + [part for part in parts if part]


class Receiver:
    """What a receiver of a stream counts, by the specification."""

    def __init__(self, peer=True, prefix=True, longest=65507):
        self.peer, self.prefix, self.longest = peer, prefix, longest
        self.count = {}
        self.bad = 0
        self.fatal = False

    def add(self, name, bad=None):
        self.count[name] = self.count.get(name, 0) + 1
        if bad is not None:
            self.bad = self.bad + 1 if bad else 0
            if self.bad >= BAD_MAX:
                self.end('conn_corrupt')

    def end(self, name):
        self.fatal = True
        self.add(name)

    def message(self, data):
        """RFC 9329, section 3; with the counters of the module."""
        if len(data) > self.longest:
            self.add('rx_too_long')
        elif data == b'\xff':
            self.add('rx_keepalive', False)
        elif len(data) < 4:
            self.add('rx_short', True)
        elif data[:4] != MARKER:
            known = struct.unpack('>I', data[:4])[0] in KNOWN
            self.add('rx_esp' if known else 'rx_unknown_spi', not known)
        elif not self.peer or len(data) >= 32 and struct.unpack(
                '>I', data[28:32])[0] == len(data) - 4:
            self.add('rx_ike', False)
        else:
            self.add('rx_bad_ike', True)

    def read(self, stream):
        """All of a connection, that ends with FIN."""
        if self.prefix:
            head, stream = stream[:6], stream[6:]
            if not PREFIX.startswith(head):
                self.end('conn_bad_prefix')
        at = 0
        while at < len(stream) and not self.fatal:
            if at + 1 == len(stream):
                self.add('rx_partial')
                break
            length = struct.unpack_from('>H', stream, at)[0]
            data = stream[at + 2:at + length]
            if length < 2:
                self.end('conn_bad_length')
            elif length == 2:
                self.add('rx_empty')
            elif len(data) == length - 2:
                self.message(data)
            elif length - 2 > self.longest:
                self.add('rx_too_long')
            else:
                self.add('rx_partial')
            at += max(length, 2)
        return self.count
