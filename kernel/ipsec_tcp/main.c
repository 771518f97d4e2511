// SPDX-License-Identifier: GPL-2.0

#include <linux/module.h>
#include <linux/rcupdate.h>

#include "conn.h"
#include "control.h"
#include "deliver.h"
#include "fake.h"
#include "netlink.h"
#include "proof.h"
#include "queue.h"
#include "route.h"
#include "turn.h"
#include "ulp.h"

static const struct ipsec_tcp_conn_ops ipsec_tcp_conn_ops = {
	.started = ipsec_tcp_fake_start,
	.moved = ipsec_tcp_fake_moved,
	.ended = ipsec_tcp_fake_del,
	.event = ipsec_tcp_netlink_conn,
};

/* The interfaces to user space come last: from then on there are peers and
 * sockets.
 */
static int __init ipsec_tcp_init(void)
{
	int err;

	ipsec_tcp_route_init();
	ipsec_tcp_fake_init();
	ipsec_tcp_deliver_init();
	ipsec_tcp_conn_init(&ipsec_tcp_conn_ops);
	err = ipsec_tcp_turn_init();
	if (err)
		return err;
	err = ipsec_tcp_queue_init();
	if (err)
		goto err_turn;
	err = ipsec_tcp_control_init();
	if (err)
		goto err_queue;
	err = ipsec_tcp_proof_init();
	if (err)
		goto err_control;
	err = ipsec_tcp_netlink_init();
	if (err)
		goto err_proof;
	err = ipsec_tcp_ulp_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	ipsec_tcp_netlink_exit();
err_proof:
	ipsec_tcp_proof_exit();
err_control:
	ipsec_tcp_control_exit();
	rcu_barrier();
err_queue:
	ipsec_tcp_queue_exit();
err_turn:
	ipsec_tcp_turn_exit();
	return err;
}

static void __exit ipsec_tcp_exit(void)
{
	ipsec_tcp_ulp_exit();
	ipsec_tcp_netlink_exit();
	ipsec_tcp_proof_exit();
	ipsec_tcp_control_exit();
	rcu_barrier();
	ipsec_tcp_queue_exit();
	ipsec_tcp_turn_exit();
	/* ipsec_tcp_ulp_close() drops the module reference shortly before it
	 * returns. Other tasks may have read the operations of its socket just
	 * before. They leave these functions before they sleep.
	 */
	synchronize_rcu_tasks();
}

module_init(ipsec_tcp_init);
module_exit(ipsec_tcp_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The mapvne authors");
MODULE_DESCRIPTION("IKE and ESP over TCP (RFC 9329)");
MODULE_VERSION(IPSEC_TCP_VERSION);
/* xfrm_user_policy() needs it for policies of sockets. */
MODULE_SOFTDEP("pre: xfrm_user");
