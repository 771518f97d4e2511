#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
"""Memory that is not there. Each allocation of each operation fails in turn: the
operation works or fails as a whole. Then allocations of the module fail at
random: messages are lost, each is counted, and the stream goes on. (Leaks and
splats are the rig's to find.)"""

import errno
import os
import select
import socket
import struct
import subprocess
import sys
import time

from rfc9329 import (MARKER, N, ORIGINATE, ORIGINATOR, PREFIX, RESPOND,
                     RESPONDER, SOL, TCP_ULP, Checks, Family, frame, hand_over,
                     ike, in_own_namespace, nest, pair, u32)

FAILSLAB = '/sys/kernel/debug/failslab'
FAIL_NTH = '/proc/thread-self/fail-nth'
SECTIONS = '/sys/module/ipsec_tcp/sections'
TRIES = 2000
checks = Checks()


def setting(name, value):
    with open(f'{FAILSLAB}/{name}', 'w', encoding='ascii') as file:
        file.write(str(value))


def failing(nth, call):
    """The nth allocation in a call fails: errno or 0, and whether one did."""
    fail = os.open(FAIL_NTH, os.O_RDWR)
    err = 0
    os.pwrite(fail, b'%d' % nth, 0)
    try:
        call()
    except OSError as error:
        err = error.errno
    left = int(os.pread(fail, 16, 0).strip(b'\0\n'))
    os.pwrite(fail, b'0', 0)
    os.close(fail)
    return err, left == 0


def state():
    """What can be seen: peers, and whose connections there are."""
    family = Family()
    seen = (family.dump('PEER_GET').messages,
            [conn.get('peer_id') for conn in family.conns()])
    family.sock.close()
    return seen


def in_turn(what, prepare, call, works):
    """call(prepare()) with each allocation failing; works(it) afterwards,
    which undoes it."""
    refused = 0
    for nth in range(1, TRIES):
        it = prepare()
        before = state()
        err, injected = failing(nth, lambda it=it: call(it))
        # An answer that finds no memory is lost, but not the change.
        if err == errno.ENOBUFS and state() != before:
            err = 0
        good = works(it) if not err else state() == before
        for sock in it:
            sock.close()
        if not good or not (injected or not err):
            checks.true(f'{what}: allocation {nth}', False,
                        errno.errorcode.get(err, err))
            return
        refused += err != 0
        if not injected:
            checks.true(f'{what}: {refused} of {nth - 1} allocations that '
                        'fail refuse it, and change nothing', True)
            return
    checks.true(f'{what}: comes to an end', False)


def plain_pair():
    return pair()


def attached():
    first, second = pair()
    second.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b'ipsec_tcp')
    return first, second


def handed(role=RESPOND, peer=0):
    first, second = pair()
    hand_over(second, role, peer)
    if role == RESPOND:
        first.sendall(PREFIX)
    return first, second


def answers(it):
    """A message comes through."""
    it[0].sendall(frame(MARKER + ike(b'whole')))
    return it[1].recv(100) == MARKER + ike(b'whole')


def role_of(role, peer):
    return lambda it: it[1].setsockopt(SOL, role, struct.pack('=I', peer))


def sockets():
    in_turn('TCP_ULP', plain_pair, lambda it: it[1].setsockopt(
        socket.IPPROTO_TCP, TCP_ULP, b'ipsec_tcp'), lambda it: True)
    in_turn('responder', attached, role_of(RESPOND, 0),
            lambda it: it[0].sendall(PREFIX) or answers(it))
    in_turn('responder of a peer', attached, role_of(RESPOND, 2),
            lambda it: len(Family().conns(2)) == 1)
    in_turn('originator', attached, role_of(ORIGINATE, 0), lambda it: True)
    in_turn('originator of a peer', attached, role_of(ORIGINATE, 1),
            lambda it: len(Family().conns(1)) == 1)
    in_turn('sendmsg()', handed, lambda it: it[1].send(
        MARKER + ike(bytes(40000))), answers)


class Request(Family):
    """A socket for one request, that fails as a system call would."""

    def close(self):
        self.sock.close()

    def refuse(self, answer):
        if answer.err:
            raise OSError(abs(answer.err), 'refused')


