# SPDX-License-Identifier: GPL-2.0
"""Random damage to packets on their way through a translator."""

import random
import subprocess

from xlat_frag import *

AMOUNT = int(sys.argv[1])
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "big")
BR = os.environ["role"] == "br"
print("# FUZZ_SEED=%d" % SEED, flush=True)
rnd = random.Random(SEED)
SPICE = (0, 1, 2, 3, 4, 5, 6, 8, 15, 17, 20, 28, 43, 44, 0x40, 0x45, 0x46, 0x4f, 58, 0x60, 0x7f, 0x80, 0xff)
PAD = bytes([0, 0]) + b"\x01\x04" + bytes(4)
EXTENSIONS = [[], [], [], [(HOPOPTS, PAD)], [(DSTOPTS, PAD)], [(ROUTING, bytes(8))],
              [(ROUTING, bytes([0, 0, 4, 1]) + bytes(4))], [(DSTOPTS, PAD)] * 5,
              [(HOPOPTS, PAD), (DSTOPTS, PAD), (ROUTING, bytes(8))]]
OPTIONS = [b"", b"", b"\1" * 40, b"\x07\x0b\x04" + bytes(8), b"\x83\x07\x04" + bytes(4), b"\x89\x07\x08" + bytes(4),
           b"\x44\x24\x05\x01" + bytes(32)]


def transports(sport, dport):
    data = bytes(rnd.randrange(200))
    yield Udp(sport, dport, data, zero=rnd.randrange(4) == 0)
    yield Tcp(sport, dport, data=data)
    yield Tcp(sport, dport, flags=2, data=b"", options=b"\x02\x04\x05\xb4\1\3\3\7")
    yield Echo(rnd.choice((sport, dport)), bool(rnd.randrange(2)), data=data)
    yield Raw(rnd.choice((GRE, ESP, SCTP, NONE, 51, rnd.randrange(256))), bytes(rnd.randrange(60)))


FOUR = [(3, c) for c in range(16)] + [(11, 0), (11, 1), (12, 0), (12, 2), (4, 0), (5, 0)]
SIX = [(1, c) for c in range(6)] + [(2, 0), (3, 0), (3, 1), (4, 0), (4, 1), (4, 2)]


def made(src, dst, sport, dport):
    """A good packet in both families."""
    l4 = rnd.choice(list(transports(sport, dport)))
    if rnd.randrange(3) == 0:
        inner = both(dst, src, rnd.choice(list(transports(dport, sport))), cut=rnd.choice((None, 8, 20, 64)))
        if rnd.randrange(4) == 0:
            inner = inner[0], extended(inner[1], *rnd.choice(EXTENSIONS))
        tail = rnd.choice((b"", b"", b"\x20\0\xdf\xff\0\4\1\1"))
        l4 = Icmp((*rnd.choice(FOUR), word(rnd.choice((0, 0x05000000, 0x200000, 0x5dc, rnd.getrandbits(32))))),
                  (*rnd.choice(SIX), word(rnd.choice((0, 6, 7, 40, 1280, 1500, 0x10000000, rnd.getrandbits(32))))),
                  inner[0] + tail, inner[1] + tail)
    return l4


def four(src, dst, sport, dport):
    return pkt4(src, dst, made(src, dst, sport, dport), id=rnd.randrange(8), tos=rnd.choice(SPICE),
                ttl=rnd.choice((1, 2, 64, 255)), options=rnd.choice(OPTIONS), flags=rnd.choice((0, 0, DF)))


def six(src, dst, sport, dport):
    return extended(pkt6(src, dst, made(src, dst, sport, dport), hops=rnd.choice((1, 2, 64, 255)),
                         tclass=rnd.choice(SPICE)), *rnd.choice(EXTENSIONS))


def damage(data, least=0):
    data = bytearray(data)
    for _ in range(rnd.choice((0, 1, 1, 2, 4, 16))):
        at = rnd.randrange(min(len(data), rnd.choice((10, 48, 90, len(data)))))
        how = rnd.randrange(6)
        if how < 3:
            data[at] = rnd.choice(SPICE)
        elif how == 3:
            data[at] ^= 1 << rnd.randrange(8)
        elif how == 4 and rnd.randrange(3) == 0:
            data = data[:max(at, least, 1)]
        elif how == 5:
            data += bytes(rnd.randrange(40))
    return mend(bytes(data))


def mend(p):
    """Often lengths and sums that are right, to get further in."""
    if rnd.randrange(3) == 0:
        return p
    if p[0] >> 4 == 4 and len(p) >= 20 and 20 <= (p[0] & 15) * 4 <= len(p):
        return refresh(p[:2] + struct.pack("!H", len(p)) + p[4:])
    if p[0] >> 4 == 6 and len(p) >= 40:
        return p[:4] + struct.pack("!H", len(p) - 40) + p[6:]
    return p



