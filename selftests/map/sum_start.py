# SPDX-License-Identifier: GPL-2.0
"""Packets put into a translator with a checksum that is still to be made."""

from xlat import *

SOL_PACKET, PACKET_VNET_HDR, NEEDS_CSUM = 263, 15, 1
SOCKETS = {}


def put_in(packet, start, offset):
    """Into the device itself, with virtio's header in front."""
    proto = P_IPV6 if packet[0] >> 4 == 6 else P_IP
    if proto not in SOCKETS:
        sock = socket_in("node", socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sock.bind(("map0", proto))
        SOCKETS[proto] = sock
    SOCKETS[proto].send(struct.pack("=BBHHHH", NEEDS_CSUM, 0, 0, 0, start, offset) + packet)


def refused(what, packet, start, offset, counter):
    before = counters("node")
    put_in(packet, start, offset)
    until = time.monotonic() + PATIENCE
    while not changed(before, counters("node")) and time.monotonic() < until:
        select.select([], [], [], 0.02)
    check_eq("dropped and counted: " + what, changed(before, counters("node")), {counter: 1})


four = pkt4(SRV, CE, Udp(53, PORT))
six = pkt6(CE, SRV, Udp(PORT, 53))
echo6 = pkt6(CE, SRV, Echo(PORT))
long6 = extended(echo6, (DSTOPTS, bytes([0, 0]) + b"\x01\x04" + bytes(4)))
# Less than 20 is refused by virtio itself.
optional = pkt4(SRV, CE, Udp(53, PORT), options=b"\1" * 8)
for at in (20, 26):
    refused("IPv4 with options, start %d" % at, optional, at, 0, "tx_malformed")
for at in (20, 30, 38):
    refused("IPv6 UDP, start %d" % at, six, at, 0, "rx_malformed")
    refused("IPv6 echo, start %d" % at, echo6, at, 1, "rx_malformed")
refused("IPv6, start in an extension header", long6, 42, 2, "rx_malformed")
# The header's length ends the packet before the field.
refused("IPv4, the field is in what follows the packet", four + bytes(40), len(four), 6, "tx_malformed")
refused("IPv6, the field is in what follows the packet", six + bytes(40), len(six), 6, "rx_malformed")

# A good one: what is in the field is the sum of the pseudo-header.
to6, _ = ways()
body = Udp(53, PORT).seg4(SRV.v4, CE.v4)
body = put(body, 6, ~checksum(pseudo4(SRV.v4, CE.v4, UDP, body)) & 0xffff)
to6.flush()
put_in(ip4(SRV.v4, CE.v4, UDP, body), 20, 6)
seen, came = to6.out.until(lambda p: p[6] == UDP)
check("a sum that starts at the transport header is right at the other side", came and not sum_ok(seen[-1]),
      *[p.hex() for p in seen])
done()
