#!/bin/bash
cd /tmp/ipsec/selftests/ipsec_tcp
. ./topo.sh
topo_up >/dev/null
CIPHER=("${NULL_ONLY[@]}")
CIPHER=("${NULL_CIPHER[@]}"); [ -n "$NULLONLY" ] && CIPHER=("${NULL_ONLY[@]}")
ip netns exec "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
udp_socks() { # so that the kernel decapsulates ESP in UDP
for ns in "$east" "$west"; do ip netns exec $ns python3 -c "
import socket,time
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('0.0.0.0',4500)); s.setsockopt(17,100,2)
time.sleep(100000)" & done; }
udp_socks
tcp() { nsx $east timeout 30 iperf3 -Z -l 1M -J -t ${T:-2} -c 10.2.0.1 -B 10.1.0.1 $1 | python3 -c "
import json,sys
d=json.load(sys.stdin)['end']; print('%.0f'%(d['sum_received']['bits_per_second']/1e6), 'retr', d['sum_sent'].get('retransmits'))"; }
udp() { nsx $east timeout 30 iperf3 -u -b $2 -l $1 -J -t ${T:-2} -c 10.2.0.1 -B 10.1.0.1 | python3 -c "
import json,sys
d=json.load(sys.stdin)['end']['sum']; s=d['seconds']; n=d['packets']-d['lost_packets']; print('%d pps of %d, lost %.1f%%'%(n/s,d['packets']/s,d['lost_percent']))"; }
measure() { echo "$1: tcp $(tcp) | rev $(tcp -R) | udp1300 $(udp 1300 0) | udp64 $(udp 64 0)"; }
for round in 1 2 3; do
tunnel $EAST4 $WEST4 4500
measure "round $round udp"
tool $east add 1 originator $WEST4; tool $west add 1 responder $EAST4
LISTENER=; [ -n "$L" ] || { listener_up; L=1; }
connector_up $WEST4 || echo no connection
tunnel $EAST4 $WEST4 $CLIENT_PORT
measure "round $round ipsec_tcp"
tool $east stats 1 | tr '\n' ' '; echo; tool $west stats 1 | tr '\n' ' '; echo
kill $CONNECTOR
tool $east del 1; tool $west del 1
done
