/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VNE_FETCH_READER_H
#define VNE_FETCH_READER_H

#include "fetch/message.h"

void read_addresses(const struct dns_answer *from, struct fetch_answer *to);
void read_server(const struct dns_answer *from, struct fetch_answer *to);
void read_page(const struct fetch_request *request,
	       const struct http_reply *from, struct fetch_answer *to);

#endif /* VNE_FETCH_READER_H */
