// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/subprocess.h"

static void process_read(struct process *process)
{
	char rest[4096];
	ssize_t got;

	do {
		if (process->len < OUTPUT_MAX)
			got = read(process->pipe.fd,
				   process->output + process->len,
				   OUTPUT_MAX - process->len);
		else
			got = read(process->pipe.fd, rest, sizeof(rest));
		if (got > 0 && process->len < OUTPUT_MAX)
			process->len += got;
	} while (got > 0);
	process->output[process->len] = '\0';
	/* A grandchild can hold it open: the end of the child is the end. */
	if (got == 0 || (errno != EAGAIN && errno != EINTR))
		ev_io_stop(EV_DEFAULT_UC, &process->pipe);
}

static void on_output(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop;
	(void)revents;
	process_read(w->data);
}

static void process_forget(struct process *process)
{
	ev_child_stop(EV_DEFAULT_UC, &process->child);
	ev_io_stop(EV_DEFAULT_UC, &process->pipe);
	ev_timer_stop(EV_DEFAULT_UC, &process->timer);
	close(process->pipe.fd);
	process->pid = 0;
}

static void on_end(struct ev_loop *loop, ev_child *w, int revents)
{
	struct process *process = w->data;

	(void)loop;
	(void)revents;
	process_read(process);
	process_forget(process);
	process->done(process, w->rstatus, process->arg);
}

static void on_limit(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct process *process = w->data;

	(void)loop;
	(void)revents;
	kill(-process->pid, SIGKILL);
}

/* In the child: a group of its own, so that all of it can be ended. The parent
 * does the same, or it could be ended before there is one, and would live on.
 */
static void child_run(struct process *process, int out, char *const *argv,
		      const char *const *env)
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (process->errors_too)
		dup2(out, STDERR_FILENO);
	for (; env && *env; env += 2)
		setenv(env[0], env[1], 1);
	execvp(argv[0], argv);
	_exit(127);
}

static int process_fork(struct process *process, char *const *argv,
			const char *const *env)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	process->pid = fork();
	if (process->pid == 0)
		child_run(process, ends[1], argv, env);
	if (process->pid > 0)
		setpgid(process->pid, process->pid);
	close(ends[1]);
	if (process->pid < 0) {
		process->pid = 0;
		close(ends[0]);
		return -1;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return ends[0];
}

/**
 * process_start - run a program
 * @process: nothing runs in it
 * @argv: its name and arguments
 * @env: names and values in turn up to a NULL, added to the environment
 * @limit: seconds until it is killed
 * @done: called when it has ended
 * @arg: for @done
 *
 * Return: 0, or -1 when there is no process; @done is not called then.
 */
int process_start(struct process *process, char *const *argv,
		  const char *const *env, double limit, process_done done,
		  void *arg)
{
	int fd = process_fork(process, argv, env);

	if (fd < 0)
		return -1;
	process->len = 0;
	process->output[0] = '\0';
	process->done = done;
	process->arg = arg;
	ev_child_init(&process->child, on_end, process->pid, 0);
	ev_io_init(&process->pipe, on_output, fd, EV_READ);
	ev_timer_init(&process->timer, on_limit, limit, 0);
	process->child.data = process;
	process->pipe.data = process;
	process->timer.data = process;
	ev_child_start(EV_DEFAULT_UC, &process->child);
	ev_io_start(EV_DEFAULT_UC, &process->pipe);
	ev_timer_start(EV_DEFAULT_UC, &process->timer);
	return 0;
}

/**
 * process_last_line - the last thing that a program said
 * @process: which has ended
 *
 * Return: its last line, which may be empty.
 */
const char *process_last_line(struct process *process)
{
	char *line;

	while (process->len && process->output[process->len - 1] == '\n')
		process->output[--process->len] = '\0';
	line = strrchr(process->output, '\n');
	return line ? line + 1 : process->output;
}

/**
 * process_stop - end a program, whose end is of no interest any more
 * @process: of which nothing needs to run
 */
void process_stop(struct process *process)
{
	if (!process->pid)
		return;
	kill(-process->pid, SIGKILL);
	/* libev reaps it. */
	process_forget(process);
}
