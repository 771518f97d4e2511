// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"

/* Unreserved characters (RFC 3986, section 2.3), and those two that may stand
 * in a query as they are, and do so in what providers document: they might not
 * be decoded.
 */
static bool is_plain(char c)
{
	return isascii(c) && (isalnum(c) || strchr("-._~,:", c));
}

static char *encode(char *to, const char *text)
{
	for (; *text; text++) {
		if (is_plain(*text))
			*to++ = *text;
		else
			to += sprintf(to, "%%%02X", (unsigned char)*text);
	}
	return to;
}

static int add_param(CURLU *parts, const struct url_param *param)
{
	size_t len = 3 * (strlen(param->name) + strlen(param->value)) + 2;
	char *text = malloc(len), *to;
	CURLUcode bad;

	if (!text)
		return -1;
	to = encode(text, param->name);
	*to++ = '=';
	*encode(to, param->value) = '\0';
	bad = curl_url_set(parts, CURLUPART_QUERY, text, CURLU_APPENDQUERY);
	free(text);
	return bad ? -1 : 0;
}

static bool is_name(const char *host)
{
	for (; *host; host++)
		if (!isascii(*host) ||
		    !(isalnum(*host) || strchr("-._", *host)))
			return false;
	return true;
}

/* An IPv6 address is in brackets (RFC 3986, section 3.2.2). */
static int take_host(struct url *url, const char *host)
{
	size_t len = strlen(host);
	bool ipv6 = *host == '[';

	if (ipv6) {
		host++;
		len -= 2;
	}
	if (!len || len >= sizeof(url->host))
		return -1;
	memcpy(url->host, host, len);
	url->host[len] = '\0';
	if (ipv6 && inet_pton(AF_INET6, url->host, &url->literal.ipv6) == 1)
		url->literal.family = AF_INET6;
	else if (inet_pton(AF_INET, url->host, &url->literal.ipv4) == 1)
		url->literal.family = AF_INET;
	if (ipv6 && !url->literal.family)
		return -1;
	return url->literal.family || is_name(url->host) ? 0 : -1;
}

static void set_place(struct url *url)
{
	bool ipv6 = url->literal.family == AF_INET6;
	int len;

	len = snprintf(url->place, sizeof(url->place), "%s://%s%s%s",
		       url->tls ? "https" : "http", ipv6 ? "[" : "", url->host,
		       ipv6 ? "]" : "");
	if (url->port != (url->tls ? 443 : 80))
		snprintf(url->place + len, sizeof(url->place) - len, ":%u",
			 url->port);
}

static char *part(CURLU *parts, CURLUPart which, unsigned int flags)
{
	char *text = NULL;

	curl_url_get(parts, which, &text, flags);
	return text;
}

static const char *take_apart(struct url *url, CURLU *parts)
{
	char *scheme = part(parts, CURLUPART_SCHEME, 0);
	char *port = part(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	char *host = part(parts, CURLUPART_HOST, 0);
	const char *why = NULL;

	url->tls = scheme && !strcmp(scheme, "https");
	url->port = port ? strtoul(port, NULL, 10) : 0;
	if (!scheme || (!url->tls && strcmp(scheme, "http")))
		why = "it must begin with \"https://\" or \"http://\"";
	else if (!host || take_host(url, host))
		why = "its host must be a name or an address";
	else if (!url->port)
		why = "its port must be 1 to 65535";
	else
		set_place(url);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return why;
}

static const char *put_together(struct url *url, CURLU *parts)
{
	char *all = part(parts, CURLUPART_URL, 0);

	url->text = all ? strdup(all) : NULL;
	curl_free(all);
	return url->text ? NULL : "no memory";
}

/* @base: what @text may be relative to, or NULL */
static const char *parse(struct url *url, CURLU *parts, const char *base,
			 const char *text)
{
	unsigned int flags = CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME;
	CURLUcode bad = base ? curl_url_set(parts, CURLUPART_URL, base, flags) :
		CURLUE_OK;

	if (!bad)
		bad = curl_url_set(parts, CURLUPART_URL, text, flags);
	if (bad == CURLUE_USER_NOT_ALLOWED)
		return "user and password do not belong into it";
	if (bad)
		return curl_url_strerror(bad);
	return take_apart(url, parts);
}

static int url_read(struct url *url, const char *base, const char *text,
		    const struct url_param *params, size_t count, char *why)
{
	const char *wrong = "no memory";
	CURLU *parts = curl_url();

	memset(url, 0, sizeof(*url));
	if (parts)
		wrong = parse(url, parts, base, text);
	for (; !wrong && count; count--, params++)
		if (add_param(parts, params))
			wrong = "no memory";
	if (!wrong)
		wrong = put_together(url, parts);
	curl_url_cleanup(parts);
	if (!wrong)
		return 0;
	snprintf(why, FETCH_WHY_LEN, "the URL is wrong: %s", wrong);
	return -1;
}

/**
 * url_parse - read a URL, and add parameters to its query
 * @url: the result; nothing of it is to be freed when it is wrong
 * @text: the URL
 * @params: what to add
 * @count: of @params
 * @why: FETCH_WHY_LEN bytes for the reason why it is wrong, which has nothing
 *	of @text, as there may be secrets in it
 *
 * Return: 0, or -1.
 */
int url_parse(struct url *url, const char *text, const struct url_param *params,
	      size_t count, char *why)
{
	return url_read(url, NULL, text, params, count, why);
}

/**
 * url_follow - where does a redirect lead?
 * @url: the result; nothing of it is to be freed when it is wrong
 * @from: who redirects
 * @text: to where, which may be relative (RFC 3986, section 5)
 * @why: as for url_parse()
 *
 * Return: 0, or -1.
 */
int url_follow(struct url *url, const struct url *from, const char *text,
	       char *why)
{
	return url_read(url, from->text, text, NULL, 0, why);
}

/**
 * url_same_place - do two URLs lead to the same server?
 * @one: a URL
 * @two: another
 *
 * Return: true if scheme, host and port are the same.
 */
bool url_same_place(const struct url *one, const struct url *two)
{
	return !strcasecmp(one->place, two->place);
}

/**
 * url_free - forget a URL
 * @url: the URL
 */
void url_free(struct url *url)
{
	free(url->text);
	url->text = NULL;
}
