#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# strongSwan, which knows nothing of TCP, at both ends: IKE and ESP by the
# connection, from port 500 as well, reconnects, rekeying, deletion.

. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/lib/strongswan.sh
. "$(dirname "$0")/../lib/strongswan.sh"
need_cmd swanctl ping tcpdump $CHARON

topo_up
listener_up
dir=$(mktemp -d)

# daemon NAME NS LOCAL REMOTE-ADDRESSES INNER REMOTE-INNER [SETTING...]
daemon() {
	local name=$1 ns=$2
	mkdir -p "$dir/$name/swanctl"
	charon_conf "$dir/$name" "$(charon_log "$dir/$name")" >"$dir/$name/strongswan.conf"
	cat >"$dir/$name/swanctl/swanctl.conf" <<-CONF
		connections {
			tunnel {
				version = 2
				local_addrs = $3
				remote_addrs = $4
				encap = yes
				mobike = no
				$7
				proposals = aes128gcm16-prfsha256-ecp256
				local { auth = psk
					id = $name }
				remote { auth = psk }
				children {
					net {
						local_ts = $5
						remote_ts = $6
						esp_proposals = aes128gcm16
					}
				}
			}
		}
		secrets { ike { secret = "between us" } }
	CONF
	ip netns exec "$ns" env STRONGSWAN_CONF="$dir/$name/strongswan.conf" \
		bash -c "mount -t tmpfs none /run && exec $CHARON" >/dev/null 2>&1 &
	DAEMONS+=($!)
	check "the daemon in the $name" busywait 10000 test -S "$dir/$name/vici" &&
	check "its configuration" swan "$name" --load-all
}
swan() {
	local name=$1
	shift
	env STRONGSWAN_CONF="$dir/$name/strongswan.conf" SWANCTL_DIR="$dir/$name/swanctl" \
		swanctl "$@" --uri "unix://$dir/$name/vici"
}
DAEMONS=()
daemons() {
	daemon east "$east" $EAST4 $WEST4 10.1.0.1/32 10.2.0.1/32 "$1"
	daemon west "$west" $WEST4 %any 10.2.0.1/32 10.1.0.1/32
}
daemons_down() {
	kill "${DAEMONS[@]}"
	wait "${DAEMONS[@]}" 2>/dev/null
	DAEMONS=()
	rm "$dir"/*/vici
}
pings() {
	nsx "$1" ping -q -c1 -W1 "$2"
}
sas() {
	swan "$1" --list-sas | grep -qE "$2"
}
show_logs() {
	tail -n 25 "$dir"/*/log
}

# Nothing but TCP is on the wire: what the kernel delivers comes after this.
for ns in "$east" "$west"; do
	ip netns exec "$ns" tcpdump -ni outer --immediate-mode -Q out -w "$dir/wire.$ns" \
		'(udp or esp) and net 192.0.2.0/24' 2>/dev/null &
done

# everything NAME SETTINGS
everything() {
	daemons "$2"
	connector_up $WEST4
	check "$1: established" swan east --initiate --child net --timeout 20 || show_logs
	check "$1: the other end thinks so, too" sas west ESTABLISHED
	check "$1: ping" slowwait 5 pings "$east" 10.2.0.1
	check "$1: ping, the other way" slowwait 5 pings "$west" 10.1.0.1

	kill $CONNECTOR
	slowwait 5 not conn_is "$west" "^open"
	connector_up $WEST4
	check "$1: 6.1: after a reconnect" slowwait 10 pings "$east" 10.2.0.1
	check "$1: the daemon has learnt the new port" slowwait 10 sas west "$EAST4\[$UDP_PORT\]" ||
		show_logs
	check "$1: ping, the other way" slowwait 5 pings "$west" 10.1.0.1
	check "$1: the ESP SA is rekeyed" swan west --rekey --child net
	check "$1: the IKE SA is rekeyed" swan east --rekey --ike tunnel
	check "$1: ping" slowwait 5 pings "$east" 10.2.0.1
	check "$1: deletion" swan west --terminate --ike tunnel
	check "$1: reaches the other end" slowwait 5 not sas east ESTABLISHED
	kill $CONNECTOR
	daemons_down
}

check "peer of the originator" tool "$east" add 1 originator $WEST4
check "peer of the responder" tool "$west" add 1 responder 192.0.2.0/24
everything "port 4500" "local_port = 4500
				remote_port = 4500"
everything "from port 500" ""
check_eq "nothing was dropped" \
	"$(for ns in "$east" "$west"; do tool "$ns" stats 1; done | grep -E 'full|unknown|no_memory|bad')" ""
for ns in "$east" "$west"; do
	check_eq "nothing but TCP was on the wire" "$(tcpdump -nr "$dir/wire.$ns" 2>/dev/null)" ""
done
finish
