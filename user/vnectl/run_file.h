/* SPDX-License-Identifier: GPL-2.0 */
/* Files of a network namespace that do not outlive the machine. */
#ifndef VNECTL_RUN_FILE_H
#define VNECTL_RUN_FILE_H

int run_file_write(const char *suffix, const char *text);

#endif /* VNECTL_RUN_FILE_H */
