#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
"""Who has a socket, and for how long: owners that are killed, sockets that are
passed on, namespaces that go with all that is in them; and that the module can
go afterwards."""

import array
import ctypes
import os
import signal
import socket
import struct
import subprocess
import time

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, RESPOND, RESPONDER,
                     Checks, Family, ended, frame, hand_over, ike,
                     in_own_namespace, pair, read_exactly)

PATIENCE = 60 if os.environ.get('KSFT_MACHINE_SLOW') == 'yes' else 20
HERE = '127.0.0.1'
CLONE_NEWNET = 0x40000000
SO_SNDBUFFORCE = 32
# Of RFC 7296, sections 3.1 and 3.2.
INFORMATIONAL, SK = 37, 46
ROLES = {'originator': ORIGINATE, 'responder': RESPOND}
checks = Checks()


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def ip(*words):
    return subprocess.run(['ip', *words], check=False,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def port():
    """The UDP port that stands for the connection of peer 1."""
    return Family().conns(1)[0]['udp_port']


def is_proven(daemon):
    """After one more message of an IKE SA that is established."""
    daemon.sendto(MARKER + ike(payload=SK, exchange=INFORMATIONAL),
                  (HERE, port()))
    return Family().conns(1)[0].get('proven') == 1


def prove(plain):
    """A responder's connection gets no ESP before it is known whose it is."""
    plain.sendall(frame(MARKER + ike()))
    with daemon_socket() as daemon:
        assert until(lambda: is_proven(daemon))


def daemon_socket():
    """What is sent from the port of the IKE daemon is for the connection."""
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # Packets that wait count against the sender's buffer.
    daemon.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 16 << 20)
    daemon.bind((HERE, 4500))
    return daemon


def set_up(role, with_peer, slow=False):
    """A connection, the plain end first."""
    ulp, plain = pair(HERE)
    if slow:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    if with_peer:
        Family().add(1, ORIGINATOR if role == 'originator' else RESPONDER,
                     HERE, queue_limit=1 << 20)
    hand_over(ulp, ROLES[role], 1 if with_peer else 0)
    if role == 'responder':
        plain.sendall(PREFIX)
    else:
        assert read_exactly(plain, 6) == PREFIX
    if role == 'responder' and with_peer:
        prove(plain)
    return plain, ulp


def fill(ulp, with_peer):
    """Messages until no more fit, and the other end does not read."""
    if not with_peer:
        ulp.setblocking(False)
        try:
            while True:
                ulp.send(MARKER + bytes(60000))
        except BlockingIOError:
            return
    assert until(lambda: Family().conns(1)[0]['state'] == 'open')
    with daemon_socket() as daemon:
        assert until(lambda: is_full(daemon, port()))


def is_full(daemon, dport):
    """After some more ESP; packets are dropped for it."""
    for _ in range(100):
        daemon.sendto(struct.pack('>II', 0x1000, 1) + bytes(1392),
                      (HERE, dport))
    stats = Family().stats(1)
    return stats['tx_queue_full'] + stats['tx_late'] > 0


def traffic(plain, ulp, with_peer):
    """Messages both ways for ever; who does not read does not matter."""
    for sock in (plain, ulp):
        sock.setblocking(False)
    daemon, dport = daemon_socket(), with_peer and port()
    daemon.setblocking(False)
    good = frame(MARKER + ike(b'x')) * 20
    rest = b''
    while True:
        try:
            rest = rest or good
            rest = rest[plain.send(rest):]
        except BlockingIOError:
            pass
        for receive in (plain.recv, ulp.recv):
            try:
                receive(1 << 16)
            except BlockingIOError:
                pass
        try:
            if with_peer:
                daemon.sendto(struct.pack('>II', 0x1000, 1) + bytes(1000),
                              (HERE, dport))
            else:
                ulp.send(MARKER + bytes(1000))
        except BlockingIOError:
            pass


