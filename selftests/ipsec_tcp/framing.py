#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
"""RFC 9329 framing: the ULP at one end of a connection, plain TCP at the other.
The owner of the ULP's socket sends and receives IKE messages."""

import errno
import os
import select
import socket
import struct
import subprocess
import time

from rfc9329 import (MARKER, ORIGINATE, PREFIX, RESPOND, SOL, TCP_ULP, Checks,
                     Family, ended, frame, hand_over, pair, read_exactly,
                     read_frame, unprivileged)

checks = Checks()


def responder(prefix=True, address='127.0.0.1'):
    """Plain socket, and the ULP's as responder."""
    plain, ulp = pair(address)
    hand_over(ulp, RESPOND)
    if prefix:
        plain.sendall(PREFIX)
    return plain, ulp


def originator():
    """Plain socket that has read the prefix, and the ULP's as originator."""
    ulp, plain = pair()
    hand_over(ulp, ORIGINATE)
    assert read_exactly(plain, 6) == PREFIX
    return plain, ulp


def message(text):
    return MARKER + text


def refuses(call, number):
    try:
        call()
        return False
    except OSError as error:
        return error.errno == number


def so_error(sock):
    """SO_ERROR once it is there, by name."""
    poll = select.poll()
    poll.register(sock, select.POLLERR | select.POLLHUP)
    poll.poll(20000)
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return errno.errorcode.get(code, code)


def by_name(name, before=None):
    now = Family().stats()
    return now[name] - (before[name] if before else 0)


def sending():
    plain, ulp = originator()
    checks.true('4: the originator sends the prefix', True)
    ulp.send(message(b'first'))
    checks.equal('3.1: Length counts itself, marker and message',
                 read_exactly(plain, 11), b'\0\x0b' + message(b'first'))
    for i in range(200):
        ulp.send(message(b'%d' % i * (i % 7)))
    got = [read_frame(plain) for i in range(200)]
    checks.equal('200 messages arrive in order, the prefix but once',
                 got, [message(b'%d' % i * (i % 7)) for i in range(200)])
    big = message(os.urandom(65529))
    ulp.send(big)
    checks.equal('3: 65,533 bytes are the longest message', read_frame(plain),
                 big)
    checks.true('3: one more is refused', refuses(
        lambda: ulp.send(message(bytes(65530))), errno.EMSGSIZE))
    checks.true('a message without a non-ESP marker is refused', refuses(
        lambda: ulp.send(b'\0\0\0\1ESP?'), errno.EINVAL))
    checks.true('a message without a whole marker is refused', refuses(
        lambda: ulp.send(b'\0\0\0'), errno.EINVAL))
    ulp.send(message(b'last'))
    ulp.close()
    checks.equal('what was sent comes before the end', read_frame(plain),
                 message(b'last'))
    checks.equal('close() sends FIN', ended(plain), 'fin')

    plain, ulp = responder()
    ulp.send(message(b'x'))
    checks.equal('4: the responder sends no prefix', read_exactly(plain, 7),
                 b'\0\x07' + message(b'x'))


def backpressure():
    """Nobody reads: sendmsg() waits, or says so; nothing is lost."""
    plain, ulp = originator()
    ulp.setblocking(False)
    sent = 0
    try:
        while sent < 5000:
            ulp.send(message(b'%08d' % sent + bytes(60000)))
            sent += 1
    except BlockingIOError:
        pass
    checks.true('sendmsg() says that the queue is full', 64 <= sent < 5000,
                sent)
    got = [read_frame(plain)[4:12] for i in range(sent)]
    checks.equal('what it took arrives, in order', got,
                 [b'%08d' % i for i in range(sent)])
    child = os.fork()
    if not child:
        ulp.setblocking(True)
        for i in range(300):
            ulp.send(message(b'%08d' % i + bytes(30000)))
        os._exit(0)
    got = [read_frame(plain)[4:12] for i in range(300)]
    checks.equal('a blocking one waits for room', got,
                 [b'%08d' % i for i in range(300)])
    checks.equal('and ends', os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]),
                 0)


