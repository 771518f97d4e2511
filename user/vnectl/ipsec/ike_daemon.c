// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "ipsec/ike_daemon.h"

#define WORDS_MAX 16

struct words {
	const char *word[WORDS_MAX];
	unsigned int count;
};

static void add(struct words *words, const char *word)
{
	words->word[words->count++] = word;
}

static const char *hook_of(enum ike_action action,
			   const struct settings *settings)
{
	if (action == IKE_STATE)
		return settings->state_command;
	if (action == IKE_START)
		return settings->start_command;
	return settings->stop_command;
}

static void strongswan(struct words *words, enum ike_action action,
		       const struct settings *settings)
{
	add(words, "swanctl");
	switch (action) {
	case IKE_STATE:
		add(words, "--list-sas");
		add(words, "--raw");
		add(words, "--noblock");
		break;
	case IKE_STOP_NOW:
		add(words, "--terminate");
		add(words, "--force");
		break;
	case IKE_STOP:
		add(words, "--terminate");
		add(words, "--timeout");
		add(words, "5");
		break;
	case IKE_START:
		add(words, "--initiate");
		add(words, "--child");
		add(words, settings_child(settings));
		add(words, "--timeout");
		add(words, "20");
		break;
	}
	add(words, "--ike");
	add(words, settings_connection(settings));
	if (settings->vici) {
		add(words, "--uri");
		add(words, settings->vici);
	}
}

/**
 * ike_run - ask the IKE daemon for something
 * @process: nothing runs in it
 * @action: what
 * @settings: of the transport
 * @done: called when there is an answer
 * @arg: for @done
 *
 * Return: 0, or -1 when it cannot be asked.
 */
int ike_run(struct process *process, enum ike_action action,
	    const struct settings *settings, process_done done, void *arg)
{
	const char *hook = hook_of(action, settings);
	char remote[PREFIX_STRLEN];
	const char *env[5] = {
		"VNE_NAME", settings->name,
		"VNE_REMOTE", address_format(&settings->remote, remote),
		NULL
	};
	struct words words = { 0 };

	if (hook) {
		add(&words, "/bin/sh");
		add(&words, "-c");
		add(&words, hook);
	} else {
		strongswan(&words, action, settings);
	}
	/* swanctl talks much on standard error, also of what is no error. */
	process->errors_too = !hook;
	return process_start(process, (char *const *)words.word, env,
			     IKE_PATIENCE, done, arg);
}

/* swanctl prints a line an IKE SA, its children in the same line; CONNECTING
 * is a state of IKE SAs only. An IKE SA that is rekeyed was established.
 */
static enum ike_state parse_sa(const char *line, size_t len)
{
	if (memmem(line, len, "state=ESTABLISHED", 17) ||
	    memmem(line, len, "state=REKEY", 11))
		return IKE_ESTABLISHED;
	if (memmem(line, len, "state=CONNECTING", 16) &&
	    memmem(line, len, "initiator=yes", 13))
		return IKE_CONNECTING;
	return IKE_NONE;
}

static enum ike_state parse_strongswan(const char *output)
{
	enum ike_state state = IKE_NONE, one;
	size_t len;

	for (; *output; output += len + !!output[len]) {
		len = strcspn(output, "\n");
		one = parse_sa(output, len);
		if (one > state)
			state = one;
	}
	return state;
}

/**
 * ike_parse - understand what the IKE daemon is doing
 * @settings: of the transport
 * @output: what IKE_STATE printed
 *
 * Return: its state.
 */
enum ike_state ike_parse(const struct settings *settings, const char *output)
{
	size_t len = strcspn(output, " \t\r\n");

	if (!settings->state_command)
		return parse_strongswan(output);
	if (len == 4 && !memcmp(output, "none", len))
		return IKE_NONE;
	if (len == 10 && !memcmp(output, "connecting", len))
		return IKE_CONNECTING;
	if (len == 11 && !memcmp(output, "established", len))
		return IKE_ESTABLISHED;
	return IKE_UNKNOWN;
}
