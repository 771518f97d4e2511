#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""What a TCP connection may capture: nothing but answers to its own messages,
until xfrm or the IKE daemon has authenticated what came by it. UDP clients
keep their ports. Connections without proof are few, and end soon; for the
port of one that was lost nothing leaves."""

import errno
import hashlib
import hmac
import os
import socket
import struct
import subprocess
import time

from rfc9329 import (MARKER, PREFIX, RESPOND, RESPONDER, Checks, Family,
                     ended, frame, hand_over, ike, in_own_namespace,
                     read_frame)

HERE, THERE = '10.9.0.1', '10.9.0.9'
LOCAL_PORT = 4500
PATIENCE = 60 if os.environ.get('KSFT_MACHINE_SLOW') == 'yes' else 20
KEY = bytes(range(20))
SK, INFORMATIONAL, IKE_AUTH, RESPONSE = 46, 37, 35, 0x20
checks = Checks()
family = None


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def udp(address, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    return sock


def next_of(sock, wait=PATIENCE):
    sock.settimeout(wait)
    try:
        return sock.recv(70000)
    except socket.timeout:
        return None


def nothing(sock):
    return next_of(sock, 0.2) is None


class Client:
    """A TCP client of the responder, at address HERE; the gateway has THERE."""

    def __init__(self, peer=1, address=HERE, port=0, prefix=True):
        with socket.socket() as listener:
            listener.bind((THERE, 0))
            listener.listen()
            self.plain = socket.socket()
            self.plain.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.plain.bind((address, port))
            self.plain.connect(listener.getsockname())
            self.ulp = listener.accept()[0]
        self.plain.settimeout(PATIENCE)
        self.port = self.plain.getsockname()[1]
        hand_over(self.ulp, RESPOND, peer)
        if prefix:
            self.plain.sendall(PREFIX)

    def conn(self):
        for conn in family.conns(1):
            if conn['remote_port'] == self.port and conn['state'] != 'closed':
                return conn
        return {}

    def is_proven(self):
        return self.conn().get('proven') == 1

    def frame(self, wait=PATIENCE):
        self.plain.settimeout(wait)
        try:
            return read_frame(self.plain)
        except socket.timeout:
            return None

    def close(self):
        self.plain.close()
        self.ulp.close()


def esp(spi, seq=1, key=None):
    """ESP with the null cipher, an empty UDP packet in it."""
    data = struct.pack('>IIHHHH', spi, seq, 9, 9, 8, 0) + bytes([1, 2, 2, 17])
    if key:
        data += hmac.new(key, data, hashlib.sha1).digest()[:12]
    return data


def state(verb, src, dst, spi, ports=(), reqid=1):
    words = ['ip', 'xfrm', 'state', verb, 'src', src, 'dst', dst, 'proto',
             'esp', 'spi', str(spi)]
    if verb == 'add':
        words += ['reqid', str(reqid), 'mode', 'transport', 'replay-window',
                  '32', 'auth-trunc', 'hmac(sha1)', '0x' + KEY.hex(), '96',
                  'enc', 'ecb(cipher_null)', '']
        if ports:
            words += ['encap', 'espinudp', *map(str, ports), '0.0.0.0']
    subprocess.run(words, check=True)


def flush():
    subprocess.run(['ip', 'xfrm', 'state', 'flush'], check=True)


def raw_esp(address):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
    sock.bind((address, 0))
    return sock


def strangers(daemon):
    """A handshake, the prefix and IKE messages take nothing from others."""
    native, gateway = raw_esp(HERE), raw_esp(THERE)
    other = udp(HERE, 5555)
    for what, begin in (
            ('handshake', lambda c: None),
            ('prefix', lambda c: c.plain.sendall(PREFIX)),
            ('IKE message', lambda c: c.plain.sendall(
                PREFIX + frame(MARKER + ike()))),
            ('ESP of an unknown SPI', lambda c: c.plain.sendall(
                PREFIX + frame(esp(0x9999)))),
            ('keep-alive', lambda c: c.plain.sendall(
                PREFIX + frame(b'\xff')))):
        client = Client(port=5555, prefix=False)
        begin(client)
        if what == 'IKE message':
            next_of(daemon)
        gateway.sendto(esp(0x1234), (HERE, 0))
        checks.true(f'after a {what}: ESP to that address arrives',
                    next_of(native))
        daemon.sendto(esp(0x1234), (HERE, 5555))
        checks.equal(f'after a {what}: ESP in UDP to a client with a UDP port '
                     'of that number arrives', next_of(other), esp(0x1234))
        daemon.sendto(MARKER + ike(spi=b'another.'), (HERE, 5555))
        checks.equal(f'after a {what}: and IKE', next_of(other),
                     MARKER + ike(spi=b'another.'))
        checks.true(f'after a {what}: nothing is proven',
                    not client.is_proven())
        checks.true(f'after a {what}: the client has got nothing',
                    nothing(client.plain))
        client.close()
    for sock in (native, gateway, other):
        sock.close()


def answers(daemon):
    """A stranger gets answers to its own messages, and no more."""
    client = Client()
    client.plain.sendall(frame(MARKER + ike(b'request')))
    daemon.settimeout(PATIENCE)
    data, source = daemon.recvfrom(1000)
    checks.equal('IKE reaches the daemon', data, MARKER + ike(b'request'))
    checks.true('from a UDP port of its own', source[1] not in
                (client.port, 4500, 500) and
                source[1] == client.conn()['udp_port'], source)
    for text, message in (
            ('IKE_SA_INIT', ike(b'response', flags=RESPONSE)),
            ('IKE_AUTH', ike(b'x', flags=RESPONSE, payload=SK, ident=1,
                             exchange=IKE_AUTH)),
            ('INFORMATIONAL in clear', ike(b'x', flags=RESPONSE, payload=41,
                                           exchange=INFORMATIONAL))):
        daemon.sendto(MARKER + message, source)
        checks.equal(f'a response of {text} reaches the client',
                     client.frame(), MARKER + message)
    checks.true('which proves nothing', not client.is_proven())
    other = udp(HERE, source[1])
    daemon.sendto(MARKER + ike(spi=b'another.'), source)
    checks.equal('IKE of another SA leaves by UDP', next_of(other),
                 MARKER + ike(spi=b'another.'))
    daemon.sendto(esp(0x1234), source)
    checks.equal('and so does ESP', next_of(other), esp(0x1234))
    checks.true('the client has got none of it', nothing(client.plain))
    other.sendto(MARKER + ike(spi=b'another.'), (THERE, LOCAL_PORT))
    checks.true('a UDP client has that port: the connection gets another one',
                until(lambda: client.conn()['udp_port'] != source[1]))
    next_of(daemon)
    client.plain.sendall(frame(MARKER + ike(b'again')))
    data, moved = daemon.recvfrom(1000)
    checks.equal('from which its messages come', (data, moved[1]),
                 (MARKER + ike(b'again'), client.conn()['udp_port']))
    message = ike(b'x', flags=RESPONSE, payload=SK, ident=2,
                  exchange=INFORMATIONAL)
    daemon.sendto(MARKER + message, moved)
    checks.equal('an encrypted response of INFORMATIONAL reaches it, too',
                 client.frame(), MARKER + message)
    checks.true('and is a proof: there is an IKE SA',
                until(client.is_proven))
    other.close()
    client.close()


def installed(daemon):
    """The daemon has installed an SA, that is, it has authenticated."""
    client = Client()
    until(lambda: client.conn().get('state') == 'open')
    port = client.conn()['udp_port']
    state('add', THERE, HERE, 0x2001, (LOCAL_PORT, port ^ 1))
    state('add', '10.9.0.3', HERE, 0x2002, (LOCAL_PORT, port))
    checks.true('SAs of other ports and addresses prove nothing',
                not client.is_proven())
    state('add', THERE, HERE, 0x2003, (LOCAL_PORT, port))
    checks.true('an SA that sends to the connection is a proof',
                client.is_proven())
    daemon.sendto(esp(0x2003), (HERE, port))
    checks.equal('ESP leaves by it', client.frame(), esp(0x2003))
    with udp('10.9.0.3', LOCAL_PORT) as elsewhere, udp(HERE, port) as other:
        elsewhere.sendto(esp(0x2002), (HERE, port))
        checks.equal('but not from another local address', next_of(other),
                     esp(0x2002))
        other.sendto(MARKER + ike(spi=b'another.'), (THERE, LOCAL_PORT))
        next_of(daemon)
        checks.equal('forged UDP does not move what is proven',
                     client.conn()['udp_port'], port)
    lost(daemon, client, port)
    flush()


def lost(daemon, client, port):
    """RFC 9329, section 5: all messages of the SA use TCP."""
    client.close()
    checks.true('the connection ends', until(lambda: not client.conn()))
    before = family.stats(1)['tx_no_connection']
    with udp(HERE, port) as other:
        daemon.sendto(esp(0x2003), (HERE, port))
        daemon.sendto(MARKER + ike(), (HERE, port))
        checks.true('nothing leaves by UDP for the port that it had',
                    nothing(other))
        checks.equal('which is counted',
                     family.stats(1)['tx_no_connection'] - before, 2)
        other.sendto(MARKER + ike(b'hello'), (THERE, LOCAL_PORT))
        checks.equal('until a UDP client has it', daemon.recv(1000),
                     MARKER + ike(b'hello'))
        daemon.sendto(MARKER + ike(b'answer'), (HERE, port))
        checks.equal('who gets its answer', next_of(other),
                     MARKER + ike(b'answer'))


def authenticated(daemon):
    """ESP that xfrm has found to be right."""
    client = Client()
    until(lambda: client.conn().get('state') == 'open')
    port = client.conn()['udp_port']
    state('add', HERE, THERE, 0x1001, (4999, LOCAL_PORT))
    bad = esp(0x1001, 5, b'wrong')
    client.plain.sendall(frame(bad))
    until(lambda: family.stats(1)['rx_esp'] > 0)
    checks.true('ESP with a wrong ICV proves nothing', not client.is_proven())
    client.plain.sendall(frame(esp(0x1001, 6, KEY)))
    checks.true('with a right one it is a proof', until(client.is_proven))
    again = Client()
    seen = family.stats(1)['rx_esp']
    again.plain.sendall(frame(esp(0x1001, 6, KEY)))
    until(lambda: family.stats(1)['rx_esp'] > seen)
    checks.true('which nobody can repeat', not again.is_proven())
    daemon.sendto(esp(0x2001), (HERE, port))
    checks.equal('ESP leaves by the one that is proven', client.frame(),
                 esp(0x2001))
    client.close()
    again.close()
    flush()


def bare():
    """ESP without UDP: for SAs whose other half came by the connection."""
    gateway, native = raw_esp(THERE), raw_esp(HERE)
    state('add', HERE, THERE, 0x1001, reqid=7)
    state('add', THERE, HERE, 0x2001, reqid=7)
    state('add', THERE, HERE, 0x2002, reqid=8)
    client = Client()
    until(lambda: client.conn().get('state') == 'open')
    state('add', THERE, HERE, 0x2009, (LOCAL_PORT, client.conn()['udp_port']))
    until(client.is_proven)
    gateway.sendto(esp(0x2001), (HERE, 0))
    checks.true('bare ESP: a proof alone is not enough', next_of(native))
    client.plain.sendall(frame(esp(0x1001, 1, KEY)))

    def taken():
        while not nothing(native):
            pass
        gateway.sendto(esp(0x2001), (HERE, 0))
        return client.frame(0.2) == esp(0x2001)
    checks.true('bare ESP: of its own SA it is sent', until(taken))
    gateway.sendto(esp(0x2002), (HERE, 0))
    checks.true('bare ESP: of another it is not', next_of(native))
    gateway.sendto(esp(0x2003), (HERE, 0))
    checks.true('bare ESP: nor of one that is not known', next_of(native))
    second = Client()
    second.plain.sendall(frame(esp(0x1001, 2, KEY)))
    until(second.is_proven)

    def moved():
        gateway.sendto(esp(0x2001), (HERE, 0))
        return second.frame(0.2) == esp(0x2001)
    checks.true('bare ESP: it leaves by the connection where some came last',
                until(moved))
    for sock in (gateway, native, client, second):
        sock.close()
    flush()


def refused(make):
    try:
        make().close()
        return None
    except OSError as error:
        return error.errno


def slots():
    """Connections without proof: few, not for long, the oldest one goes."""
    family.add(2, RESPONDER, '10.9.0.0', remote_len=16, max_connections=32,
               proof_timeout=300)

    def client(address=HERE):
        return Client(peer=2, address=address)
    kept = client()
    until(lambda: any(c['state'] == 'open' for c in family.conns(2)))
    port = family.conns(2)[0]['udp_port']
    state('add', THERE, HERE, 0x2001, (LOCAL_PORT, port))
    held = [client(f'10.9.1.{n + 1}') for n in range(8)]
    checks.equal('a quarter of 32 may be without proof',
                 [c['state'] for c in family.conns(2)].count('closed'), 0)
    held.append(client('10.9.1.100'))
    checks.equal('for one more the oldest of them goes',
                 ended(held[0].plain), 'reset')
    checks.equal('and is counted', family.stats(2)['conn_evicted'], 1)
    same = [client('10.9.1.200') for n in range(6)]
    for one in same:
        one.plain.settimeout(0.2)
    checks.equal('of one address no more than four', [
        ended(c.plain) for c in same], ['reset'] * 2 + [None] * 4)
    checks.equal('what is proven stays', [
        (c['state'], c['proven']) for c in family.conns(2)[:1]],
        [('open', 1)])
    for one in [kept, *held, *same]:
        one.close()
    family.delete(2)
    flush()
    family.add(2, RESPONDER, '10.9.0.0', remote_len=16, max_connections=1)
    kept = client()
    until(lambda: any(c['state'] == 'open' for c in family.conns(2)))
    port = family.conns(2)[0]['udp_port']
    state('add', THERE, HERE, 0x2001, (LOCAL_PORT, port))
    checks.equal('all slots are proven: a new one is refused',
                 refused(client), errno.EUSERS)
    kept.close()
    family.delete(2)
    flush()


def time_out():
    """A quick end, whatever comes."""
    family.add(2, RESPONDER, '10.9.0.0', remote_len=16, proof_timeout=1,
               idle_timeout=0)
    client = Client(peer=2)
    client.plain.settimeout(0.1)
    end = time.monotonic() + PATIENCE
    found = None
    while not found and time.monotonic() < end:
        try:
            client.plain.sendall(frame(b'\xff') + frame(MARKER + ike()))
        except OSError:
            pass
        found = ended(client.plain)
    checks.equal('without proof it ends, keep-alives or not', found, 'reset')
    checks.equal('and the reason is', [c['reason'] for c in family.conns(2)],
                 ['proof_timeout'])
    checks.equal('which is counted', family.stats(2)['conn_proof_timeout'], 1)
    client.close()
    family.delete(2)


def main():
    global family  # pylint: disable=global-statement
    in_own_namespace()
    for words in (('ip', 'link', 'set', 'lo', 'up'),
                  ('ip', 'route', 'add', 'local', '10.9.0.0/16', 'dev', 'lo'),
                  ('modprobe', '-a', 'ipsec_tcp', 'esp4', 'xfrm_user'),
                  ('sysctl', '-qw', 'net.ipv4.conf.all.accept_local=1')):
        subprocess.run(words, check=True)
    family = Family()
    family.add(1, RESPONDER, '10.9.0.0', remote_len=16, proof_timeout=300)
    daemon = udp(THERE, LOCAL_PORT)
    for part in (strangers, answers, installed, authenticated):
        part(daemon)
    for part in (bare, slots, time_out):
        part()
    checks.finish()


main()
