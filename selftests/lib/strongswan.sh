# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# strongSwan as Debian has it, one in each of several namespaces.

# shellcheck disable=SC2034 # for tests
CHARON=/usr/lib/ipsec/charon

# charon_conf FOLDER [LINE...]: strongswan.conf for a daemon with its files there,
# and further lines of its section "charon". The default plug-ins bring a TUN
# device, and policies that exempt the link.
charon_conf() {
	local dir=$1
	shift
	cat <<-CONF
	swanctl {
		load = random openssl pem x509
		socket = unix://$dir/vici
	}
	charon {
		load = random nonce pem x509 openssl aes sha1 sha2 hmac kdf gcm gmp kernel-netlink socket-default vici updown
		plugins {
			vici {
				socket = unix://$dir/vici
			}
		}
		$(printf '%s\n' "$@")
	}
	CONF
}

# charon_log FOLDER: lines for charon_conf, so that it has a log there
charon_log() {
	cat <<-CONF
	filelog {
		log {
			path = $1/log
			default = 1
			flush_line = yes
		}
	}
	CONF
}
