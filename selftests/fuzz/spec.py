# SPDX-License-Identifier: GPL-2.0
"""Random netlink attributes by the YAML specifications of the families: right,
and wrong in type, size, order, number or value."""

import os
import struct

import yaml

NLA_F_NESTED = 0x8000
SIZES = {'u8': 1, 's8': 1, 'u16': 2, 's16': 2, 'u32': 4, 's32': 4, 'u64': 8,
         's64': 8}
NUMBERS = (0, 0, 1, 1, 2, 3, 4, 6, 8, 16, 24, 25, 32, 40, 48, 56, 64, 96, 128,
           255, 256, 1280, 4500, 4928, 65535, 1 << 31, (1 << 32) - 1)
IPV6 = ('20010db8000000000000000000000000', '20010db8001234000000000000000000',
        '20010db8ffff00000000000000000001', '0064ff9b000000000000000000000000',
        '20010db9000000000000000000000000', '00' * 16, 'ff' * 16,
        '00' * 15 + '01', '0' * 20 + 'ffffc0000201')
IPV4 = ('c0000200', 'c6336400', 'cb007105', '00000000', 'ffffffff', 'e0000001',
        '7f000001', '0a000000')

# Values that fit each other, so that the kernel goes on to what comes next.
SHARED = {'ipv6': IPV6[0], 'ipv6-len': 40, 'ipv4': IPV4[0], 'ipv4-len': 24,
          'ea-len': 16, 'psid-offset': 4}
GOOD = {
    'rule': ({'type': 0, **SHARED}, {'type': 1, **SHARED},
             {'type': 1, **SHARED, 'ipv6': IPV6[4], 'ipv4': IPV4[1],
              'ea-len': 8},
             {'type': 2, 'ipv6': IPV6[2], 'ipv6-len': 128},
             {'type': 2, 'ipv6': IPV6[3], 'ipv6-len': 96},
             {'type': 3, 'ipv6': IPV6[2], 'ipv6-len': 64}),
    'link': ({'mode': 0, 'role': 0, 'prefix': IPV6[1], 'prefix-len': 56},
             {'mode': 0, 'role': 1, 'local': IPV6[2]},
             {'mode': 1, 'role': 0, 'prefix': IPV6[1], 'prefix-len': 56},
             {'mode': 1, 'role': 1},
             {'mode': 2, 'local': IPV6[2], 'remote': IPV6[1]}),
    'peer': ({'id': 1, 'role': 1, 'remote-ipv4': '0a000000', 'remote-len': 8},
             {'id': 2, 'role': 0, 'remote-ipv4': 'c6336402'},
             {'id': 3, 'role': 0, 'remote-ipv6': IPV6[2]}),
    'flow': ({'src': 'c0000212', 'dst': 'c6336402', 'proto': 17,
              'sport': 4928, 'dport': 53},),
}


def attr(kind, data):
    return struct.pack('=HH', (4 + len(data)) & 0xffff, kind & 0xffff) + \
        data + bytes(-len(data) % 4)


class Spec:
    """One family."""

    def __init__(self, name, rnd):
        tree = os.path.dirname(os.path.dirname(os.path.dirname(
            os.path.abspath(__file__))))
        path = f'{tree}/Documentation/netlink/specs/{name}.yaml'
        with open(path, encoding='ascii') as text:
            self.spec = yaml.safe_load(text)
        self.rnd = rnd
        self.sets = {s['name']: s for s in self.spec['attribute-sets']}
        self.operations = []
        number = 0
        for op in self.spec['operations']['list']:
            number = op.get('value', number + 1)
            self.operations.append((number, op))

    def numbered(self, name):
        """The attributes of a set with their numbers."""
        number = 0
        for one in self.sets[name]['attributes']:
            number = one.get('value', number + 1)
            yield number, one

    def good_value(self, one, value):
        if isinstance(value, str):
            return bytes.fromhex(value)
        return value.to_bytes(SIZES[one['type']], 'little')

    def value(self, one, good):
        """The payload of an attribute, mostly of the right size."""
        rnd = self.rnd
        kind = one['type']
        if one['name'] in good and rnd.randrange(12):
            return self.good_value(one, good[one['name']])
        if kind in SIZES:
            if 'enum' in one and rnd.randrange(10):
                number = rnd.randrange(3)
            elif kind == 'u8' and rnd.randrange(2):
                number = rnd.randrange(2)
            else:
                number = rnd.choice(NUMBERS) if rnd.randrange(4) else \
                    rnd.getrandbits(64)
            if one.get('byte-order') == 'big-endian' and SIZES[kind] == 4 and \
                    rnd.randrange(2):
                return bytes.fromhex(rnd.choice(IPV4))
            return (number & ((1 << 8 * SIZES[kind]) - 1)).to_bytes(
                SIZES[kind], 'little')
        if kind == 'flag':
            return b''
        if kind == 'string':
            return bytes(rnd.randrange(32, 127) for _ in range(
                rnd.randrange(20))) + b'\0'
        if 'exact-len' in one.get('checks', {}):
            return bytes.fromhex(rnd.choice(IPV6))
        return rnd.randbytes(rnd.choice((0, 1, 2, 3, 4, 16, 64, 500)))

    def one(self, number, one, depth):
        rnd = self.rnd
        if one['type'] in ('nest', 'array-nest', 'indexed-array'):
            inner = self.attributes(one['nested-attributes'], depth + 1)
            return attr(number | (NLA_F_NESTED if rnd.randrange(20) else 0),
                        inner)
        data = self.value(one, self.good)
        if rnd.randrange(40) == 0:
            data = data[:rnd.randrange(len(data) + 1)] + rnd.randbytes(
                rnd.choice((0, 0, 1, 8)))
        return attr(number, data)

    def choose(self, name, names):
        """Attributes of a set: those of one good choice, and a few others."""
        rnd = self.rnd
        chosen = []
        for number, one in self.numbered(name):
            if one['name'] in self.good:
                likely = rnd.randrange(30)
            elif names is not None and one['name'] in names:
                likely = rnd.randrange(8)
            else:
                likely = rnd.randrange(25 if self.good else 6) == 0
            if likely:
                chosen.append((number, one))
        return chosen

    def attributes(self, name, depth=0, names=None):
        """A run of attributes of a set: the good ones, some more, some wrong."""
        rnd = self.rnd
        outer = getattr(self, 'good', {})
        self.good = rnd.choice(GOOD[name]) if name in GOOD else {}
        chosen = self.choose(name, names)
        if rnd.randrange(10) == 0:
            rnd.shuffle(chosen)
        if chosen and rnd.randrange(30) == 0:
            chosen.append(rnd.choice(chosen))
        parts = [self.one(n, o, depth) for n, o in chosen] if depth < 4 else []
        self.good = outer
        if rnd.randrange(40) == 0:
            parts.insert(rnd.randrange(len(parts) + 1), attr(
                rnd.choice((0, 50, 0x3fff, 0xffff)),
                rnd.randbytes(rnd.randrange(9))))
        data = b''.join(parts)
        if data and rnd.randrange(40) == 0:
            data = bytearray(data)
            data[rnd.randrange(len(data))] ^= 1 << rnd.randrange(8)
        return bytes(data)
