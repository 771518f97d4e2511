#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
"""What is taken for fake TCP and what is not: each field of the header wrong
in its turn, genuine data, other connections, and many mutations at random.
The stream is not hurt by any of it. FAKE_FUZZ says how many mutations."""

import errno
import os
import random
import socket
import struct
import subprocess

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, RESPOND, RESPONDER, Checks,
                     Family, checksum, hand_over, ike)

checks = Checks()
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
RECV_QUEUE, SEND_QUEUE = 1, 2
ESP = struct.pack('>II', 0x1001, 1)
STRANGE = struct.pack('>II', 0x9999, 1)
COUNTERS = ('rx_fake', 'rx_fake_malformed', 'rx_unknown_spi')
TAKEN, MALFORMED, UNKNOWN, LEFT = (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)


def command(*words):
    subprocess.run(words, check=True)


def next_seq(sock, queue):
    """Sequence number of the first byte that is written, or read."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, queue)
    seq = sock.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ) & 0xffffffff
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, -1)
    return seq


class Ends:
    """A connection between two addresses of this machine, of peers 1 and 2,
    and segments from the one end to the other that are not its own."""

    def __init__(self, client, server, esp=1):
        self.family = socket.AF_INET6 if ':' in client else socket.AF_INET
        self.netlink = Family()
        self.netlink.add(1, ORIGINATOR, server, esp=esp)
        self.netlink.add(2, RESPONDER, client, esp=esp, proof_timeout=300)
        with socket.socket(self.family) as listener:
            listener.bind((server, 0))
            listener.listen()
            self.first = socket.socket(self.family)
            self.first.bind((client, 0))
            self.first.connect(listener.getsockname()[:2])
            self.second = listener.accept()[0]
        self.seq = next_seq(self.first, SEND_QUEUE)
        self.ack = next_seq(self.first, RECV_QUEUE)
        hand_over(self.first, ORIGINATE, 1)
        hand_over(self.second, RESPOND, 2)
        self.ports = self.first.getsockname()[1], self.second.getsockname()[1]
        self.names = client, server
        self.addrs = [socket.inet_pton(self.family, name)
                      for name in self.names]
        self.raw = socket.socket(self.family, socket.SOCK_RAW,
                                 socket.IPPROTO_RAW)
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.daemons = []
        for name in self.names:
            sock = socket.socket(self.family, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((name, 4500))
            sock.settimeout(10)
            self.daemons.append(sock)

    def close(self):
        for sock in (self.first, self.second, self.raw, *self.daemons):
            sock.close()
        for number in (1, 2):
            self.netlink.delete(number)

    def tcp(self, data, seq=None, flags=ACK, options=b'', ports=None,
            back=0, spoil=0):
        """A segment; by default the fake TCP that it should be."""
        if seq is None:
            seq = self.seq - 9216
        header = struct.pack('>HHIIBBHHH', *(ports or self.ports),
                             (seq + back) & 0xffffffff, self.ack,
                             5 + len(options) // 4 << 4, flags, 500, 0, 0)
        segment = header + options + data
        pseudo = b''.join(self.addrs) + struct.pack('>II', len(segment), 6)
        total = (checksum(pseudo + segment) + spoil) & 0xffff
        return segment[:16] + struct.pack('>H', total) + segment[18:]

    def ip(self, segment, where=0, ident=0):
        if self.family == socket.AF_INET:
            return struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(segment), ident,
                               where, 64, 6, 0) + b''.join(self.addrs) + segment
        return struct.pack('>IHBB', 6 << 28, len(segment), 6, 64) + b''.join(
            self.addrs) + segment

    def send(self, packet):
        try:
            self.raw.sendto(packet, (self.names[1], 0))
            return True
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EMSGSIZE, errno.ENOBUFS,
                                   errno.EPERM):
                raise
            return False

    def counters(self):
        stats = self.netlink.stats(2)
        return tuple(stats[name] for name in COUNTERS)

    def expect(self, what, outcome, data=ESP + bytes(56), **more):
        before = self.counters()
        self.send(self.ip(self.tcp(data, **more)))
        found = tuple(now - then for now, then in
                      zip(self.counters(), before))
        checks.equal(what, found, outcome)

    def stream(self, what):
        """IKE messages get through, both ways."""
        text = MARKER + ike(os.urandom(300))
        self.daemons[0].sendto(text, (self.names[1], 4500))
        try:
            data, source = self.daemons[1].recvfrom(1000)
            checks.equal(f'the stream is whole: {what}', data, text)
            self.daemons[1].sendto(text, source)
            self.daemons[0].recv(1000)
        except socket.timeout:
            checks.true(f'the stream is whole: {what}', False)


def xfrm_errors():
    with open('/proc/net/xfrm_stat', encoding='ascii') as file:
        return {name: int(value) for name, value in map(str.split, file)
                if name.startswith('XfrmIn')}


def state(verb, src, dst):
    words = ['ip', 'xfrm', 'state', verb, 'src', src, 'dst', dst, 'proto',
             'esp', 'spi', '0x1001']
    if verb == 'add':
        words += ['reqid', '1', 'mode', 'tunnel', 'aead',
                  'rfc4106(gcm(aes))',
                  '0x00112233445566778899aabbccddeeff00112233', '128',
                  'encap', 'espinudp', '4500', '4500', '0.0.0.0']
    command(*(words[:4] + words[6:] if verb == 'delete' else words))


def fields(name, ends):
    before = xfrm_errors()
    for flags, text in ((ACK | FIN, 'FIN'), (ACK | RST, 'RST'),
                        (ACK | PSH, 'PSH'), (ACK | URG, 'URG'), (0, 'no ACK'),
                        (SYN, 'SYN'), (ACK | SYN, 'SYN and ACK'),
                        (ACK | 0x40, 'ECE')):
        ends.expect(f'{name}: flags: {text}', LEFT, flags=flags)
    for back in (1, -1, -64, -100000, 1 << 31):
        ends.expect(f'{name}: sequence number, {back:+}', LEFT, back=back)
    ends.expect(f'{name}: TCP options', LEFT, options=b'\1\1\1\0')
    ends.expect(f'{name}: time stamps', LEFT,
                options=b'\1\1\x08\x0a' + bytes(8))
    for size in (0, 1, 2, 4, 7):
        ends.expect(f'{name}: {size} bytes', MALFORMED, data=ESP[:size])
    ends.expect(f'{name}: checksum', MALFORMED, spoil=1)
    ends.expect(f'{name}: unknown SPI', UNKNOWN, data=STRANGE + bytes(56))
    ends.expect(f'{name}: an SPI of 0', UNKNOWN, data=bytes(64))
    sport, dport = ends.ports
    ends.expect(f'{name}: another source port', LEFT, ports=(sport ^ 1, dport))
    ends.expect(f'{name}: another port', LEFT, ports=(sport, dport ^ 1))
    ends.expect(f'{name}: the other way round', LEFT, ports=(dport, sport))
    checks.equal(f'{name}: xfrm has got none of it', xfrm_errors(), before)
    ends.expect(f'{name}: as it should be', TAKEN)
    ends.expect(f'{name}: 8 bytes', TAKEN, data=ESP)
    ends.expect(f'{name}: 1,441 bytes', TAKEN, data=ESP + bytes(1433))
    ends.expect(f'{name}: 9,215 bytes', TAKEN, data=ESP + bytes(9207))
    ends.expect(f'{name}: 9,216 bytes, up to genuine data', LEFT,
                data=ESP + bytes(9208))
    checks.true(f'{name}: that xfrm has got', xfrm_errors() != before)


def genuine(name, ends):
    """Data of the stream is never taken, the first bytes again neither."""
    sent = b'IKETCP' + bytes(58)
    for size in (8, 40, 64):
        ends.expect(f'{name}: the first {size} bytes once more', LEFT,
                    data=sent[:size], seq=ends.seq)
    ends.expect(f'{name}: from before the first', LEFT, data=sent,
                seq=ends.seq - 8)
    ends.expect(f'{name}: a keep-alive probe', LEFT, data=b'',
                seq=ends.seq - 1)
    ends.expect(f'{name}: with a byte', LEFT, data=b'\0', seq=ends.seq - 1)


def not_for_it(name, ends):
    """The receiver is not for fake TCP: longer than the stream, it would be
    new data, if the sequence number were that of the SYN."""
    for size in (64, 1400, 9000):
        ends.expect(f'{name}: {size} bytes are left to TCP', LEFT,
                    data=ESP + bytes(size - 8))
    ends.stream(f'{name}, not for fake TCP')


def mutation(ends, rand):
    """One packet, or fragments of one: what is sent. New data for the stream
    is not among it."""
    data = rand.choice((ESP, STRANGE)) + rand.randbytes(
        rand.choice((0, 1, 8, 40, 64, 200, 1400)))
    segment = bytearray(ends.tcp(
        data, flags=rand.choice((ACK, ACK, ACK, rand.randrange(256))),
        back=-rand.choice((0, 0, 0, 1, len(data), rand.getrandbits(31))),
        options=rand.choice((b'', b'', b'', b'\1\1\1\1', bytes(40))),
        spoil=rand.choice((0, 0, 0, 1))))
    if rand.random() < 0.2:
        segment[rand.randrange(len(segment))] ^= 1 << rand.randrange(8)
    if rand.random() < 0.1:
        segment = segment[:rand.randrange(len(segment))]
    segment = bytes(segment)
    if ends.family == socket.AF_INET and len(segment) > 16 and \
            rand.random() < 0.1:
        cut = rand.randrange(8, len(segment), 8)
        ident = rand.randrange(1, 1 << 16)
        return [ends.ip(segment[:cut], 0x2000, ident),
                ends.ip(segment[cut:], cut // 8, ident)]
    packet = bytearray(ends.ip(segment))
    if rand.random() < 0.05:
        packet[rand.randrange(40 if packet[0] >> 4 == 6 else 12)] ^= \
            1 << rand.randrange(8)
    return [bytes(packet)]


def fuzz(name, ends, count):
    seed = random.getrandbits(32)
    rand = random.Random(seed)
    print(f'# seed {seed}')
    before = ends.counters()
    for _ in range(count):
        for packet in mutation(ends, rand):
            ends.send(packet)
    grown = [now - then for now, then in zip(ends.counters(), before)]
    checks.true(f'{name}: {count} mutations, some of each kind: {grown}',
                min(grown) > 0)
    ends.stream(f'{name}, after mutations')


def no_reading(name, client, server):
    """Who has read or written cannot hand over: where the stream began is
    not known then."""
    family = Family()
    family.add(1, ORIGINATOR, server)
    for what in ('written', 'read', 'looked'):
        with socket.create_server((server, 0)) as listener:
            one = socket.create_connection(listener.getsockname()[:2])
            other = listener.accept()[0]
        if what == 'written':
            one.send(b'x')
        else:
            other.send(b'IKETCP')
            one.recv(1, socket.MSG_PEEK if what == 'looked' else 0)
        try:
            hand_over(one, ORIGINATE, 1)
            found = 0
        except OSError as error:
            found = error.errno
        checks.equal(f'{name}: the owner has {what}', found,
                     0 if what == 'looked' else errno.EBUSY)
        one.close()
        other.close()
    family.delete(1)


def main():
    count = int(os.environ.get('FAKE_FUZZ', 5000))
    command('modprobe', 'ipsec_tcp')
    for address in ('10.9.0.8/24', '10.9.0.9/24', 'fd00::8/128',
                    'fd00::9/128'):
        subprocess.run(['ip', 'addr', 'add', address, 'dev', 'lo'],
                       check=False, stderr=subprocess.DEVNULL)
    # Both ends are in one namespace.
    command('sysctl', '-qw', 'net.ipv4.conf.all.accept_local=1')
    for name, *names in (('IPv4', '10.9.0.8', '10.9.0.9'),
                         ('IPv6', 'fd00::8', 'fd00::9')):
        state('add', *names)
        ends = Ends(*names)
        ends.stream(f'{name}, at first')
        fields(name, ends)
        ends.stream(f'{name}, after fake TCP')
        genuine(name, ends)
        ends.stream(f'{name}, after its own data')
        fuzz(name, ends, count)
        ends.close()
        ends = Ends(*names, esp=0)
        not_for_it(name, ends)
        ends.close()
        state('delete', *names)
    no_reading('IPv4', '10.9.0.8', '10.9.0.9')
    checks.finish()


main()
