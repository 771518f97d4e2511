#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Segments that come one by one from the network are put together on the map
# device (gro_cells): the LAN gets packets much longer than the MTU, although
# the core carries none.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft jq ethtool

topo_up
# The core network carries single segments.
nsx "$br" ethtool -K wan gso off tso off >/dev/null
nsx "$br" ethtool -K map0 gso off tso off >/dev/null
nsx "$ce" ethtool -K wan gro on >/dev/null
nsx "$ce" nft -f - <<-'NFT'
table netdev watch {
	counter long_wan { }
	chain wan {
		type filter hook ingress device "wan" priority 0
		meta length > 1600 counter name long_wan
	}
}
table ip watch {
	counter long { }
	counter total { }
	chain forward {
		type filter hook forward priority 0
		iifname map0 counter name "total"
		iifname map0 meta length > 1600 counter name long
	}
}
NFT
count() {
	nsx "$ce" nft -j list counter "$1" watch "$2" | jq '.nftables[] | select(.counter) | .counter.packets'
}
serve "$srv" 8080
check "download" download "$lan" $SRV4:8080 3000000
check_eq "no long packet comes in by the link" "$(count netdev long_wan)" 0
check "but $(count ip long) of $(count ip total) leave the map device" test "$(count ip long)" -gt 10
finish
