# SPDX-License-Identifier: GPL-2.0
# Questions to the headers of the kernel that is built for. Each answer is a
# -DMAP_HAVE_...; compat.h says what is done without.

map-include := $(srctree)/include
map-has = $(if $(shell grep -l -E -- '$(2)' $(map-include)/$(1) 2>/dev/null),-D$(3))
map-exists = $(if $(wildcard $(map-include)/$(1)),-D$(2))

map-probes := \
	$(call map-exists,net/gso.h,MAP_HAVE_GSO_H) \
	$(call map-exists,linux/unaligned.h,MAP_HAVE_LINUX_UNALIGNED_H) \
	$(call map-has,net/rtnetlink.h,struct rtnl_newlink_params,MAP_HAVE_NEWLINK_PARAMS) \
	$(call map-has,linux/netdevice.h,[[:space:]]lltx:1,MAP_HAVE_LLTX) \
	$(call map-has,linux/netdevice.h,pcpu_stat_type,MAP_HAVE_PCPU_STAT_TYPE) \
	$(call map-has,net/ip6_tunnel.h,ip6cb_flags,MAP_HAVE_IP6TUNNEL_XMIT_CB) \
	$(call map-has,net/netlink.h,const struct netlink_range_validation \*range;,MAP_HAVE_CONST_RANGE) \
	$(call map-has,linux/netdevice.h,alloc_netdev_dummy,MAP_HAVE_ALLOC_NETDEV_DUMMY) \
	$(call map-has,net/inet_frag.h,inet_frag_putn,MAP_HAVE_INET_FRAG_PUTN) \
	$(call map-has,net/net_namespace.h,register_net_sysctl_sz,MAP_HAVE_NET_SYSCTL_SZ) \
	$(call map-has,net/sock.h,\(\*sendpage\),MAP_HAVE_SENDPAGE) \
	$(call map-has,net/sock.h,int flags. int .addr_len,MAP_HAVE_RECVMSG_ADDR_LEN) \
	$(call map-has,linux/workqueue.h,WQ_PERCPU,MAP_HAVE_WQ_PERCPU)

# Source NAT of a CE, which alone needs conntrack. A kernel tree that the module
# is a part of has a Kconfig for it (scripts/graft).
CONFIG_MAPVNE_SNAT ?= y
map-snat-needs := NF_CONNTRACK NF_NAT

# Without auto.conf, for make clean, nothing is known.
ifdef CONFIG_CC_VERSION_TEXT
map-needs := $(shell sed -n 's/^\([A-Z][A-Z0-9_]*\).*/\1/p' $(map-top)/kernel/compat/needs)
map-why = $(shell sed -n 's/^$(1)\t*\([^\t]\)/\1/p' $(map-top)/kernel/compat/needs)
$(foreach option,$(filter-out $(if $(filter y,$(CONFIG_MAPVNE_SNAT)),,$(map-snat-needs)),$(map-needs)),$(if $(CONFIG_$(option)),,\
	$(error mapvne needs a kernel with CONFIG_$(option) ($(call map-why,$(option))))))
endif
