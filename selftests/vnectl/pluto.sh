# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# libreswan, and an IKEv2 connection "hq" from $east to $west, as that of
# strongSwan in charon.sh; and what has to work with any two daemons.

# shellcheck source=selftests/vnectl/charon.sh
. "$(dirname "${BASH_SOURCE[0]}")/charon.sh"

PLUTO_LINES=('leftikeport = 4500' 'rightikeport = 4500')

# pluto_conf LOCAL REMOTE LOCALID REMOTEID LOCALTS REMOTETS
pluto_conf() {
	# What belongs to a section is indented.
	sed '/^conn/!s/^ */ /' <<-CONF
	conn hq
		ikev2 = insist
		authby = secret
		left = $1
		right = $2
		leftid = @$3
		rightid = @$4
		$(printf '%s\n' "${PLUTO_LINES[@]}")
		leftsubnet = $5
		rightsubnet = $6
		leftupdown = %disabled
		encapsulation = yes
		pfs = no
		mobike = no
		ike = aes128-sha2_256-dh14
		esp = aes_gcm128
		dpddelay = 2
		dpdaction = restart
		retransmit-timeout = $((4 * PATIENCE))
		auto = add
	CONF
}

# whack NS WORDS...
whack() {
	local dir=$WORK/$1.p
	shift
	"$LIBRESWAN/whack" --rundir "$dir/run" "$@"
}

# pluto_up NS LOCAL REMOTE LOCALID REMOTEID LOCALTS REMOTETS: its process is $PID.
pluto_up() {
	local ns=$1 dir=$WORK/$1.p
	shift
	mkdir -p "$dir"/{run,nss,d} &&
	certutil -N -d "sql:$dir/nss" --empty-password || return
	pluto_conf "$@" >"$dir/conf"
	echo ': PSK "not a secret"' >"$dir/secrets"
	# It looks for its helpers where the package would be installed.
	ip netns exec "$ns" unshare -m sh -c "
		mount --bind ${LIBRESWAN%/*} /usr/libexec
		exec $LIBRESWAN/pluto --config $dir/conf --nofork --logfile $dir/log \
			--rundir $dir/run --secretsfile $dir/secrets --ipsecdir $dir/d \
			--nssdir $dir/nss --no-dnssec" >"$dir/err" 2>&1 &
	PID=$!
	busywait 15000 grep -q '"hq": added' "$dir/log"
}

# One verb for either daemon: VERB_pluto NS, VERB_charon NS.
initiate_pluto() {
	timeout $((20 * PATIENCE)) "$LIBRESWAN/whack" --rundir "$WORK/$1.p/run" --initiate --name hq
}
rekey_child_pluto() {
	timeout $((10 * PATIENCE)) "$LIBRESWAN/whack" --rundir "$WORK/$1.p/run" --rekey-ipsec --name hq
}
rekey_ike_pluto() {
	timeout $((10 * PATIENCE)) "$LIBRESWAN/whack" --rundir "$WORK/$1.p/run" --rekey-ike --name hq
}
initiate_charon() {
	swan "$1" --initiate --child net --timeout $((20 * PATIENCE))
}
rekey_child_charon() {
	swan "$1" --rekey --child net
}
rekey_ike_charon() {
	swan "$1" --rekey --ike hq
}

pluto_logs() {
	tail -n 40 "$WORK"/*.log "$WORK"/*.[dp]/log
}

# spis: of ESP
spis() {
	ip -n "$east" xfrm state | awk '/proto esp/ { print $4 }' | sort
}
other_spis() {
	[[ $(spis) && $(spis) != "$1" ]]
}

pings() {
	check "$1: ping" slowwait 30 nsx "$east" ping -q -c2 -i0.2 -W1 -I 10.1.0.1 10.2.0.1 || pluto_logs
	check "$1: ping, the other way" slowwait 15 nsx "$west" ping -q -c2 -i0.2 -W1 -I 10.2.0.1 10.1.0.1 ||
		pluto_logs
}

reconnected() {
	local before
	before=$(client_port)
	vnectl -n "$west" ipsec down clients
	vnectl -n "$west" ipsec up clients
	check "$1: a new connection" slowwait 20 new_port "$before"
	pings "$1: by the new connection"
}

# As a responder, libreswan 4.10 does not follow a client to its new port: the
# client begins anew when dead peer detection has had no answer for a while.
CONNECTION=('dpd_delay = 2s')
CHILD=('dpd_action = restart')
RETRANSMIT=("retransmit_timeout = $PATIENCE" 'retransmit_base = 1.3' 'retransmit_tries = 2')

# ike_pair EAST WEST: pluto or charon each. IKE, ESP, rekeying by both ends, and a
# new connection, in a network without UDP.
ike_pair() {
	local e=$1 w=$2 ns daemon before
	[[ -x ${LIBRESWAN-}/pluto ]] || skip "no libreswan"
	need_cmd vnectl nft ping certutil swanctl
	topo_up
	block_udp
	no_plaintext
	clients_up 0.0.0.0/0
	hq_up $WEST4 'reconnect-max = 2'
	check "the cipher is there" cipher_loaded "$east"
	check "$e runs (east)" "${e}_up" "$east" $EAST4 $WEST4 east west 10.1.0.1/32 10.2.0.1/32
	check "$w runs (west)" "${w}_up" "$west" $WEST4 $EAST4 west east 10.2.0.1/32 10.1.0.1/32
	check "the originator connects" busywait 5000 is "$east" hq state open
	check "IKE establishes" "initiate_$e" "$east" || pluto_logs
	pings "at first"
	for ns in "$east" "$west"; do
		daemon=$e
		[[ $ns = "$east" ]] || daemon=$w
		before=$(spis)
		check "the ESP SA is rekeyed by $daemon" "rekey_child_$daemon" "$ns"
		check "it is another one" slowwait 10 other_spis "$before" || pluto_logs
		check "the IKE SA is rekeyed by $daemon" "rekey_ike_$daemon" "$ns"
	done
	pings "rekeyed"
	reconnected "rekeyed"
}

new_port() {
	local now
	now=$(client_port)
	[[ $now && $now != "$1" ]]
}
