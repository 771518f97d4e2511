/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of a web server, and what comes of it. */
#ifndef VNE_FETCH_PAGE_H
#define VNE_FETCH_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "dns.h"
#include "base/url.h"

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
 * @ca_name: what a person calls @ca_file; NULL for its path
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
	const char *ca_name;
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

#endif /* VNE_FETCH_PAGE_H */
