# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2004,SC2154 # HOST_ENV is of stage.sh, here of play
#
# The scene of IPsec: a branch in a hotel whose network lets only TCP pass.
# strongSwan as Debian has it at both ends, each with files of its own.

# shellcheck source=selftests/lib/strongswan.sh
. "$here/../selftests/lib/strongswan.sh"

ipsec_picture() {
	cat <<'PICTURE'
   10.1.0.1 [branch] ------ hotel ------ [center] 10.2.0.1
               192.0.2.2  (TCP only)  203.0.113.2
PICTURE
}

ipsec_network() {
	ip -batch - <<-LINES &&
	$(printf 'netns add %s\n' branch hotel center)
	link add wan netns branch type veth peer name inner netns hotel
	link add wan netns center type veth peer name outer netns hotel
	LINES
	ipsec_host branch 192.0.2 203.0.113 10.1.0.1 &&
	ipsec_host center 203.0.113 192.0.2 10.2.0.1 &&
	host hotel <<-LINES
	addr add 192.0.2.1/24 dev inner
	link set inner up
	addr add 203.0.113.1/24 dev outer
	link set outer up
	LINES
}

# ipsec_host NAME NET OTHER-NET INNER-ADDRESS
ipsec_host() {
	host "$1" <<-LINES
	link set lo up
	addr add $2.2/24 dev wan
	link set wan up
	addr add $4/32 dev lo
	route add $3.0/24 via $2.1
	route add default via $2.1 src $4
	LINES
}

# swanctl_conf LOCAL REMOTE LOCAL-NAME REMOTE-NAME LOCAL-NET REMOTE-NET
swanctl_conf() {
	cat <<-CONF
	connections {
	  hq {
	    version = 2
	    local_addrs = $1
	    remote_addrs = $2
	    local_port = 4500
	    remote_port = 4500
	    encap = yes
	    mobike = no
	    local {
	      auth = psk
	      id = $3
	    }
	    remote {
	      auth = psk
	      id = $4
	    }
	    children {
	      net {
	        local_ts = $5
	        remote_ts = $6
	      }
	    }
	  }
	}
	secrets {
	  ike {
	    secret = "a long random text"
	  }
	}
	CONF
}

# strongswan HOST LOCAL REMOTE LOCAL-NAME REMOTE-NAME LOCAL-NET REMOTE-NET: its
# files, and the daemon in the background
strongswan() {
	local dir=$WIRE/$1 host=$1
	shift
	mkdir -p "$dir/run" "$dir/swanctl"
	charon_conf "$dir" 'install_routes = no' 'retransmit_timeout = 2.0' \
		>"$dir/strongswan.conf"
	swanctl_conf "$@" >"$dir/swanctl/swanctl.conf"
	# What inside() adds for this host.
	HOST_ENV[$host]="cd $dir; export STRONGSWAN_CONF=$dir/strongswan.conf SWANCTL_DIR=$dir/swanctl;"
	# Its process id is kept in /run.
	inside "$host" "exec unshare -m sh -c 'mount --bind $dir/run /run && exec $CHARON'" \
		>"$dir/log" 2>&1 </dev/null &
	until_ok 60 inside "$host" 'swanctl --stats'
	inside "$host" 'swanctl --load-all --noprompt' >"$dir/load" 2>&1 ||
		give_up "strongSwan does not take its configuration" "$(cat "$dir/load")"
}

# only_tcp FILE: every packet there is TCP to or from port 4500
only_tcp() {
	awk '
	!NF { next }
	!/^IP 203\.0\.113\.2\.4500 > .*: tcp |^IP .* > 203\.0\.113\.2\.4500: tcp / {
		print "another packet: " $0
		bad = 1
		exit
	}
	{ packets++ }
	END { if (bad || !packets) exit 1; printf "%d packets", packets }' "$WIRE/$1"
}
