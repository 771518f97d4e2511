# SPDX-License-Identifier: GPL-2.0
"""What tests need of a manager of connections.

tool.py add ID {originator|responder} ADDRESS[/LEN] [SETTING=VALUE]...
tool.py set ID SETTING=VALUE...
tool.py del ID
tool.py stats ID [COUNTER]
tool.py conns [ID]                 one line each: state, remote port, reason,
                                   ESP packets that wait, how ESP is sent,
                                   "proven" or not, UDP port
tool.py events                     "ready", and the name of each notification
tool.py connect ID ADDRESS PORT    connects, hands over, stays until the end
tool.py listen ID PORT             accepts any number, closes what has ended
tool.py clients ADDRESS PORT NETNS...   peer 1 and a connection in each, one
                                   after the other; stays
"""

import ctypes
import os
import select
import signal
import socket
import sys

from rfc9329 import (COMMANDS, ORIGINATE, ORIGINATOR, RESPOND, RESPONDER,
                     Family, hand_over)

GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR
IPV6_AUTOFLOWLABEL = 70
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1


def settings(words):
    return {name.replace('-', '_'): int(value)
            for name, value in (word.split('=') for word in words)}


def add(number, role, remote, *words):
    remote, _, size = remote.partition('/')
    more = settings(words)
    if size:
        more['remote_len'] = int(size)
    return Family().peer('PEER_ADD', int(number), {
        'originator': ORIGINATOR, 'responder': RESPONDER}[role], remote, **more)


def show_stats(number, only=None):
    for name, value in Family().stats(int(number)).items():
        if name == only:
            print(value)
        elif not only and value:
            print(name, value)


def show_conns(number='0'):
    for conn in Family().conns(int(number)):
        print(conn['state'], conn['remote_port'], conn.get('reason', '-'),
              'queued', conn['queued_esp'], conn['esp'],
              'proven' if conn['proven'] else 'unproven', conn['udp_port'])


def events():
    family = Family()
    family.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, family.group)
    family.sock.settimeout(None)
    print('ready', flush=True)
    while True:
        print(COMMANDS.get(family.sock.recv(65536)[16], '?'), flush=True)


def connect(number, address, port):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    sock = socket.socket(family)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0)
    sock.connect((address, int(port)))
    hand_over(sock, ORIGINATE, int(number))
    poll = select.poll()
    poll.register(sock, GONE)
    poll.poll()


def listen(number, port):
    listener = socket.create_server(('::', int(port)), family=socket.AF_INET6,
                                    dualstack_ipv6=True, backlog=128)
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    socks = {}
    while True:
        for fd, _ in poll.poll():
            if fd == listener.fileno():
                sock = listener.accept()[0]
                try:
                    hand_over(sock, RESPOND, int(number))
                except OSError as error:
                    print(f'refused: {error}', flush=True)
                    sock.close()
                    continue
                socks[sock.fileno()] = sock
                poll.register(sock, GONE)
            else:
                poll.unregister(fd)
                socks.pop(fd).close()


def enter(netns):
    with open(f'/run/netns/{netns}', 'rb') as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def clients(address, port, *namespaces):
    socks = []
    for netns in namespaces:
        enter(netns)
        answer = Family().peer('PEER_ADD', 1, ORIGINATOR, address)
        if answer.err:
            sys.exit(f'{netns}: {answer.text or answer}')
        socks.append(socket.create_connection((address, int(port))))
        hand_over(socks[-1], ORIGINATE, 1)
    print('ready', flush=True)
    signal.pause()


def main():
    verb, words = sys.argv[1], sys.argv[2:]
    if verb == 'add':
        answer = add(*words)
    elif verb == 'set':
        answer = Family().peer('PEER_SET', int(words[0]),
                               **settings(words[1:]))
    elif verb == 'del':
        answer = Family().delete(int(words[0]))
    else:
        {'stats': show_stats, 'conns': show_conns,
         'events': events, 'connect': connect,
         'listen': listen, 'clients': clients}[verb](*words)
        return 0
    if answer.err:
        print(answer.text or answer)
        return 1
    return 0


sys.exit(main())
