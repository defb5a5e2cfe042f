# omnisbx: `make` builds, `make demo` shows, `make check` tests, `make install` installs. See README.md.
CC ?= cc
CFLAGS ?= -O2 -g
BUILD ?= build
prefix ?= /usr
sysconfdir ?= /etc

# Hardening: https://best.openssf.org/Compiler-Hardening-Guides/ ; static-pie leaves the loader nothing to load at run time.
WARNINGS = -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wframe-larger-than=262144
HARDENING = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE -fno-strict-aliasing -fcf-protection
LINKING = -static-pie -Wl,-z,relro,-z,now,-z,noexecstack
override CFLAGS += -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(HARDENING) -MMD -MP -I$(BUILD)
ifneq ($(shell uname -m),x86_64)
override CFLAGS := $(filter-out -fcf-protection,$(CFLAGS))
endif

DECIDE = number word request policy policy_keys caller plan
ENFORCE = inherited drop trusted_file lease cgroup mounts spawn channel spawner intake supervise audit keep small
DECIDE_SOURCES = $(DECIDE:%=helper/decide/%.c) helper/tables.c helper/outcome.c
SOURCES = helper/main.c helper/report.c $(DECIDE_SOURCES) $(ENFORCE:%=helper/enforce/%.c)
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/omnisbx-helper

# What static libraries would bring along and nothing here calls: each name leads to abort, so that its code is not linked, and then is
# taken from the program's symbols. Without these the program has dlopen, setlocale and NSS in it; tests/static/binary looks.
ABSENT = getpwuid initgroups         # libcap-ng's capng_change_id: NSS
ABSENT += syslog __syslog_chk        # libcap-ng's complaint about a bounding set, which is emptied without it: locales
ABSENT += __dcgettext                # translated messages: locales, from files that the environment names
ABSENT += __libc_secure_getenv       # sysconf's GETCONF_DIR
ABSENT += __wcsmbs_load_conv __wcsmbs_named_conv __wcsmbs_clone_conv __wcsmbs_gconv_fcts_c # wide characters in printf and
ABSENT += __gconv_release_step __gconv_lock                                                # streams: iconv, and with it dlopen
$(BUILD)/omnisbx-helper: $(OBJECTS)
	$(CC) $(CFLAGS) $(LINKING) $(ABSENT:%=-Wl,--defsym=%=abort) $(LDFLAGS) -o $@ $(OBJECTS) -lcap-ng -linih
	objcopy $(ABSENT:%=--strip-symbol=%) $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/helper/enforce/drop.o: $(BUILD)/component_filter.h $(BUILD)/supervisor_filter.h

# The filters are made when building, and loaded as bytes.
$(BUILD)/%_filter.h: $(BUILD)/generate-filter
	$(BUILD)/generate-filter $* $@ $(BUILD)/$*_filter.txt

