// SPDX-License-Identifier: GPL-2.0
/* A wall clock that can be stepped, for one program: LD_PRELOAD. The file that
 * CLOCK_STEP names has the seconds that are added to it.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long step(void)
{
	const char *path = getenv("CLOCK_STEP");
	FILE *file = path ? fopen(path, "re") : NULL;
	long seconds = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &seconds) != 1)
		seconds = 0;
	fclose(file);
	return seconds;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	int (*real)(clockid_t which, struct timespec *to);
	int ret;

	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	ret = real(id, now);
	if (!ret && id == CLOCK_REALTIME)
		now->tv_sec += step();
	return ret;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec fine;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &fine);
	now->tv_sec = fine.tv_sec;
	now->tv_usec = fine.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *at)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (at)
		*at = now.tv_sec;
	return now.tv_sec;
}
