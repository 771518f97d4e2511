/* SPDX-License-Identifier: GPL-2.0 */
/* Telling the provider the IPv6 address of the CE: what is sent, and whether
 * it was understood. The server takes the address from where the request comes
 * from.
 */
#ifndef VNECTL_FORMAT_DDNS_SERVICE_H
#define VNECTL_FORMAT_DDNS_SERVICE_H

#include <netinet/in.h>
#include <stddef.h>

#include "format/query.h"
#include "base/reason.h"

/**
 * enum update_dialect - the service that is told
 * @UPDATE_GENERIC: any: the URL says all, a status of 2xx is success
 * @UPDATE_V6PLUS: v6plus static
 * @UPDATE_TRANSIX: transix static
 * @UPDATE_OCN: OCN fixed IP, and other servers of dynamic DNS
 * @UPDATE_XPASS: Xpass
 */
enum update_dialect {
	UPDATE_GENERIC,
	UPDATE_V6PLUS,
	UPDATE_TRANSIX,
	UPDATE_OCN,
	UPDATE_XPASS,
};

/**
 * struct update_account - what the contract says; NULL for nothing
 * @user: user
 * @pass: password
 * @host: ocn: token in the place of a host name; xpass: fully qualified name
 * @id: xpass: identifier
 * @key: xpass: password of @host
 */
struct update_account {
	const char *user;
	const char *pass;
	const char *host;
	const char *id;
	const char *key;
};

extern const char *const update_dialects[];

const char *update_dialect_name(enum update_dialect dialect);
int update_dialect_find(const char *word);

int update_query(enum update_dialect dialect,
		 const struct update_account *account,
		 const struct in6_addr *address, struct query *query,
		 struct reason *why);
int update_judge(enum update_dialect dialect, unsigned int status,
		 const char *body, size_t len, struct reason *why);

#endif /* VNECTL_FORMAT_DDNS_SERVICE_H */
