// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http.h"

static void http_forget(struct http *http)
{
	if (http->running)
		curl_multi_remove_handle(http->multi, http->easy);
	curl_easy_cleanup(http->easy);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	http->running = false;
	http->easy = NULL;
	http->multi = NULL;
	dns_cancel(&http->dns);
	/* Up to here libcurl may have started some of these. */
	ev_timer_stop(EV_DEFAULT_UC, &http->timer);
	ev_timer_stop(EV_DEFAULT_UC, &http->limit);
	watch_clear(&http->watches);
	curl_slist_free_all(http->resolve);
	http->resolve = NULL;
	url_free(&http->url);
	free(http->addresses);
	free(http->ca_file);
	http->addresses = NULL;
	http->ca_file = NULL;
}

static void http_end(struct http *http)
{
	struct http_reply reply = http->reply;

	memset(&http->reply, 0, sizeof(http->reply));
	http_forget(http);
	/* @http itself may be gone after that. */
	http->done(http, &reply, http->arg);
	free(reply.body);
}

static void found(struct http *http)
{
	curl_easy_setopt(http->easy, CURLOPT_RESOLVE, http->resolve);
	if (curl_easy_setopt(http->easy, CURLOPT_URL, http->url.text) ||
	    curl_multi_add_handle(http->multi, http->easy))
		http_fail(http, HTTP_IMPOSSIBLE, "no memory");
	else
		http->running = true;
}

/* Of an answer whose body does not matter. */
static void next_place(struct http *http, struct url *url)
{
	if (!url_same_place(url, &http->url))
		http_forget_secrets(http);
	url_free(&http->url);
	http->url = *url;
	free(http->reply.body);
	http->reply.body = NULL;
	http->reply.len = 0;
	http->size = 0;
	http->headed = false;
	http->redirects--;
	http_find(http, found);
}

/* HB46PP, section 3.3: a 307 and its Location. CURLINFO_REDIRECT_URL is of no
 * use: it has the password.
 */
static void follow(struct http *http)
{
	struct curl_header *where;
	char why[FETCH_WHY_LEN];
	struct url url;

	if (curl_easy_header(http->easy, "Location", 0, CURLH_HEADER, -1,
			     &where)) {
		http_fail(http, HTTP_REDIRECT, "a redirect without a location");
	} else if (!http->redirects) {
		http_fail(http, HTTP_REDIRECT, "more than %u redirects",
			  http->redirects_max);
	} else if (url_follow(&url, &http->url, where->value, why)) {
		http_fail(http, HTTP_REDIRECT, "a redirect: %s", why);
	} else if (!url.tls && (!http->plain ||
				(http->url.tls && http->verify))) {
		http_fail(http, HTTP_REDIRECT,
			  "a redirect to %s, which is not secure", url.place);
		url_free(&url);
	} else {
		next_place(http, &url);
	}
}

static void answered(struct http *http)
{
	long code = 0;

	curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &code);
	http->reply.code = code;
	if (!http->headed)
		http_fail(http, HTTP_BROKEN, "the answer is cut off");
	else if (code == 307 && http->redirects_max)
		follow(http);
	else if (code / 100 != 2)
		http_fail(http, HTTP_CODE, "the server answers %ld", code);
	else
		http_end_soon(http, HTTP_OK);
}

static void process(struct http *http, curl_socket_t fd, int events)
{
	CURLMsg *msg;
	CURLcode code;
	int left;

	if (http->ended)
		return;
	curl_multi_socket_action(http->multi, fd, events, &left);
	msg = curl_multi_info_read(http->multi, &left);
	if (!msg || msg->msg != CURLMSG_DONE)
		return;
	code = msg->data.result;
	curl_multi_remove_handle(http->multi, http->easy);
	http->running = false;
	if (code)
		http_why(http, code);
	else
		answered(http);
}

