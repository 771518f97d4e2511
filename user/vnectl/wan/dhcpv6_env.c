// SPDX-License-Identifier: GPL-2.0
/* Only the environment is read. dhclient calls its hook once for each address
 * and each prefix; the others say all that they have each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "wan/dhcpv6_env.h"
#include "parse.h"
#include "util.h"

/* The IA_PDs of dhcpcd, and the prefixes of each, are numbered from 1 on. */
#define IAS_MAX	16

static const char *const client_names[] = {
	[DHCPV6_DHCLIENT] = "dhclient",
	[DHCPV6_DHCPCD] = "dhcpcd",
	[DHCPV6_ODHCP6C] = "odhcp6c",
};

/* IPv4 has the same words without the 6. */
static const struct {
	enum dhcpv6_client client;
	const char *word;
	enum hook_step step;
} reasons[] = {
	{ DHCPV6_DHCLIENT, "BOUND6", HOOK_SET },
	{ DHCPV6_DHCLIENT, "RENEW6", HOOK_SET },
	{ DHCPV6_DHCLIENT, "REBIND6", HOOK_SET },
	{ DHCPV6_DHCLIENT, "DEPREF6", HOOK_DEPRECATE },
	{ DHCPV6_DHCLIENT, "EXPIRE6", HOOK_DROP },
	{ DHCPV6_DHCLIENT, "RELEASE6", HOOK_DROP },
	{ DHCPV6_DHCLIENT, "STOP6", HOOK_DROP },
	{ DHCPV6_DHCLIENT, "FAIL6", HOOK_DROP },
	{ DHCPV6_DHCPCD, "BOUND6", HOOK_SET },
	{ DHCPV6_DHCPCD, "RENEW6", HOOK_SET },
	{ DHCPV6_DHCPCD, "REBIND6", HOOK_SET },
	{ DHCPV6_DHCPCD, "REBOOT6", HOOK_SET },
	{ DHCPV6_DHCPCD, "INFORM6", HOOK_SET },
	{ DHCPV6_DHCPCD, "EXPIRE6", HOOK_DROP },
	{ DHCPV6_DHCPCD, "RELEASE6", HOOK_DROP },
	{ DHCPV6_DHCPCD, "STOP6", HOOK_DROP },
	{ DHCPV6_DHCPCD, "FAIL6", HOOK_DROP },
	{ DHCPV6_DHCPCD, "STOPPED", HOOK_DROP },
	{ DHCPV6_DHCPCD, "DEPARTED", HOOK_DROP },
	{ DHCPV6_ODHCP6C, "bound", HOOK_SET },
	{ DHCPV6_ODHCP6C, "rebound", HOOK_SET },
	{ DHCPV6_ODHCP6C, "updated", HOOK_SET },
	{ DHCPV6_ODHCP6C, "ra-updated", HOOK_SET },
	{ DHCPV6_ODHCP6C, "informed", HOOK_SET },
	{ DHCPV6_ODHCP6C, "unbound", HOOK_DROP },
	{ DHCPV6_ODHCP6C, "stopped", HOOK_DROP },
};

/* How the options are called: by the configuration that goes with the hooks,
 * and by odhcp6c itself.
 */
static const struct {
	unsigned int code;
	const char *name;
	const char *odhcp6c;
} options[] = {
	{ DHCPV6_S46_CONT_MAPE, "s46_cont_mape", "MAPE" },
	{ DHCPV6_S46_CONT_MAPT, "s46_cont_mapt", "MAPT" },
	{ DHCPV6_S46_CONT_LW, "s46_cont_lw", "LW4O6" },
	{ DHCPV6_AFTR_NAME, "aftr_name", "AFTR" },
};

/* Return: the text, or NULL where it is empty or missing. */
static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/**
 * hook_client - find a client by its name
 * @word: the name
 * @client: the result
 *
 * Return: 0, or -1.
 */
int hook_client(const char *word, enum dhcpv6_client *client)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(client_names); i++) {
		if (strcmp(word, client_names[i]))
			continue;
		*client = i;
		return 0;
	}
	return -1;
}