$(BUILD)/generate-filter: helper/seccomp/generate.c $(wildcard helper/seccomp/*.h)
	@mkdir -p $(@D)
	$(CC) -O1 -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -o $@ $< -lseccomp

UNIT_SOURCES = $(wildcard tests/unit/*.c) $(DECIDE_SOURCES) helper/report.c
UNIT_FLAGS = -std=gnu11 -Wall -Wextra -g -Ihelper -D_GNU_SOURCE
$(BUILD)/unit: $(UNIT_SOURCES) $(wildcard tests/unit/*.h helper/*.h helper/decide/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_FLAGS) -O1 -o $@ $(UNIT_SOURCES) -lcriterion -linih
$(BUILD)/unit-asan: $(UNIT_SOURCES) $(wildcard tests/unit/*.h helper/*.h helper/decide/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_FLAGS) -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -o $@ $(UNIT_SOURCES) -lcriterion -linih

# The sweep's two programs (tests/sweep): static, for the machine has no libraries for them.
SWEEP_FLAGS = -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -O2 -g -static
$(BUILD)/inject: tests/sweep/inject.c
	@mkdir -p $(@D)
	$(CC) $(SWEEP_FLAGS) -o $@ $< -lseccomp
$(BUILD)/witness: tests/sweep/witness.c
	@mkdir -p $(@D)
	$(CC) $(SWEEP_FLAGS) -o $@ $<
# Fuzzing, with the libFuzzer of clang: FUZZ_SECONDS for each harness, FUZZ_JOBS of them at the same time.
FUZZ = policy request number report caller plan
FUZZ_SECONDS ?= 600
FUZZ_JOBS ?= 2
FUZZ_FLAGS = -std=gnu11 -Wall -Wextra -g -O1 -D_GNU_SOURCE -MMD -MP -fno-sanitize-recover=all
FUZZ_OBJECTS = $(DECIDE_SOURCES:%.c=$(BUILD)/fuzz/%.o) $(BUILD)/fuzz/helper/report.o
$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<
$(FUZZ:%=$(BUILD)/fuzz/%): $(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(FUZZ_OBJECTS)
	clang -fsanitize=fuzzer,address,undefined -o $@ $^ -linih
$(BUILD)/fuzz/words.dict: $(BUILD)/fuzz/tests/fuzz/dictionary.o $(FUZZ_OBJECTS)
	clang -fsanitize=address,undefined -o $(@:.dict=) $^ -linih
	$(@:.dict=) >$@
fuzz:
	@$(MAKE) -s -k -j $(FUZZ_JOBS) $(FUZZ:%=fuzz-%)
$(FUZZ:%=fuzz-%): fuzz-%: $(BUILD)/fuzz/% $(BUILD)/fuzz/words.dict
	@tests/fuzz/run $* $(FUZZ_SECONDS) $(BUILD)/fuzz
# What they found that is new, into the repository: the fewest inputs that reach every edge.
fuzz-corpus: $(FUZZ:%=$(BUILD)/fuzz/%)
	@for name in $(FUZZ); do tests/fuzz/merge $$name $(BUILD)/fuzz || exit; done

# Coverage of deciding code by the unit tests, which has its least values in tests/coverage, and by the corpus, for comparison.
COVERED = $(DECIDE_SOURCES) helper/report.c
COVERAGE = $(BUILD)/coverage
$(COVERAGE)/%.o: %.c
	@mkdir -p $(@D)
	gcc $(UNIT_FLAGS) -O0 -MMD -MP $(if $(filter helper/%,$<),--coverage) -c -o $@ $<
$(COVERAGE)/unit: $(patsubst %.c,$(COVERAGE)/%.o,$(UNIT_SOURCES))
	gcc --coverage -o $@ $^ -lcriterion -linih
$(FUZZ:%=$(COVERAGE)/replay-%): $(COVERAGE)/replay-%: $(COVERAGE)/tests/fuzz/%.o $(COVERAGE)/tests/fuzz/replay.o $(COVERED:%.c=$(COVERAGE)/%.o)
	gcc --coverage -o $@ $^ -linih
coverage: $(COVERAGE)/unit $(FUZZ:%=$(COVERAGE)/replay-%)
	@/usr/bin/python3 tests/coverage $(COVERAGE) $(COVERED)

demo:
	@sh install/deps.sh build
	@$(MAKE) -s all
	@examples/demo.sh
demo-vm:
	@sh install/deps.sh check
	@$(MAKE) -s all
	@examples/demo-vm.sh
check:
	@sh install/deps.sh check
	@$(MAKE) -s all $(BUILD)/unit $(BUILD)/unit-asan $(BUILD)/inject $(BUILD)/witness
	@tests/check

# Before a release: 10,000 runs, each with one of its processes killed at a random instant (promise 7).
storm: all
	@/usr/bin/python3 -B tests/storm/storm.py --runs 10000

# Deciding code opens nothing and changes nothing: what its objects need from outside stands in tests/boundary.allow.
boundary: all
	@objects="$(DECIDE_SOURCES:%.c=$(BUILD)/%.o)"; nm -g --defined-only $$objects | awk 'NF == 3 { print $$3 }' | cat - tests/boundary.allow >$(BUILD)/allowed; \
	! nm -u $$objects | awk 'NF == 2 { print $$2 }' | sort -u | grep -vxFf $(BUILD)/allowed

# gcc's analyzer, clang-tidy and cppcheck over all of helper/; then the program itself: how it is linked, and what is in it.
analyze: all
	@tests/static/analyze $(BUILD)
	@tests/static/binary $(BUILD)

# Lines of C of the privileged program, blank ones and comments not counted.
BUDGET_LINES = 2500
budget:
	@lines=$$(for f in $(SOURCES); do $(CC) -fpreprocessed -dD -E -P $$f; done | grep -c '[^[:space:]]'); \
	echo "$$lines of at most $(BUDGET_LINES) lines of C"; test $$lines -le $(BUDGET_LINES)

# The privileged window: system calls made with capabilities, and their time. As root.
window: all
	@/usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/kernel/test_window.py

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/fuzz/*/*.d $(BUILD)/fuzz/*/*/*.d $(COVERAGE)/*/*.d $(COVERAGE)/*/*/*.d)
include install.mk
.PHONY: all demo demo-vm check boundary analyze budget window fuzz fuzz-corpus $(FUZZ:%=fuzz-%) coverage storm clean
