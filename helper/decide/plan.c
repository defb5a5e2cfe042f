/* Policy and request to plan: the only "may it?" of the program. Runs as: spawner and omnisbx explain; computes only. */
#include "plan.h"
#include <string.h>
#include "number.h"
#include "word.h"

/* The list's own word, so that nothing of a request is used where the policy has the same. */
static const char *find_word(const struct sbx_list *list, const char *text, size_t length)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strlen(list->word[i]) == length && memcmp(list->word[i], text, length) == 0)
			return list->word[i];
	return NULL;
}

static bool join_words(const char *start, const struct sbx_list *list, char separator, char *into, size_t size)
{
	bool fits = must_format(into, size, "%s", start);
	for (uint32_t i = 0; i < list->count && fits; i++) {
		size_t used = strlen(into);
		fits = must_format(into + used, size - used, "%.*s%s", i > 0, &separator, list->word[i]);
	}
	return fits;
}

/* The allowed list's own word to the end of chosen, once: so it has room. Absent and forbidden get the same words. */
static bool choose(const struct sbx_list *allowed, const char *option, const char *text, size_t length, const char *owner,
		   struct sbx_list *chosen, struct sbx_err *err)
{
	const char *word = find_word(allowed, text, length);
	if (word == NULL) {
		char words[SBX_ERR_TEXT_BYTES]; /* cut where the list is longer, and so is the message */
		(void)!join_words(allowed->count > 0 ? "" : "there are none", allowed, ' ', words, sizeof words);
		return err_refuse(err, "option %s: %.*s is not one of this %s (%s)", option, (int)(length < 128 ? length : 128), text,
				  owner, words);
	}
	if (find_word(chosen, text, length) != NULL)
		return err_refuse(err, "option %s: %s is given twice", option, word);
	chosen->word[chosen->count++] = word;
	return true;
}

static bool decide_profile(const struct sbx_policy *policy, const struct sbx_request *request, struct sbx_plan *plan, struct sbx_err *err)
{
	const struct sbx_list *allowed = &plan->caller->profiles;
	struct sbx_list profile = { .count = 0 }, slice = { .count = 0 };
	const char *asked = request->profile[0] != '\0' || allowed->count == 0 ? request->profile : allowed->word[0];
	if (!choose(allowed, "--profile", asked, strlen(asked), "caller's profiles", &profile, err))
		return false;
	plan->profile = policy_find_profile(policy, profile.word[0]);
	if (plan->profile == NULL || plan->profile->slices.count == 0)
		return err_fail(err, "profile %s: not a whole one in the policy", profile.word[0]);
	asked = request->slice[0] != '\0' ? request->slice : plan->profile->slices.word[0];
	if (!choose(&plan->profile->slices, "--slice", asked, strlen(asked), "profile's slices", &slice, err))
		return false;
	plan->slice = slice.word[0];
	return true;
}

/* Asking for what is on already is no wider, so it is let through. */
static bool decide_namespaces(const struct sbx_request *request, struct sbx_plan *plan, struct sbx_err *err)
{
	struct sbx_list optional = { .count = 0 }, chosen = { .count = 0 };
	plan->namespaces = plan->profile->namespaces | request->unshare;
	for (unsigned i = 0; i < SBX_NAMESPACES; i++)
		if (plan->profile->namespaces_optional & SBX_NS_BIT(i))
			optional.word[optional.count++] = sbx_namespace_rows[i].name;
	for (unsigned i = 0; i < SBX_NAMESPACES; i++) {
		const char *name = sbx_namespace_rows[i].name;
		if ((request->unshare & ~plan->profile->namespaces & SBX_NS_BIT(i)) &&
		    !choose(&optional, "--unshare", name, strlen(name), "profile's optional namespaces", &chosen, err))
			return false;
	}
	return true;
}

static bool decide_limits(const struct sbx_request *request, struct sbx_plan *plan, struct sbx_err *err)
{
	char asked[32], allowed[32];
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		const struct sbx_limit_row *row = &sbx_limit_rows[i];
		bool given = request->limits_given & 1u << i;
		plan->limit[i] = given ? request->limit[i] : plan->profile->limit[i];
		number_format_unit(request->limit[i], row->unit, asked);
		number_format_unit(plan->profile->limit[i], row->unit, allowed);
		if (given && (row->option == NULL || request->limit[i] > plan->profile->limit[i]))
			return err_refuse(err, "option %s: asked %s, the profile %s allows %s",
					  row->option != NULL ? row->option : row->key, asked, plan->profile->name, allowed);
	}
	/* The kernel answers EINVAL to a burst above the quota: 1000 usec a percent of the period of 100 ms that cgroup.c writes. */
	if (plan->limit[SBX_CPU_BURST] > plan->limit[SBX_CPU_MAX] * 1000u)
		plan->limit[SBX_CPU_BURST] = plan->limit[SBX_CPU_MAX] * 1000u;
	return true;
}

/* Built from nothing: nobody's environment is filtered. */
static bool decide_environment(const struct sbx_request *request, struct sbx_plan *plan, struct sbx_err *err)
{
	static const char *const fixed[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "PYTHONSAFEPATH=1",
					     "PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1" };
	const struct sbx_profile *profile = plan->profile;
	struct sbx_list names = { .count = 0 };
	size_t count = COUNT(fixed);
	memcpy(plan->envp, fixed, sizeof fixed);
	if (request->pythonpath.count == 0)
		plan->pythonpath = profile->pythonpath;
	for (uint32_t i = 0; i < request->pythonpath.count; i++) {
		const char *asked = request->words + request->pythonpath.at[i];
		if (!choose(&profile->pythonpath, "--pythonpath", asked, strlen(asked), "profile's directories", &plan->pythonpath, err))
			return false;
	}
	if (plan->pythonpath.count > 0)
		plan->envp[count++] = plan->env_text;
	for (uint32_t i = 0; i < request->setenv.count; i++) {
		const char *asked = plan->envp[count++] = request->words + request->setenv.at[i];
		if (!choose(&profile->env, "--setenv", asked, word_env_name_length(asked), "profile's variables", &names, err))
			return false;
	}
	return join_words("PYTHONPATH=", &plan->pythonpath, ':', plan->env_text, sizeof plan->env_text) ||
	       err_fail(err, "pythonpath: too long for one variable");
}

bool plan_decide(const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_request *request,
		 struct sbx_plan *plan, struct sbx_err *err)
{
	size_t argc = 0;
	*plan = (struct sbx_plan){ .caller = caller, .name = request->name, .json = request->json != 0 };
	if (!decide_profile(policy, request, plan, err) || !decide_namespaces(request, plan, err) || !decide_limits(request, plan, err) ||
	    !decide_environment(request, plan, err))
		return false;
	plan->argv[argc++] = plan->profile->interpreter;
	if (plan->profile->runner != NULL)
		plan->argv[argc++] = plan->profile->runner;
	plan->argv[argc++] = plan->component_path;
	for (uint32_t i = 0; i < request->arg.count; i++)
		plan->argv[argc++] = request->words + request->arg.at[i];
	return must_format(plan->component_path, sizeof plan->component_path, "%s/%s", SBX_COMPONENT_DIR, plan->name) ||
	       err_refuse(err, "option --name: too long");
}
