#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""For netlink-bad.sh: m0 is a CE with one BMR, d0 a device of another kind."""

import errno
import random
import socket
import struct
import sys

from mapnl import (N, Map, Results, Route, NLA_F_NESTED, NLM_F_ACK, NLM_F_DUMP,
                   attr, attrs_of, in4, in6, nest, port_range, u8, u16,
                   u32)

nl, rt, results = Map(), Route(), Results()
M0, D0 = socket.if_nametoindex('m0'), socket.if_nametoindex('d0')
DEV = u32(N['MAP_A_IFINDEX'], M0)
R = {name[11:]: value for name, value in N.items()
     if name.startswith('MAP_A_RULE_')}


def state():
    """All that a request could change."""
    return (nl.dump(N['MAP_CMD_RULE_GET']).messages,
            nl.dump(N['MAP_CMD_STATE_GET']).messages,
            rt.linkinfo('m0'), rt.linkinfo('m1'))


BEFORE = state()


def refused(what, answer, err, text='', start=None, message=None, guilty=None,
            missing=None):
    """One refusal: errno, message, and place. start: bytes before the
    attributes in message; guilty: the attribute that is wrong, in message."""
    wanted = err if isinstance(err, tuple) else (err,)
    good = answer.err in wanted and text in answer.text
    if guilty is not None:
        good = good and answer.offset == start + message.rindex(guilty)
    if missing is not None:
        good = good and answer.missing == missing
    results.check(good, f'{what}: refused', f'{answer}; expected errno '
                  f'{[errno.errorcode[e] for e in wanted]}, "{text}", '
                  + (f'offset {start + message.rindex(guilty)}' if guilty
                     else '') + (f'missing {missing}' if missing else ''))
    if not results.check(state() == BEFORE, f'{what}: nothing changed'):
        sys.exit(1)


# ---- rules ----

GOOD = {
    'TYPE': u8(R['TYPE'], N['MAP_RULE_TYPE_BMR']),
    'IPV6': in6(R['IPV6'], '2001:db9::'),
    'IPV6_LEN': u8(R['IPV6_LEN'], 40),
    'IPV4': in4(R['IPV4'], '198.51.100.0'),
    'IPV4_LEN': u8(R['IPV4_LEN'], 24),
    'EA_LEN': u8(R['EA_LEN'], 16),
    'PSID_OFFSET': u8(R['PSID_OFFSET'], 4),
}
MORE = {
    'PSID_LEN': u8(R['PSID_LEN'], 8),
    'PSID': u16(R['PSID'], 0),
    'FMR': attr(R['FMR']),
    'IID': u8(R['IID'], 1),
}
REQUIRED = ('TYPE', 'IPV6', 'IPV6_LEN', 'IPV4', 'IPV4_LEN', 'EA_LEN')
ADD, DEL = N['MAP_CMD_RULE_ADD'], N['MAP_CMD_RULE_DEL']
REPLACE, FLUSH = N['MAP_CMD_RULE_REPLACE'], N['MAP_CMD_RULE_FLUSH']


def rule(attrs, kind=N['MAP_A_RULE'] | NLA_F_NESTED):
    return attr(kind, b''.join(attrs.values() if isinstance(attrs, dict)
                               else attrs))


def bad_rule(what, attrs, err, text='', guilty=None, missing=None, raw=None,
             cmds=(ADD, REPLACE)):
    """A rule that is refused when it is added, and among others."""
    wrong = raw if raw is not None else rule(attrs)
    for cmd in cmds:
        message = DEV + wrong
        if cmd == REPLACE:
            # Not the first, so that others are there already by then.
            message = DEV + rule({**GOOD, 'TYPE': u8(R['TYPE'], 1),
                                  'IPV6': in6(R['IPV6'], '2001:dbf::'),
                                  'IPV6_LEN': u8(R['IPV6_LEN'], 41),
                                  'IPV4': in4(R['IPV4'], '203.0.113.0')}) + \
                wrong
        refused(f'{what} ({"replace" if cmd == REPLACE else "add" if cmd == ADD else "del"})',
                nl.call(cmd, message), err, text, 20, message, guilty, missing)


