/* SPDX-License-Identifier: GPL-2.0 */
/* What the device tree says of the box: dts/bindings. */
#ifndef VNECTL_BOARD_H
#define VNECTL_BOARD_H

#include <stdio.h>

#include "conf.h"

int board_read(struct conf *conf, FILE *errors);

#endif /* VNECTL_BOARD_H */
