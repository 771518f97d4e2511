/* SPDX-License-Identifier: GPL-2.0 */
/* A page of a server, which nobody waits for. */
#ifndef VNE_FETCH_HTTP_H
#define VNE_FETCH_HTTP_H

#include <curl/curl.h>
#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "page.h"
#include "base/url.h"
#include "fd_watch.h"

struct http;

/* @reply is gone afterwards; the next request may begin here. */
typedef void (*http_done)(struct http *http, const struct http_reply *reply,
			  void *arg);

/**
 * struct http - a request; all zeroes where there has never been one
 * @easy: of libcurl
 * @multi: of libcurl, with nobody else in it: nothing is shared between
 *	requests from different origins
 * @running: @easy is in @multi
 * @resolve: addresses of the server
 * @watches: sockets of libcurl
 * @timer: when libcurl has something to do
 * @limit: when it is given up
 * @dns: looks for the server
 * @settings: of @dns
 * @found: called when the addresses are known
 * @addresses: of the server, as libcurl wants them
 * @url: where to ask
 * @verify: as in &struct http_request
 * @plain: as in &struct http_request
 * @ipv6_only: as in &struct http_request
 * @redirects: left
 * @redirects_max: all of them
 * @connect_timeout: as in &struct http_request
 * @ca_file: what a person calls the file of authorities, or NULL
 * @error: by libcurl, for a person
 * @refusal: why there is no socket, for a person
 * @reply: the answer
 * @size: of the body's memory
 * @header_len: what there was of headers, of all answers
 * @headed: the header is complete
 * @ended: there is a reply
 * @done: called when it has ended
 * @arg: for @done
 */
struct http {
	CURL *easy;
	CURLM *multi;
	bool running;
	struct curl_slist *resolve;
	struct watches watches;
	ev_timer timer;
	ev_timer limit;
	struct dns dns;
	struct dns_settings settings;
	void (*found)(struct http *http);
	char *addresses;
	struct url url;
	bool verify;
	bool plain;
	bool ipv6_only;
	unsigned int redirects;
	unsigned int redirects_max;
	double connect_timeout;
	char *ca_file;
	char error[CURL_ERROR_SIZE];
	char refusal[FETCH_WHY_LEN];
	struct http_reply reply;
	size_t size;
	size_t header_len;
	bool headed;
	bool ended;
	http_done done;
	void *arg;
};

void http_start(struct http *http, const struct http_request *request,
		http_done done, void *arg);
void http_cancel(struct http *http);

/* For the files that make up a request. */
int http_options(struct http *http, const struct http_request *request);
void http_forget_secrets(struct http *http);
void http_set_timer(struct http *http, double after);
void http_end_soon(struct http *http, enum http_status status);
void http_fail(struct http *http, enum http_status status,
	       const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void http_why(struct http *http, CURLcode code);
void http_find(struct http *http, void (*found)(struct http *http));

#endif /* VNE_FETCH_HTTP_H */