def wrong(name, data):
    return {**GOOD, **MORE, name: attr(R[name], data)}, attr(R[name], data)


for name in REQUIRED:
    less = {k: v for k, v in GOOD.items() if k != name}
    bad_rule(f'rule without {name}', less, errno.EINVAL,
             name.lower().replace('_', '-') + ' is missing', missing=R[name])
    empty = attr(R[name])
    bad_rule(f'{name} empty', {**GOOD, name: empty},
             (errno.EINVAL, errno.ERANGE), guilty=empty)

for name, value in {**GOOD, **MORE}.items():
    payload = attrs_of(value)[0][1]
    if payload:
        attrs, guilty = wrong(name, payload[:-1])
        bad_rule(f'{name} too short', attrs, (errno.EINVAL, errno.ERANGE),
                 '', guilty)
    attrs, guilty = wrong(name, payload + b'\1')
    bad_rule(f'{name} too long', attrs, (errno.EINVAL, errno.ERANGE), '',
             guilty)
    twice = list({**GOOD}.values()) + ([value] if name in MORE else []) + \
        [value]
    bad_rule(f'{name} twice', twice, errno.EINVAL, 'attribute is there twice',
             value)

for name, value in (('TYPE', 4), ('TYPE', 255), ('IPV6_LEN', 129),
                    ('IPV4_LEN', 33), ('EA_LEN', 49), ('PSID_OFFSET', 17),
                    ('PSID_LEN', 17), ('IID', 2)):
    attrs, guilty = wrong(name, bytes([value]))
    bad_rule(f'{name} {value}', attrs, errno.ERANGE, '', guilty)

# What arithmetic refuses names the attribute, too.
for name, value, text, more in (
        ('IPV6', in6(R['IPV6'], '2001:db9::1'), 'bits set after', {}),
        ('IPV6', in6(R['IPV6'], 'ff00::'), 'multicast', {}),
        ('IPV4', in4(R['IPV4'], '198.51.100.1'), 'bits set after', {}),
        ('IPV4', in4(R['IPV4'], '224.0.0.0'), 'multicast', {}),
        ('EA_LEN', u8(R['EA_LEN'], 25), 'more than 16 bits for the PSID', {}),
        ('EA_LEN', u8(R['EA_LEN'], 24), 'more than 128',
         {'IPV6_LEN': u8(R['IPV6_LEN'], 112), 'IPV6': in6(R['IPV6'], '2001:db9::')}),
        ('PSID_OFFSET', u8(R['PSID_OFFSET'], 9), 'more than 16 together', {}),
        ('PSID_LEN', u8(R['PSID_LEN'], 7), 'not what the EA bits leave', {}),
        ('PSID', u16(R['PSID'], 1), 'PSID is in the EA bits',
         {'PSID_LEN': MORE['PSID_LEN']})):
    bad_rule(f'{name}: {text}', {**GOOD, **more, name: value}, errno.EINVAL,
             text, value)
bad_rule('PSID without its length', {**GOOD, 'PSID': MORE['PSID']},
         errno.EINVAL, 'psid-len is missing', missing=R['PSID_LEN'])
explicit = {**GOOD, 'EA_LEN': u8(R['EA_LEN'], 8)}
bad_rule('length of an explicit PSID, but none',
         {**explicit, 'PSID_LEN': MORE['PSID_LEN']}, errno.EINVAL,
         'psid is missing', missing=R['PSID'])
big = u16(R['PSID'], 256)
bad_rule('a PSID longer than its length',
         {**explicit, 'PSID_LEN': MORE['PSID_LEN'], 'PSID': big},
         errno.EINVAL, 'more bits', big)

# What does not belong to a type.
bad_rule('an FMR with the flag fmr',
         {**GOOD, 'TYPE': u8(R['TYPE'], 1), 'FMR': MORE['FMR']},
         errno.EINVAL, 'fmr does not belong here', MORE['FMR'])
