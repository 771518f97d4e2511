// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "control.h"
#include "vnectl.h"

static void usage(void)
{
	puts("Usage: vnectl [ -s ] ipsec status [ NAME ]\n"
	     "What the daemon does for each transport, and what it is waiting for.\n"
	     "With -s, all settings.");
}

static const char *text(json_t *transport, const char *key)
{
	const char *value = json_string_value(json_object_get(transport, key));

	return value ? value : "-";
}

static long long number(json_t *transport, const char *key)
{
	return json_integer_value(json_object_get(transport, key));
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
	if (!strcmp(text(transport, "state"), "waiting"))
		printf(", next attempt in %lld s (%lld failed)",
		       number(transport, "next_attempt"),
		       number(transport, "failures"));
	if (!strcmp(text(transport, "state"), "udp") &&
	    number(transport, "ike_connecting"))
		printf(", IKE without an answer for %lld s, TCP after %lld s",
		       number(transport, "ike_connecting"),
		       number(transport, "fallback_tcp_threshold"));
}

static void print_renewing(json_t *transport)
{
	if (!json_is_true(json_object_get(transport, "renewing")))
		return;
	printf("\n    renewing for fake TCP");
	if (json_object_get(transport, "renew_why"))
		printf(": %s", text(transport, "renew_why"));
	if (json_object_get(transport, "renew_next_attempt"))
		printf(", next attempt in %lld s",
		       number(transport, "renew_next_attempt"));
}

static void print_transport(json_t *transport)
{
	printf("%s: %s %s, transport %s", text(transport, "name"),
	       text(transport, "role"), text(transport, "state"),
	       text(transport, "transport"));
	if (strcmp(text(transport, "esp"), "tcp"))
		printf(", esp %s", text(transport, "esp"));
	printf(", remote %s", text(transport, "remote"));
	print_ports(json_object_get(transport, "port"));
	printf("\n    %s, for %lld s", text(transport, "why"),
	       number(transport, "since"));
	print_waiting(transport);
	printf("\n    uses %s, connections %lld", text(transport, "uses"),
	       number(transport, "connections"));
	if (json_is_integer(json_object_get(transport, "peer")))
		printf(", peer %lld", number(transport, "peer"));
	print_renewing(transport);
	if (options.stats)
		print_settings(transport);
	putchar('\n');
}

static void print_json(json_t *transports)
{
	json_dumpf(transports, stdout,
		   out.pretty ? JSON_INDENT(4) : JSON_COMPACT);
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

	if (args_help(args))
		return show_help(usage);
	request = json_pack("{s:s}", "command", "status");
	if (args_peek(args))
		json_object_set_new(request, "name",
				    json_string(args_next(args)));
	if (args_peek(args)) {
		json_decref(request);
		return fail_word(args_peek(args), "there is one NAME");
	}
	answer = control_ask(request);
	transports = json_object_get(answer, "transports");
	if (out.json && transports)
		print_json(transports);
	else
		json_array_foreach(transports, i, transport)
			print_transport(transport);
	json_decref(answer);
	return answer ? EXIT_OK : EXIT_KERNEL;
}