/* What only one of them says. */
static enum dhcpv6_client guess(void)
{
	if (getenv("ifflags") || getenv("protocol"))
		return DHCPV6_DHCPCD;
	if (getenv("reason"))
		return DHCPV6_DHCLIENT;
	return DHCPV6_ODHCP6C;
}

static enum hook_step step_of(enum dhcpv6_client client, const char *reason)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].client == client &&
		    !strcmp(reasons[i].word, reason))
			return reasons[i].step;
	return HOOK_IGNORE;
}

/**
 * hook_find - what is a hook called for?
 * @hook: the result
 * @client: name of the client, or NULL
 * @device: name of the device, or NULL where the environment says it
 * @reason: why, or NULL where the environment says it
 * @err: set when it does not make sense
 *
 * Return: 0, or -1.
 */
int hook_find(struct hook *hook, const char *client, const char *device,
	      const char *reason, struct arg_error *err)
{
	if (!client)
		hook->client = guess();
	else if (hook_client(client, &hook->client))
		return arg_wrong(err, client,
				 "client must be dhclient, dhcpcd or odhcp6c");
	device = device ?: env("interface");
	reason = reason ?: env("reason");
	if (!device || !reason)
		return arg_wrong(err, "",
				 "%s is neither said nor in the environment: is this the hook of a DHCPv6 client?",
				 device ? "reason" : "interface");
	if (!told_device(device))
		return arg_wrong(err, device,
				 "interface must be the name of a device");
	hook->device = device;
	hook->step = step_of(hook->client, reason);
	return 0;
}

static uint32_t seconds(const char *text)
{
	char *end;
	unsigned long number;

	if (!text)
		return 0;
	number = strtoul(text, &end, 10);
	return end == text || *text == '-' || number > LIFETIME_INFINITE ?
		0 : number;
}

/* A server may leave bits behind the prefix. */
static int read_prefix(const char *word, struct in6_addr *ipv6, uint8_t *len)
{
	const char *slash = word ? strchr(word, '/') : NULL;
	char addr[INET6_ADDRSTRLEN];
	struct arg_error err;
	uint32_t bits;

	if (!slash || slash - word >= (int)sizeof(addr))
		return -1;
	snprintf(addr, slash - word + 1, "%s", word);
	if (parse_ipv6(addr, "prefix", ipv6, &err) ||
	    !endpoint_usable(ipv6) ||
	    parse_number(slash + 1, "prefix", 1, 128, &bits, &err))
		return -1;
	map_ipv6_prefix_mask(ipv6, bits);
	*len = bits;
	return 0;
}

/* Without a lifetime there is nothing to be used. */
static int make_prefix(const char *word, const char *preferred,
		       const char *valid, double now, struct prefix *prefix)
{
	if (read_prefix(word, &prefix->ipv6, &prefix->len))
		return -1;
	prefix_set_lifetimes(prefix, seconds(preferred), seconds(valid), now);
	return prefix->valid > now ? 0 : -1;
}

static const char *pd_env(unsigned int ia, unsigned int number,
			  const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "new_dhcp6_ia_pd%u_prefix%u%s", ia,
		 number, what);
	return env(name);
}

static void tell_dhcpcd(struct prefixes *prefixes, double now)
{
	const char *ipv6, *len;
	struct prefix prefix;
	unsigned int ia, i;
	char word[64];

	for (ia = 1; ia <= IAS_MAX; ia++) {
		for (i = 1; i <= IAS_MAX; i++) {
			ipv6 = pd_env(ia, i, "");
			len = pd_env(ia, i, "_length");
			if (!ipv6 || !len)
				continue;
			snprintf(word, sizeof(word), "%s/%s", ipv6, len);
			if (!make_prefix(word, pd_env(ia, i, "_pltime"),
					 pd_env(ia, i, "_vltime"), now,
					 &prefix))
				prefixes_add(prefixes, &prefix);
		}
	}
}

