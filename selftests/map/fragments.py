# SPDX-License-Identifier: GPL-2.0
"""RFC 7597, section 8.3.2: IPv4 fragments that enter the MAP domain."""

from packets import *

PORT, PORT_2 = port_of(PSID), port_of(PSID_2)
path = to_ce()
ids = itertools.count(0x2000)


def packet(dport=PORT, fill=b"a", size=64, src=SRV4, dst=CE4, id=None, **more):
    return ip4(src, dst, UDP, udp(53, dport, fill * size), id=next(ids) if id is None else id, **more)


def to(ce6, inner):
    """Encapsulated for this CE, with exactly this in it."""
    return lambda p: p[24:40] == a6(ce6) and p[40:] == inner


def whole(**more):
    return dict({"tx_reassembled": 1, "tx_packets": 1}, **more)


def memory():
    """Bytes that wait for their rest."""
    return int(sysctl("br", "net/map/tx_frag_mem"))


# ---- every order ----

for order in itertools.permutations(range(3)):
    p = packet()
    parts = fragments(p, 24, 48)
    path.passed("8.3.2: parts in the order %s" % (order,), [parts[n] for n in order],
                to(CE6, aged(p)), **whole())
for name, proto, body in (("TCP", TCP, tcp(80, PORT, 0x18, data=b"t" * 100)),
                          ("SCTP", SCTP, struct.pack("!HHII", 80, PORT, 1, 2) + bytes(100)),
                          ("UDP-Lite", UDPLITE, udp(80, PORT, bytes(100))),
                          ("DCCP", DCCP, struct.pack("!HH", 80, PORT) + bytes(100)),
                          ("an echo request", ICMP, echo(PORT, data=bytes(100))),
                          ("an ICMP error", ICMP, error(ip4(CE4, SRV4, UDP, udp(PORT, 53, bytes(80)))))):
    p = ip4(SRV4, CE4, proto, body, id=next(ids))
    # Ports in the first eight bytes: as little as a first part can have.
    for at in ((8, 16, 40), (40,)) if proto != ICMP or body[0] == 8 else ((40,),):
        path.passed("8.3.2: %s cut at %s, last part first" % (name, at), fragments(p, *at)[::-1],
                    to(CE6, aged(p)), **whole())
p = packet(size=1400)
path.passed("8.3.2: cut into 176 parts, odd ones first",
            fragments(p, *range(8, 1408, 8))[1::2] + fragments(p, *range(8, 1408, 8))[::2],
            to(CE6, aged(p)), **whole())

# ---- the same part again, and parts that overlap ----

p = packet()
one, two, three = fragments(p, 24, 48)
path.passed("a part that comes twice", [one, two, two, three], to(CE6, aged(p)), **whole(tx_frag_duplicate=1))
p = packet()
one, two, three = fragments(p, 24, 48)
evil = fragments(packet(PORT_2, b"e", id=p[4] << 8 | p[5]), 16, 48)
path.dropped("RFC 5722: overlapping parts make the packet go", [one, evil[1], two], tx_malformed=1)
p = packet()
one, two, three = fragments(p, 24, 48)
again = fragments(packet(PORT_2, b"e", id=p[4] << 8 | p[5]), 24, 48)[0]
seen, _, count, came = path.run([one, again, two, three])
check("RFC 3128: another port in a second first part changes nothing",
      came and all(s[24:40] == a6(CE6) and s[40:] == aged(p) for s in seen) and len(seen) <= 1, count, *map(describe, seen))
p = packet()
one, two, three = fragments(p, 24, 48)
beyond = ip4(SRV4, CE4, UDP, b"x" * 24, id=p[4] << 8 | p[5], off=96)
seen, _, count, came = path.run([one, three, beyond, two])
check("parts after the last one", came and not [s for s in seen if s[40:] != aged(p)], count, *map(describe, seen))
p = ip4(SRV4, CE4, UDP, b"x" * 8, id=next(ids), off=65528)
path.dropped("the ping of death: a part that ends behind 65535", p, "tx_malformed")
p = ip4(SRV4, CE4, UDP, udp(53, PORT, b"a" * 5), id=next(ids), flags=MF)
path.dropped("a part that is not the last, and not a multiple of 8 long", p, "tx_malformed")

