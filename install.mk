# make install, make uninstall: the table below, row by row, and install/host.sh for what is not copying. The Makefile
# includes this file. DESTDIR: only the files, below DESTDIR; without it: this host, made ready.

BUILD      ?= build
prefix     ?= /usr
sysconfdir ?= /etc
libexecdir ?= $(prefix)/libexec
unitdir    ?= $(prefix)/lib/systemd/system
mandir     ?= $(prefix)/share/man
shippeddir := $(prefix)/share/omnisbx

# mode:source:target. What lies below sysconfdir is the admin's: kept when it was edited, told from the copy in
# shippeddir (the same name), which uninstall compares with too. All belong to root:root, directories are 0755.
INSTALL_TABLE := \
	0755:$(BUILD)/omnisbx-helper:$(libexecdir)/omnisbx-helper \
	0644:runner/runner.py:$(prefix)/lib/omnisbx/runner.py \
	0644:policy/policy.ini:$(sysconfdir)/omnisbx/policy.ini \
	0440:sudoers.d/omnimind:$(sysconfdir)/sudoers.d/omnimind \
	0644:systemd/omnimind-sandbox.slice:$(unitdir)/omnimind-sandbox.slice \
	0644:systemd/omnisbx@.service:$(unitdir)/omnisbx@.service \
	0644:systemd/omnisbx.tmpfiles:$(prefix)/lib/tmpfiles.d/omnisbx.conf \
	0644:docs/man/omnisbx-helper.8:$(mandir)/man8/omnisbx-helper.8 \
	0644:docs/man/omnisbx-policy.5:$(mandir)/man5/omnisbx-policy.5

# The sources name the helper and the runner by their default paths. Another prefix changes them in these.
INSTALL_TEXTS  := policy/policy.ini sudoers.d/omnimind systemd/omnisbx@.service docs/man/omnisbx-helper.8
INSTALL_STAGE  := $(BUILD)/install
INSTALL_PATHS  := s|/usr/libexec/omnisbx-helper|$(libexecdir)/omnisbx-helper|g; s|/usr/lib/omnisbx/|$(prefix)/lib/omnisbx/|g
INSTALL_HOST   := sh install/host.sh
INSTALL_EACH    = for row in $(INSTALL_TABLE); do mode=$${row%%:*}; row=$${row\#*:}; source=$${row%%:*}; target=$${row\#*:}; \
	[ ! -e $(INSTALL_STAGE)/$$source ] || source=$(INSTALL_STAGE)/$$source; \
	shipped="$(DESTDIR)$(shippeddir)/$${target\#\#*/}"

.PHONY: install install-texts uninstall

install-texts: $(INSTALL_TEXTS)
	@for text in $(INSTALL_TEXTS); do mkdir -p $(INSTALL_STAGE)/$${text%/*} && \
		sed '$(INSTALL_PATHS)' $$text > $(INSTALL_STAGE)/$$text || exit 1; done

install: $(BUILD)/omnisbx-helper install-texts
	$(if $(DESTDIR),,@$(INSTALL_HOST) begin "$(libexecdir)")
	@set -e; $(INSTALL_EACH); case $$target in \
		$(sysconfdir)/*) $(INSTALL_HOST) place-config $$mode $$source "$(DESTDIR)$$target" "$$shipped" ;; \
		*) $(INSTALL_HOST) place $$mode $$source "$(DESTDIR)$$target" ;; esac; done
	$(if $(DESTDIR),,@$(INSTALL_HOST) ready "$(prefix)" "$(sysconfdir)")

uninstall:
	$(if $(DESTDIR),,@$(INSTALL_HOST) stop)
	@set -e; $(INSTALL_EACH); case $$target in \
		$(sysconfdir)/*) $(INSTALL_HOST) remove-config "$(DESTDIR)$$target" "$$shipped" ;; \
		*) $(INSTALL_HOST) remove "$(DESTDIR)$$target" ;; esac; done
	@$(INSTALL_HOST) prune "$(DESTDIR)$(shippeddir)" "$(DESTDIR)$(prefix)/lib/omnisbx" "$(DESTDIR)$(sysconfdir)/omnisbx"
	$(if $(DESTDIR),,@$(INSTALL_HOST) gone)
