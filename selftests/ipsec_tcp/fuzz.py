#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
"""Random streams to sockets of both roles, sockets that go at any moment, and
random packets of this host: nothing can hurt, each message is delivered or
counted, and connections beside go on. FUZZ_SEED repeats a run; FUZZ_COUNT (of
segments and packets) and FUZZ_TIME (seconds at most) make it longer."""

import errno
import os
import random
import select
import signal
import socket
import struct
import subprocess
import time

import fuzz_stream
from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, RESPOND, RESPONDER,
                     TCP_ULP, Checks, Family, frame, hand_over, ike,
                     in_own_namespace, read_frame)

SLOW = os.environ.get('KSFT_MACHINE_SLOW') == 'yes'
COUNT = int(os.environ.get('FUZZ_COUNT', 4000 if SLOW else 20000))
TIME = int(os.environ.get('FUZZ_TIME', 60))
SEED = int(os.environ.get('FUZZ_SEED', int.from_bytes(os.urandom(4), 'big')))
PATIENCE = 60 if SLOW else 20


class Quick(random.Random):
    """Most of the time of a run would be spent on being exact."""

    def randrange(self, start, stop=None):
        if stop is None:
            start, stop = 0, start
        return start + int(self.random() * (stop - start))

    def choice(self, seq):
        return seq[int(self.random() * len(seq))]


rnd = Quick(SEED)
checks = Checks()

# By family: the plain end, the end with the ULP; and those beside.
PLAIN, ULP = {4: '10.9.1.1', 6: 'fd00:1::1'}, {4: '10.9.1.9', 6: 'fd00:1::9'}
BESIDE, BESIDE_ULP = '10.9.2.1', '10.9.2.9'
# Ids of peers.
IN, OUT, WILD, WILD_OUT, SIDE = 10, 20, 30, 40, 50
WILD_PLAIN, WILD_ULP = '10.9.3.1', '10.9.3.9'
CLOSES = (errno.EPIPE, errno.ECONNRESET, errno.ETIMEDOUT, errno.EPROTO,
          errno.EBADMSG, errno.ECONNABORTED, errno.ENOTCONN, errno.EAGAIN)


def run(*words, check=True):
    subprocess.run(words, check=check, stdout=subprocess.DEVNULL,
                   stderr=None if check else subprocess.DEVNULL)


