# SPDX-License-Identifier: GPL-2.0
"""Identifications on the wire, at the server."""

from packets import *

how = sys.argv[1]
server = socket_in("srv", socket.AF_INET, socket.SOCK_DGRAM)
server.bind((SRV4, 5000))
wire = Tap("srv", "eth0")


def in_set(id, psid):
    return id >= 4096 and id >> 4 & 0xff == psid


def collect(marker):
    """What arrives up to the marker, by identification."""
    found = {}
    packets, came = wire.until(lambda p: p[-8:] == marker)
    for p in packets:
        hlen = (p[0] & 15) * 4
        found.setdefault(struct.unpack("!H", p[4:6])[0], []).append(
            (struct.unpack("!H", p[6:8])[0], p[hlen:]))
    return found, came


used = {}
for node, psid in (("lan", PSID), ("lan2", PSID_2)):
    s = socket_in(node, socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, 10, 0)
    s.connect((SRV4, 5000))
    # The way is known, so that nothing overtakes.
    s.send(b"first   ")
    wire.until(lambda p: p[-8:] == b"first   ")
    sent = [os.urandom(4000 if n % 2 else 100) for n in range(40)]
    for data in sent:
        s.send(data)
    s.send(b"marker%2d" % psid)
    found, came = collect(b"marker%2d" % psid)
    used[psid] = set(found)
    whole = set()
    for parts in found.values():
        # All parts of a packet have one identification, in order to be one.
        data = b""
        for field, body in sorted(parts, key=lambda x: x[0] & 0x1fff):
            if field & 0x1fff == 0:
                data = b""
            data += body
            if not field & MF:
                whole.add(data[8:])
    check("8.3.3: the parts of each packet from %s have one identification" % node,
          came and set(sent) <= whole or how == "psid" and len(set(sent) - whole) <= 2, len(set(sent) - whole), came)
    if how == "psid":
        check("8.3.3: all of %s are in its port set" % node, all(in_set(id, psid) for id in found), sorted(found))
        check("8.3.3: they are many", len(found) >= 20, len(found))
if how == "psid":
    check("8.3.3: none is used by both", not used[PSID] & used[PSID_2], used)

done()
