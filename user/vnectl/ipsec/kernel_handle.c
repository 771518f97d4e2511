// SPDX-License-Identifier: GPL-2.0
#include <netlink/attr.h>

#include "ipsec/genl_ipsec_tcp.h"
#include "ipsec/kernel_handle.h"

static struct {
	struct kernel kernel;
	bool kernel_is_open;
} handle;

static void (*on_open)(void);

static void collect(uint8_t cmd, struct nlattr **tb, void *arg)
{
	struct nlattr *nest = tb[IPSEC_TCP_A_PEER], *id;
	json_t *ids = arg;

	(void)cmd;
	id = nest ? nla_find(nla_data(nest), nla_len(nest),
			     IPSEC_TCP_A_PEER_ID) : NULL;
	if (id)
		json_array_append_new(ids, json_integer(nla_get_u32(id)));
}

/* Of a daemon that was killed: this is the only one now. */
static void delete_leftovers(struct kernel *kernel)
{
	json_t *ids = json_array(), *id;
	size_t i;

	kernel_dump(kernel, IPSEC_TCP_CMD_PEER_GET, 0, collect, ids);
	json_array_foreach(ids, i, id)
		if (json_integer_value(id) >= PEER_ID_FIRST &&
		    json_integer_value(id) <= PEER_ID_LAST)
			kernel_peer_del(kernel, json_integer_value(id));
	json_decref(ids);
}

/**
 * ipsec_kernel - the socket to the kernel
 * @why: for the reason why there is none
 * @size: of @why
 *
 * The module may be loaded later than the daemon starts.
 *
 * Return: the socket, or NULL.
 */
struct kernel *ipsec_kernel(char *why, size_t size)
{
	if (handle.kernel_is_open)
		return &handle.kernel;
	if (kernel_open(&handle.kernel, why, size))
		return NULL;
	handle.kernel_is_open = true;
	delete_leftovers(&handle.kernel);
	if (on_open)
		on_open();
	return &handle.kernel;
}

/**
 * ipsec_kernel_on_open - be told when the socket to the kernel is open
 * @opened: is called once, by ipsec_kernel()
 */
void ipsec_kernel_on_open(void (*opened)(void))
{
	on_open = opened;
}

/**
 * ipsec_kernel_close - close the socket to the kernel, if it is open
 */
void ipsec_kernel_close(void)
{
	if (handle.kernel_is_open)
		kernel_close(&handle.kernel);
	handle.kernel_is_open = false;
}