def family_of(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def udp(address, port):
    sock = socket.socket(family_of(address), socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    sock.settimeout(PATIENCE)
    return sock


def connection(plain, ulp, originator):
    """Two ends, by address; the originator is who connects."""
    client, server = (ulp, plain) if originator else (plain, ulp)
    with socket.socket(family_of(client)) as listener:
        listener.bind((server, 0))
        listener.listen()
        first = socket.socket(family_of(client))
        first.bind((client, 0))
        first.connect(listener.getsockname()[:2])
        second = listener.accept()[0]
    for sock in (first, second):
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return (second, first) if originator else (first, second)


def sa(src, dst, spi, *encap):
    run('ip', 'xfrm', 'state', 'add', 'src', src, 'dst', dst, 'proto', 'esp',
        'spi', str(spi), 'mode', 'transport' if spi == 0x1003 else 'tunnel',
        'enc', 'ecb(cipher_null)', '', 'auth', 'digest_null', '', *encap)


def set_up():
    run('modprobe', 'ipsec_tcp')
    run('ip', 'link', 'set', 'lo', 'up', 'mtu', rnd.choice(
        ('1280', '1500', '9000', '65536')))
    for address in ('10.9.1.1/24', '10.9.1.9/24', '10.9.2.1/24',
                    '10.9.2.9/24', '10.9.3.1/24', '10.9.3.9/24',
                    'fd00:1::1/128', 'fd00:1::9/128'):
        run('ip', 'addr', 'add', address, 'dev', 'lo')
    run('sysctl', '-qw', 'net.ipv4.conf.all.accept_local=1')
    for six in PLAIN:
        here, there = ULP[six], PLAIN[six]
        sa(there, here, 0x1001, 'encap', 'espinudp', '4500', '4500', here)
        sa(there, here, 0x1002)
        sa(there, here, 0x1003)


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Beside:
    """A connection that nobody disturbs, and the IKE daemon at its end."""

    def __init__(self, family):
        family.add(SIDE, RESPONDER, BESIDE)
        self.daemon = udp(BESIDE_ULP, 4500)
        self.plain, self.ulp = connection(BESIDE, BESIDE_ULP, False)
        hand_over(self.ulp, RESPOND, SIDE)
        self.plain.sendall(PREFIX)
        self.times = self.wrong = 0

    def works(self):
        """A message there and one back: INFORMATIONAL, encrypted, which
        shows that there is an IKE SA."""
        text = MARKER + ike(b'%d' % self.times, payload=46, exchange=37)
        self.times += 1
        try:
            self.plain.sendall(frame(text))
            data, source = self.daemon.recvfrom(1000)
            self.daemon.sendto(text + b'!', source)
            if data != text or read_frame(self.plain) != text + b'!':
                self.wrong += 1
        except OSError:
            self.wrong += 1
        return not self.wrong


class Totals:
    """What was done, for the report."""

    def __init__(self):
        self.segments = self.messages = self.packets = self.conns = 0
        self.bytes = 0

    def done(self):
        return self.segments + self.packets


totals = Totals()


def send(sock, segment):
    """Nothing happens when the other side has closed."""
    try:
        # The byte that is urgent is one of the stream like any other.
        urgent = socket.MSG_OOB if rnd.randrange(50) == 0 else 0
        totals.segments += 1
        totals.bytes += len(segment)
        sock.sendall(segment, urgent)
    except OSError as error:
        if error.errno not in CLOSES:
            raise


def interleave(jobs):
    """Segments of many connections, each in its order."""
    jobs = [(sock, iter(segments)) for sock, segments in jobs]
    while jobs:
        at = rnd.randrange(len(jobs))
        sock, segments = jobs[at]
        for _ in range(rnd.choice((1, 1, 3, 10))):
            segment = next(segments, None)
            if segment is None:
                jobs.pop(at)
                break
            # Of one that was closed the rest is used up: the same numbers
            # are drawn in each run of a seed.
            send(sock, segment)


def add_up(found, before, expected):
    """Counters that are not what they should be: name, is, should be. What
    xfrm finds wrong in ESP of an SA that it has is not in the model."""
    names = [name for name in found if name.startswith('rx_') or
             name in ('conn_bad_prefix', 'conn_bad_length', 'conn_corrupt')]
    wrong = [(name, found[name] - before[name], expected.get(name, 0))
             for name in names
             if name not in ('rx_bytes', 'rx_not_authentic') and
             found[name] - before[name] != expected.get(name, 0)]
    refused = found['rx_not_authentic'] - before['rx_not_authentic']
    if refused > expected.get('rx_esp', 0):
        wrong.append(('rx_not_authentic', refused, expected.get('rx_esp', 0)))
    return wrong


def drain(sock):
    """Messages that an owner has not read."""
    count = 0
    sock.setblocking(False)
    try:
        while sock.recv(70000):
            count += 1
    except OSError:
        pass
    return count


def orderly(family, six, originator, peer):
    """Some connections that end with FIN: the counters are those of the
    model. What is wrong, or nothing."""
    longest = 65533 if not peer else 65527 if six == 6 else 65507
    expected, jobs, ulps = {}, [], []
    before = family.stats(peer)
    for _ in range(rnd.choice((1, 4, 16))):
        plain, ulp = connection(PLAIN[six], ULP[six], originator)
        stream = fuzz_stream.make(rnd, not originator, rnd.choice((1, 20, 80)))
        receiver = fuzz_stream.Receiver(bool(peer), not originator, longest)
        for name, count in receiver.read(stream).items():
            expected[name] = expected.get(name, 0) + count
        segments = fuzz_stream.split(rnd, stream, rnd.choice((2, 50, 300)))
        # Some of it may come before the socket is handed over.
        early = rnd.choice((0, 0, 1))
        for segment in segments[:early]:
            send(plain, segment)
        hand_over(ulp, ORIGINATE if originator else RESPOND, peer)
        jobs.append((plain, segments[early:]))
        ulps.append(ulp)
    interleave(jobs)
    totals.conns += len(jobs)
    totals.messages += sum(expected.values())
    for plain, _ in jobs:
        try:
            plain.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    if not until(lambda: all(
            conn['state'] == 'closed' for conn in family.conns()
            if conn.get('peer_id', 0) == peer)):
        return f'connections that do not end: {family.conns()}'
    after = family.stats(peer)
    full = after['rx_owner_full'] - before['rx_owner_full']
    if not peer:
        read = sum(drain(ulp) for ulp in ulps)
        if read + full != expected.get('rx_ike', 0):
            return f'{read} read, {full} too many, of {expected}'
        expected['rx_owner_full'] = full
    for ulp in ulps:
        ulp.close()
    for plain, _ in jobs:
        plain.close()
    return add_up(after, before, expected)


def noise(sock):
    """What an owner may try at any time."""
    what = rnd.randrange(9)
    try:
        sock.setblocking(False)
        if what == 0:
            sock.send(MARKER + rnd.randbytes(rnd.choice((0, 5, 60000))))
        elif what == 1:
            sock.send(rnd.randbytes(rnd.randrange(8)), rnd.choice(
                (0, socket.MSG_OOB, socket.MSG_MORE)))
        elif what == 2:
            sock.recv(rnd.choice((0, 1, 70000)), rnd.choice(
                (0, socket.MSG_PEEK, socket.MSG_TRUNC, socket.MSG_OOB)))
        elif what == 3:
            sock.shutdown(rnd.randrange(3))
        elif what == 4:
            hand_over(sock, rnd.choice((RESPOND, ORIGINATE)),
                      rnd.choice((0, WILD, WILD_OUT, 99)))
        elif what == 5:
            sock.setsockopt(socket.SOL_SOCKET, rnd.choice(
                (socket.SO_SNDBUF, socket.SO_RCVBUF)), rnd.choice((1, 1 << 20)))
        elif what == 6:
            sock.setsockopt(socket.IPPROTO_TCP, rnd.choice(
                (TCP_ULP, socket.TCP_CONGESTION)), b'cubic')
        elif what == 7:
            socket.socket.listen(sock)
        else:
            socket.socket.connect(sock, (WILD_PLAIN, 1))
    except OSError:
        pass


def leave(sock):
    """An end that goes, in one way or other."""
    what = rnd.randrange(6)
    try:
        if what == 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack('=ii', 1, 0))
        elif what == 1:
            sock.shutdown(rnd.randrange(3))
        elif what == 2:
            # Its owner is another process, that is killed.
            child = os.fork()
            if not child:
                signal.pause()
            sock.close()
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    except OSError:
        pass
    sock.close()


def resettle(family):
    """The peers themselves go, come back and change."""
    what = rnd.randrange(4)
    if what == 0:
        run('ss', '-K', 'src', WILD_ULP, check=False)
    elif what == 1:
        for peer in (WILD, WILD_OUT):
            family.delete(peer)
        wild_peers(family)
    else:
        family.peer('PEER_SET', rnd.choice((WILD, WILD_OUT)),
                    queue_limit=rnd.choice((65536, 1 << 20)),
                    idle_timeout=rnd.choice((0, 1, 60)))


def wild_peers(family):
    family.add(WILD, RESPONDER, '10.9.3.0', remote_len=24,
               max_connections=rnd.choice((1, 10, 1000)))
    family.add(WILD_OUT, ORIGINATOR, WILD_PLAIN)


def chaos(family):
    """Both ends go at any moment, whatever is under way."""
    ends = []
    for _ in range(8):
        originator = rnd.randrange(2)
        plain, ulp = connection(WILD_PLAIN, WILD_ULP, originator)
        stream = fuzz_stream.make(rnd, not originator, 40)
        segments = fuzz_stream.split(rnd, stream, rnd.choice((5, 40)))
        try:
            hand_over(ulp, ORIGINATE if originator else RESPOND, rnd.choice(
                (0, WILD_OUT if originator else WILD)))
        except OSError:
            pass
        plain.setblocking(False)
        ends.append((plain, ulp, segments))
        totals.conns += 1
    if rnd.randrange(4) == 0:
        resettle(family)
    while ends:
        at = rnd.randrange(len(ends))
        plain, ulp, segments = ends[at]
        for _ in range(min(len(segments), rnd.randrange(8))):
            send(plain, segments.pop(0))
        if rnd.randrange(3) == 0:
            noise(ulp)
        if rnd.randrange(4) == 0:
            out(WILD_ULP, WILD_PLAIN)
        if not segments or rnd.randrange(40) == 0:
            ends.pop(at)
            for sock in rnd.sample((plain, ulp), 2):
                leave(sock)


def header(rnd_, dst, payload):
    """A header that a program makes by itself; some of it is wrong."""
    head = bytearray(struct.pack(
        '>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 0, rnd_.choice(
            (0, 0, 0, 0x2000, 1, 0x4000)), 64, rnd_.choice((17, 50)), 0,
        bytes(4), socket.inet_aton(dst)))
    if rnd_.randrange(3) == 0:
        head[rnd_.randrange(12)] = rnd_.randrange(256)
    return bytes(head) + payload


