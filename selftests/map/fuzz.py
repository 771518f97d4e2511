# SPDX-License-Identifier: GPL-2.0
"""Random damage to packets."""

import random
import subprocess

from packets import *

DURATION = float(sys.argv[1])
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "big")
print("# FUZZ_SEED=%d" % SEED, flush=True)
rnd = random.Random(SEED)
PORT, FULL, FULL4 = port_of(PSID), "2001:db9:5:0:0:cb00:7105:0", "203.0.113.5"
# Bytes that mean something somewhere, oftener than others.
SPICE = (0, 1, 2, 3, 4, 5, 8, 15, 20, 28, 0x40, 0x45, 0x46, 0x4f, 0x7f, 0x80, 0xff)


def bodies(sport, dport, src, dst):
    yield UDP, udp(sport, dport, bytes(rnd.randrange(64)))
    yield TCP, tcp(sport, dport, 2, options=b"\x02\x04\x05\xb4\1\3\3\7", src=src, dst=dst)
    yield TCP, tcp(sport, dport, 16, data=bytes(rnd.randrange(200)), src=src, dst=dst)
    yield ICMP, echo(sport, bool(rnd.randrange(2)), data=bytes(rnd.randrange(64)))
    yield ICMP, error(ip4(dst, src, UDP, udp(dport, sport, bytes(8))), rnd.choice((3, 4, 5, 11, 12)), rnd.randrange(6))
    yield ICMP, error(ip4(dst, src, ICMP, echo(sport), options=b"\1" * 8))
    yield SCTP, struct.pack("!HHII", sport, dport, 1, 2) + bytes(20)
    yield rnd.randrange(256), bytes(rnd.randrange(100))


def seeds(src, dst, sport, dport):
    options = rnd.choice((b"", b"", b"\x07\x0b\x04" + bytes(8), b"\1" * 40, b"\x44\x24\x05\x01" + bytes(32),
                          b"\x83\x07\x04" + bytes(4), os.urandom(0) or bytes(rnd.choice(SPICE) for _ in range(12))))
    for proto, body in bodies(sport, dport, src, dst):
        yield ip4(src, dst, proto, body, id=rnd.randrange(8), tos=rnd.randrange(256), options=options,
                  ttl=rnd.choice((1, 2, 64, 255)), flags=rnd.choice((0, 0, 0, DF)))


def damage(data, times=None):
    data = bytearray(data)
    for _ in range(rnd.choice((0, 1, 1, 2, 4, 16)) if times is None else times):
        if not data:
            break
        # Headers are where it matters.
        at = rnd.randrange(min(len(data), rnd.choice((10, 30, 70, len(data)))))
        how = rnd.randrange(6)
        if how < 3:
            data[at] = rnd.choice(SPICE)
        elif how == 3:
            data[at] ^= 1 << rnd.randrange(8)
        elif how == 4:
            data = data[:max(at, 1)] if rnd.randrange(4) == 0 else data
        else:
            data += bytes(rnd.randrange(40))
    return bytes(data)


def mend(data):
    """Often a checksum and a length that are right, to get further in."""
    if len(data) >= 20 and rnd.randrange(3):
        if rnd.randrange(3):
            data = data[:2] + struct.pack("!H", len(data) & 0xffff) + data[4:]
        if (data[0] & 15) * 4 <= len(data) and data[0] & 15 >= 5:
            data = refresh(data)
    return data


def plain(src, dst, sport, dport):
    packet = mend(damage(rnd.choice(list(seeds(src, dst, sport, dport)))))
    if rnd.randrange(4) == 0 and len(packet) > 44 and packet[0] >> 4 == 4 and 5 <= packet[0] & 15 <= len(packet) // 4 - 4:
        cut = 8 * rnd.randrange(1, 4)
        if len(packet) - (packet[0] & 15) * 4 > cut:
            parts = fragments(packet, cut)
            rnd.shuffle(parts)
            return [mend(damage(p, rnd.choice((0, 0, 0, 1)))) for p in parts]
    return [packet]


