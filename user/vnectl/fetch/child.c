// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fetch/child.h"
#include "fetch/privileges.h"

/* Descriptors of the child that are to be moved are above those that they are
 * moved to.
 */
#define FD_ABOVE	16

static int failed(char *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int failed(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, FETCH_WHY_LEN, fmt, ap);
	va_end(ap);
	return -1;
}

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t put;

	for (; len; data += put, len -= put) {
		put = write(fd, data, len);
		if (put <= 0)
			return -1;
	}
	return 0;
}

/* Old kernels know no MFD_NOEXEC_SEAL, and new ones may want it. */
static int new_memory(void)
{
	unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
#ifdef MFD_NOEXEC_SEAL
	int fd = memfd_create("vnectl", flags | MFD_NOEXEC_SEAL);

	if (fd >= 0 || errno != EINVAL)
		return fd;
#endif
	return memfd_create("vnectl", flags);
}

/* Return: a file in memory that nobody can change, and that only who has the
 * descriptor can read; or -1.
 */
static int make_memory(const char *data, size_t len)
{
	int fd = new_memory();

	if (fd < 0)
		return -1;
	if (!write_all(fd, data, len) &&
	    !fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW |
		   F_SEAL_SHRINK | F_SEAL_SEAL))
		return fd;
	close(fd);
	return -1;
}

/* Return: how much there was, at most @size; or -1. */
static ssize_t read_all(int fd, char *data, size_t size)
{
	size_t len = 0;
	ssize_t got;

	do {
		got = read(fd, data + len, size - len);
		if (got < 0)
			return -1;
		len += got;
	} while (got && len < size);
	return len;
}

/* A directory is an error by read(); what is no file may never end. */
static int copy(int from)
{
	char *data = malloc(FETCH_FILE_MAX + 1);
	ssize_t len = data ? read_all(from, data, FETCH_FILE_MAX + 1) : -1;
	int fd = -1;

	if (len > FETCH_FILE_MAX)
		errno = EFBIG;
	else if (len >= 0)
		fd = make_memory(data, len);
	if (data)
		explicit_bzero(data, FETCH_FILE_MAX + 1);
	free(data);
	return fd;
}

/* Keys are only for the user that vnectl is. */
static int copy_file(const char *what, const char *path, int *fd, char *why)
{
	int from;

	if (!path)
		return 0;
	from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (from >= 0) {
		*fd = copy(from);
		close(from);
	}
	if (*fd >= 0)
		return 0;
	return failed(why, "cannot read the %s %s: %s", what, path,
		      strerror(errno));
}

static int make_request(const struct fetch_request *request, int *fd)
{
	size_t len;
	char *data = fetch_request_write(request, &len);

	if (!data)
		return -1;
	*fd = make_memory(data, len);
	explicit_bzero(data, len);
	free(data);
	return *fd < 0 ? -1 : 0;
}

/**
 * child_input_open - get ready what a process is given
 * @input: the result, to be closed
 * @request: what is asked; not needed any more afterwards
 * @why: FETCH_WHY_LEN bytes for the reason why not
 *
 * Return: 0, or -1.
 */
