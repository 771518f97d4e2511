#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""IKE of an unmodified daemon: UDP sockets at both ends, a connection between
them; ports 4500 and 500, several clients at one address, bad messages."""

import errno
import os
import socket
import struct
import subprocess

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, RESPOND, RESPONDER,
                     Checks, Family, ended, frame, hand_over, ike,
                     read_exactly, read_frame)

checks = Checks()


def udp(address, port):
    sock = socket.socket(socket.AF_INET6 if ':' in address else
                         socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    sock.settimeout(5)
    return sock


def connection(client, server):
    """A TCP connection between two addresses: both sockets."""
    family = socket.AF_INET6 if ':' in client else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((server, 0))
        listener.listen()
        sock = socket.socket(family)
        sock.bind((client, 0))
        sock.connect(listener.getsockname()[:2])
        accepted = listener.accept()[0]
    sock.settimeout(5)
    return sock, accepted


def nothing(sock):
    sock.settimeout(0.3)
    try:
        return sock.recv(70000)
    except socket.timeout:
        return None
    finally:
        sock.settimeout(5)


def both_ways(name, east, west):
    """Originator at the address east, responder at west."""
    family = Family()
    family.add(1, ORIGINATOR, west)
    family.add(2, RESPONDER, east)
    first, second = connection(east, west)
    hand_over(first, ORIGINATE, 1)
    hand_over(second, RESPOND, 2)
    port = family.conns(2)[0]['udp_port']
    daemon_e, daemon_w = udp(east, 4500), udp(west, 4500)

    daemon_e.sendto(MARKER + ike(b'request'), (west, 4500))
    data, source = daemon_w.recvfrom(1000)
    checks.equal(f'{name}: a message to the responder', data,
                 MARKER + ike(b'request'))
    checks.equal(f'{name}: it comes from the port of the connection', source[:2],
                 (east, port))
    daemon_w.sendto(MARKER + ike(b'response'), source)
    data, source = daemon_e.recvfrom(1000)
    checks.equal(f'{name}: the answer', data, MARKER + ike(b'response'))
    checks.equal(f'{name}: it comes from where the request went', source[:2],
                 (west, 4500))

    old_e = udp(east, 500)
    old_e.sendto(ike(b'by 500'), (west, 500))
    data, source = daemon_w.recvfrom(1000)
    checks.equal(f'{name}: from port 500, the marker is added', data,
                 MARKER + ike(b'by 500'))
    daemon_w.sendto(MARKER + ike(b'to 500'), source)
    data, source = old_e.recvfrom(1000)
    checks.equal(f'{name}: the answer, without marker, from port 500',
                 (data, source[:2]), (ike(b'to 500'), (west, 500)))
    daemon_e.sendto(MARKER + ike(b'float'), (west, 4500))
    data, source = daemon_w.recvfrom(1000)
    daemon_w.sendto(MARKER + ike(b'floated'), source)
    checks.equal(f'{name}: port 4500 again', daemon_e.recv(1000),
                 MARKER + ike(b'floated'))

    big = MARKER + ike(os.urandom(20000))
    daemon_e.sendto(big, (west, 4500))
    checks.equal(f'{name}: 20,000 bytes', daemon_w.recv(70000), big)
    for _ in range(3):
        daemon_e.sendto(b'\xff', (west, 4500))
    daemon_e.sendto(b'\0\0\0', (west, 4500))
    daemon_e.sendto(MARKER + ike(b'after'), (west, 4500))
    checks.equal(f'{name}: 6.6: keepalives of the daemon are not sent',
                 daemon_w.recv(1000), MARKER + ike(b'after'))
    checks.equal(f'{name}: and counted',
                 (family.stats(1)['tx_keepalive'],
                  family.stats(1)['tx_malformed'],
                  family.stats(2)['rx_short']), (3, 1, 0))
    checks.equal(f'{name}: all came through the connection',
                 (family.stats(1)['tx_ike'], family.stats(2)['rx_ike']),
                 (5, 5))
    with socket.socket(daemon_e.family, socket.SOCK_RAW, 50) as raw:
        raw.bind((east, 0))
        raw.sendto(bytes(20), (west, 0))
        raw.sendto(b'\0\0\1\0' + bytes(20), (west, 0))
        # Not even an SPI; a keepalive is UDP.
        for cut in (b'', b'\xff', b'\0\0\1'):
            raw.sendto(cut, (west, 0))
        daemon_e.sendto(b'\0\0\1\0' + bytes(20), (west, 4500))
        daemon_e.sendto(MARKER + ike(b'more'), (west, 4500))
    daemon_w.recv(1000)
    checks.equal(f'{name}: 3.2: ESP with an SPI of 0, or none, is not sent',
                 (family.stats(1)['tx_malformed'],
                  family.stats(1)['tx_keepalive'],
                  family.stats(1)['tx_esp']), (5, 3, 2))
    busy = [wait for wait in range(100)
            if family.stats(2)['rx_unknown_spi'] < 2]
    checks.true(f'{name}: ESP of an unknown SPI arrives, and is dropped',
                len(busy) < 100)
    states = [(conn['peer_id'], conn['state'], conn['udp_port'])
              for conn in family.conns()]
    checks.equal(f'{name}: the connections', states,
                 [(1, 'open', 4500), (2, 'open', port)])
    for sock in (first, second, daemon_e, daemon_w, old_e):
        sock.close()
    for peer in (1, 2):
        family.delete(peer)


def clients():
    """Many clients behind one address."""
    family = Family()
    family.add(7, RESPONDER, '10.9.0.0', remote_len=24, max_connections=640)
    daemon = udp('10.9.0.9', 4500)
    pairs = []
    for number in range(40):
        plain, ulp = connection('10.9.0.1', '10.9.0.9')
        hand_over(ulp, RESPOND, 7)
        plain.sendall(PREFIX + frame(MARKER + ike(b'%d' % number)))
        pairs.append((plain, ulp))
    asked = {}
    for _ in pairs:
        data, source = daemon.recvfrom(1000)
        asked[source] = data
    for source, data in asked.items():
        daemon.sendto(data + b'!', source)
    # A length that does not fit is what the receiver looks at, not the sender.
    got = [read_frame(plain) for plain, _ in pairs]
    checks.equal('40 clients at one address, each gets its answer', got,
                 [MARKER + ike(b'%d' % number) + b'!' for number in range(40)])
    before = family.stats(7)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 17) as raw:
        raw.sendto(struct.pack('>HHHH', 4500, 0, 12, 0) + MARKER,
                   ('10.9.0.1', 0))
    checks.equal('UDP to port 0 is left alone', family.stats(7), before)
    plain, ulp = connection('10.9.0.1', '10.9.0.9')
    hand_over(ulp, RESPOND, 7)
    checks.equal('for one more the first one goes', ended(pairs[0][0]),
                 'reset')
    plain.close()
    ulp.close()
    for pair in pairs:
        pair[1].close()
    plain, ulp = connection('10.9.0.1', '10.9.0.9')
    hand_over(ulp, RESPOND, 7)
    for text in (b'', b'short', ike(b'', size=27), ike(b'x', size=400),
                 ike(b'x', size=1 << 31)):
        plain.sendall((PREFIX if not text else b'') + frame(MARKER + text))
    plain.sendall(frame(MARKER + ike(b'good')))
    checks.equal('what is no IKE message does not reach the daemon',
                 daemon.recv(1000), MARKER + ike(b'good'))
    checks.equal('and is counted', family.stats(7)['rx_bad_ike'], 5)
    plain.sendall(frame(MARKER + ike(bytes(65480))))
    plain.sendall(frame(MARKER + ike(b'next')))
    checks.equal('a message that fits into no UDP packet is skipped',
                 (daemon.recv(70000), family.stats(7)['rx_too_long']),
                 (MARKER + ike(b'next'), 1))
    plain.close()
    ulp.close()
    family.delete(7)


def several():
    """6.1: two IKE SAs of one pair of hosts, each with its connection."""
    family = Family()
    ends = []
    for number, port in ((1, 4500), (2, 4501)):
        family.add(number, ORIGINATOR, '10.9.0.9', udp_port=port)
        ulp, plain = connection('10.9.0.8', '10.9.0.9')
        hand_over(ulp, ORIGINATE, number)
        plain.settimeout(5)
        read_exactly(plain, 6)
        ends.append((port, ulp, plain))
    with udp('10.9.0.8', 4500) as daemon, udp('10.9.0.8', 500) as old:
        for port, _, _ in ends:
            daemon.sendto(MARKER + ike(b'%d' % port), ('10.9.0.9', port))
        old.sendto(ike(b'500'), ('10.9.0.9', 500))
        for port, ulp, plain in ends:
            checks.equal(f'6.1: what is for port {port} takes a connection of '
                         'its own', read_frame(plain),
                         MARKER + ike(b'%d' % port))
            plain.sendall(frame(MARKER + ike(b'answer')))
            data, source = daemon.recvfrom(1000)
            checks.equal('from where the answer comes', (data, source[1]),
                         (MARKER + ike(b'answer'), port))
            checks.equal('and there is no more', nothing(plain), None)
            ulp.close()
    checks.equal('port 500 belongs to both, so to none',
                 sum(family.stats(n)['tx_ambiguous'] for n in (1, 2)), 1)
    for number in (1, 2):
        family.delete(number)


def again():
    """6.2: the open request is sent first on a new connection."""
    family = Family()
    family.add(1, ORIGINATOR, '10.9.0.9')
    first = MARKER + ike(b'one', exchange=37, payload=46, ident=7)
    parts = [MARKER + ike(struct.pack('>BBHHH', 0, 0, 9, n, 2) + b'x',
                          exchange=37, payload=53, ident=8) for n in (1, 2)]
    response = MARKER + ike(b'r', exchange=37, payload=46, ident=8,
                            flags=0x20)

    def connect():
        ulp, plain = connection('10.9.0.8', '10.9.0.9')
        hand_over(ulp, ORIGINATE, 1)
        plain.settimeout(5)
        checks.equal('the prefix comes first', read_exactly(plain, 6), PREFIX)
        return ulp, plain

    def send(plain, *messages):
        for message in messages:
            daemon.sendto(message, ('10.9.0.9', 4500))
        return [read_frame(plain) for _ in messages]
    daemon = udp('10.9.0.8', 4500)
    ulp, plain = connect()
    send(plain, first, first)
    ulp.close()
    ulp, plain = connect()
    checks.equal('6.2: the request comes again, once',
                 (read_frame(plain), nothing(plain)), (first, None))
    send(plain, *parts)
    ulp.close()
    ulp, plain = connect()
    checks.equal('6.2: of the last one all fragments', [
        read_frame(plain), read_frame(plain), nothing(plain)], parts + [None])
    plain.sendall(frame(response))
    checks.equal('there is a response', daemon.recv(1000), response)
    send(plain, MARKER + ike(b'own', exchange=37, payload=46, ident=3,
                             flags=0x28))
    ulp.close()
    ulp, plain = connect()
    checks.equal('6.2: what was answered does not, nor do responses',
                 nothing(plain), None)
    ulp.close()
    daemon.close()
    family.delete(1)


def rules():
    """Whose socket it may be, and what is left alone."""
    family = Family()
    family.add(3, RESPONDER, '192.0.2.0', remote_len=24)
    family.add(4, ORIGINATOR, '10.9.0.9')
    for role, peer, number in ((RESPOND, 3, errno.EADDRNOTAVAIL),
                               (ORIGINATE, 3, errno.EINVAL),
                               (RESPOND, 4, errno.EINVAL),
                               (ORIGINATE, 9, errno.ENOENT)):
        plain, ulp = connection('10.9.0.1', '10.9.0.8')
        try:
            hand_over(ulp, role, peer)
            checks.true(f'role {role} of peer {peer}', False)
        except OSError as error:
            checks.equal(f'role {role} of peer {peer} is refused',
                         error.errno, number)
    with udp('10.9.0.1', 0) as other, udp('10.9.0.9', 4500) as daemon:
        other.sendto(b'from elsewhere', ('10.9.0.9', 4500))
        checks.equal('UDP from another port is left alone', daemon.recv(100),
                     b'from elsewhere')
        with udp('10.9.0.1', 4500) as own:
            own.sendto(b'elsewhere', ('10.9.0.9', 4999))
            own.sendto(MARKER + ike(b'x'), ('10.9.0.9', 4500))
        checks.equal('IKE to a peer without a connection is dropped',
                     (nothing(daemon), family.stats(4)['tx_no_connection']),
                     (None, 1))
    plain, ulp = connection('10.9.0.9', '10.9.0.1')
    hand_over(ulp, ORIGINATE, 4)
    checks.equal('the prefix', read_exactly(plain, 6), PREFIX)
    answer = family.delete(4)
    checks.equal('a peer is deleted', answer.err, 0)
    try:
        checks.true('its connection is reset', plain.recv(10) is None)
    except ConnectionResetError:
        checks.true('its connection is reset', True)
    try:
        ulp.recv(10)
        checks.true('the owner sees ECONNABORTED', False)
    except OSError as error:
        checks.equal('the owner sees ECONNABORTED', error.errno,
                     errno.ECONNABORTED)
    checks.equal('the connection is listed until then',
                 [(c['state'], c['reason']) for c in family.conns()],
                 [('closed', 'peer_deleted')])
    ulp.close()
    checks.equal('and no longer', family.conns(), [])


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    for address in ('10.9.0.1/24', '10.9.0.8/24', '10.9.0.9/24',
                    'fd00::8/128', 'fd00::9/128'):
        subprocess.run(['ip', 'addr', 'add', address, 'dev', 'lo'],
                       check=False, stderr=subprocess.DEVNULL)
    # Both ends are in one namespace.
    subprocess.run(['sysctl', '-qw', 'net.ipv4.conf.all.accept_local=1'],
                   check=True)
    both_ways('IPv4', '10.9.0.8', '10.9.0.9')
    both_ways('IPv6', 'fd00::8', 'fd00::9')
    clients()
    several()
    again()
    rules()
    checks.finish()


main()
