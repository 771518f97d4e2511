/* SPDX-License-Identifier: GPL-2.0 */
/* The IKE daemon: what it is doing, and asking it to begin again. strongSwan
 * by its own tool, others by commands of the configuration.
 */
#ifndef VNECTL_IPSEC_IKE_DAEMON_H
#define VNECTL_IPSEC_IKE_DAEMON_H

#include "base/subprocess.h"
#include "config/ipsec_options.h"

/* Seconds that one question or command may take. */
#define IKE_PATIENCE	30

enum ike_state { IKE_UNKNOWN, IKE_NONE, IKE_CONNECTING, IKE_ESTABLISHED };

enum ike_action { IKE_STATE, IKE_STOP, IKE_STOP_NOW, IKE_START };

int ike_run(struct process *process, enum ike_action action,
	    const struct settings *settings, process_done done, void *arg);
enum ike_state ike_parse(const struct settings *settings, const char *output);

#endif /* VNECTL_IPSEC_IKE_DAEMON_H */
