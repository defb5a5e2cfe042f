/* The plan: whatever policy and request, it exceeds neither, and it is refused only where the request asks for more.
   Runs as: the developer, no privilege. Input: the words of argv, NUL-ended; an empty word; the policy file. */
#include "read_policy.h"
#include "../../helper/decide/plan.h"

#define WORDS 300

/* Where the input's own policy is none. Two profiles and two callers, so that there is something to choose. */
static const char own_text[] =
	"[policy]\nversion = 1\nuids = 1879100000-1879100063\n[caller a]\nprofiles = one two\nsandboxes.max = 2\n"
	"[caller b]\nprofiles = two\nsandboxes.max = 1\n[profile one]\ninterpreter = /usr/bin/python3\nrunner = /r\nslices = a.slice b.slice\n"
	"namespaces = pid ipc uts net\nnamespaces.optional = user time cgroup\npythonpath = /p /q\nenv = A B\nmemory.max = 1G\n"
	"memory.swap.max = 7G\ncpu.max = 50%\npids.max = 64\nwall_time = 60s\n[profile two]\ninterpreter = /usr/bin/python3\nslices = c.slice\n"
	"namespaces = pid ipc uts net user\nmemory.max = 16M\nmemory.swap.max = 0\ncpu.max = 1%\npids.max = 1\nwall_time = 1s\nlimits = rlimits\n";

static bool is_given_once(const struct sbx_request *request, const struct sbx_words *words, const char *ends, uint32_t i)
{
	const char *word = request->words + words->at[i];
	size_t length = strcspn(word, ends);
	for (uint32_t k = 0; k < i; k++)
		if (strcspn(request->words + words->at[k], ends) == length && memcmp(request->words + words->at[k], word, length) == 0)
			return false;
	return true;
}

static bool all_listed_once(const struct sbx_request *request, const struct sbx_words *words, const char *ends, const struct sbx_list *list)
{
	for (uint32_t i = 0; i < words->count; i++) {
		const char *word = request->words + words->at[i];
		if (!list_has(list, word, strcspn(word, ends)) || !is_given_once(request, words, ends, i))
			return false;
	}
	return true;
}

/* Written apart from plan.c: does this caller's policy give all that the request asks for? */
static bool gives(const struct sbx_caller *caller, const struct sbx_profile *profile, const struct sbx_request *request)
{
	bool right = request->profile[0] == '\0' || list_has(&caller->profiles, request->profile, strlen(request->profile));
	right &= request->slice[0] == '\0' || list_has(&profile->slices, request->slice, strlen(request->slice));
	right &= (request->unshare & ~(profile->namespaces | profile->namespaces_optional)) == 0;
	for (unsigned i = 0; i < SBX_LIMITS; i++)
		right &= !(request->limits_given & 1u << i) || request->limit[i] <= profile->limit[i];
	return right && all_listed_once(request, &request->pythonpath, "", &profile->pythonpath) &&
	       all_listed_once(request, &request->setenv, "=", &profile->env);
}

static void check_limits(const struct sbx_plan *plan, const struct sbx_request *request)
{
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		uint64_t meant = request->limits_given & 1u << i ? request->limit[i] : plan->profile->limit[i];
		EXPECT(plan->limit[i] <= plan->profile->limit[i] && plan->limit[i] <= meant);
		EXPECT(plan->limit[i] == meant || (i == SBX_CPU_BURST && plan->limit[i] == plan->limit[SBX_CPU_MAX] * 1000));
	}
	EXPECT(plan->limit[SBX_CPU_BURST] <= plan->limit[SBX_CPU_MAX] * 1000); /* cpu.max.burst <= quota, or the kernel says EINVAL */
}

