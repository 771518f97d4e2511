// SPDX-License-Identifier: GPL-2.0
/* Rules that a DHCPv6 client brings (RFC 7598); it has the timers. */
#include "provision/provisioners.h"

static void on_line(struct source *source, const struct line *line)
{
	const struct line_facts *facts = &line->facts;

	if (!facts->index || !facts->up) {
		/* What is known stays while the line is gone. */
		source_at(source, SOURCE_IDLE, 0);
		return;
	}
	source->why.code = REASON_NONE;
	if (!facts->has_offer) {
		source_drop(source);
		reason_set(&source->why, REASON_MISSING_ADDRESS,
			   "no DHCPv6 client has brought options with rules: is \"vnectl dhcpv6-hook\" called by it, and does the server send them?");
		source_at(source, SOURCE_WAIT, 0);
		return;
	}
	if (!source_take(source, &line->offer)) {
		source_at(source, SOURCE_GOOD, 0);
		return;
	}
	/* A reason that the option itself gives says more. */
	if (line->offer.skipped_count && !line->offer.count)
		source->why = line->offer.skipped[0].why;
	source_at(source, SOURCE_WAIT, 0);
}

const struct source_ops source_dhcpv6 = {
	.size = sizeof(struct source),
	.line = on_line,
};
