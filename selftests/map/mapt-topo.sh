# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# The network of topo.sh with mode map-t in CE and BR: the same rule, the same
# addresses, and a prefix for IPv4 addresses outside of the domain.
#
#   DMR      64:ff9b::/96 (DMR, for another one)
#   server   64:ff9b::198.51.100.2 in the domain

# shellcheck disable=SC2034 # for topo.sh
MODE=map-t
: "${DMR=64:ff9b::/96}"
# shellcheck disable=SC2034 # for tests
SRV6=64:ff9b::c633:6402

. "$(dirname "${BASH_SOURCE[0]}")/topo.sh"

# The BR's part of the DMR, and the way to it.
topo_dmr() {
	mapctl -n "$br" rule add dev map0 dmr "$DMR" &&
	ip -n "$br" -6 route add "$DMR" dev map0 &&
	ip -n "$core" -6 route add "$DMR" via 2001:db8:f:ff::2
}
