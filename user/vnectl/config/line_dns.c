// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "config/line_options.h"

/**
 * vne_dns - whom to ask for names
 * @vne: the settings
 * @settings: the result: the servers of the settings, else those of the
 *	system, and by the WAN
 */
void vne_dns(const struct vne *vne, struct dns_settings *settings)
{
	struct arg_error err;
	uint32_t i;

	memset(settings, 0, sizeof(*settings));
	for (i = 0; i < vne->dns.count && i < DNS_SERVERS_MAX; i++)
		address_parse(vne->dns.text[i], "dns-server",
			      &settings->servers[i].address, &err);
	settings->count = i;
	snprintf(settings->origin.device, sizeof(settings->origin.device),
		 "%s", vne->interface);
}
