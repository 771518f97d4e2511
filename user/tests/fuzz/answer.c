// SPDX-License-Identifier: GPL-2.0
/* What a process of vne-fetch says, which a server may have taken over. */
#include "fuzz.h"
#include "format/hb46pp.h"
#include "fetch/message.h"
#include "format/ocn.h"
#include "format/v6plus.h"

static void use_hb46pp(json_t *json)
{
	struct hb46pp_server server;
	struct hb46pp_reply reply;
	struct reason why;

	if (!hb46pp_server_from_json(json, &server, &why))
		claim(server.https || !server.verify);
	if (hb46pp_reply_from_json(json, &reply, &why)) {
		fuzz_reason(&why);
		return;
	}
	claim(!strpbrk(reply.isp_name, "\033\n\r\t\177"));
	claim(!*reply.token || hb46pp_token_valid(reply.token));
	fuzz_offer(&reply.offer);
	hb46pp_reply_free(&reply);
}

static void use_others(json_t *json)
{
	struct v6plus_rules v6plus;
	struct ocn_rules ocn;
	struct reason why;

	if (!ocn_rules_from_json(json, &ocn, &why)) {
		fuzz_offer(&ocn.offer);
		ocn_rules_free(&ocn);
	}
	if (!v6plus_rules_from_json(json, &v6plus, &why)) {
		claim(!*v6plus.id || v6plus_id_valid(v6plus.id));
		v6plus_rules_free(&v6plus);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fetch_answer answer;
	struct reason why;
	json_t *json;

	if (!fetch_answer_read((const char *)data, size, &answer)) {
		claim(answer.status <= HTTP_IMPOSSIBLE);
		claim(answer.count <= FETCH_ADDRESSES_MAX);
		claim(!strpbrk(answer.why, "\033\n\r\t\177"));
		fetch_answer_free(&answer);
	}
	/* The document in it, for the fuzzer to reach it. */
	json = field_load((const char *)data, size, &why);
	if (!json)
		return 0;
	use_hb46pp(json);
	use_others(json);
	json_decref(json);
	return 0;
}