def request(cmd, *attrs):
    return lambda it: it[0].refuse(it[0].call(cmd, *attrs))


def netlink():
    family = Family()
    number = u32(N['A_ID'], 9)
    peer = nest(N['A_PEER'], u32(N['A_PEER_ID'], 9),
                u32(N['A_PEER_IDLE_TIMEOUT'], 5))

    def prepare():
        return (Request(),)

    def add(it):
        it[0].refuse(it[0].peer('PEER_ADD', 9, ORIGINATOR, '192.0.2.9'))

    in_turn('PEER_ADD', prepare, add, lambda it: family.delete(9).err == 0)
    family.add(9, ORIGINATOR, '192.0.2.9')
    in_turn('PEER_DEL', prepare, request('PEER_DEL', number),
            lambda it: family.peer('PEER_ADD', 9, ORIGINATOR,
                                   '192.0.2.9').err == 0)
    for cmd in ('PEER_GET', 'STATS_GET'):
        in_turn(cmd, prepare, request(cmd, number), lambda it: True)
    in_turn('PEER_SET', prepare, request('PEER_SET', peer),
            lambda it: True)
    family.delete(9)


def packets():
    """What the hook takes: it is queued, or dropped and counted."""
    family = Family()
    it = handed(ORIGINATE, 1)
    it[0].settimeout(0.1)
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.bind(('127.0.0.1', 4500))
    sent = count = 0
    for nth in range(1, TRIES):
        err, injected = failing(nth, lambda: daemon.sendto(
            MARKER + ike(bytes(9000)), ('127.0.0.1', 4500)))
        sent += not err
        if not injected:
            break
    end = time.monotonic() + 20
    while time.monotonic() < end:
        stats = family.stats(1)
        count = stats['tx_ike'] + stats['tx_no_memory']
        if count == sent:
            break
        try:
            it[0].recv(1 << 16)
        except socket.timeout:
            pass
    checks.equal('packets of the daemon: sent or counted', count, sent)
    for sock in (*it, daemon):
        sock.close()


def section(name):
    with open(f'{SECTIONS}/{name}', encoding='ascii') as file:
        return int(file.read(), 16)


def at_random():
    """One in ten of the module's own allocations fails, in any context."""
    text = section('.text')
    setting('require-start', text)
    setting('require-end', text + (1 << 17))
    setting('stacktrace-depth', 32)
    setting('interval', 1)
    setting('times', -1)
    family = Family()
    before = family.stats()
    plain, ulp = handed()
    count = 1000
    got = []
    setting('probability', 10)
    try:
        for number in range(count):
            plain.sendall(frame(MARKER + ike(b'%d' % number)))
            while select.select([ulp], [], [], 0)[0]:
                got.append(ulp.recv(1000))
    finally:
        setting('probability', 0)
    plain.sendall(frame(MARKER + ike(b'last')))
    while MARKER + ike(b'last') not in got:
        got.append(ulp.recv(1000))
    after = family.stats()
    lost = after['rx_no_memory'] - before['rx_no_memory']
    checks.true('without memory messages are dropped, and counted',
                0 < lost < count and lost + len(got) == count + 1,
                (lost, len(got)))
    numbers = [int(message[32:]) for message in got[:-1]]
    checks.true('the others are whole and in order',
                numbers == sorted(set(numbers)))
    plain.close()
    ulp.close()


def main():
    if not os.path.exists(FAILSLAB) or not os.path.exists(FAIL_NTH):
        print('SKIP: no fault injection in this kernel')
        sys.exit(4)
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    # Those that may sleep are the interesting ones; no word of each in the log.
    setting('ignore-gfp-wait', 0)
    setting('verbose', 0)
    family = Family()
    family.add(1, ORIGINATOR, '127.0.0.1')
    family.add(2, RESPONDER, '127.0.0.0', remote_len=8,
               proof_timeout=300)
    sockets()
    netlink()
    packets()
    at_random()
    setting('ignore-gfp-wait', 1)
    checks.finish()


if __name__ == '__main__':
    in_own_namespace()
    main()
