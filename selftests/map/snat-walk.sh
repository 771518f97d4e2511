#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# The conntrack table is one for all namespaces and may be large. Nothing that
# root of a user namespace can ask for keeps the RTNL while all of it is looked
# through: neither the use of the port set nor a change of address or rules.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

BUCKETS=/proc/sys/net/netfilter/nf_conntrack_buckets
WALKED=$(mktemp)
defer rm -f "$WALKED"
now() {
	echo "${EPOCHREALTIME/[.,]/}"
}
# took COMMAND...: its time in milliseconds, in $TOOK
took() {
	local -i from
	from=$(now)
	"$@" >/dev/null
	TOOK=$((($(now) - from) / 1000))
}

need_cmd conntrack
topo_up
check "a binding" pings "$lan" $SRV4
had=$(<$BUCKETS)
defer "echo $had >$BUCKETS"
took mapctl -n "$ce" stats map0
base=$TOOK walk=0
for ((n = 1 << 20; n <= 1 << 23 && walk < base + 400; n <<= 1)); do
	echo $n >$BUCKETS
	took mapctl -n "$ce" ports map0
	walk=$TOOK
done
echo "# base $base walk $walk n $n of $(<$BUCKETS)"
[[ $walk -ge $((base + 400)) ]] || skip "a walk takes $walk ms only"

# Who asks twice has walked twice; a change under the RTNL is through before.
(mapctl -n "$ce" ports map0; mapctl -n "$ce" ports map0; now) >"$WALKED" 2>&1 &
pause 0.1
check "another device changes meanwhile" ip -n "$br" link set out alias x
changed=$(now)
wait $!
check "more than a walk before the end" \
	test $((changed + walk * 1000)) -lt "$(tail -n1 "$WALKED")"

took mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3500::/56
check "another prefix does not wait for a walk ($TOOK ms, a walk $walk ms)" \
	test "$TOOK" -lt $((base + walk / 2))
no_binding() {
	! nsx "$ce" conntrack -L 2>/dev/null | grep -q "dst=$CE4"
}
check "the bindings go" busywait $((walk * 4)) no_binding
finish