# ---- parts for several CEs at once ----

for name, other in (("the same source and their own identification each", dict()),
                    ("another source and the same identification", dict(src="203.0.114.9"))):
    p = packet()
    q = packet(PORT_2, b"b", id=None if not other else p[4] << 8 | p[5], **other)
    mix = [f for pair in zip(fragments(p, 24, 48), fragments(q, 24, 48)) for f in pair]
    path.passed("8.3.2: two CEs of one address, %s" % name, mix,
                [to(CE6, aged(p)), to(CE6_2, aged(q))], tx_reassembled=2, tx_packets=2)
    path.passed("8.3.2: two CEs of one address, %s, backwards" % name, mix[::-1],
                [to(CE6_2, aged(q)), to(CE6, aged(p))], tx_reassembled=2, tx_packets=2)

# With the same source and the same identification nobody can tell the parts
# apart; whatever happens, none gets to the wrong CE.
p = packet()
q = packet(PORT_2, b"b", id=p[4] << 8 | p[5])
for first, second in ((p, q), (q, p)):
    mix = [f for pair in zip(fragments(first, 24, 48), fragments(second, 24, 48)) for f in pair]
    seen, _, count, came = path.run(mix)
    check("8.3.2: two CEs, same source, same identification: nothing is mixed up", came and not
          [s for s in seen if not (to(CE6, aged(p))(s) or to(CE6_2, aged(q))(s))], count, *map(describe, seen))

# ---- what has no port, or nobody's ----

p = packet()
path.dropped("8.3.2: without the first part nothing is sent", fragments(p, 24, 48)[1:])
p = packet()
path.dropped("8.3.2: without the last one, neither", fragments(p, 24, 48)[:2])
for n in range(4):
    p = packet()
    one, two = fragments(p, 8)
    short = ip4(SRV4, CE4, UDP, p[20:20 + n], id=p[4] << 8 | p[5], flags=MF)
    path.dropped("RFC 1858: a first part of %d bytes is refused, the rest stays" % n, [short, two],
                 tx_malformed=1)
p = packet(100)
path.dropped("8.3.2: parts for an excluded port", fragments(p, 24, 48), tx_reassembled=1, tx_excluded_port=1)
p = ip4(SRV4, CE4, GRE, bytes(64), id=next(ids))
path.dropped("8.3.2: parts of a protocol without ports", fragments(p, 24, 48), tx_reassembled=1, tx_no_port=1)

# ---- a full address: nobody has to know ----

for order in itertools.permutations(range(3)):
    p = packet(7, dst="203.0.113.5")
    parts = [fragments(p, 24, 48)[n] for n in order]
    path.passed("a full address gets the parts as they are, in the order %s" % (order,), parts,
                [to("2001:db9:5:0:0:cb00:7105:0", aged(f)) for f in parts])

# ---- DF: who sent parts with DF set may not be sent longer ones ----

p = packet(size=1300, flags=DF)
path.passed("parts with DF set make a packet with DF set", fragments(p, 640), to(CE6, aged(p)), **whole())

# ---- longer than the tunnel: cut again, so that each part fits ----

p = packet(size=4000)
seen, _, count, came = path.run(fragments(p, 1472, 2944))
inner = [s[40:] for s in seen]
check("8.3.2: a packet of 4028 bytes is put together and cut again",
      came and count.get("tx_reassembled") == 1 and count.get("tx_frag_inner") == 1 and
      all(s[24:40] == a6(CE6) and len(s) <= 1500 for s in seen) and
      b"".join(i[20:] for i in inner) == p[20:] and all(checksum(i[:20]) == 0 for i in inner),
      came, count, *map(describe, seen))

# ---- bounds ----

def set_sysctl(name, value):
    sysctl("br", "net/map/tx_" + name, value)


