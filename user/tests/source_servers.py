# SPDX-License-Identifier: GPL-2.0
"""A provider for check-source: rule servers that say what a test has written
down, and a DNS server that can change its mind."""

import json
import socket
import struct
import threading
import time
import urllib.parse

import fetch_servers as servers


class Case:
    """replies: one after the other, the last again and again; a reply is
    (CODE, BODY, HEADER...) or a function of the handler."""

    def __init__(self):
        self.replies, self.seen, self.lock = [], [], threading.Lock()

    def next(self, path, query, handler):
        with self.lock:
            self.seen.append({'path': path, 'client':
                              handler.client_address[0], **query,
                              'auth': handler.headers.get('Authorization')})
            if len(self.replies) > 1:
                return self.replies.pop(0)
            return self.replies[0] if self.replies else (404, '')


CASES = {}


def case(name, *replies):
    CASES[name] = Case()
    CASES[name].replies = list(replies)
    return CASES[name]


class Handler(servers.Handler):
    """The case is the code, or a part of the path."""

    def do_GET(self):
        self.close_connection = True
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query,
                                            keep_blank_values=True))
        words = url.path.split('/')
        name = query.get('code') or (words[1] if len(words) > 1 else '')
        if words[-1] == 'acct_report':
            name += '/report'
        if name not in CASES:
            self.answer(404)
            return
        reply = CASES[name].next(url.path, query, self)
        if callable(reply):
            reply(self)
            return
        code, body, *headers = reply
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        self.answer(code, body.encode() if isinstance(body, str) else body,
                    *headers)


def cut(handler):
    handler.answer(200, b'{"order": [', length=1000)


def close(_):
    pass


def mute(handler):
    handler.server.stop.wait(30)


def late(reply, seconds):
    def answer(handler):
        time.sleep(seconds)
        handler.answer(reply[0], json.dumps(reply[1]).encode())
    return answer


def web(address, port, context=None):
    return servers.WebServer(address, port, context=context, handler=Handler)


class DNS:
    """names: what TXT there is under a name, None for NODATA, a number for
    an error; other names do not exist."""

    def __init__(self, address, host):
        self.names, self.host = {}, host
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        threading.Thread(target=self.run, daemon=True).start()

    def answer(self, question):
        only = servers.only(question)
        labels, at = [], 0
        while only[at]:
            labels.append(only[at + 1:at + 1 + only[at]].decode().lower())
            at += only[at] + 1
        name, kind = '.'.join(labels), struct.unpack('>H', only[-4:-2])[0]
        if name == 'good.test' and kind == 28:
            return servers.header(question, answers=1) + servers.record(
                28, socket.inet_pton(socket.AF_INET6, self.host))
        text = self.names.get(name, 3)
        if text is None:
            return servers.header(question)
        if isinstance(text, int):
            return servers.header(question, 0x8180 | text)
        texts = [text] if isinstance(text, str) else text
        return servers.header(question, answers=len(texts)) + b''.join(
            servers.record(16, bytes([len(t)]) + t.encode()) for t in texts)

    def run(self):
        while True:
            question, peer = self.socket.recvfrom(4096)
            try:
                answer = self.answer(question)
            except (IndexError, ValueError):
                continue
            self.socket.sendto(answer, peer)
