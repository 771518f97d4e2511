#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""For failslab.sh: one request again and again, in which the first memory
allocation fails, the second, and so on, until there is none left to fail."""

import errno
import os
import socket
import struct

from mapnl import (N, Map, Results, Route, NLM_F_ACK, NLM_F_CREATE,
                   NLM_F_EXCL, NLM_F_REQUEST, NLA_F_NESTED, RTM_NEWLINK,
                   RTM_DELLINK, RTM_GETLINK, attr, attrs_of, in4, in6, nest,
                   port_range, u8, u16, u32)

results = Results()
R = {name[11:]: value for name, value in N.items()
     if name.startswith('MAP_A_RULE_')}
L = {name[9:]: value for name, value in N.items()
     if name.startswith('IFLA_MAP_')}
fail = os.open('/proc/thread-self/fail-nth', os.O_RDWR)
look, rt = Map(), Route()
TRIES = 1000
# A new device has hundreds of allocations after ours, for sysfs and for those
# who want to hear of it. After so many without effect, the rest is of that kind.
REST = 60


def send_failing(proto, kind, flags, body, nth):
    """Send one message; the nth allocation in it fails. Returns the errno, or
    None where even the answer found no memory, and whether one failed."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, proto)
    sock.bind((0, 0))
    sock.settimeout(30)
    message = struct.pack('=IHHII', 16 + len(body), kind,
                          NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0) + body
    err = None
    os.pwrite(fail, b'%d' % nth, 0)
    try:
        sock.send(message)
    except OSError as error:
        err = error.errno
    left = int(os.pread(fail, 16, 0).strip(b'\0\n'))
    os.pwrite(fail, b'0', 0)
    try:
        while err is None:
            data = sock.recv(1 << 16)
            if struct.unpack_from('=H', data, 4)[0] == 2:
                err = -struct.unpack_from('=i', data, 16)[0]
    except OSError as error:
        if error.errno != errno.ENOBUFS:
            raise
    sock.close()
    return err, left == 0


def state():
    """What can be seen of all devices."""
    return (look.dump(N['MAP_CMD_RULE_GET']).messages,
            look.dump(N['MAP_CMD_STATE_GET']).messages,
            rt.linkinfo('f0'), rt.linkinfo('f1'))


def in_turn(what, send, undo):
    """send(nth) -> (errno, failed); undo() after it worked."""
    before = state()
    refused = worked = idle = 0
    for nth in range(1, TRIES):
        err, injected = send(nth)
        changed = state() != before
        if not injected:
            results.check(err == 0 and changed, f'{what}: works in the end',
                          f'errno {err}, changed {changed}')
            undo()
            break
        if err:
            refused += 1
            idle = 0
            # A dead answer may stand for a change that was made.
            if not results.check(not changed, f'{what}: allocation {nth} '
                                 'fails and nothing changes',
                                 f'{os.strerror(err)}'):
                undo()
        else:
            # Not needed after all (err 0), or the answer was lost (None).
            worked += 1
            idle += 1
            results.check(err is None or changed,
                          f'{what}: allocation {nth} fails, and it works')
            if changed:
                undo()
        if state() != before:
            results.check(False, f'{what}: allocation {nth}: back again')
            before = state()
        if idle == REST:
            break
    else:
        results.check(False, f'{what}: comes to an end')
    print(f'{what}: {refused} failures, {worked} without effect')


def genl(cmd, *attrs):
    body = struct.pack('=BBH', N[f'MAP_CMD_{cmd}'], 1, 0) + b''.join(attrs)
    return lambda nth: send_failing(16, look.id, 0, body, nth)


def newlink(name, *data, flags=0):
    body = bytes(16) + attr(3, name.encode() + b'\0') + nest(
        18, attr(1, b'map'), nest(2, *data))
    return lambda nth: send_failing(0, RTM_NEWLINK, flags, body, nth)


def done(answer):
    results.check(answer.err == 0, 'undo', answer)


def rule(kind, v6, v6_len, v4=None, v4_len=0, ea_len=0, *more):
    attrs = [u8(R['TYPE'], N[f'MAP_RULE_TYPE_{kind}']), in6(R['IPV6'], v6),
             u8(R['IPV6_LEN'], v6_len)]
    if v4:
        attrs += [in4(R['IPV4'], v4), u8(R['IPV4_LEN'], v4_len),
                  u8(R['EA_LEN'], ea_len), u8(R['PSID_OFFSET'], 4)]
    return nest(N['MAP_A_RULE'], *attrs, *more)


def prefix(addr, length):
    return in6(L['PREFIX'], addr) + u8(L['PREFIX_LEN'], length)


