/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of one IPsec transport. The file, the command line and the daemon
 * read and print them by one table.
 */
#ifndef VNECTL_CONFIG_IPSEC_OPTIONS_H
#define VNECTL_CONFIG_IPSEC_OPTIONS_H

#include <jansson.h>
#include <stdint.h>

#include "base/address.h"
#include "args.h"
#include "config/option.h"

enum role { ROLE_ORIGINATOR, ROLE_RESPONDER };

enum way { TRANSPORT_UDP, TRANSPORT_FALLBACK, TRANSPORT_TCP };

enum esp { ESP_TCP, ESP_FAKE_TCP };

#define NAME_MAX_LEN	31
/**
 * struct settings - what the user can say of a transport
 * @name: its name
 * @seen: bits of the keys that were given
 * @role: enum role, who opens connections (RFC 9329, section 1.2)
 * @transport: enum way, how IKE and ESP travel
 * @esp: enum esp, how ESP moves where TCP is used
 * @remote: the peer, or the prefix that clients come from
 * @local: source address, or address to listen on; family 0 for any
 * @ports: to connect to, tried in this order; or to listen on
 * @udp_port: by which the IKE daemon knows the peer
 * @local_port: UDP port of the local IKE daemon
 * @threshold: seconds without an answer by UDP
 * @queue_limit: bytes, of the kernel
 * @prefix_timeout: seconds, of the kernel
 * @proof_timeout: seconds, of the kernel
 * @idle_timeout: seconds, of the kernel
 * @max_connections: of the kernel
 * @connect_timeout: seconds
 * @user_timeout: seconds, TCP_USER_TIMEOUT
 * @reconnect_min: seconds to the first attempt
 * @reconnect_max: seconds between attempts at most
 * @dscp: of the connection
 * @mark: of the sockets, 0 for none
 * @bind_device: interface or VRF that the sockets are for, or NULL
 * @connection: what strongSwan calls it
 * @child: what strongSwan calls the child that is initiated
 * @vici: where strongSwan listens
 * @state_command: instead of strongSwan: says whether IKE is connecting
 * @stop_command: instead of strongSwan: ends the IKE SA
 * @start_command: instead of strongSwan: begins a new IKE SA
 */
struct settings {
	char name[NAME_MAX_LEN + 1];
	uint64_t seen;
	uint32_t role;
	uint32_t transport;
	uint32_t esp;
	struct address remote;
	struct address local;
	struct ports ports;
	uint32_t udp_port;
	uint32_t local_port;
	uint32_t threshold;
	uint32_t queue_limit;
	uint32_t prefix_timeout;
	uint32_t proof_timeout;
	uint32_t idle_timeout;
	uint32_t max_connections;
	uint32_t connect_timeout;
	uint32_t user_timeout;
	uint32_t reconnect_min;
	uint32_t reconnect_max;
	uint32_t dscp;
	uint32_t mark;
	char *bind_device;
	char *connection;
	char *child;
	char *vici;
	char *state_command;
	char *stop_command;
	char *start_command;
};

extern const char *const role_names[];
extern const char *const transport_names[];
extern const char *const esp_names[];

extern const struct key_table settings_table;

int settings_init(struct settings *settings, const char *name,
		  struct arg_error *err);
void settings_free(struct settings *settings);
int settings_copy(struct settings *to, const struct settings *from);
bool settings_equal(const struct settings *one, const struct settings *two);
bool settings_equal_but_esp(const struct settings *one,
			    const struct settings *two);

int settings_check(const struct settings *settings, struct arg_error *err);
json_t *settings_json(const struct settings *settings);

const char *settings_connection(const struct settings *settings);
const char *settings_child(const struct settings *settings);

int settings_set_json(struct settings *settings, json_t *values,
		      struct arg_error *err);
int settings_args(struct args *args, json_t *values);

#endif /* VNECTL_CONFIG_IPSEC_OPTIONS_H */
