/* SPDX-License-Identifier: GPL-2.0 */
/* A page of a server, which nobody waits for. */
#ifndef VNECTL_FETCH_HTTP_H
#define VNECTL_FETCH_HTTP_H

#include <curl/curl.h>
#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "dns.h"
#include "url.h"
#include "watch.h"

#define HTTP_BODY_MAX (1024 * 1024)
#define HTTP_HEADER_MAX (64 * 1024)
#define HTTP_CONNECT_TIMEOUT_DEFAULT 10
#define HTTP_TIMEOUT_DEFAULT 30

enum http_status {
	HTTP_OK,		/* 2xx */
	HTTP_NO_DNS,		/* there is no address of the server */
	HTTP_NO_CONNECTION,
	HTTP_TLS,		/* one side does not trust the other */
	HTTP_TIMEOUT,
	HTTP_TOO_LONG,
	HTTP_BROKEN,		/* no complete answer */
	HTTP_REDIRECT,		/* to where this side does not go */
	HTTP_CODE,		/* an answer, but not 2xx */
	HTTP_IMPOSSIBLE,	/* nothing was asked */
};

/**
 * struct http_request - what to ask
 * @url: of the page, without user and password
 * @params: added to the query
 * @params_count: of them
 * @user: for HTTP Basic (RFC 7617), or NULL
 * @password: with it
 * @agent: name of this program; NULL for "vnectl"
 * @ca_file: trust these authorities, not those of the system; or NULL
 * @cert_file: certificate of this side, or NULL
 * @key_file: its key
 * @no_verify: anybody may answer
 * @plain: http is good enough
 * @ipv6_only: do not use IPv4
 * @redirects: how many times to go where a 307 says; all else is not followed
 * @connect_timeout: seconds for TCP and TLS; 0 for the default
 * @timeout: seconds for all; 0 for the default
 * @dns: how to find the server; its origin is that of the connection, too
 */
struct http_request {
	const char *url;
	const struct url_param *params;
	size_t params_count;
	const char *user;
	const char *password;
	const char *agent;
	const char *ca_file;
	const char *cert_file;
	const char *key_file;
	bool no_verify;
	bool plain;
	bool ipv6_only;
	unsigned int redirects;
	double connect_timeout;
	double timeout;
	struct dns_settings dns;
};

/**
 * struct http_reply - the end of a request
 * @status: enum http_status
 * @why: for a person, unless @status is HTTP_OK; has no secrets
 * @dns: why there is no address, where @status is HTTP_NO_DNS
 * @code: of the answer, 0 if there is none
 * @len: of @body
 * @body: of the answer, and a NUL; where @status is HTTP_OK or HTTP_CODE
 */
struct http_reply {
	enum http_status status;
	char why[FETCH_WHY_LEN];
	enum dns_status dns;
	int code;
	size_t len;
	char *body;
};

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
 * @ca_file: as in &struct http_request, or NULL
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
void http_fail(struct http *http, enum http_status status,
	       const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void http_why(struct http *http, CURLcode code);
void http_find(struct http *http, void (*found)(struct http *http));

#endif /* VNECTL_FETCH_HTTP_H */
