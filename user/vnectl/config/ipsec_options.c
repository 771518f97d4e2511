// SPDX-License-Identifier: GPL-2.0
#include <linux/ipsec_tcp.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/ipsec_options.h"
#include "util.h"

const char *const role_names[] = { "originator", "responder", NULL };
const char *const transport_names[] = {
	"udp", "udp-fallback-tcp", "tcp", NULL
};

const char *const esp_names[] = { "tcp", "fake-tcp", NULL };

_Static_assert(ARRAY_SIZE(esp_names) == IPSEC_TCP_ESP_MODE_MAX + 2,
	       "each way of ESP has a name");

/* Whom a setting is for. */
#define ROLE_BIT(role)	(1u << (role))
#define ORIGINATOR	ROLE_BIT(ROLE_ORIGINATOR)
#define RESPONDER	ROLE_BIT(ROLE_RESPONDER)
#define BOTH		(ORIGINATOR | RESPONDER)

#define OPTION_OF struct settings
#define FIELD(field) offsetof(OPTION_OF, field)
#define PORTS(name, field, roles, usual) \
	{ ROW(name, KIND_PORTS, field, roles), .min = 1, .max = 65535, \
	  .preset = usual }

static const struct key keys[] = {
	WORD("role", role, BOTH, role_names, ROLE_ORIGINATOR),
	WORD("transport", transport, BOTH, transport_names,
	     TRANSPORT_FALLBACK),
	WORD("esp", esp, BOTH, esp_names, ESP_TCP),
	ADDRESS("remote", remote, BOTH),
	ADDRESS("local", local, BOTH),
	PORTS("port", ports, BOTH, IPSEC_TCP_DEFAULT_PORT),
	NUMBER("udp-port", udp_port, ORIGINATOR, 1, 65535, 4500),
	NUMBER("local-port", local_port, BOTH, 1, 65535, 4500),
	NUMBER("fallback-tcp-threshold", threshold, ORIGINATOR, 1, 300, 15),
	NUMBER("connect-timeout", connect_timeout, ORIGINATOR, 1, 300, 10),
	NUMBER("reconnect-min", reconnect_min, ORIGINATOR, 1, 3600, 1),
	NUMBER("reconnect-max", reconnect_max, ORIGINATOR, 1, 3600, 60),
	NUMBER("user-timeout", user_timeout, BOTH, 1, 3600, 30),
	NUMBER("dscp", dscp, BOTH, 0, 63, 0),
	NUMBER("mark", mark, BOTH, 0, UINT32_MAX, 0),
	STRING("bind-device", bind_device, BOTH, IFNAMSIZ - 1),
	NUMBER("queue-limit", queue_limit, BOTH, 65536, 67108864,
	       IPSEC_TCP_DEFAULT_QUEUE_LIMIT),
	NUMBER("prefix-timeout", prefix_timeout, RESPONDER, 1, 300,
	       IPSEC_TCP_DEFAULT_PREFIX_TIMEOUT),
	NUMBER("proof-timeout", proof_timeout, RESPONDER, 1, 300,
	       IPSEC_TCP_DEFAULT_PROOF_TIMEOUT),
	NUMBER("idle-timeout", idle_timeout, BOTH, 0, 604800,
	       IPSEC_TCP_DEFAULT_IDLE_TIMEOUT),
	NUMBER("max-connections", max_connections, RESPONDER, 1, 65536,
	       IPSEC_TCP_DEFAULT_MAX_CONNECTIONS),
	STRING("connection", connection, ORIGINATOR, 255),
	STRING("child", child, ORIGINATOR, 255),
	STRING("vici", vici, ORIGINATOR, 255),
	STRING("state-command", state_command, ORIGINATOR, 1023),
	STRING("stop-command", stop_command, ORIGINATOR, 1023),
	STRING("start-command", start_command, ORIGINATOR, 1023),
};

const struct key_table settings_table = {
	.keys = keys,
	.count = ARRAY_SIZE(keys),
	.size = sizeof(struct settings),
	.seen = FIELD(seen),
};

