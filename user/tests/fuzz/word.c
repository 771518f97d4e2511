// SPDX-License-Identifier: GPL-2.0
/* Words: an interface identifier, a far end, the answer to an update. */
#include "fuzz.h"
#include "softwire/iid.h"
#include "format/ddns_service.h"

static void fuzz_iid(const char *text)
{
	static const struct in6_addr prefix = { { { 0x20, 0x01, 0x0d, 0xb8 } } };
	struct in6_addr iid, addr;
	struct arg_error err;
	struct reason why;

	if (iid_parse(text, &iid, &err))
		return;
	claim(!memcmp(&iid, &in6addr_any, 8) &&
	      !IN6_IS_ADDR_UNSPECIFIED(&iid));
	claim(!iid_address(&iid, &prefix, 64, &addr, &why));
	claim(!memcmp(addr.s6_addr + 8, iid.s6_addr + 8, 8));
}

static void fuzz_endpoint(const char *text)
{
	char buf[HOST_NAME_LEN + 1];
	struct endpoint end, again;
	struct arg_error err;

	if (endpoint_parse(text, "br", &end, &err))
		return;
	claim(endpoint_is_set(&end));
	endpoint_format(&end, buf);
	claim(!endpoint_parse(buf, "br", &again, &err));
	claim(endpoint_equal(&end, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct endpoint end;
	struct reason why;
	int dialect;
	char *text;

	text = fuzz_text(data, size);
	fuzz_iid(text);
	fuzz_endpoint(text);
	free(text);
	if (endpoint_from_dns(data, size, &end, &why))
		fuzz_reason(&why);
	else
		claim(*end.name);
	for (dialect = UPDATE_GENERIC; dialect <= UPDATE_XPASS; dialect++)
		if (update_judge(dialect, 200, (const char *)data, size, &why))
			fuzz_reason(&why);
	return 0;
}
