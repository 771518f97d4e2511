// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/fdt_node.h"

#define DT_ROOT		"/proc/device-tree"
/* Of nodes in nodes, far more than a board has. */
#define DEPTH_MAX	32

/* Should the node be in the result? */
typedef bool (*dt_test)(const struct dt_node *node, const void *arg);

/**
 * struct search - a walk over the tree
 * @test: what is looked for
 * @arg: of @test
 * @nodes: what was found
 * @max: room for so many
 * @count: so many were found, be there room or not
 */
struct search {
	dt_test test;
	const void *arg;
	struct dt_node *nodes;
	int max;
	int count;
};

static const char *dt_root(void)
{
	const char *root = getenv("VNE_DEVICE_TREE");

	return root && *root ? root : DT_ROOT;
}

/**
 * dt_path - a node's path in the tree, for messages
 * @node: the node
 *
 * Return: its path, valid as long as @node.
 */
const char *dt_path(const struct dt_node *node)
{
	char root[PATH_MAX];
	size_t len;

	if (!realpath(dt_root(), root))
		return node->folder;
	len = strlen(root);
	if (strncmp(node->folder, root, len))
		return node->folder;
	return node->folder[len] ? node->folder + len : "/";
}

/**
 * dt_same - is a link of sysfs one to the node?
 * @node: the node
 * @link: name of the link
 *
 * Return: true if it is.
 */
bool dt_same(const struct dt_node *node, const char *link)
{
	char folder[PATH_MAX];

	return realpath(link, folder) && !strcmp(folder, node->folder);
}

static int set_folder(struct dt_node *node, const char *fmt, const char *in,
		      const char *name)
{
	int len = snprintf(node->folder, sizeof(node->folder), fmt, in, name);

	return len < 0 || (size_t)len >= sizeof(node->folder) ? -1 : 0;
}

/**
 * dt_parent - the node around a node
 * @node: the node
 * @parent: the result; it may be @node itself
 *
 * Return: 0, or -1 for the root.
 */
int dt_parent(const struct dt_node *node, struct dt_node *parent)
{
	char *slash;

	if (!strcmp(dt_path(node), "/"))
		return -1;
	if (parent != node)
		*parent = *node;
	slash = strrchr(parent->folder, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	return 0;
}

static int open_property(const struct dt_node *node, const char *name)
{
	struct dt_node file;

	if (set_folder(&file, "%s/%s", node->folder, name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(file.folder, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* As many bytes as there are, or -1: there is none, or it is too long. */
static int read_property(const struct dt_node *node, const char *name,
			 void *buf, size_t size)
{
	int fd = open_property(node, name);
	size_t len = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -1;
	while (len < size && got > 0) {
		got = read(fd, (char *)buf + len, size - len);
		if (got > 0)
			len += got;
	}
	/* What fills the buffer may go on. */
	if (len == size)
		got = -1;
	close(fd);
	return got < 0 ? -1 : (int)len;
}

/**
 * dt_has - does a node have a property?
 * @node: the node
 * @name: of the property
 *
 * Return: true if it has.
 */
bool dt_has(const struct dt_node *node, const char *name)
{
	int fd = open_property(node, name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/**
 * dt_texts - read a property that is a list of strings
 * @node: the node
 * @name: of the property
 * @buf: for the strings, each with its zero byte
 * @size: of @buf
 *
 * Return: how many there are, or -1 where that is not what it has.
 */
int dt_texts(const struct dt_node *node, const char *name, char *buf,
	     size_t size)
{
	int len = read_property(node, name, buf, size), count = 0, i;

	if (len <= 0 || buf[len - 1])
		return -1;
	for (i = 0; i < len; i++)
		count += !buf[i];
	return count;
}

/**
 * dt_text - read a property that is a string
 * @node: the node
 * @name: of the property
 * @buf: for the string
 * @size: of @buf
 *
 * Return: 0, or -1 where that is not what it has.
 */
int dt_text(const struct dt_node *node, const char *name, char *buf,
	    size_t size)
{
	return dt_texts(node, name, buf, size) == 1 && *buf ? 0 : -1;
}

/**
 * dt_numbers - read a property that is made of numbers, or phandles
 * @node: the node
 * @name: of the property
 * @numbers: for the numbers
 * @max: room for so many
 *
 * Return: how many there are, or -1 where that is not what it has.
 */
int dt_numbers(const struct dt_node *node, const char *name,
	       uint32_t *numbers, int max)
{
	uint32_t cells[DT_SIZE / sizeof(uint32_t)];
	int len = read_property(node, name, cells, sizeof(cells)), i;

	if (len <= 0 || len % sizeof(uint32_t) ||
	    len / (int)sizeof(uint32_t) > max)
		return -1;
	for (i = 0; i < len / (int)sizeof(uint32_t); i++)
		numbers[i] = ntohl(cells[i]);
	return i;
}

static void look(const struct dt_node *node, struct search *search)
{
	if (!search->test(node, search->arg))
		return;
	if (search->count < search->max)
		search->nodes[search->count] = *node;
	search->count++;
}

static void walk(const struct dt_node *node, struct search *search, int depth)
{
	DIR *dir = opendir(node->folder);
	struct dt_node child;
	struct dirent *entry;

	if (!dir)
		return;
	look(node, search);
	while (depth < DEPTH_MAX && (entry = readdir(dir)))
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") &&
		    strcmp(entry->d_name, "..") &&
		    !set_folder(&child, "%s/%s", node->folder, entry->d_name))
			walk(&child, search, depth + 1);
	closedir(dir);
}

static int search_tree(struct search *search)
{
	struct dt_node root;

	if (realpath(dt_root(), root.folder))
		walk(&root, search, 0);
	return search->count;
}

static bool is_enabled(const struct dt_node *node)
{
	char status[16];

	if (!dt_has(node, "status"))
		return true;
	return !dt_text(node, "status", status, sizeof(status)) &&
		(!strcmp(status, "okay") || !strcmp(status, "ok"));
}

static bool is_compatible(const struct dt_node *node, const void *arg)
{
	char texts[DT_SIZE], *text = texts;
	int count = dt_texts(node, "compatible", texts, sizeof(texts));

	for (; count > 0; count--, text += strlen(text) + 1)
		if (!strcmp(text, arg))
			return is_enabled(node);
	return false;
}

/**
 * dt_find - find nodes by what they are
 * @compatible: word in "compatible"
 * @nodes: for those of them that are not disabled
 * @max: room for so many
 *
 * Return: how many there are.
 */
int dt_find(const char *compatible, struct dt_node *nodes, int max)
{
	struct search search = {
		.test = is_compatible,
		.arg = compatible,
		.nodes = nodes,
		.max = max,
	};

	return search_tree(&search);
}

static bool has_phandle(const struct dt_node *node, const void *arg)
{
	uint32_t phandle;

	return dt_numbers(node, "phandle", &phandle, 1) == 1 &&
		phandle == *(const uint32_t *)arg;
}

/**
 * dt_phandle - find the node that a phandle means
 * @phandle: the phandle
 * @node: the result
 *
 * Return: 0, or -1 where there is none.
 */
int dt_phandle(uint32_t phandle, struct dt_node *node)
{
	struct search search = {
		.test = has_phandle,
		.arg = &phandle,
		.nodes = node,
		.max = 1,
	};

	return search_tree(&search) ? 0 : -1;
}
