// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <linux/ipsec_tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "util.h"

const char *const role_names[] = { "originator", "responder", NULL };
const char *const transport_names[] = {
	"udp", "udp-fallback-tcp", "tcp", NULL
};

const char *const esp_names[] = { "tcp", "fake-tcp", NULL };

_Static_assert(ARRAY_SIZE(esp_names) == IPSEC_TCP_ESP_MODE_MAX + 2,
	       "each way of ESP has a name");

enum kind { KIND_WORD, KIND_NUMBER, KIND_ADDRESS, KIND_PORTS, KIND_STRING };

/* Whom a setting is for. */
#define ROLE_BIT(role)	(1u << (role))
#define ORIGINATOR	ROLE_BIT(ROLE_ORIGINATOR)
#define RESPONDER	ROLE_BIT(ROLE_RESPONDER)
#define BOTH		(ORIGINATOR | RESPONDER)

/**
 * struct key - one setting
 * @name: its name
 * @kind: enum kind
 * @offset: where it is in struct settings
 * @roles: bits of the roles that have it
 * @min: smallest number
 * @max: largest number; longest string
 * @preset: default number
 * @words: names of the values of an enumeration
 */
struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	unsigned int roles;
	uint32_t min;
	uint32_t max;
	uint32_t preset;
	const char *const *words;
};

#define FIELD(field) offsetof(struct settings, field)
#define WORD(name, field, roles, words, preset) \
	{ name, KIND_WORD, FIELD(field), roles, 0, 0, preset, words }
#define NUMBER(name, field, roles, min, max, preset) \
	{ name, KIND_NUMBER, FIELD(field), roles, min, max, preset, NULL }
#define ADDRESS(name, field, roles) \
	{ name, KIND_ADDRESS, FIELD(field), roles, 0, 0, 0, NULL }
#define PORTS(name, field, roles, preset) \
	{ name, KIND_PORTS, FIELD(field), roles, 1, 65535, preset, NULL }
#define STRING(name, field, roles, max) \
	{ name, KIND_STRING, FIELD(field), roles, 1, max, 0, NULL }

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
	NUMBER("queue-limit", queue_limit, BOTH, 65536, 67108864,
	       IPSEC_TCP_DEFAULT_QUEUE_LIMIT),
	NUMBER("prefix-timeout", prefix_timeout, RESPONDER, 1, 300,
	       IPSEC_TCP_DEFAULT_PREFIX_TIMEOUT),
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

static uint32_t *number_of(const struct settings *settings,
			   const struct key *key)
{
	return (uint32_t *)((char *)settings + key->offset);
}

static struct address *address_of(const struct settings *settings,
				  const struct key *key)
{
	return (struct address *)((char *)settings + key->offset);
}

static char **string_of(const struct settings *settings,
			const struct key *key)
{
	return (char **)((char *)settings + key->offset);
}

unsigned int settings_keys(void)
{
	return ARRAY_SIZE(keys);
}

const char *settings_key(unsigned int index)
{
	return keys[index].name;
}

bool settings_key_is_list(unsigned int index)
{
	return keys[index].kind == KIND_PORTS;
}

/**
 * settings_find - find a setting
 * @word: its name, which may be abbreviated
 *
 * Return: its number, KEYWORD_NONE or KEYWORD_AMBIGUOUS.
 */
int settings_find(const char *word)
{
	return keyword_find(word, (const char *)&keys[0].name, sizeof(keys[0]),
			    ARRAY_SIZE(keys));
}

/* The name stands in messages, in the environment of commands and in JSON. */
static bool name_is_good(const char *name)
{
	size_t len = strlen(name);
	const char *c;

	if (!len || len > NAME_MAX_LEN || !isalnum((unsigned char)*name))
		return false;
	for (c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return false;
	return true;
}

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
	unsigned int i;

	memset(settings, 0, sizeof(*settings));
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].kind == KIND_WORD || keys[i].kind == KIND_NUMBER)
			*number_of(settings, &keys[i]) = keys[i].preset;
	settings->ports.count = 1;
	settings->ports.port[0] = IPSEC_TCP_DEFAULT_PORT;
	if (!name_is_good(name))
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
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].kind != KIND_STRING)
			continue;
		free(*string_of(settings, &keys[i]));
		*string_of(settings, &keys[i]) = NULL;
	}
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
	char **text;
	unsigned int i;
	int ret = 0;

	*to = *from;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].kind != KIND_STRING)
			continue;
		text = string_of(to, &keys[i]);
		if (*text) {
			*text = strdup(*text);
			if (!*text)
				ret = -1;
		}
	}
	if (ret)
		settings_free(to);
	return ret;
}

