// SPDX-License-Identifier: GPL-2.0
/* HB46PP, the Japanese national standard. Sections are those of its
 * specification, version 1.1; letters are the steps of section 3.6.
 */
#include <stdlib.h>
#include <string.h>

#include "provision/core/http_provisioner.h"
#include "provision/provisioners.h"
#include "format/hb46pp.h"
#include "provision/core/identity.h"

#define MINUTE	60.0
#define HOUR	3600.0

/* A server that says 0 would be asked all the time by all its clients. */
#define TTL_MIN	60

#define REDIRECTS_MAX	5

static const struct asker_wait no_server = { 1 * HOUR, 3 * HOUR };
static const struct asker_wait no_dns = { 1 * MINUTE, 10 * MINUTE };
static const struct asker_wait no_answer = { 10 * MINUTE, 30 * MINUTE };
static const struct asker_wait no_ttl = { 20 * HOUR, 24 * HOUR };

/**
 * struct hb46pp - the source
 * @asker: what it has in common with others
 * @server: where the server is, as was found out last
 * @token: of the server; a secret
 * @enabler_name: who runs the IPv6 network
 * @service_name: its service
 * @isp_name: the provider's service
 * @auth: what the server said of user and password
 */
struct hb46pp {
	struct asker asker;
	struct hb46pp_server server;
	char token[HB46PP_TOKEN_LEN + 1];
	char enabler_name[HB46PP_NAME_LEN + 1];
	char service_name[HB46PP_NAME_LEN + 1];
	char isp_name[HB46PP_NAME_LEN + 1];
	enum hb46pp_auth auth;
};

static struct hb46pp *hb46pp_of(struct asker *asker)
{
	return (struct hb46pp *)asker;
}

static unsigned int capability(const struct vne *vne)
{
	static const unsigned int bits[] = {
		[VNE_AUTO] = HB46PP_464XLAT | HB46PP_DSLITE | HB46PP_IPIP |
			HB46PP_LW4O6 | HB46PP_MAP_E | HB46PP_MAP_T,
		[VNE_MAP_E] = HB46PP_MAP_E,
		[VNE_MAP_T] = HB46PP_MAP_T,
		[VNE_FIXED_IP] = HB46PP_IPIP,
		[VNE_DS_LITE] = HB46PP_DSLITE,
		[VNE_LW4O6] = HB46PP_LW4O6,
		[VNE_464XLAT] = HB46PP_464XLAT,
	};
	unsigned int mode = bits[vne_mode(vne)];

	if (mode & HB46PP_MAP_E)
		mode |= HB46PP_HUBSPOKE | (vne->mesh ? HB46PP_MESH : 0);
	return mode;
}

/* Section 3.4: with no methods there is nothing for this line. */
static void why_nothing(const struct hb46pp_reply *reply, struct reason *why)
{
	static const char *const more[] = {
		[HB46PP_AUTH_NONE] = "",
		[HB46PP_AUTH_REQ] = ": it wants \"http-username\" and \"http-password\", which go to \"server-name\" only",
		[HB46PP_AUTH_BAD] = ": \"http-username\" or \"http-password\" is wrong",
		[HB46PP_AUTH_OK] = "",
	};

	reason_set(why, REASON_REFUSED,
		   "the server has nothing for this line (order is empty)%s",
		   more[reply->auth]);
}

static void wait_of(const struct hb46pp_reply *reply, struct asker_wait *wait)
{
	*wait = no_ttl;
	if (!reply->has_ttl)
		return;
	wait->min = reply->ttl < TTL_MIN ? TTL_MIN : reply->ttl;
	wait->max = wait->min;
}

static void keep_words(struct hb46pp *hb46pp, const struct hb46pp_reply *reply)
{
	memcpy(hb46pp->enabler_name, reply->enabler_name,
	       sizeof(hb46pp->enabler_name));
	memcpy(hb46pp->service_name, reply->service_name,
	       sizeof(hb46pp->service_name));
	memcpy(hb46pp->isp_name, reply->isp_name, sizeof(hb46pp->isp_name));
	hb46pp->auth = reply->auth;
	if (!*reply->token || !strcmp(hb46pp->token, reply->token))
		return;
	memcpy(hb46pp->token, reply->token, sizeof(hb46pp->token));
	asker_save_id(&hb46pp->asker, "token", hb46pp->token);
}

/* i) to k). */
static void use_reply(struct asker *asker, const struct hb46pp_reply *reply)
{
	struct source *source = &asker->source;
	struct asker_wait wait;

	wait_of(reply, &wait);
	keep_words(hb46pp_of(asker), reply);
	if (!reply->ordered) {
		why_nothing(reply, &source->why);
		asker_nothing(asker, &wait);
	} else if (!reply->offer.count) {
		/* h.2) */
		source->why = reply->offer.skipped[0].why;
		asker_retry(asker, &no_answer);
	} else {
		asker_save(asker, &reply->offer);
		if (source_take(source, &reply->offer))
			asker_retry(asker, &wait);
		else
			asker_good(asker, &wait);
	}
}

/* f) to h). A server without an address does not answer, even if there is
 * something wrong with the DNS.
 */
static void on_reply(struct fetch *fetch, const struct fetch_answer *answer,
		     void *arg)
{
	struct asker *asker = arg;
	struct source *source = &asker->source;
	struct hb46pp_reply reply;

	(void)fetch;
	source->code = answer->code;
	if (answer->status != HTTP_OK) {
		asker_note(asker, answer);
		if (answer->code == 403 || answer->code == 404)
			reason_set(&source->why, REASON_REFUSED,
				   "%s: it does not know this line's address",
				   answer->why);
		asker_retry(asker, &no_answer);
	} else if (asker_wrong(asker, answer) ||
		   hb46pp_reply_from_json(answer->found, &reply,
					  &source->why)) {
		request_hide(source->vne, &source->why);
		asker_retry(asker, &no_answer);
	} else {
		use_reply(asker, &reply);
		hb46pp_reply_free(&reply);
	}
}

