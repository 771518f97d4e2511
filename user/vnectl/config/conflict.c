// SPDX-License-Identifier: GPL-2.0
/* What cannot be at the same time. */
#include <stdbool.h>
#include <string.h>

#include "config/file.h"

static bool same_port(const struct settings *one, const struct settings *two)
{
	uint32_t i, j;

	for (i = 0; i < one->ports.count; i++)
		for (j = 0; j < two->ports.count; j++)
			if (one->ports.port[i] == two->ports.port[j])
				return true;
	return false;
}

/* On one socket they are told apart by the prefix; a socket for all addresses
 * and one of the same port for one of them cannot both be.
 */
static bool responders_clash(const struct settings *one,
			     const struct settings *two, struct arg_error *err)
{
	if (address_equal(&one->local, &two->local)) {
		if (!address_equal(&one->remote, &two->remote))
			return false;
		arg_wrong(err, "remote",
			  "\"%s\" has the same \"remote\", \"local\" and \"port\": each must have a prefix of its own",
			  two->name);
		return true;
	}
	if (one->local.family && two->local.family)
		return false;
	arg_wrong(err, "local",
		  "\"%s\" listens on the same \"port\", and one of the two has no \"local\": they must have the same, or none",
		  two->name);
	return true;
}

/* Sockets of different interfaces or VRFs do not meet. */
static bool apart(const struct settings *one, const struct settings *two)
{
	return one->bind_device && two->bind_device &&
		strcmp(one->bind_device, two->bind_device);
}

/* What belongs to the socket that listens. */
static bool sockets_differ(const struct settings *one,
			   const struct settings *two, struct arg_error *err)
{
	if (one->mark == two->mark && !one->bind_device == !two->bind_device)
		return false;
	arg_wrong(err, one->mark == two->mark ? "bind-device" : "mark",
		  "\"%s\" listens on the same \"port\": it must have the same",
		  two->name);
	return true;
}

static bool clashes(const struct settings *one, const struct settings *two,
		    struct arg_error *err)
{
	if (one->role != two->role || one->remote.family != two->remote.family)
		return false;
	if (one->role == ROLE_ORIGINATOR &&
	    address_equal(&one->remote, &two->remote) &&
	    one->udp_port == two->udp_port) {
		arg_wrong(err, "remote",
			  "\"remote\" with \"udp-port\" %u is that of \"%s\"",
			  two->udp_port, two->name);
		return true;
	}
	if (one->role == ROLE_RESPONDER && same_port(one, two) &&
	    !apart(one, two))
		return responders_clash(one, two, err) ||
			sockets_differ(one, two, err);
	return false;
}

/**
 * conf_clash - can a transport live beside others?
 * @one: the transport
 * @others: the others; one of the same name does not count
 * @count: how many
 * @err: set when it cannot
 *
 * Return: the one that is in the way, or NULL.
 */
const struct settings *conf_clash(const struct settings *one,
				  const struct settings *others,
				  unsigned int count, struct arg_error *err)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (strcmp(one->name, others[i].name) &&
		    clashes(one, &others[i], err))
			return &others[i];
	return NULL;
}
