// SPDX-License-Identifier: GPL-2.0
/* What has to outlive the daemon. Rules are no secret, but tokens are. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_field.h"
#include "provision/core/provisioner.h"

#define STATE_FOLDER	"/var/lib/vne"
#define SUFFIX		".json"
#define FILE_LEN	(VNE_NAME_LEN + sizeof(STATE_ID SUFFIX ".new"))

/* systemd gives several, with colons between them; the first is enough. */
static void state_folder(char *path, size_t size)
{
	const char *given = getenv("STATE_DIRECTORY");
	int len = given ? strcspn(given, ":") : 0;

	snprintf(path, size, "%.*s", len ? len : (int)strlen(STATE_FOLDER),
		 len ? given : STATE_FOLDER);
}

/* Return: a descriptor of the folder, which is there from now on, or -1. */
static int open_folder(bool make)
{
	char path[PATH_MAX];

	state_folder(path, sizeof(path));
	if (make && mkdir(path, 0700) && errno != EEXIST)
		return -1;
	return open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
}

/* A name is that of a device, but nothing else may come of it either way. */
static int file_name(const char *name, const char *suffix, char *file)
{
	if (!*name || *name == '.' || strchr(name, '/'))
		return -1;
	return snprintf(file, FILE_LEN, "%s%s", name, suffix) <
		(int)FILE_LEN ? 0 : -1;
}

static char *read_all(int fd, size_t *len)
{
	char *text = malloc(FIELD_TEXT_MAX + 1);
	ssize_t got = 1;

	for (*len = 0; text && got > 0 && *len <= FIELD_TEXT_MAX; *len += got)
		got = read(fd, text + *len, FIELD_TEXT_MAX + 1 - *len);
	if (text && got < 0) {
		free(text);
		text = NULL;
	}
	return text;
}

static char *load_text(const char *name, size_t *len)
{
	int folder = open_folder(false), fd = -1;
	char file[FILE_LEN], *text = NULL;
	struct stat st;

	if (folder >= 0 && !file_name(name, SUFFIX, file))
		fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
			    O_NONBLOCK);
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
		text = read_all(fd, len);
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return text;
}

/**
 * state_load - load what was saved
 * @name: name of the line
 *
 * Return: an object whose values are not to be trusted, or NULL where there is
 * none.
 */
json_t *state_load(const char *name)
{
	json_t *json = NULL;
	struct reason why;
	size_t len;
	char *text = load_text(name, &len);

	if (text)
		json = field_load(text, len, &why);
	if (!json_is_object(json)) {
		json_decref(json);
		json = NULL;
	}
	free(text);
	return json;
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t put;

	for (; len; text += put, len -= put) {
		put = write(fd, text, len);
		if (put <= 0)
			return -1;
	}
	return fsync(fd);
}

/* Under a name of its own first: whatever happens, what was there before stays
 * or this is there, and never half of it.
 */
static int save_text(int folder, const char *name, const char *text)
{
	char file[FILE_LEN], fresh[FILE_LEN];
	int fd, ret;

	if (file_name(name, SUFFIX, file) ||
	    file_name(name, SUFFIX ".new", fresh))
		return -1;
	unlinkat(folder, fresh, 0);
	fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
		    O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	ret = write_all(fd, text, strlen(text));
	ret |= close(fd);
	if (!ret)
		ret = renameat(folder, fresh, folder, file);
	if (ret)
		unlinkat(folder, fresh, 0);
	else
		fsync(folder);
	return ret ? -1 : 0;
}

static void remove_file(const char *name)
{
	int folder = open_folder(false);
	char file[FILE_LEN];

	if (folder < 0)
		return;
	if (!file_name(name, SUFFIX, file) && !unlinkat(folder, file, 0))
		fsync(folder);
	close(folder);
}

/* Flash memory wears out. */
static bool is_saved(const char *name, const char *text)
{
	size_t len;
	char *old = load_text(name, &len);
	bool same = old && len == strlen(text) && !memcmp(old, text, len);

	free(old);
	return same;
}

/**
 * state_save - save an answer
 * @name: name of the line
 * @state: the answer, which is released; NULL for none
 *
 * Return: 0, or -1.
 */
int state_save(const char *name, json_t *state)
{
	char *text = state ? json_dumps(state, JSON_COMPACT) : NULL;
	int folder, ret = -1;

	if (!state) {
		remove_file(name);
		return 0;
	}
	json_decref(state);
	/* What could not be loaded is not saved. */
	if (!text || strlen(text) > FIELD_TEXT_MAX) {
		free(text);
		return -1;
	}
	if (is_saved(name, text)) {
		free(text);
		return 0;
	}
	folder = open_folder(true);
	if (folder >= 0) {
		ret = save_text(folder, name, text);
		close(folder);
	}
	explicit_bzero(text, strlen(text));
	free(text);
	return ret;
}

/**
 * state_erase - remove all that was saved of a line
 * @name: its name
 */
void state_erase(const char *name)
{
	char id[VNE_NAME_LEN + sizeof(STATE_ID)];

	remove_file(name);
	snprintf(id, sizeof(id), "%s%s", STATE_ID, name);
	remove_file(id);
}
