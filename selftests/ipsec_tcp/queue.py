#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""The queues of a connection whose other end does not read: bounded, in order,
IKE before ESP between messages, nothing lost that is not counted."""

import os
import socket
import struct
import subprocess
import time

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, Checks, Family,
                     hand_over, ike, pair, read_exactly, read_frame)

checks = Checks()
WEST = '127.0.0.1'
PACKETS = 1500
MORE = 10


def flood(raw, first, count):
    """ESP packets of one SPI and 1,400 bytes, by their sequence numbers."""
    for number in range(first, first + count):
        raw.sendto(struct.pack('>II', 0x1000, number) + bytes(1392),
                   (WEST, 0))


def queued(family):
    conn = family.conns(1)[0]
    return conn['queued_memory'], conn['queued_esp'], conn['queued_ike']


def dropped(stats):
    """Packets over the limit of memory, or of time."""
    return stats['tx_queue_full'] + stats['tx_late']


def read_all(plain, family):
    """The messages that come until the queues are empty."""
    got = []
    while True:
        stats = family.stats(1)
        if len(got) == stats['tx_esp'] + stats['tx_ike'] and \
                queued(family) == (0, 0, 0):
            return got
        got.append(read_frame(plain))


def full(family, plain, raw):
    """More than the queues hold, and after a while some more."""
    flood(raw, 0, PACKETS)
    stats = family.stats(1)
    memory = queued(family)[0]
    sends = stats['tx_sends']
    # A slow machine meets the limit of time before that of memory.
    checks.true('packets that are too many are dropped, and counted',
                0 < dropped(stats) < PACKETS - 20, stats)
    checks.true('the queue is no longer than it may be',
                1 << 15 < memory <= 1 << 20, memory)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind((WEST, 4500))
        for number in range(70):
            daemon.sendto(MARKER + ike(b'%d' % number), (WEST, 4500))
    checks.equal('IKE messages have room of their own, for 64',
                 (queued(family)[2], family.stats(1)['tx_ike_queue_full']),
                 (64, 6))
    time.sleep(0.2)
    flood(raw, PACKETS, MORE)
    _, esp, _ = queued(family)
    got = read_all(plain, family)
    stats = family.stats(1)
    ikes = [at for at, message in enumerate(got) if message[:4] == MARKER]
    numbers = [struct.unpack('>I', message[4:8])[0] for message in got
               if message[:4] != MARKER]
    expected = PACKETS + MORE - dropped(stats)
    checks.true('ESP arrives whole and in order',
                numbers == sorted(set(numbers)) and len(numbers) == expected,
                (len(numbers), expected))
    checks.true('what has waited too long makes room for what is new',
                stats['tx_late'] > 0 and
                numbers[-MORE:] == list(range(PACKETS, PACKETS + MORE)),
                (stats['tx_late'], numbers[-MORE:]))
    checks.equal('IKE arrives in order', [got[at][32:] for at in ikes],
                 [b'%d' % number for number in range(64)])
    checks.true('IKE overtakes what is queued',
                ikes[-1] - ikes[0] == 63 and ikes[-1] < len(got) - MORE,
                (ikes[-1], len(got)))
    checks.equal('all is counted', (stats['tx_esp'], stats['tx_ike']),
                 (expected, 64))
    # Those before came one by one, if the machine is slow.
    sends = stats['tx_sends'] - sends
    checks.true('many messages that wait go in one call',
                sends < (esp + 64) / 2, (sends, esp))


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    family = Family()
    family.add(1, ORIGINATOR, WEST, queue_limit=1 << 20)
    ulp, plain = pair(WEST)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    hand_over(ulp, ORIGINATE, 1)
    assert read_exactly(plain, 6) == PREFIX
    # Packets that wait count against the sender's buffer: more than one
    # default buffer, so that it is the queue that is full.
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
    raw.setsockopt(socket.SOL_SOCKET, 32, 16 << 20)
    full(family, plain, raw)

    # The end, with messages waiting.
    before = family.stats(1)
    flood(raw, 0, PACKETS)
    ulp.close()
    after = family.stats(1)
    lost, late, sent = (after[name] - before[name] for name in (
        'tx_lost', 'tx_late', 'tx_esp'))
    over = after['tx_queue_full'] - before['tx_queue_full']
    checks.true('what waits at the end is counted as lost',
                lost > 20 and lost + late + over + sent == PACKETS,
                (lost, late, over, sent))
    family.delete(1)
    checks.finish()


os.chdir(os.path.dirname(os.path.abspath(__file__)))
main()
