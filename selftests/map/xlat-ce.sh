#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915 at a CE: the other role goes the same ways the other way round, so
# each row of the tables once more, about packets of its own.

. "$(dirname "$0")/xlat.sh"

xlat_ce
check_match "a CE has identifications of its port set" 'ipid psid' mapctl -n "$node" dev show map0
packets xlat_ce.py ipid
xlat_set ipid keep
packets xlat_ce.py
finish