dmr = {'TYPE': u8(R['TYPE'], 2), 'IPV6': in6(R['IPV6'], '2001:db8:ffff::1')}
for name in ('IPV4', 'IPV4_LEN', 'EA_LEN', 'PSID_OFFSET', 'PSID_LEN', 'PSID',
             'FMR', 'IID'):
    extra = {**GOOD, **MORE}[name]
    bad_rule(f'a DMR with {name}', {**dmr, name: extra}, errno.EINVAL,
             name.lower().replace('_', '-') + ' does not belong here', extra)
short = u8(R['IPV6_LEN'], 64)
bad_rule('the BR of MAP-E as a prefix',
         {**dmr, 'IPV6': in6(R['IPV6'], '2001:db8::'), 'IPV6_LEN': short},
         errno.EINVAL, 'one address', short)
for addr in ('ff02::1', '::1', 'fe80::1', '::'):
    value = in6(R['IPV6'], addr)
    bad_rule(f'BR {addr}', {**dmr, 'IPV6': value}, errno.EINVAL, '', value)
bad_rule('a DMR without address', {'TYPE': dmr['TYPE']}, errno.EINVAL,
         'ipv6 is missing', missing=R['IPV6'])
bad_rule('a source without length',
         {'TYPE': u8(R['TYPE'], 3), 'IPV6': GOOD['IPV6']}, errno.EINVAL,
         'ipv6-len is missing', missing=R['IPV6_LEN'])

# What does not go with the device: its own rule does not fit its prefix.
odd = rule({**GOOD, 'IPV6': in6(R['IPV6'], '2001:db8:12::'),
            'IPV6_LEN': u8(R['IPV6_LEN'], 48), 'EA_LEN': u8(R['EA_LEN'], 16)})
bad_rule('a longer BMR that asks for more bits than the prefix has', None,
         errno.EINVAL, 'shorter than', guilty=odd, raw=odd)
same = rule({**GOOD, 'IPV6': in6(R['IPV6'], '2001:db8::')})
bad_rule('the same IPv6 prefix again', None, errno.EEXIST,
         'there is a bmr or fmr rule', guilty=in6(R['IPV6'], '2001:db8::'),
         raw=same, cmds=(ADD,))
bad_rule('one rule twice', None, errno.EEXIST, 'there is',
         raw=rule(GOOD) + rule(GOOD), guilty=GOOD['IPV6'], cmds=(REPLACE,))

# Nests.
RULE = N['MAP_A_RULE']
for what, raw, err in (
        ('an unknown attribute in a rule', rule([*GOOD.values(), u8(99, 1)]),
         errno.EINVAL),
        ('attribute 0 in a rule', rule([*GOOD.values(), u8(0, 1)]),
         errno.EINVAL),
        ('a rule that is not marked as a nest', rule(GOOD, RULE),
         errno.EINVAL),
        ('an empty rule', rule([]), errno.EINVAL),
        ('a rule in a rule', rule([rule(GOOD)]), (errno.EINVAL, errno.ERANGE)),
        ('a nest where a number is expected',
         rule({**GOOD, 'EA_LEN': nest(R['EA_LEN'], u8(1, 1))}),
         (errno.EINVAL, errno.ERANGE)),
        ('an attribute of length 3 in a rule',
         rule([*GOOD.values(), struct.pack('=HH', 3, 1)]), errno.EINVAL),
        ('an attribute that goes past the end of the rule',
         rule([*GOOD.values(), struct.pack('=HH', 200, 1)]), errno.EINVAL),
        ('a few bytes after the last attribute of a rule',
         attr(RULE | NLA_F_NESTED, b''.join(GOOD.values()) + b'\1\0\0'),
         errno.EINVAL),
        ('a rule of one byte', attr(RULE | NLA_F_NESTED, b'\1'),
         (errno.EINVAL, errno.ERANGE))):
    bad_rule(what, None, err, raw=raw)
refused('a rule past the end of the message',
        nl.call(ADD, DEV, struct.pack('=HH', 400, RULE | NLA_F_NESTED)),
        errno.EINVAL)