static bool same_text(const char *one, const char *two)
{
	return one == two || (one && two && !strcmp(one, two));
}

static bool key_equal(const struct key *key, const struct settings *one,
		      const struct settings *two)
{
	switch (key->kind) {
	case KIND_WORD:
	case KIND_NUMBER:
		return *number_of(one, key) == *number_of(two, key);
	case KIND_ADDRESS:
		return address_equal(address_of(one, key),
				     address_of(two, key));
	case KIND_PORTS:
		return one->ports.count == two->ports.count &&
			!memcmp(one->ports.port, two->ports.port,
				one->ports.count * sizeof(uint16_t));
	case KIND_STRING:
		return same_text(*string_of(one, key), *string_of(two, key));
	}
	return false;
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
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].offset != FIELD(esp) &&
		    !key_equal(&keys[i], one, two))
			return false;
	return !strcmp(one->name, two->name);
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

static void words_join(const char *const *words, char *buf, size_t size)
{
	size_t len = 0;

	for (; *words && len < size; words++)
		len += snprintf(buf + len, size - len, "%s%s", *words,
				words[1] ? (words[2] ? ", " : " or ") : "");
}

/**
 * settings_expects - say what values of a setting are right
 * @key: its number
 * @buf: for the text
 * @size: size of @buf
 *
 * Return: @buf.
 */
const char *settings_expects(int key, char *buf, size_t size)
{
	const struct key *k = &keys[key];

	if (k->kind == KIND_WORD)
		words_join(k->words, buf, size);
	else if (k->kind == KIND_ADDRESS)
		snprintf(buf, size, "an IPv4 or IPv6 address");
	else if (k->kind == KIND_STRING)
		snprintf(buf, size, "a text of 1 to %u characters", k->max);
	else
		snprintf(buf, size, "%u to %u", k->min, k->max);
	return buf;
}

static int set_word(const struct key *key, const char *value, uint32_t *number,
		    struct arg_error *err)
{
	char words[128];
	uint32_t i;

	for (i = 0; key->words[i]; i++) {
		if (!strcmp(value, key->words[i])) {
			*number = i;
			return 0;
		}
	}
	words_join(key->words, words, sizeof(words));
	return arg_wrong(err, value, "%s must be %s", key->name, words);
}

static int set_string(const struct key *key, const char *value, char **text,
		      struct arg_error *err)
{
	size_t len = strlen(value);
	const char *c;
	char *copy;

	for (c = value; *c && !iscntrl((unsigned char)*c); c++)
		;
	if (!len || len > key->max || *c)
		return arg_wrong(err, value,
				 "%s must be a text of 1 to %u characters, without control characters",
				 key->name, key->max);
	copy = strdup(value);
	if (!copy)
		return arg_wrong(err, value, "no memory");
	free(*text);
	*text = copy;
	return 0;
}

static int add_port(const struct key *key, const char *word,
		    struct ports *ports, struct arg_error *err)
{
	uint32_t port, i;

	if (parse_number(word, key->name, key->min, key->max, &port, err))
		return -1;
	for (i = 0; i < ports->count; i++)
		if (ports->port[i] == port)
			return arg_wrong(err, word, "%s has it twice",
					 key->name);
	if (ports->count == PORTS_MAX)
		return arg_wrong(err, word, "%s can have %d values at most",
				 key->name, PORTS_MAX);
	ports->port[ports->count++] = port;
	return 0;
}

/* Ports are separated by commas, as mapctl has it. */
static int set_ports(const struct key *key, const char *value,
		     struct ports *result, struct arg_error *err)
{
	struct ports ports = { 0 };
	const char *item = value;
	char word[16];
	size_t len;

	for (;; item += len + 1) {
		len = strcspn(item, ",");
		snprintf(word, sizeof(word), "%.*s", (int)len, item);
		if (len >= sizeof(word))
			return arg_wrong(err, value, "%s must be %u to %u",
					 key->name, key->min, key->max);
		if (add_port(key, word, &ports, err))
			return -1;
		if (!item[len])
			break;
	}
	*result = ports;
	return 0;
}

