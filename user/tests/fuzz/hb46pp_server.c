// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"
#include "format/hb46pp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hb46pp_server from = {
		.url = "https://a.example/", .host = "a.example",
		.https = true, .verify = true,
	};
	char *text = fuzz_text(data, size);
	struct hb46pp_server server;
	struct reason why;

	if (hb46pp_discover(text, &server, &why)) {
		fuzz_reason(&why);
	} else {
		claim(*server.url && *server.host);
		claim(server.https || !server.verify);
	}
	if (hb46pp_redirect(&from, text, &server, &why))
		fuzz_reason(&why);
	else
		claim(server.https && server.verify && *server.host);
	free(text);
	return 0;
}
