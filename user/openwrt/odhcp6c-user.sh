# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# In /etc/odhcp6c.user.d, read by OpenWrt's script of odhcp6c at each of its
# events: what the DHCPv6 server has given is for lines with source 'dhcpv6', too.

vnectl dhcpv6-hook client odhcp6c interface "$1" reason "$2"
