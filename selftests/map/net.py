#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A server and clients that tests of traffic talk through.

  net.py serve PORT           HTTP over TCP, and the same by UDP:
        GET /who              -> "ADDRESS PORT" of the client
        GET /bytes/N          -> N bytes, the same at each run
        PUT /anything         -> SHA-256 of what was sent
        UDP "N"               -> N bytes, which begin with "ADDRESS PORT"
        UDP "sum ..."         -> SHA-256 of the datagram
  net.py udp HOST PORT [-p SOURCE-PORT] [-s ANSWER-SIZE] [-t SECONDS]
                              prints what it begins with, "ADDRESS PORT"
  net.py udp-sum HOST PORT -s SIZE [-p SOURCE-PORT]
                              sends SIZE bytes; fails unless they arrived whole
  net.py bytes N              the bytes of GET /bytes/N
"""

import argparse
import hashlib
import http.server
import random
import socket
import sys
import threading
import time


def some_bytes(size):
    return random.Random(7597).randbytes(size)


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/bytes/"):
            self.answer(some_bytes(int(self.path.split("/")[2])))
        else:
            self.answer(b"%s %d\n" % (self.client_address[0].encode(),
                                      self.client_address[1]))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(hashlib.sha256(body).hexdigest().encode())

    def address_string(self):
        return self.client_address[0]

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def server_bind(self):  # without a look-up of the name
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.server_address


def serve_udp(port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", port))
    while True:
        data, peer = sock.recvfrom(65536)
        if data.startswith(b"sum "):
            body = hashlib.sha256(data).hexdigest().encode()
        else:
            body = b"%s %d" % (peer[0].encode(), peer[1])
            body = body.ljust(int(data.split()[0] or 0))
        try:
            sock.sendto(body, peer)
        except OSError:
            pass  # the client asks again


def serve(args):
    threading.Thread(target=serve_udp, args=(args.port,), daemon=True).start()
    Server(("0.0.0.0", args.port), Handler).serve_forever()


def exchange(args, message):
    """Sends until there is an answer."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if args.source_port:
        sock.bind(("0.0.0.0", args.source_port))
    until = time.monotonic() + args.time
    sock.settimeout(1)
    while time.monotonic() < until:
        try:
            sock.sendto(message, (args.host, args.port))
            return sock.recvfrom(65536)[0]
        except (socket.timeout, OSError) as why:
            last = why
    sys.exit("no answer: %s" % last)


def udp(args):
    data = exchange(args, b"%d" % args.size)
    if len(data) < args.size:
        sys.exit("%d bytes instead of %d" % (len(data), args.size))
    print(data.decode().strip())


def udp_sum(args):
    message = (b"sum " + some_bytes(args.size))[:args.size]
    want = hashlib.sha256(message).hexdigest()
    if exchange(args, message).decode() != want:
        sys.exit("the server got other bytes")


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("serve")
    verb.add_argument("port", type=int)
    verb.set_defaults(run=serve)
    for name, run in (("udp", udp), ("udp-sum", udp_sum)):
        verb = verbs.add_parser(name)
        verb.add_argument("host")
        verb.add_argument("port", type=int)
        verb.add_argument("-p", dest="source_port", type=int, default=0)
        verb.add_argument("-s", dest="size", type=int, default=0)
        verb.add_argument("-t", dest="time", type=float, default=5)
        verb.set_defaults(run=run)
    verb = verbs.add_parser("bytes")
    verb.add_argument("size", type=int)
    verb.set_defaults(run=lambda args:
                      sys.stdout.buffer.write(some_bytes(args.size)))
    args = parser.parse_args()
    args.run(args)


main()
