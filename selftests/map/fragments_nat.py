# SPDX-License-Identifier: GPL-2.0
"""Long datagrams through NAT, and back."""

from packets import *

how = sys.argv[1]
server = socket_in("srv", socket.AF_INET, socket.SOCK_DGRAM)
server.bind((SRV4, 5000))
server.settimeout(PATIENCE)


def host(node, discover=0):
    s = socket_in(node, socket.AF_INET, socket.SOCK_DGRAM)
    # IP_MTU_DISCOVER, IP_PMTUDISC_DONT: no DF
    s.setsockopt(socket.IPPROTO_IP, 10, discover)
    s.connect((SRV4, 5000))
    s.settimeout(PATIENCE)
    return s


# And back: without DF, too.
server.setsockopt(socket.IPPROTO_IP, 10, 0)


def ours(port, psid):
    return port >= 4096 and port >> 4 & 0xff == psid


def talk(node, psid, size):
    with host(node) as s:
        up, down = os.urandom(size), os.urandom(size)
        try:
            s.send(up)
            got, peer = server.recvfrom(1 << 16)
            server.sendto(down, peer)
            back = s.recv(1 << 16)
        except OSError as e:
            return fail("fragment %s: %d bytes from %s" % (how, size, node), e, counters("ce"), counters("br"))
    check("8.3, fragment %s: %d bytes from %s and back" % (how, size, node),
          got == up and back == down and peer[0] == CE4 and ours(peer[1], psid), peer, len(got), len(back))


before = {node: counters(node) for node in ("ce", "br")}
for size in (1, 1432, 1433, 1444, 1460, 1472, 1473, 2920, 4000, 20000, 65507):
    talk("lan", PSID, size)
for size in (1433, 4000):
    talk("lan2", PSID_2, size)

# Both at once, and each gets its own.
pairs = [(host("lan"), os.urandom(4000)), (host("lan2"), os.urandom(4000))]
for s, data in pairs:
    s.send(data)
try:
    got = {}
    for _ in pairs:
        data, peer = server.recvfrom(1 << 16)
        got[data] = peer
    for data, peer in got.items():
        server.sendto(data, peer)
    check("8.3.2: two CEs with one address at once", [s.recv(1 << 16) for s, _ in pairs] == [d for _, d in pairs])
except OSError as e:
    fail("8.3.2: two CEs with one address at once", e)

for node in ("ce", "br"):
    count = changed(before[node], counters(node))
    bad = {k: v for k, v in count.items() if k.startswith(("tx_", "rx_")) and k not in
           ("tx_packets", "rx_packets", "tx_frag_inner", "tx_frag_outer", "tx_reassembled", "rx_reassembled",
            "tx_mss_clamped", "rx_mss_clamped")}
    check("nothing was dropped at %s" % node, not bad, count)
    if how == "outer":
        check("8.3.1: the outer packet was cut at %s" % node, count.get("tx_frag_outer") and not count.get("tx_frag_inner"), count)

# With DF the sender is told, and then gets through.
with host("lan", 2) as s:
    told = False
    for n in range(10):
        try:
            s.send(b"x" * 1472)
            s.settimeout(0.2 * PATIENCE / 5)
            server.settimeout(0.2 * PATIENCE / 5)
            server.recvfrom(1 << 16)
            break
        except OSError as e:
            told = told or e.errno == 90
    check("RFC 2473, 7.2 (a): a sender of 1500 bytes with DF is told", told)
# A new socket, which has no error of the old one to report.
with host("lan", 2) as s:
    try:
        server.settimeout(PATIENCE)
        s.send(b"y" * 1432)
        check("RFC 2473, 7.2 (a): 1460 bytes fit", server.recvfrom(1 << 16)[0] == b"y" * 1432)
    except OSError as e:
        fail("RFC 2473, 7.2 (a): 1460 bytes fit", e, counters("ce"))

done()
