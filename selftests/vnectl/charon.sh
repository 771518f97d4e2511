# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# strongSwan in both namespaces, and an IKEv2 connection "hq" with a child "net"
# from $east to $west.

# shellcheck source=selftests/vnectl/daemon.sh
. "$(dirname "${BASH_SOURCE[0]}")/daemon.sh"

# shellcheck source=selftests/lib/strongswan.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/strongswan.sh"

# What a test may add, or have otherwise, before the daemons are started: lines of
# the connection, of its child, and of the section "charon"; how both ends prove
# who they are, and the ciphers of IKE. Certificates and keys are those in the
# folders of swanctl in $WORK/NS.d.
CONNECTION=() CHILD=() CHARON_LINES=()
AUTH=psk
PROPOSAL=aes128-sha256-modp2048
RETRANSMIT=('retransmit_timeout = 1.0' 'retransmit_base = 1.3')

# connection_conf LOCAL REMOTE LOCALID REMOTEID LOCALTS REMOTETS [NAME]
connection_conf() {
	cat <<-CONF
	connections {
		${7-hq} {
			version = 2
			local_addrs = $1
			remote_addrs = $2
			local_port = 4500
			remote_port = 4500
			encap = yes
			mobike = no
			proposals = $PROPOSAL
			$(printf '%s\n' "${CONNECTION[@]}")
			local {
				auth = $AUTH
				id = "$3"
			}
			remote {
				auth = $AUTH
				id = "$4"
			}
			children {
				net {
					local_ts = $5
					remote_ts = $6
					esp_proposals = aes128gcm16
					$(printf '%s\n' "${CHILD[@]}")
				}
			}
		}
	}
	secrets {
		ike {
			secret = "not a secret"
		}
	}
	CONF
}

# swan NS WORDS...
swan() {
	local dir=$WORK/$1.d
	shift
	STRONGSWAN_CONF=$dir/strongswan.conf SWANCTL_DIR=$dir swanctl "$@" --uri "unix://$dir/vici"
}

# charon_start NS: with the files that are there
charon_start() {
	local ns=$1 dir=$WORK/$1.d
	# Its process id is kept in /run.
	STRONGSWAN_CONF=$dir/strongswan.conf ip netns exec "$ns" unshare -m sh -c "
		mount --bind $dir/run /run && exec $CHARON" >/dev/null 2>&1 &
	PID=$!
}

charon_runs() {
	swan "$1" --stats >/dev/null
}

charon_load() {
	busywait 10000 charon_runs "$1" && swan "$1" --load-all --noprompt >/dev/null 2>"$WORK/$1.d/load"
}

# charon_settings NS: of the daemon itself
charon_settings() {
	local dir=$WORK/$1.d
	mkdir -p "$dir/run"
	charon_conf "$dir" 'install_routes = no' "${RETRANSMIT[@]}" "${CHARON_LINES[@]}" \
		"$(charon_log "$dir")" >"$dir/strongswan.conf"
}

# charon_files NS LOCAL REMOTE LOCALID REMOTEID LOCALTS REMOTETS
charon_files() {
	charon_settings "$1" && connection_conf "${@:2}" >"$WORK/$1.d/swanctl.conf"
}

# charon_up NS LOCAL REMOTE LOCALID REMOTEID LOCALTS REMOTETS: its process is $PID.
charon_up() {
	charon_files "$@" && charon_start "$1" && charon_load "$1"
}

# The first SA loads modules, which test their ciphers: on an emulated machine
# that takes longer than an IKE daemon waits for an answer.
cipher_loaded() {
	local sa="src $EAST4 dst $WEST4 proto esp spi 0x100"
	# shellcheck disable=SC2086 # words
	ip -n "$1" xfrm state add $sa mode tunnel aead "rfc4106(gcm(aes))" \
		0x00112233445566778899aabbccddeeff00112233 128 \
		encap espinudp 4500 4500 0.0.0.0 &&
	ip -n "$1" xfrm state delete $sa
}

# charons_up [EAST WEST [CLIENT]]: outer addresses; CLIENT is what the responder
# expects, should that not be EAST. What is inside, and who they are:
EAST_TS=10.1.0.1/32 WEST_TS=10.2.0.1/32
EAST_ID=east WEST_ID=west
charons_up() {
	local e=${1-$EAST4} w=${2-$WEST4}
	need_cmd swanctl
	[[ -x $CHARON ]] || skip "no strongSwan"
	check "the cipher is there" cipher_loaded "$east"
	check "strongSwan runs (east)" charon_up "$east" "$e" "$w" "$EAST_ID" "$WEST_ID" "$EAST_TS" "$WEST_TS"
	check "strongSwan runs (west)" charon_up "$west" "$w" "${3-$e}" "$WEST_ID" "$EAST_ID" "$WEST_TS" "$EAST_TS"
}

# established NS [WORD]: there is an IKE SA, with WORD in what is said of it
established() {
	swan "$1" --list-sas --raw 2>/dev/null | grep "state=ESTABLISHED" | grep -q "${2-}"
}

# spi NS: of the initiator
spi() {
	swan "$1" --list-sas --raw 2>/dev/null | sed -n 's/.*initiator-spi=\([0-9a-f]*\).*/\1/p' | tail -n1
}

logs() {
	local ns
	for ns in "$east" "$west"; do
		echo "-- $ns"
		tail -n 40 "$WORK/$ns.log" "$WORK/$ns.d/log"
	done
}
