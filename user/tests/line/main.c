// SPDX-License-Identifier: GPL-2.0
#include "test.h"

int main(void)
{
	return test_hook() + test_prefixes() + test_told() ? 1 : 0;
}
