/* SPDX-License-Identifier: GPL-2.0 */
/* Why there is no IPv4: a code for programs and a sentence for a person. */
#ifndef VNECTL_BASE_REASON_H
#define VNECTL_BASE_REASON_H

#include <jansson.h>

/**
 * enum reason_code - the kind of trouble
 * @REASON_NONE: none
 * @REASON_INVALID_MAP_RULE: a rule contradicts itself
 * @REASON_NO_MATCHING_PD: no rule is for the end-user prefix
 * @REASON_UNSUPPORTED_TYPE: a method or version that is not known
 * @REASON_AFTR_DNS_FAIL: the name of the far end has no address
 * @REASON_NO_WAN_LINK: the WAN is down
 * @REASON_MISSING_ADDRESS: an address is not there
 * @REASON_INVALID_REPLY: what the provider said cannot be understood
 * @REASON_INVALID_REQUEST: what the user wants to say must not be said
 * @REASON_REFUSED: the provider said no
 * @REASON_NO_MEMORY: there is no memory
 * @REASON_NO_SERVER: the provider's server is not found, or does not answer
 *
 * Those up to @REASON_MISSING_ADDRESS are netifd's.
 */
enum reason_code {
	REASON_NONE,
	REASON_INVALID_MAP_RULE,
	REASON_NO_MATCHING_PD,
	REASON_UNSUPPORTED_TYPE,
	REASON_AFTR_DNS_FAIL,
	REASON_NO_WAN_LINK,
	REASON_MISSING_ADDRESS,
	REASON_INVALID_REPLY,
	REASON_INVALID_REQUEST,
	REASON_REFUSED,
	REASON_NO_MEMORY,
	REASON_NO_SERVER,
};

/**
 * struct reason - why something failed
 * @code: the kind of trouble
 * @text: a sentence without a full stop, in printable ASCII
 */
struct reason {
	enum reason_code code;
	char text[384];
};

int reason_set(struct reason *why, enum reason_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *reason_name(enum reason_code code);
int reason_find(const char *word);
json_t *reason_json(const struct reason *why);

#endif /* VNECTL_BASE_REASON_H */
