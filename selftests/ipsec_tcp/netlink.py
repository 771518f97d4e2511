#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""The netlink family: every refusal says why and changes nothing; settings,
notifications, time-outs, privileges."""

import os
import select
import struct
import subprocess
import sys

from rfc9329 import (ORIGINATE, ORIGINATOR, PREFIX, RESPOND, RESPONDER, Checks,
                     Family, N, attr, attrs_of, conn_of, ended, frame,
                     hand_over, in4, in6, nest, pair, u8, u16, u32,
                     unprivileged)

checks = Checks()


def peer(**attrs):
    """The attribute of a peer, of attributes by name; None leaves one out."""
    kinds = {'role': u8, 'remote_len': u8, 'prefix_timeout': u16,
             'proof_timeout': u16,
             'udp_port': u16, 'local_port': u16, 'remote_ipv4': in4,
             'remote_ipv6': in6}
    return nest(N['A_PEER'], *[
        kinds.get(name, u32)(N['A_PEER_' + name.upper()], value)
        for name, value in attrs.items() if value is not None])


def refusals(family):
    good = {'id': 1, 'role': ORIGINATOR, 'remote_ipv4': '192.0.2.1'}
    respond = dict(good, role=RESPONDER)
    six = dict(good, remote_ipv4=None)
    cases = (
        ('id is missing', dict(good, id=None)),
        ('role is missing', dict(good, role=None)),
        ('one of remote-ipv4 and remote-ipv6', six),
        ('one of remote-ipv4 and remote-ipv6',
         dict(good, remote_ipv6='2001:db8::1')),
        ('remote-ipv6: use remote-ipv4', dict(six,
                                              remote_ipv6='::ffff:192.0.2.1')),
        ('nobody can have', dict(good, remote_ipv4='224.0.0.1')),
        ('nobody can have', dict(six, remote_ipv6='::')),
        ('nobody can have', dict(six, remote_ipv6='ff02::1')),
        ('remote-len: an originator', dict(good, remote_len=24)),
        ('remote-len: 32 at most', dict(respond, remote_len=33)),
        ('remote-len: the address has bits', dict(respond, remote_len=24)),
        ('udp-port: a responder', dict(respond, udp_port=4500)),
        ('udp-port: 500', dict(good, udp_port=500)),
        ('local-port: 500', dict(good, local_port=500)),
        ('connections cannot be set', dict(good, connections=1)),
        ('', dict(good, role=2)), ('', dict(good, udp_port=0)),
        ('', dict(good, queue_limit=65535)),
        ('', dict(good, queue_limit=67108865)),
        ('', dict(good, prefix_timeout=0)),
        ('', dict(good, prefix_timeout=301)),
        ('', dict(good, proof_timeout=0)),
        ('', dict(good, proof_timeout=301)),
        ('unproven cannot be set', dict(good, unproven=1)),
        ('', dict(good, idle_timeout=604801)),
        ('', dict(good, max_connections=0)),
        ('', dict(respond, remote_len=129)))
    for text, attrs in cases:
        answer = family.call('PEER_ADD', peer(**attrs))
        checks.true(f'refused: {attrs}', answer.err and text in answer.text and
                    answer.text, str(answer))
    twice = nest(N['A_PEER'], u32(N['A_PEER_ID'], 1), u32(N['A_PEER_ID'], 2))
    for text, cmd, attrs in (
            ('peer is missing', 'PEER_ADD', []),
            ('twice', 'PEER_ADD', [twice]),
            ('twice', 'PEER_ADD', [peer(**good), peer(**good)]),
            ('does not belong', 'PEER_ADD', [peer(**good),
                                             u32(N['A_ID'], 1)]),
            ('id is missing', 'PEER_DEL', []),
            ('there is no such peer', 'PEER_DEL', [u32(N['A_ID'], 9)]),
            ('there is no such peer', 'PEER_GET', [u32(N['A_ID'], 9)]),
            ('there is no such peer', 'STATS_GET', [u32(N['A_ID'], 9)]),
            ('there is no such peer', 'PEER_SET', [peer(id=9)]),
            ('', 'PEER_ADD', [attr(N['A_PEER'], b'\1\2\3')])):
        answer = family.call(cmd, *attrs)
        checks.true(f'refused: {cmd}, {text}', answer.err and
                    text in answer.text, str(answer))
    checks.equal('nothing is there', family.dump('PEER_GET').messages, [])


def settings(family):
    family.add(5, ORIGINATOR, '192.0.2.1', udp_port=4501)
    family.add(3, RESPONDER, '2001:db8::', remote_len=32, idle_timeout=0)
    for again in (dict(id=5, role=RESPONDER, remote_ipv4='192.0.2.9'),
                  dict(id=6, role=ORIGINATOR, remote_ipv4='192.0.2.1',
                       udp_port=4501)):
        answer = family.call('PEER_ADD', peer(**again))
        checks.true(f'refused: the same again: {again}', answer.err == 17 and
                    answer.text, str(answer))
    for fixed in (dict(role=RESPONDER), dict(remote_ipv4='192.0.2.2'),
                  dict(udp_port=4500)):
        answer = family.call('PEER_SET', peer(id=5, **fixed))
        checks.true(f'cannot change: {fixed}',
                    'cannot change' in answer.text, str(answer))
    before = family.dump('PEER_GET').messages
    checks.equal('peers come in the order of their ids',
                 [dict(attrs_of(dict(attrs_of(m[4:]))[N['A_PEER']]))
                  [N['A_PEER_ID']] for m in before],
                 [struct.pack('=I', 3), struct.pack('=I', 5)])
    answer = family.call('PEER_SET', peer(id=5, queue_limit=65536,
                                          idle_timeout=7, local_port=4600))
    checks.equal('settings change', answer.err, 0)
    got = family.call('PEER_GET', u32(N['A_ID'], 5)).messages[0]
    got = dict(attrs_of(dict(attrs_of(got[4:]))[N['A_PEER']]))
    checks.equal('and are there', [int.from_bytes(got[N['A_PEER_' + name]],
                                                  sys.byteorder) for name in (
        'QUEUE_LIMIT', 'IDLE_TIMEOUT', 'LOCAL_PORT', 'UDP_PORT',
        'PREFIX_TIMEOUT', 'MAX_CONNECTIONS', 'CONNECTIONS')],
        [65536, 7, 4600, 4501, 10, 1024, 0])
    for number in (3, 5):
        checks.equal('deleted', family.delete(number).err, 0)


def events(family):
    listener = Family()
    listener.sock.setsockopt(270, 1, family.group)
    listener.sock.settimeout(10)

    def event():
        data = listener.sock.recv(65536)
        cmd = data[16]
        name = [n for n, v in N.items() if v == cmd and
                n.startswith('CMD_')][0]
        if name not in ('CMD_CONN_NEW', 'CMD_CONN_DEL'):
            return name
        conn = conn_of(data[16:])
        return name, conn['state'], conn.get('reason')

    family.add(1, RESPONDER, '127.0.0.0', remote_len=8, prefix_timeout=1)
    checks.equal('a new peer', event(), 'CMD_PEER_ADD')
    plain, ulp = pair()
    hand_over(ulp, RESPOND, 1)
    plain.sendall(PREFIX)
    checks.equal('a connection, when the prefix is through', event(),
                 ('CMD_CONN_NEW', 'open', None))
    plain.close()
    checks.equal('its end', event(), ('CMD_CONN_DEL', 'closed', 'peer'))
    ulp.close()
    plain, ulp = pair()
    hand_over(ulp, RESPOND, 1)
    checks.equal('no prefix in time', event(),
                 ('CMD_CONN_DEL', 'closed', 'prefix_timeout'))
    checks.equal('is closed', ended(plain), 'reset')
    plain, ulp = pair()
    hand_over(ulp, RESPOND, 1)
    plain.sendall(PREFIX)
    event()
    family.peer('PEER_SET', 1, proof_timeout=1)
    checks.equal('a setting', event(), 'CMD_PEER_SET')
    checks.equal('nothing authenticated in time', event(),
                 ('CMD_CONN_DEL', 'closed', 'proof_timeout'))
    checks.equal('is closed', ended(plain), 'reset')
    family.add(2, ORIGINATOR, '127.0.0.1', idle_timeout=1)
    ulp, plain = pair()
    hand_over(ulp, ORIGINATE, 2)
    checks.equal('a peer and its connection', (event(), event()[0]),
                 ('CMD_PEER_ADD', 'CMD_CONN_NEW'))
    checks.equal('nothing received for too long', event(),
                 ('CMD_CONN_DEL', 'closed', 'idle_timeout'))
    checks.equal('is closed', ended(plain), 'reset')
    checks.equal('is counted', family.stats(2)['conn_idle_timeout'], 1)
    family.delete(2)
    checks.equal('and gone', event(), 'CMD_PEER_DEL')
    plain, ulp = pair()
    hand_over(ulp, RESPOND, 1)
    plain.sendall(PREFIX + b'\0\0')
    checks.equal('opened', event()[0], 'CMD_CONN_NEW')
    checks.equal('and bad', event(), ('CMD_CONN_DEL', 'closed', 'bad_length'))
    stats = family.stats(1)
    checks.equal('each is counted', [stats[name] for name in (
        'conn_opened', 'conn_prefix_timeout', 'conn_proof_timeout',
        'conn_bad_length')], [4, 1, 1, 1])
    family.delete(1)
    checks.equal('no peer any more', event(), 'CMD_PEER_DEL')


def privileges(family):
    family.add(1, RESPONDER, '127.0.0.0', remote_len=8)
    code = unprivileged(
        'f = Family()\n'
        'assert f.delete(1).err == 1\n'
        'assert f.peer("PEER_SET", 1, idle_timeout=1).err == 1\n'
        'assert f.dump("CONN_GET").err == 1\n'
        'assert f.stats(1)["tx_esp"] == 0\n'
        'try:\n'
        '    f.sock.setsockopt(270, 1, f.group)\n'
        '    assert False\n'
        'except PermissionError:\n'
        '    pass')
    checks.equal('everybody sees counters, root alone changes and listens',
                 code, 0)
    family.delete(1)


def garbage(family):
    """Whatever comes: the kernel is there afterwards."""
    family.add(1, RESPONDER, '127.0.0.0', remote_len=8)
    for number in range(300):
        plain, ulp = pair()
        hand_over(ulp, RESPOND, 1 if number % 2 else 0)
        stream = PREFIX
        for _ in range(number % 40):
            size = int.from_bytes(os.urandom(1), 'big') % 80
            zeros = bytes(4) if number % 3 else b''
            stream += frame(zeros + os.urandom(size))
        stream += os.urandom(number)
        try:
            cut = number % 7 + 1
            for at in range(0, len(stream), len(stream) // cut + 1):
                plain.sendall(stream[at:at + len(stream) // cut + 1])
        except OSError:
            pass
        poll = select.poll()
        poll.register(ulp, select.POLLIN)
        poll.poll(1)
        (plain if number % 5 else ulp).close()
        (ulp if number % 5 else plain).close()
    checks.equal('no connection is left', family.conns(), [])
    family.delete(1)


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    family = Family()
    for part in (refusals, settings, events, privileges, garbage):
        part(family)
    checks.finish()


main()