/* Six variables of ours, PYTHONPATH where it says something, and those that the policy lists. */
static void check_environment(const struct sbx_plan *plan, const struct sbx_request *request)
{
	size_t count = 6, used;
	for (size_t i = 0; i < count; i++)
		EXPECT(plan->envp[i] != NULL && strchr(plan->envp[i], '=') != NULL);
	if (plan->pythonpath.count > 0) {
		const char *at = plan->envp[count++];
		EXPECT(strncmp(at, "PYTHONPATH=", 11) == 0);
		at += 11;
		for (uint32_t i = 0; i < plan->pythonpath.count; i++, at += used + (at[used] == ':')) {
			used = strcspn(at, ":");
			EXPECT(used == strlen(plan->pythonpath.word[i]) && memcmp(at, plan->pythonpath.word[i], used) == 0);
			EXPECT(list_has(&plan->profile->pythonpath, at, used));
		}
		EXPECT(*at == '\0');
	}
	for (uint32_t i = 0; i < request->setenv.count; i++) {
		const char *variable = plan->envp[count++];
		EXPECT(strcmp(variable, request->words + request->setenv.at[i]) == 0);
		EXPECT(list_has(&plan->profile->env, variable, strcspn(variable, "=")));
	}
	EXPECT(plan->envp[count] == NULL);
}

static void check_arguments(const struct sbx_plan *plan, const struct sbx_request *request)
{
	size_t count = 0;
	EXPECT(plan->argv[count++] == plan->profile->interpreter);
	EXPECT(plan->profile->runner == NULL || plan->argv[count++] == plan->profile->runner);
	EXPECT(plan->argv[count++] == plan->component_path);
	EXPECT(strncmp(plan->component_path, "/component/", 11) == 0 && strcmp(plan->component_path + 11, request->name) == 0);
	for (uint32_t i = 0; i < request->arg.count; i++, count++)
		EXPECT(plan->argv[count] != NULL && strcmp(plan->argv[count], request->words + request->arg.at[i]) == 0);
	EXPECT(plan->argv[count] == NULL);
}

static void check_plan(const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_request *request)
{
	struct sbx_plan *plan = malloc(sizeof *plan);
	const char *name = request->profile[0] != '\0' ? request->profile : caller->profiles.word[0];
	const struct sbx_profile *profile = policy_find_profile(policy, name);
	struct sbx_err err;
	memset(plan, 0xa5, sizeof *plan);
	if (!plan_decide(policy, caller, request, plan, &err)) {
		expect_line(&err, SBX_REFUSED);
		EXPECT(strncmp(err.text, "option --", 9) == 0 && (profile == NULL || !gives(caller, profile, request)));
	} else {
		EXPECT(plan->caller == caller && plan->profile == profile && gives(caller, profile, request));
		EXPECT(list_has(&profile->slices, plan->slice, strlen(plan->slice)));
		EXPECT(strcmp(plan->slice, request->slice[0] != '\0' ? request->slice : profile->slices.word[0]) == 0);
		EXPECT(plan->namespaces == (profile->namespaces | request->unshare) && plan->json == (request->json == 1));
		EXPECT(plan->pythonpath.count == (request->pythonpath.count > 0 ? request->pythonpath.count : profile->pythonpath.count));
		check_limits(plan, request);
		check_environment(plan, request);
		check_arguments(plan, request);
	}
	free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	static struct read_policy own;
	struct read_policy read;
	struct sbx_request *request = malloc(sizeof *request);
	struct sbx_err err;
	char *word[WORDS + 1];
	int count = 0;

	while (in.left > 0 && in.data[0] != '\0' && count < WORDS)
		word[count++] = input_text(&in, '\0');
	word[count] = NULL;
	input_skip(&in, 1);
	if (!own.right) { /* once */
		policy_read(&own, own_text, sizeof own_text - 1);
		EXPECT(own.right);
	}
	if (request_parse(count, (const char *const *)word, request, &err)) {
		policy_read(&read, (const char *)in.data, in.left);
		const struct sbx_policy *policy = read.right ? &read.policy : &own.policy;
		for (uint32_t i = 0; i < policy->callers; i++)
			check_plan(policy, &policy->caller[i], request);
		policy_forget(&read);
	}
	free(request);
	while (count > 0)
		free(word[--count]);
	return 0;
}
