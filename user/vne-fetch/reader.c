// SPDX-License-Identifier: GPL-2.0
/* What servers say, taken apart: here, where it can do no harm. */
#include <string.h>

#include "format/hb46pp.h"
#include "format/ocn.h"
#include "reader.h"
#include "format/ddns_service.h"
#include "format/v6plus.h"

/**
 * read_addresses - take the addresses of a name
 * @from: what the DNS said
 * @to: the result
 */
void read_addresses(const struct dns_answer *from, struct fetch_answer *to)
{
	size_t i;

	for (i = 0; i < from->count && i < FETCH_ADDRESSES_MAX; i++)
		to->addresses[i] = from->addresses[i].ipv6;
	to->count = i;
	to->ttl = from->ttl;
}

/* One record is expected; what others put under the name does not matter. */
static const char *find_record(const struct dns_answer *from,
			       struct reason *why)
{
	const char *text = NULL;
	size_t i;

	for (i = 0; i < from->count; i++) {
		if (strncmp(from->txts[i].text, "v=v6mig-", 8))
			continue;
		if (text) {
			reason_set(why, REASON_INVALID_REPLY,
				   "there are several TXT records with \"v=v6mig-\"");
			return NULL;
		}
		text = from->txts[i].text;
	}
	return text ? text : from->txts[0].text;
}

/**
 * read_server - find out where a TXT record says that the server is
 * @from: what the DNS said, one record at least
 * @to: the result
 */
void read_server(const struct dns_answer *from, struct fetch_answer *to)
{
	const char *text = find_record(from, &to->wrong);
	struct hb46pp_server server;

	if (text && !hb46pp_discover(text, &server, &to->wrong))
		to->found = hb46pp_server_json(&server);
}

static json_t *read_hb46pp(const struct http_reply *from, struct reason *why)
{
	struct hb46pp_reply reply;
	json_t *found = NULL;

	if (!hb46pp_reply(from->body, from->len, &reply, why))
		found = hb46pp_reply_json(&reply);
	hb46pp_reply_free(&reply);
	return found;
}

static json_t *read_v6plus(const struct http_reply *from, struct reason *why)
{
	struct v6plus_rules rules;
	json_t *found;

	if (v6plus_rules(from->body, from->len, V6PLUS_CALLBACK, &rules, why))
		return NULL;
	found = v6plus_rules_json(&rules);
	v6plus_rules_free(&rules);
	return found;
}

static json_t *read_gateway(const struct http_reply *from, struct reason *why)
{
	bool on;

	if (v6plus_gateway(from->body, from->len, V6PLUS_CALLBACK, &on, why))
		return NULL;
	return json_pack("{s:b}", "on", on);
}

static json_t *read_ocn(const struct http_reply *from, struct reason *why)
{
	struct ocn_rules rules;
	json_t *found;

	if (ocn_rules(from->body, from->len, &rules, why))
		return NULL;
	found = ocn_rules_json(&rules);
	ocn_rules_free(&rules);
	return found;
}

/* Here what comes with a refusal counts, too. */
static void read_update(const struct fetch_request *request,
			const struct http_reply *from, struct reason *why)
{
	if (from->status == HTTP_OK || from->status == HTTP_CODE)
		update_judge(request->dialect, from->code,
			     from->body ? from->body : "", from->len, why);
}

/**
 * read_page - take a page apart
 * @request: what was asked
 * @from: what there is
 * @to: the result
 */
void read_page(const struct fetch_request *request,
	       const struct http_reply *from, struct fetch_answer *to)
{
	static json_t *(*const readers[])(const struct http_reply *from,
					  struct reason *why) = {
		[FETCH_HB46PP] = read_hb46pp,
		[FETCH_V6PLUS] = read_v6plus,
		[FETCH_V6PLUS_GATEWAY] = read_gateway,
		[FETCH_OCN] = read_ocn,
		[FETCH_UPDATE] = NULL,
	};

	if (request->reader == FETCH_UPDATE)
		read_update(request, from, &to->wrong);
	else if (from->status == HTTP_OK && readers[request->reader])
		to->found = readers[request->reader](from, &to->wrong);
}
