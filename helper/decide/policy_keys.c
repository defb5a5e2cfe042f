/* The keys of the policy: their rows, and how each value is read. Runs as: supervisor, spawner and omnisbx; computes only. */
#include "policy_keys.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "number.h"
#include "word.h"

#define UID_FIRST 1000u      /* below: system accounts */
#define UID_LAST 4294967293u /* -1 means "no change", and -2 is an old nobody */
#define UIDS_MAX (1u << 20)
#define SANDBOXES_MAX 65536u

static const struct sbx_key_row key_rows[SBX_KEYS] = {
	[SBX_KEY_VERSION] = { SBX_POLICY, "version", true }, [SBX_KEY_UIDS] = { SBX_POLICY, "uids", true },
	[SBX_KEY_PROFILES] = { SBX_CALLER, "profiles", true }, [SBX_KEY_SANDBOXES_MAX] = { SBX_CALLER, "sandboxes.max", true },
	[SBX_KEY_INTERPRETER] = { SBX_PROFILE, "interpreter", true }, [SBX_KEY_RUNNER] = { SBX_PROFILE, "runner", false },
	[SBX_KEY_SLICES] = { SBX_PROFILE, "slices", true }, [SBX_KEY_NAMESPACES] = { SBX_PROFILE, "namespaces", true },
	[SBX_KEY_NAMESPACES_OPTIONAL] = { SBX_PROFILE, "namespaces.optional", false },
	[SBX_KEY_PYTHONPATH] = { SBX_PROFILE, "pythonpath", false }, [SBX_KEY_READONLY] = { SBX_PROFILE, "readonly", false },
	[SBX_KEY_ENV] = { SBX_PROFILE, "env", false }, [SBX_KEY_LIMITS] = { SBX_PROFILE, "limits", false },
};

bool policy_fault(struct sbx_faults *faults, uint32_t line, const char *format, ...)
{
	uint32_t at = faults->count < SBX_FAULTS_MAX ? faults->count : SBX_FAULTS_MAX;
	va_list arguments;
	faults->count++;
	for (; at > 0 && faults->fault[at - 1].line > line; at--)
		faults->fault[at] = faults->fault[at - 1];
	faults->fault[at] = (struct sbx_fault){ .line = line };
	va_start(arguments, format);
	(void)vsnprintf(faults->fault[at].text, sizeof faults->fault[at].text, format, arguments); /* cut where it is long */
	va_end(arguments);
	return false;
}

struct sbx_key_row policy_key_row(unsigned key)
{
	return key < SBX_KEYS ? key_rows[key] :
	       (struct sbx_key_row){ SBX_PROFILE, sbx_limit_rows[key - SBX_KEYS].key, sbx_limit_rows[key - SBX_KEYS].required };
}

/* True where nothing is wrong with the value. */
static bool judge(const struct sbx_target *to, const char *key, const char *value, const char *wrong)
{
	return wrong == NULL || policy_fault(to->faults, to->line, "%s: \"%.100s\" %s", key, value, wrong);
}

static bool set_list(const struct sbx_target *to, const char *key, char *value, const char *(*word_fault)(const char *),
		     struct sbx_list *list)
{
	char *rest;
	*list = (struct sbx_list){ .line = to->line };
	for (const char *word = strtok_r(value, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		const char *wrong = word_fault(word);
		for (uint32_t i = 0; i < list->count && wrong == NULL; i++)
			wrong = strcmp(list->word[i], word) == 0 ? "is given twice" : NULL;
		if (wrong == NULL && list->count == SBX_LIST_MAX)
			wrong = "is one word too many";
		if (judge(to, key, word, wrong))
			list->word[list->count++] = word;
	}
	return true;
}

static bool set_namespaces(const struct sbx_target *to, const char *key, char *value, uint32_t *set)
{
	struct sbx_list list;
	set_list(to, key, value, word_namespace_fault, &list);
	for (uint32_t i = 0; i < list.count; i++)
		*set |= word_namespace_bit(list.word[i], strlen(list.word[i]));
	return true;
}

static bool set_uids(const struct sbx_target *to, char *last)
{
	struct sbx_policy *policy = to->policy;
	const char *first = strsep(&last, "-"); /* last is NULL where there is no '-' */
	return (last != NULL && number_parse(first, UID_FIRST, UID_LAST, &policy->uid_first) &&
		number_parse(last, policy->uid_first, UID_LAST, &policy->uid_last) && policy->uid_last - policy->uid_first < UIDS_MAX) ||
	       policy_fault(to->faults, to->line, "uids: not FIRST-LAST, at most %u uids from %u to %u", UIDS_MAX, UID_FIRST, UID_LAST);
}

/* The value stays where it is, in the caller's text. */
bool policy_set_key(const struct sbx_target *to, unsigned key, char *value)
{
	struct sbx_profile *profile = to->profile;
	const char *name = policy_key_row(key).key;
	char why[SBX_WHY_BYTES];
	switch (key) {
	case SBX_KEY_VERSION: return judge(to, name, value, strcmp(value, "1") == 0 ? NULL : "is unknown, this program reads version 1");
	case SBX_KEY_SANDBOXES_MAX:
		return number_parse(value, 1, SANDBOXES_MAX, &to->caller->sandboxes_max) ||
		       policy_fault(to->faults, to->line, "%s: \"%.100s\" is not a number from 1 to %u", name, value, SANDBOXES_MAX);
	case SBX_KEY_LIMITS:
		profile->limits_by_cgroup = strcmp(value, "cgroup") == 0;
		return profile->limits_by_cgroup || strcmp(value, "rlimits") == 0 || judge(to, name, value, "is neither cgroup nor rlimits");
	case SBX_KEY_UIDS: return set_uids(to, value);
	case SBX_KEY_PROFILES: return set_list(to, name, value, word_profile_fault, &to->caller->profiles);
	case SBX_KEY_INTERPRETER: return judge(to, name, value, word_path_fault(profile->interpreter = value));
	case SBX_KEY_RUNNER: return judge(to, name, value, word_path_fault(profile->runner = value));
	case SBX_KEY_SLICES: return set_list(to, name, value, word_slice_fault, &profile->slices);
	case SBX_KEY_NAMESPACES: return set_namespaces(to, name, value, &profile->namespaces);
	case SBX_KEY_NAMESPACES_OPTIONAL: return set_namespaces(to, name, value, &profile->namespaces_optional);
	case SBX_KEY_PYTHONPATH: return set_list(to, name, value, word_path_fault, &profile->pythonpath);
	case SBX_KEY_READONLY: return set_list(to, name, value, word_path_fault, &profile->readonly);
	case SBX_KEY_ENV: return set_list(to, name, value, word_env_fault, &profile->env);
	default:
		return number_parse_limit(value, &sbx_limit_rows[key - SBX_KEYS], &profile->limit[key - SBX_KEYS], why) ||
		       policy_fault(to->faults, to->line, "%s: %s", name, why);
	}
}
