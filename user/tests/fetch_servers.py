# SPDX-License-Identifier: GPL-2.0
"""Servers for check-fetch: certificates, web servers, a real DNS server, and
servers that do what a server should not do."""

import ctypes
import http.server
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
MIB = 1024 * 1024


def sh(script, **more):
    return subprocess.run(['sh', '-ec', script], check=True, text=True,
                          capture_output=True, **more).stdout


# Certificates. NAME DAYS SAN, signed by CA.
CERTS = '''
key() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key; }
authority() {
	key $1
	openssl req -x509 -new -key $1.key -subj "/CN=$1" -days 30 -out $1.pem \
		-addext keyUsage=critical,keyCertSign
}
# NAME CA DAYS SAN
cert() {
	key $1
	openssl req -new -key $1.key -subj "/CN=$1" -out $1.csr
	printf 'subjectAltName=%s\n' "$4" >$1.ext
	openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -days $3 \
		-set_serial $$ -extfile $1.ext -out $1.pem
}
authority ca
authority other-ca
cert good ca 30 DNS:good.test,DNS:GOOD2.test,IP:::1,IP:2001:db8:1::1
cert expired ca -1 DNS:good.test
cert name ca 30 DNS:elsewhere.test
cert stranger other-ca 30 DNS:good.test
cert client ca 30 DNS:client.test
key self
openssl req -x509 -new -key self.key -subj /CN=good.test -days 30 -out self.pem \
	-addext subjectAltName=DNS:good.test
'''


def make_certs(folder):
    sh(CERTS, cwd=folder)


class Handler(http.server.BaseHTTPRequestHandler):
    """The path says how to behave; /echo tells what was asked."""

    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, code, body=b'', *headers, length=None):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length',
                         str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def echo(self, _):
        self.answer(200, json.dumps({
            'where': self.server.where, 'path': self.path,
            'client': self.client_address[0],
            'sni': getattr(self.connection, 'sni', None),
            'headers': dict(self.headers.items()),
            'certificate': str(self.connection.getpeercert())
            if isinstance(self.connection, ssl.SSLSocket) else ''}).encode())

    def code(self, rest):
        self.answer(int(rest), f'says {rest}'.encode())

    def redirect(self, rest):
        """/redirect/CODE?WHERE, up to a parameter that is added."""
        code, _, where = rest.partition('?')
        where = where.partition('&')[0]
        self.answer(int(code), b'a body', ('Location', where))

    def loop(self, rest):
        self.answer(307, b'', ('Location', f'/loop/{int(rest or 0) + 1}'))

    def nowhere(self, _):
        self.answer(307)

    def stuck(self, _):
        self.server.stop.wait(20)

    def drip(self, _):
        """Never ends."""
        self.answer(200, b'', length=1000)
        while not self.server.stop.wait(0.05):
            self.wfile.write(b'x')

    def slow(self, _):
        """Ends at last."""
        self.answer(200, b'', length=10)
        for _ in range(10):
            time.sleep(0.05)
            self.wfile.write(b'x')

    def truncated(self, _):
        self.answer(200, b'x' * 10, length=100)

    def long(self, rest):
        self.answer(200, b'x' * int(rest))

    def endless(self, _):
        self.send_response(200)
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        while not self.server.stop.is_set():
            self.wfile.write(b'1000\r\n' + b'x' * 4096 + b'\r\n')

    def line(self, _):
        """A line of the header that never ends."""
        self.wfile.write(b'HTTP/1.1 200 OK\r\nA: ')
        while not self.server.stop.is_set():
            self.wfile.write(b'x' * 4096)

    def lines(self, _):
        """A header that never ends."""
        self.wfile.write(b'HTTP/1.1 200 OK\r\n')
        while not self.server.stop.is_set():
            self.wfile.write(b'A: b\r\n' * 500)

    def chunked(self, _):
        self.send_response(200)
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        self.wfile.write(b'3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n')

    def chunkless(self, _):
        """Ends in the middle."""
        self.send_response(200)
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        self.wfile.write(b'3\r\nabc\r\n4\r\nde')

    def http10(self, _):
        self.wfile.write(b'HTTP/1.0 200 OK\r\n\r\nold, but good')

    def raw(self, rest):
        self.wfile.write(bytes.fromhex(rest))

    def closed(self, _):
        pass

    def reset(self, _):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack('ii', 1, 0))
        self.connection.close()

    def do_GET(self):
        self.close_connection = True
        self.server.seen.append(self.path)
        what, _, rest = self.path[1:].partition('/')
        what = what.partition('?')[0]
        getattr(self, what, lambda _: self.answer(404))(rest)
        if not self.connection._closed:
            self.wfile.flush()