/* d) */
static void ask(struct hb46pp *hb46pp)
{
	struct source *source = &hb46pp->asker.source;
	const struct vne *vne = source->vne;
	const struct hb46pp_client client = {
		.vendorid = vne->vendor_id,
		.product = vne->product,
		.version = VERSION,
		.capability = capability(vne),
		.token = *hb46pp->token ? hb46pp->token : NULL,
		.user = vne->user,
		.pass = vne->password,
		.server_name = vne->server_name,
	};
	const struct hb46pp_server *server = &hb46pp->server;
	struct fetch_request request;
	struct http_request *http = &request.http;
	struct query query;

	if (hb46pp_query(&client, server, &query, &source->why)) {
		asker_retry(&hb46pp->asker, &no_answer);
		return;
	}
	request_of_line(source, FETCH_HB46PP, &request);
	http->url = server->url;
	http->redirects = REDIRECTS_MAX;
	/* What was announced, anybody may read (section 3.2, a). */
	http->plain = !server->verify;
	http->no_verify = !server->verify;
	if (!server->verify) {
		http->cert_file = NULL;
		http->key_file = NULL;
	}
	source_at(source, SOURCE_ASK, 0);
	request_start(&hb46pp->asker.fetch, &request, &query, on_reply, hb46pp);
	explicit_bzero(&query, sizeof(query));
}

static int find_server(struct hb46pp *hb46pp, const struct fetch_answer *answer)
{
	struct asker *asker = &hb46pp->asker;
	struct hb46pp_server server;

	if (answer->dns != DNS_OK || asker_wrong(asker, answer))
		return -1;
	if (hb46pp_server_from_json(answer->found, &server,
				    &asker->source.why))
		return -1;
	if (!server.verify && asker->source.vne->require_tls)
		return reason_set(&asker->source.why, REASON_REFUSED,
				  "the server is announced as one that is not to be verified (t=a), which \"require-tls\" does not allow");
	hb46pp->server = server;
	return 0;
}

static void why_not_found(struct asker *asker,
			  const struct fetch_answer *answer)
{
	struct source *source = &asker->source;
	struct reason why = source->why;

	if (answer->dns != DNS_OK)
		reason_set(&source->why, REASON_NO_SERVER,
			   "TXT of \"%.200s\": %.160s", source->vne->domain,
			   answer->why);
	else
		reason_set(&source->why, why.code, "TXT of \"%.100s\": %.260s",
			   source->vne->domain, why.text);
}

/* c) */
static void on_dns(struct fetch *fetch, const struct fetch_answer *answer,
		   void *arg)
{
	struct asker *asker = arg;

	(void)fetch;
	if (!find_server(hb46pp_of(asker), answer)) {
		ask(hb46pp_of(asker));
		return;
	}
	why_not_found(asker, answer);
	if (answer->dns == DNS_NXDOMAIN || answer->dns == DNS_NODATA)
		asker_nothing(asker, &no_server);
	else
		asker_retry(asker, &no_dns);
}

/* a) and b) */
static void begin(struct asker *asker)
{
	struct source *source = &asker->source;
	struct fetch_request request;

	request_of_line(source, FETCH_HB46PP_SERVER, &request);
	request.name = source->vne->domain;
	source_at(source, SOURCE_DISCOVER, 0);
	fetch_start(&asker->fetch, &request, on_dns, asker);
}

/* k) What there is serves until the server has said what there is now. */
static void moved(struct asker *asker)
{
	asker->source.cached = asker->source.offer.count;
}

static int init(struct source *source)
{
	struct asker *asker = asker_of(source);
	struct hb46pp *hb46pp = hb46pp_of(asker);
	char *token = asker_load_id(asker, "token");

	asker_init(asker);
	asker->begin = begin;
	asker->moved = moved;
	asker->follows_address = true;
	asker->saves_first = true;
	/* What was saved may be of a server that is not good enough any more. */
	asker->identity = identity(source->vne->domain,
				   source->vne->require_tls ? "tls" : "");
	if (token && hb46pp_token_valid(token))
		snprintf(hb46pp->token, sizeof(hb46pp->token), "%s", token);
	free(token);
	return 0;
}

static void erase(struct source *source)
{
	struct hb46pp *hb46pp = hb46pp_of(asker_of(source));

	explicit_bzero(hb46pp->token, sizeof(hb46pp->token));
	asker_erase(source);
}

static void set_word(json_t *to, const char *key, const char *word)
{
	if (*word)
		json_object_set_new(to, key, json_string(word));
}

static void add_json(const struct source *source, json_t *to)
{
	static const char *const auths[] = { "", "req", "bad", "ok" };
	const struct hb46pp *hb46pp = (const struct hb46pp *)source;

	set_word(to, "server", hb46pp->server.host);
	if (*hb46pp->server.host)
		json_object_set_new(to, "verified",
				    json_boolean(hb46pp->server.verify));
	set_word(to, "enabler_name", hb46pp->enabler_name);
	set_word(to, "service_name", hb46pp->service_name);
	set_word(to, "isp_name", hb46pp->isp_name);
	set_word(to, "auth", auths[hb46pp->auth]);
}

const struct source_ops source_hb46pp = {
	.size = sizeof(struct hb46pp),
	.init = init,
	.line = asker_line,
	.renew = asker_renew,
	.erase = erase,
	.end = asker_end,
	.json = add_json,
};
