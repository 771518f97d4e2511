// SPDX-License-Identifier: GPL-2.0
#include "format/dhcpv6_options.h"
#include "fuzz.h"

/* The first two bytes say whose text it is, and of what option. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int codes[] = {
		DHCPV6_AFTR_NAME, DHCPV6_S46_CONT_MAPE, DHCPV6_S46_CONT_MAPT,
		DHCPV6_S46_CONT_LW
	};
	struct reason why;
	struct lease lease;
	char *text;

	if (size < 2)
		return 0;
	text = fuzz_text(data + 2, size - 2);
	if (dhcpv6_text(data[0] % 3, codes[data[1] % 4], text, &lease, &why)) {
		fuzz_reason(&why);
	} else {
		fuzz_lease(&lease);
		lease_free(&lease);
	}
	free(text);
	return 0;
}