# One that is there for all the tests.
BMR = rule('BMR', '2001:db8::', 40, '192.0.2.0', 24, 16)
DMR = rule('DMR', '2001:db8:ffff::1', 128)
SOURCE = rule('SOURCE', '2001:db8:fff0::', 44)
PSID = rule('FMR', '2001:db8:200:1::', 64, '203.0.113.1', 32, 0,
            u8(R['PSID_LEN'], 8), u16(R['PSID'], 52))
PSID2 = rule('FMR', '2001:db8:200:2::', 64, '203.0.113.1', 32, 0,
             u8(R['PSID_LEN'], 8), u16(R['PSID'], 53))
CE = prefix('2001:db8:12:3400::', 56)
CE2 = prefix('2001:db8:12:3500::', 56)
RESERVE = nest(L['SNAT_RESERVE'], port_range(4928, 4929), port_range(9024, 9024))
BR = u8(L['ROLE'], 1) + in6(L['LOCAL'], '2001:db8:ffff::2')
IPIP = u8(L['MODE'], 2) + in6(L['LOCAL'], '2001:db8::1') + \
    in6(L['REMOTE'], '2001:db8::2')
CREATE = NLM_F_CREATE | NLM_F_EXCL

done(rt.newlink('f0', CE, create=True))
DEV = u32(N['MAP_A_IFINDEX'], socket.if_nametoindex('f0'))


def call(cmd, *attrs):
    return lambda: done(look.call(N[f'MAP_CMD_{cmd}'], DEV, *attrs))


for what, data in (('a CE', CE), ('one with reserved ports', CE2 + RESERVE),
                   ('a BR', BR), ('an ipip device', IPIP)):
    in_turn(f'add {what}', newlink('f1', data, flags=CREATE),
            lambda: done(rt.dellink('f1')))
for what, one in (('bmr, which makes the device ready', BMR), ('dmr', DMR),
                  ('source', SOURCE), ('rule with a PSID', PSID)):
    in_turn(f'add a {what}', genl('RULE_ADD', DEV, one), call('RULE_DEL', one)
            if one in (DMR, SOURCE) else call('RULE_FLUSH'))
call('RULE_ADD', PSID)()
in_turn('a second PSID', genl('RULE_ADD', DEV, PSID2),
        lambda: done(look.call(N['MAP_CMD_RULE_REPLACE'], DEV, PSID)))
done(look.call(N['MAP_CMD_RULE_REPLACE'], DEV, BMR))
in_turn('del of the bmr in use', genl(
    'RULE_DEL', DEV, nest(N['MAP_A_RULE'], u8(R['TYPE'], 0),
                          in6(R['IPV6'], '2001:db8::'),
                          u8(R['IPV6_LEN'], 40))), call('RULE_ADD', BMR))
in_turn('replace', genl('RULE_REPLACE', DEV, BMR, DMR, SOURCE, PSID, PSID2),
        call('RULE_REPLACE', BMR))
call('RULE_REPLACE', BMR, DMR, PSID, PSID2)()
in_turn('flush', genl('RULE_FLUSH', DEV),
        call('RULE_REPLACE', BMR, DMR, PSID, PSID2))
for what, new, old in (
        ('another prefix', CE2, CE),
        ('another iid', u8(L['IID'], 1), u8(L['IID'], 0)),
        ('no source NAT', u8(L['SNAT'], 0), u8(L['SNAT'], 1)),
        ('reserved ports', RESERVE, nest(L['SNAT_RESERVE'])),
        ('inner fragments', u8(L['FRAGMENT'], 0), u8(L['FRAGMENT'], 1))):
    in_turn(f'set {what}', newlink('f0', new),
            lambda old=old: done(rt.newlink('f0', old)))
done(rt.newlink('f0', u8(L['SNAT'], 0)))
in_turn('set source NAT', newlink('f0', u8(L['SNAT'], 1)),
        lambda: done(rt.newlink('f0', u8(L['SNAT'], 0))))
# A request that only reads: fails or works, that is all.
for cmd, more in (('STATE_GET', b''), ('STATS_GET', b''), ('PORTS_GET', b''),
                  ('FLOW_GET', nest(N['MAP_A_FLOW'], in4(1, '192.0.2.18'),
                                    in4(2, '198.51.100.1')))):
    for nth in range(1, TRIES):
        if not genl(cmd, DEV, more)(nth)[1]:
            break
done(rt.newlink('f1', CE2, create=True))
f1 = bytes(16) + attr(3, b'f1\0')
err, injected = None, True
for nth in range(1, TRIES):
    err, injected = send_failing(0, RTM_DELLINK, 0, f1, nth)
    if rt.linkinfo('f1') is None:
        done(rt.newlink('f1', CE2, create=True))
    if not injected:
        break
results.check(err == 0, 'deletion works in the end', err)
done(rt.dellink('f1'))
done(rt.dellink('f0'))
results.finish()
