# SPDX-License-Identifier: GPL-2.0
"""Raw netlink for tests: messages as they should not be, too."""

import os
import re
import socket
import struct

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLM_F_EXCL, NLM_F_CREATE = 0x200, 0x400
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLA_F_NESTED = 0x8000
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK = 16, 17, 18
IFLA_IFNAME, IFLA_LINKINFO = 3, 18
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
SOL_NETLINK, NETLINK_EXT_ACK = 270, 11
SO_SNDBUFFORCE = 32


def uapi(name, prefix=''):
    """The numbers of uapi/linux/NAME.h, by name without the prefix."""
    tree = os.path.dirname(os.path.dirname(os.path.dirname(
        os.path.abspath(__file__))))
    with open(f'{tree}/uapi/linux/{name}.h', encoding='ascii') as header:
        text = re.sub(r'/\*.*?\*/', '', header.read(), flags=re.S)
    names = {}
    for body in re.findall(r'enum[^{]*\{(.*?)\}', text, flags=re.S):
        value = -1
        for item in body.split(','):
            match = re.match(r'\s*(\w+)(?:\s*=\s*(\d+))?\s*$', item)
            if not match or match[1].startswith('__'):
                continue
            value = int(match[2]) if match[2] else value + 1
            names[match[1].removeprefix(prefix)] = value
    return names


N = uapi('map')


def attr(kind, data=b''):
    """One attribute; its length field is right."""
    return struct.pack('=HH', 4 + len(data), kind) + data + \
        bytes(-len(data) % 4)


def nest(kind, *attrs):
    return attr(kind | NLA_F_NESTED, b''.join(attrs))


def u8(kind, value):
    return attr(kind, bytes([value]))


def u16(kind, value):
    return attr(kind, struct.pack('=H', value))


def u32(kind, value):
    return attr(kind, struct.pack('=I', value))


def port_range(first, last):
    """A range of reserved ports, in IFLA_MAP_SNAT_RESERVE."""
    return nest(N['MAP_A_RESERVE_RANGE'], u16(N['MAP_A_RANGE_FIRST'], first),
                u16(N['MAP_A_RANGE_LAST'], last))


def in4(kind, addr):
    return attr(kind, socket.inet_aton(addr))


def in6(kind, addr):
    return attr(kind, socket.inet_pton(socket.AF_INET6, addr))


def attrs_of(data):
    """The attributes in data: a list of (type, payload)."""
    out, at = [], 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from('=HH', data, at)
        if size < 4:
            break
        out.append((kind & 0x3fff, data[at + 4:at + size]))
        at += (size + 3) & ~3
    return out


class Answer:
    """What the kernel said: err (0 or errno), text, offset, missing type and
    where it is missing, and the messages before that."""

    def __init__(self):
        self.err = None
        self.text = ''
        self.offset = self.missing = self.where = None
        self.messages = []

    def __str__(self):
        name = os.strerror(self.err) if self.err else 'success'
        return f'{name}, "{self.text}", offset {self.offset}, ' \
               f'missing {self.missing} at {self.where}'


class Netlink:
    def __init__(self, proto):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, proto)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.settimeout(60)
        self.sock.bind((0, 0))
        self.seq = 0

    def talk(self, kind, flags, payload):
        self.seq += 1
        self.sock.send(struct.pack('=IHHII', 16 + len(payload), kind,
                                   NLM_F_REQUEST | flags, self.seq, 0) +
                       payload)
        answer = Answer()
        while answer.err is None:
            self._receive(answer)
        return answer

    def _receive(self, answer):
        data, at = self.sock.recv(1 << 20), 0
        while at < len(data):
            size, kind, flags, seq, _ = struct.unpack_from('=IHHII', data, at)
            body = data[at + 16:at + size]
            at += (size + 3) & ~3
            if seq != self.seq:
                continue
            if kind not in (NLMSG_ERROR, NLMSG_DONE):
                answer.messages.append(body)
                continue
            answer.err = -struct.unpack_from('=i', body)[0]
            skip = 4
            if kind == NLMSG_ERROR:
                skip = 20
                if not flags & NLM_F_CAPPED and answer.err:
                    skip = 4 + struct.unpack_from('=I', body, 4)[0]
            if flags & NLM_F_ACK_TLVS:
                self._ext_ack(body[(skip + 3) & ~3:], answer)

    @staticmethod
    def _ext_ack(data, answer):
        for kind, value in attrs_of(data):
            if kind == 1:
                answer.text = value.rstrip(b'\0').decode()
            elif kind == 2:
                answer.offset = struct.unpack('=I', value)[0]
            elif kind == 5:
                answer.missing = struct.unpack('=I', value)[0]
            elif kind == 6:
                answer.where = struct.unpack('=I', value)[0]


class Map(Netlink):
    """A socket to the generic netlink family."""

    def __init__(self):
        super().__init__(16)
        found = self.talk(16, NLM_F_ACK, struct.pack('=BBH', 3, 2, 0) +
                          attr(2, b'map\0'))
        assert found.err == 0, f'no family "map": {found}'
        self.id = struct.unpack('=H', dict(
            attrs_of(found.messages[0][4:]))[1])[0]

    def call(self, cmd, *attrs, flags=NLM_F_ACK, reserved=0):
        return self.talk(self.id, flags, struct.pack('=BBH', cmd, 1, reserved)
                         + b''.join(attrs))

    def dump(self, cmd, *attrs):
        return self.call(cmd, *attrs, flags=NLM_F_DUMP)


class Route(Netlink):
    def __init__(self):
        super().__init__(0)

    def newlink(self, name, *data, create=False, kind=b'map', raw=None):
        """Settings of a device; raw instead of the attributes in data."""
        info = attr(IFLA_INFO_DATA | NLA_F_NESTED,
                    b''.join(data) if raw is None else raw)
        return self.talk(RTM_NEWLINK, NLM_F_ACK | (
            NLM_F_CREATE | NLM_F_EXCL if create else 0),
            bytes(16) + attr(IFLA_IFNAME, name.encode() + b'\0') +
            nest(IFLA_LINKINFO, attr(IFLA_INFO_KIND, kind), info))

    def dellink(self, name):
        return self.talk(RTM_DELLINK, NLM_F_ACK, bytes(16) +
                         attr(IFLA_IFNAME, name.encode() + b'\0'))

    def linkinfo(self, name):
        """What IFLA_LINKINFO says of a device, as bytes."""
        got = self.talk(RTM_GETLINK, NLM_F_ACK, bytes(16) +
                        attr(IFLA_IFNAME, name.encode() + b'\0'))
        return dict(attrs_of(got.messages[0][16:]))[IFLA_LINKINFO] \
            if got.messages else None


class Results:
    """Counts checks, in the format of lib.sh."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, what, more=''):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f'FAIL: {what}' + (f'\n    {more}' if more else ''),
                  flush=True)
        return good

    def finish(self):
        print(f'{self.passed} passed, {self.failed} failed')
        raise SystemExit(1 if self.failed or not self.passed else 0)
