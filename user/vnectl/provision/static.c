// SPDX-License-Identifier: GPL-2.0
/* Rules that the user has written down. */
#include "provision/provisioners.h"
#include "config/line_softwire.h"

/* The rules do not change, but what is made of them does with the prefix. */
static void renew(struct source *source)
{
	struct reason why = { 0 };
	struct offer offer;
	struct lease lease;

	offer_init(&offer);
	if (vne_lease(source->vne, &source->facts.prefix,
		      source->facts.prefix_len, &lease, &why))
		lease_free(&lease);
	else
		offer_add(&offer, &lease, &why);
	source->why = why;
	if (!why.code && !source_take(source, &offer)) {
		source_at(source, SOURCE_GOOD, 0);
	} else {
		source_drop(source);
		source_at(source, SOURCE_WAIT, 0);
	}
	offer_free(&offer);
}

static void on_line(struct source *source, const struct line *line)
{
	(void)line;
	/* What is known stays while the line is gone. */
	if (source->facts.index && source->facts.up)
		renew(source);
	else
		source_at(source, SOURCE_IDLE, 0);
}

const struct source_ops source_static = {
	.size = sizeof(struct source),
	.line = on_line,
	.renew = renew,
};
