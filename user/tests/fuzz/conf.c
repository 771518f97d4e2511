// SPDX-License-Identifier: GPL-2.0
/* The configuration file: what it says is right or complained of, and what is
 * right can be written down and found the same.
 */
#include <unistd.h>

#include "config/file.h"
#include "fuzz.h"

static char path[32];

static int open_file(void)
{
	static int fd = -1;

	if (fd < 0) {
		snprintf(path, sizeof(path),
			 "/dev/shm/vne-fuzz-XXXXXX");
		fd = mkstemp(path);
	}
	claim(fd >= 0);
	return fd;
}

static void remove_file(void)
{
	unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	open_file();
	atexit(remove_file);
	return 0;
}

static void check_line(const struct vne *vne)
{
	struct arg_error err;
	struct vne copy;

	claim(!vne_check(vne, &err));
	claim(!keys_copy(&vne_table, &copy, vne));
	claim(keys_equal(&vne_table, vne, &copy, KEYS_ALL));
	json_decref(vne_json(&copy));
	keys_free(&vne_table, &copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *complaints = NULL;
	struct conf conf;
	unsigned int i;
	FILE *errors;
	size_t len;
	int fd = open_file(), ret;

	claim(!ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size);
	errors = open_memstream(&complaints, &len);
	ret = conf_read(path, &conf, errors);
	fclose(errors);
	claim(ret ? len > 0 : conf.time_scale > 0);
	for (i = 0; !ret && i < conf.vnes_count; i++)
		check_line(&conf.vnes[i]);
	if (!ret)
		conf_free(&conf);
	free(complaints);
	return 0;
}