static int set_value(struct settings *settings, const struct key *key,
		     const char *value, struct arg_error *err)
{
	switch (key->kind) {
	case KIND_WORD:
		return set_word(key, value, number_of(settings, key), err);
	case KIND_NUMBER:
		return parse_number(value, key->name, key->min, key->max,
				    number_of(settings, key), err);
	case KIND_ADDRESS:
		return address_parse(value, key->name,
				     address_of(settings, key), err);
	case KIND_PORTS:
		return set_ports(key, value, &settings->ports, err);
	case KIND_STRING:
		return set_string(key, value, string_of(settings, key), err);
	}
	return -1;
}

/**
 * settings_set - give a setting a value
 * @settings: the settings
 * @key: number of the setting
 * @value: its value
 * @err: set when it is wrong
 *
 * Return: 0, or -1.
 */
int settings_set(struct settings *settings, int key, const char *value,
		 struct arg_error *err)
{
	if (set_value(settings, &keys[key], value, err))
		return -1;
	settings->seen |= 1u << key;
	return 0;
}

static int check_roles(const struct settings *settings, struct arg_error *err)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (settings->seen & 1u << i &&
		    !(keys[i].roles & ROLE_BIT(settings->role)))
			return arg_wrong(err, keys[i].name,
					 "\"%s\" contradicts \"role\": it belongs to role %s, and this one has %s",
					 keys[i].name,
					 role_names[!settings->role],
					 role_names[settings->role]);
	return 0;
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
	if (settings->role == ROLE_ORIGINATOR && settings->ports.count != 1)
		return arg_wrong(err, "port",
				 "\"port\" must be one port: only a responder listens on several");
	if (settings->reconnect_min > settings->reconnect_max)
		return arg_wrong(err, "reconnect-min",
				 "\"reconnect-min\" (%u) contradicts \"reconnect-max\" (%u): it must not be larger",
				 settings->reconnect_min,
				 settings->reconnect_max);
	return 0;
}

static json_t *ports_json(const struct ports *ports)
{
	json_t *array = json_array();
	uint32_t i;

	for (i = 0; i < ports->count; i++)
		json_array_append_new(array, json_integer(ports->port[i]));
	return array;
}

static json_t *value_json(const struct settings *settings,
			  const struct key *key)
{
	const struct address *address = address_of(settings, key);
	char buf[PREFIX_STRLEN];

	switch (key->kind) {
	case KIND_WORD:
		return json_string(key->words[*number_of(settings, key)]);
	case KIND_NUMBER:
		return json_integer(*number_of(settings, key));
	case KIND_ADDRESS:
		return address->family ?
			json_string(address_format(address, buf)) : NULL;
	case KIND_PORTS:
		return ports_json(&settings->ports);
	case KIND_STRING:
		return json_string(*string_of(settings, key));
	}
	return NULL;
}

/**
 * settings_json - settings as JSON: those that the role has
 * @settings: the settings
 *
 * Return: an object, whose keys have underscores.
 */
json_t *settings_json(const struct settings *settings)
{
	json_t *object = json_object(), *value;
	char name[64], *c;
	unsigned int i;

	json_object_set_new(object, "name", json_string(settings->name));
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!(keys[i].roles & ROLE_BIT(settings->role)))
			continue;
		value = value_json(settings, &keys[i]);
		if (!value)
			continue;
		snprintf(name, sizeof(name), "%s", keys[i].name);
		for (c = name; *c; c++)
			if (*c == '-')
				*c = '_';
		json_object_set_new(object, name, value);
	}
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
		key = settings_find(name);
		if (key < 0)
			return arg_wrong(err, name, "the setting is unknown");
		if (!json_is_string(value))
			return arg_wrong(err, name, "a string is expected");
		if (settings_set(settings, key, json_string_value(value), err))
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
		key = settings_find(word);
		if (key < 0)
			return fail_word(word, key == KEYWORD_AMBIGUOUS ?
					 "the setting is ambiguous, try \"help\"" :
					 "the setting is unknown, try \"help\"");
		if (json_object_get(values, keys[key].name))
			return fail_twice(keys[key].name);
		value = args_next(args);
		if (!value)
			return fail_missing(keys[key].name,
					    settings_expects(key, expects,
							     sizeof(expects)));
		json_object_set_new(values, keys[key].name,
				    json_string(value));
	}
	return EXIT_OK;
}
