#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""Messages that TCP had to copy together: under pressure of memory it makes new
buffers, which do not know the device that the segments came from."""

import os
import socket
import subprocess
import time

from rfc9329 import (MARKER, PREFIX, RESPOND, RESPONDER, Checks, Family,
                     frame, hand_over, ike, in_own_namespace)

PATIENCE = 60 if os.environ.get('KSFT_MACHINE_SLOW') == 'yes' else 20
HERE, THERE = '10.9.1.1', '10.9.1.9'
COUNT = 150
LOST = 333
checks = Checks()


def collapsed():
    """Segments that were copied together in this namespace."""
    with open('/proc/self/net/netstat', encoding='ascii') as f:
        names, values = [line.split() for line in f
                         if line.startswith('TcpExt:')]
    return int(values[names.index('TCPRcvCollapsed')])


def nft(rules):
    subprocess.run(['nft', '-f', '-'], input=rules, text=True, check=True)


def message(number, size=0):
    """Of at least this many bytes, marker and IKE header (28) among them."""
    return MARKER + ike((b'%d' % number).ljust(size - len(MARKER) - 28))


def connection():
    """Accepted here, and the other end, which does not delay what is small."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind((HERE, 0))
        listener.listen()
        plain = socket.create_connection(listener.getsockname(), PATIENCE,
                                         (THERE, 0))
        ulp = listener.accept()[0]
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plain, ulp


def receive(daemon, count):
    found = []
    try:
        for _ in range(count):
            found.append(daemon.recv(2000))
    except socket.timeout:
        pass
    return found


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    # All are on their way before the sender hears of the loss.
    for words in ('ip link set lo up', f'ip addr add {HERE}/24 dev lo',
                  f'ip addr add {THERE}/24 dev lo',
                  f'ip route change local {HERE} dev lo table local '
                  'initcwnd 1000',
                  'tc qdisc add dev lo root netem delay 100ms limit 10000'):
        subprocess.run(words.split(), check=True)
    with open('/proc/sys/net/ipv4/conf/all/accept_local', 'w',
              encoding='ascii') as f:
        f.write('1')
    family = Family()
    family.add(1, RESPONDER, THERE)
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    daemon.bind((HERE, 4500))
    daemon.settimeout(PATIENCE)
    plain, ulp = connection()
    ulp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    hand_over(ulp, RESPOND, 1)
    plain.sendall(PREFIX + frame(message(0)))
    checks.equal('a message', receive(daemon, 1), [message(0)])

    # The segment with this length in front is lost until the others wait for
    # it: 32 bytes of TCP header, then the Length field (RFC 9329, section 3).
    nft(f'''table inet loss {{
        chain in {{
            type filter hook input priority 0
            tcp dport {ulp.getsockname()[1]} @th,256,16 {LOST + 2} drop
        }}
    }}''')
    sent = [message(1, LOST)]
    sent += [message(number) for number in range(2, COUNT + 2)]
    before = collapsed()
    for text in sent:
        plain.sendall(frame(text))
    end = time.monotonic() + PATIENCE
    while collapsed() == before and time.monotonic() < end:
        time.sleep(0.02)
    checks.true('TCP copied segments together', collapsed() > before)
    nft('delete table inet loss')
    found = receive(daemon, len(sent))
    checks.equal('all messages arrive, in order', found, sent)
    checks.equal('none was without a device',
                 (family.stats(1)['rx_no_device'], family.stats(1)['rx_ike']),
                 (0, len(sent) + 1))
    plain.close()
    ulp.close()
    checks.finish()


if __name__ == '__main__':
    in_own_namespace()
    main()
