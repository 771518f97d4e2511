#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# The connection ends in the middle of a download through the tunnel: by a reset
# of somebody on the way, without a word, and by the hand of an administrator.
# The download goes on, and the SAs are what they were (RFC 9329, section 6.1).

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft curl python3 nc

# 10 seconds, and more where everything else takes longer, too
SIZE=4 RATE=400
[[ $PATIENCE = 1 ]] || RATE=150
FILE=$WORK/file

download_begin() {
	rm -f "$WORK/got"
	nsx "$east" curl -s --limit-rate ${RATE}k --max-time $((100 * PATIENCE)) \
		--interface 10.1.0.1 -o "$WORK/got" "http://10.2.0.1:8080/file" &
	DOWNLOAD=$!
}
# got BYTES: so many have come
got() {
	[[ $(stat -c %s "$WORK/got" 2>/dev/null || echo 0) -gt $1 ]]
}
# spis NS: of ESP, both directions
spis() {
	ip -n "$1" xfrm state | awk '/proto esp/ { print $4 }' | sort
}
is_new() {
	local now
	now=$(client_port)
	[[ $now && $now != "$port" ]]
}
asked() {
	grep -c 'sending DPD request' "$WORK/$east.d/log"
}
asks() {
	[[ $(asked) -gt $1 ]]
}

# interrupted WHAT CUT [MEND]: by these commands
interrupted() {
	local what=$1 cut=$2 mend=${3-:} esp ike requests
	esp=$(spis "$east") ike=$(spi "$east") port=$(client_port)
	download_begin
	check "$what: a download is under way" slowwait 10 got 100000
	requests=$(asked)
	$cut
	check "$what: the download is not at its end" kill -0 $DOWNLOAD
	if [[ $mend != : ]]; then
		check "$what: dead peer detection asks, and waits" slowwait 15 asks "$requests"
		check "$what: the connection has ended" slowwait 20 is "$east" hq state waiting
	fi
	$mend
	check "$what: a new connection" slowwait 20 is_new
	check "$what: the download ends well" slowwait 60 cmp "$WORK/got" "$FILE" || logs
	wait $DOWNLOAD
	check_eq "$what: the ESP SAs are those that they were (east)" "$(spis "$east")" "$esp"
	check_eq "$what: and at the other end" "$(spis "$west")" "$esp"
	check_eq "$what: the IKE SA as well" "$(spi "$east")" "$ike"
}

reset_tcp() {
	nsx "$west" nft -f - <<-RULES
	table inet cut {
		chain in {
			type filter hook input priority 0
			tcp dport 4500 reject with tcp reset
		}
	}
	RULES
	busywait 5000 is "$east" hq state waiting
	mend_tcp
}
kill_tcp() {
	nsx "$east" ss -K dst $WEST4 dport = 4500
}

topo_up
block_udp
no_plaintext
head -c ${SIZE}M /dev/urandom >"$FILE"
clients_up 0.0.0.0/0 'idle-timeout = 30'
hq_up $WEST4 'user-timeout = 3' 'reconnect-max = 2'
# The originator asks: that is what tells the responder the new port, too.
CONNECTION=('dpd_delay = 1s') RETRANSMIT=('retransmit_timeout = 1.0' 'retransmit_base = 1' 'retransmit_tries = 60')
charons_up
check "the originator connects" busywait 5000 is "$east" hq state open
check "IKE establishes" swan "$east" --initiate --child net --timeout $((20 * PATIENCE)) || logs
nsx "$west" python3 -m http.server -d "$WORK" -b 10.2.0.1 8080 >/dev/null 2>&1 &
wait_listen "$west" tcp 8080

interrupted "reset" reset_tcp
interrupted "silence" cut_tcp mend_tcp
# Not each kernel can (INET_DIAG_DESTROY).
nsx "$east" nc -l 127.0.0.1 9 >/dev/null &
wait_listen "$east" tcp 9
nsx "$east" ss -K sport = 9 >/dev/null
if ! listens "$east" tcp 9; then
	interrupted "killed" kill_tcp
fi
check_fails "no IKE SA has been given up" grep -E 'giving up after|peer not responding' \
	"$WORK/$east.d/log" "$WORK/$west.d/log"
finish
