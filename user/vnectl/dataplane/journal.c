// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "ipc/server.h"
#include "parse.h"
#include "dataplane/journal.h"
#include "base/runtime_file.h"

#define SUFFIX ".applied"

static const char *file_of(const char *device, char *name, size_t size)
{
	snprintf(name, size, "%s" SUFFIX, device);
	return name;
}

static int path_of(const char *device, char *path, size_t size)
{
	char name[64];

	return run_file_path(file_of(device, name, sizeof(name)), path, size);
}

static void read_name(json_t *json, const char *key, char *name)
{
	const char *text = json_string_value(json_object_get(json, key));

	snprintf(name, IFNAMSIZ, "%s", text ? text : "");
}

static void read_prefix(json_t *json, const char *key, struct address *prefix)
{
	const char *text = json_string_value(json_object_get(json, key));
	struct arg_error err;

	memset(prefix, 0, sizeof(*prefix));
	if (text && address_parse(text, key, prefix, &err))
		memset(prefix, 0, sizeof(*prefix));
}

static bool read_flag(json_t *json, const char *key)
{
	return json_is_true(json_object_get(json, key));
}

static uint32_t read_number(json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

/**
 * record_read - what was set up for a device
 * @device: its name
 * @record: the result
 *
 * Return: true if something was.
 */
bool record_read(const char *device, struct record *record)
{
	struct address prefix;
	char path[PATH_MAX];
	json_t *json;

	memset(record, 0, sizeof(*record));
	if (path_of(device, path, sizeof(path)))
		return false;
	json = json_load_file(path, 0, NULL);
	if (!json_is_object(json)) {
		json_decref(json);
		return false;
	}
	snprintf(record->device, sizeof(record->device), "%s", device);
	read_name(json, "wan", record->wan);
	read_prefix(json, "ipv4", &prefix);
	record->ipv4 = prefix.ipv4.s_addr;
	record->ipv4_len = read_number(json, "ipv4_len");
	read_prefix(json, "ce", &prefix);
	record->ce = prefix.ipv6;
	record->ce_len = prefix.len;
	record->on_wan = read_flag(json, "on_wan");
	record->routed = read_flag(json, "routed");
	record->proxied = read_flag(json, "proxied");
	record->proxy_set = read_flag(json, "proxy_set");
	record->has_default = read_flag(json, "has_default");
	record->metric = read_number(json, "metric");
	record->mtu = read_number(json, "mtu");
	record->nat = read_flag(json, "nat");
	json_decref(json);
	return true;
}

static json_t *to_json(const struct record *record)
{
	char ipv4[PREFIX_STRLEN], ce[PREFIX_STRLEN];

	format_ipv4(record->ipv4, ipv4);
	format_prefix6(&record->ce, record->ce_len, ce);
	return json_pack("{s:s,s:s,s:i,s:s,s:b,s:b,s:b,s:b,s:b,s:I,s:I,s:b}",
			 "wan", record->wan, "ipv4", ipv4,
			 "ipv4_len", record->ipv4_len, "ce", ce,
			 "on_wan", record->on_wan, "routed", record->routed,
			 "proxied", record->proxied,
			 "proxy_set", record->proxy_set,
			 "has_default", record->has_default,
			 "metric", (json_int_t)record->metric,
			 "mtu", (json_int_t)record->mtu,
			 "nat", record->nat);
}

/**
 * record_write - note what is going to be set up, before it is
 * @record: what
 * @why: set when it cannot be noted
 *
 * Return: 0, or -1.
 */
int record_write(const struct record *record, struct reason *why)
{
	json_t *json = to_json(record);
	char *text = json_dumps(json, JSON_COMPACT), name[64];
	int ret = -1;

	if (text)
		ret = run_file_write(file_of(record->device, name,
					     sizeof(name)), text);
	free(text);
	json_decref(json);
	if (!ret)
		return 0;
	return reason_set(why, REASON_REFUSED,
			  "what is set up cannot be noted in " RUN_DIR ": %s",
			  strerror(errno));
}

/**
 * record_erase - nothing is set up any more
 * @device: name of the device
 */
void record_erase(const char *device)
{
	char path[PATH_MAX];

	if (!path_of(device, path, sizeof(path)))
		unlink(path);
}

/**
 * record_each - find all devices for which something is set up
 * @found: called for each
 * @arg: for @found
 */
void record_each(void (*found)(const char *device, void *arg), void *arg)
{
	char prefix[PATH_MAX], *name;
	struct dirent *entry;
	size_t len, end;
	DIR *dir;

	if (run_file_path("", prefix, sizeof(prefix)))
		return;
	name = strrchr(prefix, '/') + 1;
	len = strlen(name);
	dir = opendir(RUN_DIR);
	while (dir && (entry = readdir(dir))) {
		end = strlen(entry->d_name);
		if (end <= len + strlen(SUFFIX) ||
		    strncmp(entry->d_name, name, len) ||
		    strcmp(entry->d_name + end - strlen(SUFFIX), SUFFIX))
			continue;
		entry->d_name[end - strlen(SUFFIX)] = '\0';
		found(entry->d_name + len, arg);
	}
	if (dir)
		closedir(dir);
}
