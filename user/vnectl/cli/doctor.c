// SPDX-License-Identifier: GPL-2.0
/* Walks the chain from the cable to the port set, and names the first link that
 * is broken, with what can be done about it.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_util.h"
#include "cli/query.h"
#include "module.h"
#include "parse.h"
#include "cli/verbs.h"

extern char **environ;

static void usage(void)
{
	puts("Usage: vnectl doctor [ NAME ] [ to ADDRESS ]\n"
	     "Walks the chain of a line, or of all: module, link, router, prefix, DNS, server, rule,\n"
	     "address, forwarding, relay, tunnel, path MTU, ports. Says what the first thing is that is\n"
	     "broken, and what to do. ADDRESS is an IPv4 host that answers pings, by which the\n"
	     "tunnel is tried. Succeeds if nothing is broken.");
}

enum finding { FINE, BROKEN, UNKNOWN };

/**
 * struct exam - a look at one line
 * @line: what the daemon says of it
 * @wan: its "wan"
 * @source: its "source"
 * @to: a host to ping, or NULL
 * @text: what was found
 * @advice: what to do, where it is broken
 */
struct exam {
	json_t *line;
	json_t *wan;
	json_t *source;
	const char *to;
	char text[512];
	const char *advice;
};

static enum finding find(struct exam *exam, enum finding finding,
			 const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static enum finding find(struct exam *exam, enum finding finding,
			 const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(exam->text, sizeof(exam->text), fmt, ap);
	va_end(ap);
	return finding;
}

static void advise(struct exam *exam, const char *advice)
{
	exam->advice = advice;
}

static bool reason_is(struct exam *exam, const char *reason)
{
	return !strcmp(text_of(exam->line, "reason"), reason);
}

static const char *wan_of(struct exam *exam)
{
	return text_of(json_object_get(exam->line, "settings"), "interface");
}

static const char *source_why(struct exam *exam)
{
	return text_of(json_object_get(exam->source, "why"), "text");
}

/* It is loaded with the first device. */
static enum finding see_module(struct exam *exam)
{
	char version[32], note[256];

	if (module_differs("map", note, sizeof(note)))
		return find(exam, UNKNOWN, "%s", note);
	if (module_version("map", version, sizeof(version)))
		return find(exam, FINE, "map %s", version);
	return find(exam, FINE, "map is not in use yet");
}

static enum finding see_link(struct exam *exam)
{
	if (!strcmp(text_of(exam->line, "state"), "down")) {
		advise(exam, "it is down by command: vnectl up");
		return find(exam, BROKEN, "the line is down");
	}
	if (!has_key(exam->wan, "exists")) {
		advise(exam,
		       "say the right \"interface\" in vne.conf: ip link");
		return find(exam, BROKEN, "%s does not exist", wan_of(exam));
	}
	advise(exam,
	       "look at the cable, the ONU, and ip link set up");
	return find(exam, has_key(exam->wan, "link") ? FINE : BROKEN, "%s is %s",
		    wan_of(exam), has_key(exam->wan, "link") ? "up" :
		    "down, or has no carrier");
}

static enum finding see_router(struct exam *exam)
{
	advise(exam,
	       "no router advertisement has come: is IPv6 part of the contract, does a firewall drop ICMPv6, and is net.ipv6.conf.*.accept_ra 2 where this host forwards?");
	return find(exam, has_key(exam->wan, "router") ? FINE : BROKEN,
		    "%s IPv6 default route by %s",
		    has_key(exam->wan, "router") ? "there is an" : "no",
		    wan_of(exam));
}

static enum finding see_prefix(struct exam *exam)
{
	advise(exam,
	       "a DHCPv6 client has to ask for a prefix and call \"vnectl dhcpv6-hook\", or the router has to announce one; \"prefix\" in vne.conf sets it by hand");
	if (!has_key(exam->wan, "end_user_prefix"))
		return has_key(exam->wan, "address") &&
			!reason_is(exam, "MISSING_ADDRESS") ?
			find(exam, FINE, "not needed, the address is %s",
			     text_of(exam->wan, "address")) :
			find(exam, BROKEN, "there is no end-user prefix");
	return find(exam, FINE, "%s (%s)",
		    text_of(exam->wan, "end_user_prefix"),
		    text_of(exam->wan, "end_user_prefix_source"));
}

static enum finding see_dns(struct exam *exam)
{
	const char *state = text_of(exam->line, "state");

	advise(exam,
	       "does the resolver in /etc/resolv.conf, or \"dns-server\" in vne.conf, answer? It is asked by the WAN, unless a more specific route by another device leads to it (ip route get)");
	if (reason_is(exam, "AFTR_DNS_FAIL") || !strcmp(state, "resolving"))
		return find(exam, BROKEN, "%s", has_key(exam->line, "why") ?
			    text_of(exam->line, "why") :
			    "the name of the other end has no answer yet");
	if (!strcmp(text_of(exam->source, "step"), "discover"))
		return find(exam, BROKEN, "the server is not found yet: %s",
			    source_why(exam));
	return find(exam, FINE, "nothing is waited for");
}

static enum finding see_server(struct exam *exam)
{
	long long code = number_of_key(exam->source, "reply_code");

	advise(exam,
	       "is it the right line and the right \"source\"? \"vnectl renew\" asks again now");
	if (json_is_false(json_object_get(exam->source, "verified")) &&
	    json_array_size(json_object_get(exam->source, "leases")))
		return find(exam, UNKNOWN,
			    "the rules are of a server that is not verified (t=a): whoever answers DNS queries of this line may have sent them (require-tls = yes refuses that)");
	if (json_array_size(json_object_get(exam->source, "leases")))
		return find(exam, FINE, "source %s has rules%s",
			    text_of(json_object_get(exam->line, "settings"),
				    "source"),
			    has_key(exam->source, "cached") ?
			    ", of the time before" : "");
	return find(exam, BROKEN, "no rules: state %s, last reply %lld: %s",
		    text_of(exam->source, "step"), code, source_why(exam));
}

static enum finding see_rule(struct exam *exam)
{
	advise(exam,
	       "the rules are of another line, or the end-user prefix is not the delegated one");
	if (reason_is(exam, "NO_MATCHING_PD") ||
	    reason_is(exam, "INVALID_MAP_RULE") ||
	    reason_is(exam, "UNSUPPORTED_TYPE"))
		return find(exam, BROKEN, "%s", text_of(exam->line, "why"));
	if (has_key(exam->line, "psid_offset_assumed"))
		return find(exam, UNKNOWN,
			    "%s for %s; nobody has said the PSID offset, and %lld is assumed: where little gets through, say \"psid-offset\" in vne.conf",
			    text_of(exam->line, "BMR_IPv6_prefix"),
			    text_of(exam->line, "BMR_IPv4_prefix"),
			    number_of_key(exam->line, "BMR_psid_offset"));
	if (has_key(exam->line, "BMR_IPv6_prefix"))
		return find(exam, FINE, "%s for %s",
			    text_of(exam->line, "BMR_IPv6_prefix"),
			    text_of(exam->line, "BMR_IPv4_prefix"));
	return find(exam, FINE, "none is needed");
}

static enum finding see_address(struct exam *exam)
{
	advise(exam,
	       "the kernel refused something: is the module map loaded, and does nobody else use the name of the device?");
	if (strcmp(text_of(exam->line, "state"), "up"))
		return find(exam, BROKEN, "%s is not set up: %s",
			    text_of(exam->line, "name"),
			    text_of(exam->line, "why"));
	return find(exam, FINE, "%s, %s", text_of(exam->line, "map_ipv4_addr"),
		    text_of(exam->line, "tunnel_local"));
}

static bool sysctl_is_on(const char *path)
{
	FILE *file = fopen(path, "re");
	bool on = file && fgetc(file) != '0';

	if (file)
		fclose(file);
	return on;
}

/* A translator's packets are forwarded from the WAN to the device. */
static enum finding see_forwarding(struct exam *exam)
{
	const char *type = text_of(exam->line, "map_type");

	advise(exam,
	       "sysctl net.ipv6.conf.all.forwarding=1, and net.ipv6.conf.*.accept_ra=2 for the WAN; keep both in /etc/sysctl.d");
	if ((!strcmp(type, "map-t") || !strcmp(type, "464xlat")) &&
	    !sysctl_is_on("/proc/sys/net/ipv6/conf/all/forwarding"))
		return find(exam, BROKEN, "IPv6 is not forwarded, which %s needs",
			    type);
	if (sysctl_is_on("/proc/sys/net/ipv4/ip_forward"))
		return find(exam, FINE, "this host is a router");
	return find(exam, UNKNOWN,
		    "IPv4 is not forwarded: only this host itself can use the line (sysctl net.ipv4.ip_forward=1)");
}

/* ping(8) knows what to do; its words are not wanted. */
static bool run_ping(char *const *argv)
{
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	if (!posix_spawnp(&pid, argv[0], &files, NULL, argv, environ))
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* Many relays answer no pings, so silence proves nothing. */
static enum finding see_relay(struct exam *exam)
{
	char *remote = (char *)text_of(exam->line, "tunnel_remote");
	char *const argv[] = {
		"ping", "-6", "-n", "-q", "-c", "2", "-i", "0.3", "-W", "2",
		remote, NULL
	};

	if (strchr(remote, '/') || !strcmp(remote, "-") ||
	    !strcmp(remote, "::"))
		return find(exam, UNKNOWN,
			    "a translator's prefix has no host to ask");
	if (run_ping(argv))
		return find(exam, FINE, "%s answers", remote);
	return find(exam, UNKNOWN, "%s does not answer, which many do not",
		    remote);
}

static bool ping_through(struct exam *exam, const char *size)
{
	char *const argv[] = {
		"ping", "-4", "-n", "-q", "-c", "2", "-i", "0.3", "-W", "3",
		"-M", "do", "-s", (char *)size, "-I",
		(char *)text_of(exam->line, "name"), (char *)exam->to, NULL
	};

	return run_ping(argv);
}

static enum finding see_tunnel(struct exam *exam)
{
	json_t *counters = json_object_get(exam->line, "counters");

	advise(exam,
	       "does a firewall drop protocol 4 in IPv6 (MAP-E, fixed IP, DS-Lite), and has the provider registered this address? Another router of the line may have taken it away: vnectl renew");
	if (exam->to)
		return ping_through(exam, "56") ?
			find(exam, FINE, "%s answers", exam->to) :
			find(exam, BROKEN, "%s does not answer", exam->to);
	if (number_of_key(counters, "rx_packets"))
		return find(exam, FINE, "%lld packets came back",
			    number_of_key(counters, "rx_packets"));
	return find(exam, UNKNOWN,
		    "no packet has come yet: \"vnectl doctor %s to ADDRESS\" tries it",
		    text_of(exam->line, "name"));
}

/* IPv4 header and ICMP header */
#define PING_HEADERS 28

static enum finding see_mtu(struct exam *exam)
{
	/* Longer packets pass in fragments, but not with DF. */
	long long mtu = number_of_key(exam->line, "tunnel_mtu");
	char size[24];

	advise(exam,
	       "packets that are too long vanish on the way: set \"mtu\" in vne.conf");
	if (!exam->to || mtu <= PING_HEADERS)
		return find(exam, UNKNOWN, "%lld", mtu);
	snprintf(size, sizeof(size), "%lld", mtu - PING_HEADERS);
	return ping_through(exam, size) ?
		find(exam, FINE, "%lld bytes get through", mtu) :
		find(exam, BROKEN, "%lld bytes do not get through", mtu);
}

static enum finding see_ports(struct exam *exam)
{
	json_t *ports = json_object_get(exam->line, "port_use"), *fill;
	const char *protocol;
	long long used, total;

	advise(exam,
	       "some host has very many connections: conntrack -L; ports are free again when those end");
	if (!json_object_size(ports))
		return find(exam, FINE, "the address is not shared");
	json_object_foreach(ports, protocol, fill) {
		used = number_of_key(fill, "used");
		total = number_of_key(fill, "total");
		if (total && used >= total)
			return find(exam, BROKEN, "all %lld ports of %s are in use",
				    total, protocol);
	}
	return find(exam, FINE, "there are free ones");
}

static const struct {
	const char *name;
	enum finding (*see)(struct exam *exam);
} chain[] = {
	{ "module", see_module },
	{ "link", see_link },
	{ "router", see_router },
	{ "prefix", see_prefix },
	{ "dns", see_dns },
	{ "server", see_server },
	{ "rule", see_rule },
	{ "address", see_address },
	{ "forward", see_forwarding },
	{ "relay", see_relay },
	{ "tunnel", see_tunnel },
	{ "mtu", see_mtu },
	{ "ports", see_ports },
};

static void print_finding(const char *name, enum finding finding,
			  const struct exam *exam)
{
	static const char *const words[] = { "ok", "BROKEN", "?" };

	out_object(NULL);
	out_string("step", "    %-8s ", name);
	out_string("finding", "%-7s ", words[finding]);
	out_string("text", "%s\n", exam->text);
	if (finding == BROKEN)
		out_string("advice", "             what to do: %s\n",
			   exam->advice);
	out_object_end();
}

static bool examine(json_t *line, const char *to)
{
	struct exam exam = {
		.line = line,
		.wan = json_object_get(line, "wan"),
		.source = json_object_get(line, "source"),
		.to = to,
	};
	enum finding finding = FINE;
	unsigned int i;

	out_object(NULL);
	out_string("name", "%s:\n", text_of(line, "name"));
	out_array("chain");
	for (i = 0; i < ARRAY_SIZE(chain) && finding != BROKEN; i++) {
		finding = chain[i].see(&exam);
		print_finding(chain[i].name, finding, &exam);
	}
	out_array_end();
	out_object_end();
	return finding != BROKEN;
}

static int read_to(struct args *args, const char **to)
{
	struct in_addr ipv4;
	struct arg_error err;

	*to = NULL;
	if (!args_peek(args))
		return EXIT_OK;
	if (!args_take(args, "to"))
		return fail_word(args_peek(args), "\"to\" is expected");
	*to = args_next(args);
	if (!*to)
		return fail_missing("to", "an IPv4 address");
	if (parse_ipv4(*to, "to", &ipv4, &err))
		return fail_arg(&err);
	return EXIT_OK;
}

/**
 * do_doctor - find what is broken
 * @args: name of a line, or nothing for all; a host to ping
 *
 * Return: an exit code.
 */
int do_doctor(struct args *args)
{
	struct args name = { 0, NULL };
	json_t *answer, *lines, *line;
	const char *to;
	bool well = true;
	size_t i;
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (args_peek(args) && strcmp(args_peek(args), "to")) {
		name.argc = 1;
		name.argv = args->argv;
		args_next(args);
	}
	ret = read_to(args, &to);
	if (!ret && args_peek(args))
		ret = fail_word(args_peek(args), "nothing is expected here");
	if (ret)
		return ret;
	ret = lines_ask(&name, &answer, &lines);
	out_array(NULL);
	json_array_foreach(lines, i, line)
		well &= examine(line, to);
	out_array_end();
	json_decref(answer);
	return ret ? ret : well ? EXIT_OK : EXIT_KERNEL;
}
