#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hub and spoke: without the rule's F flag all goes to the BR (RFC 7597,
# section 5: a BMR "can optionally also be used as" an FMR, by its F flag), and the
# BR sends it back into the tunnel, to the other CE.

CE_RULE_OPTS=
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_mesh
serve "$ce2" "$PORT_2"
capture core "$core" ce2 "src host $CE6 or dst host $CE6"

who=$(fetch "$lan" $CE4_2:"$PORT_2"/who)
check "TCP to a server on the other CE: $who" is_own "$who" $CE4 0x34
who=$(udp "$lan" $CE4_2 "$PORT_2")
check "UDP: $who" is_own "$who" $CE4 0x34
check "download" download "$lan" $CE4_2:"$PORT_2" 1000000
check "upload" upload "$lan" $CE4_2:"$PORT_2" 1000000
check "by the BR" counted "$br" rx_packets 10
check_eq "which has sent all that it got" "$(counter "$br" tx_packets)" "$(counter "$br" rx_packets)"
check_eq "nothing directly" "$(captured_count core)" 0
check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"
finish
