// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "http.h"
#include "reader.h"
#include "serve.h"

/**
 * struct job - the one thing that this program does
 * @request: what is asked
 * @answer: what comes of it
 */
struct job {
	const struct fetch_request *request;
	struct fetch_answer *answer;
};

static void on_dns(struct dns *dns, const struct dns_answer *from, void *arg)
{
	struct job *job = arg;
	struct fetch_answer *to = job->answer;

	(void)dns;
	to->dns = from->status;
	if (from->status != DNS_OK)
		memcpy(to->why, from->why, sizeof(to->why));
	else if (job->request->reader == FETCH_AAAA)
		read_addresses(from, to);
	else
		read_server(from, to);
	ev_break(EV_DEFAULT_UC, EVBREAK_ALL);
}

static void on_http(struct http *http, const struct http_reply *from, void *arg)
{
	struct job *job = arg;
	struct fetch_answer *to = job->answer;

	(void)http;
	to->status = from->status;
	to->dns = from->dns;
	to->code = from->code;
	if (from->status != HTTP_OK)
		memcpy(to->why, from->why, sizeof(to->why));
	read_page(job->request, from, to);
	ev_break(EV_DEFAULT_UC, EVBREAK_ALL);
}

/**
 * serve - ask a server
 * @request: what is asked
 * @answer: the result, to be freed
 */
void serve(const struct fetch_request *request, struct fetch_answer *answer)
{
	struct job job = { .request = request, .answer = answer };
	static struct http http;
	static struct dns dns;

	memset(answer, 0, sizeof(*answer));
	if (fetch_is_page(request))
		http_start(&http, &request->http, on_http, &job);
	else
		dns_start(&dns, &request->http.dns,
			  request->reader == FETCH_AAAA ? DNS_AAAA : DNS_TXT,
			  request->name, on_dns, &job);
	ev_run(EV_DEFAULT_UC, 0);
}
