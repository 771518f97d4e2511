// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "module.h"

const char *const module_names[] = { "map", "ipsec_tcp", NULL };

/**
 * module_version - ask for the version of a module in use
 * @name: the module
 * @version: the result, what MODULE_VERSION() says
 * @size: size of @version
 *
 * Return: true, or false where the module is not loaded.
 */
bool module_version(const char *name, char *version, size_t size)
{
	char path[64];
	bool there;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/%s/version", name);
	file = fopen(path, "re");
	if (!file)
		return false;
	there = fgets(version, size, file);
	fclose(file);
	if (there)
		version[strcspn(version, "\n")] = '\0';
	return there;
}

/**
 * module_differs - find out whether a module is of another version
 * @name: the module
 * @note: the result, a sentence for the user, set where it is
 * @size: size of @note
 *
 * An upgrade of packages leaves the module that is in use where it is.
 *
 * Return: true if it is loaded, and is not of the version of the tools.
 */
bool module_differs(const char *name, char *note, size_t size)
{
	char version[32];

	if (!module_version(name, version, sizeof(version)) ||
	    !strcmp(version, VERSION))
		return false;
	snprintf(note, size,
		 "the module %s in use is of version %s, the tools are of "
		 VERSION ": a reboot, or \"modprobe -r %s\", changes to the one that is installed",
		 name, version, name);
	return true;
}

/**
 * module_notes - say which modules are of another version
 * @out: where to
 */
void module_notes(FILE *out)
{
	const char *const *name;
	char note[256];

	for (name = module_names; *name; name++)
		if (module_differs(*name, note, sizeof(note)))
			fprintf(out, "Note: %s.\n", note);
}
