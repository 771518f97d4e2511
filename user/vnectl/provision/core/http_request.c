// SPDX-License-Identifier: GPL-2.0
/* How a provider's server is asked: what the settings say of TLS and of the
 * DNS, and where the request comes from.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provision/core/http_provisioner.h"

/* Shorter words are within many that are no secrets: they count as whole ones. */
#define SECRET_SHORT 4

static void set_local(const struct in6_addr *local, struct address *address)
{
	if (!local)
		return;
	address->family = AF_INET6;
	address->len = 128;
	address->ipv6 = *local;
}

/**
 * request_dns - whom to ask for names, and from where
 * @vne: the settings
 * @local: own address, or NULL for any
 * @dns: the result
 */
void request_dns(const struct vne *vne, const struct in6_addr *local,
		 struct dns_settings *dns)
{
	vne_dns(vne, dns);
	set_local(local, &dns->origin.local);
	dns->timeout = source_timeout(DNS_TIMEOUT_DEFAULT);
}

/**
 * request_init - begin a request
 * @vne: the settings
 * @local: own address, or NULL for any
 * @reader: who takes the answer apart
 * @request: the result: by https unless the settings allow more, by IPv6
 */
void request_init(const struct vne *vne, const struct in6_addr *local,
		  enum fetch_reader reader, struct fetch_request *request)
{
	struct http_request *http = &request->http;

	memset(request, 0, sizeof(*request));
	request->reader = reader;
	http->ca_file = vne->ca_file;
	http->cert_file = vne->cert_file;
	http->key_file = vne->key_file;
	http->plain = vne->plain;
	http->ipv6_only = true;
	http->timeout = source_timeout(HTTP_TIMEOUT_DEFAULT);
	http->connect_timeout = source_timeout(HTTP_CONNECT_TIMEOUT_DEFAULT);
	request_dns(vne, local, &http->dns);
}

/**
 * request_of_line - begin a request that comes from the line
 * @source: the source, which knows the line
 * @reader: who takes the answer apart
 * @request: the result
 */
void request_of_line(const struct source *source, enum fetch_reader reader,
		     struct fetch_request *request)
{
	const struct line_facts *facts = &source->facts;

	request_init(source->vne, facts->has_address ? &facts->address : NULL,
		     reader, request);
}

/**
 * request_start - send a request
 * @fetch: in which there is none
 * @request: what to ask
 * @query: its parameters
 * @done: always called, and never before this returns
 * @arg: for @done
 */
void request_start(struct fetch *fetch, struct fetch_request *request,
		   const struct query *query, fetch_done done, void *arg)
{
	struct http_request *http = &request->http;
	struct url_param params[QUERY_MAX];
	unsigned int i;

	for (i = 0; i < query->count; i++) {
		params[i].name = query->param[i].name;
		params[i].value = query->param[i].value;
	}
	http->params = params;
	http->params_count = query->count;
	if (*query->user) {
		http->user = query->user;
		http->password = query->pass;
	}
	fetch_start(fetch, request, done, arg);
}

/**
 * request_page - ask the rule server, from the line
 * @asker: the source, which waits for the answer from now on
 * @url: of the page, which is freed; NULL when there was no memory for it
 * @reader: who takes it apart
 * @query: its parameters
 * @done: always called with @asker, and never before this returns
 */
void request_page(struct asker *asker, char *url, enum fetch_reader reader,
		  const struct query *query, fetch_done done)
{
	struct fetch_request request;

	request_of_line(&asker->source, reader, &request);
	request.http.url = url ? url : "";
	source_at(&asker->source, SOURCE_ASK, 0);
	request_start(&asker->fetch, &request, query, done, asker);
	free(url);
}

/**
 * request_server_url - where the rule server is
 * @vne: the settings: a name, an IPv6 address or a URL
 * @path: what follows, with a slash first
 *
 * Return: a URL, to be freed; or NULL when there is no memory.
 */
char *request_server_url(const struct vne *vne, const char *path)
{
	const char *server = vne->server;
	size_t len = strlen(server);
	char *url;
	int ret;

	while (len && server[len - 1] == '/')
		len--;
	if (strstr(server, "://"))
		ret = asprintf(&url, "%.*s%s", (int)len, server, path);
	else if (strchr(server, ':'))
		ret = asprintf(&url, "https://[%s]%s", server, path);
	else
		ret = asprintf(&url, "https://%s%s", server, path);
	return ret < 0 ? NULL : url;
}