refused('bytes after the last attribute', nl.call(ADD, DEV, rule(GOOD), b'\1\1'),
        errno.EINVAL)

# ---- the device, the command ----

for cmd, more in ((ADD, rule(GOOD)), (DEL, rule(GOOD)), (REPLACE, rule(GOOD)),
                  (FLUSH, b''), (N['MAP_CMD_STATE_GET'], b''),
                  (N['MAP_CMD_STATS_GET'], b''), (N['MAP_CMD_PORTS_GET'], b''),
                  (N['MAP_CMD_FLOW_GET'],
                   nest(N['MAP_A_FLOW'], in4(1, '192.0.2.18'),
                        in4(2, '192.0.2.1')))):
    IFINDEX = N['MAP_A_IFINDEX']
    refused(f'command {cmd}: no device', nl.call(cmd, more), errno.EINVAL,
            'ifindex is missing', missing=IFINDEX)
    for what, dev, err, text in (
            ('device 0', u32(IFINDEX, 0), errno.ERANGE, ''),
            ('index of two bytes', u16(IFINDEX, M0), (errno.EINVAL, errno.ERANGE), ''),
            ('index of eight bytes', attr(IFINDEX, struct.pack('=Q', M0)),
             (errno.EINVAL, errno.ERANGE), ''),
            ('no such device', u32(IFINDEX, 99999), errno.ENODEV,
             'there is no such device'),
            ('a negative index', u32(IFINDEX, 0xffffffff), errno.ENODEV,
             'there is no such device'),
            ('a device of another kind', u32(IFINDEX, D0), errno.EOPNOTSUPP,
             'not a map device')):
        refused(f'command {cmd}: {what}', nl.call(cmd, dev, more), err, text,
                20, dev + more, dev)
    refused(f'command {cmd}: two devices',
            nl.call(cmd, DEV, more, DEV), errno.EINVAL, 'twice', 20,
            DEV + more + DEV, DEV)
    for what, extra in (
            ('unknown', u8(99, 1)), ('0', u8(0, 1)),
            ('of the answer', attr(N['MAP_A_IFNAME'], b'm0\0')),
            ('of the answer', nest(N['MAP_A_STATE'])),
            ('of the answer', nest(N['MAP_A_STATS']))):
        refused(f'command {cmd}: attribute {what}',
                nl.call(cmd, DEV, more, extra), errno.EINVAL)
FLOW = nest(N['MAP_A_FLOW'], in4(1, '192.0.2.18'), in4(2, '192.0.2.1'))
refused('a flow with a rule', nl.call(ADD, DEV, rule(GOOD), FLOW),
        errno.EINVAL, 'does not belong to this command', 20,
        DEV + rule(GOOD) + FLOW, FLOW)
refused('flush with a rule', nl.call(FLUSH, DEV, rule(GOOD)), errno.EINVAL,
        'does not belong to this command', 20, DEV + rule(GOOD), rule(GOOD))
for cmd in (ADD, DEL):
    refused(f'command {cmd}: no rule', nl.call(cmd, DEV), errno.EINVAL,
            'rule is missing', missing=RULE)
    refused(f'command {cmd}: two rules', nl.call(cmd, DEV, rule(GOOD), rule(dmr)),
            errno.EINVAL, 'attribute is there twice', 20,
            DEV + rule(GOOD) + rule(dmr), rule(dmr))
NAME = {name: GOOD[name] for name in ('TYPE', 'IPV6', 'IPV6_LEN')}
bad_rule('a rule that is not there', NAME, errno.ENOENT, 'no rule',
         guilty=rule(NAME), cmds=(DEL,))
bad_rule('the rule as another type', None, errno.ENOENT, 'no rule', cmds=(DEL,),
         raw=rule({'TYPE': u8(R['TYPE'], 1), 'IPV6': in6(R['IPV6'], '2001:db8::'),
                   'IPV6_LEN': GOOD['IPV6_LEN']}))
bad_rule('no name', {'TYPE': GOOD['TYPE']}, errno.EINVAL, 'ipv6 is missing',
         missing=R['IPV6'], cmds=(DEL,))
