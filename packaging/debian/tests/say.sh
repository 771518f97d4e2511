# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# How the tests of the packages say what they see. They end at the first thing
# that is wrong.

# see WHAT COMMAND...
see() {
	what=$1
	shift
	"$@" || { echo "not ok: $what: $*" >&2; exit 1; }
	echo "ok: $what"
}

# see_not WHAT COMMAND...
see_not() {
	what=$1
	shift
	! "$@" || { echo "not ok: $what: $*" >&2; exit 1; }
	echo "ok: $what"
}

# see_in WHAT TEXT OUTPUT
see_in() {
	case $3 in
	*"$2"*) echo "ok: $1" ;;
	*) printf 'not ok: %s: no "%s" in:\n%s\n' "$1" "$2" "$3" >&2; exit 1 ;;
	esac
}

version_of() {
	dpkg-query -W -f '${source:Upstream-Version}' "$1"
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" 2>&1
}
