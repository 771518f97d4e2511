// SPDX-License-Identifier: GPL-2.0
/* nft(8) knows nftables best: it is run, and waited for. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dataplane/nat.h"
#include "parse.h"

#define TABLE	"ip vne-%s"
/* Seconds, after which it is killed. */
#define LIMIT	10
#define NOT_FOUND 127

/* In the child. What the PATH of a user is does not matter. */
static void run(int in, int out)
{
	char *const argv[] = { "nft", "-f", "-", NULL };

	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	signal(SIGPIPE, SIG_DFL);
	alarm(LIMIT);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin", 1);
	setenv("LC_ALL", "C", 1);
	execvp(argv[0], argv);
	_exit(NOT_FOUND);
}

/* Return: what waitpid() has to say. */
static int wait_for(pid_t pid)
{
	int status = -1;

	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Files in memory: neither side has to wait for the other. */
static int talk(const char *script, char *said, size_t size)
{
	int in = memfd_create("nft", MFD_CLOEXEC);
	int out = memfd_create("nft", MFD_CLOEXEC);
	size_t len = strlen(script);
	int status = -1;
	ssize_t got = 0;
	pid_t pid;

	if (in >= 0 && out >= 0 &&
	    pwrite(in, script, len, 0) == (ssize_t)len) {
		pid = fork();
		if (!pid)
			run(in, out);
		status = wait_for(pid);
		got = pread(out, said, size - 1, 0);
	}
	said[got > 0 ? got : 0] = '\0';
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return status;
}

static int refused(int status, const char *device, char *said,
		   struct reason *why)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		return reason_set(why, REASON_REFUSED,
				  "source NAT for %s needs the program nft: install nftables, or say snat = no",
				  device);
	said[strcspn(said, "\n")] = '\0';
	return reason_set(why, REASON_REFUSED,
			  "nft refuses the table of %s: %s", device,
			  *said ? said : "it says nothing");
}

/* Others may have flushed all rules: firewalls do it when they start. */
static bool is_there(const char *device)
{
	char script[64], said[2048];

	snprintf(script, sizeof(script), "list table " TABLE "\n", device);
	return !talk(script, said, sizeof(said)) &&
		strstr(said, "masquerade");
}

/**
 * nat_make - have what leaves by a device leave with its own address
 * @device: its name
 * @ipv4: the address, in network byte order
 * @len: of the prefix around it: hosts in it have addresses of their own
 * @anew: @ipv4 or @len is another one than before
 * @why: set when it cannot be
 *
 * A table that is there stays; flows keep their addresses in any case.
 *
 * Return: 0, or -1.
 */
int nat_make(const char *device, uint32_t ipv4, uint8_t len, bool anew,
	     struct reason *why)
{
	char script[512], said[512], own[PREFIX_STRLEN];
	int status;

	if (!anew && is_there(device))
		return 0;
	if (len < 32)
		ipv4 &= htonl(~(0xffffffffu >> len));
	snprintf(script, sizeof(script),
		 "add table " TABLE "\n"
		 "delete table " TABLE "\n"
		 "table " TABLE " {\n"
		 "	chain postrouting {\n"
		 "		type nat hook postrouting priority 100;\n"
		 "		oifname \"%s\" ip saddr != %s masquerade\n"
		 "	}\n"
		 "}\n", device, device, device, device,
		 format_prefix4(ipv4, len, own));
	status = talk(script, said, sizeof(said));
	return status ? refused(status, device, said, why) : 0;
}

/**
 * nat_undo - take the table away
 * @device: name of the device
 * @why: set when it cannot be
 *
 * Return: 0, also where there is none, or -1.
 */
int nat_undo(const char *device, struct reason *why)
{
	char script[128], said[512];
	int status;

	snprintf(script, sizeof(script),
		 "add table " TABLE "\ndelete table " TABLE "\n", device,
		 device);
	status = talk(script, said, sizeof(said));
	return status ? refused(status, device, said, why) : 0;
}
