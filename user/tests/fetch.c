// SPDX-License-Identifier: GPL-2.0
/* Asks servers as vnectl does, for check-fetch.
 *
 *   fetch dns TYPE NAME KEY... [+ dns|get ...]...
 *   fetch get URL KEY... [+ dns|get ...]...
 *
 * All is asked at once. Each end is a line of JSON, with the place of the
 * request in the command line. The last line is of the program itself: how
 * often its loop turned, and the most threads that it had. The keys are in
 * set_common() and set_request().
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vne-fetch/dns.h"
#include "vne-fetch/http.h"

#define TICK 0.02
#define PARAMS_MAX 8

struct job {
	int number;
	bool http;
	bool again;
	double cancel;
	enum dns_type type;
	const char *name;
	struct http_request request;
	struct url_param params[PARAMS_MAX];
	struct dns *dns_at_work;
	struct http *http_at_work;
	ev_timer canceller;
};

static int running, ticks, threads_max;

static const char *const http_names[] = {
	[HTTP_OK] = "ok", [HTTP_NO_DNS] = "no-dns",
	[HTTP_NO_CONNECTION] = "no-connection", [HTTP_TLS] = "tls",
	[HTTP_TIMEOUT] = "timeout", [HTTP_TOO_LONG] = "too-long",
	[HTTP_BROKEN] = "broken", [HTTP_REDIRECT] = "redirect",
	[HTTP_CODE] = "code", [HTTP_IMPOSSIBLE] = "impossible",
};

static const char *const dns_names[] = {
	[DNS_OK] = "ok", [DNS_NXDOMAIN] = "nxdomain", [DNS_NODATA] = "nodata",
	[DNS_TIMEOUT] = "timeout", [DNS_REFUSED] = "refused",
	[DNS_SERVER_FAILED] = "server-failed", [DNS_MALFORMED] = "malformed",
	[DNS_NO_SERVER] = "no-server", [DNS_IMPOSSIBLE] = "impossible",
};

static void print(json_t *line)
{
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static void job_start(struct job *job);

/* What ended is freed at once, as nothing of it may be used any more. */
static void job_end(struct job *job)
{
	free(job->dns_at_work);
	free(job->http_at_work);
	job->dns_at_work = NULL;
	job->http_at_work = NULL;
	ev_timer_stop(EV_DEFAULT_UC, &job->canceller);
	if (!--running)
		ev_break(EV_DEFAULT_UC, EVBREAK_ALL);
}

static void on_dns(struct dns *dns, const struct dns_answer *answer, void *arg)
{
	struct job *job = arg;
	json_t *records = json_array();
	char text[PREFIX_STRLEN];
	size_t i;

	for (i = 0; i < answer->count; i++) {
		const char *record = job->type == DNS_TXT ?
			answer->txts[i].text :
			address_format(&answer->addresses[i], text);

		json_array_append_new(records, json_string_nocheck(record));
	}
	print(json_pack("{s:i, s:s, s:s, s:I, s:o}", "n", job->number, "status",
			dns_names[answer->status], "why",
			answer->status ? answer->why : "", "ttl",
			(json_int_t)answer->ttl, "records", records));
	if (job->again) {
		job->again = false;
		dns_start(dns, &job->request.dns, job->type, job->name, on_dns,
			  job);
	} else {
		job_end(job);
	}
}

static void on_http(struct http *http, const struct http_reply *reply,
		    void *arg)
{
	struct job *job = arg;
	const char *body = reply->body ? reply->body : "";

	print(json_pack("{s:i, s:s, s:s, s:s, s:i, s:I, s:s*}", "n", job->number,
			"status", http_names[reply->status], "why", reply->why,
			"dns", dns_names[reply->dns], "code", reply->code,
			"len", (json_int_t)reply->len, "body",
			reply->len < 65536 ? body : NULL));
	if (job->again) {
		job->again = false;
		http_start(http, &job->request, on_http, job);
	} else {
		job_end(job);
	}
}

static void on_cancel(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct job *job = w->data;

	(void)loop;
	(void)revents;
	if (job->http_at_work)
		http_cancel(job->http_at_work);
	if (job->dns_at_work)
		dns_cancel(job->dns_at_work);
	print(json_pack("{s:i, s:s}", "n", job->number, "status", "cancelled"));
	job_end(job);
}

static void job_start(struct job *job)
{
	running++;
	if (job->http) {
		job->http_at_work = calloc(1, sizeof(struct http));
		http_start(job->http_at_work, &job->request, on_http, job);
	} else {
		job->dns_at_work = calloc(1, sizeof(struct dns));
		dns_start(job->dns_at_work, &job->request.dns, job->type,
			  job->name, on_dns, job);
	}
	ev_timer_init(&job->canceller, on_cancel, job->cancel, 0);
	job->canceller.data = job;
	if (job->cancel >= 0)
		ev_timer_start(EV_DEFAULT_UC, &job->canceller);
}

