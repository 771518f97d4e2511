// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"
#include "format/ocn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocn_rules rules;
	struct reason why;

	if (ocn_rules((const char *)data, size, &rules, &why)) {
		fuzz_reason(&why);
		return 0;
	}
	fuzz_offer(&rules.offer);
	ocn_rules_free(&rules);
	return 0;
}
