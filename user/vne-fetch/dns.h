/* SPDX-License-Identifier: GPL-2.0 */
/* A look-up in the DNS, which nobody waits for. */
#ifndef VNE_FETCH_DNS_H
#define VNE_FETCH_DNS_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "bind.h"
#include "fd_watch.h"

#define DNS_PORT 53
#define DNS_SERVERS_MAX 8

/* Types of records, by their numbers (RFC 1035, RFC 3596). */
enum dns_type {
	DNS_A = 1,
	DNS_TXT = 16,
	DNS_AAAA = 28,
};

enum dns_status {
	DNS_OK,
	DNS_NXDOMAIN,		/* there is no such name */
	DNS_NODATA,		/* the name has no such record */
	DNS_TIMEOUT,
	DNS_REFUSED,		/* the server does not want to answer */
	DNS_SERVER_FAILED,	/* the server could not find out */
	DNS_MALFORMED,		/* the answer is not to be understood */
	DNS_NO_SERVER,		/* no server can be reached */
	DNS_IMPOSSIBLE,		/* nothing was asked */
};

/**
 * struct dns_server - a server
 * @address: of it
 * @port: 0 for DNS_PORT
 */
struct dns_server {
	struct address address;
	uint16_t port;
};

/**
 * struct dns_settings - whom to ask, and how
 * @servers: the servers
 * @count: of them; 0 for those of the system
 * @origin: from where; servers that are on this machine, or that have a route of
 *	their own by another device, are asked by that
 * @timeout: seconds until it is given up; 0 for DNS_TIMEOUT_DEFAULT
 */
struct dns_settings {
	struct dns_server servers[DNS_SERVERS_MAX];
	unsigned int count;
	struct origin origin;
	double timeout;
};

#define DNS_TIMEOUT_DEFAULT 10

/**
 * struct dns_txt - a TXT record
 * @len: of @text
 * @text: all of its strings joined, and a NUL; has none within
 */
struct dns_txt {
	size_t len;
	char *text;
};

/**
 * struct dns_answer - the end of a look-up
 * @status: enum dns_status
 * @why: for a person, unless @status is DNS_OK
 * @count: of records, not 0 where @status is DNS_OK
 * @addresses: of a look-up of DNS_A or DNS_AAAA
 * @ttl: seconds that all of @addresses are good for
 * @txts: of one of DNS_TXT
 */
struct dns_answer {
	enum dns_status status;
	char why[FETCH_WHY_LEN];
	size_t count;
	struct address *addresses;
	uint32_t ttl;
	struct dns_txt *txts;
};

struct dns;

/* @answer is gone afterwards; the next look-up may begin here. */
typedef void (*dns_done)(struct dns *dns, const struct dns_answer *answer,
			 void *arg);

/**
 * struct dns - a look-up; all zeroes where there has never been one
 * @channel: of c-ares, NULL while nothing is asked
 * @watches: its sockets
 * @timer: when c-ares has something to do
 * @limit: when it is given up
 * @settings: whom to ask, and how
 * @type: enum dns_type
 * @rcode: of the last answer that was a refusal of some kind, or 0
 * @ended: there is an answer
 * @answer: the answer
 * @done: called when it has ended
 * @arg: for @done
 */
struct dns {
	struct ares_channeldata *channel;
	struct watches watches;
	ev_timer timer;
	ev_timer limit;
	struct dns_settings settings;
	enum dns_type type;
	int rcode;
	bool ended;
	struct dns_answer answer;
	dns_done done;
	void *arg;
};

void dns_start(struct dns *dns, const struct dns_settings *settings,
	       enum dns_type type, const char *name, dns_done done, void *arg);
void dns_cancel(struct dns *dns);

/* For the files that make up a look-up. */
void dns_answer_read(struct dns_answer *answer, enum dns_type type, int status,
		     const unsigned char *packet, int len);
void dns_answer_refused(struct dns_answer *answer, int rcode);
void dns_answer_fail(struct dns_answer *answer, enum dns_status status,
		     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void dns_answer_free(struct dns_answer *answer);

#endif /* VNE_FETCH_DNS_H */
