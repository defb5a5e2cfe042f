/* The policy reader: what it takes, and that inih's leniency does not show. Runs as: the developer, no privilege. */
#include "support.h"

Test(promise_10_bad_input, all_mistakes_come_at_once_in_line_order)
{
	struct parsed parsed;
	struct sbx_err err;
	static const char text[] = "[policy]\nversion = 3\n[caller a]\nprofiles = p\nx = 1\n[profile q]\nmemory.max = 1X\n";
	parse_bytes(&parsed, text, sizeof text - 1);
	cr_assert_not(parsed.right);
	cr_assert_eq(parsed.faults.count, 5 + 8, "%u", parsed.faults.count);
	cr_assert_not(policy_faults_line("/etc/omnisbx/policy.ini", &parsed.faults, &err));
	cr_assert_eq(err.status, SBX_ERROR);
	static const char start[] = "/etc/omnisbx/policy.ini:1: uids: missing in [policy]; /etc/omnisbx/policy.ini:2: version: \"3\"";
	cr_assert_eq(strncmp(err.text, start, sizeof start - 1), 0, "%s", err.text);
	parsed_free(&parsed);
}

Test(promise_10_bad_input, more_faults_than_fit_are_counted)
{
	static char text[70000];
	struct parsed parsed;
	struct sbx_err err;
	size_t length = 0;
	for (int i = 0; i < 5000; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "bad %d\n", i);
	parse_bytes(&parsed, text, length);
	cr_assert_eq(parsed.faults.count, 5003); /* and the three sections that are missing, on line 1 */
	cr_assert_not(policy_faults_line("p", &parsed.faults, &err));
	cr_assert_not_null(strstr(err.text, " more)"));
	cr_assert(strlen(err.text) < SBX_ERR_TEXT_BYTES - 1 && err.text[strlen(err.text) - 1] == ')', "%s", err.text);
	cr_assert_eq(parsed.faults.fault[0].line, 1);
	cr_assert_eq(parsed.faults.fault[SBX_FAULTS_MAX - 1].line, SBX_FAULTS_MAX - 3);
	parsed_free(&parsed);
}

Test(promise_10_bad_input, a_crlf_file_is_one_fault_and_not_forty)
{
	static const char text[] = "[policy]\r\nversion = 1\r\nuids = 5000-5001\r\n[caller a]\r\nprofiles = p\r\n";
	struct parsed parsed;
	parse_bytes(&parsed, text, sizeof text - 1);
	cr_assert_eq(parsed.faults.fault[0].line, 1);
	cr_assert_not_null(strstr(parsed.faults.fault[0].text, "CRLF"), "%s", parsed.faults.fault[0].text);
	cr_assert_eq(parsed.faults.count, 4, "%u", parsed.faults.count); /* no profile, none of that name, no sandboxes.max */
	parsed_free(&parsed);
}

Test(promise_10_bad_input, empty_cut_or_random_files_never_make_a_policy)
{
	static const char example[] = EXAMPLE_POLICY;
	uint64_t state = 88172645463325252u;
	struct parsed parsed;
	for (size_t cut = 0; cut < sizeof example - 2; cut++) {
		parse_bytes(&parsed, example, cut);
		/* From the end of the last required key's line on, the rest has defaults. */
		cr_assert_eq(parsed.right, parsed.faults.count == 0);
		cr_assert(!parsed.right || cut >= (size_t)(strstr(example, "wall_time = 60s") + 15 - example), "%zu", cut);
		parsed_free(&parsed);
	}
	for (int round = 0; round < 20000; round++) {
		char text[sizeof example];
		memcpy(text, example, sizeof text);
		for (int changes = 0; changes < 3; changes++) {
			state ^= state << 13, state ^= state >> 7, state ^= state << 17;
			text[state % (sizeof example - 1)] = (char)(state >> 32);
		}
		parse_bytes(&parsed, text, sizeof text - 1);
		cr_assert_eq(parsed.right, parsed.faults.count == 0);
		parsed_free(&parsed);
	}
	static char large[SBX_POLICY_BYTES_MAX + 2];
	memset(large, '\n', sizeof large);
	parse_bytes(&parsed, large, SBX_POLICY_BYTES_MAX + 1);
	cr_assert_not_null(strstr(parsed.faults.fault[0].text, "larger than"));
	parsed_free(&parsed);
}

Test(promise_10_bad_input, the_example_of_the_design_is_read_as_written)
{
	struct parsed parsed;
	parse_edited(&parsed, "", "");
	cr_assert(parsed.right, "%u: %s", parsed.faults.fault[0].line, parsed.faults.fault[0].text);
	const struct sbx_policy *policy = &parsed.policy;
	const struct sbx_profile *profile = policy_find_profile(policy, "component");
	cr_assert_eq(policy->uid_first, 1879100000);
	cr_assert_eq(policy->uid_last, 1879100063);
	cr_assert_eq(policy->callers, 1);
	cr_assert_str_eq(policy->caller[0].name, "omnimind");
	cr_assert_eq(policy->caller[0].line, 5);
	cr_assert_eq(policy->caller[0].sandboxes_max, 32);
	cr_assert_str_eq(policy->caller[0].profiles.word[0], "component");
	cr_assert_not_null(profile);
	cr_assert_eq(profile->line, 9);
	cr_assert_str_eq(profile->interpreter, "/usr/bin/python3");
	cr_assert_str_eq(profile->runner, "/usr/lib/omnisbx/runner.py");
	cr_assert_str_eq(profile->slices.word[0], "omnimind-sandbox.slice");
	cr_assert_eq(profile->namespaces, 0x3f);
	cr_assert_eq(profile->namespaces_optional, SBX_NS_BIT(SBX_NS_USER) | SBX_NS_BIT(SBX_NS_TIME));
	cr_assert_eq(profile->readonly.count, 2);
	cr_assert_str_eq(profile->readonly.word[1], "/etc/alternatives");
	cr_assert_eq(profile->readonly.line, 16);
	cr_assert_str_eq(profile->env.word[1], "MKL_NUM_THREADS");
	cr_assert(profile->limits_by_cgroup);
	cr_assert_eq(profile->limit[SBX_MEMORY_MAX], 1u << 30);
	cr_assert_eq(profile->limit[SBX_SWAP_MAX], 7ull << 30);
	cr_assert_eq(profile->limit[SBX_CPU_MAX], 50);
	cr_assert_eq(profile->limit[SBX_WALL_TIME], 60000000);
	cr_assert_eq(profile->key_line[SBX_KEY_ENV], 17);
	cr_assert_eq(profile->key_line[SBX_KEYS + SBX_MEMORY_MAX], 19);
	parsed_free(&parsed);
}