def payload_of():
    """What a daemon or xfrm sends, and what nobody does."""
    kind = rnd.randrange(10)
    if kind < 3:
        return MARKER + ike(rnd.randbytes(rnd.choice((0, 10, 1300, 9000))))
    if kind < 6:
        return fuzz_stream.esp(rnd, rnd.choice((0, 1, 0x1001)))
    if kind < 7:
        return b'\xff'
    if kind < 9:
        return rnd.randbytes(rnd.randrange(20))
    return bytes(rnd.choice((1472, 1473, 4000, 40000, 65507, 65507)))


def out(src, dst):
    """A random packet of this host. Whether the peer's it is: taken or
    dropped by the module, so counted."""
    data = payload_of()
    way = rnd.randrange(8)
    totals.packets += 1
    try:
        if way < 4:
            sock = senders(src)[rnd.choice((4500, 4500, 500))]
            port = sock.getsockname()[1]
            if way == 0:
                # A packet that the kernel is to cut (UDP_SEGMENT).
                sock.sendmsg([data], [(17, 103, struct.pack('=H', rnd.choice(
                    (1, 100, 1400))))], 0, (dst, port))
                # How many it becomes is the kernel's; an empty one is one.
                return None if data else True
            sock.sendto(data, socket.MSG_MORE if way == 1 and port == 4500
                        else 0, (dst, port))
            if way == 1 and port == 4500:
                more = payload_of()[:20000]
                sock.sendto(more, (dst, port))
            return True
        if way < 7:
            senders(src)['esp'].sendto(data, (dst, 0))
            return True
        senders(src)['raw'].sendto(header(rnd, dst, data), (dst, 0))
        return None
    except OSError:
        return None if way in (0, 1) else False


