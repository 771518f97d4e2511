// SPDX-License-Identifier: GPL-2.0
/* A box that nobody has configured knows from its maker where its line is and
 * who the subscriber is. Values go through the table of the file, so that both
 * know the same limits.
 */
#include <glob.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/devicetree.h"
#include "config/fdt_node.h"
#include "config/nvmem.h"
#include "util.h"

#define COMPATIBLE	"mapvne,subscriber-line"
/* The tunnel device of the line. */
#define NAME		"vne0"
#define WAN_PORT	"mapvne,wan-port"
#define FRAME		"mapvne,max-frame-size"

#define ETHERNET_HEADER	14
#define IPV6_HEADER	40
#define FRAME_MIN	(ETHERNET_HEADER + IPV6_HEADER + 1280)
#define FRAME_MAX	(ETHERNET_HEADER + 65535)
#define USUAL_MTU	1500

/**
 * struct fact - a text that the maker of the box knows
 * @cell: its name in "nvmem-cell-names"
 * @property: where it is for all boxes of this kind, or NULL
 * @key: the setting that it is for
 * @source: the source that uses it
 */
struct fact {
	const char *cell;
	const char *property;
	const char *key;
	enum vne_source source;
};

static const struct fact facts[] = {
	{ "vendor-id", "mapvne,vendor-id", "vendor-id", VNE_HB46PP },
	{ "product", "mapvne,product", "product", VNE_HB46PP },
	{ "server-name", NULL, "server-name", VNE_HB46PP },
	{ "http-username", NULL, "http-username", VNE_HB46PP },
	{ "http-password", NULL, "http-password", VNE_HB46PP },
	{ "v6plus-server", NULL, "bmr-hostname", VNE_V6PLUS },
	{ "v6plus-code", NULL, "code", VNE_V6PLUS },
	{ "ocn-server", NULL, "bmr-hostname", VNE_OCN },
	{ "ocn-key", NULL, "code", VNE_OCN },
};

/**
 * struct board - a node that is being read
 * @node: the node
 * @errors: where it is said what is wrong
 * @vne: the line
 * @text: of each fact, "" where it is not known
 */
struct board {
	struct dt_node node;
	FILE *errors;
	struct vne vne;
	char text[ARRAY_SIZE(facts)][NVMEM_TEXT];
};

static int complain(const struct board *board, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int complain(const struct board *board, const char *fmt, ...)
{
	va_list ap;

	fprintf(board->errors, "Error: device tree: %s: ",
		dt_path(&board->node));
	va_start(ap, fmt);
	vfprintf(board->errors, fmt, ap);
	va_end(ap);
	fputc('\n', board->errors);
	return -1;
}

static int set(struct board *board, const char *key, const char *of,
	       const char *value)
{
	struct arg_error err;

	if (!keys_set(&vne_table, &board->vne, keys_find(&vne_table, key),
		      value, &err))
		return 0;
	return complain(board, "\"%s\": \"%s\" is wrong: %s", of, err.word,
			err.reason);
}

/* By a link below /sys/class/net/NAME. */
static bool find_netdev(const struct dt_node *port, const char *link,
			char *name, size_t size)
{
	char pattern[PATH_MAX];
	bool is_found = false;
	glob_t found;
	const char *at;
	size_t i;
	int skip;

	skip = snprintf(pattern, sizeof(pattern), "%s/class/net/",
			sysfs_root());
	snprintf(pattern, sizeof(pattern), "%s/class/net/*/%s", sysfs_root(),
		 link);
	if (glob(pattern, 0, NULL, &found))
		return false;
	for (i = 0; i < found.gl_pathc && !is_found; i++) {
		at = found.gl_pathv[i] + skip;
		is_found = dt_same(port, found.gl_pathv[i]);
		if (is_found)
			snprintf(name, size, "%.*s", (int)strcspn(at, "/"),
				 at);
	}
	globfree(&found);
	return is_found;
}

/* A port of a switch has the node itself, the device of a controller does it
 * for its interface. One that has no driver yet may be known by its label.
 */
static int read_port(struct board *board)
{
	struct dt_node port;
	char name[DT_SIZE];
	uint32_t phandle;

	if (!dt_has(&board->node, WAN_PORT)) {
		if (dt_text(&board->node, "label", name, sizeof(name)))
			return complain(board,
					"there is neither \"" WAN_PORT "\", a node, nor \"label\", the name of a network interface");
		return set(board, "interface", "label", name);
	}
	if (dt_numbers(&board->node, WAN_PORT, &phandle, 1) != 1 ||
	    dt_phandle(phandle, &port))
		return complain(board, "\"" WAN_PORT "\" must be the phandle of a node");
	if (!find_netdev(&port, "of_node", name, sizeof(name)) &&
	    !find_netdev(&port, "device/of_node", name, sizeof(name)) &&
	    dt_text(&port, "label", name, sizeof(name)) &&
	    dt_text(&board->node, "label", name, sizeof(name)))
		return complain(board,
				"\"" WAN_PORT "\": no network interface is that of %s (is its driver there?), and there is no \"label\" to know it by",
				dt_path(&port));
	return set(board, "interface", WAN_PORT, name);
}

static uint32_t mtu_of(const char *interface)
{
	unsigned int mtu = USUAL_MTU;
	char file[PATH_MAX];
	FILE *f;

	snprintf(file, sizeof(file), "%s/class/net/%s/mtu", sysfs_root(),
		 interface);
	f = fopen(file, "re");
	if (!f)
		return mtu;
	if (fscanf(f, "%u", &mtu) != 1)
		mtu = USUAL_MTU;
	fclose(f);
	return mtu;
}

/* The tunnel follows the WAN, unless that believes in more than gets by. */
static int read_frame(struct board *board)
{
	uint32_t frame;
	char mtu[16];

	if (!dt_has(&board->node, FRAME))
		return 0;
	if (dt_numbers(&board->node, FRAME, &frame, 1) != 1 ||
	    frame < FRAME_MIN || frame > FRAME_MAX)
		return complain(board, "\"" FRAME "\" must be %d to %d",
				FRAME_MIN, FRAME_MAX);
	if (frame - ETHERNET_HEADER >= mtu_of(board->vne.interface))
		return 0;
	snprintf(mtu, sizeof(mtu), "%u",
		 frame - ETHERNET_HEADER - IPV6_HEADER);
	return set(board, "mtu", FRAME, mtu);
}

static int find_fact(const char *cell)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(facts); i++)
		if (!strcmp(cell, facts[i].cell))
			return i;
	return -1;
}

