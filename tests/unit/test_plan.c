/* plan_decide: the only "may it?". What is refused, in which words, and what a plan then says. Runs as: the developer. */
#include "support.h"
#include "../../helper/decide/plan.h"

#define SECOND_PROFILE \
	"[profile bare]\ninterpreter = /v/bin/python\nslices = a.slice b.slice\nnamespaces = pid ipc uts net\nmemory.max = 64M\n" \
	"memory.swap.max = 0\ncpu.max = 10%\npids.max = 8\nwall_time = 5s\nlimits = rlimits\npythonpath = /p1 /p2 /p3\n" \
	"[profile secret]\ninterpreter = /usr/bin/python3\nslices = a.slice\nnamespaces = pid ipc uts net\nmemory.max = 1T\n" \
	"memory.swap.max = 0\ncpu.max = 100%\npids.max = 8\nwall_time = 5s\n[caller other]\nprofiles = bare component\nsandboxes.max = 1\n"

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define WORDS_MAX 8

struct decided { struct parsed parsed; struct sbx_request request; struct sbx_plan plan; struct sbx_err err; bool right; };

/* caller 0: omnimind (component); caller 1: other (bare, component). */
static struct decided *decide(uint32_t caller, const char *const words[WORDS_MAX])
{
	struct decided *d = calloc(1, sizeof *d);
	int argc = 0;
	cr_assert_not_null(d);
	parse_bytes(&d->parsed, EXAMPLE_POLICY SECOND_PROFILE, sizeof(EXAMPLE_POLICY SECOND_PROFILE) - 1);
	cr_assert(d->parsed.right, "%u: %s", d->parsed.faults.fault[0].line, d->parsed.faults.fault[0].text);
	while (argc < WORDS_MAX && words[argc] != NULL)
		argc++;
	cr_assert(request_parse(argc, words, &d->request, &d->err), "%s", d->err.text);
	d->right = plan_decide(&d->parsed.policy, &d->parsed.policy.caller[caller], &d->request, &d->plan, &d->err);
	return d;
}

static void release(struct decided *d)
{
	parsed_free(&d->parsed);
	free(d);
}

