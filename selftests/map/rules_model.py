#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""For rules-65536.sh: rules, packets, and where RFC 7597 sends them.

usage: rules_model.py { make SEED | same | verify } FOLDER
       rules_model.py dump
"""

import ipaddress
import json
import random
import struct
import sys

COUNT = 65536
GETS = 500
A = 4       # PSID offset, for all


def make_rules():
    """Rules of several prefix lengths, some in others, some with a PSID."""
    rules = []

    def add(ipv4, ea_len, **more):
        n = len(rules)
        rules.append({'type': 'fmr',
                      'ipv6': str(ipaddress.ip_network(
                          (0x2001 << 112 | n << 88, 40))),
                      'ipv4': str(ipv4), 'ea_len': ea_len, 'psid_offset': A,
                      **more})

    add('0.0.0.0/0', 32)
    base = random.choice((10, 20, 30))
    add(f'{base}.0.0.0/8', 24)
    for i in range(64):
        add(f'{base}.{i}.0.0/16', random.choice((16, 20)))
    # Addresses shared by rules with a PSID each, not all PSIDs there.
    for i in range(200):
        for psid in random.sample(range(16), 8):
            add(f'{base}.{i % 70}.{i}.77/32', 0, psid=psid, psid_len=4)
    blocks = random.sample(range(1 << 14), 9000)
    for i in blocks:
        # A /22, and some of the /26s in it.
        at = base << 24 | i << 10
        add(f'{ipaddress.ip_address(at)}/22', random.choice((10, 14, 18)))
        for j in random.sample(range(16), random.choice((0, 2, 6, 9))):
            if len(rules) < COUNT:
                add(f'{ipaddress.ip_address(at | j << 6)}/26',
                    random.choice((3, 6, 12)))
        if len(rules) >= COUNT - 12:
            break
    left = iter(range(1 << 24))
    while len(rules) < COUNT:
        add(f'{ipaddress.ip_address((base + 1) << 24 | next(left))}/32',
            random.choice((0, 8)))
    random.shuffle(rules)
    return rules


def parts(rule):
    """IPv4 network, PSID length, explicit PSID or None."""
    net = ipaddress.ip_network(rule['ipv4'])
    suffix = min(rule['ea_len'], 32 - net.prefixlen)
    if rule['ea_len'] > suffix:
        return net, suffix, rule['ea_len'] - suffix, None
    return net, suffix, rule.get('psid_len', 0), rule.get('psid')


def psid_of(port, k):
    return port >> (16 - A - k) & ((1 << k) - 1)


class Model:
    """Longest match by trying all lengths."""

    def __init__(self, rules):
        self.nets = {}
        for rule in rules:
            net, _, _, psid = parts(rule)
            self.nets.setdefault((int(net.network_address), net.prefixlen),
                                 []).append((psid, rule))

    def find(self, addr, port):
        for length in range(32, -1, -1):
            mask = (0xffffffff << (32 - length)) & 0xffffffff
            for psid, rule in self.nets.get((addr & mask, length), ()):
                if psid is None or psid == psid_of(port, rule['psid_len']):
                    return rule
        return None

    def answer(self, addr, port):
        rule = self.find(addr, port)
        if rule is None:
            return 'tx_no_rule'
        net, suffix, k, psid = parts(rule)
        if k and port >> (16 - A) == 0:
            return 'tx_excluded_port'
        own = addr & (0xffffffff << (32 - net.prefixlen - suffix))
        ea = own >> (32 - net.prefixlen - suffix) & ((1 << suffix) - 1)
        if k and psid is None:
            psid = psid_of(port, k)
            ea = ea << k | psid
        v6 = ipaddress.ip_network(rule['ipv6'])
        taken = v6.prefixlen + rule['ea_len']
        value = int(v6.network_address) | ea << (128 - taken)
        iid = own << 16 | (psid or 0)
        value |= iid & ((1 << min(64, 128 - taken)) - 1)
        return str(ipaddress.ip_address(value))


def load(folder, name):
    with open(f'{folder}/{name}', encoding='ascii') as file:
        return file.read()


def make(folder):
    rules = make_rules()
    assert len(rules) == COUNT
    with open(f'{folder}/rules.json', 'w', encoding='ascii') as file:
        file.write('[\n' + ',\n'.join(map(json.dumps, rules)) + '\n]\n')
    shared = [r for r in rules if 'psid' in r]
    with open(f'{folder}/gets', 'w', encoding='ascii') as file:
        for turn in range(GETS):
            net = ipaddress.ip_network(random.choice(
                shared if turn % 5 == 0 else rules)['ipv4'])
            addr = net[random.randrange(net.num_addresses)]
            port = random.choice((0, 1023, 4095, 4096, 65535)) \
                if turn % 10 == 0 else random.randrange(65536)
            file.write(f'get dev m0 203.0.113.1:80 {addr}:{port}\n')


def same(folder):
    def canon(rules):
        out = []
        for rule in rules:
            rule = {k: v for k, v in rule.items() if k != 'ifname'}
            out.append(tuple(sorted(rule.items())))
        return out
    want = canon(json.loads(load(folder, 'rules.json')))
    got = canon(json.loads(load(folder, 'shown.json')))
    if got != want:
        print(f'{len(got)} rules, {len(want)} expected; differences:',
              sorted(set(got) ^ set(want))[:4])
        sys.exit(1)


def answers(text):
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at] in ' \n\t,':
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        yield from value if isinstance(value, list) else (value,)


def verify(folder):
    model = Model(json.loads(load(folder, 'rules.json')))
    lines = load(folder, 'gets').split('\n')[:-1]
    got = list(answers(load(folder, 'got.json')))
    assert len(got) == len(lines), f'{len(got)} answers to {len(lines)}'
    bad, drops = 0, 0
    for line, answer in zip(lines, got):
        addr, port = line.split()[-1].split(':')
        want = model.answer(int(ipaddress.ip_address(addr)), int(port))
        is_ = answer.get('drop') or answer.get('ipv6_dst')
        drops += 'drop' in answer
        if is_ != want:
            bad += 1
            if bad < 5:
                print(f'{line}: {is_}, expected {want}; {answer}')
    print(f'{len(got)} look-ups, {drops} of them drops, {bad} wrong')
    sys.exit(1 if bad else 0)


def dump():
    """Read the list in small pieces; change the rules meanwhile."""
    from mapnl import N, Map, attr, attrs_of, in6, nest, u8, u32
    import socket
    dev = u32(N['MAP_A_IFINDEX'], socket.if_nametoindex('m0'))

    def read(change):
        reader = Map()
        reader.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        body = struct.pack('=BBH', N['MAP_CMD_RULE_GET'], 1, 0) + dev
        reader.sock.send(struct.pack('=IHHII', 16 + len(body), reader.id,
                                     0x301, 9, 0) + body)
        names, pieces, torn = [], 0, False
        while True:
            data, at = reader.sock.recv(1 << 16), 0
            pieces += 1
            if pieces == 10 and change:
                change()
            while at < len(data):
                size, kind, flags = struct.unpack_from('=IHH', data, at)
                torn |= bool(flags & 0x10)
                if kind == 3:
                    return names, pieces, torn
                top = dict(attrs_of(data[at + 20:at + size]))
                names.append(dict(attrs_of(top[N['MAP_A_RULE']]))[
                    N['MAP_A_RULE_IPV6']])
                at += (size + 3) & ~3

    names, pieces, torn = read(None)
    print(f'{len(names)} rules in {pieces} pieces')
    assert len(set(names)) == len(names) == COUNT and pieces > 100
    assert not torn, 'marked as torn'
    other = Map()
    dmr = nest(N['MAP_A_RULE'], u8(N['MAP_A_RULE_TYPE'], 2),
               in6(N['MAP_A_RULE_IPV6'], '2001:db8:ffff::2'))
    for cmd in ('ADD', 'DEL'):
        names, _, torn = read(lambda: other.call(N[f'MAP_CMD_RULE_{cmd}'],
                                                 dev, dmr))
        assert torn, 'a change in between is not marked'
        assert len(set(names)) == len(names) >= COUNT


if sys.argv[1] == 'make':
    random.seed(int(sys.argv[2]))
    make(sys.argv[3])
elif sys.argv[1] == 'dump':
    dump()
else:
    {'same': same, 'verify': verify}[sys.argv[1]](sys.argv[2])