def flow():
    """Who sends to whom, in the direction of IPv4 to IPv6."""
    port = rnd.choice((PORT, PORT, PORT, FOREIGN, rnd.randrange(65536)))
    if BR:
        return rnd.choice((SRV, ROUTER)), rnd.choice((CE, CE, FULL, NEIGHBOUR)), 53, port
    return CE, rnd.choice((SRV, ROUTER, FULL)), port, 53


def into6():
    return damage(four(*flow()))


def into4():
    src, dst, sport, dport = flow()
    return damage(six(dst, src, dport, sport))


def in_pieces(make):
    packet = make()
    room = len(packet) - (40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4)
    if rnd.randrange(4) or room < 24 or packet[0] not in (0x45, 0x60):
        return [packet]
    cuts = sorted(rnd.sample(range(8, room, 8), min(2, (room - 1) // 8)))
    parts = fragments(packet, *cuts) if packet[0] == 0x45 else fragments6(packet, *cuts, id=rnd.randrange(4))
    rnd.shuffle(parts)
    return [p if rnd.randrange(3) else damage(p) for p in parts]


def well_formed(p):
    """Whatever went in: lengths, and the header's checksum."""
    if p[0] >> 4 == 4:
        return p[0] >= 0x45 and struct.unpack("!H", p[2:4])[0] == len(p) and checksum(p[:(p[0] & 15) * 4]) == 0
    # Without a length it would be a jumbogram, which the stack forwards.
    return struct.unpack("!H", p[4:6])[0] == len(p) - 40 or p[4:7] == b"\0\0\0"


def cables(to6, to4, amount):
    """In at the cables: what comes out is well-formed, and good packets pass."""
    sent = came = 0
    bad = []
    while sent < amount:
        for way, make in ((to6, into6), (to4, into4)):
            batch = [p[:1500] for _ in range(32) for p in in_pieces(make)]
            seen, answers, _, good = way.run(batch)
            sent += len(batch)
            came += len(seen)
            bad += [p for p in seen + answers if not well_formed(p)]
            if not good:
                return fail("a good packet passes after %d damaged ones" % sent, *[p.hex() for p in batch])
    ok("%d damaged packets in, %d came out" % (sent, came))
    return check("what came out is well-formed", not bad, *[p.hex() for p in bad[:20]])


def whole(p):
    """Without a sign of fragments, so that none waits for others."""
    if p[0] >> 4 != 6:
        return mend(p[:6] + bytes([p[6] & 0x40, 0]) + p[8:]) if len(p) >= 20 else p
    p, at, body = bytearray(p), 6, 40
    while len(p) > body + 1 and p[at] in (HOPOPTS, ROUTING, DSTOPTS):
        at, body = body, body + 8 * (p[body + 1] + 1)
    if len(p) > at and p[at] == FRAGMENT:
        p[at] = UDP
    return bytes(p)


def mute(family):
    """What the stack of the node has to say in a family does not leave: it
    might go into the device again."""
    subprocess.run(["ip", "netns", "exec", ns_of("node"), "nft", "-f", "-"], check=True, text=True, input="""
        flush ruleset
        table %s mute {
            chain out { type filter hook output priority 0; policy drop; }
        }""" % family)


def counted(make, proto, amount, what, way):
    """Into the device itself, past the stack, which is not asked."""
    raw = socket_in("node", socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.bind(("map0", proto))
    mute("ip" if proto == P_IP else "ip6")
    before, sent = settle(), 0
    while sent < amount:
        packet = whole(make())[:1200]
        try:
            raw.send(packet)
            sent += 1
        except OSError:
            pass
    # What the stack forwards back into the device goes the other way.
    count = {k: v for k, v in changed(before, settle()).items() if k.startswith(way)}
    passed = count.get(way + "packets", 0)
    lost = sum(v for k, v in count.items() if not PASSIVE.fullmatch(k))
    return check("%s: %d packets in, %d out, %d dropped and counted" % (what, sent, passed, lost),
                 passed + lost == sent and passed and lost, count)


def settle():
    """The counters, when nothing waits for its rest and they no longer move."""
    until, last = time.monotonic() + PATIENCE, None
    while time.monotonic() < until:
        now = counters("node")
        if now == last and waiting() == 0:
            return now
        last = now
        select.select([], [], [], 0.05)
    return now


def waiting():
    total = 0
    for name in ("sockstat", "sockstat6"):
        with netns(ns_of("node")), open("/proc/thread-self/net/" + name) as f:
            total += sum(int(n) for n in re.findall(r"FRAG6?: inuse (\d+)", f.read()))
    return total + held("node")


there, back = ways()
cables(there, back, AMOUNT * 2 // 3)
counted(into6, P_IP, AMOUNT // 6, "IPv4", "tx_")
counted(into4, P_IPV6, AMOUNT // 6, "IPv6", "rx_")
subprocess.run(["ip", "netns", "exec", ns_of("node"), "nft", "flush", "ruleset"], check=True)
for way in (there, back):
    _, _, _, alive = way.run([])
    check("a good packet passes after all that", alive)
done()