for cmd in (0, 77, 255):
    refused(f'command {cmd}', nl.call(cmd, DEV), errno.EOPNOTSUPP)
refused('a command as a dump', nl.call(ADD, DEV, flags=NLM_F_DUMP),
        errno.EOPNOTSUPP)
refused('a dump as a command', nl.call(N['MAP_CMD_RULE_GET'], DEV),
        errno.EOPNOTSUPP)
refused('reserved bits of the header', nl.call(FLUSH, DEV, reserved=1),
        errno.EINVAL)
refused('no header', nl.talk(nl.id, NLM_F_ACK, b''), errno.EINVAL)
for what, extra in (('of another kind', u32(N['MAP_A_IFINDEX'], D0)),
                    ('that is not there', u32(N['MAP_A_IFINDEX'], 99999)),
                    ('twice', DEV + DEV), ('0', u32(N['MAP_A_IFINDEX'], 0)),
                    ('and a rule', DEV + rule(GOOD))):
    for cmd in ('RULE', 'STATE', 'STATS'):
        answer = nl.dump(N[f'MAP_CMD_{cmd}_GET'], extra)
        refused(f'dump {cmd}: a device {what}', answer,
                (errno.EINVAL, errno.ENODEV, errno.EOPNOTSUPP, errno.ERANGE))
        results.check(answer.text and not answer.messages,
                      f'dump {cmd}: a device {what}: says why', answer)

# ---- flows ----

F = {name[11:]: value for name, value in N.items()
     if name.startswith('MAP_A_FLOW_')}
flow = {'SADDR': in4(F['SADDR'], '192.0.2.18'),
        'DADDR': in4(F['DADDR'], '192.0.2.1'),
        'SPORT': u16(F['SPORT'], 4928), 'DPORT': u16(F['DPORT'], 80),
        'PROTO': u8(F['PROTO'], 6)}
answer = nl.call(N['MAP_CMD_FLOW_GET'], DEV, nest(N['MAP_A_FLOW'], *flow.values()))
results.check(answer.err == 0, 'a good flow', answer)


def bad_flow(what, attrs, err, text='', guilty=None, missing=None):
    message = DEV + nest(N['MAP_A_FLOW'], *attrs.values())
    refused(what, nl.call(N['MAP_CMD_FLOW_GET'], message), err, text, 20,
            message, guilty, missing)


for name in ('SADDR', 'DADDR'):
    bad_flow(f'a flow without {name}',
             {k: v for k, v in flow.items() if k != name}, errno.EINVAL,
             name.lower() + ' is missing', missing=F[name])
for name, value in flow.items():
    payload = attrs_of(value)[0][1]
    for what, data in (('short', payload[:-1]), ('long', payload + b'\1')):
        bad = attr(F[name], data)
        bad_flow(f'{name} too {what}', {**flow, name: bad},
                 (errno.EINVAL, errno.ERANGE), '', bad)
    bad_flow(f'{name} twice', {**flow, 'again': value}, errno.EINVAL,
             'attribute is there twice', value)
for name, value in (('IPV6_SRC', in6(F['IPV6_SRC'], '::1')),
                    ('IPV6_DST', in6(F['IPV6_DST'], '::1')),
                    ('RULE', nest(F['RULE'])), ('DROP', u32(F['DROP'], 1))):
    bad_flow(f'a flow with {name}', {**flow, name: value}, errno.EINVAL,
             'part of the answer', value)
refused('a flow is missing', nl.call(N['MAP_CMD_FLOW_GET'], DEV), errno.EINVAL,
        'flow is missing', missing=N['MAP_A_FLOW'])

# ---- settings of a device, by rtnetlink ----

L = {name[9:]: value for name, value in N.items()
     if name.startswith('IFLA_MAP_')}
# From the beginning of the message to the first attribute of ours.
START = {name: 16 + 16 + 8 + 4 + 8 + 4 for name in ('m0', 'm1')}
V6 = socket.inet_pton(socket.AF_INET6, '2001:db8:12:3400::')


