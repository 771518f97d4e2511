/* SPDX-License-Identifier: GPL-2.0 */
/* The IKE request that an originator waits for a response to: on a new
 * connection it is sent again (RFC 9329, section 6.2).
 */
#ifndef _IPSEC_TCP_REQUEST_H
#define _IPSEC_TCP_REQUEST_H

#include <linux/skbuff.h>

struct ipsec_tcp_queue;

/**
 * struct ipsec_tcp_request - the last request
 * @frames: the message, or the fragments of it, with their Length fields; the
 *	queue's lock is for all of the structure
 * @since: when it was sent first, in jiffies
 * @spi: of the initiator
 * @id: message ID
 * @initiator: was it sent by the initiator of the IKE SA?
 */
struct ipsec_tcp_request {
	struct sk_buff_head frames;
	unsigned long since;
	u64 spi;
	u32 id;
	bool initiator;
};

void ipsec_tcp_request_init(struct ipsec_tcp_request *request);
void ipsec_tcp_request_sent(struct ipsec_tcp_request *request,
			    const struct sk_buff *skb);
void ipsec_tcp_request_answered(struct ipsec_tcp_request *request,
				const u8 *ike);
void ipsec_tcp_request_again(struct ipsec_tcp_request *request,
			     struct ipsec_tcp_queue *queue);
void ipsec_tcp_request_forget(struct ipsec_tcp_request *request);

#endif /* _IPSEC_TCP_REQUEST_H */
