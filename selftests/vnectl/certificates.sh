#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# strongSwan with certificates: its IKE_AUTH messages are longer than a packet of
# the link. By TCP they are neither IP nor IKE fragments (RFC 9329, section 7.5).

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping openssl

# ca: the authority that both ends trust
ca() {
	openssl req -x509 -newkey rsa:3072 -nodes -days 2 -subj "/O=test/CN=ca" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,cRLSign \
		-keyout "$WORK/ca.key" -out "$WORK/ca.pem"
}

# certificate NS NAME: a key, and what the authority says of it
certificate() {
	local dir=$WORK/$1.d
	mkdir -p "$dir"/{private,x509,x509ca} &&
	openssl req -new -newkey rsa:3072 -nodes -subj "/O=test/CN=$2" \
		-keyout "$dir/private/key.pem" -out "$WORK/request" &&
	openssl x509 -req -in "$WORK/request" -CA "$WORK/ca.pem" -CAkey "$WORK/ca.key" \
		-CAcreateserial -days 2 -extfile <(echo "subjectAltName=DNS:$2") \
		-out "$dir/x509/cert.pem" &&
	cp "$WORK/ca.pem" "$dir/x509ca"
}

# longest: of the IKE messages that west has received
longest() {
	sed -n 's/.*received packet: from .* (\([0-9]*\) bytes).*/\1/p' "$WORK/$west.d/log" | sort -n | tail -n1
}

topo_up
block_udp
no_plaintext
check "a CA" ca
check "a certificate (east)" certificate "$east" east.example
check "a certificate (west)" certificate "$west" west.example
clients_up 0.0.0.0/0
hq_up $WEST4
AUTH=pubkey EAST_ID=east.example WEST_ID=west.example
# Messages in one piece, however long.
CONNECTION=('fragmentation = no' 'send_cert = always')
charons_up
check "the originator connects" busywait 5000 is "$east" hq state open
check "IKE establishes" swan "$east" --initiate --child net --timeout $((20 * PATIENCE)) || logs
check_match "by the certificate" "authentication of 'east.example' with RSA" cat "$WORK/$west.d/log"
check_match "at both ends" "authentication of 'west.example' with RSA" cat "$WORK/$east.d/log"
check "a message of IKE was longer than a packet: $(longest) bytes" test "$(longest)" -gt 1500
check "ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check "ping from the responder" nsx "$west" ping -q -c3 -i0.2 -W3 -I 10.2.0.1 10.1.0.1
check "a new IKE SA is authenticated, too" swan "$east" --rekey --ike hq --reauth
check "ping" slowwait 10 nsx "$east" ping -q -c3 -i0.2 -W1 -I 10.1.0.1 10.2.0.1 || logs
swan "$east" --terminate --ike hq >/dev/null

# A stranger: another authority of the same name.
check "another CA" ca
check "a certificate that nobody knows" certificate "$east" east.example
cp "$WORK/$west.d/x509ca/ca.pem" "$WORK/$east.d/x509ca/ca.pem"
swan "$east" --load-all --noprompt --clear >/dev/null
check_fails "a certificate of another CA is refused" swan "$east" --initiate --child net --timeout 10
check_match "by the responder" 'no issuer certificate found for "O=test, CN=east.example"' cat "$WORK/$west.d/log"
check "the connection stays" is "$east" hq state open
finish
