/* What the unit tests share: the example policy of design.md, and a policy that is parsed and given back. */
#ifndef SBX_TEST_SUPPORT_H
#define SBX_TEST_SUPPORT_H
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../helper/decide/policy.h"
#include "../../helper/decide/word.h"


/* One key a line: the tests count on the line numbers. */
#define EXAMPLE_POLICY \
	/*  1 */ "[policy]\n" \
	/*  2 */ "version = 1\n" \
	/*  3 */ "uids = 1879100000-1879100063             ; one of its own for each sandbox, owned by no account\n" \
	/*  4 */ "\n" \
	/*  5 */ "[caller omnimind]                        ; a login name, a numeric uid, or @group\n" \
	/*  6 */ "profiles = component                     ; the first is the default\n" \
	/*  7 */ "sandboxes.max = 32                       ; at the same time; more are refused (\"busy\")\n" \
	/*  8 */ "\n" \
	/*  9 */ "[profile component]\n" \
	/* 10 */ "interpreter = /usr/bin/python3           ; or a virtual environment's python\n" \
	/* 11 */ "runner = /usr/lib/omnisbx/runner.py\n" \
	/* 12 */ "slices = omnimind-sandbox.slice          ; the first is the default\n" \
	/* 13 */ "namespaces = pid ipc uts net mount cgroup\n" \
	/* 14 */ "namespaces.optional = user time\n" \
	/* 15 */ "pythonpath = /opt/omnimind/src\n" \
	/* 16 */ "readonly = /usr /etc/alternatives\n" \
	/* 17 */ "env = OMP_NUM_THREADS MKL_NUM_THREADS\n" \
	/* 18 */ "limits = cgroup\n" \
	/* 19 */ "memory.max = 1G\n" \
	/* 20 */ "memory.swap.max = 7G\n" \
	/* 21 */ "cpu.max = 50%\n" \
	/* 22 */ "cpu.max.burst = 50ms                     ; without it a start that needs 50 ms of CPU waits\n" \
	/* 23 */ "pids.max = 64\n" \
	/* 24 */ "wall_time = 60s\n" \
	/* 25 */ "cpu_time = 30s\n" \
	/* 26 */ "file_size = 64M\n" \
	/* 27 */ "tmp_size = 64M\n" \
	/* 28 */ "code_size = 1M\n" \
	/* 29 */ "output_size = 1M\n"

struct parsed { char *text; struct sbx_policy policy; struct sbx_faults faults; bool right; };

/* The text is copied to heap of exactly its size and one byte, so that a sanitizer sees a step beyond. */
static inline void parse_bytes(struct parsed *parsed, const char *bytes, size_t length)
{
	parsed->text = malloc(length + 1);
	cr_assert_not_null(parsed->text);
	memcpy(parsed->text, bytes, length);
	parsed->text[length] = 'x';
	parsed->policy = (struct sbx_policy){ .caller = calloc(SBX_POLICY_SECTIONS_MAX, sizeof *parsed->policy.caller),
					      .profile = calloc(SBX_POLICY_SECTIONS_MAX, sizeof *parsed->policy.profile) };
	cr_assert(parsed->policy.caller != NULL && parsed->policy.profile != NULL);
	parsed->right = policy_parse(parsed->text, length, &parsed->policy, &parsed->faults);
}

static inline void parsed_free(struct parsed *parsed)
{
	free(parsed->policy.caller);
	free(parsed->policy.profile);
	free(parsed->text);
}

/* The example with `find` (first occurrence, "" = the end) replaced; a NUL in `put` is written as \1. */
struct edit { const char *find, *put; uint32_t line; const char *message; };

static inline void parse_edited(struct parsed *parsed, const char *find, const char *put)
{
	char text[8192];
	const char *example = EXAMPLE_POLICY, *at = find[0] == '\0' ? example + strlen(example) : strstr(example, find);
	cr_assert_not_null(at, "no \"%s\" in the example", find);
	int length = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - example), example, put, at + strlen(find));
	cr_assert(length > 0 && (size_t)length < sizeof text);
	for (int i = 0; i < length; i++)
		if (text[i] == '\1')
			text[i] = '\0';
	parse_bytes(parsed, text, (size_t)length);
}

static inline void expect_fault(const struct edit *edit)
{
	struct parsed parsed;
	bool found = false;
	parse_edited(&parsed, edit->find, edit->put);
	cr_assert_not(parsed.right, "taken: \"%s\" for \"%s\"", edit->put, edit->find);
	for (uint32_t i = 0; i < parsed.faults.count && i < SBX_FAULTS_MAX; i++) {
		found |= parsed.faults.fault[i].line == edit->line && strstr(parsed.faults.fault[i].text, edit->message) != NULL;
		cr_assert(i == 0 || parsed.faults.fault[i - 1].line <= parsed.faults.fault[i].line, "not in line order");
	}
	cr_assert(found, "\"%s\" for \"%s\": no fault %u: %s; the first is %u: %s", edit->put, edit->find, edit->line, edit->message,
		  parsed.faults.fault[0].line, parsed.faults.fault[0].text);
	cr_assert(parsed.policy.callers == 0 && parsed.policy.profiles == 0, "a policy is left behind");
	parsed_free(&parsed);
}
#endif
