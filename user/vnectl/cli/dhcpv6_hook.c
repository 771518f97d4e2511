// SPDX-License-Identifier: GPL-2.0
/* Nothing here may disturb the client's own work, whatever a server has sent and
 * whether the daemon runs or not: only words that are wrong end with an error.
 */
#include <net/if.h>
#include <stdio.h>

#include "clock.h"
#include "ipc/server.h"
#include "wan/dhcpv6_env.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl dhcpv6-hook [ client { dhclient | dhcpcd | odhcp6c } ]\n"
	     "                          [ interface DEV ] [ reason WORD ]\n"
	     "For the hooks of DHCPv6 clients: reads delegated prefixes, rules and the AFTR\n"
	     "from the environment, and tells the daemon. odhcp6c needs interface and reason,\n"
	     "the others say them in the environment.");
}

static int read_words(struct args *args, const char **client,
		      const char **device, const char **reason)
{
	const struct {
		const char *word;
		const char *expects;
		const char **value;
	} words[] = {
		{ "client", "a DHCPv6 client", client },
		{ "interface", "a device", device },
		{ "reason", "a word of the client", reason },
	};
	const char *word;
	int i;

	while ((word = args_next(args))) {
		i = keyword_find(word, (const char *)&words[0].word,
				 sizeof(words[0]), ARRAY_SIZE(words));
		if (i < 0)
			return fail_word(word, "expected client, interface or reason");
		if (*words[i].value)
			return fail_twice(words[i].word);
		*words[i].value = args_next(args);
		if (!*words[i].value)
			return fail_missing(words[i].word, words[i].expects);
	}
	return EXIT_OK;
}

/* What was told of another device with this name does not count. */
static void load(const char *device, struct told *told)
{
	int index = if_nametoindex(device);
	struct reason why;

	told_load(device, told, &why);
	if (told->index != index) {
		told_free(told);
		told_init(told);
	}
	told->index = index;
}

static void note(const struct hook *hook)
{
	struct reason why;
	struct told told;
	int lock;

	lock = told_lock();
	load(hook->device, &told);
	hook_tell(hook, &told, clock_now());
	if (told_save(hook->device, &told, &why))
		fprintf(stderr, "vnectl: %s\n", why.text);
	told_free(&told);
	told_unlock(lock);
}

/**
 * do_dhcpv6_hook - be told something by a DHCPv6 client
 * @args: what the environment does not say
 *
 * Return: an exit code.
 */
int do_dhcpv6_hook(struct args *args)
{
	const char *client = NULL, *device = NULL, *reason = NULL;
	struct arg_error err;
	struct hook hook;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = read_words(args, &client, &device, &reason);
	if (ret)
		return ret;
	if (hook_find(&hook, client, device, reason, &err))
		return fail_arg(&err);
	if (hook.step == HOOK_IGNORE)
		return EXIT_OK;
	note(&hook);
	control_tell(json_pack("{s:s, s:s}", "command", "dhcpv6", "interface",
			       hook.device));
	return EXIT_OK;
}
