# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# SAs by hand, of one end at a time.

# sas NS REQID HERE THERE PORT-HERE PORT-THERE SRC DST SPI-OUT SPI-IN: both
# directions between two gateways, and policies for what is inside
sas() {
	local cipher='enc ecb(cipher_null) "" auth digest_null ""'
	local out="src $3 dst $4 proto esp" in="src $4 dst $3 proto esp"
	local mode="reqid $2 mode tunnel"

	ip -n "$1" -batch - <<-BATCH
		xfrm state add $out spi $9 $mode $cipher encap espinudp $5 $6 0.0.0.0
		xfrm state add $in spi ${10} $mode $cipher encap espinudp $6 $5 0.0.0.0
		xfrm policy update src $7 dst $8 dir out tmpl $out $mode
		xfrm policy update src $8 dst $7 dir in tmpl $in $mode
	BATCH
}
