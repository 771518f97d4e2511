// SPDX-License-Identifier: GPL-2.0
/* Runs one source of rules as vnectl does, for check-source.
 *
 *   source NAME SCALE KEY=VALUE...
 *
 * The keys are those of a block "vne". What happens to the line is said by
 * standard input, a command a line; see commands. All changes are lines of
 * JSON: "was" has the time from "since" to "next", as it is without the scale.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provision/provisioners.h"
#include "provision/ddns.h"

static struct vne vne;
static struct line line;
static struct source *source;
static struct tell tell;
static double scale;

static void usage(const char *word)
{
	fprintf(stderr, "source: \"%s\" is wrong\n", word);
	exit(1);
}

static void print(const char *what, json_t *json, double since, double next)
{
	json_object_set_new(json, "what", json_string(what));
	if (next > 0)
		json_object_set_new(json, "wait",
				    json_real((next - since) * scale));
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(json);
}

static void on_source(struct source *at, void *arg)
{
	if (at != source || arg != &line)
		abort();
	print("source", source_json(source), source->since, source->next);
}

static void on_tell(struct tell *at, void *arg)
{
	if (at != &tell || arg != &line)
		abort();
	print("tell", tell_json(&tell), tell.since, tell.next);
}

static void begin(void)
{
	source = source_new(source_ops_of(&vne), &vne, on_source, &line);
	if (!source)
		abort();
}

static void finish(enum source_end end)
{
	source_end(source, end);
	source_free(source);
	source = NULL;
}

static void set_prefix(char *word)
{
	char *len = strchr(word, '/');

	if (!len)
		usage(word);
	*len++ = '\0';
	if (inet_pton(AF_INET6, word, &line.facts.prefix) != 1)
		usage(word);
	line.facts.prefix_len = atoi(len);
	line.facts.from = LINE_PREFIX_RA;
}

/* An option of DHCPv6 as dhcpcd has it: CODE:HEX */
static void add_option(char *word)
{
	char *hex = strchr(word, ':');
	struct reason why;
	struct lease lease;

	if (!hex)
		usage(word);
	*hex++ = '\0';
	line.facts.has_offer = true;
	if (dhcpv6_text(DHCPV6_DHCPCD, atoi(word), hex, &lease, &why))
		offer_skip(&line.offer, word, &why);
	else
		offer_add(&line.offer, &lease, &why);
}

static void set_fact(char *word)
{
	char *value = strchr(word, '=');

	if (value)
		*value++ = '\0';
	if (!strcmp(word, "down"))
		line.facts.up = false;
	else if (value && !strcmp(word, "prefix"))
		set_prefix(value);
	else if (value && !strcmp(word, "option"))
		add_option(value);
	else if (value && !strcmp(word, "address"))
		line.facts.has_address =
			inet_pton(AF_INET6, value, &line.facts.address) == 1;
	else
		usage(word);
}

/* line [down] [prefix=PREFIX] [address=ADDRESS] [option=CODE:HEX]... */
static void do_line(char *words)
{
	char *word;

	offer_free(&line.offer);
	offer_init(&line.offer);
	memset(&line.facts, 0, sizeof(line.facts));
	line.facts.index = 1;
	line.facts.up = true;
	for (word = strtok(words, " "); word; word = strtok(NULL, " "))
		set_fact(word);
	source_line(source, &line);
}

static void do_renew(char *words)
{
	(void)words;
	source_renew(source);
}

static void do_erase(char *words)
{
	(void)words;
	source_erase(source);
}

/* end quiet|manual|change: afterwards there is a new one */
static void do_end(char *words)
{
	finish(!strcmp(words, "manual") ? SOURCE_END_MANUAL :
	       !strcmp(words, "change") ? SOURCE_END_CHANGE :
	       SOURCE_END_QUIET);
	begin();
}

static void do_show(char *words)
{
	(void)words;
	on_source(source, &line);
}

/* tell ADDRESS [HOST] */
static void do_tell(char *words)
{
	char *word = strtok(words, " ");
	struct in6_addr address;

	if (!word || inet_pton(AF_INET6, word, &address) != 1)
		usage("tell");
	tell_start(&tell, &address, strtok(NULL, " "));
	on_tell(&tell, &line);
}

static void do_untell(char *words)
{
	(void)words;
	tell_stop(&tell);
	on_tell(&tell, &line);
}

static void do_again(char *words)
{
	(void)words;
	tell_again(&tell);
}

static const struct {
	const char *name;
	void (*run)(char *words);
} commands[] = {
	{ "line", do_line }, { "renew", do_renew }, { "erase", do_erase },
	{ "end", do_end }, { "show", do_show }, { "tell", do_tell },
	{ "untell", do_untell }, { "again", do_again },
};

static void run(char *text)
{
	char none[] = "", *words = strchr(text, ' ');
	unsigned int i;

	if (words)
		*words++ = '\0';
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(text, commands[i].name)) {
			commands[i].run(words ? words : none);
			return;
		}
	usage(text);
}

static void on_input(struct ev_loop *loop, ev_io *w, int revents)
{
	static char text[65536];
	static size_t len;
	char *end;
	ssize_t got;

	(void)loop;
	(void)revents;
	got = read(w->fd, text + len, sizeof(text) - len - 1);
	if (got <= 0) {
		ev_break(EV_DEFAULT_UC, EVBREAK_ALL);
		return;
	}
	len += got;
	text[len] = '\0';
	while ((end = strchr(text, '\n'))) {
		*end++ = '\0';
		run(text);
		len -= end - text;
		memmove(text, end, len + 1);
	}
}

static void read_setting(char *word)
{
	char *value = strchr(word, '=');
	struct arg_error err;
	int index;

	if (!value)
		usage(word);
	*value++ = '\0';
	index = keys_find(&vne_table, word);
	if (index < 0 || keys_set(&vne_table, &vne, index, value, &err))
		usage(word);
}

int main(int argc, char **argv)
{
	struct arg_error err;
	ev_io input;
	int i;

	if (argc < 3 || vne_init(&vne, argv[1], &err))
		usage("name");
	scale = atof(argv[2]);
	for (i = 3; i < argc; i++)
		read_setting(argv[i]);
	if (vne_check(&vne, &err))
		usage(err.reason);
	ev_default_loop(0);
	source_set_time_scale(scale);
	begin();
	tell_init(&tell, &vne, on_tell, &line);
	ev_io_init(&input, on_input, 0, EV_READ);
	ev_io_start(EV_DEFAULT_UC, &input);
	ev_run(EV_DEFAULT_UC, 0);
	finish(SOURCE_END_QUIET);
	tell_stop(&tell);
	offer_free(&line.offer);
	keys_free(&vne_table, &vne);
	ev_loop_destroy(EV_DEFAULT_UC);
	return 0;
}