# What is incomplete from above goes by the time that was set then.
old = memory()
LIMIT = 256 << 10
check("net.map.tx_frag_time is 30 seconds", sysctl("br", "net/map/tx_frag_time").strip() == "30")
set_sysctl("frag_high_thresh", old + LIMIT)
set_sysctl("frag_time", 1)
before = counters("br")
most = 0
for n in range(1000):
    path.into.send(fragments(packet(src="203.0.114.%d" % (n % 256), size=1400, id=n), 1400)[0])
    if n % 50 == 0:
        most = max(most, memory() - old)
most = max(most, memory() - old)
check("8.3.2: 1000 packets that stay incomplete take %d bytes, no more than %d" % (most, LIMIT), most <= LIMIT + 4096)
count = changed(before, counters("br"))
check("8.3.2: what did not fit is counted", count.get("tx_no_memory", 0) > 500 and
      set(count) <= {"tx_no_memory", "tx_frag_timeout"}, count)
p = packet()
path.passed("packets in one piece are not affected", p, to(CE6, aged(p)))
# Anybody can fill the one, only CEs the other.
p = ip4(CE4, SRV4, UDP, udp(PORT, 53, b"c" * 64), id=next(ids))
from_ce().passed("those of a CE have room", [tunnel(CE6, f) for f in fragments(p, 24, 48)], aged(p),
                 rx_reassembled=1, rx_packets=1)
host = sysctl("br", "sockstat").split("FRAG:")[1].split()
check("the host's own reassembly has none of it", host[:4] == ["inuse", "0", "memory", "0"], host)
set_sysctl("frag_high_thresh", 4 << 20)


def forgotten(count):
    until = time.monotonic() + PATIENCE
    while changed(before, counters("br")).get("tx_frag_timeout", 0) < count and time.monotonic() < until:
        select.select([], [], [], 0.05)
    return changed(before, counters("br")).get("tx_frag_timeout", 0)


kept = 1000 - count["tx_no_memory"]
check_eq("8.3.2: each of them expires, and is counted", forgotten(kept), kept)
answers = [a for a in path.answers.drain() if a[9] == ICMP]
check("RFC 792: nobody is told, the source may be forged", not answers, *map(describe, answers))
path.out.drain()
p = packet()
path.passed("8.3.2: then there is room again", fragments(p, 24, 48)[::-1], to(CE6, aged(p)), **whole())
before = counters("br")
p = packet()
path.dropped("8.3.2: a last part alone", fragments(p, 24)[1:])
check_eq("8.3.2: expires", forgotten(1), 1)
path.dropped("8.3.2: its first part, after the time is over, finds nothing", fragments(p, 24)[:1])

# RFC 4963: identifications come round.
before = counters("br")
set_sysctl("frag_time", 30)
set_sysctl("frag_max_dist", 8)
p = packet()
q = packet(fill=b"b", id=p[4] << 8 | p[5])
others = [fragments(packet(7, dst="203.0.113.5"), 24)[0] for _ in range(4)] + \
    [f for _ in range(5) for f in fragments(packet(), 24, 48)[:2]]
path.passed("RFC 4963: a part of long ago is not mixed with those of today", fragments(p, 24, 48)[:1] + others +
            fragments(q, 24, 48)[1:] + fragments(q, 24, 48)[:1],
            [lambda s: s[24:40] == a6("2001:db9:5:0:0:cb00:7105:0")] * 4 + [to(CE6, aged(q))],
            tx_reassembled=1, tx_packets=5, tx_frag_timeout=1)
p = packet()
parts = fragments(p, 24, 48)
path.dropped("RFC 4963: a first part waits", parts[:1])
for batch in range(5):
    others = [packet(src="198.18.%d.%d" % (batch, n)) for n in range(120)]
    path.passed("RFC 4963: meanwhile 120 other sources, batch %d" % batch,
                [f for o in others for f in fragments(o, 24)],
                [to(CE6, aged(o)) for o in others], tx_reassembled=120, tx_packets=120)
path.passed("RFC 4963: their fragments do not count", parts[1:], to(CE6, aged(p)), **whole())

done()
