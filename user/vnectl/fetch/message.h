/* SPDX-License-Identifier: GPL-2.0 */
/* What vnectl asks vne-fetch to do, and what that answers. The question is
 * vnectl's own; the answer may be anybody's, and is read accordingly.
 */
#ifndef VNECTL_FETCH_MESSAGE_H
#define VNECTL_FETCH_MESSAGE_H

#include <jansson.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vne-fetch/page.h"
#include "base/reason.h"

#define FETCH_ADDRESSES_MAX	32
/* The plain form of an answer, and some more. */
#define FETCH_ANSWER_MAX	(1024 * 1024 + 4096)
/* Of a file that is handed on: certificates, a key. */
#define FETCH_FILE_MAX		(1024 * 1024)

/**
 * enum fetch_reader - what is asked, and who takes the answer apart
 * @FETCH_AAAA: IPv6 addresses of a name
 * @FETCH_HB46PP_SERVER: where a TXT record says that the server is
 * @FETCH_NOTHING: a page of which only the status matters
 * @FETCH_HB46PP: rules of HB46PP
 * @FETCH_V6PLUS: rules of v6plus
 * @FETCH_V6PLUS_GATEWAY: does the home gateway do MAP?
 * @FETCH_OCN: rules of OCN
 * @FETCH_UPDATE: was the address taken?
 */
enum fetch_reader {
	FETCH_AAAA,
	FETCH_HB46PP_SERVER,
	FETCH_NOTHING,
	FETCH_HB46PP,
	FETCH_V6PLUS,
	FETCH_V6PLUS_GATEWAY,
	FETCH_OCN,
	FETCH_UPDATE,
};

/**
 * struct fetch_request - what is asked
 * @reader: enum fetch_reader
 * @dialect: enum update_dialect, for FETCH_UPDATE
 * @name: whose records are asked for, for the first two
 * @http: the page, and how to find its server; for a name only its "dns"
 */
struct fetch_request {
	enum fetch_reader reader;
	unsigned int dialect;
	const char *name;
	struct http_request http;
};

/* Files that the request names, as descriptors of vne-fetch. */
enum fetch_file { FETCH_CA, FETCH_CERT, FETCH_KEY, FETCH_FILES };

#define FETCH_FILE_FD	3

/**
 * struct fetch_answer - what comes of it
 * @status: enum http_status, of a page
 * @dns: enum dns_status, of a name, or why there is no address of a server
 * @why: for a person, where one of them is not good; anybody's words, but
 *	in printable ASCII
 * @code: of the answer by HTTP, 0 for none
 * @ttl: seconds that @addresses are good for
 * @count: of @addresses
 * @addresses: for FETCH_AAAA
 * @wrong: what the reader has against what the server said; code 0 for nothing
 * @found: the plain form of what the server said, not to be trusted; NULL for
 *	none
 */
struct fetch_answer {
	enum http_status status;
	enum dns_status dns;
	char why[FETCH_WHY_LEN];
	int code;
	uint32_t ttl;
	unsigned int count;
	struct in6_addr addresses[FETCH_ADDRESSES_MAX];
	struct reason wrong;
	json_t *found;
};

static inline bool fetch_is_page(const struct fetch_request *request)
{
	return request->reader >= FETCH_NOTHING;
}

char *fetch_request_write(const struct fetch_request *request, size_t *len);
int fetch_request_read(const char *data, size_t len,
		       struct fetch_request *request, struct url_param *params);

char *fetch_answer_write(const struct fetch_answer *answer, size_t *len);
int fetch_answer_read(const char *data, size_t len,
		      struct fetch_answer *answer);
void fetch_answer_fail(struct fetch_answer *answer, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void fetch_answer_free(struct fetch_answer *answer);

#endif /* VNECTL_FETCH_MESSAGE_H */
