// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"
#include "format/v6plus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct v6plus_rules rules;
	struct reason why;
	bool on;

	if (v6plus_rules(text, size, NULL, &rules, &why)) {
		fuzz_reason(&why);
	} else {
		if (rules.found)
			fuzz_lease(&rules.lease);
		v6plus_rules_free(&rules);
	}
	if (v6plus_gateway(text, size, NULL, &on, &why))
		fuzz_reason(&why);
	return 0;
}
