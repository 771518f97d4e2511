// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/reply.h"
#include "daemon/dispatch.h"
#include "ipsec/genl_ipsec_tcp.h"
#include "ipsec/conn_attrs.h"
#include "line/lines.h"
#include "base/log.h"

static struct {
	struct transport *transports;
	const char *file;
	struct kernel events;
	ev_io events_io;
	bool events_are_open;
} self;

static struct transport *find(const char *name)
{
	struct transport *transport = self.transports;

	while (transport && strcmp(transport->settings.name, name))
		transport = transport->next;
	return transport;
}

/* Of the transport that has the connection; of all with fake TCP for 0. */
static void renew(uint64_t cookie)
{
	struct transport *transport = self.transports;

	for (; transport; transport = transport->next)
		if (cookie || transport->settings.esp == ESP_FAKE_TCP)
			transport_conn_renew(transport, cookie);
}

static void on_kernel_event(uint8_t cmd, struct nlattr **tb, void *arg)
{
	struct nlattr *conn[IPSEC_TCP_A_CONN_MAX + 1], *cookie;
	struct transport *transport = self.transports;
	const char *reason;
	uint32_t id;

	(void)arg;
	if (cmd == IPSEC_TCP_CMD_PEER_DEL && tb[IPSEC_TCP_A_ID]) {
		id = nla_get_u32(tb[IPSEC_TCP_A_ID]);
		for (; transport; transport = transport->next)
			if (transport->peer == id)
				transport_peer_gone(transport);
		return;
	}
	if ((cmd != IPSEC_TCP_CMD_CONN_DEL && cmd != IPSEC_TCP_CMD_CONN_RENEW) ||
	    conn_index(tb[IPSEC_TCP_A_CONN], conn))
		return;
	cookie = conn[IPSEC_TCP_A_CONN_COOKIE];
	if (cookie && cmd == IPSEC_TCP_CMD_CONN_RENEW) {
		renew(nla_get_u64(cookie));
		return;
	}
	reason = close_reason_name(conn_number(conn, IPSEC_TCP_A_CONN_REASON));
	for (; cookie && transport; transport = transport->next)
		if (transport_conn_ended(transport, nla_get_u64(cookie),
					 reason))
			return;
}

static void on_events(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop;
	(void)w;
	(void)revents;
	/* Among those that were lost may have been one to renew. Others do no
	 * harm: a socket tells its end by itself.
	 */
	if (kernel_events(&self.events, on_kernel_event, NULL) == -ENOBUFS)
		renew(0);
}

/* They say why a connection ended, which the socket does not, and when one
 * needs a successor.
 */
static void open_events(void)
{
	char why[WHY_LEN];

	if (self.events_are_open ||
	    kernel_open(&self.events, why, sizeof(why)))
		return;
	if (kernel_listen(&self.events, false)) {
		kernel_close(&self.events);
		return;
	}
	self.events_are_open = true;
	ev_io_init(&self.events_io, on_events,
		   nl_socket_get_fd(self.events.sock), EV_READ);
	ev_io_start(EV_DEFAULT_UC, &self.events_io);
}

static void drop(struct transport *transport)
{
	struct transport **at = &self.transports;

	while (*at != transport)
		at = &(*at)->next;
	*at = transport->next;
	transport_free(transport);
}

static struct transport *append(const struct settings *settings)
{
	struct transport **at = &self.transports;
	struct transport *transport;

	transport = transport_new(settings);
	if (!transport)
		return NULL;
	while (*at)
		at = &(*at)->next;
	*at = transport;
	return transport;
}

static const struct settings *in_conf(const struct conf *conf,
				      const char *name)
{
	unsigned int i;

	for (i = 0; i < conf->count; i++)
		if (!strcmp(conf->transports[i].name, name))
			return &conf->transports[i];
	return NULL;
}

/* All but "esp" needs a start from scratch. */
static bool keeps_running(struct transport *transport,
			  const struct settings *settings)
{
	if (settings_equal(settings, &transport->settings))
		return true;
	return settings_equal_but_esp(settings, &transport->settings) &&
		!transport_set_esp(transport, settings->esp);
}

/* What is as it was keeps running; what came by command stays. */
static void apply_transports(const struct conf *conf)
{
	struct transport *transport, *next;
	const struct settings *settings;
	unsigned int i;

	for (transport = self.transports; transport; transport = next) {
		next = transport->next;
		settings = in_conf(conf, transport->settings.name);
		if (settings ? !keeps_running(transport, settings) :
		    transport->from_file)
			drop(transport);
	}
	for (i = 0; i < conf->count; i++) {
		transport = find(conf->transports[i].name);
		if (!transport) {
			transport = append(&conf->transports[i]);
			if (transport)
				transport_up(transport);
		}
		if (transport)
			transport->from_file = true;
	}
}

/**
 * daemon_load - do what a file says; a wrong one changes nothing
 * @file: its name, or NULL for the last one
 * @errors: what is wrong with it, to be freed
 *
 * Return: 0, or -1.
 */
int daemon_load(const char *file, char **errors)
{
	struct conf conf;
	size_t size;
	FILE *text;
	int ret;

	if (file)
		self.file = file;
	ipsec_kernel_on_open(open_events);
	*errors = NULL;
	text = open_memstream(errors, &size);
	if (!text)
		return -1;
	ret = conf_read(self.file, &conf, text);
	fclose(text);
	if (!ret && conf.board)
		log_line(conf.vnes->name,
			 "as there is no %s, the line is that of the device tree, %s",
			 self.file, conf.board);
	if (ret)
		return ret;
	apply_transports(&conf);
	uplinks_apply(&conf);
	conf_free(&conf);
	return 0;
}