Test(promise_3_caller_only_narrows, more_than_the_policy_gives_is_refused_with_option_asked_and_allowed)
{
	static const struct { uint32_t caller; const char *words[WORDS_MAX]; const char *message; } cases[] = {
		{ 0, { "--profile", "bare" }, "option --profile: bare is not one of this caller's profiles (component)" },
		{ 0, { "--profile", "secret" }, "option --profile: secret is not one of this caller's profiles (component)" },
		{ 0, { "--profile", "ghost" }, "option --profile: ghost is not one of this caller's profiles (component)" },
		{ 1, { "--profile", "secret" }, "option --profile: secret is not one of this caller's profiles (bare component)" },
		{ 0, { "--profile", "componen" }, "option --profile: componen is not one" },
		{ 0, { "--slice", "system.slice" }, "option --slice: system.slice is not one of this profile's slices (omnimind-sandbox.slice)" },
		{ 0, { "--slice", "omnimind.slice" }, "option --slice: omnimind.slice is not one" },
		{ 1, { "--slice", "omnimind-sandbox.slice" },
		  "option --slice: omnimind-sandbox.slice is not one of this profile's slices (a.slice b.slice)" },
		{ 1, { "--unshare", "user" }, "option --unshare: user is not one of this profile's optional namespaces (there are none)" },
		{ 1, { "--unshare", "cgroup,time" }, "option --unshare: cgroup is not one" },
		{ 0, { "--pythonpath", "/opt/omnimind" },
		  "option --pythonpath: /opt/omnimind is not one of this profile's directories (/opt/omnimind/src)" },
		{ 0, { "--pythonpath", "/opt/omnimind/src/x" }, "option --pythonpath: /opt/omnimind/src/x is not one" },
		{ 0, { "--pythonpath", "/opt/omnimind/Src" }, "option --pythonpath: /opt/omnimind/Src is not one" },
		{ 0, { "--pythonpath=/" A50 A50 A50 }, "aaaa is not one of this profile's directories" },
		{ 1, { "--pythonpath=/p1", "--pythonpath=/p1" }, "option --pythonpath: /p1 is given twice" },
		{ 0, { "--setenv", "LD_PRELOAD=/x" },
		  "option --setenv: LD_PRELOAD is not one of this profile's variables (OMP_NUM_THREADS MKL_NUM_THREADS)" },
		{ 0, { "--setenv", "PYTHONPATH=/x" }, "option --setenv: PYTHONPATH is not one" },
		{ 0, { "--setenv", "OMP_NUM_THREAD=1" }, "option --setenv: OMP_NUM_THREAD is not one" },
		{ 0, { "--setenv", "OMP_NUM_THREADS_=1" }, "option --setenv: OMP_NUM_THREADS_ is not one" },
		{ 0, { "--setenv=MKL_NUM_THREADS=1", "--setenv=MKL_NUM_THREADS=2" }, "option --setenv: MKL_NUM_THREADS is given twice" },
		{ 1, { "--setenv", "OMP_NUM_THREADS=1" }, "option --setenv: OMP_NUM_THREADS is not one of this profile's variables (there are none)" },
		{ 0, { "--memory-max", "2G" }, "option --memory-max: asked 2G, the profile component allows 1G" },
		{ 0, { "--memory-max", "1073741825" }, "option --memory-max: asked 1073741825, the profile component allows 1G" },
		{ 0, { "--swap-max", "8G" }, "option --swap-max: asked 8G, the profile component allows 7G" },
		{ 1, { "--swap-max", "1" }, "option --swap-max: asked 1, the profile bare allows 0" },
		{ 0, { "--cpu-max", "51%" }, "option --cpu-max: asked 51%, the profile component allows 50%" },
		{ 0, { "--pids-max", "65" }, "option --pids-max: asked 65, the profile component allows 64" },
		{ 0, { "--wall-time", "61s" }, "option --wall-time: asked 61s, the profile component allows 60s" },
		{ 0, { "--wall-time", "1h" }, "option --wall-time: asked 1h, the profile component allows 60s" },
		{ 0, { "--cpu-time", "30001ms" }, "option --cpu-time: asked 30001ms, the profile component allows 30s" },
		{ 0, { "--file-size", "65M" }, "option --file-size: asked 65M, the profile component allows 64M" },
		{ 1, { "--memory-max", "65M" }, "option --memory-max: asked 65M, the profile bare allows 64M" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct decided *d = decide(cases[i].caller, cases[i].words);
		cr_assert_not(d->right, "granted: %s", cases[i].words[0]);
		cr_assert_eq(d->err.status, SBX_REFUSED);
		cr_assert_not_null(strstr(d->err.text, cases[i].message), "%s", d->err.text);
		release(d);
	}
}

Test(promise_3_caller_only_narrows, a_bare_request_gets_the_profiles_first_and_its_limits)
{
	static const char *const env[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "PYTHONSAFEPATH=1",
					   "PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=/opt/omnimind/src" };
	static const char *const none[WORDS_MAX] = { NULL };
	struct decided *d = decide(0, none);
	cr_assert(d->right, "%s", d->err.text);
	cr_assert_str_eq(d->plan.profile->name, "component");
	cr_assert_str_eq(d->plan.slice, "omnimind-sandbox.slice");
	cr_assert_str_eq(d->plan.name, "component");
	cr_assert_eq(d->plan.namespaces, 0x3f);
	cr_assert_eq(memcmp(d->plan.limit, d->plan.profile->limit, sizeof d->plan.limit), 0);
	cr_assert_str_eq(d->plan.argv[0], "/usr/bin/python3");
	cr_assert_str_eq(d->plan.argv[1], "/usr/lib/omnisbx/runner.py");
	cr_assert_str_eq(d->plan.argv[2], "/component/component");
	cr_assert_null(d->plan.argv[3]);
	for (size_t i = 0; i < COUNT(env); i++)
		cr_assert_str_eq(d->plan.envp[i], env[i]);
	cr_assert_null(d->plan.envp[COUNT(env)]);
	cr_assert_not(d->plan.json);
	release(d);
}

Test(promise_3_caller_only_narrows, a_narrowing_request_is_carried_out)
{
	static const char *const first[WORDS_MAX] = { "--unshare=user,pid", "--memory-max=512M", "--cpu-max=10%", "--setenv=MKL_NUM_THREADS=1",
						      "--name=n", "--json", "--", "-c" };
	static const char *const second[WORDS_MAX] = { "--slice=b.slice", "--pythonpath=/p3", "--pythonpath=/p1", "--swap-max=0" };
	struct decided *d = decide(0, first);
	cr_assert(d->right, "%s", d->err.text);
	cr_assert_eq(d->plan.namespaces, 0x3f | SBX_NS_BIT(SBX_NS_USER), "pid is on already");
	cr_assert_eq(d->plan.limit[SBX_MEMORY_MAX], 512u << 20);
	cr_assert_eq(d->plan.limit[SBX_CPU_BURST], 10000, "the kernel takes no burst above the quota");
	cr_assert_eq(d->plan.limit[SBX_SWAP_MAX], 7ull << 30);
	cr_assert_str_eq(d->plan.envp[7], "MKL_NUM_THREADS=1");
	cr_assert_str_eq(d->plan.argv[2], "/component/n");
	cr_assert_str_eq(d->plan.argv[3], "-c");
	cr_assert_null(d->plan.argv[4]);
	cr_assert(d->plan.json);
	release(d);
	d = decide(1, second);
	cr_assert(d->right, "%s", d->err.text);
	cr_assert_str_eq(d->plan.slice, "b.slice");
	cr_assert_eq(d->plan.namespaces, 0x1f);
	cr_assert_str_eq(d->plan.envp[6], "PYTHONPATH=/p3:/p1", "in the order asked");
	cr_assert_eq(d->plan.pythonpath.word[0], d->plan.profile->pythonpath.word[2], "the policy's own word");
	cr_assert_str_eq(d->plan.argv[0], "/v/bin/python");
	cr_assert_str_eq(d->plan.argv[1], "/component/component", "no runner: the component itself");
	release(d);
}

Test(promise_10_bad_input, the_fullest_request_and_profile_fit_a_plan)
{
	static struct sbx_request request = { .name = "n" };
	static struct sbx_plan plan;
	static char path[SBX_LIST_MAX][190], name[SBX_LIST_MAX][8];
	struct sbx_profile profile = { .name = "p", .interpreter = "/i", .runner = "/r" };
	struct sbx_caller caller = { .name = "c", .profiles = { .count = 1, .word = { "p" } } };
	struct sbx_policy policy = { .callers = 1, .profiles = 1, .caller = &caller, .profile = &profile };
	struct sbx_err err = { .text = "" };
	profile.slices = (struct sbx_list){ .count = 1, .word = { "a.slice" } };
	profile.pythonpath.count = profile.env.count = SBX_LIST_MAX;
	for (unsigned i = 0; i < SBX_LIST_MAX; i++) {
		memset(path[i], 'a', 189);
		path[i][0] = '/';
		path[i][1] = (char)('A' + i);
		memcpy(name[i], "NAMExx=", 8);
		name[i][4] = (char)('A' + i / 16);
		name[i][5] = (char)('A' + i % 16);
		profile.pythonpath.word[i] = path[i];
		memcpy(request.words + request.words_used, name[i], 8);
		request.setenv.at[request.setenv.count++] = request.words_used;
		request.words_used += 8;
		name[i][6] = '\0';
		profile.env.word[i] = name[i];
	}
	request.arg.count = SBX_WORDS_MAX; /* all of them the first word */
	cr_assert(request_check(&request, &err), "%s", err.text);
	cr_assert(plan_decide(&policy, &caller, &request, &plan, &err), "%s", err.text);
	cr_assert_eq(strlen(plan.envp[6]), sizeof "PYTHONPATH=" - 1 + SBX_LIST_MAX * 190 - 1);
	cr_assert_not_null(plan.argv[SBX_WORDS_MAX + 2]);
	cr_assert_null(plan.argv[SBX_WORDS_MAX + 3]);
	cr_assert_not_null(plan.envp[6 + SBX_LIST_MAX]);
	cr_assert_null(plan.envp[7 + SBX_LIST_MAX]);
}

Test(promise_1_fail_closed, a_caller_whose_profile_is_not_in_the_policy_gets_nothing)
{
	static const struct sbx_request request = { .name = "n" };
	static struct sbx_plan plan;
	struct sbx_profile half = { .name = "half", .interpreter = "/i" };
	struct sbx_policy policy = { .profiles = 1, .profile = &half };
	struct sbx_caller ghost = { .name = "c", .profiles = { .count = 1, .word = { "ghost" } } };
	struct sbx_caller halved = { .name = "c", .profiles = { .count = 1, .word = { "half" } } };
	struct sbx_caller none = { .name = "c" };
	struct sbx_err err;
	cr_assert_not(plan_decide(&policy, &ghost, &request, &plan, &err));
	cr_assert_eq(err.status, SBX_ERROR);
	cr_assert_not(plan_decide(&policy, &halved, &request, &plan, &err));
	cr_assert_not(plan_decide(&policy, &none, &request, &plan, &err));
}

/* What request_check would have stopped before, and what no policy file can say: plan_decide believes neither. */
Test(promise_1_fail_closed, a_limit_that_no_option_sets_cannot_be_asked_for)
{
	struct decided *d = decide(0, (const char *const[WORDS_MAX]){ "--json" });
	d->request.limits_given = 1u << SBX_CPU_BURST;
	d->request.limit[SBX_CPU_BURST] = 1000;
	cr_assert_not(plan_decide(&d->parsed.policy, &d->parsed.policy.caller[0], &d->request, &d->plan, &d->err));
	cr_assert_eq(d->err.status, SBX_REFUSED);
	cr_assert_str_eq(d->err.text, "option cpu.max.burst: asked 1ms, the profile component allows 50ms");
	release(d);
}

Test(promise_1_fail_closed, directories_that_do_not_fit_one_variable_are_no_shorter_list)
{
	static char word[2048];
	struct decided *d = decide(0, (const char *const[WORDS_MAX]){ "--json" });
	memset(word, 'a', sizeof word - 1);
	d->parsed.policy.profile[0].pythonpath = (struct sbx_list){ .count = SBX_LIST_MAX };
	for (unsigned i = 0; i < SBX_LIST_MAX; i++)
		d->parsed.policy.profile[0].pythonpath.word[i] = word;
	cr_assert_not(plan_decide(&d->parsed.policy, &d->parsed.policy.caller[0], &d->request, &d->plan, &d->err));
	cr_assert_eq(d->err.status, SBX_ERROR);
	cr_assert_str_eq(d->err.text, "pythonpath: too long for one variable");
	release(d);
}