static void usage(const char *word)
{
	fprintf(stderr, "fetch: \"%s\" is wrong\n", word);
	exit(1);
}

static void read_address(const char *word, struct address *address)
{
	struct arg_error err;

	if (address_parse(word, "address", address, &err))
		usage(word);
}

/* ADDRESS#PORT */
static void add_server(struct dns_settings *dns, char *word)
{
	struct dns_server *server = &dns->servers[dns->count++];
	char *port = strchr(word, '#');

	if (port) {
		*port++ = '\0';
		server->port = atoi(port);
	}
	read_address(word, &server->address);
}

static void add_param(struct job *job, char *word)
{
	struct url_param *param = &job->params[job->request.params_count++];
	char *value = strchr(word, '=');

	if (!value)
		usage(word);
	*value++ = '\0';
	param->name = word;
	param->value = value;
}

static bool set_request(struct http_request *request, const char *key,
			const char *value)
{
	if (!strcmp(key, "user"))
		request->user = value;
	else if (!strcmp(key, "password"))
		request->password = value;
	else if (!strcmp(key, "agent"))
		request->agent = value;
	else if (!strcmp(key, "ca"))
		request->ca_file = value;
	else if (!strcmp(key, "cert"))
		request->cert_file = value;
	else if (!strcmp(key, "key"))
		request->key_file = value;
	else if (!strcmp(key, "redirects"))
		request->redirects = atoi(value);
	else if (!strcmp(key, "connect-timeout"))
		request->connect_timeout = atof(value);
	else if (!strcmp(key, "no-verify"))
		request->no_verify = true;
	else if (!strcmp(key, "plain"))
		request->plain = true;
	else if (!strcmp(key, "ipv6-only"))
		request->ipv6_only = true;
	else
		return false;
	return true;
}

static bool set_common(struct job *job, const char *key, char *value)
{
	struct dns_settings *dns = &job->request.dns;

	if (!strcmp(key, "server"))
		add_server(dns, value);
	else if (!strcmp(key, "device"))
		snprintf(dns->origin.device, IFNAMSIZ, "%s", value);
	else if (!strcmp(key, "local"))
		read_address(value, &dns->origin.local);
	else if (!strcmp(key, "dns-timeout"))
		dns->timeout = atof(value);
	else if (!strcmp(key, "timeout") && job->http)
		job->request.timeout = atof(value);
	else if (!strcmp(key, "timeout"))
		dns->timeout = atof(value);
	else if (!strcmp(key, "cancel"))
		job->cancel = atof(value);
	else if (!strcmp(key, "param"))
		add_param(job, value);
	else if (!strcmp(key, "again"))
		job->again = true;
	else
		return false;
	return true;
}

static char **job_read(struct job *job, char **word)
{
	char none[] = "", *value;

	job->cancel = -1;
	job->request.params = job->params;
	job->http = *word && !strcmp(*word, "get");
	if (!*word || !word[1] || (!job->http && !word[2]))
		usage("request");
	if (job->http) {
		job->request.url = word[1];
		word += 2;
	} else {
		job->type = !strcmp(word[1], "TXT") ? DNS_TXT :
			!strcmp(word[1], "A") ? DNS_A : DNS_AAAA;
		job->name = word[2];
		word += 3;
	}
	for (; *word && strcmp(*word, "+"); word++) {
		value = strchr(*word, '=');
		if (value)
			*value++ = '\0';
		if (!set_common(job, *word, value ? value : none) &&
		    !set_request(&job->request, *word, value ? value : ""))
			usage(*word);
	}
	return word;
}

static int count_threads(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	int count = 0;

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "Threads: %d", &count);
	if (file)
		fclose(file);
	return count;
}

static void on_tick(struct ev_loop *loop, ev_timer *w, int revents)
{
	int threads = count_threads();

	(void)loop;
	(void)w;
	(void)revents;
	ticks++;
	if (threads > threads_max)
		threads_max = threads;
}

int main(int argc, char **argv)
{
	struct job *jobs = calloc(argc, sizeof(*jobs));
	char **word = argv + 1;
	ev_timer ticker;
	int count = 0, i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	ev_default_loop(0);
	ev_timer_init(&ticker, on_tick, TICK, TICK);
	ev_timer_start(EV_DEFAULT_UC, &ticker);
	do {
		jobs[count].number = count;
		word = job_read(&jobs[count++], word);
	} while (*word++);
	for (i = 0; i < count; i++)
		job_start(&jobs[i]);
	ev_run(EV_DEFAULT_UC, 0);
	on_tick(NULL, NULL, 0);
	print(json_pack("{s:i, s:i}", "ticks", ticks, "threads", threads_max));
	free(jobs);
	ev_loop_destroy(EV_DEFAULT_UC);
	return 0;
}
