/* SPDX-License-Identifier: GPL-2.0 */
/* What is in clear in an IKE message: the header (RFC 7296, section 3.1; of
 * IKEv1 it is the same up to the version), and the numbers of a fragment
 * (RFC 7383, section 2.5).
 */
#ifndef _IPSEC_TCP_IKE_H
#define _IPSEC_TCP_IKE_H

#include <linux/types.h>

#include "compat.h"

/* Bytes of the header. */
#define IPSEC_TCP_IKE_HEADER		28

/* Where the fields are. */
#define IPSEC_TCP_IKE_NEXT_PAYLOAD	16
#define IPSEC_TCP_IKE_VERSION		17
#define IPSEC_TCP_IKE_EXCHANGE		18
#define IPSEC_TCP_IKE_FLAGS		19
#define IPSEC_TCP_IKE_ID		20
#define IPSEC_TCP_IKE_LENGTH		24
#define IPSEC_TCP_IKE_FRAGMENT		32

#define IPSEC_TCP_IKE_VERSION_2		2
#define IPSEC_TCP_IKE_CREATE_CHILD_SA	36
#define IPSEC_TCP_IKE_INFORMATIONAL	37
#define IPSEC_TCP_IKE_PAYLOAD_SK	46
#define IPSEC_TCP_IKE_PAYLOAD_SKF	53
#define IPSEC_TCP_IKE_FLAG_INITIATOR	0x08
#define IPSEC_TCP_IKE_FLAG_RESPONSE	0x20

static inline u64 ipsec_tcp_ike_spi(const u8 *ike)
{
	return get_unaligned_be64(ike);
}

static inline u32 ipsec_tcp_ike_id(const u8 *ike)
{
	return get_unaligned_be32(ike + IPSEC_TCP_IKE_ID);
}

static inline bool ipsec_tcp_ike_is_v2(const u8 *ike)
{
	return ike[IPSEC_TCP_IKE_VERSION] >> 4 == IPSEC_TCP_IKE_VERSION_2;
}

static inline bool ipsec_tcp_ike_is_response(const u8 *ike)
{
	return ike[IPSEC_TCP_IKE_FLAGS] & IPSEC_TCP_IKE_FLAG_RESPONSE;
}

static inline bool ipsec_tcp_ike_by_initiator(const u8 *ike)
{
	return ike[IPSEC_TCP_IKE_FLAGS] & IPSEC_TCP_IKE_FLAG_INITIATOR;
}

#endif /* _IPSEC_TCP_IKE_H */
