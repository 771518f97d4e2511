#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The rules of an interface as fw4 makes them of what netifd was told.

usage: fw4.py DEVICE ZONE=DEVICE[,DEVICE]... <LINES-OF-netifd.sh

fw4 itself is written in ucode, which Debian does not have. This is what its
manual and code say of such rules: one without "device" is for packets that come in
by the interface's own DEVICE; "src" is the zone where packets come in, and "dest",
where it is there, makes the rule one of forwarding, to the devices of that zone, or
to all for "*"; an unknown option or zone is an error (fw4 warns and leaves the
rule out). What is no rule of the interface is fw4's usual configuration: nothing
comes in by the zone wan but answers, ICMPv6, and what is forwarded to a port.
"""
import sys

OPTIONS = {'type', 'family', 'target', 'device', 'proto', 'src', 'dest',
           'src_ip', 'dest_ip'}

USUAL = '''table inet fw4
delete table inet fw4
table inet fw4 {
	chain input {
		type filter hook input priority filter; policy drop
		iif lo accept
		ct state established,related accept
		meta l4proto ipv6-icmp accept
		iifname "lan" accept
%(input)s
	}
	chain forward {
		type filter hook forward priority filter; policy drop
		ct state established,related accept
		iifname "lan" accept
		ct status dnat accept
%(forward)s
	}
}'''


def rules(lines):
    """The objects of the array "firewall" in the last update."""
    found, rule = [], None
    for line in lines:
        word, _, rest = line.rstrip('\n').partition(' ')
        if word == 'proto_init_update':
            found = []
        elif word == 'json_add_object':
            rule = {}
        elif word == 'json_close_object':
            found.append(rule)
            rule = None
        elif word == 'json' and rule is not None:
            key, _, value = rest.partition(' ')
            rule[key] = value
    return found


def devices(names):
    return '{ %s }' % ', '.join('"%s"' % name for name in names)


def render(rule, own, zones):
    unknown = set(rule) - OPTIONS
    if unknown or rule['type'] != 'rule' or rule['target'] != 'ACCEPT':
        sys.exit('fw4: no such rule: %s' % rule)
    text = 'iifname %s iifname "%s"' % (devices(zones[rule['src']]),
                                        rule.get('device', own))
    if rule['proto'] != 'all':
        text += ' meta l4proto %s' % rule['proto']
    for key, side in ('src_ip', 'saddr'), ('dest_ip', 'daddr'):
        if key in rule:
            text += ' ip6 %s %s' % (side, rule[key])
    if rule.get('dest', '*') != '*':
        text += ' oifname %s' % devices(zones[rule['dest']])
    return text + ' counter accept'


def main():
    own = sys.argv[1]
    zones = {}
    for word in sys.argv[2:]:
        name, _, members = word.partition('=')
        zones[name] = members.split(',')
    chains = {'input': '', 'forward': ''}
    for rule in rules(sys.stdin):
        chain = 'forward' if 'dest' in rule else 'input'
        chains[chain] += '\t\t%s\n' % render(rule, own, zones)
    print(USUAL % chains)


main()
