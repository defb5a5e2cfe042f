/* The narrowing law (promise 3) over random policies and requests, against a model written apart from plan.c. Runs as: the developer. */
#include "support.h"
#include "../../helper/decide/plan.h"

#define PAIRS 30000
#define POOL 5 /* words of each kind that both sides draw from */

static const char *const profile_pool[POOL] = { "a", "b", "ab", "a.b", "c" };
static const char *const slice_pool[POOL] = { "a.slice", "b.slice", "a-b.slice", "ab.slice", "c.slice" };
static const char *const path_pool[POOL] = { "/a", "/b", "/a/b", "/ab", "/A" };
static const char *const env_pool[POOL] = { "A", "B", "AB", "A_", "a" };

static uint64_t draw(uint64_t *state, uint64_t below)
{
	*state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
	return (*state >> 11) % below;
}

static void draw_list(uint64_t *state, const char *const pool[POOL], uint32_t least, struct sbx_list *list)
{
	uint64_t mask;
	list->count = 0;
	do
		mask = draw(state, 1u << POOL);
	while ((uint32_t)__builtin_popcountll(mask) < least);
	for (unsigned i = 0; i < POOL; i++)
		if (mask & 1u << i)
			list->word[list->count++] = pool[i];
	for (uint32_t i = 0; i + 1 < list->count; i++) { /* the first is the default, so the order varies too */
		uint64_t other = i + draw(state, list->count - i);
		const char *word = list->word[i];
		list->word[i] = list->word[other], list->word[other] = word;
	}
}

static uint64_t draw_limit(uint64_t *state, unsigned limit)
{
	const struct sbx_limit_row *row = &sbx_limit_rows[limit];
	uint64_t span = row->max - row->min + 1, step = draw(state, 4);
	/* Few values, so that equal ones and neighbours are met; and now and then any. */
	return step == 3 ? row->min + draw(state, span) : row->min + step < row->max ? row->min + step : row->max;
}

static void draw_policy(uint64_t *state, struct sbx_policy *policy)
{
	policy->callers = 1;
	policy->profiles = POOL;
	draw_list(state, profile_pool, 1, &policy->caller[0].profiles);
	for (unsigned p = 0; p < POOL; p++) {
		struct sbx_profile *profile = &policy->profile[p];
		profile->name = profile_pool[p];
		profile->interpreter = "/usr/bin/python3";
		draw_list(state, slice_pool, 1, &profile->slices);
		draw_list(state, path_pool, 0, &profile->pythonpath);
		draw_list(state, env_pool, 0, &profile->env);
		profile->namespaces = (uint32_t)draw(state, 256) | 0x1f;
		profile->namespaces_optional = (uint32_t)draw(state, 256) & ~profile->namespaces;
		profile->limits_by_cgroup = draw(state, 2) == 0;
		for (unsigned i = 0; i < SBX_LIMITS; i++)
			profile->limit[i] = draw_limit(state, i);
	}
}

static uint32_t push_word(struct sbx_request *request, const char *text, const char *tail)
{
	uint32_t at = request->words_used;
	strcpy(request->words + at, text);
	strcat(request->words + at, tail);
	request->words_used += (uint32_t)strlen(request->words + at) + 1;
	return at;
}

/* Each key is asked for now and then, so that about as many requests are granted as refused. */
static void draw_request(uint64_t *state, struct sbx_request *request)
{
	memset(request, 0, sizeof *request);
	strcpy(request->name, "component");
	if (draw(state, 3) == 0)
		strcpy(request->profile, profile_pool[draw(state, POOL)]);
	if (draw(state, 4) == 0)
		strcpy(request->slice, slice_pool[draw(state, POOL)]);
	if (draw(state, 4) == 0)
		request->unshare = (uint32_t)(draw(state, 256) & draw(state, 256));
	for (uint64_t n = draw(state, 4) == 0 ? draw(state, 3) : 0; n > 0; n--)
		request->pythonpath.at[request->pythonpath.count++] = push_word(request, path_pool[draw(state, POOL)], "");
	for (uint64_t n = draw(state, 4) == 0 ? draw(state, 3) : 0; n > 0; n--)
		request->setenv.at[request->setenv.count++] = push_word(request, env_pool[draw(state, POOL)], "=1");
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		request->limit[i] = draw_limit(state, i); /* also where it is not given: it must not count */
		if (sbx_limit_rows[i].option != NULL && draw(state, 8) == 0)
			request->limits_given |= 1u << i;
	}
}

static bool has(const struct sbx_list *list, const char *word)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strcmp(list->word[i], word) == 0)
			return true;
	return false;
}

/* The model: does the request ask for more than this profile gives, or for one thing twice? */
static bool asks_for_more(const struct sbx_policy *policy, const struct sbx_profile *profile, const struct sbx_request *request)
{
	if (request->profile[0] != '\0' && !has(&policy->caller[0].profiles, request->profile))
		return true;
	if (request->slice[0] != '\0' && !has(&profile->slices, request->slice))
		return true;
	if (request->unshare & ~(profile->namespaces | profile->namespaces_optional))
		return true;
	for (uint32_t i = 0; i < request->pythonpath.count; i++) {
		if (!has(&profile->pythonpath, request->words + request->pythonpath.at[i]))
			return true;
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(request->words + request->pythonpath.at[i], request->words + request->pythonpath.at[k]) == 0)
				return true;
	}
	for (uint32_t i = 0; i < request->setenv.count; i++) {
		char name[8] = "";
		memcpy(name, request->words + request->setenv.at[i], strcspn(request->words + request->setenv.at[i], "="));
		if (!has(&profile->env, name))
			return true;
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(request->words + request->setenv.at[i], request->words + request->setenv.at[k]) == 0)
				return true;
	}
	for (unsigned i = 0; i < SBX_LIMITS; i++)
		if ((request->limits_given & 1u << i) && request->limit[i] > profile->limit[i])
			return true;
	return false;
}

