// SPDX-License-Identifier: GPL-2.0
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "ipc/server.h"
#include "daemon/dispatch.h"
#include "module.h"
#include "base/sd_notify.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl run [ FILE ]\n"
	     "The daemon: does what " CONF_FILE ", or FILE, says, and what it is\n"
	     "told by other commands, until it is ended by SIGINT or SIGTERM. SIGHUP, or\n"
	     "\"vnectl reload\", makes it read the file again. When it ends, lines stay as they\n"
	     "are, and the next one finds them; \"vnectl down\" takes them away.");
}

static void on_end(struct ev_loop *loop, ev_signal *w, int revents)
{
	(void)w;
	(void)revents;
	ev_break(loop, EVBREAK_ALL);
}

static void on_hangup(struct ev_loop *loop, ev_signal *w, int revents)
{
	char *errors;

	(void)loop;
	(void)w;
	(void)revents;
	if (daemon_load(NULL, &errors))
		fprintf(stderr, "%sNothing is changed.\n",
			errors ? errors : "");
	free(errors);
}

static void watch_signals(struct ev_loop *loop)
{
	static ev_signal interrupt, terminate, hangup;

	ev_signal_init(&interrupt, on_end, SIGINT);
	ev_signal_init(&terminate, on_end, SIGTERM);
	ev_signal_init(&hangup, on_hangup, SIGHUP);
	ev_signal_start(loop, &interrupt);
	ev_signal_start(loop, &terminate);
	ev_signal_start(loop, &hangup);
	signal(SIGPIPE, SIG_IGN);
}

/* Each connection is a descriptor. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/**
 * do_run - be the daemon
 * @args: the file
 *
 * Return: an exit code.
 */
int do_run(struct args *args)
{
	struct ev_loop *loop;
	const char *file;
	char *errors;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = conf_word(args, &file);
	if (ret)
		return ret;
	raise_limit();
	loop = ev_default_loop(0);
	srand48(time(NULL) ^ getpid());
	if (control_start(daemon_answer))
		return EXIT_KERNEL;
	if (daemon_load(file, &errors)) {
		fputs(errors ? errors : "Error: no memory\n", stderr);
		free(errors);
		control_stop();
		return EXIT_USAGE;
	}
	free(errors);
	module_notes(stderr);
	watch_signals(loop);
	notify("READY=1");
	ev_run(loop, 0);
	notify("STOPPING=1");
	daemon_end();
	control_stop();
	return EXIT_OK;
}
