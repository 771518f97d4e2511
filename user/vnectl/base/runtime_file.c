// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/runtime_file.h"

/**
 * run_file_path - the name of a file of this network namespace
 * @suffix: what the file is
 * @path: the result
 * @size: of @path
 *
 * A network namespace may have no name, or several, but it has a number.
 *
 * Return: 0, or -1.
 */
int run_file_path(const char *suffix, char *path, size_t size)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st))
		return -1;
	snprintf(path, size, RUN_DIR "/net-%lu.%s",
		 (unsigned long)st.st_ino, suffix);
	return 0;
}

/**
 * run_file_write - write a file, all or nothing
 * @suffix: what the file is, as of run_file_path()
 * @text: what it gets to have; whoever reads meanwhile reads the old one
 *
 * Return: 0, or -1 with errno set.
 */
int run_file_write(const char *suffix, const char *text)
{
	char path[108], fresh[116];
	size_t len = strlen(text);
	int fd, ret = -1;

	if (run_file_path(suffix, path, sizeof(path)) ||
	    (mkdir(RUN_DIR, 0755) && errno != EEXIST))
		return -1;
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (write(fd, text, len) == (ssize_t)len)
		ret = 0;
	if (close(fd) || ret || rename(fresh, path)) {
		unlink(fresh);
		return -1;
	}
	return 0;
}
