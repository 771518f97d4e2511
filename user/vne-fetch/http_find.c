// SPDX-License-Identifier: GPL-2.0
/* libcurl would ask the system's resolver, by any device and by threads that
 * block. So it is given the addresses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

/* "HOST:PORT:" comes first, then the addresses with commas between them. */
static int add_address(struct http *http, const struct address *address)
{
	size_t len = http->addresses ? strlen(http->addresses) : 0;
	char word[PREFIX_STRLEN], *text;

	address_format(address, word);
	text = realloc(http->addresses, len + URL_HOST_LEN + 16 + sizeof(word));
	if (!text)
		return -1;
	http->addresses = text;
	if (!len)
		len = sprintf(text, "%s:%u:", http->url.host, http->url.port);
	else
		text[len++] = ',';
	memcpy(text + len, word, strlen(word) + 1);
	return 0;
}

static void finish(struct http *http)
{
	curl_slist_free_all(http->resolve);
	http->resolve = http->addresses ?
		curl_slist_append(NULL, http->addresses) : NULL;
	free(http->addresses);
	http->addresses = NULL;
	if (http->resolve)
		http->found(http);
	else
		http_fail(http, HTTP_IMPOSSIBLE, "no memory");
}

static void fail(struct http *http, const struct dns_answer *answer)
{
	http->reply.dns = answer->status;
	http_fail(http, HTTP_NO_DNS, "no address of %s: %s", http->url.host,
		  answer->why);
}

static int take(struct http *http, const struct dns_answer *answer)
{
	size_t i;

	for (i = 0; i < answer->count; i++) {
		if (!add_address(http, &answer->addresses[i]))
			continue;
		http_fail(http, HTTP_IMPOSSIBLE, "no memory");
		return -1;
	}
	return 0;
}

static void on_ipv4(struct dns *dns, const struct dns_answer *answer, void *arg)
{
	struct http *http = arg;

	(void)dns;
	if (take(http, answer))
		return;
	/* What is known of IPv6 will do. */
	if (http->addresses)
		finish(http);
	else
		fail(http, answer);
}

static void on_ipv6(struct dns *dns, const struct dns_answer *answer, void *arg)
{
	struct http *http = arg;

	if (take(http, answer))
		return;
	if (!http->ipv6_only &&
	    (answer->status == DNS_OK || answer->status == DNS_NODATA))
		dns_start(dns, &http->settings, DNS_A, http->url.host, on_ipv4,
			  http);
	else if (http->addresses)
		finish(http);
	else
		fail(http, answer);
}

/**
 * http_find - look for the server
 * @http: whose
 * @found: called when its addresses are in @http->resolve, which is empty when
 *	the URL has an address itself; not called when it cannot be found
 */
void http_find(struct http *http, void (*found)(struct http *http))
{
	http->found = found;
	free(http->addresses);
	http->addresses = NULL;
	if (http->ipv6_only && http->url.literal.family == AF_INET)
		http_fail(http, HTTP_IMPOSSIBLE,
			  "the address must be an IPv6 address");
	else if (http->url.literal.family)
		found(http);
	else
		dns_start(&http->dns, &http->settings, DNS_AAAA, http->url.host,
			  on_ipv6, http);
}
