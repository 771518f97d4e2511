#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""An owner that closes under load: the last IKE messages are sent, no message is
cut, and the connection ends with FIN. (That nothing is left unread, for which
TCP would send a reset, takes a second processor to show.)"""

import os
import re
import socket
import struct
import subprocess
import threading

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, RESPOND, Checks,
                     Family, ended, frame, hand_over, ike, in_own_namespace,
                     pair, read_exactly, read_frame)

ROUNDS = 40
checks = Checks()
WEST = '127.0.0.1'


def last_messages():
    """The other end does not read, and all is full; the daemon deletes its SAs
    and the owner closes."""
    family = Family()
    family.add(1, ORIGINATOR, WEST)
    ulp, plain = pair(WEST)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    hand_over(ulp, ORIGINATE, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 50) as raw, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        raw.setsockopt(socket.SOL_SOCKET, 32, 16 << 20)
        for number in range(1000):
            raw.sendto(struct.pack('>II', 0x1000, number) + bytes(1392),
                       (WEST, 0))
        checks.true('TCP does not take more',
                    family.conns(1)[0]['queued_esp'] > 0)
        daemon.bind((WEST, 4500))
        for number in range(3):
            daemon.sendto(MARKER + ike(b'%d' % number + bytes(3000)),
                          (WEST, 4500))
    ulp.close()
    assert read_exactly(plain, 6) == PREFIX
    got = []
    how = 'cut'
    try:
        while True:
            got.append(read_frame(plain))
    except EOFError as error:
        how = 'fin' if str(error).startswith('0 of 2') else how
    except ConnectionResetError:
        how = 'reset'
    checks.equal('the last IKE messages are sent',
                 [message[32:33] for message in got if message[:4] == MARKER],
                 [b'0', b'1', b'2'])
    checks.equal('then FIN, between two messages', how, 'fin')
    family.delete(1)


def abort_counter():
    found = subprocess.run(['nstat', '-asz', 'TcpExtTCPAbortOnClose'],
                           check=True, capture_output=True, text=True).stdout
    return int(re.search(r'TCPAbortOnClose\s+(\d+)', found)[1])


def send_on(plain, data):
    try:
        while True:
            plain.sendall(data)
    except OSError:
        pass


def unread():
    """Data comes all the time while the owner closes."""
    before = abort_counter()
    data = frame(b'\xff') * 3000
    for _ in range(ROUNDS):
        plain, ulp = pair(WEST)
        hand_over(ulp, RESPOND)
        plain.sendall(PREFIX)
        sender = threading.Thread(target=send_on, args=(plain, data))
        sender.start()
        ulp.close()
        sender.join()
        plain.close()
    checks.equal('nothing was left unread, for which TCP would reset',
                 abort_counter() - before, 0)

    plain, ulp = pair(WEST)
    ulp.setsockopt(socket.IPPROTO_TCP, 31, b'ipsec_tcp')
    plain.sendall(PREFIX + data)
    ulp.close()
    checks.equal('nor by an owner that never gave it a role', ended(plain),
                 'fin')


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    last_messages()
    unread()
    checks.finish()


if __name__ == '__main__':
    in_own_namespace()
    main()
