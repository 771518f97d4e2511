/* SPDX-License-Identifier: GPL-2.0 */
/* The address of a page, taken apart. */
#ifndef VNECTL_BASE_URL_H
#define VNECTL_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vne-fetch/bind.h"

/* A name of the DNS (RFC 1035, section 2.3.4), and a terminator. */
#define URL_HOST_LEN 256
/* "https://", a host in brackets, a colon and a port */
#define URL_PLACE_LEN (URL_HOST_LEN + 32)

/**
 * struct url_param - a parameter of the query
 * @name: of it
 * @value: of it; both are encoded here
 */
struct url_param {
	const char *name;
	const char *value;
};

/**
 * struct url - where to ask
 * @text: all of it, with the parameters
 * @tls: https, not http
 * @host: a name or an address, without brackets
 * @port: of the server
 * @literal: the address where @host is one, without a family where it is not
 * @place: the server, for a person: paths and queries have secrets
 */
struct url {
	char *text;
	bool tls;
	char host[URL_HOST_LEN];
	uint16_t port;
	struct address literal;
	char place[URL_PLACE_LEN];
};

int url_parse(struct url *url, const char *text, const struct url_param *params,
	      size_t count, char *why);
int url_follow(struct url *url, const struct url *from, const char *text,
	       char *why);
bool url_same_place(const struct url *one, const struct url *two);
void url_free(struct url *url);

#endif /* VNECTL_BASE_URL_H */
