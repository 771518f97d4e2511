// SPDX-License-Identifier: GPL-2.0
/* Senders append messages to the queues in any context. The work gives them to
 * TCP, as many in one call as TCP takes (see tx.c). Other tasks that need a
 * process are left to the work as well, which a bit of todo tells what to do.
 */

#include <linux/jiffies.h>
#include <uapi/linux/ipsec_tcp.h>

#include "compat.h"
#include "queue.h"

/* The age at which ESP is dropped, in jiffies: inner connections are to see
 * loss instead of seconds of delay (RFC 9329, section 9.1). A queue of at most
 * QUEUE_SHORT bytes is left alone.
 */
#define QUEUE_TIME_MAX	(HZ / 10)
#define QUEUE_SHORT	65536

static struct workqueue_struct *ipsec_tcp_queue_wq;
static const u32 ipsec_tcp_queue_default_limit = IPSEC_TCP_DEFAULT_QUEUE_LIMIT;

/**
 * ipsec_tcp_queue_setup - an empty queue
 * @queue: zeroed, but for @queue->stats
 * @work: function of the work
 * @timer: function of the timer, also a work
 *
 * Limit and counters may be changed before the first message.
 */
void ipsec_tcp_queue_setup(struct ipsec_tcp_queue *queue, work_func_t work,
			   work_func_t timer)
{
	spin_lock_init(&queue->lock);
	__skb_queue_head_init(&queue->ike);
	__skb_queue_head_init(&queue->esp);
	queue->limit = &ipsec_tcp_queue_default_limit;
	init_waitqueue_head(&queue->room);
	INIT_WORK(&queue->work, work);
	INIT_DELAYED_WORK(&queue->timer, timer);
}

/* When a message was queued, in jiffies. */
static unsigned long *ipsec_tcp_queue_since(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(unsigned long) > sizeof(skb->cb));
	return (unsigned long *)skb->cb;
}

/**
 * ipsec_tcp_queue_expire - take ESP off that has waited for too long
 * @queue: its lock held
 * @late: initialised here; to be dropped without the lock
 *
 * The oldest messages go: new data has more use for the line.
 */
void ipsec_tcp_queue_expire(struct ipsec_tcp_queue *queue,
			    struct sk_buff_head *late)
{
	struct sk_buff *skb;

	lockdep_assert_held(&queue->lock);
	__skb_queue_head_init(late);
	if (queue->sending)
		return;
	while (queue->esp_mem > QUEUE_SHORT) {
		skb = skb_peek(&queue->esp);
		if (!time_after(jiffies,
				*ipsec_tcp_queue_since(skb) + QUEUE_TIME_MAX))
			break;
		queue->esp_mem -= skb->truesize;
		__skb_unlink(skb, &queue->esp);
		__skb_queue_tail(late, skb);
	}
}

/**
 * ipsec_tcp_queue_drop - drop messages that were taken off
 * @queue: its lock not held
 * @list: emptied
 * @counter: IPSEC_TCP_A_STATS_*
 */
void ipsec_tcp_queue_drop(const struct ipsec_tcp_queue *queue,
			  struct sk_buff_head *list, int counter)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		ipsec_tcp_drop(queue->stats, skb, counter);
}

static bool ipsec_tcp_queue_fits(const struct ipsec_tcp_queue *queue,
				 const struct sk_buff *skb, bool ike)
{
	if (ike)
		return skb_queue_len(&queue->ike) < IPSEC_TCP_IKE_MAX;
	return queue->esp_mem + skb->truesize <= READ_ONCE(*queue->limit);
}

static void ipsec_tcp_queue_append(struct ipsec_tcp_queue *queue,
				   struct sk_buff *skb, bool ike)
{
	if (ike) {
		__skb_queue_tail(&queue->ike, skb);
		return;
	}
	*ipsec_tcp_queue_since(skb) = jiffies;
	__skb_queue_tail(&queue->esp, skb);
	queue->esp_mem += skb->truesize;
}

/**
 * ipsec_tcp_queue_add - append a message, and have it sent
 * @queue: the queue
 * @skb: with its Length field; consumed, if 0 is returned
 * @ike: it is an IKE message
 *
 * Context: any but hard interrupts.
 * Return: 0, -ENOBUFS if the queue is full, -ENOTCONN if it is closed.
 */
int ipsec_tcp_queue_add(struct ipsec_tcp_queue *queue, struct sk_buff *skb,
			bool ike)
{
	struct sk_buff_head late;
	int err = 0;

	spin_lock_bh(&queue->lock);
	ipsec_tcp_queue_expire(queue, &late);
	if (queue->closed || queue->shut)
		err = -ENOTCONN;
	else if (!ipsec_tcp_queue_fits(queue, skb, ike))
		err = -ENOBUFS;
	else
		ipsec_tcp_queue_append(queue, skb, ike);
	/* No barrier: work that is pending takes the lock later, and then sees
	 * the message. It stops being pending before it takes the lock.
	 */
	if (!err && !work_pending(&queue->work))
		queue_work(ipsec_tcp_queue_wq, &queue->work);
	spin_unlock_bh(&queue->lock);
	ipsec_tcp_queue_drop(queue, &late, IPSEC_TCP_A_STATS_TX_LATE);
	return err;
}