static int read_cell(struct board *board, const char *name, uint32_t phandle)
{
	int fact = find_fact(name);
	struct arg_error err;
	struct dt_node cell;
	unsigned int i;

	if (fact < 0) {
		complain(board, "\"nvmem-cell-names\": \"%s\" is unknown, accepted are:",
			 name);
		for (i = 0; i < ARRAY_SIZE(facts); i++)
			fprintf(board->errors, "  %s\n", facts[i].cell);
		return -1;
	}
	if (dt_phandle(phandle, &cell))
		return complain(board, "\"nvmem-cells\": that for \"%s\" is no node",
				name);
	if (!nvmem_text(&cell, board->text[fact], &err))
		return 0;
	return complain(board, "\"%s\" in %s: %s", name, err.word, err.reason);
}

static int read_cells(struct board *board)
{
	uint32_t phandles[ARRAY_SIZE(facts)];
	char names[DT_SIZE], *name = names;
	int count, i;

	if (!dt_has(&board->node, "nvmem-cells"))
		return 0;
	count = dt_numbers(&board->node, "nvmem-cells", phandles,
			   ARRAY_SIZE(phandles));
	if (count < 0 || dt_texts(&board->node, "nvmem-cell-names", names,
				  sizeof(names)) != count)
		return complain(board,
				"\"nvmem-cells\" must be up to %zu phandles, and \"nvmem-cell-names\" as many names",
				ARRAY_SIZE(facts));
	for (i = 0; i < count; i++, name += strlen(name) + 1)
		if (read_cell(board, name, phandles[i]))
			return -1;
	return 0;
}

/* That of the very box goes before that of its kind. */
static int read_properties(struct board *board)
{
	const struct fact *fact;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(facts); i++) {
		fact = &facts[i];
		if (*board->text[i] || !fact->property ||
		    !dt_has(&board->node, fact->property))
			continue;
		if (dt_text(&board->node, fact->property, board->text[i],
			    NVMEM_TEXT))
			return complain(board, "\"%s\" must be a text of 1 to %d bytes",
					fact->property, NVMEM_TEXT - 1);
	}
	return 0;
}

/* The provider knows the box by what was programmed. */
static int find_source(struct board *board)
{
	const struct fact *known = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(facts); i++) {
		if (!*board->text[i] || facts[i].property)
			continue;
		if (known && known->source != facts[i].source)
			return complain(board,
					"the cells \"%s\" and \"%s\" are both programmed, for source %s and %s: a line has one",
					known->cell, facts[i].cell,
					vne_source_names[known->source],
					vne_source_names[facts[i].source]);
		if (!known)
			known = &facts[i];
	}
	return known ? known->source : VNE_HB46PP;
}

static int set_facts(struct board *board)
{
	int source = find_source(board);
	unsigned int i;

	if (source < 0 ||
	    set(board, "source", "source", vne_source_names[source]))
		return -1;
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		if (*board->text[i] && (int)facts[i].source == source &&
		    set(board, facts[i].key, facts[i].cell, board->text[i]))
			return -1;
	return 0;
}

static int read_line(struct board *board)
{
	struct arg_error err;

	if (read_port(board) || read_frame(board) || read_cells(board) ||
	    read_properties(board) || set_facts(board))
		return -1;
	return vne_check(&board->vne, &err) ?
		complain(board, "%s", err.reason) : 0;
}

static int keep(struct board *board, struct conf *conf)
{
	conf->board = strdup(dt_path(&board->node));
	conf->vnes = calloc(1, sizeof(*conf->vnes));
	if (!conf->board || !conf->vnes ||
	    keys_copy(&vne_table, conf->vnes, &board->vne)) {
		conf_free(conf);
		return complain(board, "no memory");
	}
	conf->vnes_count = 1;
	return 0;
}

/**
 * board_read - read the line that the device tree describes
 * @conf: the result, which has nothing in it yet
 * @errors: where it is said what is wrong; then there is no result
 *
 * Return: 0, 1 where it describes none, or -1.
 */
int board_read(struct conf *conf, FILE *errors)
{
	struct dt_node nodes[2];
	struct board *board;
	struct arg_error err;
	int count, ret = -1;

	count = dt_find(COMPATIBLE, nodes, ARRAY_SIZE(nodes));
	if (!count)
		return 1;
	board = calloc(1, sizeof(*board));
	if (!board) {
		fputs("Error: no memory\n", errors);
		return -1;
	}
	board->node = nodes[0];
	board->errors = errors;
	if (count > 1)
		complain(board,
			 "%s is a line, too: which one is used takes a configuration, %s",
			 dt_path(&nodes[1]), CONF_FILE);
	else if (vne_init(&board->vne, NAME, &err))
		complain(board, "%s", err.reason);
	else if (!read_line(board))
		ret = keep(board, conf);
	keys_free(&vne_table, &board->vne);
	explicit_bzero(board, sizeof(*board));
	free(board);
	return ret;
}
