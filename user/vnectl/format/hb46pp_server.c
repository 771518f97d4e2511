// SPDX-License-Identifier: GPL-2.0
/* Where the server is: the TXT record (section 3.1), and redirections. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/json_field.h"
#include "format/hb46pp.h"
#include "parse.h"

#define VERSION_WORD	"v6mig-1"

static int wrong_url(const char *url, struct reason *why, const char *what)
{
	return reason_set(why, REASON_INVALID_REPLY, "URL \"%.128s\" %s", url,
			  what);
}

static bool host_valid(const char *host, size_t len, bool brackets, char *name)
{
	char buf[HOST_NAME_LEN + 2];
	struct in6_addr ipv6;

	if (!len || len >= sizeof(buf))
		return false;
	memcpy(buf, host, len);
	buf[len] = '\0';
	if (!brackets)
		return endpoint_host_name(buf, name);
	if (inet_pton(AF_INET6, buf, &ipv6) != 1)
		return false;
	inet_ntop(AF_INET6, &ipv6, name, HOST_NAME_LEN + 1);
	return true;
}

static bool port_valid(const char *port, size_t len)
{
	char buf[6];
	struct arg_error err;
	uint32_t number;

	if (!len || len >= sizeof(buf))
		return false;
	memcpy(buf, port, len);
	buf[len] = '\0';
	return !buf[strspn(buf, "0123456789")] &&
		!parse_number(buf, "port", 1, 65535, &number, &err);
}

/* HOST, HOST:PORT, [IPV6] or [IPV6]:PORT. IPv4 addresses are of no use: the
 * server is asked by IPv6 (section 3.3).
 */
static bool authority_valid(const char *at, size_t len, char *host)
{
	bool brackets = *at == '[';
	const char *end, *last = at + len;

	at += brackets;
	end = at + strcspn(at, brackets ? "]" : ":");
	if (end > last || (brackets && end == last))
		end = last;
	if (!host_valid(at, end - at, brackets, host))
		return false;
	if (brackets && end == last)
		return false;
	end += brackets;
	return end == last || (*end == ':' && port_valid(end + 1,
							 last - end - 1));
}

static int read_url(const char *url, struct hb46pp_server *server,
		    struct reason *why)
{
	const char *c, *host;

	if (strlen(url) > HB46PP_URL_LEN)
		return wrong_url(url, why, "is too long");
	for (c = url; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"<>\\^`{|}", *c))
			return wrong_url(url, why,
					 "has characters that are in no URL");
	if (!strncasecmp(url, "https://", 8))
		server->https = true;
	else if (strncasecmp(url, "http://", 7))
		return wrong_url(url, why, "begins with neither http:// nor https://");
	host = strchr(url, '/') + 2;
	if (!authority_valid(host, strcspn(host, "/?#"), server->host))
		return wrong_url(url, why, "has no host and port that can be used");
	snprintf(server->url, sizeof(server->url), "%s", url);
	return 0;
}

/* A certificate can only be verified where there is one (section 3.1). */
static int check_scheme(const struct hb46pp_server *server, struct reason *why)
{
	if (server->https || !server->verify)
		return 0;
	return wrong_url(server->url, why,
			 "is http, but the certificate has to be verified");
}

static int set_item(const char *key, const char *value,
		    struct hb46pp_server *server, struct reason *why)
{
	if (!strcmp(key, "v"))
		return strcmp(value, VERSION_WORD) ?
			reason_set(why, REASON_UNSUPPORTED_TYPE,
				   "version \"%.64s\" is not " VERSION_WORD,
				   value) : 0;
	if (!strcmp(key, "url"))
		return read_url(value, server, why);
	if (strcmp(value, "a") && strcmp(value, "b"))
		return reason_set(why, REASON_INVALID_REPLY,
				  "t=%.64s is neither a nor b", value);
	server->verify = *value == 'b';
	return 0;
}