SENDERS = {}


def senders(src):
    """The sockets by which packets leave."""
    if src not in SENDERS:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 255)
        esp = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
        SENDERS[src] = {500: udp(src, 500), 4500: udp(src, 4500), 'raw': raw,
                        'esp': esp}
        for sock in SENDERS[src].values():
            # Packets that wait count against the sender's buffer.
            sock.setsockopt(socket.SOL_SOCKET, 32, 32 << 20)
            sock.setblocking(False)
        raw.bind((src, 0))
        esp.bind((src, 0))
    return SENDERS[src]


def frames_of(stream):
    """Whole messages of a stream, and what is left."""
    at = count = 0
    while at + 2 <= len(stream):
        length = struct.unpack_from('>H', stream, at)[0]
        if at + length > len(stream):
            break
        at += length
        count += 1
    return count, len(stream) - at


def read_out(plain, stop):
    """All that comes, until stop() and nothing more."""
    stream = bytearray()
    plain.settimeout(0.05)
    while True:
        try:
            data = plain.recv(1 << 20)
            if not data:
                return stream
            stream += data
        except socket.timeout:
            if stop():
                return stream


def outgoing(family):
    """Packets of this host: what TCP took is what arrives, and each packet
    is sent or counted."""
    plain, ulp = connection(PLAIN[4], ULP[4], True)
    before = family.stats(OUT)
    hand_over(ulp, ORIGINATE, OUT)
    totals.conns += 1
    # A request that has no response yet is sent again by a new connection
    # (RFC 9329, section 6.2).
    sure, maybe = 0, 1
    for _ in range(rnd.choice((10, 100, 400))):
        taken = out(ULP[4], PLAIN[4])
        sure += taken is True
        maybe += taken is None

    def quiet():
        conn = [c for c in family.conns(OUT) if c['state'] == 'open'][0]
        return not conn['queued_memory'] and not conn['queued_ike']

    stream = read_out(plain, quiet)
    count = {name: value - before[name]
             for name, value in family.stats(OUT).items()
             if value != before[name] and name.startswith('tx_')}
    sent = count.get('tx_ike', 0) + count.get('tx_esp', 0)
    total = sum(value for name, value in count.items()
                if name not in ('tx_bytes', 'tx_sends'))
    got, left = frames_of(stream[6:])
    ulp.close()
    plain.close()
    if stream[:6] != PREFIX or got != sent or left or not (
            sure <= total <= sure + maybe):
        return (f'{got} messages arrived and {left} bytes, {sure} to '
                f'{sure + maybe} packets, {count}')
    return None