def bad_link(what, data, err, text='', guilty=None):
    """A setting that is refused for a new device and for one that is there."""
    for name in ('m0', 'm1'):
        answer = rt.newlink(name, data, create=name == 'm1')
        refused(f'{what} ({"new" if name == "m1" else "change"})', answer, err,
                text, START[name], data, guilty)


settings = {
    'MODE': (1, 3), 'ROLE': (1, 2), 'IID': (1, 2), 'SNAT': (1, 2),
    'MSS_CLAMP': (1, 2), 'FRAGMENT': (1, 2), 'IPID': (1, 2),
    'PMTUDISC': (1, 2), 'TCLASS_INHERIT': (1, 2), 'HOPLIMIT': (1, None),
    'TCLASS': (1, None), 'PREFIX_LEN': (1, 129), 'LINK': (4, None),
    'PREFIX': (16, None), 'LOCAL': (16, None), 'REMOTE': (16, None),
    'TOS': (1, None), 'TOS_INHERIT': (1, 2), 'UDP_ZERO_CHECKSUM': (1, 2),
    'LOWEST_IPV6_MTU': (2, None), 'ICMP_SOURCE': (4, None),
}
assert set(settings) | {'SNAT_RESERVE'} == set(L) - {'MAX'}, L
for name, (size, above) in settings.items():
    for what, data in (('empty', b''), ('too short', bytes(size - 1)),
                       ('too long', bytes(size + 1)),
                       ('much too long', bytes(size + 64))):
        bad = attr(L[name], data)
        bad_link(f'{name} {what}', bad, (errno.EINVAL, errno.ERANGE), '', bad)
    if above:
        for value in (above, 255):
            bad = u8(L[name], value)
            bad_link(f'{name} {value}', bad, errno.ERANGE, '', bad)
    # Each of them good: 1285 is an MTU.
    value = attr(L[name], (b'\5' if size == 2 else b'\0') * size)
    bad_link(f'{name} twice', value + value, errno.EINVAL, 'twice', value)

RESERVE = L['SNAT_RESERVE']
FIRST, LAST = (u16(N[f'MAP_A_RANGE_{end}'], 80) for end in ('FIRST', 'LAST'))
RANGE = N['MAP_A_RESERVE_RANGE']
for what, text, data in (
        ('a range that ends before it begins', 'before it begins',
         port_range(90, 80)),
        ('a good range before it', 'before it begins',
         port_range(1, 2) + port_range(90, 80)),
        ('a range without end', 'first and last', nest(RANGE, FIRST)),
        ('a range without beginning', 'first and last', nest(RANGE, LAST)),
        ('an empty range', 'first and last', nest(RANGE)),
        ('a range with two ends', 'twice', nest(RANGE, FIRST, LAST, LAST)),
        ('a port of one byte', '', nest(RANGE, FIRST,
                                        u8(N['MAP_A_RANGE_LAST'], 90))),
        ('a port of four bytes', '', nest(RANGE, FIRST,
                                          u32(N['MAP_A_RANGE_LAST'], 90))),
        ('an unknown attribute in a range', '',
         nest(RANGE, FIRST, LAST, u16(99, 1))),
        ('an unknown attribute beside', '', port_range(1, 2) + u16(99, 1)),
        ('a range that is no nest', '', attr(RANGE, FIRST + LAST)),
        ('too many ranges', 'too many', b''.join(port_range(p, p) for p in
            range(1, 130)))):
    bad_link(f'SNAT_RESERVE: {what}', nest(RESERVE, data),
             (errno.EINVAL, errno.ERANGE), text)
bad_link('SNAT_RESERVE: not a nest', attr(RESERVE, port_range(1, 2)),
         errno.EINVAL, '')

