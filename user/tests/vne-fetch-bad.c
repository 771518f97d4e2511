// SPDX-License-Identifier: GPL-2.0
/* In the place of vne-fetch, for check-source: what it would do if a server had
 * taken it over. The first part of the path in the URL says what that is.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetch/message.h"
#include "format/query.h"

static char *data;
static size_t len;

static void put(const void *bytes, size_t count)
{
	const char *at = bytes;
	ssize_t done;

	for (; count; at += done, count -= done) {
		done = write(STDOUT_FILENO, at, count);
		if (done <= 0)
			_exit(1);
	}
}

static void make(const struct fetch_answer *answer)
{
	data = fetch_answer_write(answer, &len);
	if (!data)
		abort();
}

static void make_json(const char *text)
{
	struct fetch_answer answer = { .code = 200 };

	answer.found = json_loads(text, 0, NULL);
	if (!answer.found)
		abort();
	make(&answer);
}

static void do_empty(void)
{
}

static void do_crash(void)
{
	abort();
}

static void do_silent(void)
{
	pause();
}

static void do_huge(void)
{
	static char much[4 * 1024 * 1024];

	put(much, sizeof(much));
	pause();
}

static void do_drip(void)
{
	for (;;) {
		put("x", 1);
		sleep(1);
	}
}

static void do_garbage(void)
{
	unsigned char byte;
	unsigned int i;

	for (i = 0; i < 5000; i++) {
		byte = i * 2654435761u >> 11;
		put(&byte, 1);
	}
}

static void do_cut(void)
{
	make_json("{\"leases\": [], \"skipped\": []}");
	put(data, len - 3);
}

static void do_more(void)
{
	make_json("{\"leases\": [], \"skipped\": []}");
	put(data, len);
	put("x", 1);
}

static void do_types(void)
{
	make_json("{\"leases\": 7, \"skipped\": []}");
	put(data, len);
}

static void do_unknown(void)
{
	make_json("{\"leases\": [], \"skipped\": [], \"x\": 1}");
	put(data, len);
}

/* A rule that nobody can have. */
static void do_rule(void)
{
	make_json("{\"skipped\": [], \"leases\": [{\"method\": \"map-e\", \"br\": \"2001:db8::1\", \"rules\": [{\"ipv6\": \"2001:db8::/32\", \"ipv4\": \"192.0.2.0/24\", \"ea_len\": 48, \"psid_offset\": 16, \"iid\": \"draft03\", \"fmr\": true}]}]}");
	put(data, len);
}

static void do_array(void)
{
	struct fetch_answer answer = { .code = 200, .found = json_array() };

	make(&answer);
	put(data, len);
}

static void do_deep(void)
{
	struct fetch_answer answer = { .code = 200, .found = json_object() };
	json_t *value = json_object();
	int i;

	for (i = 0; i < 1000; i++)
		value = json_pack("{s:o}", "x", value);
	json_object_set_new(answer.found, "leases", value);
	make(&answer);
	put(data, len);
}

/* Words that act on a terminal. */
static void do_words(void)
{
	struct fetch_answer answer = { .status = HTTP_BROKEN };

	snprintf(answer.why, sizeof(answer.why), "a\033[2Jb\ncd\xc2\x9b");
	make(&answer);
	put(data, len);
}

static void do_status(void)
{
	struct fetch_answer answer = { .status = 77, .dns = 99 };

	make(&answer);
	put(data, len);
}

/* It has answered, and does not end: the next one must not have to wait. */
static void do_stays(void)
{
	struct fetch_answer answer = { .status = HTTP_BROKEN };

	snprintf(answer.why, sizeof(answer.why), "stays as %d", getpid());
	make(&answer);
	put(data, len);
	close(STDOUT_FILENO);
	pause();
}

static bool can_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid > 0;
}

static bool can_write(void)
{
	char path[] = "/tmp/vne-fetch-bad.XXXXXX";
	int fd = mkstemp(path);
	bool can = fd >= 0 && write(fd, "x", 1) == 1;

	if (fd >= 0)
		unlink(path);
	return can;
}

static bool has_descriptors(void)
{
	int fd;

	for (fd = FETCH_FILE_FD; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	return false;
}

static bool has_capabilities(void)
{
	char line[128];
	unsigned long long set;
	bool has = false;
	FILE *file = fopen("/proc/self/status", "r");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Cap%*[A-Za-z]: %llx", &set) == 1)
			has |= set;
	return has;
}

/* Says what it can do, which should be nothing. */
static void do_probe(void)
{
	struct fetch_answer answer = { .status = HTTP_BROKEN };
	struct rlimit core;
	extern char **environ;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_CORE, &core);
	snprintf(answer.why, sizeof(answer.why), "can:%s%s%s%s%s%s%s%s%s%s%s%s%s%s.",
		 !getuid() || !geteuid() || !getgid() ? " root" : "",
		 getgroups(0, NULL) ? " groups" : "",
		 has_capabilities() ? " capabilities" : "",
		 !setuid(0) || !setgid(0) ? " setuid" : "",
		 prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ? " new" : "",
		 open("/etc/shadow", O_RDONLY) >= 0 ? " shadow" : "",
		 can_fork() ? " fork" : "",
		 can_write() ? " write" : "",
		 !kill(getppid(), 0) ? " kill" : "",
		 !ptrace(PTRACE_SEIZE, getppid(), 0, 0) ? " ptrace" : "",
		 core.rlim_max ? " core" : "",
		 environ && *environ ? " environment" : "",
		 has_descriptors() ? " descriptors" : "",
		 socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) >= 0 ? " raw" : "");
	make(&answer);
	put(data, len);
}

static const struct {
	const char *name;
	void (*run)(void);
} tricks[] = {
	{ "empty", do_empty }, { "crash", do_crash }, { "silent", do_silent },
	{ "huge", do_huge }, { "drip", do_drip }, { "garbage", do_garbage },
	{ "cut", do_cut }, { "more", do_more }, { "types", do_types },
	{ "unknown", do_unknown }, { "rule", do_rule }, { "array", do_array },
	{ "deep", do_deep }, { "words", do_words }, { "status", do_status },
	{ "stays", do_stays }, { "probe", do_probe },
};

int main(void)
{
	static char text[65536];
	struct url_param params[QUERY_MAX];
	ssize_t got = pread(STDIN_FILENO, text, sizeof(text), 0);
	struct fetch_request request;
	const char *path;
	unsigned int i;

	if (got <= 0 || fetch_request_read(text, got, &request, params))
		return 1;
	path = strstr(request.http.url, "://") + 3;
	path += strcspn(path, "/") + 1;
	for (i = 0; i < sizeof(tricks) / sizeof(*tricks); i++)
		if (!strncmp(path, tricks[i].name, strcspn(path, "/")))
			tricks[i].run();
	_exit(0);
}