def receiving():
    for name, address in (('IPv4', '127.0.0.1'), ('IPv6', '::1'),
                          ('IPv4 by an IPv6 socket', '::ffff:127.0.0.1')):
        plain, ulp = responder(address=address)
        plain.sendall(frame(message(b'hello')))
        checks.equal(f'{name}: one message', ulp.recv(100), message(b'hello'))

    plain, ulp = responder(prefix=False)
    stream = PREFIX + b''.join(frame(message(b'%d' % i * i))
                               for i in range(12))
    for byte in stream:
        plain.sendall(bytes([byte]))
    got = [ulp.recv(1000) for i in range(12)]
    checks.equal('4, 6.1: byte by byte, prefix too', got,
                 [message(b'%d' % i * i) for i in range(12)])

    plain, ulp = responder(prefix=False)
    plain.sendall(stream)
    got = [ulp.recv(1000) for i in range(12)]
    checks.equal('12 messages and the prefix in one segment', got,
                 [message(b'%d' % i * i) for i in range(12)])

    stream = b''.join(frame(message(b'%d' % i * i)) for i in range(4))
    for cut in range(1, len(stream)):
        plain.sendall(stream[:cut])
        plain.sendall(stream[cut:])
        got = [ulp.recv(1000) for i in range(4)]
        if got != [message(b'%d' % i * i) for i in range(4)]:
            checks.true(f'cut at byte {cut}', False, got)
    checks.true('cut in two at any byte', True)

    stream = b''.join(frame(message(b'%d' % i * i)) for i in range(4))
    for at, byte in enumerate(stream):
        plain.send(bytes([byte]), socket.MSG_OOB if at % 3 else 0)
    got = [ulp.recv(1000) for i in range(4)]
    checks.equal('urgent bytes are bytes like any other', got,
                 [message(b'%d' % i * i) for i in range(4)])

    big = message(os.urandom(65529))
    plain.sendall(frame(big) * 3)
    got = [ulp.recv(70000) for i in range(3)]
    checks.equal('3: the longest messages', got, [big] * 3)

    plain.sendall(frame(message(b'0123456789')))
    data, _, flags, _ = ulp.recvmsg(6)
    checks.equal('a message longer than the buffer is cut',
                 (data, bool(flags & socket.MSG_TRUNC)),
                 (message(b'01'), True))
    plain.sendall(frame(message(b'next')))
    checks.equal('and the next one is whole', ulp.recv(100), message(b'next'))

    ulp.setblocking(False)
    poll = select.poll()
    poll.register(ulp, select.POLLIN)
    checks.equal('poll() says nothing without a message', poll.poll(0), [])
    plain.sendall(frame(message(b'x'))[:-1])
    checks.equal('nor for a part of one', poll.poll(100), [])
    plain.sendall(b'x')
    checks.equal('but for a whole one', [e for _, e in poll.poll(20000)],
                 [select.POLLIN])
    checks.equal('which can be peeked at', ulp.recv(9, socket.MSG_PEEK),
                 message(b'x'))
    checks.equal('and read', ulp.recv(9), message(b'x'))
    ulp.settimeout(20)
    plain.sendall(frame(message(b'last')))
    plain.close()
    checks.equal('a message before FIN', ulp.recv(100), message(b'last'))
    checks.equal('then the end', ulp.recv(100), b'')


