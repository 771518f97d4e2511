// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/server.h"
#include "base/json_field.h"
#include "parse.h"
#include "base/runtime_file.h"
#include "wan/dhcpv6_lease.h"

/**
 * told_init - begin with nothing
 * @told: what was told
 */
void told_init(struct told *told)
{
	memset(told, 0, sizeof(*told));
	offer_init(&told->offer);
}

/**
 * told_free - free what it holds
 * @told: what was told
 */
void told_free(struct told *told)
{
	offer_free(&told->offer);
}

/**
 * told_empty - is there nothing to remember?
 * @told: what was told
 *
 * Return: true where there is nothing.
 */
bool told_empty(const struct told *told)
{
	return !told->prefixes.count && !told->offer.count &&
		!told->offer.skipped_count;
}

/**
 * told_device - can a device have this name?
 * @name: the name, which becomes a part of a path
 *
 * Return: true where it can.
 */
bool told_device(const char *name)
{
	const unsigned char *c = (const unsigned char *)name;

	if (!*name || strlen(name) >= IFNAMSIZ || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return false;
	for (; *c; c++)
		if (*c <= ' ' || *c == '/' || *c == ':' || *c == 0x7f)
			return false;
	return true;
}

static int suffix_of(const char *device, char *suffix, size_t size)
{
	if (!told_device(device)) {
		errno = EINVAL;
		return -1;
	}
	snprintf(suffix, size, "dhcpv6-%s.json", device);
	return 0;
}

static int path_of(const char *device, char *path, size_t size)
{
	char suffix[64];

	if (suffix_of(device, suffix, sizeof(suffix)))
		return -1;
	return run_file_path(suffix, path, size);
}

/**
 * told_lock - have the files for oneself
 *
 * dhclient tells of each prefix by itself.
 *
 * Return: what told_unlock() wants, or -1.
 */
int told_lock(void)
{
	int fd;

	if (mkdir(RUN_DIR, 0755) && errno != EEXIST)
		return -1;
	fd = open(RUN_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

/**
 * told_unlock - let others have the files
 * @lock: what told_lock() returned
 */
void told_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

/* An end that there is not has no key; nor has one that is a century away: a
 * lifetime of just less than 2^32 seconds is one that a server has counted down.
 */
static void put_end(json_t *json, const char *key, double end)
{
	if (end <= UINT32_MAX)
		json_object_set_new(json, key,
				    json_integer(end > 0 ? ceil(end) : 0));
}

static json_t *prefixes_json(const struct prefixes *prefixes)
{
	const struct prefix *prefix = prefixes->prefix;
	json_t *array = json_array(), *json;
	char buf[PREFIX_STRLEN];

	for (; prefix < prefixes->prefix + prefixes->count; prefix++) {
		json = json_pack("{s:s}", "prefix",
				 format_prefix6(&prefix->ipv6, prefix->len,
						buf));
		put_end(json, "preferred_until", prefix->preferred);
		put_end(json, "valid_until", prefix->valid);
		json_array_append_new(array, json);
	}
	return array;
}

static json_t *skipped_json(const struct offer *offer)
{
	const struct skipped *skipped = offer->skipped;
	json_t *array = json_array(), *json;

	for (; skipped < offer->skipped + offer->skipped_count; skipped++) {
		json = json_pack("{s:s, s:i, s:s}", "part", skipped->part,
				 "code", skipped->why.code,
				 "text", skipped->why.text);
		json_array_append_new(array, json);
	}
	return array;
}

/* The clock that the ends are by begins again when the machine does, and a
 * folder /run may outlive that: in containers it does.
 */
static const char *boot_id(char *id, size_t size)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file || !fgets(id, size, file))
		*id = '\0';
	if (file)
		fclose(file);
	id[strcspn(id, "\n")] = '\0';
	return id;
}

static json_t *told_json(const struct told *told)
{
	char id[64];

	return json_pack("{s:s, s:i, s:o, s:o, s:o}", "boot",
			 boot_id(id, sizeof(id)), "index", told->index,
			 "prefixes", prefixes_json(&told->prefixes),
			 "leases", offer_json(&told->offer),
			 "skipped", skipped_json(&told->offer));
}

static int write_file(const char *device, const char *text)
{
	char suffix[64];

	if (suffix_of(device, suffix, sizeof(suffix)))
		return -1;
	return run_file_write(suffix, text);
}

static int remove_file(const char *device)
{
	char path[108];

	if (path_of(device, path, sizeof(path)))
		return -1;
	return unlink(path) && errno != ENOENT ? -1 : 0;
}

/**
 * told_save - write the file of a device
 * @device: its name
 * @told: what was told; where it is empty, the file goes
 * @why: set when it cannot be written
 *
 * Return: 0, or -1.
 */
int told_save(const char *device, const struct told *told,
	      struct reason *why)
{
	char *text = NULL;
	json_t *json;
	int ret;

	if (told_empty(told)) {
		ret = remove_file(device);
	} else {
		json = told_json(told);
		text = json_dumps(json, JSON_COMPACT);
		json_decref(json);
		ret = text ? write_file(device, text) : -1;
	}
	free(text);
	if (!ret)
		return 0;
	return reason_set(why, REASON_NO_MEMORY,
			  "what the DHCPv6 client of %s said cannot be written to "
			  RUN_DIR ": %s", device, strerror(errno));
}

static int read_end(const struct field *object, const char *key, double *end)
{
	struct field field = field_get(object, key);
	uint32_t number;

	*end = INFINITY;
	if (!field.json)
		return 0;
	if (field_number(&field, 0, UINT32_MAX, &number))
		return -1;
	*end = number;
	return 0;
}

static int read_prefixes(const struct field *array, struct prefixes *prefixes)
{
	struct field object, text;
	struct prefix prefix;
	size_t i;

	if (field_array(array, 0, PREFIXES_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++) {
		object = field_at(array, i);
		text = field_get(&object, "prefix");
		if (field_prefix6(&text, &prefix.ipv6, &prefix.len) ||
		    read_end(&object, "preferred_until", &prefix.preferred) ||
		    read_end(&object, "valid_until", &prefix.valid))
			return -1;
		prefixes_add(prefixes, &prefix);
	}
	return 0;
}

static int read_skipped(const struct field *array, struct offer *offer)
{
	struct field object, part, code, text;
	const char *name, *sentence;
	struct reason why;
	uint32_t number;
	size_t i;

	if (field_array(array, 0, OFFER_SKIPPED_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++) {
		object = field_at(array, i);
		part = field_get(&object, "part");
		code = field_get(&object, "code");
		text = field_get(&object, "text");
		if (field_string(&part, 64, &name) ||
		    field_number(&code, 1, REASON_NO_MEMORY, &number) ||
		    field_string(&text, sizeof(why.text), &sentence))
			return -1;
		reason_set(&why, number, "%s", sentence);
		offer_skip(offer, name, &why);
	}
	return 0;
}

static int read_told(json_t *json, struct told *told, struct reason *why)
{
	struct field top = field_top(json, why);
	struct field boot = field_get(&top, "boot");
	struct field index = field_get(&top, "index");
	struct field prefixes = field_get(&top, "prefixes");
	struct field leases = field_get(&top, "leases");
	struct field skipped = field_get(&top, "skipped");
	const char *word;
	uint32_t number;
	char id[64];

	if (boot.json) {
		if (field_string(&boot, sizeof(id), &word))
			return -1;
		if (strcmp(word, boot_id(id, sizeof(id))))
			return 0;
	}
	if (field_number(&index, 0, INT32_MAX, &number) ||
	    read_prefixes(&prefixes, &told->prefixes) ||
	    offer_from_json(&leases, 0, &told->offer) ||
	    read_skipped(&skipped, &told->offer))
		return -1;
	told->index = number;
	return 0;
}

/* Return: bytes, -1 where there is none or it cannot be read. */
static ssize_t read_file(const char *device, char *text, size_t size)
{
	ssize_t len = 0, got;
	char path[108];
	int fd;

	if (path_of(device, path, sizeof(path)))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -1;
	do {
		got = read(fd, text + len, size - len);
		if (got > 0)
			len += got;
	} while (got > 0 && (size_t)len < size);
	close(fd);
	return got < 0 ? -1 : len;
}

/**
 * told_load - read the file of a device
 * @device: its name
 * @told: the result, to be freed; empty where there is no file, or one that was
 *	written before the machine started
 * @why: set when the file is there and damaged; then it is empty, too
 *
 * Return: 0, or -1.
 */
int told_load(const char *device, struct told *told, struct reason *why)
{
	char *text = malloc(FIELD_TEXT_MAX + 1);
	json_t *json = NULL;
	ssize_t len;
	int ret = 0;

	told_init(told);
	len = text ? read_file(device, text, FIELD_TEXT_MAX + 1) : -1;
	if (len >= 0) {
		json = field_load(text, len, why);
		ret = json ? read_told(json, told, why) : -1;
	}
	json_decref(json);
	free(text);
	if (!ret)
		return 0;
	told_free(told);
	told_init(told);
	return -1;
}