PREFIX, PREFIX_LEN = attr(L['PREFIX'], V6), u8(L['PREFIX_LEN'], 56)
for what, data, err, text, guilty in (
        ('a prefix without length', PREFIX, errno.EINVAL, 'go together',
         PREFIX),
        ('a length without prefix', PREFIX_LEN, errno.EINVAL, 'go together',
         PREFIX_LEN),
        ('bits after the prefix', PREFIX + u8(L['PREFIX_LEN'], 40),
         errno.EINVAL, 'bits set after', PREFIX),
        ('a prefix of length 0', PREFIX + u8(L['PREFIX_LEN'], 0),
         errno.EINVAL, 'bits set after', PREFIX),
        ('no such lower device', u32(L['LINK'], 99999), errno.ENODEV,
         'no such lower device', u32(L['LINK'], 99999)),
        ('a negative index', u32(L['LINK'], 0xffffffff), errno.ENODEV,
         'no such lower device', u32(L['LINK'], 0xffffffff)),
        ('local on a CE', attr(L['LOCAL'], V6), errno.EINVAL, 'local is for',
         attr(L['LOCAL'], V6)),
        ('remote on a CE', attr(L['REMOTE'], V6), errno.EINVAL,
         'remote is for', attr(L['REMOTE'], V6)),
        ('an unknown setting', u8(99, 1), errno.EINVAL, 'unknown attribute',
         u8(99, 1)),
        ('setting 0', u8(0, 1), errno.EINVAL, 'unknown attribute', u8(0, 1))):
    bad_link(what, data, err, text, guilty)
both = u8(L['MODE'], 2) + attr(L['LOCAL'], V6)
refused('ipip without remote', rt.newlink('m1', both, create=True),
        errno.EINVAL, 'needs remote')
short = attr(L['PREFIX'], socket.inet_pton(socket.AF_INET6, '2001:db8:12::')) \
    + u8(L['PREFIX_LEN'], 48)
refused('a prefix that the rule does not fit', rt.newlink('m0', short),
        errno.EINVAL, 'shorter than', START['m0'], short,
        short[:20])
used = PREFIX + PREFIX_LEN
for what, raw in (('an attribute of length 3', struct.pack('=HH', 3, 1)),
                  ('one past the end', struct.pack('=HH', 99, 1)),
                  ('garbage', b'\xff' * 7)):
    # The core of rtnetlink stops reading there.
    rt.newlink('m0', raw=raw)
    results.check(state() == BEFORE, f'{what}: nothing changed')

# ---- garbage ----

# Good messages with some bytes changed: the kernel survives it, and keeps what
# it has together. Changes may happen, so the device is another one.
seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1 << 30)
print(f'random seed {seed}')
random.seed(seed)
assert rt.newlink('m2', create=True).err == 0
M2 = u32(N['MAP_A_IFINDEX'], socket.if_nametoindex('m2'))
messages = [M2 + rule(GOOD), M2 + rule(dmr), M2 + rule({**GOOD, **MORE}),
            M2 + rule(GOOD) + rule(dmr), M2 + nest(N['MAP_A_FLOW'], *flow.values())]
links = [PREFIX + PREFIX_LEN, b''.join(attr(n, bytes(s)) for n, s in (
    (L['IID'], 1), (L['LINK'], 4), (L['HOPLIMIT'], 1), (RESERVE, 8)))]
accepted = 0
for turn in range(3000):
    base = bytearray(random.choice(messages if turn % 3 else links))
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        base[random.randrange(len(base))] = random.choice(
            (0, 1, 2, 3, 4, 8, 0x10, 0x7f, 0x80, 0xff, random.randrange(256)))
    if not random.randrange(8):
        base = base[:random.randrange(len(base))]
    if turn % 3:
        answer = nl.call(random.randrange(1, 10), bytes(base),
                         flags=random.choice((NLM_F_ACK, NLM_F_ACK, NLM_F_DUMP)))
    else:
        answer = rt.newlink('m2', raw=bytes(base))
    accepted += answer.err == 0
results.check(nl.dump(N['MAP_CMD_STATE_GET']).err == 0,
              'the kernel answers after all that')
results.check(rt.dellink('m2').err == 0, 'the device can be deleted')
print(f'garbage: {accepted} of 3000 messages were good all the same')
results.finish()