/* "2001:db8::/56,1800,3600,class=00000001 2001:...": the text is taken apart. */
static void tell_odhcp6c(char *text, struct prefixes *prefixes, double now)
{
	char *word, *next, *prefix_word, *preferred, *valid, *rest;
	struct prefix prefix;

	for (word = strtok_r(text, " ", &next); word;
	     word = strtok_r(NULL, " ", &next)) {
		prefix_word = strtok_r(word, ",", &rest);
		preferred = strtok_r(NULL, ",", &rest);
		valid = strtok_r(NULL, ",", &rest);
		if (!make_prefix(prefix_word, preferred, valid, now, &prefix))
			prefixes_add(prefixes, &prefix);
	}
}

static void set_prefixes(const struct hook *hook, struct told *told,
			 double now)
{
	struct prefix prefix;
	char *copy;

	if (hook->client == DHCPV6_DHCLIENT) {
		if (!make_prefix(env("new_ip6_prefix"),
				 env("new_preferred_life"),
				 env("new_max_life"), now, &prefix))
			prefixes_add(&told->prefixes, &prefix);
		return;
	}
	told->prefixes.count = 0;
	if (hook->client == DHCPV6_DHCPCD) {
		tell_dhcpcd(&told->prefixes, now);
		return;
	}
	copy = strdup(env("PREFIXES") ?: "");
	if (copy)
		tell_odhcp6c(copy, &told->prefixes, now);
	free(copy);
}

static void add_option(const struct hook *hook, unsigned int i,
		       struct offer *offer)
{
	struct reason why;
	struct lease lease;
	char name[64];
	const char *text;

	snprintf(name, sizeof(name), "new_dhcp6_%s", options[i].name);
	text = env(hook->client == DHCPV6_ODHCP6C ? options[i].odhcp6c : name);
	if (!text)
		return;
	snprintf(name, sizeof(name), "option %u", options[i].code);
	if (dhcpv6_text(hook->client, options[i].code, text, &lease, &why) ||
	    offer_add(offer, &lease, &why))
		offer_skip(offer, name, &why);
}

static void set_offer(const struct hook *hook, struct told *told)
{
	unsigned int i;

	offer_free(&told->offer);
	offer_init(&told->offer);
	for (i = 0; i < ARRAY_SIZE(options); i++)
		add_option(hook, i, &told->offer);
}

/* Which prefix a call of dhclient is for, where it is for one. */
static struct prefix *named(struct prefixes *prefixes)
{
	const char *word = env("old_ip6_prefix") ?: env("cur_ip6_prefix");
	struct in6_addr ipv6;
	uint8_t len;

	if (read_prefix(word, &ipv6, &len))
		return NULL;
	return prefixes_find(prefixes, &ipv6, len);
}

static void deprecate_prefix(struct told *told, double now)
{
	struct prefix *prefix = named(&told->prefixes);

	if (prefix)
		prefix->preferred = now;
}

/* Rules end with the prefixes that they came with (RFC 7598, section 3). */
static void drop(const struct hook *hook, struct told *told)
{
	struct prefix *prefix;

	if (hook->client == DHCPV6_DHCLIENT) {
		prefix = named(&told->prefixes);
		if (prefix)
			prefixes_del(&told->prefixes, &prefix->ipv6,
				     prefix->len);
	} else {
		told->prefixes.count = 0;
	}
	if (!told->prefixes.count) {
		offer_free(&told->offer);
		offer_init(&told->offer);
	}
}

/**
 * hook_tell - note what the environment says
 * @hook: what the hook is called for
 * @told: what was told before, and what is told now
 * @now: what time it is, by clock_now()
 */
void hook_tell(const struct hook *hook, struct told *told, double now)
{
	prefixes_expire(&told->prefixes, now);
	switch (hook->step) {
	case HOOK_SET:
		set_prefixes(hook, told, now);
		set_offer(hook, told);
		break;
	case HOOK_DEPRECATE:
		deprecate_prefix(told, now);
		break;
	case HOOK_DROP:
		drop(hook, told);
		break;
	case HOOK_IGNORE:
		break;
	}
}
