/* SPDX-License-Identifier: GPL-2.0 */
/* Network namespaces by name, as `ip netns` keeps them. */
#ifndef COMMON_NETNS_H
#define COMMON_NETNS_H

#define NETNS_DIR "/var/run/netns"

int netns_open(const char *name);
int netns_enter(const char *name);
int netns_ifindex(int netns, const char *name, unsigned int *ifindex);

#endif /* COMMON_NETNS_H */
