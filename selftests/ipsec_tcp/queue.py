#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
"""The queues of a connection whose other end does not read: bounded, in order,
IKE before ESP between messages, nothing lost that is not counted."""

import os
import socket
import struct
import subprocess

from rfc9329 import (MARKER, ORIGINATE, ORIGINATOR, PREFIX, Checks, Family,
                     hand_over, ike, pair, read_exactly, read_frame)

checks = Checks()
WEST = '127.0.0.1'
PACKETS = 1500


def flood(raw, first, count):
    """ESP packets of one SPI and 1,400 bytes, by their sequence numbers."""
    for number in range(first, first + count):
        raw.sendto(struct.pack('>II', 0x1000, number) + bytes(1392),
                   (WEST, 0))


def queued(family):
    conn = family.conns(1)[0]
    return conn['queued_memory'], conn['queued_esp'], conn['queued_ike']


def main():
    subprocess.run(['modprobe', 'ipsec_tcp'], check=True)
    family = Family()
    family.add(1, ORIGINATOR, WEST, queue_limit=1 << 20)
    ulp, plain = pair(WEST)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    hand_over(ulp, ORIGINATE, 1)
    assert read_exactly(plain, 6) == PREFIX
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 50) as raw:
        # Packets that wait count against the sender's buffer: more than one
        # default buffer, so that it is the queue that is full.
        raw.setsockopt(socket.SOL_SOCKET, 32, 16 << 20)
        flood(raw, 0, PACKETS)
        stats = family.stats(1)
        memory, esp, _ = queued(family)
        sends = stats['tx_sends']
        checks.true('packets that are too many are dropped, and counted',
                    0 < stats['tx_queue_full'] < PACKETS - 100, stats)
        # A slow machine meets the limit of time before that of memory.
        checks.true('the queue is no longer than it may be',
                    1 << 16 < memory <= 1 << 20, memory)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
            daemon.bind((WEST, 4500))
            for number in range(70):
                daemon.sendto(MARKER + ike(b'%d' % number), (WEST, 4500))
        checks.equal('IKE messages have room of their own, for 64',
                     (queued(family)[2], family.stats(1)['tx_ike_queue_full']),
                     (64, 6))
        family.peer('PEER_SET', 1, queue_limit=65536)
        flood(raw, PACKETS, 10)
        checks.equal('a lower limit is heeded',
                     family.stats(1)['tx_queue_full'],
                     stats['tx_queue_full'] + 10)
    expected = PACKETS - stats['tx_queue_full']
    got = [read_frame(plain) for _ in range(expected + 64)]
    ikes = [at for at, message in enumerate(got) if message[:4] == MARKER]
    numbers = [struct.unpack('>I', message[4:8])[0] for message in got
               if message[:4] != MARKER]
    checks.equal('ESP arrives whole and in order', numbers,
                 list(range(expected)))
    checks.equal('IKE arrives in order', [got[at][32:] for at in ikes],
                 [b'%d' % number for number in range(64)])
    checks.true('IKE overtakes what is queued',
                ikes[-1] - ikes[0] == 63 and ikes[0] <= expected - esp,
                (ikes[0], expected, esp))
    stats = family.stats(1)
    checks.equal('all is counted', (stats['tx_esp'], stats['tx_ike']),
                 (expected, 64))
    # Those before came one by one, if the machine is slow.
    sends = stats['tx_sends'] - sends
    checks.true('many messages that wait go in one call',
                sends < (esp + 64) / 4, (sends, esp))
    checks.equal('nothing is left', queued(family), (0, 0, 0))

    # The end, with messages waiting.
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 50) as raw:
        raw.setsockopt(socket.SOL_SOCKET, 32, 16 << 20)
        family.peer('PEER_SET', 1, queue_limit=1 << 20)
        before = family.stats(1)
        flood(raw, 0, PACKETS)
        ulp.close()
    after = family.stats(1)
    lost, full, sent = (after[name] - before[name] for name in (
        'tx_lost', 'tx_queue_full', 'tx_esp'))
    checks.true('what waits at the end is counted as lost',
                lost > 20 and lost + full + sent == PACKETS,
                (lost, full, sent))
    family.delete(1)
    checks.finish()


os.chdir(os.path.dirname(os.path.abspath(__file__)))
main()