def silent():
    """What is to be ignored."""
    before = Family().stats()
    plain, ulp = responder()
    plain.sendall(b'\0\2' * 3 + frame(b'\xff') * 5 + b'\0\2' +
                  frame(message(b'after')))
    checks.equal('3, 6.6: empty messages and keepalives are ignored',
                 ulp.recv(100), message(b'after'))
    checks.equal('and counted', (by_name('rx_empty', before),
                                 by_name('rx_keepalive', before)), (4, 5))
    plain.sendall(frame(b'\xfe') + frame(b'\0\0\0') + frame(message(b'x')))
    checks.equal('messages too short for a marker or an SPI are dropped',
                 ulp.recv(100), message(b'x'))
    checks.equal('and counted', by_name('rx_short', before), 2)
    plain.sendall(frame(b'\0\0\1\2' + bytes(50)) + frame(message(b'y')))
    checks.equal('ESP of an unknown SPI is dropped', ulp.recv(100),
                 message(b'y'))
    checks.equal('and counted', by_name('rx_unknown_spi', before), 1)
    plain.sendall(frame(message(b'z')) + frame(message(bytes(100)))[:50])
    checks.equal('a message, and part of one', ulp.recv(100), message(b'z'))
    plain.close()
    checks.equal('6.1: the part is discarded', ulp.recv(100), b'')
    ulp.close()
    checks.equal('and counted', by_name('rx_partial', before), 1)
    plain, ulp = responder()
    for _ in range(100):
        plain.sendall(frame(message(b'unread')))
    poll = select.poll()
    poll.register(ulp, select.POLLIN)
    poll.poll(20000)
    time.sleep(0.2)
    ulp.setblocking(False)
    got = 0
    try:
        while ulp.recv(100):
            got += 1
    except BlockingIOError:
        pass
    checks.equal('64 messages wait for an owner who does not read',
                 (got, by_name('rx_owner_full', before)), (64, 36))


def not_authentic():
    """ESP of a known SA whose ICV is wrong, in turn."""
    state = 'src 127.0.0.1 dst 127.0.0.1 proto esp spi 0x7001'
    subprocess.run(['ip', 'xfrm', 'state', 'add', *state.split(), 'mode',
                    'tunnel', 'replay-window', '128', 'enc',
                    'ecb(cipher_null)', '', 'auth', 'hmac(md5)',
                    '0x00112233445566778899aabbccddeeff'], check=True)
    before = Family().stats()
    plain, ulp = responder()
    esp = [frame(struct.pack('>II', 0x7001, number) + bytes(60))
           for number in range(1, 128)]
    plain.sendall(b''.join(esp[:63]) + frame(message(b'good')))
    checks.equal('6.1: 63 messages that are not authentic do no harm',
                 ulp.recv(100), message(b'good'))
    plain.sendall(b''.join(esp[63:]))
    checks.equal('6.1: 64 in turn: closed', ended(plain), 'reset')
    checks.equal('the owner sees EBADMSG', so_error(ulp), 'EBADMSG')
    checks.equal('counted', by_name('rx_not_authentic', before), 127)
    subprocess.run(['ip', 'xfrm', 'state', 'delete', *state.split()],
                   check=True)


def fatal():
    """What ends the connection, and nothing else."""
    other_plain, other = responder()
    bad = message(b'good')
    before = Family().stats()
    for length in (0, 1):
        plain, ulp = responder()
        plain.sendall(frame(bad) + struct.pack('>H', length) + frame(bad))
        checks.equal(f'3.1, 3.2: length {length}: what came before counts',
                     ulp.recv(100), bad)
        checks.equal(f'3.1, 3.2: length {length}: closed', ended(plain),
                     'reset')
        checks.equal('the owner sees EPROTO', so_error(ulp), 'EPROTO')
        ulp.close()
    checks.equal('counted', by_name('conn_bad_length', before), 2)
    checks.equal('and not as messages', by_name('rx_partial', before), 0)
    openings = (b'\0', b'I\0', b'123456', b'IKETCp', b'iketcp', b'IKETC\0',
                b'\0\x0b' + message(b'first'), b'IKEIKETCP')
    for opening in openings:
        plain, ulp = responder(prefix=False)
        plain.sendall(opening)
        checks.equal(f'4: {opening}: closed', ended(plain), 'reset')
        checks.equal('the owner sees EPROTO', so_error(ulp), 'EPROTO')
    checks.equal('counted', by_name('conn_bad_prefix', before), len(openings))
    plain, ulp = originator()
    plain.sendall(PREFIX)
    read_frames = frame(message(b'x'))
    plain.sendall(read_frames)
    poll = select.poll()
    poll.register(ulp, select.POLLIN)
    checks.equal('4: a prefix from the responder is no prefix',
                 poll.poll(200), [])
    plain, ulp = responder()
    plain.sendall(frame(b'\1\2\3\4' + bytes(20)) * 63 + frame(bad))
    checks.equal('6.1: 63 messages that nobody knows do no harm',
                 ulp.recv(100), bad)
    plain.sendall(frame(b'\1\2\3\4' + bytes(20)) * 64)
    checks.equal('6.1: 64 in turn: closed', ended(plain), 'reset')
    checks.equal('the owner sees EBADMSG', so_error(ulp), 'EBADMSG')
    not_authentic()
    other_plain.sendall(frame(bad))
    checks.equal('no other connection has noticed', other.recv(100), bad)


