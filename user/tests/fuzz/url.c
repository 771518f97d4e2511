// SPDX-License-Identifier: GPL-2.0
/* Addresses of pages, of the user and of servers that send elsewhere. */
#include "fuzz.h"
#include "base/url.h"

static void check_url(const struct url *url)
{
	claim(!strncmp(url->text, url->tls ? "https://" : "http://",
		       url->tls ? 8 : 7));
	claim(*url->host && url->port);
	claim(strlen(url->host) < URL_HOST_LEN);
	claim(url_same_place(url, url));
}

/* A value may have anything in it, and is one value all the same. */
static void check_param(const char *value)
{
	struct url_param param = { "name", value };
	char why[FETCH_WHY_LEN];
	struct url url;

	if (url_parse(&url, "https://host.test/path", &param, 1, why))
		return;
	check_url(&url);
	claim(!strpbrk(strchr(url.text, '?') + 1, "&#? \"<>\n"));
	url_free(&url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), why[FETCH_WHY_LEN];
	struct url from, url;

	if (!url_parse(&url, text, NULL, 0, why)) {
		check_url(&url);
		url_free(&url);
	}
	check_param(text);
	claim(!url_parse(&from, "https://host.test/a/b?c=d", NULL, 0, why));
	if (!url_follow(&url, &from, text, why)) {
		check_url(&url);
		url_free(&url);
	}
	url_free(&from);
	free(text);
	return 0;
}
