# SPDX-License-Identifier: GPL-2.0
"""What is on the wire: fake TCP as Documentation/networking/ipsec_tcp.rst has
it, and the rest. Says at once what is wrong, and what it has seen, one line
each, when it gets SIGUSR1 and at the end, by SIGTERM.

wire.py DEVICE NET4 NET6    only packets between addresses of these prefixes
"""

import ctypes
import fcntl
import ipaddress
import signal
import socket
import struct
import sys
from collections import Counter

from rfc9329 import checksum

SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM, ETHTOOL_STSO = 0x17, 0x1f
ETHTOOL_SGSO, ETHTOOL_SGRO = 0x24, 0x2c
TCP, UDP, FRAGMENT, ESP = 6, 17, 44, 50
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def no_offloads(device):
    """Packets as they would be on a cable, with their checksums."""
    with socket.socket() as sock:
        for what in (ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO,
                     ETHTOOL_SGRO):
            value = ctypes.create_string_buffer(struct.pack('=II', what, 0))
            fcntl.ioctl(sock, SIOCETHTOOL, struct.pack(
                '16sQ16x', device.encode(), ctypes.addressof(value)))


class Packet:
    """An IP packet: ends, protocol, payload."""

    def __init__(self, data):
        self.fragment = False
        self.bad = ''
        if data[0] >> 4 == 4:
            size = (data[0] & 15) * 4
            total, = struct.unpack('>H', data[2:4])
            where, = struct.unpack('>H', data[6:8])
            self.fragment = bool(where & 0x3fff)
            self.proto = data[9]
            self.ends = data[12:16], data[16:20]
            if size != 20:
                self.bad = 'options of IP'
            elif checksum(data[:20]):
                self.bad = 'checksum of IP'
            self.payload = data[size:total]
        else:
            size, self.proto = struct.unpack('>HB', data[4:7])
            self.fragment = self.proto == FRAGMENT
            self.ends = data[8:24], data[24:40]
            self.payload = data[40:40 + size]

    def tcp_sum(self):
        pseudo = struct.pack('>II', len(self.payload), TCP)
        return checksum(b''.join(self.ends) + pseudo + self.payload)


class Wire:
    def __init__(self):
        self.seen = Counter()
        self.first = {}
        self.next = {}

    def problem(self, text):
        if not self.seen[text]:
            print(text, flush=True)
        self.seen[text] += 1

    def show(self):
        for what, count in sorted(self.seen.items()):
            print(f'{what}: {count}')
        print('snapshot', flush=True)

    def packet(self, packet):
        if packet.fragment:
            self.seen['fragments'] += 1
        elif packet.proto == TCP:
            self.segment(packet)
        elif packet.proto in (UDP, ESP):
            self.problem(f'protocol {packet.proto} on the wire')

    def segment(self, packet):
        (sport, dport, seq, ack, offset, flags, window, _,
         urgent) = struct.unpack('>HHIIBBHHH', packet.payload[:20])
        way = packet.ends + (sport, dport)
        back = packet.ends[::-1] + (dport, sport)
        data = packet.payload[(offset >> 4) * 4:]
        if flags & SYN:
            self.first[way] = self.next[way] = (seq + 1) & 0xffffffff
            return
        if way not in self.first or back not in self.first:
            return
        if flags & RST:
            self.seen['resets'] += 1
        if len(data) < 8 or (seq + 9216 - self.first[way]) & 0xffffffff:
            self.seen['genuine'] += 1
            ahead = (seq + len(data) - self.next[way]) & 0xffffffff
            if ahead < 1 << 31:
                self.next[way] = (seq + len(data)) & 0xffffffff
            return
        self.seen['fake ' + '<>'[sport == 4500]] += 1
        for wrong, what in (
                (offset != 5 << 4, 'options or reserved bits'),
                (flags != ACK, 'flags'), (urgent, 'urgent pointer'),
                (not window, 'window'), (packet.bad, packet.bad),
                (packet.tcp_sum(), 'checksum'),
                ((self.next[back] - ack) & 0xffffffff > 0xffff, 'ack'),
                (struct.unpack('>I', data[:4])[0] not in (0x1001, 0x1002),
                 'SPI')):
            if wrong:
                self.problem(f'fake TCP with wrong {what}')


def main():
    device, *nets = sys.argv[1:]
    nets = [ipaddress.ip_network(net) for net in nets]
    no_offloads(device)
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    sock.bind((device, 3))
    sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)   # SO_RCVBUFFORCE
    print('ready', flush=True)
    wire = Wire()
    asked = []
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda number, _: asked.append(number))
    sock.settimeout(0.1)
    while signal.SIGTERM not in asked:
        try:
            data = sock.recv(70000)
        except socket.timeout:
            if asked:
                wire.show()
                asked[:] = [n for n in asked if n == signal.SIGTERM]
            continue
        if data[0] >> 4 not in (4, 6):
            continue
        packet = Packet(data)
        end = ipaddress.ip_address(packet.ends[0])
        if any(end in net for net in nets):
            wire.packet(packet)


main()
