# SPDX-License-Identifier: GPL-2.0
"""First fragments whose rest never comes, and the end of their time."""

from packets import *

PORT = port_of(PSID)
path = to_ce()


def expired():
    return counters("br")["tx_frag_timeout"]


class Tun:
    """Packets come in by it as from a driver that copies headers."""

    def __init__(self, node, dev):
        with netns(ns_of(node)):
            self.fd = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.fd, 0x400454ca, struct.pack("16sH22x", dev.encode(), 0x1001))

    def send(self, packet):
        os.write(self.fd, packet)


tun = Tun("br", "tun0")
os.system("ip -n %s link set tun0 up" % ns_of("br"))
sysctl("br", "net/map/tx_frag_time", 1)
# The size of the skb stands where the control block of IPv4 has a source
# route's place. Length and identification of the packet are then its length
# and pointer: longer than the 40 bytes that there are for options.
for n, size in enumerate((0xfc, 0x1fc, 0x2fc, 0x4fc)):
    tun.send(ip4(SRV4, CE4, UDP, udp(53, PORT, bytes(size - 28)), id=0xfff0 | n, flags=MF))
path.flush()
check("they are kept", int(sysctl("br", "net/map/tx_frag_mem")) > 0)
until = time.monotonic() + PATIENCE
while expired() < 4 and time.monotonic() < until:
    select.select([], [], [], 0.05)
check_eq("their time is over", expired(), 4)
check_eq("nothing is left of them", int(sysctl("br", "net/map/tx_frag_mem")), 0)
answers = path.answers.drain()
check("RFC 792: nobody is told, the source may be forged", not answers, *map(describe, answers))
p = ip4(SRV4, CE4, UDP, udp(53, PORT, bytes(64)), id=1)
path.passed("later packets are put together", fragments(p, 24, 48)[::-1],
            lambda s: s[24:40] == a6(CE6) and s[40:] == aged(p), tx_reassembled=1, tx_packets=1)
done()
