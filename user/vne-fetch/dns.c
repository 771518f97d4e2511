// SPDX-License-Identifier: GPL-2.0
#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dns.h"
#include "route.h"

/* No fragments (RFC 9715, section 3.1); a longer answer comes by TCP. */
#define DNS_UDP_MAX 1232

static void dns_forget(struct dns *dns)
{
	ares_channel channel = dns->channel;

	dns->channel = NULL;
	ev_timer_stop(EV_DEFAULT_UC, &dns->timer);
	ev_timer_stop(EV_DEFAULT_UC, &dns->limit);
	if (channel)
		ares_destroy(channel);
	watch_clear(&dns->watches);
}

/* All of c-ares is left when this is called, so that it can be destroyed. */
static void dns_end(struct dns *dns)
{
	struct dns_answer answer = dns->answer;

	memset(&dns->answer, 0, sizeof(dns->answer));
	dns_forget(dns);
	/* @dns itself may be gone after that. */
	dns->done(dns, &answer, dns->arg);
	dns_answer_free(&answer);
}

static void set_timer(struct dns *dns)
{
	struct timeval tv = { .tv_sec = 1 };
	double after = 0;

	if (!dns->ended) {
		ares_timeout(dns->channel, NULL, &tv);
		after = tv.tv_sec + tv.tv_usec / 1e6;
	}
	ev_timer_stop(EV_DEFAULT_UC, &dns->timer);
	ev_timer_set(&dns->timer, after, 0);
	ev_timer_start(EV_DEFAULT_UC, &dns->timer);
}

static void process(struct dns *dns, int readable, int writable)
{
	ares_process_fd(dns->channel, readable, writable);
	if (dns->ended)
		dns_end(dns);
	else
		set_timer(dns);
}

