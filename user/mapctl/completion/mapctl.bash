# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# bash completion for mapctl(8)

# Names of interfaces: all, or those of the kind map.
_mapctl_devices()
{
	ip -o "${netns[@]}" link show "$@" 2>/dev/null |
		sed -n 's/^[0-9]*: \([^:@]*\).*/\1/p'
}

_mapctl_netns()
{
	ip netns list 2>/dev/null | cut -d ' ' -f 1
}

# The words that can follow a keyword as its value, on stdout. Fails where
# the word is no keyword with a value.
_mapctl_value()
{
	case $1 in
	dev) _mapctl_devices type map ;;
	link) _mapctl_devices; echo none ;;
	netns|link-netns|-n|-netns) _mapctl_netns ;;
	mode) echo map-e map-t ipip ;;
	role) echo ce br ;;
	iid|--iid) echo rfc7597 draft03 ;;
	snat|mss-clamp|pmtudisc) echo on off ;;
	hoplimit|tclass|tos) echo inherit ;;
	fragment) echo inner outer ;;
	ipid) echo keep psid ;;
	udp-zero-checksum) echo compute drop ;;
	proto) echo tcp udp icmp ;;
	prefix|local|remote|snat-reserve|icmp-source) echo none ;;
	mtu|lowest-ipv6-mtu|ipv4|ipv6|ea-len|psid-offset|psid|psid-len|dmr|source) ;;
	addr|port|map-ipv6) ;;
	--*) ;;
	*) return 1 ;;
	esac
}

_mapctl_rule()
{
	local verb=$1
	shift

	case $verb in
	'') echo add del show flush replace help ;;
	add|del*)
		case " $* " in
		*' bmr '*|*' fmr '*)
			echo ipv6 ipv4 ea-len psid-offset psid psid-len fmr iid ;;
		*' dmr '*|*' source '*) ;;
		*) echo bmr fmr dmr source ;;
		esac
		[[ " $* " = *' dev '* ]] || echo dev ;;
	show|list|flush|replace) [[ $# -gt 0 ]] || echo dev ;;
	esac
}

_mapctl_dev()
{
	local verb=$1
	shift

	case $verb in
	'') echo add set del show help ;;
	add|set|change)
		if [[ $verb != add && $# = 0 ]]; then
			_mapctl_devices type map
		elif [[ $# -gt 0 ]]; then
			echo mode role link prefix local remote iid snat \
				snat-reserve mss-clamp hoplimit tclass \
				fragment ipid pmtudisc tos \
				udp-zero-checksum lowest-ipv6-mtu \
				icmp-source mtu up down netns link-netns
		fi ;;
	del*|show|list) [[ $# -gt 0 ]] || _mapctl_devices type map ;;
	esac
}

# The words that can stand after an object and what follows it.
_mapctl_words()
{
	local object=$1
	shift

	case $object in
	'') echo rule dev show calc get ports stats monitor help ;;
	rule) _mapctl_rule "$@" ;;
	dev) _mapctl_dev "$@" ;;
	show|ports|stats|monitor)
		[[ $# -gt 0 ]] || { echo dev help; _mapctl_devices type map; } ;;
	get) echo dev proto; [[ $# -gt 0 ]] || echo help ;;
	calc)
		echo --rule-ipv6 --rule-ipv4 --ea-len --psid-offset --psid \
			--psid-len --iid --prefix --addr --port --map-ipv6
		[[ $# -gt 0 ]] || echo help ;;
	esac
}

_mapctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local words=() netns=() list i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n|-netns) netns=(-n "${COMP_WORDS[++i]}") ;;
		-b|-batch) ((i++)) ;;
		-*) [[ ${#words[@]} -eq 0 ]] || words+=("${COMP_WORDS[i]}") ;;
		*) words+=("${COMP_WORDS[i]}") ;;
		esac
	done

	if [[ $prev = -b || $prev = -batch ||
	      ( ${words[*]} = 'rule replace '* && $prev != dev ) ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	if [[ ${#words[@]} -eq 0 && $cur = -* ]]; then
		list='-V -j -p -s -o -t -n -batch -force'
	elif [[ ${words[*]} = dev || ${words[*]} = rule ]] ||
	     ! list=$(_mapctl_value "$prev"); then
		list=$(_mapctl_words "${words[@]}")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur")
}

complete -F _mapctl mapctl
