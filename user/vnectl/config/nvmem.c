// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/nvmem.h"

#define DEVICES	"bus/nvmem/devices"

/**
 * sysfs_root - where sysfs is
 *
 * Return: its folder.
 */
const char *sysfs_root(void)
{
	const char *root = getenv("VNE_SYSFS");

	return root && *root ? root : "/sys";
}

/* The device whose memory @node describes. */
static int find_device(const struct dt_node *node, char *folder)
{
	char pattern[PATH_MAX];
	glob_t found;
	size_t i;
	int ret = -1;

	snprintf(pattern, sizeof(pattern), "%s/" DEVICES "/*/of_node",
		 sysfs_root());
	if (glob(pattern, GLOB_NOSORT, NULL, &found))
		return -1;
	for (i = 0; i < found.gl_pathc && ret; i++) {
		if (!dt_same(node, found.gl_pathv[i]))
			continue;
		*strrchr(found.gl_pathv[i], '/') = '\0';
		snprintf(folder, PATH_MAX, "%s", found.gl_pathv[i]);
		ret = 0;
	}
	globfree(&found);
	return ret;
}

/* Layouts that find their cells at run time have a file for each, named
 * NAME@OFFSET,BIT; the node says no offset.
 */
static int find_file(const struct dt_node *cell, const char *device,
		     char *file)
{
	char pattern[PATH_MAX * 2];
	const char *name = strrchr(cell->folder, '/') + 1;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/cells/%.*s@*", device,
		 (int)strcspn(name, "@"), name);
	if (glob(pattern, 0, NULL, &found))
		return -1;
	snprintf(file, PATH_MAX, "%s", found.gl_pathv[0]);
	globfree(&found);
	return 0;
}

static ssize_t read_at(const char *file, char *buf, size_t size, off_t from)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t len, all = 0;

	if (fd < 0)
		return -1;
	do {
		len = pread(fd, buf + all, size - all, from + all);
		if (len > 0)
			all += len;
	} while (len > 0 && (size_t)all < size);
	close(fd);
	return len < 0 ? -1 : all;
}

/* Up to the padding: a zero byte, or what was never written. */
static int cut(const struct dt_node *cell, char *text, size_t len,
	       struct arg_error *err)
{
	size_t i;

	for (i = 0; i < len && text[i] && text[i] != '\xff'; i++)
		if (text[i] < ' ' || text[i] > '~')
			return arg_wrong(err, dt_path(cell),
					 "what is in the cell is no text of printable ASCII");
	text[i] = '\0';
	return 0;
}

static int read_raw(const struct dt_node *cell, const char *device, char *text,
		    struct arg_error *err)
{
	char file[PATH_MAX + 16];
	uint32_t reg[2];
	ssize_t len;

	if (dt_numbers(cell, "reg", reg, 2) != 2 || !reg[1] ||
	    reg[1] >= NVMEM_TEXT || dt_has(cell, "bits"))
		return arg_wrong(err, dt_path(cell),
				 "the cell must have \"reg\", an offset and a length of 1 to %d, and no \"bits\"",
				 NVMEM_TEXT - 1);
	snprintf(file, sizeof(file), "%s/nvmem", device);
	len = read_at(file, text, reg[1], reg[0]);
	if (len < 0)
		return arg_wrong(err, dt_path(cell), "%s: %s", file,
				 strerror(errno));
	if ((size_t)len != reg[1])
		return arg_wrong(err, dt_path(cell),
				 "the cell is behind the end of %s", file);
	return cut(cell, text, len, err);
}

static int read_cooked(const struct dt_node *cell, const char *device,
		       char *text, struct arg_error *err)
{
	char file[PATH_MAX];
	ssize_t len;

	if (find_file(cell, device, file))
		return arg_wrong(err, dt_path(cell),
				 "the cell has no \"reg\", and %s/cells does not have it",
				 device);
	len = read_at(file, text, NVMEM_TEXT, 0);
	if (len < 0)
		return arg_wrong(err, dt_path(cell), "%s: %s", file,
				 strerror(errno));
	if (len == NVMEM_TEXT)
		return arg_wrong(err, dt_path(cell),
				 "the cell has more than %d bytes",
				 NVMEM_TEXT - 1);
	return cut(cell, text, len, err);
}

/**
 * nvmem_text - read a cell that has text
 * @cell: its node
 * @text: for the text, NVMEM_TEXT bytes; "" where nothing was ever written
 * @err: set when it cannot be read; it does not have what is in the cell
 *
 * Return: 0, or -1.
 */
int nvmem_text(const struct dt_node *cell, char *text, struct arg_error *err)
{
	char device[PATH_MAX];
	struct dt_node memory;

	if (dt_parent(cell, &memory))
		return arg_wrong(err, dt_path(cell), "that is no cell");
	if (!strcmp(strrchr(memory.folder, '/'), "/nvmem-layout"))
		dt_parent(&memory, &memory);
	if (find_device(&memory, device))
		return arg_wrong(err, dt_path(cell),
				 "%s/" DEVICES " has no memory of %s: is its driver there?",
				 sysfs_root(), dt_path(&memory));
	return dt_has(cell, "reg") ? read_raw(cell, device, text, err) :
		read_cooked(cell, device, text, err);
}
