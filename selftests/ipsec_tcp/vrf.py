#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""Two VRFs with the same addresses: a connection is for the one that its socket
is bound to, and what is sent to that address in the other is left alone. Both
roles."""

import ctypes
import os
import socket
import subprocess

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, RESPOND, RESPONDER,
                     Checks, Family, frame, hand_over, ike, read_exactly,
                     read_frame)

PATIENCE = 60 if os.environ.get('KSFT_MACHINE_SLOW') == 'yes' else 20
HERE, THERE = '192.0.2.1', '192.0.2.2'
COLOURS = 'red', 'blue'
PORT = 4500
checks = Checks()


def ip(*words):
    subprocess.run(('ip', *words), check=True)


def within(netns, make):
    """What make() returns, made in another network namespace."""
    own = os.open('/proc/self/ns/net', os.O_RDONLY)
    other = os.open(f'/proc/{netns.pid}/ns/net', os.O_RDONLY)
    try:
        libc_setns(other)
        return make()
    finally:
        libc_setns(own)
        os.close(own)
        os.close(other)


def libc_setns(fd):
    if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), 'setns')


def bound(sock, device, address, port):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                        device.encode())
    sock.bind((address, port))
    sock.settimeout(PATIENCE)
    return sock


def udp(device, address, port=PORT):
    return bound(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), device,
                 address, port)


def listener(device, address):
    sock = bound(socket.socket(), device, address, PORT)
    sock.listen()
    return sock


def set_up():
    """Both VRFs, each with a host of its own; the hosts."""
    hosts = {}
    ip('link', 'set', 'lo', 'up')
    for number, colour in enumerate(COLOURS):
        host = subprocess.Popen(['unshare', '--net', 'sleep', '1000'])
        hosts[colour] = host
        while os.readlink(f'/proc/{host.pid}/ns/net') == \
                os.readlink('/proc/self/ns/net'):
            pass
        ip('link', 'add', colour, 'up', 'type', 'vrf', 'table',
           str(100 + number))
        ip('link', 'add', f'to{colour}', 'type', 'veth', 'peer', 'name',
           'eth0', 'netns', str(host.pid))
        ip('link', 'set', f'to{colour}', 'master', colour, 'up')
        ip('addr', 'add', f'{HERE}/24', 'dev', f'to{colour}')

        def inside():
            ip('link', 'set', 'lo', 'up')
            ip('link', 'set', 'eth0', 'up')
            ip('addr', 'add', f'{THERE}/24', 'dev', 'eth0')
        within(host, inside)
    return hosts


def originator(hosts):
    family = Family()
    family.add(1, ORIGINATOR, THERE)
    server = within(hosts['red'], lambda: listener(None, THERE))
    ulp = bound(socket.socket(), 'red', HERE, 0)
    ulp.connect((THERE, PORT))
    plain = server.accept()[0]
    plain.settimeout(PATIENCE)
    hand_over(ulp, ORIGINATE, 1)
    checks.equal('originator: the prefix', read_exactly(plain, 6), PREFIX)
    other = within(hosts['blue'], lambda: udp(None, THERE))
    with udp('red', HERE) as red, udp('blue', HERE) as blue:
        blue.sendto(MARKER + ike(b'blue'), (THERE, PORT))
        checks.equal('originator: in another VRF that address is another '
                     'host', other.recv(1000), MARKER + ike(b'blue'))
        red.sendto(MARKER + ike(b'red'), (THERE, PORT))
        checks.equal('originator: in its own VRF it is the peer',
                     read_frame(plain), MARKER + ike(b'red'))
        plain.sendall(frame(MARKER + ike(b'answer')))
        checks.equal('originator: which is heard there', red.recv(1000),
                     MARKER + ike(b'answer'))
    for sock in (server, ulp, plain, other):
        sock.close()
    family.delete(1)


def responder(hosts):
    family = Family()
    family.add(1, RESPONDER, THERE)
    server = listener('red', HERE)
    plain = within(hosts['red'], socket.socket)
    plain.connect((HERE, PORT))
    plain.settimeout(PATIENCE)
    ulp = server.accept()[0]
    hand_over(ulp, RESPOND, 1)
    with udp('red', HERE) as red, udp('blue', HERE) as blue:
        plain.sendall(PREFIX + frame(MARKER + ike(b'request')))
        data, source = red.recvfrom(1000)
        checks.equal('responder: IKE arrives in the VRF of the connection',
                     data, MARKER + ike(b'request'))
        other = within(hosts['blue'], lambda: udp(None, THERE, source[1]))
        blue.sendto(MARKER + ike(b'blue'), source)
        checks.equal('responder: what another VRF sends is left alone',
                     other.recv(1000), MARKER + ike(b'blue'))
        other.sendto(MARKER + ike(b'x'), (HERE, PORT))
        blue.recv(1000)
        checks.equal('responder: nor is its UDP client one of this VRF',
                     family.conns(1)[0]['udp_port'], source[1])
        red.sendto(MARKER + ike(b'red'), source)
        checks.equal('responder: and the answer takes the connection',
                     read_frame(plain), MARKER + ike(b'red'))
        other.close()
    for sock in (server, ulp, plain):
        sock.close()
    family.delete(1)


def main():
    if 'IN_NS' not in os.environ:
        os.environ['IN_NS'] = '1'
        os.execvp('unshare', ['unshare', '--net', __file__])
    subprocess.run(['modprobe', '-a', 'ipsec_tcp', 'vrf'], check=False)
    hosts = set_up()
    try:
        originator(hosts)
        responder(hosts)
    finally:
        for host in hosts.values():
            host.kill()
    checks.finish()


main()
