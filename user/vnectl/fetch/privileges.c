// SPDX-License-Identifier: GPL-2.0
/* A process that talks to strangers can do nothing but that. */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fetch/privileges.h"

#define FILES_MAX	64
#define CPU_SECONDS	30
#define MEMORY_MAX	(256ul * 1024 * 1024)

/* The sanitizers reserve terabytes of address space. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#undef MEMORY_MAX
#define MEMORY_MAX	RLIM_INFINITY
#endif

/**
 * privileges_user - find out who asks servers
 * @user: the result
 *
 * It is looked up once: the database of users may be slow.
 *
 * Return: NULL, or why there is nobody who may.
 */
const char *privileges_user(struct fetch_user *user)
{
	static struct fetch_user found;
	const struct passwd *entry;

	if (!found.uid) {
		entry = getpwnam(FETCH_USER);
		if (!entry)
			entry = getpwnam(FETCH_NOBODY);
		if (!entry)
			return "there is no user " FETCH_USER ", nor " FETCH_NOBODY;
		found.uid = entry->pw_uid;
		found.gid = entry->pw_gid;
	}
	*user = found;
	if (!found.uid || !found.gid || found.uid == geteuid())
		return "its user has to be another one than root, and than that of vnectl";
	return NULL;
}

/* The bounding set ends where the kernel knows no more. */
static int drop_bounding(void)
{
	int cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			return -1;
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { 0 };

	return syscall(SYS_capset, &header, none);
}

static int change_user(const struct fetch_user *user)
{
	return setgroups(0, NULL) ||
		setresgid(user->gid, user->gid, user->gid) ||
		setresuid(user->uid, user->uid, user->uid) ? -1 : 0;
}

static int limit(int resource, rlim_t most)
{
	const struct rlimit limit = { most, most };

	return setrlimit(resource, &limit);
}

static int set_limits(void)
{
	return limit(RLIMIT_AS, MEMORY_MAX) || limit(RLIMIT_CORE, 0) ||
		limit(RLIMIT_CPU, CPU_SECONDS) || limit(RLIMIT_FSIZE, 0) ||
		limit(RLIMIT_MEMLOCK, 0) || limit(RLIMIT_NOFILE, FILES_MAX) ||
		limit(RLIMIT_NPROC, 0) ? -1 : 0;
}

/**
 * privileges_drop - give up for good all that this process may do
 * @user: who it is from now on
 *
 * It ends with the process that has started it, and can start none.
 *
 * Return: NULL, or what did not work; errno says why.
 */
const char *privileges_drop(const struct fetch_user *user)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return "no-new-privileges";
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		return "ambient capabilities";
	if (drop_bounding())
		return "the bounding set of capabilities";
	if (change_user(user))
		return "the user";
	if (drop_capabilities())
		return "capabilities";
	/* After the change of user, by which the kernel forgets it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		return "the end of its parent";
	if (getppid() != parent) {
		errno = ESRCH;
		return "its parent";
	}
	return set_limits() ? "limits" : NULL;
}
