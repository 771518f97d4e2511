// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_field.h"
#include "fetch/message.h"
#include "format/query.h"
#include "fetch/wire.h"

/* A package that was upgraded brings another vne-fetch than the vnectl that
 * runs.
 */
#define MAGIC "vne-fetch " VERSION

/* Of a request what is no text. */
struct settings {
	struct dns_settings dns;
	double connect_timeout;
	double timeout;
	uint32_t redirects;
	bool no_verify;
	bool plain;
	bool ipv6_only;
	bool files[FETCH_FILES];
};

static const char *const file_paths[] = {
	[FETCH_CA] = "/proc/self/fd/3",
	[FETCH_CERT] = "/proc/self/fd/4",
	[FETCH_KEY] = "/proc/self/fd/5",
};

static void put_settings(FILE *to, const struct http_request *http)
{
	struct settings settings;

	/* Padding, too, as all of it is written. */
	memset(&settings, 0, sizeof(settings));
	settings.dns = http->dns;
	settings.connect_timeout = http->connect_timeout;
	settings.timeout = http->timeout;
	settings.redirects = http->redirects;
	settings.no_verify = http->no_verify;
	settings.plain = http->plain;
	settings.ipv6_only = http->ipv6_only;
	settings.files[FETCH_CA] = http->ca_file;
	settings.files[FETCH_CERT] = http->cert_file;
	settings.files[FETCH_KEY] = http->key_file;
	wire_put(to, &settings, sizeof(settings));
}

static void put_params(FILE *to, const struct http_request *http)
{
	size_t i;

	wire_put_number(to, http->params_count);
	for (i = 0; i < http->params_count; i++) {
		wire_put_text(to, http->params[i].name);
		wire_put_text(to, http->params[i].value);
	}
}

/* Return: what was written, to be freed, or NULL without memory. */
static char *finish(FILE *file, char **data)
{
	bool bad = ferror(file);

	if (!fclose(file) && !bad)
		return *data;
	free(*data);
	return NULL;
}

/**
 * fetch_request_write - make bytes of a request
 * @request: what is asked, with at most QUERY_MAX parameters
 * @len: the result: how many bytes there are
 *
 * Return: the bytes, to be freed, which have all secrets in them; or NULL when
 * there is no memory.
 */
char *fetch_request_write(const struct fetch_request *request, size_t *len)
{
	char *data = NULL;
	FILE *to = open_memstream(&data, len);

	if (!to)
		return NULL;
	wire_put_text(to, MAGIC);
	wire_put_number(to, request->reader);
	wire_put_number(to, request->dialect);
	wire_put_text(to, request->name);
	put_settings(to, &request->http);
	wire_put_text(to, request->http.url);
	wire_put_text(to, request->http.user);
	wire_put_text(to, request->http.password);
	wire_put_text(to, request->http.agent);
	wire_put_text(to, request->http.ca_file);
	put_params(to, &request->http);
	return finish(to, &data);
}

static const char *path_of(const struct settings *settings,
			   enum fetch_file file)
{
	return settings->files[file] ? file_paths[file] : NULL;
}

static void get_settings(struct wire *from, struct http_request *http)
{
	struct settings settings;

	wire_get_block(from, &settings, sizeof(settings));
	http->dns = settings.dns;
	http->connect_timeout = settings.connect_timeout;
	http->timeout = settings.timeout;
	http->redirects = settings.redirects;
	http->no_verify = settings.no_verify;
	http->plain = settings.plain;
	http->ipv6_only = settings.ipv6_only;
	http->ca_file = path_of(&settings, FETCH_CA);
	http->cert_file = path_of(&settings, FETCH_CERT);
	http->key_file = path_of(&settings, FETCH_KEY);
}

static void get_params(struct wire *from, struct http_request *http,
		       struct url_param *params)
{
	size_t i;

	http->params = params;
	http->params_count = wire_get_number(from, QUERY_MAX);
	for (i = 0; i < http->params_count; i++) {
		params[i].name = wire_get_word(from);
		params[i].value = wire_get_word(from);
		if (!params[i].name || !params[i].value)
			from->bad = true;
	}
}

/**
 * fetch_request_read - read what fetch_request_write() wrote
 * @data: the bytes, in which the texts of the result stay
 * @len: how many
 * @request: the result
 * @params: room for QUERY_MAX parameters of it
 *
 * Return: 0, or -1 when it is of another version.
 */
int fetch_request_read(const char *data, size_t len,
		       struct fetch_request *request, struct url_param *params)
{
	struct wire from = { .at = data, .left = len };
	char magic[sizeof(MAGIC)];