Test(promise_10_bad_input, defaults_are_those_of_the_shipped_policy)
{
	static const char text[] = "# TAB and bytes outside ASCII are right in remarks: \t\xc3\xa9\n;\n   \n"
				   "[profile p]\ninterpreter=/v/bin/python\nslices\t=\ta.slice\tb-c.slice\nnamespaces = net uts ipc pid\n"
				   "namespaces.optional = mount user ; \xe2\x80\xa6\nmemory.max=4194304\nmemory.swap.max=0\ncpu.max=200%\npids.max=1\n"
				   "wall_time=1ms\n[caller 1000]\nprofiles=p\nsandboxes.max=1\n[caller @staff] ; all\nprofiles=p\nsandboxes.max=65536\n"
				   "[policy]\nversion=1\nuids=4294967293-4294967293";
	struct parsed parsed;
	parse_bytes(&parsed, text, sizeof text - 1);
	cr_assert(parsed.right, "%u: %s", parsed.faults.fault[0].line, parsed.faults.fault[0].text);
	const struct sbx_profile *profile = &parsed.policy.profile[0];
	cr_assert_null(profile->runner);
	cr_assert_eq(profile->namespaces, 0x1f, "mount is made whether it is named or not");
	cr_assert_eq(profile->namespaces_optional, SBX_NS_BIT(SBX_NS_USER));
	cr_assert_eq(profile->readonly.count, 2);
	cr_assert_str_eq(profile->readonly.word[0], "/usr");
	cr_assert_str_eq(profile->readonly.word[1], "/etc/alternatives");
	cr_assert_eq(profile->readonly.line, 0);
	cr_assert_eq(profile->pythonpath.count + profile->env.count, 0);
	cr_assert(profile->limits_by_cgroup);
	cr_assert_str_eq(profile->slices.word[1], "b-c.slice");
	for (unsigned i = 0; i < SBX_LIMITS; i++)
		cr_assert(sbx_limit_rows[i].required || profile->limit[i] == sbx_limit_rows[i].fallback);
	cr_assert_eq(parsed.policy.callers, 2);
	cr_assert_str_eq(parsed.policy.caller[1].name, "@staff");
	cr_assert_eq(parsed.policy.uid_first, 4294967293);
	parsed_free(&parsed);
}

Test(promise_10_bad_input, lists_and_sections_are_bounded)
{
	static char text[200000];
	struct parsed parsed;
	expect_fault(&(struct edit){ "= OMP_NUM_THREADS", "= a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G", 17,
				     "env: \"G\" is one word too many" });
	size_t length = (size_t)snprintf(text, sizeof text, "%s", EXAMPLE_POLICY);
	for (int i = 0; i < SBX_POLICY_SECTIONS_MAX; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "[caller c%d]\nprofiles = component\nsandboxes.max = 1\n", i);
	parse_bytes(&parsed, text, length);
	cr_assert_not(parsed.right);
	cr_assert_eq(parsed.faults.count, 1);
	cr_assert_not_null(strstr(parsed.faults.fault[0].text, "[caller c1023]: more than 1024 sections"), "%s", parsed.faults.fault[0].text);
	parsed_free(&parsed);
}

Test(promise_4_no_confused_deputy, a_slice_is_a_name_and_never_a_path)
{
	static const char *const wrong[] = {
		"", ".slice", "-.slice", "a", "a.service", "a.slice ", " a.slice", "a/b.slice", "../a.slice", "/a.slice", "a..b.slice", "..slice",
		"-a.slice", "a-.slice", "a--b.slice", ".a.slice", "a.slice/", "a.slicE", "a\\x2db.slice", "a@b.slice", "a:b.slice", "a\n.slice",
		"a%i.slice", "\xc3\xa9.slice", "slice", "a.slice.d",
	};
	static const char *const right[] = { "a.slice", "omnimind-sandbox.slice", "system.slice", "a-b-c.slice", "A_9.x.slice" };
	char name[140];
	for (size_t i = 0; i < COUNT(wrong); i++)
		cr_assert_not_null(word_slice_fault(wrong[i]), "\"%s\"", wrong[i]);
	for (size_t i = 0; i < COUNT(right); i++)
		cr_assert_null(word_slice_fault(right[i]), "\"%s\"", right[i]);
	memset(name, 'a', sizeof name);
	memcpy(name + 122, ".slice", 7);
	cr_assert_null(word_slice_fault(name));
	memcpy(name + 122, "a.slice", 8);
	cr_assert_not_null(word_slice_fault(name));
}
