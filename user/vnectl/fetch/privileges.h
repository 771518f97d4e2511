/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VNECTL_FETCH_PRIVILEGES_H
#define VNECTL_FETCH_PRIVILEGES_H

#include <sys/types.h>

/* Who asks servers; where there is no such user, it is NOBODY. */
#define FETCH_USER	"vne-fetch"
#define FETCH_NOBODY	"nobody"

/**
 * struct fetch_user - who asks servers
 * @uid: not that of root, nor of the daemon
 * @gid: its group
 */
struct fetch_user {
	uid_t uid;
	gid_t gid;
};

const char *privileges_user(struct fetch_user *user);
const char *privileges_drop(const struct fetch_user *user);

#endif /* VNECTL_FETCH_PRIVILEGES_H */
