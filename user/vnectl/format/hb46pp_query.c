// SPDX-License-Identifier: GPL-2.0
/* What the server is asked (section 3.3). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "format/hb46pp.h"

#define OUI_LEN		6
#define VENDOR_MAX	24
#define WORD_MAX	32

#define DIGITS		"0123456789"
#define LETTERS		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool made_of(const char *word, const char *chars, size_t max)
{
	size_t len = strspn(word, chars);

	return len && len <= max && !word[len];
}

static int wrong(const char *name, const char *expected, struct reason *why)
{
	return reason_set(why, REASON_INVALID_REQUEST, "%s must be %s", name,
			  expected);
}

static int add_vendorid(const char *id, struct query *query,
			struct reason *why)
{
	const char *more = id + OUI_LEN;

	if (strspn(id, DIGITS "abcdefABCDEF") < OUI_LEN ||
	    (*more && (*more != '-' ||
		       !made_of(more + 1, DIGITS LETTERS "_", VENDOR_MAX))))
		return wrong("vendorid",
			     "six hex digits, and possibly \"-\" and 1 to 24 letters, digits and \"_\"",
			     why);
	return query_add(query, "vendorid", id, why);
}

static int add_word(const char *name, const char *word, struct query *query,
		    struct reason *why)
{
	if (!made_of(word, DIGITS LETTERS "-_", WORD_MAX))
		return wrong(name, "1 to 32 letters, digits, \"-\" and \"_\"",
			     why);
	return query_add(query, name, word, why);
}

static int add_version(const char *version, struct query *query,
		       struct reason *why)
{
	char word[WORD_MAX + 1];
	char *dot;

	if (!made_of(version, DIGITS "._", WORD_MAX))
		return wrong("version", "1 to 32 digits, \"_\" and dots", why);
	snprintf(word, sizeof(word), "%s", version);
	while ((dot = strchr(word, '.')))
		*dot = '_';
	return query_add(query, "version", word, why);
}

static int add_capability(unsigned int capability, struct query *query,
			  struct reason *why)
{
	static const char *const names[] = {
		"464xlat", "dslite", "ipip", "lw4o6", "map_e", "map_t",
		"hubspoke", "mesh",
	};
	char list[64] = "";
	size_t len = 0, i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (capability & 1u << i)
			len += snprintf(list + len, sizeof(list) - len, "%s%s",
					len ? "," : "", names[i]);
	if (!len)
		return wrong("capability", "one method at least", why);
	return query_add(query, "capability", list, why);
}

/**
 * hb46pp_token_valid - is it a token (section 3.4)?
 * @token: the word
 *
 * Return: true if it is.
 */
bool hb46pp_token_valid(const char *token)
{
	return strlen(token) == HB46PP_TOKEN_LEN &&
		made_of(token, DIGITS "abcdef", HB46PP_TOKEN_LEN);
}

/**
 * hb46pp_may_login - may user and password be sent?
 * @client: who asks
 * @server: whom
 *
 * Only over TLS, with a verified certificate, and to the server that the user
 * named (section 3.3, MUST NOT). Where none is named, the specification lets
 * them go anywhere, in clear too: that is not made use of.
 *
 * Return: true if they may.
 */
bool hb46pp_may_login(const struct hb46pp_client *client,
		      const struct hb46pp_server *server)
{
	return server->https && server->verify && client->server_name &&
		*client->server_name &&
		!strcasecmp(client->server_name, server->host);
}

static int add_login(const struct hb46pp_client *client,
		     const struct hb46pp_server *server, struct query *query,
		     struct reason *why)
{
	if (!client->user != !client->pass)
		return wrong("user and pass", "given together", why);
	if (!client->user || !hb46pp_may_login(client, server))
		return 0;
	if (add_word("user", client->user, query, why))
		return -1;
	return add_word("pass", client->pass, query, why);
}

/**
 * hb46pp_query - the parameters of a request
 * @client: who asks
 * @server: whom
 * @query: the result
 * @why: set when there is something wrong with @client
 *
 * Return: 0, or -1.
 */
int hb46pp_query(const struct hb46pp_client *client,
		 const struct hb46pp_server *server, struct query *query,
		 struct reason *why)
{
	query_init(query);
	if (add_vendorid(client->vendorid, query, why) ||
	    add_word("product", client->product, query, why) ||
	    add_version(client->version, query, why) ||
	    add_capability(client->capability, query, why))
		return -1;
	if (client->token) {
		if (!hb46pp_token_valid(client->token))
			return wrong("token",
				     "64 digits and letters from a to f", why);
		if (query_add(query, "token", client->token, why))
			return -1;
	}
	return add_login(client, server, query, why);
}
