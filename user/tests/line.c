// SPDX-License-Identifier: GPL-2.0
/* Watches WANs as the daemon does, and says what it knows of each when that is
 * something else: a line of JSON. usage: vnectl-line [ prefix-from FROM ]
 * [ prefix PREFIX ] DEV...
 */
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/server.h"
#include "wan/wan.h"
#include "parse.h"

/* The ways to IPv4, and why others are none. */
static json_t *offered(const struct line *line)
{
	const struct offer *offer = &line->offer;
	const char *text;
	unsigned int i;
	json_t *array;

	if (!line->facts.has_offer)
		return json_array();
	array = offer_json(offer);
	for (i = 0; i < offer->skipped_count; i++) {
		text = offer->skipped[i].why.text;
		json_array_append_new(array, json_string(text));
	}
	return array;
}

static void print(struct line *line, void *arg)
{
	const struct line_facts *facts = &line->facts;
	char prefix[PREFIX_STRLEN], address[PREFIX_STRLEN];
	json_t *json;

	(void)arg;
	json = json_pack("{s:s, s:i, s:b, s:i, s:b, s:s, s:s, s:s, s:b, s:o}",
			 "device", line->device, "index", facts->index,
			 "up", facts->up, "mtu", facts->mtu,
			 "router", facts->router,
			 "address", facts->has_address ?
				format_ipv6(&facts->address, address) : "",
			 "from", line_prefix_from_name(facts->from),
			 "prefix", facts->prefix_len ?
				format_prefix6(&facts->prefix,
					       facts->prefix_len, prefix) : "",
			 "has_offer", facts->has_offer,
			 "offer", offered(line));
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(json);
}

static json_t *answer(json_t *request)
{
	json_t *device = json_object_get(request, "interface");

	if (json_is_string(device))
		line_hooked(json_string_value(device));
	return json_object();
}

static void on_term(struct ev_loop *loop, ev_signal *w, int revents)
{
	(void)w;
	(void)revents;
	ev_break(loop, EVBREAK_ALL);
}

/* Return: how many words belong to it, 0 for no setting. */
static int setting(struct vne *vne, const char *word, const char *value)
{
	struct arg_error err;

	if (!value)
		return 0;
	if (!strcmp(word, "prefix-from")) {
		vne->prefix_from = !strcmp(value, "ra") ? VNE_PREFIX_RA :
			!strcmp(value, "dhcpv6-pd") ? VNE_PREFIX_PD :
			VNE_PREFIX_AUTO;
		return 2;
	}
	if (!strcmp(word, "prefix")) {
		vne->prefix.family = AF_INET6;
		if (parse_prefix6(value, "prefix", &vne->prefix.ipv6,
				  &vne->prefix.len, &err))
			exit(2);
		return 2;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct ev_loop *loop = ev_default_loop(0);
	struct vne settings = { 0 }, *vne = calloc(argc, sizeof(*vne));
	struct line *line = calloc(argc, sizeof(*line));
	struct reason why;
	ev_signal term;
	int i, used, n = 0;

	if (control_start(answer))
		return 1;
	for (i = 1; i < argc; i++) {
		used = setting(&settings, argv[i], argv[i + 1]);
		if (used) {
			i += used - 1;
			continue;
		}
		vne[n] = settings;
		vne[n].interface = argv[i];
		if (line_start(&line[n], &vne[n], print, NULL, &why)) {
			fprintf(stderr, "%s\n", why.text);
			return 1;
		}
		print(&line[n++], NULL);
	}
	ev_signal_init(&term, on_term, SIGTERM);
	ev_signal_start(loop, &term);
	ev_run(loop, 0);
	while (n)
		line_stop(&line[--n]);
	control_stop();
	free(line);
	free(vne);
	return 0;
}
