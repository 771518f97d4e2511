# SPDX-License-Identifier: GPL-2.0
"""The web servers of a provider: HTTP and HTTPS, whose answers the test writes.

  provider.py FOLDER PORT[=CERTIFICATE[,client]] ...

Listens on [::]:PORT, with TLS where a certificate is named, which is in
FOLDER/CERTIFICATE.pem and .key; "client" wants one of the other side, by
FOLDER/ca.pem.

The answer to /PATH is in the file FOLDER/replies/PATH ("index" for /), or in
FOLDER/replies/default; without either it is 404. It is a JSON object, or an
array of them for one request after another, the last of which remains. A file
that is another one begins anew. Keys, all optional:

  status    200
  body      text; any other value is sent as JSON
  callback  true: the body is NAME(...), by the parameter callback, or ?(...)
  headers   object
  delay     seconds before the answer
  cut       this many bytes of the body are sent, then the connection ends
  close     true: the connection ends without an answer
  want      object: parameters that the query has to have, else "otherwise"
  basic     "USER:PASSWORD" that has to come by HTTP Basic, else "otherwise"
  otherwise an answer as this one

Each request is a line in FOLDER/requests, written before it is answered:
  {"time", "port", "tls", "sni", "method", "path", "query", "host", "source",
   "source_port", "basic", "agent", "certificate"}
and each connection that ends before, a line {"time", "port", "source",
"failed"} there.
"""

import base64
import http.server
import json
import os
import socket
import ssl
import sys
import threading
import time
import urllib.parse

FOLDER = sys.argv[1]


class Log:
    """One line at a time."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, **what):
        line = json.dumps({'time': round(time.time(), 3), **what})
        os.write(self.fd, line.encode() + b'\n')


class Replies:
    """What the files say, and how often they were asked."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.turns = {}

    def find(self, path):
        name = os.path.normpath('/' + path).lstrip('/') or 'index'
        for file in (os.path.join(self.folder, name),
                     os.path.join(self.folder, 'default')):
            try:
                with open(file, encoding='utf-8') as f:
                    return file, os.fstat(f.fileno()), json.load(f)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                pass
        return None, None, {'status': 404, 'body': 'There is no such page.'}

    def next(self, path):
        with self.lock:
            file, stat, reply = self.find(path)
            if not isinstance(reply, list):
                return reply
            which = stat.st_ino, stat.st_mtime_ns
            then, turn = self.turns.get(file, (None, 0))
            turn = turn if then == which else 0
            self.turns[file] = which, turn + 1
            return reply[min(turn, len(reply) - 1)]


LOG = Log(f'{FOLDER}/requests')
REPLIES = Replies(f'{FOLDER}/replies')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def basic(self):
        scheme, _, word = self.headers.get('Authorization', '').partition(' ')
        if scheme.lower() != 'basic':
            return None
        return base64.b64decode(word).decode()

    def note(self, path, query):
        tls = isinstance(self.connection, ssl.SSLSocket)
        cert = self.connection.getpeercert() if tls else None
        LOG.write(port=self.server.server_port, tls=tls,
                  sni=getattr(self.connection, 'sni', None),
                  method=self.command, path=path, query=query,
                  host=self.headers.get('Host'),
                  source=self.client_address[0],
                  source_port=self.client_address[1], basic=self.basic(),
                  agent=self.headers.get('User-Agent'),
                  certificate=dict(pair for part in cert['subject']
                                   for pair in part) if cert else None)

    def choose(self, reply, query):
        """The answer, or that to who did not say the right things."""
        while 'otherwise' in reply:
            want = reply.get('want', {})
            if all(query.get(name) == value for name, value in want.items()) \
                    and reply.get('basic') in (None, self.basic()):
                break
            reply = reply['otherwise']
        return reply

    def body(self, reply, query):
        body = reply.get('body', '')
        if not isinstance(body, str):
            body = json.dumps(body)
        if reply.get('callback'):
            body = f'{query.get("callback") or "?"}({body})'
        return body.encode()

    def send(self, reply, body):
        self.send_response(reply.get('status', 200))
        headers = {'Content-Type': 'text/plain', 'Connection': 'close',
                   **reply.get('headers', {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body[:reply.get('cut', len(body))])

    def do_GET(self):
        self.close_connection = True
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, True))
        self.note(url.path, query)
        reply = self.choose(REPLIES.next(url.path), query)
        if 'delay' in reply:
            time.sleep(reply['delay'])
        if not reply.get('close'):
            self.send(reply, self.body(reply, query))

    do_POST = do_GET


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port, tls):
        super().__init__(('::', port), Handler)
        self.tls = tls
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def server_bind(self):  # without a look-up of the name
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.server_address[:2]

    def finish_request(self, request, client_address):
        """In a thread of its own, where TLS may take its time."""
        request.settimeout(60)
        try:
            if self.tls:
                request = self.tls.wrap_socket(
                    request, server_side=True, do_handshake_on_connect=False)
                request.do_handshake()
            super().finish_request(request, client_address)
            if self.tls:
                request.unwrap()
        except (OSError, ValueError) as why:
            LOG.write(port=self.server_port, source=client_address[0],
                      failed=str(why))
        finally:
            request.close()


def context(words):
    name, _, client = words.partition(',')
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(f'{FOLDER}/{name}.pem', f'{FOLDER}/{name}.key')
    tls.sni_callback = lambda sock, sni, _: setattr(sock, 'sni', sni)
    if client:
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(f'{FOLDER}/ca.pem')
    return tls


def main():
    for word in sys.argv[2:]:
        port, _, words = word.partition('=')
        Server(int(port), context(words) if words else None)
    LOG.write(ready=True)
    threading.Event().wait()


main()
