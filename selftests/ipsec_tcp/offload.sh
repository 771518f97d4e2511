#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# With esp4_offload loaded, ESP without UDP is encrypted only by the device: it
# must not leave by the connection before that. With UDP it works as ever.

. "$(dirname "$0")/topo.sh"
need_cmd ping nft
HAD=no
[[ ! -d /sys/module/esp4_offload ]] || HAD=yes
need_module esp4_offload

SECRET=6d61707664652d706c61696e2d74657874
topo_up
listener_up
for mode in 0 1; do
	tool "$east" add 1 originator $WEST4 esp=$mode
	tool "$west" add 1 responder $EAST4 esp=$mode
	connector_up $WEST4

	tunnel $EAST4 $WEST4 "$UDP_PORT"
	check "esp $mode, ESP in UDP: ping" nsx "$east" ping -q -c3 -i0.1 -W5 -I 10.1.0.1 10.2.0.1

	tunnel $EAST4 $WEST4 -
	sent=$(counter "$east" tx_bytes)
	check_fails "esp $mode, ESP without UDP: no ping" \
		nsx "$east" ping -q -c3 -i0.1 -W1 -p $SECRET -I 10.1.0.1 10.2.0.1
	check "esp $mode: which is counted" test "$(counter "$east" tx_not_encrypted)" -ge 3
	check_eq "esp $mode: nothing was sent" "$(counter "$east" tx_bytes)" "$sent"
	check_eq "esp $mode: as fake TCP neither" "$(counter "$west" rx_unknown_spi)" 0
	kill "$CONNECTOR"
	wait "$CONNECTOR" 2>/dev/null
	tool "$east" del 1
	tool "$west" del 1
done
# The tests that come next in this machine need ESP without UDP.
if [[ $HAD = no && -e /sys/module/esp4_offload/refcnt ]]; then
	for ns in "$east" "$west"; do
		ip -n "$ns" xfrm state flush
	done
	check "the module can go" slowwait 10 modprobe -r esp4_offload
fi
finish
