// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"
#include "format/hb46pp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hb46pp_reply reply;
	struct reason why;

	if (hb46pp_reply((const char *)data, size, &reply, &why)) {
		fuzz_reason(&why);
		return 0;
	}
	claim(!strpbrk(reply.isp_name, "\033\n\r\t\177"));
	claim(reply.ttl <= HB46PP_TTL_MAX);
	claim(!*reply.token || hb46pp_token_valid(reply.token));
	claim(!reply.offer.count || reply.ordered);
	fuzz_offer(&reply.offer);
	hb46pp_reply_free(&reply);
	return 0;
}
