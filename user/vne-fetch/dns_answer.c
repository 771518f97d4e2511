// SPDX-License-Identifier: GPL-2.0
#include <ares.h>
#include <arpa/nameser.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns.h"

/* More records than that are of no use to anybody. */
#define ADDRESSES_MAX 32

static const struct {
	int ares;
	enum dns_status status;
	const char *why;
} ends[] = {
	{ ARES_ENOTFOUND, DNS_NXDOMAIN, "there is no such name" },
	{ ARES_ENODATA, DNS_NODATA, "there is no such record" },
	{ ARES_ETIMEOUT, DNS_TIMEOUT, "no server answers" },
	{ ARES_EREFUSED, DNS_REFUSED, "the server refuses to answer" },
	{ ARES_ESERVFAIL, DNS_SERVER_FAILED, "the server failed to find out" },
	{ ARES_ENOTIMP, DNS_SERVER_FAILED,
	  "the server does not know such questions" },
	{ ARES_EFORMERR, DNS_SERVER_FAILED,
	  "the server does not understand the question" },
	{ ARES_EBADRESP, DNS_MALFORMED, "the answer is malformed" },
	{ ARES_ECONNREFUSED, DNS_NO_SERVER, "no server can be reached" },
	{ ARES_EBADNAME, DNS_IMPOSSIBLE, "this cannot be a name" },
	{ ARES_EBADQUERY, DNS_IMPOSSIBLE, "this cannot be a name" },
	{ ARES_ENOMEM, DNS_IMPOSSIBLE, "no memory" },
};

/**
 * dns_answer_fail - note that a look-up came to nothing
 * @answer: the answer
 * @status: what kind of nothing
 * @fmt: for a person
 */
void dns_answer_fail(struct dns_answer *answer, enum dns_status status,
		     const char *fmt, ...)
{
	va_list ap;

	dns_answer_free(answer);
	answer->status = status;
	va_start(ap, fmt);
	vsnprintf(answer->why, sizeof(answer->why), fmt, ap);
	va_end(ap);
}

/**
 * dns_answer_free - forget the records of an answer
 * @answer: the answer
 */
void dns_answer_free(struct dns_answer *answer)
{
	size_t i;

	for (i = 0; answer->txts && i < answer->count; i++)
		free(answer->txts[i].text);
	free(answer->txts);
	free(answer->addresses);
	answer->txts = NULL;
	answer->addresses = NULL;
	answer->count = 0;
}

static void fail_ares(struct dns_answer *answer, int status)
{
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		if (ends[i].ares != status)
			continue;
		dns_answer_fail(answer, ends[i].status, "%s", ends[i].why);
		return;
	}
	dns_answer_fail(answer, DNS_IMPOSSIBLE, "%s", ares_strerror(status));
}

/**
 * dns_answer_refused - note that no server has a better answer
 * @answer: the answer
 * @rcode: of a server, which was not of use
 */
void dns_answer_refused(struct dns_answer *answer, int rcode)
{
	if (rcode == ns_r_refused)
		fail_ares(answer, ARES_EREFUSED);
	else if (rcode == ns_r_notimpl)
		fail_ares(answer, ARES_ENOTIMP);
	else
		fail_ares(answer, ARES_ESERVFAIL);
}

/* One more string, of the same record as the one before or of the next. */
static int add_string(struct dns_answer *answer, const struct ares_txt_ext *at)
{
	struct dns_txt *txt;
	char *text;

	if (at->record_start || !answer->count) {
		txt = realloc(answer->txts,
			      (answer->count + 1) * sizeof(*txt));
		if (!txt)
			return ARES_ENOMEM;
		answer->txts = txt;
		txt[answer->count++] = (struct dns_txt){ 0 };
	}
	txt = &answer->txts[answer->count - 1];
	text = realloc(txt->text, txt->len + at->length + 1);
	if (!text)
		return ARES_ENOMEM;
	txt->text = text;
	memcpy(text + txt->len, at->txt, at->length);
	txt->len += at->length;
	text[txt->len] = '\0';
	return strlen(text) == txt->len ? ARES_SUCCESS : ARES_EBADRESP;
}

static int read_txt(struct dns_answer *answer, const unsigned char *packet,
		    int len)
{
	struct ares_txt_ext *all = NULL, *at;
	int status = ares_parse_txt_reply_ext(packet, len, &all);

	for (at = all; at && status == ARES_SUCCESS; at = at->next)
		status = add_string(answer, at);
	if (all)
		ares_free_data(all);
	return status;
}

/* Room for addresses of a family; c-ares found @count. */
static int add_addresses(struct dns_answer *answer, int family, int len,
			 int count)
{
	int i;

	answer->addresses = calloc(count + 1, sizeof(*answer->addresses));
	if (!answer->addresses)
		return ARES_ENOMEM;
	for (i = 0; i < count; i++) {
		answer->addresses[i].family = family;
		answer->addresses[i].len = len;
	}
	answer->count = count;
	return ARES_SUCCESS;
}

/* RFC 2181, section 8: what is more than 31 bits is 0. */
static void note_ttl(struct dns_answer *answer, int i, int ttl)
{
	uint32_t seconds = ttl > 0 ? ttl : 0;

	if (!i || seconds < answer->ttl)
		answer->ttl = seconds;
}

static int read_aaaa(struct dns_answer *answer, const unsigned char *packet,
		     int len)
{
	struct ares_addr6ttl found[ADDRESSES_MAX];
	int count = ADDRESSES_MAX, status, i;

	status = ares_parse_aaaa_reply(packet, len, NULL, found, &count);
	if (status == ARES_SUCCESS)
		status = add_addresses(answer, AF_INET6, 128, count);
	for (i = 0; status == ARES_SUCCESS && i < count; i++) {
		memcpy(&answer->addresses[i].ipv6, &found[i].ip6addr, 16);
		note_ttl(answer, i, found[i].ttl);
	}
	return status;
}

static int read_a(struct dns_answer *answer, const unsigned char *packet,
		  int len)
{
	struct ares_addrttl found[ADDRESSES_MAX];
	int count = ADDRESSES_MAX, status, i;

	status = ares_parse_a_reply(packet, len, NULL, found, &count);
	if (status == ARES_SUCCESS)
		status = add_addresses(answer, AF_INET, 32, count);
	for (i = 0; status == ARES_SUCCESS && i < count; i++) {
		answer->addresses[i].ipv4 = found[i].ipaddr;
		note_ttl(answer, i, found[i].ttl);
	}
	return status;
}

/**
 * dns_answer_read - note what c-ares found
 * @answer: the answer
 * @type: of the records
 * @status: of c-ares
 * @packet: of the server, where @status is ARES_SUCCESS
 * @len: of @packet
 */
void dns_answer_read(struct dns_answer *answer, enum dns_type type, int status,
		     const unsigned char *packet, int len)
{
	if (status == ARES_SUCCESS) {
		if (type == DNS_TXT)
			status = read_txt(answer, packet, len);
		else if (type == DNS_AAAA)
			status = read_aaaa(answer, packet, len);
		else
			status = read_a(answer, packet, len);
	}
	/* An alias that leads nowhere has records, but not these. */
	if (status == ARES_SUCCESS && !answer->count)
		status = ARES_ENODATA;
	if (status != ARES_SUCCESS)
		fail_ares(answer, status);
	else
		answer->status = DNS_OK;
}