def one_round(family):
    """One thing at random. What is wrong, or nothing."""
    what = rnd.randrange(10)
    if what < 6:
        six, originator = rnd.choice((4, 6)), rnd.randrange(2)
        peer = rnd.choice((0, 1, 1)) * ((OUT if originator else IN) +
                                        (six == 6))
        wrong = orderly(family, six, originator, peer)
        return wrong and f'family {six}, peer {peer}: {wrong}'
    if what < 8:
        return outgoing(family)
    chaos(family)
    return None


def peers(family):
    for six, more in ((4, 0), (6, 1)):
        family.add(IN + more, RESPONDER, PLAIN[six], proof_timeout=300)
        family.add(OUT + more, ORIGINATOR, PLAIN[six])
    wild_peers(family)


def finish(family, beside):
    """Nothing remains, and the module can go."""
    for socks in SENDERS.values():
        for sock in socks.values():
            sock.close()
    checks.equal(f'{beside.times} messages each way by a connection beside',
                 beside.wrong, 0)
    beside.plain.close()
    beside.ulp.close()
    checks.true('no connection remains', until(lambda: not family.conns()),
                family.conns())
    checks.true('the module can be removed', until(
        lambda: subprocess.run(['rmmod', 'ipsec_tcp'], check=False,
                               stderr=subprocess.DEVNULL).returncode == 0))


def main():
    print(f'# FUZZ_SEED={SEED} FUZZ_COUNT={COUNT} FUZZ_TIME={TIME}',
          flush=True)
    set_up()
    family = Family()
    beside = Beside(family)
    peers(family)
    rounds, wrong = 0, []
    began = shown = time.monotonic()
    while (totals.done() < COUNT and len(wrong) < 5 and
           time.monotonic() < began + TIME):
        rounds += 1
        found = one_round(family)
        if found:
            wrong.append(found)
            print(f'# round {rounds}: {found}', flush=True)
        if rounds % 5 == 0 and not beside.works():
            wrong.append('the connection beside')
        if time.monotonic() > shown + 30:
            shown = time.monotonic()
            print(f'# {totals.done()} of {COUNT}', flush=True)
    print(f'# {rounds} rounds, {totals.conns} connections, {totals.segments} '
          f'segments of {totals.bytes} bytes, {totals.messages} messages, '
          f'{totals.packets} packets, {time.monotonic() - began:.0f} s',
          flush=True)
    checks.equal('each message is delivered or counted, and once', wrong, [])
    finish(family, beside)
    checks.finish()


if __name__ == '__main__':
    in_own_namespace()
    main()
