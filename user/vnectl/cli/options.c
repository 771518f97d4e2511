// SPDX-License-Identifier: GPL-2.0
#include "cli/verbs.h"

struct options options;
