# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Finds the kernel's complaints in what it wrote to its console.

SPLAT='BUG:|kernel BUG at|WARNING:|KASAN|UBSAN|Oops|Kernel panic|general protection'
SPLAT+='|INFO: (possible|trying to register|task .* blocked|suspicious|rcu)'
SPLAT+='|possible (circular|recursive|irq|deadlock)|suspicious RCU usage|lock held when returning'
SPLAT+='|rcu: .*(stall|detected)|self-detected stall|soft lockup|refcount_t:|ref_tracker: '
SPLAT+='|unregister_netdevice: waiting|leaked reference|list_(add|del) corruption|skb_(over|under)_panic'
SPLAT+='|new suspected memory leaks|hw csum failure|page_pool_release_retry|ODEBUG:|DEBUG_LOCKS_WARN'

# console_of NAME FILE: what the kernel said during a test. Two names are
# special: "boot" is before the first test, "between" is after one and before
# the next, when what is deferred comes to light.
console_of() {
	awk -v n="$1" '
		/mapvne: start / {
			seen = 1
			here = $NF
			if (here == n) out = ""
			next
		}
		/mapvne: end / { here = ""; next }
		n == "boot" && seen { exit }
		n == "boot" && !seen || n == "between" && seen && here == "" || here == n {
			out = out $0 "\n"
		}
		END { printf "%s", out }' "$2"
}

# Each complaint and what follows it, within reason; fails if there is none.
complaints() {
	tr -d '\r' | awk -v re="$SPLAT" '
		$0 ~ re { on = 60; n++ }
		on-- > 0 && lines++ < 200
		END { exit !n }'
}

# splats NAME FILE
splats() {
	console_of "$1" "$2" | complaints
}

splats_all() {
	complaints <"$1"
}
