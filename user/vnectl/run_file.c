// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control.h"
#include "run_file.h"

/**
 * run_file_write - write a file, all or nothing
 * @suffix: what the file is, as of control_path()
 * @text: what it gets to have; whoever reads meanwhile reads the old one
 *
 * Return: 0, or -1 with errno set.
 */
int run_file_write(const char *suffix, const char *text)
{
	char path[108], fresh[116];
	size_t len = strlen(text);
	int fd, ret = -1;

	if (control_path(suffix, path, sizeof(path)) ||
	    (mkdir(CONTROL_DIR, 0755) && errno != EEXIST))
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
