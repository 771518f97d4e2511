/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VNE_FETCH_SERVE_H
#define VNE_FETCH_SERVE_H

#include "fetch/message.h"

void serve(const struct fetch_request *request, struct fetch_answer *answer);

#endif /* VNE_FETCH_SERVE_H */
