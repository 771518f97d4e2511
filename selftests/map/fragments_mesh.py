# SPDX-License-Identifier: GPL-2.0
"""Long datagrams from the LAN of one CE to another CE, and back."""

from packets import *

how, other = sys.argv[1], "192.0.2.19"
server = socket_in("ce2", socket.AF_INET, socket.SOCK_DGRAM)
server.bind((other, port_of(PSID)))
server.settimeout(PATIENCE)
server.setsockopt(socket.IPPROTO_IP, 10, 0)
before = {node: counters(node) for node in ("ce", "ce2", "br")}
for size in (100, 1432, 1433, 1472, 1473, 4000, 65507):
    with socket_in("lan", socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, 10, 0)
        s.connect((other, port_of(PSID)))
        s.settimeout(PATIENCE)
        up, down = os.urandom(size), os.urandom(size)
        try:
            s.send(up)
            got, peer = server.recvfrom(1 << 16)
            server.sendto(down, peer)
            check("8.3.2, 5.3, fragment %s: %d bytes from CE to CE and back" % (how, size),
                  (got, peer[0], s.recv(1 << 16)) == (up, CE4, down), peer, len(got))
        except OSError as e:
            fail("8.3.2, 5.3, fragment %s: %d bytes from CE to CE and back" % (how, size), e,
                 counters("ce"), counters("ce2"))
check_eq("5.3: the border relay has seen nothing of it", changed(before["br"], counters("br")), {})
for node in ("ce", "ce2"):
    count = changed(before[node], counters(node))
    check("nothing was dropped at %s" % node, not set(count) - {
        "tx_packets", "rx_packets", "tx_frag_inner", "tx_frag_outer", "tx_reassembled", "rx_reassembled",
        "snat_bound"}, count)

done()
