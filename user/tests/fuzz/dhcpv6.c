// SPDX-License-Identifier: GPL-2.0
#include "format/dhcpv6_options.h"
#include "fuzz.h"

/* The options of a message, each container of which is tried alone too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct offer offer;
	struct reason why;
	struct lease lease;

	if (dhcpv6_options(data, size, &offer, &why)) {
		fuzz_reason(&why);
	} else {
		fuzz_offer(&offer);
		offer_free(&offer);
	}
	if (size < 4)
		return 0;
	if (dhcpv6_option(data[1], data + 4, size - 4, &lease, &why)) {
		fuzz_reason(&why);
		return 0;
	}
	fuzz_lease(&lease);
	lease_free(&lease);
	return 0;
}
