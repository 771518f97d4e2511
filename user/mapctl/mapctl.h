/* SPDX-License-Identifier: GPL-2.0 */
/* mapctl: rules, devices, calculation and statistics of map devices. */
#ifndef MAPCTL_H
#define MAPCTL_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/map.h>

#include "args.h"
#include "genl.h"
#include "map_attrs.h"
#include "map_msg.h"
#include "map_names.h"
#include "out.h"
#include "util.h"
#include "verb.h"

/**
 * struct options - what the options before the object say
 * @stats: -s, more detail
 * @timestamp: -t, when an event came
 * @force: -force, a batch goes on after an error
 */
struct options {
	bool stats;
	bool timestamp;
	bool force;
};

extern struct options options;

/**
 * struct device - a map device that was named
 * @name: as it was given; NULL for all devices
 * @ifindex: its index; 0 for all devices
 */
struct device {
	const char *name;
	uint32_t ifindex;
};

int run_lines(const char *file, int (*line)(int argc, char **argv));

int map_device(const char *name, struct device *dev);
int map_device_args(struct args *args, struct device *dev, bool needed);
int map_listen(struct genl *genl);
int map_talk(struct msg *msg, nl_reader reader, void *arg,
	     struct nl_error *err);
struct nl *map_rtnl(void);
int map_request(struct msg *msg, nl_reader reader, void *arg);
const char *map_ifname(const struct nlattr *const tb[]);

/**
 * struct links - devices as rtnetlink has them
 * @msgs: copies of its messages
 * @count: how many
 */
struct links {
	struct nlmsghdr **msgs;
	unsigned int count;
};

int nsid_of(struct nl *nl, int netns, int *nsid);
void nsid_name(struct nl *nl, int nsid, char *name, size_t size);

int links_read(const struct device *dev, struct links *links);
void links_free(struct links *links);
void link_name(int nsid, uint32_t ifindex, char *name);

extern const struct attr_printer map_printer;
void print_rule(const struct nlattr *nest);
void print_state(const struct nlattr *nest, bool full);
void print_ports(const struct map_port_set *set, bool full);

const char *counter_reason(uint32_t attr);
void print_counters(const struct nlattr *nest, bool all, const char *indent);

/**
 * struct rule_spec - a rule that was read
 * @dev: the device
 * @attrs: its attributes
 * @sink: puts them into @attrs
 * @type: enum map_rule_type, or -1
 */
struct rule_spec {
	struct device dev;
	struct msg attrs;
	struct attr_sink sink;
	int type;
};

void rule_spec_init(struct rule_spec *spec);
void rule_spec_free(struct rule_spec *spec);
int rule_spec_read(struct rule_spec *spec, struct args *args);
void rule_spec_index(const struct rule_spec *spec, const struct nlattr **tb);
bool rule_spec_has(const struct rule_spec *spec, uint16_t type);
bool rule_spec_has_more(const struct rule_spec *spec);
const char *rule_spec_lacks(const struct rule_spec *spec);
int rule_spec_check(const struct rule_spec *spec, bool whole);
void rule_spec_put(const struct rule_spec *spec, struct msg *msg);

int do_calc(struct args *args);
int do_dev(struct args *args);
int do_dev_add(struct args *args);
int do_dev_del(struct args *args);
int do_dev_set(struct args *args);
int do_dev_show(struct args *args);
int do_get(struct args *args);
int do_monitor(struct args *args);
int do_ports(struct args *args);
int do_rule(struct args *args);
int do_rule_add(struct args *args);
int do_rule_del(struct args *args);
int do_rule_flush(struct args *args);
int do_rule_replace(struct args *args);
int do_rule_show(struct args *args);
int do_stats(struct args *args);

#endif /* MAPCTL_H */
