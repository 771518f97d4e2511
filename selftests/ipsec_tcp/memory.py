#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""What a stranger's message takes before it is complete: nothing but memory for
the bytes that have come, and TCP accounts for it."""

import os
import re
import socket
import subprocess

from rfc9329 import (PREFIX, RESPOND, Checks, hand_over, in_own_namespace,
                     pair)

COUNT = 100
PAGE = os.sysconf('SC_PAGE_SIZE')
checks = Checks()


def free():
    """Bytes that nobody uses."""
    with open('/proc/meminfo', encoding='ascii') as file:
        return int(re.search(r'^MemFree:\s*(\d+)', file.read(),
                             re.MULTILINE)[1]) * 1024


def accounted():
    """Bytes that TCP accounts for."""
    with open('/proc/net/sockstat', encoding='ascii') as file:
        return int(re.search(r'^TCP:.* mem (\d+)', file.read(),
                             re.MULTILINE)[1]) * PAGE


def send_all(plains, data):
    """Bytes of memory that one connection needs more, and TCP knows about."""
    before = free(), accounted()
    for plain in plains:
        plain.sendall(data)
    return ((before[0] - free()) // COUNT,
            (accounted() - before[1]) // COUNT)


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    pairs = [pair() for _ in range(COUNT)]
    plains = [plain for plain, _ in pairs]
    for plain, ulp in pairs:
        hand_over(ulp, RESPOND)
        plain.sendall(PREFIX)
    memory, _ = send_all(plains, b'\xff\xff')
    checks.true('a Length of 65,535 takes no memory', memory < 8192, memory)
    memory, _ = send_all(plains, bytes(8))
    checks.true('nor do the first bytes', memory < 20000, memory)
    memory, tcp = send_all(plains, bytes(60000))
    checks.true('60,000 bytes take not much more than that', memory < 90000,
                memory)
    checks.true('and TCP accounts for them', 40000 < tcp < 90000, tcp)
    for plain, ulp in pairs:
        plain.sendall(bytes(5525))
        checks.equal('the message is whole', len(ulp.recv(
            1 << 16)), 65533) if plain is plains[0] else ulp.recv(1 << 16)
    tcp = accounted() // COUNT
    checks.true('and no longer accounted for', tcp < 20000, tcp)
    for plain in plains:
        plain.sendall(b'\xff\xff' + bytes(60000))
    for _, ulp in pairs:
        ulp.shutdown(socket.SHUT_RDWR)
        ulp.close()
    tcp = accounted() // COUNT
    checks.true('nor when the connection ends before', tcp < 20000, tcp)
    checks.finish()


if __name__ == '__main__':
    in_own_namespace()
    main()