	memset(request, 0, sizeof(*request));
	wire_get_text(&from, magic, sizeof(magic));
	if (strcmp(magic, MAGIC))
		return -1;
	request->reader = wire_get_number(&from, FETCH_UPDATE);
	request->dialect = wire_get_number(&from, UINT32_MAX);
	request->name = wire_get_word(&from);
	get_settings(&from, &request->http);
	request->http.url = wire_get_word(&from);
	request->http.user = wire_get_word(&from);
	request->http.password = wire_get_word(&from);
	request->http.agent = wire_get_word(&from);
	request->http.ca_name = wire_get_word(&from);
	get_params(&from, &request->http, params);
	return wire_end(&from) ? 0 : -1;
}

static void put_found(FILE *to, json_t *found)
{
	char *text = found ? json_dumps(found, JSON_COMPACT) : NULL;

	wire_put(to, text ? text : "", text ? strlen(text) : 0);
	free(text);
}

/**
 * fetch_answer_write - make bytes of an answer
 * @answer: the answer
 * @len: the result: how many bytes there are
 *
 * Return: the bytes, to be freed; or NULL when there is no memory.
 */
char *fetch_answer_write(const struct fetch_answer *answer, size_t *len)
{
	char *data = NULL;
	FILE *to = open_memstream(&data, len);

	if (!to)
		return NULL;
	wire_put_text(to, MAGIC);
	wire_put_number(to, answer->status);
	wire_put_number(to, answer->dns);
	wire_put_text(to, answer->why);
	wire_put_number(to, answer->code);
	wire_put_number(to, answer->wrong.code);
	wire_put_text(to, answer->wrong.code ? answer->wrong.text : "");
	wire_put_number(to, answer->ttl);
	wire_put(to, answer->addresses,
		 answer->count * sizeof(*answer->addresses));
	put_found(to, answer->found);
	return finish(to, &data);
}

static void hide_controls(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static void get_wrong(struct wire *from, struct reason *wrong)
{
	wrong->code = wire_get_number(from, REASON_NO_SERVER);
	wire_get_text(from, wrong->text, sizeof(wrong->text));
	hide_controls(wrong->text);
}

static void get_addresses(struct wire *from, struct fetch_answer *answer)
{
	size_t len, one = sizeof(*answer->addresses);
	const char *at = wire_get(from, sizeof(answer->addresses), &len);

	if (len % one)
		from->bad = true;
	answer->count = len / one;
	if (at)
		memcpy(answer->addresses, at, len);
}

/* Only what is an object, or nothing. */
static void get_found(struct wire *from, struct fetch_answer *answer)
{
	struct reason why;
	size_t len;
	const char *text = wire_get(from, FIELD_TEXT_MAX, &len);

	if (!len || !wire_end(from))
		return;
	answer->found = field_load(text, len, &why);
	if (!json_is_object(answer->found))
		from->bad = true;
}

/**
 * fetch_answer_read - read what fetch_answer_write() wrote, or somebody else
 * @data: the bytes
 * @len: how many
 * @answer: the result, to be freed
 *
 * Return: 0, or -1 when it is none; then there is no result.
 */
int fetch_answer_read(const char *data, size_t len,
		      struct fetch_answer *answer)
{
	struct wire from = { .at = data, .left = len };
	char magic[sizeof(MAGIC)];

	memset(answer, 0, sizeof(*answer));
	wire_get_text(&from, magic, sizeof(magic));
	if (strcmp(magic, MAGIC))
		return -1;
	answer->status = wire_get_number(&from, HTTP_IMPOSSIBLE);
	answer->dns = wire_get_number(&from, DNS_IMPOSSIBLE);
	wire_get_text(&from, answer->why, sizeof(answer->why));
	hide_controls(answer->why);
	answer->code = wire_get_number(&from, 999);
	get_wrong(&from, &answer->wrong);
	answer->ttl = wire_get_number(&from, INT32_MAX);
	get_addresses(&from, answer);
	get_found(&from, answer);
	if (wire_end(&from))
		return 0;
	fetch_answer_free(answer);
	return -1;
}

/**
 * fetch_answer_fail - an answer that says that there is none
 * @answer: the result
 * @fmt: why
 */
void fetch_answer_fail(struct fetch_answer *answer, const char *fmt, ...)
{
	va_list ap;

	memset(answer, 0, sizeof(*answer));
	answer->status = HTTP_IMPOSSIBLE;
	answer->dns = DNS_IMPOSSIBLE;
	va_start(ap, fmt);
	vsnprintf(answer->why, sizeof(answer->why), fmt, ap);
	va_end(ap);
	hide_controls(answer->why);
}

/**
 * fetch_answer_free - free what an answer holds
 * @answer: the answer
 */
void fetch_answer_free(struct fetch_answer *answer)
{
	json_decref(answer->found);
	answer->found = NULL;
}