/**
 * daemon_end - take all transports down, and leave lines as they are
 */
void daemon_end(void)
{
	uplinks_leave();
	while (self.transports)
		drop(self.transports);
	if (self.events_are_open) {
		ev_io_stop(EV_DEFAULT_UC, &self.events_io);
		kernel_close(&self.events);
	}
	ipsec_kernel_close();
}

/* Beside those that are there, all but the one that is replaced. */
static json_t *clash(const struct settings *settings)
{
	struct transport *transport;
	struct arg_error err;

	for (transport = self.transports; transport;
	     transport = transport->next)
		if (conf_clash(settings, &transport->settings, 1, &err))
			return answer_error("\"%s\": %s", settings->name, err.reason);
	return NULL;
}

static json_t *read_settings(struct settings *settings, json_t *request)
{
	json_t *values = json_object_get(request, "settings");
	struct arg_error err;

	if (settings_set_json(settings, values, &err))
		return answer_error("argument \"%s\" is wrong: %s", err.word,
			     err.reason);
	if (settings_check(settings, &err))
		return answer_error("\"%s\": %s", settings->name, err.reason);
	return clash(settings);
}

static json_t *do_add(json_t *request, const char *name)
{
	struct transport *transport = NULL;
	struct settings settings;
	struct arg_error err;
	json_t *bad;

	if (find(name))
		return answer_error("there is a transport \"%s\" already", name);
	if (settings_init(&settings, name, &err))
		return answer_error("argument \"%s\" is wrong: %s", err.word,
			     err.reason);
	bad = read_settings(&settings, request);
	if (!bad)
		transport = append(&settings);
	settings_free(&settings);
	if (bad)
		return bad;
	if (!transport)
		return answer_error("no memory");
	transport_up(transport);
	return answer_ok();
}

static json_t *do_set(json_t *request, struct transport *transport)
{
	bool up = transport->state != STATE_DOWN;
	struct settings settings;
	json_t *bad;

	if (settings_copy(&settings, &transport->settings))
		return answer_error("no memory");
	bad = read_settings(&settings, request);
	if (bad || keeps_running(transport, &settings)) {
		settings_free(&settings);
		return bad ? bad : answer_ok();
	}
	transport_down(transport, "settings change");
	settings_free(&transport->settings);
	transport->settings = settings;
	if (up)
		transport_up(transport);
	return answer_ok();
}

static json_t *do_up(json_t *request, struct transport *transport)
{
	const char *way = json_string_value(json_object_get(request, "way"));

	if (way && (transport->settings.role != ROLE_ORIGINATOR ||
		    transport->settings.transport != TRANSPORT_FALLBACK))
		return answer_error("\"%s\" cannot change its way: that needs role originator and transport udp-fallback-tcp",
			     transport->settings.name);
	transport_up(transport);
	if (way && !strcmp(way, "tcp"))
		transport_use_tcp(transport, "TCP by command");
	else if (way)
		transport_use_udp(transport);
	return answer_ok();
}

static json_t *do_status(const char *name)
{
	json_t *list = json_array();
	struct transport *transport;

	for (transport = self.transports; transport;
	     transport = transport->next)
		if (!name || !strcmp(name, transport->settings.name))
			json_array_append_new(list,
					      transport_json(transport));
	if (!name || json_array_size(list))
		return json_pack("{s:o}", "transports", list);
	json_decref(list);
	return answer_error("there is no transport \"%s\"", name);
}

static json_t *do_reload(void)
{
	json_t *answer;
	char *errors;

	if (!daemon_load(NULL, &errors)) {
		log_line(NULL, "%s is read again", self.file);
		answer = answer_ok();
	} else {
		/* Who asked may be a script that nobody reads. */
		fprintf(stderr, "%s is wrong, nothing is changed: %s\n",
			self.file, errors ? errors : "no memory");
		answer = json_pack("{s:s}", "errors", errors ? errors : "");
	}
	free(errors);
	return answer;
}

static json_t *do_named(const char *command, json_t *request,
			struct transport *transport)
{
	if (!strcmp(command, "set"))
		return do_set(request, transport);
	if (!strcmp(command, "up"))
		return do_up(request, transport);
	if (!strcmp(command, "down"))
		transport_down(transport, "by command");
	else if (!strcmp(command, "del"))
		drop(transport);
	else
		return answer_error("the command \"%s\" is unknown", command);
	return answer_ok();
}

/**
 * daemon_answer - do what is asked for
 * @request: an object
 *
 * Return: the answer, an object.
 */
json_t *daemon_answer(json_t *request)
{
	struct transport *transport;
	const char *command, *name;
	json_t *answer;

	command = json_string_value(json_object_get(request, "command"));
	name = json_string_value(json_object_get(request, "name"));
	if (!command)
		return answer_error("the request has no command");
	if (!strcmp(command, "reload"))
		return do_reload();
	answer = uplinks_answer(command, request);
	if (answer)
		return answer;
	if (!strcmp(command, "status"))
		return do_status(name);
	if (!name)
		return answer_error("the request has no name");
	if (!strcmp(command, "add"))
		return do_add(request, name);
	transport = find(name);
	if (!transport)
		return answer_error("there is no transport \"%s\"", name);
	return do_named(command, request, transport);
}
