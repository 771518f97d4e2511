#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Lets GRO make packets of more than 64 KiB, where the kernel has that.

usage: gro_size.py DEV BYTES

Not every iproute2 knows the size for IPv4.
"""

import os
import socket
import struct
import sys

RTM_SETLINK, NLM_F_REQUEST, NLM_F_ACK = 19, 1, 4
IFLA_GRO_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE = 58, 64


def main():
    dev, size = sys.argv[1], int(sys.argv[2])
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    # An older kernel does not look at the second, and its first is for both.
    body = struct.pack('=BBHiII', 0, 0, 0, socket.if_nametoindex(dev), 0, 0)
    for kind in IFLA_GRO_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE:
        body += struct.pack('=HHI', 8, kind, size)
    sock.send(struct.pack('=IHHII', 16 + len(body), RTM_SETLINK,
                          NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body)
    err = -struct.unpack_from('=i', sock.recv(4096), 16)[0]
    if err:
        sys.exit(f'{dev}: {os.strerror(err)}')


main()
