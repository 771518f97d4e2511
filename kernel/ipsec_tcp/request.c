// SPDX-License-Identifier: GPL-2.0

#include "compat.h"
#include "ike.h"
#include "queue.h"
#include "request.h"
#include "wire.h"

/* Longer than the IKE daemon retries. */
#define REQUEST_TIME	(180 * HZ)

/* Maximum number of fragments of a message. */
#define REQUEST_FRAMES	16

/**
 * ipsec_tcp_request_init - start without a request
 * @request: of a peer
 */
void ipsec_tcp_request_init(struct ipsec_tcp_request *request)
{
	skb_queue_head_init(&request->frames);
}

static bool ipsec_tcp_request_is(const struct ipsec_tcp_request *request,
				 const u8 *ike, bool initiator)
{
	return request->spi == ipsec_tcp_ike_spi(ike) &&
	       request->id == ipsec_tcp_ike_id(ike) &&
	       request->initiator == initiator;
}

/* IKE header of a framed message. */
static const u8 *ipsec_tcp_request_ike(const struct sk_buff *skb)
{
	return skb->data + IPSEC_TCP_LENGTH_SIZE + IPSEC_TCP_MARKER_LEN;
}

static bool ipsec_tcp_request_has(const struct sk_buff *skb, unsigned int len)
{
	return skb_headlen(skb) >= IPSEC_TCP_LENGTH_SIZE +
				   IPSEC_TCP_MARKER_LEN + len;
}

static u16 ipsec_tcp_request_fragment(const struct sk_buff *skb)
{
	const u8 *ike = ipsec_tcp_request_ike(skb);

	if (ike[IPSEC_TCP_IKE_NEXT_PAYLOAD] != IPSEC_TCP_IKE_PAYLOAD_SKF ||
	    !ipsec_tcp_request_has(skb, IPSEC_TCP_IKE_FRAGMENT + sizeof(u16)))
		return 0;
	return get_unaligned_be16(ike + IPSEC_TCP_IKE_FRAGMENT);
}

/* The daemon may retransmit. */
static bool ipsec_tcp_request_has_frame(const struct ipsec_tcp_request *request,
					const struct sk_buff *skb)
{
	const struct sk_buff *frame;

	skb_queue_walk(&request->frames, frame) {
		if (ipsec_tcp_request_fragment(frame) ==
		    ipsec_tcp_request_fragment(skb))
			return true;
	}
	return skb_queue_len(&request->frames) >= REQUEST_FRAMES;
}

static void ipsec_tcp_request_begin(struct ipsec_tcp_request *request,
				    const u8 *ike)
{
	__skb_queue_purge(&request->frames);
	request->since = jiffies;
	request->spi = ipsec_tcp_ike_spi(ike);
	request->id = ipsec_tcp_ike_id(ike);
	request->initiator = ipsec_tcp_ike_by_initiator(ike);
}

/**
 * ipsec_tcp_request_sent - the IKE daemon sends a message
 * @request: of the peer
 * @skb: with its Length field; still owned by the caller
 *
 * If memory is short, the copy is missing, and only the retransmission timer
 * of the daemon sends the request again.
 *
 * Context: any but hard interrupts.
 */
void ipsec_tcp_request_sent(struct ipsec_tcp_request *request,
			    const struct sk_buff *skb)
{
	const u8 *ike = ipsec_tcp_request_ike(skb);
	struct sk_buff *copy;

	if (!ipsec_tcp_request_has(skb, IPSEC_TCP_IKE_HEADER) ||
	    !ipsec_tcp_ike_is_v2(ike) || ipsec_tcp_ike_is_response(ike))
		return;
	copy = skb_copy(skb, GFP_ATOMIC | __GFP_NOWARN);
	spin_lock_bh(&request->frames.lock);
	if (!ipsec_tcp_request_is(request, ike,
				  ipsec_tcp_ike_by_initiator(ike)) ||
	    skb_queue_empty(&request->frames))
		ipsec_tcp_request_begin(request, ike);
	if (copy && !ipsec_tcp_request_has_frame(request, copy)) {
		__skb_queue_tail(&request->frames, copy);
		copy = NULL;
	}
	spin_unlock_bh(&request->frames.lock);
	consume_skb(copy);
}

/**
 * ipsec_tcp_request_answered - an IKE message has come
 * @request: of the peer
 * @ike: its header, 28 bytes
 *
 * The message is not authenticated. A forged one has the effect that only the
 * retransmission timer of the daemon sends the request again.
 */
void ipsec_tcp_request_answered(struct ipsec_tcp_request *request,
				const u8 *ike)
{
	if (!ipsec_tcp_ike_is_v2(ike) || !ipsec_tcp_ike_is_response(ike))
		return;
	spin_lock_bh(&request->frames.lock);
	if (ipsec_tcp_request_is(request, ike,
				 !ipsec_tcp_ike_by_initiator(ike)))
		__skb_queue_purge(&request->frames);
	spin_unlock_bh(&request->frames.lock);
}

/**
 * ipsec_tcp_request_again - send the request first on a new connection
 * @request: of the peer
 * @queue: of the connection; empty
 *
 * Context: process.
 */
void ipsec_tcp_request_again(struct ipsec_tcp_request *request,
			     struct ipsec_tcp_queue *queue)
{
	struct sk_buff_head again;
	struct sk_buff *skb, *copy;

	__skb_queue_head_init(&again);
	spin_lock_bh(&request->frames.lock);
	if (time_before(jiffies, request->since + REQUEST_TIME)) {
		skb_queue_walk(&request->frames, skb) {
			copy = skb_clone(skb, GFP_ATOMIC);
			if (copy)
				__skb_queue_tail(&again, copy);
		}
	}
	spin_unlock_bh(&request->frames.lock);
	while ((skb = __skb_dequeue(&again))) {
		if (ipsec_tcp_queue_add(queue, skb, true))
			kfree_skb(skb);
	}
}

/**
 * ipsec_tcp_request_forget - drop the request
 * @request: of the peer
 */
void ipsec_tcp_request_forget(struct ipsec_tcp_request *request)
{
	skb_queue_purge(&request->frames);
}
