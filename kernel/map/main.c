// SPDX-License-Identifier: GPL-2.0

#include <linux/module.h>

#include "decap.h"
#include "dev.h"
#include "link.h"
#include "local.h"
#include "netlink.h"
#include "reasm.h"
#include "snat.h"

/* The link type comes last: from then on devices can be created. */
static int __init map_init(void)
{
	int err;

	err = map_local_init();
	if (err)
		return err;
	err = map_snat_init();
	if (err)
		goto err_local;
	err = map_reasm_init();
	if (err)
		goto err_snat;
	err = map_dev_init();
	if (err)
		goto err_reasm;
	err = map_decap_init();
	if (err)
		goto err_dev;
	err = map_netlink_init();
	if (err)
		goto err_decap;
	err = map_link_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	map_netlink_exit();
err_decap:
	map_decap_exit();
err_dev:
	map_dev_exit();
err_reasm:
	map_reasm_exit();
err_snat:
	map_snat_exit();
err_local:
	map_local_exit();
	return err;
}

static void __exit map_exit(void)
{
	map_link_exit();
	map_netlink_exit();
	map_decap_exit();
	map_dev_exit();
	map_reasm_exit();
	map_snat_exit();
	rcu_barrier();
	map_local_exit();
}

module_init(map_init);
module_exit(map_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The mapvne authors");
MODULE_DESCRIPTION("Mapping of Address and Port (RFC 7597, RFC 7599): customer edge and border relay");
MODULE_VERSION(MAP_VERSION);
