// SPDX-License-Identifier: GPL-2.0
/* Reports to the server: nothing waits for them, and they go on when the source
 * is gone.
 */
#include <stdlib.h>
#include <string.h>

#include "provision/v6plus_report.h"

/**
 * struct report - a report on its way
 * @next: of all
 * @owner: the source, or NULL where it is gone
 * @reported: what is reported
 * @fetch: the request
 */
struct report {
	struct report *next;
	struct v6plus *owner;
	struct v6plus_reported reported;
	struct fetch fetch;
};

static struct report *reports;

/**
 * v6plus_url - where a page of the rule server is
 * @vne: the settings
 * @page: name of the page
 *
 * Return: a URL, to be freed; or NULL when there is no memory.
 */
char *v6plus_url(const struct vne *vne, const char *page)
{
	char *path = request_code_path(vne, page);
	char *url = path ? request_server_url(vne, path) : NULL;

	free(path);
	return url;
}

static void report_free(struct report *report)
{
	struct report **at = &reports;

	while (*at != report)
		at = &(*at)->next;
	*at = report->next;
	free(report);
}

static void on_reply(struct fetch *fetch, const struct fetch_answer *answer,
		     void *arg)
{
	struct report *report = arg;
	struct v6plus *owner = report->owner;
	struct v6plus_reported *reported = &report->reported;

	(void)fetch;
	if (owner) {
		reported->done = true;
		reported->code = answer->code;
		if (answer->status != HTTP_OK) {
			request_why(answer, &reported->why);
			request_hide(owner->asker.source.vne, &reported->why);
		}
		owner->reported = *reported;
	}
	report_free(report);
}

static struct report *report_new(struct v6plus *v6plus,
				 enum v6plus_action action,
				 enum v6plus_cause cause)
{
	struct report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	report->owner = v6plus;
	report->reported.action = action;
	report->reported.cause = cause;
	report->next = reports;
	reports = report;
	v6plus->reported = report->reported;
	return report;
}

/**
 * v6plus_report - tell the server what is done
 * @v6plus: the source
 * @action: what is done
 * @cause: why
 */
void v6plus_report(struct v6plus *v6plus, enum v6plus_action action,
		   enum v6plus_cause cause)
{
	struct report *report = report_new(v6plus, action, cause);
	const struct source *source = &v6plus->asker.source;
	struct fetch_request request;
	struct query query;
	char *url;

	if (!report)
		return;
	if (v6plus_report_query(V6PLUS_CALLBACK, action, cause, v6plus->id,
				&query, &v6plus->reported.why)) {
		report_free(report);
		return;
	}
	url = v6plus_url(source->vne, "acct_report");
	request_of_line(source, FETCH_NOTHING, &request);
	request.http.url = url ? url : "";
	request_start(&report->fetch, &request, &query, on_reply, report);
	explicit_bzero(&query, sizeof(query));
	free(url);
}

/**
 * v6plus_disown - have the reports of a source go on without it
 * @v6plus: the source
 */
void v6plus_disown(struct v6plus *v6plus)
{
	struct report *report;

	for (report = reports; report; report = report->next)
		if (report->owner == v6plus)
			report->owner = NULL;
}
