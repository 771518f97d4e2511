#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Many connections at once, for the tests of source NAT.

  snat.py serve PORT...       on each address of the namespace, TCP, UDP (and
                              UDP-Lite): answers "ADDRESS PORT"; connections
                              stay open until the client closes them
  snat.py hold tcp|udp|udplite|icmp HOST PORT N [-b ADDRESS] [-p FIRST-PORT]
                              opens N connections (PORT is ignored for icmp),
                              waits until all are answered, prints a line
                              "OUTER-ADDRESS OUTER-PORT" for each, then
                              "ready", and keeps them until it is killed.
                              Fails where one is not answered in time.
  snat.py send udp|udplite|icmp|timestamp|tcp|sctp|dccp|gre HOST PORT N
               [-b ADDRESS] [-p FIRST-PORT]
                              sends the first packet of N connections, each of
                              another source port; from raw sockets, without
                              checksums, waits for nothing. Says "refused: WHY"
                              when this host does not take a packet.
"""

import argparse
import errno
import os
import select
import socket
import struct
import sys
import time

UDPLITE = 136


def fail(text):
    sys.exit("snat.py: " + text)


def addresses():
    text = os.popen("ip -o -4 addr show scope global").read()
    return [line.split()[3].split("/")[0] for line in text.splitlines()]


def listeners(port):
    for addr in addresses():
        tcp = socket.socket()
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((addr, port))
        tcp.listen(4096)
        tcp.setblocking(False)
        yield tcp
        for proto in (0, UDPLITE):
            try:
                udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, proto)
            except OSError:
                continue
            udp.bind((addr, port))
            udp.setblocking(False)
            yield udp


def who(peer):
    return b"%s %d\n" % (peer[0].encode(), peer[1])


def accept(sock, poll, socks):
    conn, peer = sock.accept()
    conn.send(who(peer))
    poll.register(conn, select.EPOLLIN)
    socks[conn.fileno()] = conn


def close(sock, poll, socks):
    poll.unregister(sock)
    del socks[sock.fileno()]
    sock.close()


def serve(args):
    poll = select.epoll()
    listening = {}
    socks = {}
    for port in args.ports:
        for sock in listeners(port):
            poll.register(sock, select.EPOLLIN)
            listening[sock.fileno()] = sock
    while True:
        for fileno, _ in poll.poll():
            try:
                sock = listening.get(fileno)
                if not sock:
                    close(socks[fileno], poll, socks)
                elif sock.type == socket.SOCK_STREAM:
                    accept(sock, poll, socks)
                else:
                    _, peer = sock.recvfrom(2048)
                    sock.sendto(who(peer), peer)
            except OSError:
                pass


class Flow:
    """One connection; try_again() sends what asks for an answer."""

    def __init__(self, args, number):
        self.answer = None
        self.sock = self.open(args)
        self.sock.setblocking(False)
        port = args.first + number if args.first else 0
        if port:  # without a port of one's own it would be shared at random
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((args.bind, port))
        err = self.sock.connect_ex((args.host, args.port))
        if err not in (0, errno.EINPROGRESS):
            fail("connect: " + os.strerror(err))

    def take(self):
        try:
            self.answer = self.sock.recv(2048).decode("latin-1").strip()
        except (BlockingIOError, ConnectionRefusedError):
            return False
        return True


class Tcp(Flow):
    def open(self, args):
        return socket.socket()

    def try_again(self):
        pass


class Udp(Flow):
    proto = 0

    def open(self, args):
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM, self.proto)

    def try_again(self):
        try:
            self.sock.send(b"x")
        except OSError:
            pass


class Udplite(Udp):
    proto = UDPLITE


class Icmp(Flow):
    """Each a ping socket, whose identifier is its port."""

    def open(self, args):
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM,
                             socket.IPPROTO_ICMP)

    def try_again(self):
        try:
            self.sock.send(struct.pack("!BBHHH", 8, 0, 0, 0, 1))
        except OSError:
            pass


FLOWS = {"tcp": Tcp, "udp": Udp, "udplite": Udplite, "icmp": Icmp}


def hold(args):
    flows = [FLOWS[args.proto](args, i) for i in range(args.n)]
    poll = select.epoll()
    waiting = {}
    for flow in flows:
        poll.register(flow.sock, select.EPOLLIN)
        waiting[flow.sock.fileno()] = flow
    until = time.monotonic() + args.time
    again = 0
    while waiting and time.monotonic() < until:
        if time.monotonic() >= again:
            for flow in waiting.values():
                flow.try_again()
            again = time.monotonic() + 1
        for fileno, _ in poll.poll(0.1):
            if waiting[fileno].take():
                poll.unregister(fileno)
                del waiting[fileno]
    for flow in flows:
        if flow.answer:
            print("answer" if args.proto == "icmp" else flow.answer)
    if waiting:
        fail("%d of %d not answered" % (len(waiting), args.n))
    print("ready", flush=True)
    while True:
        time.sleep(3600)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def first_packet(args, port):
    ports = struct.pack("!HH", port, args.port)
    if args.proto == "udp":
        return ports + struct.pack("!HH", 8, 0)
    if args.proto == "udplite":
        return ports + struct.pack("!HH", 8, 1)
    if args.proto == "tcp":
        return ports + struct.pack("!IIBBHHH", port, 0, 0x50, 2, 1024, 1, 0)
    if args.proto in ("icmp", "timestamp"):
        query = struct.pack("!BBHHHIII", 8 if args.proto == "icmp" else 13, 0,
                            0, port, 1, 0, 0, 0)
        return query[:2] + struct.pack("!H", checksum(query)) + query[4:]
    if args.proto == "sctp":  # INIT
        chunk = struct.pack("!BBHIIHHI", 1, 0, 20, port + 1, 65536, 1, 1, 1)
        return ports + struct.pack("!II", 0, 0) + chunk
    if args.proto == "dccp":  # REQUEST
        return ports + struct.pack("!BBHBBHII", 5, 0, 0, 1, 0, 0, 1, 0)
    return struct.pack("!HH", 0, 0x0800) + bytes(20)  # gre


NUMBERS = {"udp": 17, "udplite": UDPLITE, "tcp": 6, "icmp": 1,
           "timestamp": 1, "sctp": 132, "dccp": 33, "gre": 47}


def send(args):
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, NUMBERS[args.proto])
    if args.bind:
        sock.bind((args.bind, 0))
    sock.connect((args.host, 0))
    for port in range(args.first, args.first + args.n):
        while True:
            try:
                sock.send(first_packet(args, port))
                break
            except BlockingIOError:
                select.select([], [sock], [])
            except OSError as why:
                if why.errno == errno.ENOBUFS:
                    continue  # a queue is full on the way, for a moment
                print("refused:", why.strerror)
                break


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("serve")
    verb.add_argument("ports", type=int, nargs="+")
    verb.set_defaults(run=serve)
    for name, run, protos in (("hold", hold, FLOWS), ("send", send, NUMBERS)):
        verb = verbs.add_parser(name)
        verb.add_argument("proto", choices=protos)
        verb.add_argument("host")
        verb.add_argument("port", type=int)
        verb.add_argument("n", type=int)
        verb.add_argument("-b", dest="bind", default="")
        verb.add_argument("-p", dest="first", type=int, default=0)
        verb.add_argument("-t", dest="time", type=float, default=20)
        verb.set_defaults(run=run)
    args = parser.parse_args()
    args.run(args)


main()