class WebServer(http.server.ThreadingHTTPServer):
    """where: what it calls itself; context: of TLS, or None; handler: of
    requests."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address, port, where='near', context=None,
                 handler=Handler):
        self.address_family = socket.AF_INET6 if ':' in address \
            else socket.AF_INET
        super().__init__((address, port), handler)
        self.where, self.context = where, context
        self.seen = []
        self.stop = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.server_address[:2]

    def finish_request(self, request, client_address):
        """In a thread of its own, where TLS may take its time."""
        try:
            if self.context:
                request = self.context.wrap_socket(
                    request, server_side=True, do_handshake_on_connect=False)
                request.do_handshake()
            super().finish_request(request, client_address)
            if self.context and not request._closed and \
                    b'closed' not in ''.join(self.seen[-1:]).encode():
                request.unwrap()
        except ssl.SSLError:
            drain(request)
        except (OSError, ValueError):
            pass
        finally:
            request.close()


def drain(sock):
    """What is not read would be a reset, and an alert be lost."""
    try:
        sock.shutdown(socket.SHUT_WR)
        while socket.socket.recv(sock, 4096):
            pass
    except (OSError, ValueError):
        pass


def context(folder, name, **more):
    """TLS as the server NAME does it."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(f'{folder}/{name}.pem', f'{folder}/{name}.key')
    tls.sni_callback = lambda sock, sni, _: setattr(sock, 'sni', sni)
    if more.get('client'):
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(f'{folder}/ca.pem')
    if more.get('version'):
        tls.set_ciphers('DEFAULT:@SECLEVEL=0')
        tls.minimum_version = ssl.TLSVersion.TLSv1
        tls.maximum_version = more['version']
    return tls


def within(name, function):
    """Call it in a network namespace, where its sockets will stay."""
    got = []

    def go():
        with open(f'/run/netns/{name}', encoding='ascii') as f:
            if LIBC.setns(f.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), 'setns')
        got.append(function())

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    return got[0]


# The real DNS server.

LONG_TXT = [c * 250 for c in 'abcdefgh']

DNSMASQ = [
    # Else it changes user and group, which only the real root may.
    '--no-daemon',
    '--no-resolv', '--no-hosts', '--bind-interfaces',
    '--conf-file=/dev/null', '--pid-file=', '--log-facility=-',
    '--local=/test/', '--local=/info/',
    '--txt-record=4over6.info,v=v6mig-1 url=https://vne.example.jp/rule.cgi t=b',
    '--txt-record=parts.test,v=v6mig-1 url=https://,vne.example.jp/, t=a',
    '--txt-record=several.test,one', '--txt-record=several.test,two,2',
    '--txt-record=empty.test,',
    '--txt-record=long.test,' + ','.join(LONG_TXT),
    '--host-record=good.test,::1', '--host-record=good2.test,::1',
    '--host-record=both.test,127.0.0.1,::1',
    '--host-record=ttl.test,2001:db8::7,300',
    '--host-record=several.test,2001:db8::1',
    '--host-record=several.test,2001:db8::2',
    '--host-record=ipv4.test,127.0.0.1',
    '--host-record=mapped.test,::ffff:127.0.0.1',
    '--host-record=wan.test,2001:db8:1::1',
    '--cname=alias.test,good.test', '--cname=lost.test,nowhere.test',
]


def dnsmasq(port, netns=None):
    words = ['dnsmasq', *DNSMASQ, f'--port={port}']
    if netns:
        words = ['ip', 'netns', 'exec', netns, *words, '--interface=wan',
                 f'--txt-record=where.test,{netns}']
    else:
        words += ['--listen-address=::1', '--listen-address=127.0.0.1']
    return subprocess.Popen(words, stdin=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


# DNS servers that are not real. Each gets a question and gives an answer.

def header(question, flags=0x8180, answers=0):
    return question[:2] + struct.pack('>HHHHH', flags, 1, answers, 0, 0) + \
        only(question)


def only(question):
    """The question itself, without what comes after it (EDNS)."""
    return question[12:question.index(b'\0', 12) + 5]


def record(kind, data, length=None):
    return b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 60, len(data)
                                     if length is None else length) + data


STRANGE = {
    'silent': lambda q: b'',
    'noise': lambda q: os.urandom(64),
    'short': lambda q: q[:7],
    'other-id': lambda q: bytes([q[0] ^ 1]) + header(q, answers=1)[1:] +
    record(28, b'\x20' * 16),
    'cut': lambda q: header(q, answers=1) + record(q[-13], b'', 16)[:-4],
    'overrun': lambda q: header(q, answers=1) + record(16, b'\xffabc'),
    'wrong-length': lambda q: header(q, answers=1) + record(28, b'abc'),
    'pointer-loop': lambda q: header(q, answers=1) +
    b'\xc0' + bytes([12 + len(only(q))]) + record(28, b'\x20' * 16)[2:],
    'nul': lambda q: header(q, answers=1) + record(16, b'\x04ab\0c'),
    'mapped': lambda q: header(q, answers=1) +
    record(28, socket.inet_pton(socket.AF_INET6, '::ffff:127.0.0.1')),
    'many': lambda q: header(q, answers=40) +
    b''.join(record(28, bytes(15) + bytes([i])) for i in range(40)),
    'servfail': lambda q: header(q, 0x8182),
    'notimp': lambda q: header(q, 0x8184),
    'refused': lambda q: header(q, 0x8185),
    # Before EDNS.
    'old': lambda q: header(q, 0x8181) if q[10:12] != b'\0\0' else
    header(q, answers=1) + record(16, b'\x03old'),
}


class StrangeDNS:
    """The first label of the name says what it does."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.bind(('::1', port))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            question, peer = self.socket.recvfrom(4096)
            what = question[13:13 + question[12]].decode()
            answer = STRANGE[what](question)
            if answer:
                self.socket.sendto(answer, peer)
