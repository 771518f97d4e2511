/* SPDX-License-Identifier: GPL-2.0 */
/* HB46PP, the Japanese national standard of provisioning, version 1.1: how the
 * server is found, what it is asked, and what it answers. Sections are those
 * of its specification.
 */
#ifndef VNECTL_FORMAT_HB46PP_H
#define VNECTL_FORMAT_HB46PP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "softwire/candidates.h"
#include "format/query.h"

#define HB46PP_DOMAIN		"4over6.info"
#define HB46PP_URL_LEN		1023
#define HB46PP_NAME_LEN		254
#define HB46PP_TOKEN_LEN	64
#define HB46PP_TTL_MAX		604800

/**
 * struct hb46pp_server - where the server is (section 3.1)
 * @url: its URL
 * @host: the host in it, in lower case; an IPv6 address without brackets
 * @https: with TLS
 * @verify: its certificate has to be verified
 */
struct hb46pp_server {
	char url[HB46PP_URL_LEN + 1];
	char host[HOST_NAME_LEN + 1];
	bool https;
	bool verify;
};

/* What a CE can do, as bits (section 3.3). */
#define HB46PP_464XLAT		0x01
#define HB46PP_DSLITE		0x02
#define HB46PP_IPIP		0x04
#define HB46PP_LW4O6		0x08
#define HB46PP_MAP_E		0x10
#define HB46PP_MAP_T		0x20
#define HB46PP_HUBSPOKE	0x40
#define HB46PP_MESH		0x80

/**
 * struct hb46pp_client - who asks (section 3.3)
 * @vendorid: OUI, six hex digits, and possibly "-" and a word
 * @product: name of the product
 * @version: its version; dots are sent as underscores
 * @capability: bits of what it can do
 * @token: what the server gave the last time, or NULL
 * @user: user, or NULL
 * @pass: password, or NULL
 * @server_name: the server that @user and @pass are for
 */
struct hb46pp_client {
	const char *vendorid;
	const char *product;
	const char *version;
	unsigned int capability;
	const char *token;
	const char *user;
	const char *pass;
	const char *server_name;
};

/**
 * enum hb46pp_auth - what the server says of user and password (section 3.4)
 * @HB46PP_AUTH_NONE: nothing: it does not ask for them
 * @HB46PP_AUTH_REQ: it would say more if they were there
 * @HB46PP_AUTH_BAD: they are wrong
 * @HB46PP_AUTH_OK: they are right
 */
enum hb46pp_auth {
	HB46PP_AUTH_NONE,
	HB46PP_AUTH_REQ,
	HB46PP_AUTH_BAD,
	HB46PP_AUTH_OK,
};

/**
 * struct hb46pp_reply - what the server answers (section 3.4)
 * @enabler_name: who runs the IPv6 network; empty where not said
 * @service_name: its service
 * @isp_name: the provider's service
 * @ttl: seconds that the answer is good for
 * @has_ttl: @ttl was said
 * @token: to be sent the next time; empty where there is none
 * @auth: enum hb46pp_auth
 * @ordered: how many methods the server names; with none, it has nothing for
 *	this line
 * @offer: those of them that can be used, in the order of the server
 */
struct hb46pp_reply {
	char enabler_name[HB46PP_NAME_LEN + 1];
	char service_name[HB46PP_NAME_LEN + 1];
	char isp_name[HB46PP_NAME_LEN + 1];
	uint32_t ttl;
	bool has_ttl;
	char token[HB46PP_TOKEN_LEN + 1];
	enum hb46pp_auth auth;
	unsigned int ordered;
	struct offer offer;
};

int hb46pp_discover(const char *text, struct hb46pp_server *server,
		    struct reason *why);
int hb46pp_redirect(const struct hb46pp_server *from, const char *location,
		    struct hb46pp_server *to, struct reason *why);

int hb46pp_query(const struct hb46pp_client *client,
		 const struct hb46pp_server *server, struct query *query,
		 struct reason *why);
bool hb46pp_may_login(const struct hb46pp_client *client,
		      const struct hb46pp_server *server);
bool hb46pp_token_valid(const char *token);

int hb46pp_reply(const char *text, size_t len, struct hb46pp_reply *reply,
		 struct reason *why);
void hb46pp_reply_free(struct hb46pp_reply *reply);

/* Plain forms: what is left of an answer when it has been taken apart. */
json_t *hb46pp_server_json(const struct hb46pp_server *server);
int hb46pp_server_from_json(json_t *json, struct hb46pp_server *server,
			    struct reason *why);
json_t *hb46pp_reply_json(const struct hb46pp_reply *reply);
int hb46pp_reply_from_json(json_t *json, struct hb46pp_reply *reply,
			   struct reason *why);

#endif /* VNECTL_FORMAT_HB46PP_H */
