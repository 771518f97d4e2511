/* SPDX-License-Identifier: GPL-2.0 */
/* The source of v6plus, and what it reports to the server. */
#ifndef VNECTL_PROVISION_V6PLUS_REPORT_H
#define VNECTL_PROVISION_V6PLUS_REPORT_H

#include "provision/core/http_provisioner.h"
#include "format/v6plus.h"

enum v6plus_gateway_status {
	V6PLUS_GATEWAY_UNKNOWN,
	V6PLUS_GATEWAY_OFF,
	V6PLUS_GATEWAY_ON,
};

enum v6plus_status {
	V6PLUS_STATUS_NONE,
	V6PLUS_STATUS_SAVED,
	V6PLUS_STATUS_OK,
	V6PLUS_STATUS_NO_RULE,
	V6PLUS_STATUS_SERVER_ERROR,
	V6PLUS_STATUS_CLIENT_ERROR,
};

/**
 * struct v6plus_reported - what was reported last
 * @action: enum v6plus_action, 0 for nothing
 * @cause: enum v6plus_cause
 * @done: the server has answered
 * @code: of its answer, 0 for none
 * @why: why it did not take it
 */
struct v6plus_reported {
	int action;
	int cause;
	bool done;
	int code;
	struct reason why;
};

/**
 * struct v6plus - the source
 * @asker: what it has in common with others
 * @id: of the server; a secret
 * @gateway: enum v6plus_gateway_status
 * @status: enum v6plus_status
 * @begun: what was saved had its chance
 * @active: the server was told of a start, or was so before a restart
 * @reported: what was reported last
 */
struct v6plus {
	struct asker asker;
	char id[V6PLUS_ID_LEN + 1];
	enum v6plus_gateway_status gateway;
	enum v6plus_status status;
	bool begun;
	bool active;
	struct v6plus_reported reported;
};

char *v6plus_url(const struct vne *vne, const char *page);
void v6plus_report(struct v6plus *v6plus, enum v6plus_action action,
		   enum v6plus_cause cause);
void v6plus_disown(struct v6plus *v6plus);

#endif /* VNECTL_PROVISION_V6PLUS_REPORT_H */
