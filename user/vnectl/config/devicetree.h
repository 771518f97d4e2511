/* SPDX-License-Identifier: GPL-2.0 */
/* What the device tree says of the box: dts/bindings. */
#ifndef VNECTL_CONFIG_DEVICETREE_H
#define VNECTL_CONFIG_DEVICETREE_H

#include <stdio.h>

#include "config/config.h"

int board_read(struct conf *conf, FILE *errors);

#endif /* VNECTL_CONFIG_DEVICETREE_H */
