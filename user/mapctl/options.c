// SPDX-License-Identifier: GPL-2.0
#include "mapctl.h"

struct options options;
