#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds the sockets that carry ESP, until it is killed.

ipsec-ends.py udp ADDRESS
ipsec-ends.py espintcp { listen | connect } ADDRESS [ OWN-ADDRESS ]

Says "ready" when packets may come.
"""

import signal
import socket
import sys

PORT = 4500
# Where the kernel's own ESP in TCP looks for its socket: both ends' ports are
# part of its states.
CLIENT_PORT = 4501
UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
TCP_ULP = 31
PREFIX = b"IKETCP"


def udp(address):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
    sock.bind((address, PORT))
    return sock


def listen(address):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, PORT))
    server.listen()
    sock, _ = server.accept()
    if sock.recv(len(PREFIX), socket.MSG_WAITALL) != PREFIX:
        sys.exit("no stream prefix")
    return sock


def connect(address, own):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((own, CLIENT_PORT))
    for _ in range(100):
        try:
            sock.connect((address, PORT))
            break
        except ConnectionRefusedError:
            pass
    sock.send(PREFIX)
    return sock


def espintcp(role, *addresses):
    sock = {"listen": listen, "connect": connect}[role](*addresses)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_ULP, b"espintcp")
    return sock


def main():
    sock = {"udp": udp, "espintcp": espintcp}[sys.argv[1]](*sys.argv[2:])
    print("ready", sock.getsockname(), flush=True)
    signal.pause()


main()