static void on_socket(void *arg, int fd, int revents)
{
	process(arg, fd, (revents & EV_READ ? CURL_CSELECT_IN : 0) |
		(revents & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct http *http = w->data;

	(void)loop;
	(void)revents;
	if (http->ended)
		http_end(http);
	else
		process(http, CURL_SOCKET_TIMEOUT, 0);
}

static void on_limit(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct http *http = w->data;

	(void)loop;
	(void)revents;
	if (http->dns.channel)
		http->reply.dns = DNS_TIMEOUT;
	http_fail(http, http->dns.channel ? HTTP_NO_DNS : HTTP_TIMEOUT,
		  "no %s within %g s", http->dns.channel ?
		  "address of it" : "answer", w->repeat);
	http_end(http);
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
		       void *none)
{
	struct http *http = arg;
	int events = 0;

	(void)easy;
	(void)none;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EV_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EV_WRITE;
	return watch_set(&http->watches, fd, events);
}

static int want_timer(CURLM *multi, long after, void *arg)
{
	struct http *http = arg;

	(void)multi;
	if (http->ended)
		return 0;
	if (after < 0)
		ev_timer_stop(EV_DEFAULT_UC, &http->timer);
	else
		http_set_timer(http, after / 1000.0);
	return 0;
}

static int open_handles(struct http *http, const struct http_request *request)
{
	static bool initialized;

	if (!initialized && curl_global_init(CURL_GLOBAL_DEFAULT))
		return -1;
	initialized = true;
	http->multi = curl_multi_init();
	http->easy = curl_easy_init();
	if (!http->multi || !http->easy)
		return -1;
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	if (request->ca_file) {
		http->ca_file = strdup(request->ca_name ? request->ca_name :
				       request->ca_file);
		if (!http->ca_file)
			return -1;
	}
	return http_options(http, request);
}

static double default_to(double value, double other)
{
	return value > 0 ? value : other;
}

static void init(struct http *http, const struct http_request *request)
{
	double limit = default_to(request->timeout, HTTP_TIMEOUT_DEFAULT);

	memset(http, 0, sizeof(*http));
	http->settings = request->dns;
	http->verify = !request->no_verify;
	http->plain = request->plain;
	http->ipv6_only = request->ipv6_only;
	http->redirects = request->redirects;
	http->redirects_max = request->redirects;
	http->connect_timeout = default_to(request->connect_timeout,
					   HTTP_CONNECT_TIMEOUT_DEFAULT);
	http->watches.event = on_socket;
	http->watches.arg = http;
	ev_timer_init(&http->timer, on_timer, 0, 0);
	ev_timer_init(&http->limit, on_limit, limit, limit);
	http->timer.data = http;
	http->limit.data = http;
	ev_timer_start(EV_DEFAULT_UC, &http->limit);
}

/* libcurl would say no more than that something is wrong with one of them. */
static int check_file(struct http *http, const char *what, const char *path)
{
	if (!path || !access(path, R_OK))
		return 0;
	http_fail(http, HTTP_IMPOSSIBLE, "cannot read the %s %s: %s", what,
		  path, strerror(errno));
	return -1;
}

static int check_request(struct http *http, const struct http_request *request)
{
	char why[FETCH_WHY_LEN];

	if (url_parse(&http->url, request->url, request->params,
		      request->params_count, why)) {
		http_fail(http, HTTP_IMPOSSIBLE, "%s", why);
		return -1;
	}
	if (!http->url.tls && !http->plain) {
		http_fail(http, HTTP_IMPOSSIBLE,
			  "http is not secure, and not allowed here");
		return -1;
	}
	return check_file(http, "CA file", request->ca_file) ||
		check_file(http, "certificate", request->cert_file) ||
		check_file(http, "key", request->key_file) ? -1 : 0;
}

/**
 * http_start - ask a server
 * @http: in which there is no request
 * @request: what to ask; not needed any more afterwards
 * @done: always called, and never before this returns
 * @arg: for @done
 */
void http_start(struct http *http, const struct http_request *request,
		http_done done, void *arg)
{
	init(http, request);
	http->done = done;
	http->arg = arg;
	if (check_request(http, request))
		return;
	if (open_handles(http, request))
		http_fail(http, HTTP_IMPOSSIBLE, "no memory");
	else
		http_find(http, found);
}

/**
 * http_cancel - end a request whose answer is of no interest any more
 * @http: in which there need not be any; zeroes will do
 */
void http_cancel(struct http *http)
{
	http_forget(http);
	free(http->reply.body);
	memset(&http->reply, 0, sizeof(http->reply));
}
