# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# bash completion for vnectl(8)

_vnectl_netns()
{
	ip netns list 2>/dev/null | cut -d ' ' -f 1
}

# Names of the daemon's transports.
_vnectl_names()
{
	vnectl "${netns[@]}" ipsec status 2>/dev/null |
		sed -n 's/^\([^ :]*\): .*/\1/p'
}

# Names of the kernel's peers.
_vnectl_peers()
{
	vnectl "${netns[@]}" ipsec show 2>/dev/null |
		sed -n 's/^peer \([0-9]*\): .*/\1/p'
}

# The words that can follow a keyword as its value, on stdout. Fails where
# the word is no keyword with a value.
_vnectl_value()
{
	case $1 in
	-n|-netns) _vnectl_netns ;;
	role) echo originator responder ;;
	transport) echo udp udp-fallback-tcp tcp ;;
	esp) echo tcp fake-tcp ;;
	remote|local|port|udp-port|local-port|fallback-tcp-threshold) ;;
	connect-timeout|reconnect-min|reconnect-max|user-timeout|dscp) ;;
	queue-limit|prefix-timeout|idle-timeout|max-connections) ;;
	connection|child|vici|state-command|stop-command|start-command) ;;
	*) return 1 ;;
	esac
}

_vnectl_ipsec()
{
	local verb=$1
	shift

	case $verb in
	'') echo add set del show up down listen status monitor help ;;
	add|listen|set)
		if [[ $# -gt 0 ]]; then
			echo role transport esp remote local port udp-port \
				local-port fallback-tcp-threshold \
				connect-timeout reconnect-min reconnect-max \
				user-timeout dscp queue-limit prefix-timeout \
				idle-timeout max-connections connection child \
				vici state-command stop-command start-command
		elif [[ $verb = set ]]; then
			_vnectl_names
		fi ;;
	up)
		if [[ $# -eq 0 ]]; then
			_vnectl_names
		elif [[ $# -eq 1 ]]; then
			echo udp tcp
		fi ;;
	down|del*|status) [[ $# -gt 0 ]] || _vnectl_names ;;
	show) [[ $# -gt 0 ]] || _vnectl_peers ;;
	esac
}

_vnectl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local words=() netns=() list i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n|-netns) netns=(-n "${COMP_WORDS[++i]}") ;;
		-*) ;;
		*) words+=("${COMP_WORDS[i]}") ;;
		esac
	done

	if [[ ${#words[@]} -eq 1 && ${words[0]} = @(run|check) ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	if [[ ${#words[@]} -eq 0 && $cur = -* ]]; then
		list='-V -j -p -s -t -n'
	elif [[ ${#words[@]} -gt 3 || $prev = -* ]] && list=$(_vnectl_value "$prev"); then
		:
	elif [[ ${#words[@]} -eq 0 ]]; then
		list='run reload check ipsec help'
	elif [[ ${words[0]} = ipsec ]]; then
		list=$(_vnectl_ipsec "${words[@]:1}")
	else
		list=
	fi
	mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur")
}

complete -F _vnectl vnectl
