// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "http.h"

static size_t on_body(char *data, size_t one, size_t len, void *arg)
{
	struct http *http = arg;
	struct http_reply *reply = &http->reply;
	size_t size = http->size ? http->size : 4096;
	char *body;

	(void)one;
	if (len > HTTP_BODY_MAX - reply->len)
		return 0;
	while (size < reply->len + len + 1)
		size *= 2;
	if (size != http->size) {
		body = realloc(reply->body, size);
		if (!body)
			return 0;
		reply->body = body;
		http->size = size;
	}
	memcpy(reply->body + reply->len, data, len);
	reply->len += len;
	reply->body[reply->len] = '\0';
	return len;
}

/* libcurl is content with a header that is cut off, and has no body then. */
static size_t on_header(char *line, size_t one, size_t len, void *arg)
{
	struct http *http = arg;

	(void)one;
	http->header_len += len;
	if (http->header_len > HTTP_HEADER_MAX)
		return 0;
	if (len > 5 && !memcmp(line, "HTTP/", 5))
		http->headed = false;
	else if (*line == '\r' || *line == '\n')
		http->headed = true;
	return len;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose,
			     struct curl_sockaddr *to)
{
	struct http *http = arg;
	int fd;

	(void)purpose;
	if (http->ipv6_only && to->family != AF_INET6)
		return CURL_SOCKET_BAD;
	fd = origin_socket(&http->settings.origin, to->family, SOCK_STREAM,
			   http->refusal);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* Names are looked up by http_find() only. */
static int on_resolver(void *state, void *reserved, void *arg)
{
	struct http *http = arg;

	(void)state;
	(void)reserved;
	return !http->url.literal.family;
}

/* What is the same for every request. Sockets are never used again: they might
 * come from elsewhere. What the environment says of proxies is for others.
 */
static int common_options(struct http *http)
{
	CURL *easy = http->easy;

	return curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) ||
		curl_easy_setopt(easy, CURLOPT_PROXY, "") ||
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) ||
		curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) ||
		curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) ||
		curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
				 (long)CURL_HTTP_VERSION_1_1) ||
		curl_easy_setopt(easy, CURLOPT_SSLVERSION,
				 (long)CURL_SSLVERSION_TLSv1_2) ||
		curl_easy_setopt(easy, CURLOPT_MAXFILESIZE,
				 (long)HTTP_BODY_MAX) ||
		curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->error) ||
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) ||
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, http) ||
		curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) ||
		curl_easy_setopt(easy, CURLOPT_HEADERDATA, http) ||
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open) ||
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, http) ||
		curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION,
				 on_resolver) ||
		curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, http) ?
		-1 : 0;
}

static int tls_options(CURL *easy, const struct http_request *request)
{
	long verify = !request->no_verify;

	/* An authority of the user's is not one more, but the only one; and
	 * to read all those of the system takes time.
	 */
	if ((request->ca_file || request->no_verify) &&
	    (curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file) ||
	     curl_easy_setopt(easy, CURLOPT_CAPATH, NULL)))
		return -1;
	return curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify) ||
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2 * verify) ||
		curl_easy_setopt(easy, CURLOPT_SSLCERT, request->cert_file) ||
		curl_easy_setopt(easy, CURLOPT_SSLKEY, request->key_file) ?
		-1 : 0;
}

/**
 * http_options - have libcurl do what is wanted
 * @http: whose handle
 * @request: what is wanted
 *
 * Return: 0, or -1 when there is no memory.
 */
int http_options(struct http *http, const struct http_request *request)
{
	const char *agent = request->agent ? request->agent : "vnectl";
	long wait = http->connect_timeout * 1000;
	CURL *easy = http->easy;

	if (common_options(http) || tls_options(easy, request))
		return -1;
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
				http->plain ? "http,https" : "https") ||
		curl_easy_setopt(easy, CURLOPT_IPRESOLVE, http->ipv6_only ?
				 (long)CURL_IPRESOLVE_V6 :
				 (long)CURL_IPRESOLVE_WHATEVER) ||
		curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, wait) ||
		curl_easy_setopt(easy, CURLOPT_USERAGENT, agent) ||
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) ||
		curl_easy_setopt(easy, CURLOPT_USERNAME, request->user) ||
		curl_easy_setopt(easy, CURLOPT_PASSWORD, request->password) ?
		-1 : 0;
}

/**
 * http_forget_secrets - do not tell the next server who this is
 * @http: of which request
 */
void http_forget_secrets(struct http *http)
{
	curl_easy_setopt(http->easy, CURLOPT_USERNAME, NULL);
	curl_easy_setopt(http->easy, CURLOPT_PASSWORD, NULL);
	curl_easy_setopt(http->easy, CURLOPT_SSLCERT, NULL);
	curl_easy_setopt(http->easy, CURLOPT_SSLKEY, NULL);
}
