// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "ipc/server.h"
#include "base/json_util.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl [ -s ] ipsec status [ NAME ]\n"
	     "What the daemon does for each transport, and what it is waiting for.\n"
	     "With -s, all settings.");
}

static void print_ports(json_t *ports)
{
	json_t *port;
	size_t i;

	json_array_foreach(ports, i, port)
		printf("%s%lld", i ? "," : " port ",
		       (long long)json_integer_value(port));
}

/* From the first setting to the state, which follows the settings. */
static void print_settings(json_t *transport)
{
	const char *key;
	json_t *value;

	printf("\n    settings");
	json_object_foreach(transport, key, value) {
		if (!strcmp(key, "state"))
			break;
		if (json_is_string(value))
			printf(" %s \"%s\"", key, json_string_value(value));
		else if (json_is_integer(value))
			printf(" %s %lld", key,
			       (long long)json_integer_value(value));
	}
}

static void print_waiting(json_t *transport)
{
	if (!strcmp(text_of(transport, "state"), "waiting"))
		printf(", next attempt in %lld s (%lld failed)",
		       seconds_until(transport, "next_attempt"),
		       number_of_key(transport, "failures"));
	if (!strcmp(text_of(transport, "state"), "udp") &&
	    number_of_key(transport, "ike_connecting"))
		printf(", IKE without an answer for %lld s, TCP after %lld s",
		       number_of_key(transport, "ike_connecting"),
		       number_of_key(transport, "fallback_tcp_threshold"));
}

static void print_renewing(json_t *transport)
{
	if (!json_is_true(json_object_get(transport, "renewing")))
		return;
	printf("\n    renewing for fake TCP");
	if (json_object_get(transport, "renew_why"))
		printf(": %s", text_of(transport, "renew_why"));
	if (json_object_get(transport, "renew_next_attempt"))
		printf(", next attempt in %lld s",
		       seconds_until(transport, "renew_next_attempt"));
}

static void print_transport(json_t *transport)
{
	printf("%s: %s %s, transport %s", text_of(transport, "name"),
	       text_of(transport, "role"), text_of(transport, "state"),
	       text_of(transport, "transport"));
	if (strcmp(text_of(transport, "esp"), "tcp"))
		printf(", esp %s", text_of(transport, "esp"));
	printf(", remote %s", text_of(transport, "remote"));
	print_ports(json_object_get(transport, "port"));
	printf("\n    %s, for %lld s", text_of(transport, "why"),
	       seconds_since(transport, "since"));
	print_waiting(transport);
	printf("\n    uses %s, connections %lld", text_of(transport, "uses"),
	       number_of_key(transport, "connections"));
	if (json_is_integer(json_object_get(transport, "peer")))
		printf(", peer %lld", number_of_key(transport, "peer"));
	print_renewing(transport);
	if (options.stats)
		print_settings(transport);
	putchar('\n');
}

/**
 * do_ipsec_status - print what the daemon does
 * @args: name of the transport, if it is one
 *
 * Return: an exit code.
 */
int do_ipsec_status(struct args *args)
{
	json_t *request, *answer, *transports, *transport;
	size_t i;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = control_named(args, "status", &request);
	if (ret)
		return ret;
	answer = control_ask(request);
	transports = json_object_get(answer, "transports");
	if (out.json && transports)
		json_print(transports);
	else
		json_array_foreach(transports, i, transport)
			print_transport(transport);
	json_decref(answer);
	return answer ? EXIT_OK : EXIT_KERNEL;
}
