# SPDX-License-Identifier: GPL-2.0
"""For tests of ipsec_tcp: the netlink family, sockets that are handed over,
and a peer that knows RFC 9329 by itself, with plain TCP sockets."""

import os
import socket
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'map'))
# pylint: disable=wrong-import-position
from mapnl import (Netlink, NLM_F_ACK, NLM_F_DUMP, attr,  # noqa: E402
                   attrs_of, nest, u8, u16, u32, uapi, in4, in6)

TCP_ULP = 31
SOL = 4500
ORIGINATE, RESPOND = 1, 2
ORIGINATOR, RESPONDER = 0, 1
PREFIX = b'IKETCP'
MARKER = bytes(4)


N = uapi('ipsec_tcp', 'IPSEC_TCP_')


def named(prefix):
    """Numbers to names, for the attributes or values of one set."""
    return {value: name[len(prefix):].lower() for name, value in N.items()
            if name.startswith(prefix) and not name.endswith('_MAX')}


STATES = named('CONN_STATE_')
REASONS = named('CLOSE_REASON_')
ESP = named('ESP_MODE_')
COMMANDS = named('CMD_')
COUNTERS = named('A_STATS_')
CONN = named('A_CONN_')


class Family(Netlink):
    """A socket to the generic netlink family."""

    def __init__(self):
        super().__init__(16)
        found = self.talk(16, NLM_F_ACK, struct.pack('=BBH', 3, 2, 0) +
                          attr(2, b'ipsec_tcp\0'))
        assert found.err == 0, f'no family: {found}'
        answer = dict(attrs_of(found.messages[0][4:]))
        self.id = struct.unpack('=H', answer[1])[0]
        group = dict(attrs_of(attrs_of(answer[7])[0][1]))
        self.group = struct.unpack('=I', group[2])[0]

    def call(self, cmd, *attrs, flags=NLM_F_ACK):
        return self.talk(self.id, flags, struct.pack(
            '=BBH', N['CMD_' + cmd], 1, 0) + b''.join(attrs))

    def dump(self, cmd, *attrs):
        return self.call(cmd, *attrs, flags=NLM_F_DUMP)

    def peer(self, cmd, number, role=None, remote=None, **more):
        """PEER_ADD or PEER_SET; more: attributes by name, with _ for -."""
        kinds = {'prefix_timeout': u16, 'proof_timeout': u16,
                 'udp_port': u16, 'local_port': u16,
                 'remote_len': u8, 'esp': u8}
        attrs = [u32(N['A_PEER_ID'], number)]
        if role is not None:
            attrs.append(u8(N['A_PEER_ROLE'], role))
        if remote:
            six = ':' in remote
            attrs.append((in6 if six else in4)(
                N['A_PEER_REMOTE_IPV6' if six else 'A_PEER_REMOTE_IPV4'],
                remote))
        for name, value in more.items():
            attrs.append(kinds.get(name, u32)(N['A_PEER_' + name.upper()],
                                              value))
        return self.call(cmd, nest(N['A_PEER'], *attrs))

    def add(self, number, role, remote, **more):
        answer = self.peer('PEER_ADD', number, role, remote, **more)
        assert answer.err == 0, f'peer: {answer}'

    def delete(self, number):
        return self.call('PEER_DEL', u32(N['A_ID'], number))

    def stats(self, number=None):
        """Counters by name."""
        attrs = [u32(N['A_ID'], number)] if number else []
        answer = self.call('STATS_GET', *attrs)
        assert answer.err == 0, f'stats: {answer}'
        found = dict(attrs_of(answer.messages[0][4:]))[N['A_STATS']]
        return {COUNTERS[kind]: struct.unpack('=Q', value)[0]
                for kind, value in attrs_of(found) if COUNTERS[kind] != 'pad'}

    def conns(self, number=None):
        """Connections: a list of dictionaries."""
        attrs = [u32(N['A_ID'], number)] if number else []
        answer = self.dump('CONN_GET', *attrs)
        assert answer.err == 0, f'conns: {answer}'
        return [conn_of(message) for message in answer.messages]


def conn_of(message):
    """The connection in a message, attributes by name."""
    out = {}
    found = dict(attrs_of(message[4:]))[N['A_CONN']]
    for kind, value in attrs_of(found):
        if CONN[kind] == 'pad':
            continue
        number = int.from_bytes(value, sys.byteorder)
        out[CONN[kind]] = number
        if CONN[kind] == 'state':
            out['state'] = STATES[number]
        elif CONN[kind] == 'reason':
            out['reason'] = REASONS[number]
        elif CONN[kind] == 'esp':
            out['esp'] = ESP[number]
    return out


def frame(message):
    """RFC 9329, section 3."""
    return struct.pack('>H', len(message) + 2) + message


def ike(text=b'', size=None, spi=b'initspi.', payload=33, exchange=34,
        flags=8, ident=0):
    """An IKE header (RFC 7296, section 3.1) and what follows it; by default a
    request of IKE_SA_INIT."""
    length = 28 + len(text) if size is None else size
    return struct.pack('>8s8sBBBBII', spi, bytes(8), payload, 0x20, exchange,
                       flags, ident, length) + text


def hand_over(sock, role, peer=0):
    sock.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b'ipsec_tcp')
    sock.setsockopt(SOL, role, struct.pack('=I', peer))


def pair(address='127.0.0.1', nodelay=True):
    """Two connected TCP sockets; the first one connected."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((address, 0))
        listener.listen()
        first = socket.create_connection(listener.getsockname()[:2])
        second = listener.accept()[0]
    for sock in (first, second):
        sock.settimeout(20)
        if nodelay:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return first, second


def unprivileged(code):
    """Runs Python as nobody who may do anything; its exit code."""
    return subprocess.run(
        ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups',
         '--inh-caps=-all', '--bounding-set=-all', sys.executable, '-c',
         'import sys; sys.path.insert(0, sys.argv[1])\n'
         'from rfc9329 import *\n' + code, HERE], check=False).returncode


def read_exactly(sock, size):
    data = b''
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise EOFError(f'{len(data)} of {size} bytes')
        data += more
    return data


def read_frame(sock):
    """The message of the next frame."""
    size = struct.unpack('>H', read_exactly(sock, 2))[0]
    assert size >= 2, f'length {size}'
    return read_exactly(sock, size - 2)


def ended(sock):
    """How a plain socket sees the end: 'fin', 'reset', or None."""
    try:
        while sock.recv(65536):
            pass
        return 'fin'
    except ConnectionResetError:
        return 'reset'
    except socket.timeout:
        return None


def in_own_namespace():
    """The program begins again, in a network namespace of its own."""
    program = os.path.abspath(sys.argv[0])
    os.chdir(HERE)
    if 'IN_NS' not in os.environ:
        os.environ['IN_NS'] = '1'
        os.execvp('unshare', ['unshare', '--net', sys.executable, program])


def checksum(data):
    """RFC 1071; 0 over what contains a right one."""
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Checks:
    """Counts what was asserted, in the format of lib.sh."""

    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, what, found, expected):
        if found == expected:
            self.passed += 1
            print(f'ok: {what}', flush=True)
            return True
        self.failed += 1
        print(f'FAIL: {what}\n    is:       {found!r:.300}\n'
              f'    expected: {expected!r:.300}', flush=True)
        return False

    def true(self, what, found, detail=''):
        return self.equal(what + (f' ({detail})' if detail and not found
                                  else ''), bool(found), True)

    def finish(self):
        print(f'{self.passed} passed, {self.failed} failed')
        sys.exit(1 if self.failed or not self.passed else 0)
