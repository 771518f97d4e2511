/* SPDX-License-Identifier: GPL-2.0 */
/* What sources have in common that ask a server by HTTP: when the line is good
 * enough for it, how a request leaves, and answers that are kept.
 */
#ifndef VNECTL_PROVISION_CORE_HTTP_PROVISIONER_H
#define VNECTL_PROVISION_CORE_HTTP_PROVISIONER_H

#include "fetch/fetcher.h"
#include "format/query.h"
#include "provision/core/provisioner.h"

/**
 * struct asker - a source that asks a server
 * @source: the source
 * @begin: asks; nothing is asked then
 * @moved: the line has another prefix or address than the time before
 * @needs_prefix: without an end-user prefix there is nothing to ask for
 * @follows_address: another address of the WAN is another line
 * @saves_first: what was saved is offered as soon as there is a line
 * @fetch: what is asked now
 * @saved: what was saved, or was the last answer; not yet that of the mode
 * @identity: of what the answer depends on besides the line: whether what was
 *	saved is of use
 * @there: the line is there
 * @placed: @prefix, @prefix_len and @address are of the time before
 * @prefix: end-user prefix
 * @prefix_len: its length
 * @has_address: there was an @address
 * @address: of the WAN
 * @good: the last answer was of use
 * @due: when the source asks again, while the line is gone
 * @credit: how often the line may have it ask at once
 * @credited: when that was so
 */
struct asker {
	struct source source;
	void (*begin)(struct asker *asker);
	void (*moved)(struct asker *asker);
	bool needs_prefix;
	bool follows_address;
	bool saves_first;
	struct fetch fetch;
	struct offer saved;
	uint64_t identity;
	bool there;
	bool placed;
	struct in6_addr prefix;
	uint8_t prefix_len;
	bool has_address;
	struct in6_addr address;
	bool good;
	double due;
	double credit;
	double credited;
};

static inline struct asker *asker_of(struct source *source)
{
	return (struct asker *)source;
}

/* When it is asked again. */
struct asker_wait {
	double min;
	double max;
};

void asker_init(struct asker *asker);
void asker_line(struct source *source, const struct line *line);
void asker_renew(struct source *source);
void asker_erase(struct source *source);
void asker_end(struct source *source, enum source_end end);
void asker_stop(struct asker *asker);

/* asker_answer.c: what comes of it */
void asker_note(struct asker *asker, const struct fetch_answer *answer);
bool asker_wrong(struct asker *asker, const struct fetch_answer *answer);
void asker_good(struct asker *asker, const struct asker_wait *wait);
void asker_retry(struct asker *asker, const struct asker_wait *wait);
void asker_nothing(struct asker *asker, const struct asker_wait *wait);
bool asker_offers_match(struct asker *asker, struct offer *offer);
void asker_rules_moved(struct asker *asker);
int asker_take_saved(struct asker *asker);
void asker_save(struct asker *asker, const struct offer *offer);
void asker_unsave(struct asker *asker);
char *asker_load_id(struct asker *asker, const char *key);
void asker_save_id(struct asker *asker, const char *key, const char *id);

/* request.c: how it is asked */
void request_dns(const struct vne *vne, const struct in6_addr *local,
		 struct dns_settings *dns);
void request_init(const struct vne *vne, const struct in6_addr *local,
		  enum fetch_reader reader, struct fetch_request *request);
void request_page(struct asker *asker, char *url, enum fetch_reader reader,
		  const struct query *query, fetch_done done);
void request_start(struct fetch *fetch, struct fetch_request *request,
		   const struct query *query, fetch_done done, void *arg);
void request_of_line(const struct source *source, enum fetch_reader reader,
		     struct fetch_request *request);
char *request_server_url(const struct vne *vne, const char *path);
char *request_code_path(const struct vne *vne, const char *page);
void request_why(const struct fetch_answer *answer, struct reason *why);
void request_hide(const struct vne *vne, struct reason *why);

#endif /* VNECTL_PROVISION_CORE_HTTP_PROVISIONER_H */
