# SPDX-License-Identifier: GPL-2.0

# Asked for once, and only where it is needed.
ifndef KDIR
KDIR = $(eval KDIR := $(shell scripts/kernel-headers))$(KDIR)
endif
KERNEL ?= uml
PREFIX ?= /usr/local
DESTDIR ?=
DKMS_SOURCE = /usr/src/mapvne-$(VERSION)

VERSION := $(shell cat VERSION)

.PHONY: all modules tools demo check check-style check-build check-unit check-uml check-distro \
	check-packages check-full fuzz bench shell install modules-install tools-install dkms-source dkms-install deb rpm \
	clean clean-cache deps help

all: modules tools

help:
	@echo 'mapvne: IPv4 over IPv6 for customer edge and border relay'
	@echo
	@echo '  make               modules and tools'
	@echo '  make modules       kernel modules, against KDIR (default: of the running kernel)'
	@echo '  make tools         user-space tools, in build/'
	@echo '  make demo          LAN - CE - IPv6-only - BR - server on a Debian kernel, in a VM'
	@echo '  make check         all of check-style, check-build, check-unit, check-uml, check-distro,'
	@echo '                     check-packages'
	@echo '  make check-full    every test on every kernel, in its long form: hours; TESTS and KERNELS choose'
	@echo '  make fuzz          random packets, messages and streams; see selftests/fuzz/run --help'
	@echo '  make bench         benchmarks, in User-Mode Linux'
	@echo '  make shell         a shell in a VM; KERNEL=uml, uml-debug, debian-6.1 or debian-6.12'
	@echo '  make install       modules and tools, to DESTDIR and PREFIX (default: $(PREFIX))'
	@echo '  make dkms-install  modules, by DKMS: again for each kernel that is installed'
	@echo '  make deb           Debian packages, in build/deb'
	@echo '  make rpm           RPM packages, in build/rpm'
	@echo '  make deps          Debian packages that all this needs'
	@echo '  make clean         remove what was built in this tree'
	@echo '  make clean-cache   remove the kernels that the VMs use, too'
	@echo
	@echo 'One test, quickly: selftests/vm/run --kernel uml map/ping (see --help)'

modules:
	@test -e '$(KDIR)/Makefile' || { echo "No kernel headers: KDIR is '$(KDIR)'" >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tools:
	$(MAKE) -C user all

demo:
	@scripts/install-deps build distro tests
	demo/run

bench: deps
	bench/run map
	bench/run ipsec

shell:
	@selftests/vm/run --kernel $(KERNEL) --shell

check:
	@scripts/check all

check-style check-build check-unit check-uml check-distro check-packages:
	@scripts/check $(@:check-%=%)

check-full:
	@scripts/install-deps
	@scripts/check full

fuzz:
	@scripts/install-deps build uml tests
	@selftests/fuzz/run $(FUZZ)

deps:
	@scripts/install-deps

install: modules-install tools-install

modules-install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) modules_install

tools-install: tools
	$(MAKE) -C user install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

build/dkms.conf: packaging/dkms/dkms.conf.in kernel/compat/needs VERSION
	@mkdir -p $(@D)
	sed -e 's/@VERSION@/$(VERSION)/' \
		-e "s/@NEEDS@/$$(sed -n 's/^\([A-Z][A-Z0-9_]*\).*/CONFIG_\1/p' kernel/compat/needs | xargs)/" $< >$@

# Without what was built in the tree.
dkms-source: build/dkms.conf
	install -d $(DESTDIR)$(DKMS_SOURCE)
	find VERSION Kbuild kernel uapi -type f \( -name '*.[ch]' -o -name Kbuild -o -name VERSION \
		-o -path 'kernel/compat/*' \) ! -name '*.mod.c' -print0 | \
		xargs -0 cp --parents -t $(DESTDIR)$(DKMS_SOURCE)
	install -m 644 build/dkms.conf $(DESTDIR)$(DKMS_SOURCE)/dkms.conf

dkms-install: dkms-source
	dkms install mapvne/$(VERSION)

deb:
	@scripts/install-deps build packages
	@scripts/build-deb

rpm:
	@scripts/install-deps build packages
	@scripts/build-rpm

clean:
	-$(MAKE) -C user clean
	rm -rf build
	find kernel selftests/unit \( -name '*.o' -o -name '*.o.d' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name '.*.cmd' -o -name '.*.d' -o -name modules.order -o -name Module.symvers \) -type f -delete
	rm -f modules.order Module.symvers .*.cmd .module-common.o .module-common.o.d

clean-cache: clean
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/mapvne"