/**
 * ipsec_tcp_queue_is_empty - does no message wait?
 * @queue: the queue
 */
bool ipsec_tcp_queue_is_empty(const struct ipsec_tcp_queue *queue)
{
	return skb_queue_empty_lockless(&queue->ike) &&
	       skb_queue_empty_lockless(&queue->esp);
}

/**
 * ipsec_tcp_queue_has_room - is there room for one more IKE message?
 * @queue: the queue
 */
bool ipsec_tcp_queue_has_room(const struct ipsec_tcp_queue *queue)
{
	return skb_queue_len_lockless(&queue->ike) < IPSEC_TCP_IKE_MAX;
}

/**
 * ipsec_tcp_queue_drop_esp - drop all ESP
 * @queue: the queue; the work is not sending
 */
void ipsec_tcp_queue_drop_esp(struct ipsec_tcp_queue *queue)
{
	struct sk_buff_head lost;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&queue->lock);
	skb_queue_splice_init(&queue->esp, &lost);
	queue->esp_mem = 0;
	spin_unlock_bh(&queue->lock);
	ipsec_tcp_queue_drop(queue, &lost, IPSEC_TCP_A_STATS_TX_LOST);
}

/**
 * ipsec_tcp_queue_kick - run the work
 * @queue: nothing happens if it is closed
 *
 * Context: any but hard interrupts; RCU or a reference keeps the connection.
 */
void ipsec_tcp_queue_kick(struct ipsec_tcp_queue *queue)
{
	spin_lock_bh(&queue->lock);
	if (!queue->closed)
		queue_work(ipsec_tcp_queue_wq, &queue->work);
	spin_unlock_bh(&queue->lock);
}

/**
 * ipsec_tcp_queue_ask - run the work for a purpose
 * @queue: as ipsec_tcp_queue_kick()
 * @todo: IPSEC_TCP_TODO_*
 */
void ipsec_tcp_queue_ask(struct ipsec_tcp_queue *queue, int todo)
{
	set_bit(todo, &queue->todo);
	ipsec_tcp_queue_kick(queue);
}

/**
 * ipsec_tcp_queue_wake - run the timer after this time, whatever it was set to
 * @queue: not closed
 * @delay: in jiffies
 */
void ipsec_tcp_queue_wake(struct ipsec_tcp_queue *queue, unsigned long delay)
{
	mod_delayed_work(ipsec_tcp_queue_wq, &queue->timer, delay);
}

/**
 * ipsec_tcp_queue_arm - set the timer, unless it is set
 * @queue: not closed
 * @delay: in jiffies
 *
 * For the timer itself: a call of ipsec_tcp_queue_wake() while it runs counts.
 */
void ipsec_tcp_queue_arm(struct ipsec_tcp_queue *queue, unsigned long delay)
{
	queue_delayed_work(ipsec_tcp_queue_wq, &queue->timer, delay);
}

/**
 * ipsec_tcp_queue_shut - accept no more messages, and drop those that wait
 * @queue: the queue; the work is not sending
 */
void ipsec_tcp_queue_shut(struct ipsec_tcp_queue *queue)
{
	struct sk_buff_head lost;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&queue->lock);
	queue->shut = true;
	skb_queue_splice_init(&queue->ike, &lost);
	spin_unlock_bh(&queue->lock);
	ipsec_tcp_queue_drop(queue, &lost, IPSEC_TCP_A_STATS_TX_LOST);
	ipsec_tcp_queue_drop_esp(queue);
	wake_up_interruptible(&queue->room);
}

/**
 * ipsec_tcp_queue_close - accept no more work
 * @queue: the queue
 */
void ipsec_tcp_queue_close(struct ipsec_tcp_queue *queue)
{
	spin_lock_bh(&queue->lock);
	queue->closed = true;
	spin_unlock_bh(&queue->lock);
}

/**
 * ipsec_tcp_queue_stop - wait for work and timer
 * @queue: closed
 *
 * Context: process, none of the locks that the work takes.
 */
void ipsec_tcp_queue_stop(struct ipsec_tcp_queue *queue)
{
	cancel_delayed_work_sync(&queue->timer);
	cancel_work_sync(&queue->work);
}

/**
 * ipsec_tcp_queue_init - before the first connection
 *
 * Return: 0 or -ENOMEM.
 */
int ipsec_tcp_queue_init(void)
{
	ipsec_tcp_queue_wq =
		alloc_workqueue("ipsec_tcp",
				WQ_HIGHPRI | WQ_MEM_RECLAIM | WQ_PERCPU, 0);
	return ipsec_tcp_queue_wq ? 0 : -ENOMEM;
}

/**
 * ipsec_tcp_queue_exit - after the last connection
 */
void ipsec_tcp_queue_exit(void)
{
	destroy_workqueue(ipsec_tcp_queue_wq);
}
