// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason why;
	struct lease lease;
	json_t *json;

	json = field_load((const char *)data, size, &why);
	if (!json) {
		fuzz_reason(&why);
		return 0;
	}
	if (lease_from_json(json, &lease, &why)) {
		fuzz_reason(&why);
	} else {
		fuzz_lease(&lease);
		lease_free(&lease);
	}
	json_decref(json);
	return 0;
}