def outer(src, dst, inner):
    """With extension headers, in fragments, damaged."""
    ext = rnd.randrange(8)
    if ext == 0:
        packet = ip6(src, dst, bytes([IPIP, 0]) + b"\x04\x01\x04\x01\x01\0" + inner, DSTOPTS)
    elif ext == 1:
        packet = ip6(src, dst, bytes([IPIP, 0]) + bytes(6) + inner, HOPOPTS)
    else:
        packet = ip6(src, dst, inner, tclass=rnd.randrange(256), hops=rnd.choice((1, 64, 255)))
    if rnd.randrange(6) == 0 and len(packet) > 60:
        parts = fragments6(packet, *sorted(rnd.sample(range(8, len(packet) - 40, 8),
                                                     rnd.randrange(1, min(4, (len(packet) - 41) // 8)))),
                           id=rnd.randrange(4))
        rnd.shuffle(parts)
    else:
        parts = [packet]
    if rnd.randrange(4) == 0:
        parts = [damage(p, 1) for p in parts]
    return parts


def ces():
    psid, host = rnd.choice((PSID, PSID, PSID_2, rnd.randrange(256))), rnd.choice((18, 18, 19))
    return map6(psid, host), "192.0.2.%d" % host, rnd.choice((port_of(psid), rnd.choice(SPICE), rnd.randrange(65536)))


core, core_ce = Tap("core", "tobr", ("br", "wan"), deaf=True), Tap("core", "ce1", ("ce", "wan"), deaf=True)
srv, lan = Tap("srv", "eth0", ("br", "out"), deaf=True), Tap("lan", "eth0", ("ce", "lan"), deaf=True)
raw = {}
for node in ("br", "ce"):
    raw[node] = socket_in(node, socket.AF_PACKET, socket.SOCK_RAW, 0)
    # SOL_PACKET, PACKET_IGNORE_OUTGOING
    raw[node].setsockopt(263, 23, 1)
    raw[node].bind(("map0", P_IP))


def into_br():
    src, src4, port = ces()
    if rnd.randrange(5) == 0:
        src, src4 = FULL, FULL4
    dst4, dport = rnd.choice(((SRV4, 53), (SRV4, 53), ("192.0.2.18", port_of(PSID_2)), (FULL4, 7)))
    for inner in plain(src4, dst4, port, dport):
        for packet in outer(src, BR6, inner):
            yield core.send, packet


def into_ce():
    src = rnd.choice((BR6, BR6, CE6_2, map6(PSID, 19)))
    for inner in plain(rnd.choice((SRV4, CE4)), CE4, rnd.choice((80, port_of(PSID_2))),
                       rnd.choice((PORT, PORT + 1, rnd.randrange(65536)))):
        for packet in outer(src, CE6, inner):
            yield core_ce.send, packet


def from_server():
    _, dst4, port = ces()
    for packet in plain(SRV4, rnd.choice((dst4, FULL4)), 80, port):
        yield srv.send, packet


def from_lan():
    for packet in plain("10.0.0.2", SRV4, rnd.randrange(65536), 80):
        yield lan.send, packet


def program(node):
    src, dst = (SRV4, rnd.choice(("192.0.2.18", FULL4))) if node == "br" else (CE4, SRV4)
    for packet in plain(src, dst, PORT, PORT):
        if rnd.randrange(10) == 0:
            packet += bytes(rnd.randrange(1600))
            packet = mend(packet)
        yield raw[node].send, packet


def errors():
    """ICMPv6 errors about tunnel packets."""
    inner = plain(SRV4, CE4, 80, PORT)[0]
    about = damage(ip6(BR6, CE6, inner), rnd.choice((0, 0, 1)))[:rnd.randrange(40, 300)]
    body = struct.pack("!BBHI", rnd.choice((1, 2, 3, 4)), rnd.randrange(4), 0,
                       rnd.choice((0, 1, 68, 1280, 1300, 1499, 65535, 0xffffffff))) + about
    src = "2001:db8:f:ff::1"
    sum = checksum(a6(src) + a6(BR6) + struct.pack("!II", len(body), ICMP6) + body)
    yield core.send, ip6(src, BR6, body[:2] + struct.pack("!H", sum) + body[4:], ICMP6)


sent = {}


def shoot(maker, *args):
    for send, packet in maker(*args):
        try:
            send(packet[:1500])
            sent[maker.__name__] = sent.get(maker.__name__, 0) + 1
        except OSError:
            pass


# ---- anything, anywhere ----

makers = ((into_br,), (into_br,), (into_ce,), (from_server,), (from_lan,), (program, "br"), (program, "ce"), (errors,))
until = time.monotonic() + DURATION * 0.6
while time.monotonic() < until:
    for _ in range(50):
        shoot(*rnd.choice(makers))
print("# sent: %s" % sent, flush=True)
ok("%d packets, damaged anyhow" % sum(sent.values()))

# ---- what a program claims of a packet: GSO, checksums, headers ----

gso = {}
for node in ("br", "ce"):
    gso[node] = socket_in(node, socket.AF_PACKET, socket.SOCK_RAW, 0)
    # SOL_PACKET, PACKET_VNET_HDR
    gso[node].setsockopt(263, 15, 1)
    gso[node].bind(("map0", P_IP))
until = time.monotonic() + DURATION * 0.2
number = taken = 0
while time.monotonic() < until:
    for _ in range(20):
        node = rnd.choice(("br", "ce"))
        src, dst = (SRV4, "192.0.2.18") if node == "br" else (CE4, SRV4)
        segment = rnd.choice((1, 8, 500, 1400, 1420, 1460, 9000, 65535))
        # The kernel makes all segments in one go, however many: 65000 of a
        # byte each keep an instrumented one busy for more than a minute.
        size = min(rnd.choice((10, 100, 1400, 3000, 9000, 40000, 65000)), 200 * segment)
        proto, body, start = rnd.choice(((TCP, tcp(PORT, PORT, 16, data=bytes(size)), 16),
                                         (UDP, udp(PORT, PORT, bytes(size)), 6)))
        packet = ip4(src, dst, proto, body, flags=rnd.choice((0, DF)))
        if rnd.randrange(2):
            packet = damage(packet, 1)
        kind = rnd.choice((0, 1, 1, 1, 3, 4, 5, 5)) | rnd.choice((0, 0, 0, 0x80))
        head = struct.pack("=BBHHHH", rnd.choice((0, 1, 1, 1, 2)), kind,
                           rnd.choice((0, 20, 28, 40, 40, 54, rnd.randrange(200))),
                           segment,
                           rnd.choice((20, 20, 20, rnd.randrange(100))), rnd.choice((start, start, rnd.randrange(40))))
        number += 1
        try:
            gso[node].send(head + packet)
            taken += 1
        except OSError:
            pass
ok("%d packets with claims of GSO and checksums, of which the kernel took %d" % (number, taken))

# ---- each is sent on or counted, exactly once ----

# The tunnel side: whole packets, so that none waits for others, that come as
# far as the device: there has to be a header.
PASSIVE = ("tx_packets", "rx_packets", "tx_bytes", "rx_bytes", "tx_mss_clamped", "rx_mss_clamped", "tx_frag_inner",
           "tx_frag_outer", "tx_reassembled", "rx_reassembled", "snat_bound", "rx_icmp_relayed", "rx_icmp_ignored")


def unfragmented(packet):
    packet = packet.ljust(20, b"\0")
    return packet[:6] + bytes([packet[6] & 0x40, 0]) + packet[8:]


def incomplete(node):
    """Fragments wait for others, or packets for a neighbour. Where there is
    none a host says so after three seconds, and that is a packet, too."""
    with netns(ns_of(node)), open("/proc/thread-self/net/sockstat") as f:
        v4 = f.read()
    with netns(ns_of(node)), open("/proc/thread-self/net/sockstat6") as f:
        v6 = f.read()
    waiting = subprocess.run(("ip", "-n", ns_of(node), "neigh", "show", "nud", "incomplete"),
                             capture_output=True, check=True).stdout
    return waiting or not ("FRAG: inuse 0" in v4 and "FRAG6: inuse 0" in v6) or held(node)


def settle(node):
    """The counters, when they no longer move."""
    until = time.monotonic() + PATIENCE
    while any(incomplete(n) for n in ("core", "br", "srv", "ce", "lan", "ce2")) and time.monotonic() < until:
        select.select([], [], [], 0.05)
    now = counters(node)
    while True:
        select.select([], [], [], 0.05)
        last, now = now, counters(node)
        if last == now:
            return now


def way_to_br(*words):
    subprocess.run(("ip", "-n", ns_of("core"), "-6", "route", "replace", *words), check=True)


for side in ("tunnel to br", "tunnel to ce", "program at br"):
    node = side[-2:]
    # What the CE answers to strangers, the relay would answer by the tunnel.
    if node == "ce":
        way_to_br("blackhole", BR6 + "/128")
    before, n = settle(node), 0
    until = time.monotonic() + DURATION * 0.2 / 3
    while time.monotonic() < until:
        for _ in range(20):
            if side == "tunnel to br":
                # From and to places that nothing comes back from.
                psid = rnd.choice((PSID, PSID_2))
                src, src4, port = map6(psid, 77), "192.0.2.77", rnd.choice((port_of(psid), rnd.randrange(65536)))
                packet = unfragmented(mend(damage(rnd.choice(list(seeds(src4, "198.51.100.99", port, 53))))))
                core.send(ip6(src, BR6, packet[:1400]))
            elif side == "tunnel to ce":
                packet = unfragmented(mend(damage(rnd.choice(list(seeds(SRV4, CE4, 53, PORT))))))
                core_ce.send(ip6(BR6, CE6, packet[:1400]))
            else:
                packet = unfragmented(mend(damage(rnd.choice(list(seeds(SRV4, FULL4, 53, PORT))))))
                raw["br"].send(packet[:1400])
            n += 1
    count = changed(before, settle(node))
    if node == "ce":
        subprocess.run(("ip", "-n", ns_of("core"), "-6", "route", "del", "blackhole", BR6 + "/128"), check=True)
        way_to_br(BR6 + "/128", "via", "2001:db8:f:ff::2")
    way = "tx_" if side.startswith("program") else "rx_"
    dropped = sum(v for k, v in count.items() if k.startswith(way) and k not in PASSIVE)
    passed = count.get(way + "packets", 0)
    check("%s: %d packets in, %d passed, %d dropped and counted" % (side, n, passed, dropped),
          passed + dropped == n and passed and dropped, count)

done()