/* Return: the number of a key, -1 where it is not known. */
static int find_item(const char *key)
{
	static const char *const keys[] = { "v", "url", "t" };
	int i;

	for (i = 0; i < 3; i++)
		if (!strcmp(key, keys[i]))
			return i;
	return -1;
}

/* "key=value key=value": the text is taken apart. What is not known is passed
 * over. Return: bits of the keys that were there, or -1.
 */
static int read_items(char *text, struct hb46pp_server *server,
		      struct reason *why)
{
	int seen = 0, item;
	char *word, *value, *next;

	for (word = strtok_r(text, " ", &next); word;
	     word = strtok_r(NULL, " ", &next)) {
		value = strchr(word, '=');
		if (!value)
			return reason_set(why, REASON_INVALID_REPLY,
					  "\"%.64s\" has no value", word);
		*value++ = '\0';
		item = find_item(word);
		if (item < 0)
			continue;
		if (seen & 1 << item)
			return reason_set(why, REASON_INVALID_REPLY,
					  "\"%s\" is there twice", word);
		seen |= 1 << item;
		if (set_item(word, value, server, why))
			return -1;
	}
	return seen;
}

/**
 * hb46pp_discover - read the TXT record that says where the server is
 * @text: its strings, joined
 * @server: the result
 * @why: set when it is wrong
 *
 * Return: 0, or -1.
 */
int hb46pp_discover(const char *text, struct hb46pp_server *server,
		    struct reason *why)
{
	char copy[HB46PP_URL_LEN + 257];
	int seen;

	memset(server, 0, sizeof(*server));
	if (strlen(text) >= sizeof(copy))
		return reason_set(why, REASON_INVALID_REPLY,
				  "the TXT record is too long");
	snprintf(copy, sizeof(copy), "%s", text);
	seen = read_items(copy, server, why);
	if (seen < 0)
		return -1;
	if (seen != 7)
		return reason_set(why, REASON_INVALID_REPLY,
				  "\"%s\" is missing in the TXT record",
				  !(seen & 1) ? "v" : !(seen & 2) ? "url" : "t");
	return check_scheme(server, why);
}

/**
 * hb46pp_redirect - go where the server sends (status 307, section 3.3)
 * @from: the server
 * @location: the URL that it names, a whole one
 * @to: the result; whether certificates are verified stays as it is
 * @why: set when it is wrong, or would give up TLS
 *
 * Return: 0, or -1.
 */
int hb46pp_redirect(const struct hb46pp_server *from, const char *location,
		    struct hb46pp_server *to, struct reason *why)
{
	memset(to, 0, sizeof(*to));
	to->verify = from->verify;
	if (read_url(location, to, why))
		return -1;
	return check_scheme(to, why);
}

/**
 * hb46pp_server_json - the plain form of where the server is
 * @server: where
 *
 * Return: an object, to be released.
 */
json_t *hb46pp_server_json(const struct hb46pp_server *server)
{
	return json_pack("{s:s, s:b}", "url", server->url, "verify",
			 server->verify);
}

/**
 * hb46pp_server_from_json - read what hb46pp_server_json() wrote
 * @json: what is read, not to be trusted
 * @server: the result; the host is that of the URL
 * @why: set when it is wrong
 *
 * Return: 0, or -1.
 */
int hb46pp_server_from_json(json_t *json, struct hb46pp_server *server,
			    struct reason *why)
{
	static const char *const keys[] = { "url", "verify", NULL };
	struct field top = field_top(json, why);
	struct field url = field_get(&top, "url");
	struct field verify = field_get(&top, "verify");
	const char *word;

	memset(server, 0, sizeof(*server));
	if (field_known(&top, keys) ||
	    field_string(&url, HB46PP_URL_LEN, &word) ||
	    field_bool(&verify, &server->verify) ||
	    read_url(word, server, why))
		return -1;
	return check_scheme(server, why);
}
