#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# One strongSwan with 64 peers: they come all at once, all child SAs and then all
# IKE SAs are rekeyed at once, and all connections end, and come back, at once.
#
# Each peer has an IKE identity, an IKE SA, a child SA, addresses and a TCP
# connection of its own; several of them live in one daemon, because a daemon
# costs a guest more than a peer does.

. "$(dirname "$0")/branches.sh"

DAEMONS=16 CLIENTS=64
PEERS=$((CLIENTS / DAEMONS))

# What the center has. An SA that was replaced stays for a while.
ike_sas() {
	swan "$west" --list-sas --raw | grep 'state=ESTABLISHED'
}
# sorted_of KEY: what each IKE SA has there, once
sorted_of() {
	ike_sas | grep -o " $1=[^ ]*" | sort -u
}
esp_spis() {
	ip -n "$west" xfrm state | awk '/proto esp/ { print $4 }' | sort
}
settled() {
	[[ $(ip -n "$west" xfrm state count) = *" $((2 * CLIENTS))" ]] &&
	[[ $(ike_sas | wc -l) = "$CLIENTS" ]]
}
remember() {
	esp_spis >"$WORK/esp"
	sorted_of initiator-spi >"$WORK/ike"
}
# How many of those are still there: of ESP, of IKE.
left() {
	echo "$(esp_spis | comm -12 - "$WORK/esp" | wc -l)" \
		"$(sorted_of initiator-spi | comm -12 - "$WORK/ike" | wc -l)"
}
# rekeyed LEFT: so many of those are still there, and all peers have what they need
rekeyed() {
	settled && [[ $(left) = "$1" ]]
}

hub_up
CHARON_LINES=('threads = 12' 'delete_rekeyed_delay = 1')
# Many at once are no attack. To those, cookies that expire are sent while the machine
# is busy, and requests that begin come before those that go on.
CHARON_LINES+=('dos_protection = no' 'half_open_timeout = 200')
# Nor is there a need to ask again soon: TCP loses nothing.
RETRANSMIT=("retransmit_timeout = $((4 * PATIENCE)).0")
PROPOSAL=aes128-sha256-curve25519
center_up || { fail "the center"; finish; }
check "the cipher is there" cipher_loaded "$west"
CHILD=('start_action = start')
for ((n = 1; n <= DAEMONS; n++)); do
	branch "$n" || { fail "branch $n"; finish; }
done
check "$CLIENTS connections" slowwait 20 connections $CLIENTS
check_eq "$DAEMONS daemons begin IKE with all their peers at once" "$(each 1 $DAEMONS charon_load)" 0
check "each peer has an IKE SA and a child SA" slowwait 60 settled || tail "$WORK/$west.d/log"
check_eq "each has an identity of its own" "$(sorted_of remote-id | wc -l)" "$CLIENTS"
check_eq "and an address" "$(sorted_of remote-host | wc -l)" "$CLIENTS"
check_eq "all ping at once" "$(each 1 $DAEMONS pings)" 0

# Not both kinds together: on a slow machine strongSwan 5.9.8 then keeps some inbound
# SAs for ever, by plain UDP as well.
remember
swan "$west" --rekey --child net >/dev/null
check "rekeying all child SAs at once" slowwait 60 rekeyed "0 $CLIENTS" || left
swan "$west" --rekey --ike hq >/dev/null
check "rekeying all IKE SAs at once" slowwait 60 rekeyed "0 0" || left
check_eq "all ping" "$(each 1 $DAEMONS pings)" 0

remember
check "all connections end" vnectl -n "$west" ipsec down clients
check_eq "none is left" "$(shown "$west")" "0 0"
vnectl -n "$west" ipsec up clients
check "all come back" slowwait 30 connections $CLIENTS
check_eq "all ping" "$(each 1 $DAEMONS pings)" 0
check_eq "with the SAs that they had" "$(left)" "$((2 * CLIENTS)) $CLIENTS"
finish
