#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# Thousands of messages that can be read at once lose nothing in the backlog of
# the CPU: those that waited for the socket to be handed over, and those behind
# a segment that was lost, in tunnel mode and in transport mode.

. "$(dirname "$0")/topo.sh"
need_cmd nft

topo_up
check_eq "the backlog is what it is by default" "$(sysctl -n net.core.netdev_max_backlog)" 1000
CIPHER=("${NULL_ONLY[@]}")
check "peer" tool "$west" add 1 responder $EAST4
tunnel $EAST4 $WEST4 4500
SA_MODE=(mode transport)
sa "$west" $EAST4 $WEST4 0x2001 4500 4500
nsx "$west" nft -f - <<-RULES
	table netdev cut {
		chain in {
			type filter hook ingress device outer priority 0
		}
	}
RULES

ip netns exec "$west" python3 - "$(dirname "$0")" "$east" <<'PYTHON'
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, sys.argv[1])
from rfc9329 import PREFIX, RESPOND, Checks, checksum, frame, hand_over  # noqa: E402

COUNT = 3000
SO_RCVBUFFORCE = 33
EAST, WEST = '192.0.2.1', '192.0.2.2'
checks = Checks()


def in_namespace(name, call):
    """The socket that call() makes there."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open('/proc/self/ns/net', 'rb') as own, \
            open(f'/run/netns/{name}', 'rb') as other:
        assert not libc.setns(other.fileno(), 0)
        sock = call()
        assert not libc.setns(own.fileno(), 0)
    return sock


def esp(spi, number):
    """RFC 4303 without a cipher: UDP, in tunnel mode behind IPv4."""
    data = struct.pack('>HHHHI', 7, 7777, 12, 0, number)
    if spi == 0x1001:
        header = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 32, 0, 0, 64, 17, 0,
                             socket.inet_aton('10.1.0.1'),
                             socket.inet_aton('10.2.0.1'))
        data = (header[:10] + struct.pack('>H', checksum(header)) +
                header[12:] + data)
    pad = -(len(data) + 2) % 4
    return (struct.pack('>II', spi, number + 1) + data +
            bytes(range(1, pad + 1)) + bytes([pad, 4 if spi == 0x1001 else 17]))


def messages(spi, first):
    return b''.join(frame(esp(spi, number))
                    for number in range(first, first + COUNT))


def received():
    """Numbers of the datagrams that come until none comes any more."""
    numbers = []
    try:
        while len(numbers) < COUNT:
            numbers.append(struct.unpack('>I', inner.recv(100))[0])
    except socket.timeout:
        pass
    return numbers


def backlog(sock):
    found = fcntl.ioctl(sock, termios.FIONREAD, bytes(4))
    return struct.unpack('=i', found)[0]


def nft(command):
    subprocess.run(['nft', command], check=True)


def lost_segment(name, spi, first):
    """The first segment of a burst comes after all the others."""
    nft('add rule netdev cut in tcp dport 4500 meta length > 800 '
        'limit rate 1/hour burst 1 packets counter drop')
    client.sendall(messages(spi, first))
    got = received()
    rules = subprocess.run(['nft', 'list', 'table', 'netdev', 'cut'],
                           check=True, capture_output=True, text=True).stdout
    nft('flush chain netdev cut in')
    checks.true(f'{name}: a segment was lost', 'packets 1 ' in rules, rules)
    checks.equal(f'{name}: all messages, in order', got == list(range(
        first, first + COUNT)) or len(got), True)


inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
inner.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
inner.bind(('0.0.0.0', 7777))
inner.settimeout(3)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
listener.bind((WEST, 4500))
listener.listen()
client = in_namespace(sys.argv[2], socket.socket)
client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
client.bind((EAST, 4500))
client.connect((WEST, 4500))
ulp = listener.accept()[0]

stream = PREFIX + messages(0x1001, 0)
client.sendall(stream)
end = time.monotonic() + 20
while backlog(ulp) < len(stream) and time.monotonic() < end:
    time.sleep(0.01)
hand_over(ulp, RESPOND, 1)
checks.equal('they waited for the socket: all messages, in order',
             received() == list(range(COUNT)) or 'some are lost', True)
# The window of TCP opens: messages that are too long for UDP are skipped.
client.sendall(frame(bytes(65533)) * 40)
lost_segment('tunnel mode', 0x1001, COUNT)
lost_segment('transport mode', 0x2001, 0)
checks.finish()
PYTHON
check "all of it" test $? -eq 0
finish