static void on_socket(void *arg, int fd, int revents)
{
	process(arg, revents & EV_READ ? fd : ARES_SOCKET_BAD,
		revents & EV_WRITE ? fd : ARES_SOCKET_BAD);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct dns *dns = w->data;

	(void)loop;
	(void)revents;
	if (dns->ended)
		dns_end(dns);
	else
		process(dns, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void on_limit(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct dns *dns = w->data;

	(void)loop;
	(void)revents;
	if (!dns->ended)
		dns_answer_fail(&dns->answer, DNS_TIMEOUT,
				"no answer within %g s", w->repeat);
	dns->ended = true;
	dns_end(dns);
}

static void on_answer(void *arg, int status, int timeouts,
		      unsigned char *packet, int len)
{
	struct dns *dns = arg;

	(void)timeouts;
	/* It is being destroyed. */
	if (!dns->channel || dns->ended)
		return;
	dns->ended = true;
	/* To c-ares all of this is the same. */
	if (status == ARES_ECONNREFUSED && dns->rcode)
		dns_answer_refused(&dns->answer, dns->rcode);
	else if (status == ARES_ECONNREFUSED && *dns->answer.why)
		dns->answer.status = DNS_NO_SERVER;
	else
		dns_answer_read(&dns->answer, dns->type, status, packet, len);
}

static void on_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns *dns = arg;

	/* Without memory the look-up times out. */
	watch_set(&dns->watches, fd, (readable ? EV_READ : 0) |
		  (writable ? EV_WRITE : 0));
}

/* The sockets are made here: those of c-ares know nothing of SIGPIPE, do not
 * tell that a device is missing, and cannot tell servers apart.
 */
static ares_socket_t dns_socket(int family, int type, int protocol, void *arg)
{
	struct dns *dns = arg;

	(void)protocol;
	return origin_socket(NULL, family, type, dns->answer.why);
}

static int dns_close(ares_socket_t fd, void *arg)
{
	(void)arg;
	return close(fd);
}

/* A resolver on this machine is not to be reached by the WAN's device. */
static bool is_loopback(const struct sockaddr *to)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	if (to->sa_family == AF_INET) {
		memcpy(&ipv4, to, sizeof(ipv4));
		return ntohl(ipv4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	memcpy(&ipv6, to, sizeof(ipv6));
	return IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr);
}

/* A link-local server is of the WAN, whose device is not said with it. */
static bool is_link_local(const struct sockaddr *to)
{
	struct sockaddr_in6 ipv6;

	if (to->sa_family != AF_INET6)
		return false;
	memcpy(&ipv6, to, sizeof(ipv6));
	return IN6_IS_ADDR_LINKLOCAL(&ipv6.sin6_addr);
}

static bool is_by_origin(const struct dns *dns, const struct sockaddr *to)
{
	const struct origin *origin = &dns->settings.origin;

	if (is_loopback(to))
		return false;
	return !*origin->device || is_link_local(to) ||
		route_is_by(to, origin->device);
}

static int dns_connect(ares_socket_t fd, const struct sockaddr *to,
		       ares_socklen_t len, void *arg)
{
	struct dns *dns = arg;
	int error;

	if (is_by_origin(dns, to) &&
	    origin_bind(&dns->settings.origin, fd, to->sa_family,
			dns->answer.why)) {
		errno = ENETUNREACH;
		return -1;
	}
	if (!connect(fd, to, len) || errno == EINPROGRESS)
		return 0;
	error = errno;
	snprintf(dns->answer.why, sizeof(dns->answer.why),
		 "no server can be reached: %s", strerror(error));
	errno = error;
	return -1;
}

/* c-ares goes on to the next server then, and forgets what this one said. */
static void note_rcode(struct dns *dns, int fd, const unsigned char *packet)
{
	socklen_t len = sizeof(int);
	int type = 0, rcode = packet[3] & 15;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	if (type == SOCK_DGRAM && (rcode == ns_r_servfail ||
				   rcode == ns_r_notimpl ||
				   rcode == ns_r_refused))
		dns->rcode = rcode;
}

static ares_ssize_t dns_receive(ares_socket_t fd, void *buf, size_t size,
				int flags, struct sockaddr *from,
				ares_socklen_t *len, void *arg)
{
	ares_ssize_t got = recvfrom(fd, buf, size, flags, from, len);

	if (got >= HFIXEDSZ)
		note_rcode(arg, fd, buf);
	return got;
}

static ares_ssize_t dns_send(ares_socket_t fd, const struct iovec *iov,
			     int count, void *arg)
{
	struct msghdr msg = {
		.msg_iov = (struct iovec *)iov,
		.msg_iovlen = count,
	};

	(void)arg;
	return sendmsg(fd, &msg, MSG_NOSIGNAL);
}

static const struct ares_socket_functions socket_functions = {
	.asocket = dns_socket,
	.aclose = dns_close,
	.aconnect = dns_connect,
	.arecvfrom = dns_receive,
	.asendv = dns_send,
};

static int set_servers(struct dns *dns)
{
	struct ares_addr_port_node nodes[DNS_SERVERS_MAX] = { 0 };
	unsigned int i, count = dns->settings.count;

	if (!count)
		return ARES_SUCCESS;
	for (i = 0; i < count; i++) {
		const struct dns_server *server = &dns->settings.servers[i];
		int port = server->port ? server->port : DNS_PORT;

		nodes[i].next = i + 1 < count ? &nodes[i + 1] : NULL;
		nodes[i].family = server->address.family;
		nodes[i].udp_port = port;
		nodes[i].tcp_port = port;
		if (nodes[i].family == AF_INET)
			nodes[i].addr.addr4 = server->address.ipv4;
		else
			memcpy(&nodes[i].addr.addr6, &server->address.ipv6, 16);
	}
	return ares_set_servers_ports(dns->channel, nodes);
}

/* c-ares doubles the wait after each round: two rounds, and a third that is
 * cut short, fit into the time that there is.
 */
static int channel_open(struct dns *dns, double timeout)
{
	unsigned int servers = dns->settings.count ? dns->settings.count : 3;
	struct ares_options options = {
		.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH,
		.ednspsz = DNS_UDP_MAX,
		.timeout = timeout * 1000 / (5 * servers) + 1,
		.tries = 3,
		.sock_state_cb = on_state,
		.sock_state_cb_data = dns,
	};
	int status = ares_init_options(&dns->channel, &options,
				       ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ |
				       ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
				       ARES_OPT_SOCK_STATE_CB |
				       ARES_OPT_DOMAINS);

	if (status != ARES_SUCCESS) {
		dns->channel = NULL;
		return status;
	}
	ares_set_socket_functions(dns->channel, &socket_functions, dns);
	return set_servers(dns);
}

static void init(struct dns *dns, const struct dns_settings *settings,
		 enum dns_type type)
{
	double timeout = settings->timeout;

	memset(dns, 0, sizeof(*dns));
	dns->settings = *settings;
	dns->type = type;
	dns->watches.event = on_socket;
	dns->watches.arg = dns;
	if (timeout <= 0)
		timeout = DNS_TIMEOUT_DEFAULT;
	ev_timer_init(&dns->timer, on_timer, 0, 0);
	ev_timer_init(&dns->limit, on_limit, timeout, timeout);
	dns->timer.data = dns;
	dns->limit.data = dns;
	ev_timer_start(EV_DEFAULT_UC, &dns->limit);
}

/**
 * dns_start - begin a look-up
 * @dns: in which there is none
 * @settings: whom to ask, and how; not needed any more afterwards
 * @type: of the records
 * @name: of which, complete; not needed any more afterwards
 * @done: always called, and never before this returns
 * @arg: for @done
 */
void dns_start(struct dns *dns, const struct dns_settings *settings,
	       enum dns_type type, const char *name, dns_done done, void *arg)
{
	int status;

	init(dns, settings, type);
	dns->done = done;
	dns->arg = arg;
	status = channel_open(dns, dns->limit.repeat);
	if (status == ARES_SUCCESS)
		ares_query(dns->channel, name, ns_c_in, type, on_answer, dns);
	else
		dns_answer_read(&dns->answer, type, status, NULL, 0);
	dns->ended = dns->ended || status != ARES_SUCCESS;
	set_timer(dns);
}

/**
 * dns_cancel - end a look-up whose answer is of no interest any more
 * @dns: in which there need not be any; zeroes will do
 */
void dns_cancel(struct dns *dns)
{
	dns_forget(dns);
	dns_answer_free(&dns->answer);
}