static void check_never_wider(const struct sbx_plan *plan, const struct sbx_profile *profile, const struct sbx_request *request)
{
	size_t variables = 0;
	cr_assert_eq(plan->profile, profile);
	cr_assert(has(&profile->slices, plan->slice));
	cr_assert(request->slice[0] != '\0' ? strcmp(plan->slice, request->slice) == 0 : plan->slice == profile->slices.word[0]);
	cr_assert_eq(plan->namespaces, profile->namespaces | request->unshare);
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		bool given = request->limits_given & 1u << i;
		uint64_t meet = given && request->limit[i] < profile->limit[i] ? request->limit[i] : profile->limit[i];
		cr_assert_leq(plan->limit[i], meet, "%s", sbx_limit_rows[i].key);
		cr_assert(plan->limit[i] == meet || i == SBX_CPU_BURST, "%s", sbx_limit_rows[i].key);
	}
	cr_assert_leq(plan->limit[SBX_CPU_BURST], plan->limit[SBX_CPU_MAX] * 1000);
	cr_assert_eq(plan->pythonpath.count, request->pythonpath.count > 0 ? request->pythonpath.count : profile->pythonpath.count);
	for (uint32_t i = 0; i < plan->pythonpath.count; i++) {
		cr_assert(has(&profile->pythonpath, plan->pythonpath.word[i]));
		cr_assert(request->pythonpath.count == 0 || strcmp(plan->pythonpath.word[i], request->words + request->pythonpath.at[i]) == 0);
	}
	while (plan->envp[variables] != NULL)
		variables++;
	cr_assert_eq(variables, 6u + (plan->pythonpath.count > 0) + request->setenv.count);
}

Test(promise_3_caller_only_narrows, effective_is_never_wider_than_policy_or_request)
{
	static struct sbx_request request;
	static struct sbx_plan plan;
	struct sbx_caller caller[1] = { { .name = "c" } };
	struct sbx_profile profile[POOL];
	struct sbx_policy policy = { .caller = caller, .profile = profile };
	struct sbx_err err;
	uint64_t state = 0x9e3779b97f4a7c15u;
	unsigned granted = 0, refused = 0;
	memset(profile, 0, sizeof profile);
	for (unsigned pair = 0; pair < PAIRS; pair++) {
		draw_policy(&state, &policy);
		draw_request(&state, &request);
		cr_assert(request_check(&request, &err), "%s", err.text);
		const struct sbx_profile *meant = policy_find_profile(&policy, request.profile[0] != '\0' ? request.profile : caller[0].profiles.word[0]);
		bool right = plan_decide(&policy, &caller[0], &request, &plan, &err);
		cr_assert_eq(right, !asks_for_more(&policy, meant, &request), "pair %u: %s", pair, right ? "granted" : err.text);
		if (right)
			check_never_wider(&plan, meant, &request);
		else
			cr_assert(err.status == SBX_REFUSED && strncmp(err.text, "option --", 9) == 0, "%s", err.text);
		granted += right;
		refused += !right;
	}
	cr_assert(granted > PAIRS / 5 && refused > PAIRS / 5, "the pairs say little: %u granted, %u refused", granted, refused);
}

/* The same through the text of both: option and policy line written the same way mean the same number. */
Test(promise_3_caller_only_narrows, policy_text_and_option_text_agree_on_every_limit)
{
	static const char *const values[SBX_LIMITS][3] = { /* tighter, equal, wider than the example */
		[SBX_MEMORY_MAX] = { "1023M", "1G", "1025M" }, [SBX_SWAP_MAX] = { "0", "7G", "7516192769" }, [SBX_CPU_MAX] = { "49%", "50%", "51%" },
		[SBX_PIDS_MAX] = { "63", "64", "65" }, [SBX_WALL_TIME] = { "59999ms", "1min", "60001ms" },
		[SBX_CPU_TIME] = { "29s", "30s", "31s" }, [SBX_FILE_SIZE] = { "64K", "65536K", "65M" },
	};
	struct parsed parsed;
	struct sbx_err err;
	parse_bytes(&parsed, EXAMPLE_POLICY, sizeof EXAMPLE_POLICY - 1);
	cr_assert(parsed.right);
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		cr_assert_eq(values[i][0] == NULL, sbx_limit_rows[i].option == NULL, "a limit without a case: %s", sbx_limit_rows[i].key);
		for (unsigned k = 0; k < 3 && values[i][k] != NULL; k++) {
			static struct sbx_request request;
			static struct sbx_plan plan;
			const char *argv[] = { sbx_limit_rows[i].option, values[i][k], NULL };
			cr_assert(request_parse(2, argv, &request, &err), "%s", err.text);
			cr_assert_eq(plan_decide(&parsed.policy, &parsed.policy.caller[0], &request, &plan, &err), k < 2, "%s %s", argv[0], argv[1]);
		}
	}
	parsed_free(&parsed);
}
