#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
"""Random messages to both generic netlink families, and random attributes of
map links, made from the YAML specifications, while packets go through the
devices. Nothing can hurt, and both families answer afterwards.
FUZZ_MESSAGES and FUZZ_ATTRIBUTES (messages with link attributes) say how many,
FUZZ_SEED repeats a run."""

import os
import random
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'map'))
# pylint: disable=wrong-import-position
from mapnl import (IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_LINKINFO,
                   NLA_F_NESTED, NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP,
                   NLM_F_EXCL, NLMSG_DONE, NLMSG_ERROR, RTM_DELLINK,
                   RTM_NEWLINK, Netlink, attr, attrs_of, nest)
from spec import Spec

MESSAGES = int(os.environ.get('FUZZ_MESSAGES', 4000))
ATTRIBUTES = int(os.environ.get('FUZZ_ATTRIBUTES', MESSAGES // 4))
SEED = int(os.environ.get('FUZZ_SEED', int.from_bytes(os.urandom(4), 'big')))
DEVICES = 6
BATCH = 20
IFLA_MTU = 4
IFF_UP = 1
SO_RCVBUFFORCE = 33


class Quick(random.Random):
    """Most of the time of a run would be spent on being exact."""

    def randrange(self, start, stop=None):
        if stop is None:
            start, stop = 0, start
        return start + int(self.random() * (stop - start))

    def choice(self, seq):
        return seq[int(self.random() * len(seq))]


class Target(Netlink):
    """Sends many messages at once and reads all answers."""

    def __init__(self, proto):
        super().__init__(proto)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        self.accepted = self.refused = 0

    def family(self, name):
        found = self.talk(16, NLM_F_ACK, struct.pack('=BBH', 3, 2, 0) +
                          attr(2, name.encode() + b'\0'))
        assert found.err == 0, f'no family "{name}": {found}'
        return struct.unpack('=H', dict(attrs_of(found.messages[0][4:]))[1])[0]

    def batch(self, messages):
        """messages: (type, flags, payload), of which each is answered."""
        first = self.seq + 1
        data = b''
        for kind, flags, payload in messages:
            self.seq += 1
            data += struct.pack('=IHHII', 16 + len(payload), kind,
                                1 | flags, self.seq, 0) + payload + \
                bytes(-len(payload) % 4)
        self.sock.send(data)
        open_ones = len(messages)
        while open_ones:
            open_ones -= self.answers(first)

    def answers(self, first):
        done = at = 0
        data = self.sock.recv(1 << 20)
        while at + 16 <= len(data):
            size, kind, _, seq, _ = struct.unpack_from('=IHHII', data, at)
            if kind in (NLMSG_ERROR, NLMSG_DONE) and seq >= first:
                done += 1
                if struct.unpack_from('=i', data, at + 16)[0]:
                    self.refused += 1
                else:
                    self.accepted += 1
            at += (size + 3) & ~3
        return done


def generic(spec, family, rnd):
    """One message to a generic family."""
    number, op = rnd.choice(spec.operations)
    way = 'dump' if 'dump' in op and ('do' not in op or
                                      rnd.randrange(8) == 0) else 'do'
    if 'do' not in op and 'dump' not in op:
        way = None
    names = op.get(way, {}).get('request', {}).get('attributes') if way \
        else None
    payload = spec.attributes(op['attribute-set'], names=names)
    if names and rnd.randrange(10):
        # A device that is there, most of the time.
        payload = fixed(spec, op, payload, rnd)
    if rnd.randrange(100) == 0:
        number = rnd.randrange(40)
    flags = NLM_F_DUMP if way == 'dump' else NLM_F_ACK
    return family, flags, struct.pack('=BBH', number, 1, 0) + payload


def fixed(spec, op, payload, rnd):
    """ifindex in front: of one of the devices that exist."""
    first = next(iter(spec.sets[op['attribute-set']]['attributes']))
    if first['name'] != 'ifindex' or not INDICES:
        return payload
    rest = payload
    if len(payload) >= 8 and payload[2:4] == struct.pack('=H', 1):
        rest = payload[8:]
    return attr(1, struct.pack('=I', rnd.choice(INDICES))) + rest


INDICES = []


def link(spec, rnd):
    """One message about a link."""
    name = f'f{rnd.randrange(DEVICES)}'.encode() + b'\0'
    if rnd.randrange(10) == 0:
        return RTM_DELLINK, NLM_F_ACK, bytes(16) + attr(IFLA_IFNAME, name)
    flags = NLM_F_ACK | rnd.choice((0, 0, NLM_F_CREATE,
                                    NLM_F_CREATE | NLM_F_EXCL))
    kind = attr(IFLA_INFO_KIND, b'map')
    info = attr(IFLA_INFO_DATA | NLA_F_NESTED, spec.attributes('link'))
    # struct ifinfomsg: family, pad, type, index, flags, change.
    head = struct.pack('=BxHiII', 0, 0, 0, rnd.choice((0, IFF_UP)),
                       rnd.choice((0, IFF_UP)))
    more = b''
    if rnd.randrange(8) == 0:
        more = attr(IFLA_MTU, struct.pack('=I', rnd.choice(
            (0, 68, 1280, 1460, 1500, 65495, 65535, 1 << 31))))
    return RTM_NEWLINK, flags, head + attr(IFLA_IFNAME, name) + more + nest(
        IFLA_LINKINFO, kind, info)


def indices():
    INDICES[:] = [i for i, name in socket.if_nameindex()
                  if name.startswith('f')]


def traffic():
    """A process that sends through whatever device has the routes."""
    pid = os.fork()
    if pid:
        return pid
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    count = 0
    while True:
        count += 1
        name = f'f{count % DEVICES}'.encode()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name)
            sock.sendto(bytes(count % 1400), (f'198.51.100.{count % 250}', 53))
        except OSError:
            pass
        if count % 20 == 0:
            time.sleep(0.01)


def prepare():
    for words in (('modprobe', 'map'), ('modprobe', 'ipsec_tcp'),
                  ('ip', 'link', 'set', 'lo', 'up'),
                  ('ip', 'link', 'add', 'wan', 'up', 'type', 'dummy'),
                  ('ip', 'addr', 'add', '2001:db8:f::2/64', 'dev', 'wan'),
                  ('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'wan'),
                  ('ip', 'route', 'add', 'default', 'dev', 'wan'),
                  ('ip', '-6', 'route', 'add', 'default', 'dev', 'wan')):
        subprocess.run(words, check=True)


def shoot(target, amount, make, refresh):
    done = 0
    while done < amount:
        refresh()
        target.batch([make() for _ in range(BATCH)])
        done += BATCH
    return done


def main():
    print(f'# FUZZ_SEED={SEED} FUZZ_MESSAGES={MESSAGES} '
          f'FUZZ_ATTRIBUTES={ATTRIBUTES}', flush=True)
    rnd = Quick(SEED)
    prepare()
    specs = {name: Spec(name, rnd) for name in ('map', 'ipsec_tcp')}
    genl, route = Target(16), Target(0)
    families = {name: genl.family(name) for name in specs}
    child = traffic()
    rounds = 20
    links = messages = 0
    for _ in range(rounds):
        links += shoot(route, ATTRIBUTES // rounds, lambda: link(
            specs['map'], rnd), lambda: None)

        def message():
            name = 'map' if rnd.randrange(3) else 'ipsec_tcp'
            return generic(specs[name], families[name], rnd)
        messages += shoot(genl, MESSAGES // rounds, message, indices)
    os.kill(child, 9)
    os.waitpid(child, 0)
    for what, count, target in (('link messages', links, route),
                                ('messages to the families', messages, genl)):
        print(f'# {count} {what}: {target.accepted} accepted, '
              f'{target.refused} refused')
        good = target.accepted > 0 and target.refused > 0
        print(f'{"ok" if good else "FAIL"}: of {count} {what} some are '
              'accepted and some refused')
        if not good:
            return 1
    for name, ident in families.items():
        # rule-get and peer-get: what is there can be listed.
        dump = [n for n, op in specs[name].operations if 'dump' in op][0]
        answer = genl.talk(ident, NLM_F_DUMP, struct.pack('=BBH', dump, 1, 0))
        if answer.err:
            print(f'FAIL: {name} answers afterwards: {answer}')
            return 1
        print(f'ok: {name} answers afterwards')
    for name in [n for _, n in socket.if_nameindex() if n.startswith('f')]:
        subprocess.run(('ip', 'link', 'del', name), check=True)
    return 0


if __name__ == '__main__':
    if not os.environ.get('IN_NS'):
        os.environ['IN_NS'] = '1'
        os.execvp('unshare', ('unshare', '--net', sys.argv[0]))
    sys.exit(main())
