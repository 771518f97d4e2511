// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "http.h"

/* What GnuTLS finds wrong, by the bits of gnutls_certificate_status_t: libcurl
 * hands them on, but has no words for them.
 */
static const struct {
	unsigned int bit;
	const char *why;
} flaws[] = {
	{ 1 << 5, "it was revoked" },
	{ 1 << 10, "it has expired" },
	{ 1 << 9, "it is not valid yet" },
	{ 1 << 6, "its issuer is unknown" },
	{ 1 << 7, "its issuer is no authority" },
	{ 1 << 8, "its algorithm is not secure" },
	{ 1 << 11, "its signature is wrong" },
	{ 1 << 17, "it is not for such a server" },
};

static const char *find_flaw(struct http *http)
{
	const char *library;
	long flags = 0;
	size_t i;

	library = curl_version_info(CURLVERSION_NOW)->ssl_version;
	curl_easy_getinfo(http->easy, CURLINFO_SSL_VERIFYRESULT, &flags);
	if (!library || strncmp(library, "GnuTLS", 6))
		return NULL;
	for (i = 0; i < sizeof(flaws) / sizeof(*flaws); i++)
		if (flags & flaws[i].bit)
			return flaws[i].why;
	return NULL;
}

static void why_certificate(struct http *http)
{
	const char *flaw = find_flaw(http);

	http_fail(http, HTTP_TLS, "certificate verify failed: %s",
		  flaw ? flaw : http->error);
}

static void why_no_connection(struct http *http)
{
	long error = 0;

	curl_easy_getinfo(http->easy, CURLINFO_OS_ERRNO, &error);
	if (*http->refusal)
		http_fail(http, HTTP_NO_CONNECTION, "%s", http->refusal);
	else
		http_fail(http, HTTP_NO_CONNECTION, "cannot connect: %s",
			  error ? strerror(error) : http->error);
}

static void why_timeout(struct http *http)
{
	http_fail(http, HTTP_TIMEOUT, "no %sconnection within %g s",
		  http->url.tls ? "TLS " : "", http->connect_timeout);
}

/* With TLS 1.3 the server refuses a client only after the handshake. */
static void why_lost(struct http *http)
{
	if (http->url.tls && strstr(http->error, "alert"))
		http_fail(http, HTTP_TLS, "the server refuses this client: %s",
			  http->error);
	else
		http_fail(http, HTTP_BROKEN, "the answer is cut off: %s",
			  strstr(http->error, "getpeername") ?
			  "connection lost" : http->error);
}

static void why_other(struct http *http, CURLcode code)
{
	const char *said = *http->error ? http->error :
		curl_easy_strerror(code);

	switch (code) {
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		http_fail(http, HTTP_TLS, "no TLS: %s", said);
		break;
	case CURLE_SSL_CERTPROBLEM:
		http_fail(http, HTTP_IMPOSSIBLE,
			  "the certificate or key of this side is wrong: %s",
			  said);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		http_fail(http, HTTP_BROKEN, "the answer is not HTTP");
		break;
	/* libcurl says so of a line in the header that is too long for it. */
	case CURLE_OUT_OF_MEMORY:
		http_fail(http, HTTP_BROKEN,
			  "the answer has a line too long, or no memory");
		break;
	case CURLE_FAILED_INIT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
	case CURLE_URL_MALFORMAT:
		http_fail(http, HTTP_IMPOSSIBLE, "%s", said);
		break;
	default:
		http_fail(http, HTTP_BROKEN, "%s", said);
	}
}

/**
 * http_why - note why there is no answer
 * @http: the request
 * @code: what libcurl said, not CURLE_OK
 */
void http_why(struct http *http, CURLcode code)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		why_certificate(http);
		break;
	case CURLE_SSL_CACERT_BADFILE:
		http_fail(http, HTTP_IMPOSSIBLE, "cannot read the CA file%s%s",
			  http->ca_file ? " " : "",
			  http->ca_file ? http->ca_file : "");
		break;
	case CURLE_COULDNT_CONNECT:
		why_no_connection(http);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		why_timeout(http);
		break;
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		http_fail(http, HTTP_TOO_LONG,
			  "the answer is too long, %d bytes are allowed",
			  HTTP_BODY_MAX);
		break;
	case CURLE_GOT_NOTHING:
		http_fail(http, HTTP_BROKEN, "closed without an answer");
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		why_lost(http);
		break;
	default:
		why_other(http, code);
	}
}