/**
 * settings_init - the default of every setting
 * @settings: the settings
 * @name: name of the transport
 * @err: set when the name is wrong
 *
 * Return: 0, or -1.
 */
int settings_init(struct settings *settings, const char *name,
		  struct arg_error *err)
{
	if (keys_init(&settings_table, settings))
		return arg_wrong(err, name, "no memory");
	if (!keys_name_is_good(name, NAME_MAX_LEN))
		return arg_wrong(err, name,
				 "a name has 1 to %d letters, digits, \".\", \"_\" and \"-\", and begins with a letter or digit",
				 NAME_MAX_LEN);
	snprintf(settings->name, sizeof(settings->name), "%s", name);
	return 0;
}

/**
 * settings_free - free what settings hold
 * @settings: the settings
 */
void settings_free(struct settings *settings)
{
	keys_free(&settings_table, settings);
}

/**
 * settings_copy - copy settings
 * @to: the copy, which is overwritten
 * @from: the original
 *
 * Return: 0, or -1 without memory.
 */
int settings_copy(struct settings *to, const struct settings *from)
{
	return keys_copy(&settings_table, to, from);
}

/**
 * settings_equal_but_esp - do two transports behave the same, apart from "esp"?
 * @one: the one
 * @two: the other
 *
 * Return: true if they do.
 */
bool settings_equal_but_esp(const struct settings *one,
			    const struct settings *two)
{
	return keys_equal(&settings_table, one, two, FIELD(esp)) &&
		!strcmp(one->name, two->name);
}

/**
 * settings_equal - do two transports behave the same?
 * @one: the one
 * @two: the other
 *
 * Return: true if they do.
 */
bool settings_equal(const struct settings *one, const struct settings *two)
{
	return one->esp == two->esp && settings_equal_but_esp(one, two);
}

static int check_roles(const struct settings *settings, struct arg_error *err)
{
	const struct key *key;

	key = keys_foreign(&settings_table, settings,
			   ROLE_BIT(settings->role));
	if (!key)
		return 0;
	return arg_wrong(err, key->name,
			 "\"%s\" contradicts \"role\": it belongs to role %s, and this one has %s",
			 key->name, role_names[!settings->role],
			 role_names[settings->role]);
}

static int check_addresses(const struct settings *settings,
			   struct arg_error *err)
{
	const struct address *remote = &settings->remote;
	const struct address *local = &settings->local;

	if (!remote->family)
		return arg_wrong(err, "remote",
				 "\"remote\" is missing: it must be an IPv4 or IPv6 address, or for a responder a prefix");
	if (settings->role == ROLE_ORIGINATOR && !address_is_host(remote))
		return arg_wrong(err, "remote",
				 "\"remote\" must be one address: only a responder has a prefix");
	if (!local->family)
		return 0;
	if (!address_is_host(local))
		return arg_wrong(err, "local",
				 "\"local\" must be one address, not a prefix");
	if (local->family != remote->family)
		return arg_wrong(err, "local",
				 "\"local\" contradicts \"remote\": one is IPv4, the other IPv6");
	return 0;
}

/* Not one address: an originator would send it to itself, or to nobody. */
static int check_remote(const struct settings *settings, struct arg_error *err)
{
	const struct address *remote = &settings->remote;
	bool bad;

	if (settings->role == ROLE_RESPONDER)
		return 0;
	if (remote->family == AF_INET)
		bad = remote->ipv4.s_addr == INADDR_ANY ||
			IN_MULTICAST(ntohl(remote->ipv4.s_addr)) ||
			remote->ipv4.s_addr == INADDR_BROADCAST;
	else
		bad = IN6_IS_ADDR_UNSPECIFIED(&remote->ipv6) ||
			IN6_IS_ADDR_MULTICAST(&remote->ipv6) ||
			IN6_IS_ADDR_LINKLOCAL(&remote->ipv6) ||
			IN6_IS_ADDR_V4MAPPED(&remote->ipv6);
	if (bad)
		return arg_wrong(err, "remote",
				 "\"remote\" must be a global unicast address");
	return 0;
}

