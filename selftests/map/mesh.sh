#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mesh: with the rule's F flag (RFC 7598, section 4.1) CEs send to each other
# directly, and the BR sees none of it (RFC 7597, section 5: "Forwarding
# Mapping Rule").

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_mesh
serve "$ce2" "$PORT_2"

who=$(fetch "$lan" $CE4_2:"$PORT_2"/who)
check "TCP to a server on the other CE: $who" is_own "$who" $CE4 0x34
who=$(udp "$lan" $CE4_2 "$PORT_2")
check "UDP: $who" is_own "$who" $CE4 0x34
check "download" download "$lan" $CE4_2:"$PORT_2" 1000000
check "upload" upload "$lan" $CE4_2:"$PORT_2" 1000000
check_eq "the BR has received nothing" "$(counter "$br" rx_packets)" 0
check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"

serve "$srv" 8080
who=$(fetch "$lan" $SRV4:8080/who)
check "the server still is behind the BR: $who" is_own "$who" $CE4 0x34
check "which has received that" counted "$br" rx_packets 1
finish