def resident(link, role, with_peer, what, ready):
    """The life of who has a namespace for himself."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert not libc.unshare(CLONE_NEWNET)
    ip('link', 'set', 'lo', 'up')
    os.write(ready, b'n')
    # Its end of a cable, by which the other side sees that it goes.
    assert until(lambda: ip('link', 'show', link))
    plain, ulp = set_up(role, with_peer, what == 'queued')
    if what == 'queued':
        fill(ulp, with_peer)
    os.write(ready, b'r')
    if what == 'traffic':
        traffic(plain, ulp, with_peer)
    signal.pause()


def child_of(function, *args):
    """A process that does not come back from a function."""
    child = os.fork()
    if child:
        return child
    try:
        function(*args)
    finally:
        os._exit(1)


def kill(child):
    """It was alive until then."""
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def namespace_goes(number, role, with_peer, what):
    name = f'{role}{"" if with_peer else " without peer"}, {what}'
    link, far = f'near{number}', f'far{number}'
    read, write = os.pipe()
    child = child_of(resident, far, role, with_peer, what, write)
    os.close(write)
    os.read(read, 1)
    ip('link', 'add', link, 'type', 'veth', 'peer', 'name', far, 'netns',
       str(child))
    checks.equal(f'{name}: a connection in a namespace', os.read(read, 1),
                 b'r')
    if what == 'traffic':
        time.sleep(0.1)
    checks.true('its owner is killed', kill(child))
    os.close(read)
    checks.true('and the namespace goes',
                until(lambda: not ip('link', 'show', link)))


def namespaces():
    number = 0
    for what in ('idle', 'traffic', 'queued'):
        for role in ROLES:
            for with_peer in (True, False):
                number += 1
                namespace_goes(number, role, with_peer, what)


def pass_on(via, *socks):
    via.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array(
        'i', [sock.fileno() for sock in socks]))])


def receive(via, count):
    fds = socket.recv_fds(via, 1, count)[1]
    socks = [socket.socket(fileno=fd) for fd in fds]
    # Those of the giver have a time limit: their descriptors do not wait.
    for sock in socks:
        sock.settimeout(PATIENCE)
    return socks


def giver(via, link, ready):
    libc = ctypes.CDLL(None, use_errno=True)
    assert not libc.unshare(CLONE_NEWNET)
    ip('link', 'set', 'lo', 'up')
    os.write(ready, b'n')
    assert until(lambda: ip('link', 'show', link))
    pass_on(via, *set_up('responder', False))
    signal.pause()


def passed_on():
    """A socket of a namespace whose last process is gone."""
    here, there = socket.socketpair(socket.AF_UNIX)
    read, write = os.pipe()
    child = child_of(giver, there, 'far', write)
    os.read(read, 1)
    ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far', 'netns',
       str(child))
    plain, ulp = receive(here, 2)
    kill(child)
    for text in (b'one', b'two'):
        plain.sendall(frame(MARKER + text))
        checks.equal('passed on, who gave it is killed: a message',
                     ulp.recv(100), MARKER + text)
    ulp.send(MARKER + b'back')
    checks.equal('and one back', read_exactly(plain, 10),
                 frame(MARKER + b'back'))
    checks.true('the namespace is there for it', ip('link', 'show', 'near'))
    heir = child_of(signal.pause)
    ulp.close()
    plain.settimeout(0.2)
    checks.equal('a second owner has it: no end yet', ended(plain), None)
    kill(heir)
    # The heir had the plain end, too; here it is the last.
    plain.settimeout(PATIENCE)
    checks.equal('it is killed: FIN', ended(plain), 'fin')
    plain.close()
    checks.true('and the namespace goes', until(
        lambda: not ip('link', 'show', 'near')))
    for sock in (here, there):
        sock.close()


def in_flight():
    """A socket that nobody has: it waits in a message that cannot be read
    any more, for the kernel's own collector closes it."""
    plain, ulp = set_up('responder', False)
    one, two = socket.socketpair(socket.AF_UNIX)
    pass_on(one, ulp, two, one)
    for sock in (ulp, one, two):
        sock.close()
    # Closing sockets of that family has it look.
    end = time.monotonic() + PATIENCE
    plain.settimeout(0.1)
    found = None
    while found is None and time.monotonic() < end:
        for sock in socket.socketpair(socket.AF_UNIX):
            sock.close()
        found = ended(plain)
    checks.equal('in a message that nobody can read: closed', found, 'fin')
    plain.close()


def busy_owner():
    """The owner is killed in a call that waits."""
    for what in ('recv', 'send'):
        plain, ulp = set_up('originator', False)

        def wait(what=what, ulp=ulp, plain=plain):
            plain.close()
            while True:
                if what == 'recv':
                    ulp.recv(100)
                else:
                    ulp.send(MARKER + bytes(60000))
        child = child_of(wait)
        ulp.close()
        time.sleep(0.3)
        kill(child)
        checks.true(f'killed in {what}(): the connection ends', until(
            lambda: not Family().conns()))
        plain.close()


def removable():
    checks.true('the module can be removed', until(
        lambda: subprocess.run(['rmmod', 'ipsec_tcp'], check=False,
                               stderr=subprocess.DEVNULL).returncode == 0))


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    ip('link', 'set', 'lo', 'up')
    namespaces()
    passed_on()
    in_flight()
    busy_owner()
    removable()
    checks.finish()


if __name__ == '__main__':
    in_own_namespace()
    main()