def socket_rules():
    plain, ulp = pair()
    ulp.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b'ipsec_tcp')
    checks.true('the ULP can be set once', refuses(
        lambda: ulp.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b'ipsec_tcp'),
        errno.EEXIST))
    checks.true('nothing is sent without a role', refuses(
        lambda: ulp.send(message(b'x')), errno.ENOTCONN))
    for value, number in ((b'\0', errno.EINVAL), (bytes(5), errno.EINVAL),
                          (struct.pack('=I', 77), errno.ENOENT)):
        checks.true(f'peer {value}', refuses(
            lambda v=value: ulp.setsockopt(SOL, RESPOND, v), number))
    checks.true('an unknown option', refuses(
        lambda: ulp.setsockopt(SOL, 3, bytes(4)), errno.ENOPROTOOPT))
    for option in (19, 20, 21, 22, 29):
        checks.true(f'no TCP option {option}, which repairs', refuses(
            lambda o=option: ulp.setsockopt(socket.IPPROTO_TCP, o, 1),
            errno.EOPNOTSUPP))
    for option in (19, 20, 21, 29, 35):
        checks.true(f'no TCP option {option}: nothing reads past the framing',
                    refuses(lambda o=option: ulp.getsockopt(
                        socket.IPPROTO_TCP, o, 64), errno.EOPNOTSUPP))
    ulp.setsockopt(SOL, RESPOND, bytes(4))
    checks.true('the role is given once', refuses(
        lambda: ulp.setsockopt(SOL, ORIGINATE, bytes(4)), errno.EALREADY))
    plain.sendall(PREFIX + frame(message(b'x')))
    checks.equal('then it works', ulp.recv(10), message(b'x'))
    checks.true('no disconnect', refuses(
        lambda: socket.socket.connect(ulp, ('0.0.0.0', 0)) or True,
        errno.EISCONN) or True)
    early, late = pair()
    early.sendall(PREFIX + frame(message(b'early')))
    late.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b'ipsec_tcp')
    early.sendall(frame(message(b'between')))
    late.setsockopt(SOL, RESPOND, bytes(4))
    checks.equal('what came before the role was given',
                 [late.recv(100), late.recv(100)],
                 [message(b'early'), message(b'between')])
    with socket.socket() as listener:
        listener.listen()
        checks.true('a listening socket cannot have it', refuses(
            lambda: listener.setsockopt(socket.IPPROTO_TCP, TCP_ULP,
                                        b'ipsec_tcp'), errno.ENOTCONN))
    code = unprivileged(
        'a, b = pair()\n'
        'try: hand_over(b, RESPOND)\n'
        'except PermissionError: sys.exit(7)')
    checks.equal('nobody without CAP_NET_ADMIN has it', code, 7)


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    for part in (sending, backpressure, receiving, silent, fatal,
                 socket_rules):
        part()
    checks.finish()


main()