/**
 * request_code_path - the path of a page, with the code in it
 * @vne: the settings
 * @page: name of the page
 *
 * Return: the path, to be freed; or NULL when there is no memory.
 */
char *request_code_path(const struct vne *vne, const char *page)
{
	const char *code = vne->code ? vne->code : "", *c;
	char *path = malloc(3 * strlen(code) + strlen(page) + 3), *to = path;

	if (!path)
		return NULL;
	*to++ = '/';
	for (c = code; *c; c++) {
		if (isalnum((unsigned char)*c) || strchr("-._~", *c))
			*to++ = *c;
		else
			to += sprintf(to, "%%%02X", (unsigned char)*c);
	}
	sprintf(to, "/%s", page);
	return path;
}

/**
 * request_why - why there is no answer of use
 * @answer: what there is, whose status is not HTTP_OK
 * @why: the result
 */
void request_why(const struct fetch_answer *answer, struct reason *why)
{
	static const enum reason_code codes[] = {
		[HTTP_NO_DNS] = REASON_NO_SERVER,
		[HTTP_NO_CONNECTION] = REASON_NO_SERVER,
		[HTTP_TLS] = REASON_NO_SERVER,
		[HTTP_TIMEOUT] = REASON_NO_SERVER,
		[HTTP_TOO_LONG] = REASON_INVALID_REPLY,
		[HTTP_BROKEN] = REASON_INVALID_REPLY,
		[HTTP_REDIRECT] = REASON_INVALID_REPLY,
		[HTTP_CODE] = REASON_REFUSED,
		[HTTP_IMPOSSIBLE] = REASON_INVALID_REQUEST,
	};

	reason_set(why, codes[answer->status], "%s", answer->why);
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
		isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10 : -1;
}

/* One character, as it is, or as it stands in a URL or a form. Return: how many
 * characters it takes, 0 where it is another one.
 */
static size_t match_char(const char *at, char c)
{
	if (*at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0 &&
	    tolower(hex(at[1]) << 4 | hex(at[2])) == tolower((unsigned char)c))
		return 3;
	if (*at == '+' && c == ' ')
		return 1;
	return tolower((unsigned char)*at) == tolower((unsigned char)c);
}

/* Return: how many characters a secret takes at a place, 0 where it is not there. */
static size_t match_secret(const char *text, const char *at, const char *secret)
{
	size_t len = 0, one, all = strlen(secret);

	for (; *secret; secret++) {
		one = at[len] ? match_char(at + len, *secret) : 0;
		if (!one)
			return 0;
		len += one;
	}
	if (all < SECRET_SHORT &&
	    ((at > text && isalnum((unsigned char)at[-1])) ||
	     isalnum((unsigned char)at[len])))
		return 0;
	return len;
}

static void hide(struct reason *why, const char *secret, const char *word)
{
	char text[sizeof(why->text)];
	char *at = why->text;
	size_t len;

	while (secret && *secret && *at) {
		len = match_secret(why->text, at, secret);
		if (!len) {
			at++;
			continue;
		}
		snprintf(text, sizeof(text), "%.*s(%s)%s",
			 (int)(at - why->text), why->text, word, at + len);
		memcpy(why->text, text, strlen(text) + 1);
		at += strlen(word) + 2;
		if (at >= why->text + strlen(text))
			break;
	}
}

/**
 * request_hide - have a reason tell no secrets
 * @vne: the settings, which say what is secret
 * @why: the reason: a server may have said something back to us
 */
void request_hide(const struct vne *vne, struct reason *why)
{
	char none[FETCH_WHY_LEN];
	struct url url;

	hide(why, vne->update_url, "update-url");
	hide(why, vne->password, "http-password");
	hide(why, vne->code, "code");
	hide(why, vne->update_host, "update-hostname");
	hide(why, vne->update_password, "update-password");
	if (!vne->server)
		return;
	hide(why, vne->server, "bmr-hostname");
	if (!strstr(vne->server, "://") ||
	    url_parse(&url, vne->server, NULL, 0, none))
		return;
	hide(why, url.host, "bmr-hostname");
	url_free(&url);
}