static int check_commands(const struct settings *settings,
			  struct arg_error *err)
{
	int count = !!settings->state_command + !!settings->stop_command +
		!!settings->start_command;

	if (count != 0 && count != 3)
		return arg_wrong(err, "state-command",
				 "\"state-command\", \"stop-command\" and \"start-command\" must be given together: %d of 3 are there",
				 count);
	if (count && (settings->connection || settings->child ||
		      settings->vici))
		return arg_wrong(err, "state-command",
				 "\"state-command\" contradicts \"connection\", \"child\" and \"vici\", which are for strongSwan");
	return 0;
}

/**
 * settings_check - do the settings agree with each other?
 * @settings: the settings
 * @err: set when they do not: the name of the setting, and why
 *
 * Return: 0, or -1.
 */
int settings_check(const struct settings *settings, struct arg_error *err)
{
	if (check_roles(settings, err) || check_addresses(settings, err) ||
	    check_remote(settings, err) || check_commands(settings, err))
		return -1;
	if (settings->esp == ESP_FAKE_TCP &&
	    settings->transport == TRANSPORT_UDP)
		return arg_wrong(err, "esp",
				 "\"esp\" fake-tcp contradicts \"transport\" udp, which has no TCP connection: it must be udp-fallback-tcp or tcp");
	if (settings->reconnect_min > settings->reconnect_max)
		return arg_wrong(err, "reconnect-min",
				 "\"reconnect-min\" (%u) contradicts \"reconnect-max\" (%u): it must not be larger",
				 settings->reconnect_min,
				 settings->reconnect_max);
	return 0;
}

/**
 * settings_json - settings as JSON: those that the role has
 * @settings: the settings
 *
 * Return: an object, whose keys have underscores.
 */
json_t *settings_json(const struct settings *settings)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_string(settings->name));
	keys_json(&settings_table, settings, ROLE_BIT(settings->role), object);
	return object;
}

/**
 * settings_connection - what strongSwan calls the connection
 * @settings: the settings
 *
 * Return: its name.
 */
const char *settings_connection(const struct settings *settings)
{
	return settings->connection ? settings->connection : settings->name;
}

/**
 * settings_child - what strongSwan calls the child
 * @settings: the settings
 *
 * Return: its name.
 */
const char *settings_child(const struct settings *settings)
{
	return settings->child ? settings->child :
		settings_connection(settings);
}

/**
 * settings_set_json - give settings the values that a request has
 * @settings: the settings
 * @values: an object, keys as on the command line, values as text
 * @err: set when one is wrong
 *
 * Return: 0, or -1.
 */
int settings_set_json(struct settings *settings, json_t *values,
		      struct arg_error *err)
{
	const char *name;
	json_t *value;
	int key;

	json_object_foreach(values, name, value) {
		key = keys_find(&settings_table, name);
		if (key < 0)
			return arg_wrong(err, name, "the setting is unknown");
		if (!json_is_string(value))
			return arg_wrong(err, name, "a string is expected");
		if (keys_set(&settings_table, settings, key,
			     json_string_value(value), err))
			return -1;
	}
	return 0;
}

/**
 * settings_args - read settings from the command line: KEY VALUE ...
 * @args: the words
 * @values: where they go to, for settings_set_json()
 *
 * Return: an exit code.
 */
int settings_args(struct args *args, json_t *values)
{
	const char *word, *value;
	char expects[128];
	int key;

	while ((word = args_next(args))) {
		key = keys_find(&settings_table, word);
		if (key < 0)
			return fail_word(word, key == KEYWORD_AMBIGUOUS ?
					 "the setting is ambiguous, try \"help\"" :
					 "the setting is unknown, try \"help\"");
		if (json_object_get(values, keys[key].name))
			return fail_twice(keys[key].name);
		value = args_next(args);
		if (!value)
			return fail_missing(keys[key].name,
					    keys_expects(&keys[key], expects,
							 sizeof(expects)));
		json_object_set_new(values, keys[key].name,
				    json_string(value));
	}
	return EXIT_OK;
}