int child_input_open(struct child_input *input,
		     const struct fetch_request *request, char *why)
{
	const struct http_request *http = &request->http;

	memset(input, -1, sizeof(*input));
	if (copy_file("CA file", http->ca_file, &input->files[FETCH_CA],
		      why) ||
	    copy_file("certificate", http->cert_file,
		      &input->files[FETCH_CERT], why) ||
	    copy_file("key", http->key_file, &input->files[FETCH_KEY], why)) {
		child_input_close(input);
		return -1;
	}
	if (!make_request(request, &input->request))
		return 0;
	child_input_close(input);
	return failed(why, "cannot make a request: %s", strerror(errno));
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/**
 * child_input_close - forget what a process was given
 * @input: what
 */
void child_input_close(struct child_input *input)
{
	unsigned int i;

	close_one(&input->request);
	for (i = 0; i < FETCH_FILES; i++)
		close_one(&input->files[i]);
}

/* Beside this program, as in the folder where it was built, or where it was
 * installed with it. Return: a descriptor, or -1.
 */
static int open_program(char *why)
{
	static const char *const places[] = {
		FETCH_PROGRAM, "../lib/vne/" FETCH_PROGRAM,
	};
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 64);
	unsigned int i;
	char *name;
	int fd;

	if (len <= 0)
		return failed(why, "cannot find /proc/self/exe");
	path[len] = '\0';
	name = strrchr(path, '/') + 1;
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		strcpy(name, places[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return failed(why, "cannot start %s: %s", path, strerror(errno));
}

/* In the child: what has gone wrong is its answer. */
static void child_fail(const char *what)
{
	struct fetch_answer answer;
	size_t len;
	char *data;

	fetch_answer_fail(&answer,
			  "cannot give up privileges, so nothing is asked: %s: %s",
			  what, strerror(errno));
	data = fetch_answer_write(&answer, &len);
	if (data)
		write_all(STDOUT_FILENO, data, len);
	_exit(EXIT_FAILURE);
}

/* Return: 0, or -1. Where there is nothing, nothing is moved. */
static int move(int fd, int to)
{
	return fd < 0 || dup2(fd, to) == to ? 0 : -1;
}

/* All others are closed, those that libraries have opened, too. */
static int arrange(const struct child_input *input, int output, int program)
{
	int above = fcntl(program, F_DUPFD_CLOEXEC, FD_ABOVE);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	unsigned int i;

	if (above < 0 || move(input->request, STDIN_FILENO) ||
	    move(output, STDOUT_FILENO) || move(null, STDERR_FILENO))
		return -1;
	for (i = 0; i < FETCH_FILES; i++)
		if (move(input->files[i], FETCH_FILE_FD + i))
			return -1;
	if (syscall(SYS_close_range, FETCH_FILE_FD + i, above - 1, 0) ||
	    syscall(SYS_close_range, above + 1, ~0u, 0))
		return -1;
	for (i = 0; i < FETCH_FILES; i++)
		if (input->files[i] < 0)
			close(FETCH_FILE_FD + i);
	return above;
}

static void child_run(const struct child_input *input, int output, int program,
		      const struct fetch_user *user)
{
	static char *const argv[] = { FETCH_PROGRAM, NULL };
	static char *const env[] = { NULL };
	const char *what;
	sigset_t none;
	int fd;

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fd = arrange(input, output, program);
	if (fd < 0)
		child_fail("descriptors");
	if (chdir("/"))
		child_fail("the folder");
	umask(077);
	what = privileges_drop(user);
	if (what)
		child_fail(what);
	fexecve(fd, argv, env);
	child_fail("cannot run " FETCH_PROGRAM);
}

/* What is moved must not be among those that it is moved to. */
static int raise_fd(int *fd)
{
	int above;

	if (*fd < 0 || *fd >= FD_ABOVE)
		return 0;
	above = fcntl(*fd, F_DUPFD_CLOEXEC, FD_ABOVE);
	if (above < 0)
		return -1;
	close(*fd);
	*fd = above;
	return 0;
}

static int raise_all(struct child_input *input, int *output, int *program)
{
	unsigned int i;

	for (i = 0; i < FETCH_FILES; i++)
		if (raise_fd(&input->files[i]))
			return -1;
	return raise_fd(&input->request) || raise_fd(output) ||
		raise_fd(program) ? -1 : 0;
}

static int fork_child(struct child *child, const struct child_input *input,
		      int output, int program, const struct fetch_user *user)
{
	struct child_input own = *input;
	pid_t pid = fork();

	if (!pid) {
		if (raise_all(&own, &output, &program))
			_exit(EXIT_FAILURE);
		child_run(&own, output, program, user);
	}
	child->process = pid < 0 ? -1 : syscall(SYS_pidfd_open, pid, 0);
	if (pid > 0 && child->process < 0)
		kill(pid, SIGKILL);
	return child->process < 0 ? -1 : 0;
}

static int run(struct child *child, const struct child_input *input,
	       int program, const struct fetch_user *user, char *why)
{
	int ends[2], ret;

	if (pipe2(ends, O_CLOEXEC))
		return failed(why, "cannot make a pipe: %s", strerror(errno));
	ret = fork_child(child, input, ends[1], program, user);
	close(ends[1]);
	if (ret) {
		close(ends[0]);
		return failed(why, "cannot make a process: %s",
			      strerror(errno));
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	child->output = ends[0];
	return 0;
}

/**
 * child_start - have a process ask
 * @child: the result, to be stopped
 * @input: what it is given
 * @why: FETCH_WHY_LEN bytes for the reason why there is none
 *
 * Return: 0, or -1.
 */
int child_start(struct child *child, const struct child_input *input, char *why)
{
	struct fetch_user user;
	const char *nobody = privileges_user(&user);
	int program, ret;

	if (nobody)
		return failed(why, "cannot start " FETCH_PROGRAM ": %s",
			      nobody);
	program = open_program(why);
	if (program < 0)
		return -1;
	ret = run(child, input, program, &user, why);
	close(program);
	return ret;
}

/**
 * child_stop - end a process, if it has not ended, and forget it
 * @child: the process; libev reaps it
 */
void child_stop(struct child *child)
{
	syscall(SYS_pidfd_send_signal, child->process, SIGKILL, NULL, 0);
	close(child->process);
	close(child->output);
}
