/* SPDX-License-Identifier: GPL-2.0 */
/* Tells a service manager that waits for it (sd_notify(3)). */
#ifndef VNECTL_BASE_SD_NOTIFY_H
#define VNECTL_BASE_SD_NOTIFY_H

void notify(const char *state);

#endif /* VNECTL_BASE_SD_NOTIFY_H */
