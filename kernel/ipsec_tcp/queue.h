/* SPDX-License-Identifier: GPL-2.0 */
/* The queues of a connection, and the work that empties them. */
#ifndef _IPSEC_TCP_QUEUE_H
#define _IPSEC_TCP_QUEUE_H

#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "stats.h"

/* IKE messages in the queue. */
#define IPSEC_TCP_IKE_MAX	64

/* Bits of struct ipsec_tcp_queue.todo. */
enum {
	IPSEC_TCP_TODO_READ,
	IPSEC_TCP_TODO_OPENED,
	IPSEC_TCP_TODO_END,
	IPSEC_TCP_TODO_RENEW,
	IPSEC_TCP_TODO_PROVEN,
};

/**
 * struct ipsec_tcp_queue - messages to send, and who sends them
 * @lock: for the fields from @closed to @esp_mem; softirqs off
 * @closed: neither messages nor work are accepted
 * @shut: no messages are accepted
 * @sending: the work has given TCP the start of both lists: nothing is taken off
 *	them by anybody else. Written under @lock
 * @ike: messages that are sent first
 * @esp: the other ones
 * @esp_mem: truesize of @esp
 * @limit: limit of @esp_mem, in bytes; may change
 * @stats: counters for dropped messages
 * @room: waiters for room in @ike
 * @todo: IPSEC_TCP_TODO_* bits; atomic
 * @work: sends, and does what @todo says
 * @timer: of the connection
 */
struct ipsec_tcp_queue {
	/* The innermost lock: taken in any context but hard interrupts. */
	spinlock_t lock;
	bool closed;
	bool shut;
	bool sending;
	struct sk_buff_head ike;
	struct sk_buff_head esp;
	u32 esp_mem;
	const u32 *limit;
	struct ipsec_tcp_stats __percpu *stats;
	wait_queue_head_t room;
	unsigned long todo;
	struct work_struct work;
	struct delayed_work timer;
};

void ipsec_tcp_queue_setup(struct ipsec_tcp_queue *queue, work_func_t work,
			   work_func_t timer);
int ipsec_tcp_queue_add(struct ipsec_tcp_queue *queue, struct sk_buff *skb,
			bool ike);
bool ipsec_tcp_queue_is_empty(const struct ipsec_tcp_queue *queue);
bool ipsec_tcp_queue_has_room(const struct ipsec_tcp_queue *queue);
void ipsec_tcp_queue_expire(struct ipsec_tcp_queue *queue,
			    struct sk_buff_head *late);
void ipsec_tcp_queue_drop(const struct ipsec_tcp_queue *queue,
			  struct sk_buff_head *list, int counter);
void ipsec_tcp_queue_drop_esp(struct ipsec_tcp_queue *queue);
void ipsec_tcp_queue_kick(struct ipsec_tcp_queue *queue);
void ipsec_tcp_queue_ask(struct ipsec_tcp_queue *queue, int todo);
void ipsec_tcp_queue_wake(struct ipsec_tcp_queue *queue, unsigned long delay);
void ipsec_tcp_queue_arm(struct ipsec_tcp_queue *queue, unsigned long delay);
void ipsec_tcp_queue_shut(struct ipsec_tcp_queue *queue);
void ipsec_tcp_queue_close(struct ipsec_tcp_queue *queue);
void ipsec_tcp_queue_stop(struct ipsec_tcp_queue *queue);
int ipsec_tcp_queue_init(void);
void ipsec_tcp_queue_exit(void);

#endif /* _IPSEC_TCP_QUEUE_H */
