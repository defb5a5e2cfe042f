/* The policy reader: what it takes is whole, in bounds and read back the same; what it refuses has a line. Runs as: the developer.
   Input: the policy file. */
#include "read_policy.h"
#include "../../helper/decide/number.h"
#include "../../helper/decide/policy_keys.h"
#include "../../helper/decide/word.h"

static void check_list(const struct sbx_list *list, const char *(*word_fault)(const char *))
{
	EXPECT(list->count <= SBX_LIST_MAX);
	for (uint32_t i = 0; i < list->count; i++) {
		EXPECT(word_fault(list->word[i]) == NULL);
		for (uint32_t k = 0; k < i; k++)
			EXPECT(strcmp(list->word[i], list->word[k]) != 0);
	}
}

/* Line `number` of the file as it came begins with the word. */
static bool line_begins(const char *bytes, size_t size, uint32_t number, const char *word)
{
	const char *end = bytes + size;
	while (number-- > 1) {
		bytes = memchr(bytes, '\n', (size_t)(end - bytes));
		if (bytes++ == NULL)
			return false;
	}
	return (size_t)(end - bytes) >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

static void check_profile(const struct sbx_profile *profile, const char *bytes, size_t size)
{
	uint32_t required = 0, always = 0;
	for (unsigned i = 0; i < SBX_NAMESPACES; i++) {
		required |= sbx_namespace_rows[i].required ? SBX_NS_BIT(i) : 0;
		always |= sbx_namespace_rows[i].always ? SBX_NS_BIT(i) : 0;
	}
	EXPECT(word_profile_fault(profile->name) == NULL && line_begins(bytes, size, profile->line, "[profile "));
	EXPECT(word_path_fault(profile->interpreter) == NULL);
	EXPECT(profile->runner == NULL || word_path_fault(profile->runner) == NULL);
	EXPECT(profile->slices.count > 0);
	check_list(&profile->slices, word_slice_fault);
	check_list(&profile->pythonpath, word_path_fault);
	check_list(&profile->readonly, word_path_fault);
	check_list(&profile->env, word_env_fault);
	EXPECT((profile->namespaces & profile->namespaces_optional) == 0);
	EXPECT((~profile->namespaces & (required | always)) == 0);
	EXPECT((profile->namespaces | profile->namespaces_optional) >> SBX_NAMESPACES == 0);
	for (unsigned key = 0; key < SBX_POLICY_KEYS_ALL; key++) {
		struct sbx_key_row row = policy_key_row(key);
		uint32_t line = profile->key_line[key];
		EXPECT(row.section == SBX_PROFILE ? line != 0 || !row.required : line == 0);
		EXPECT(line == 0 || (line > profile->line && line_begins(bytes, size, line, row.key)));
	}
	for (unsigned i = 0; i < SBX_LIMITS; i++) {
		const struct sbx_limit_row *row = &sbx_limit_rows[i];
		EXPECT(profile->limit[i] >= row->min && profile->limit[i] <= row->max);
		EXPECT(profile->key_line[SBX_KEYS + i] != 0 || profile->limit[i] == row->fallback);
	}
}

/* What is in no accepted file, comments included, since inih takes it silently for something else. */
static void check_text(const char *bytes, size_t size)
{
	bool indented = false;
	for (size_t i = 0, length = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		length = byte == '\n' ? 0 : length + 1;
		EXPECT(length <= 198 && (byte >= ' ' || byte == '\t' || byte == '\n') && byte != 0x7f);
		bool blank = byte == ' ' || byte == '\t';
		indented = length == 1 ? blank : indented && length > 0;
		EXPECT(!indented || blank);
	}
}

static void check_accepted(const struct sbx_policy *policy, const char *bytes, size_t size)
{
	EXPECT(policy->uid_first >= 1000 && policy->uid_first <= policy->uid_last && policy->uid_last <= UINT32_MAX - 2);
	EXPECT(policy->uid_last - policy->uid_first < 1u << 20);
	EXPECT(policy->callers > 0 && policy->callers <= SBX_POLICY_SECTIONS_MAX);
	EXPECT(policy->profiles > 0 && policy->profiles <= SBX_POLICY_SECTIONS_MAX);
	for (uint32_t i = 0; i < policy->profiles; i++) {
		check_profile(&policy->profile[i], bytes, size);
		EXPECT(policy_find_profile(policy, policy->profile[i].name) == &policy->profile[i]); /* no second of its name */
	}
	for (uint32_t i = 0; i < policy->callers; i++) {
		const struct sbx_caller *caller = &policy->caller[i];
		EXPECT(word_is_caller(caller->name) && line_begins(bytes, size, caller->line, "[caller "));
		EXPECT(caller->profiles.count > 0 && caller->sandboxes_max > 0);
		check_list(&caller->profiles, word_profile_fault);
		for (uint32_t k = 0; k < caller->profiles.count; k++)
			EXPECT(policy_find_profile(policy, caller->profiles.word[k]) != NULL);
	}
}

static void write_list(FILE *f, const char *key, const struct sbx_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		fprintf(f, i == 0 ? "%s=%s" : "%.0s %s", i == 0 ? key : "", list->word[i]);
	fputs("\n", f);
}

static void write_namespaces(FILE *f, const char *key, uint32_t set)
{
	struct sbx_list list = { .count = 0 };
	for (unsigned i = 0; i < SBX_NAMESPACES; i++)
		if (set & SBX_NS_BIT(i))
			list.word[list.count++] = sbx_namespace_rows[i].name;
	write_list(f, key, &list);
}

/* All that the struct says, as a policy file: every key, in the shortest form. */
static char *write_policy(const struct sbx_policy *policy, size_t *size)
{
	char *text, number[32];
	FILE *f = open_memstream(&text, size);
	EXPECT(f != NULL);
	fprintf(f, "[policy]\nversion=1\nuids=%llu-%llu\n", (unsigned long long)policy->uid_first, (unsigned long long)policy->uid_last);
	for (uint32_t i = 0; i < policy->callers; i++) {
		fprintf(f, "[caller %s]\nsandboxes.max=%llu\n", policy->caller[i].name, (unsigned long long)policy->caller[i].sandboxes_max);
		write_list(f, "profiles", &policy->caller[i].profiles);
	}
	for (uint32_t i = 0; i < policy->profiles; i++) {
		const struct sbx_profile *profile = &policy->profile[i];
		fprintf(f, "[profile %s]\ninterpreter=%s\nlimits=%s\n", profile->name, profile->interpreter,
			profile->limits_by_cgroup ? "cgroup" : "rlimits");
		if (profile->runner != NULL)
			fprintf(f, "runner=%s\n", profile->runner);
		write_list(f, "slices", &profile->slices);
		write_list(f, "pythonpath", &profile->pythonpath);
		write_list(f, "readonly", &profile->readonly);
		write_list(f, "env", &profile->env);
		write_namespaces(f, "namespaces", profile->namespaces);
		write_namespaces(f, "namespaces.optional", profile->namespaces_optional);
		for (unsigned k = 0; k < SBX_LIMITS; k++) {
			number_format_unit(profile->limit[k], sbx_limit_rows[k].unit, number);
			fprintf(f, "%s=%s\n", sbx_limit_rows[k].key, number);
		}
	}
	EXPECT(fclose(f) == 0);
	return text;
}

/* An accepted policy, written out and read again, is the same: nothing was taken from a comment, a neighbour or a cut line. */
static void check_round_trip(const struct sbx_policy *policy)
{
	struct read_policy again;
	size_t size, size_again;
	char *text = write_policy(policy, &size), *text_again;
	policy_read(&again, text, size);
	EXPECT(again.right);
	text_again = write_policy(&again.policy, &size_again);
	EXPECT(size == size_again && memcmp(text, text_again, size) == 0);
	policy_forget(&again);
	free(text_again);
	free(text);
}

static void check_faults(const struct sbx_faults *faults, const struct sbx_policy *policy, const char *bytes, size_t size)
{
	uint32_t lines = 1;
	struct sbx_err err;
	for (size_t i = 0; i + 1 < size; i++)
		lines += bytes[i] == '\n';
	EXPECT(faults->count > 0);
	EXPECT(policy->callers == 0 && policy->profiles == 0);
	for (uint32_t i = 0; i < faults->count && i < SBX_FAULTS_MAX; i++) {
		const struct sbx_fault *fault = &faults->fault[i];
		EXPECT(fault->line >= 1 && fault->line <= lines);
		EXPECT(i == 0 || fault[-1].line <= fault->line);
		EXPECT(fault->text[0] != '\0' && memchr(fault->text, '\0', sizeof fault->text) != NULL);
	}
	EXPECT(!policy_faults_line("p.ini", faults, &err));
	expect_line(&err, SBX_ERROR);
	EXPECT(strtoul(err.text + strlen("p.ini:"), NULL, 10) == faults->fault[0].line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct read_policy read;
	policy_read(&read, bytes, size);
	if (read.right) {
		check_text(bytes, size);
		check_accepted(&read.policy, bytes, size);
		check_round_trip(&read.policy);
	} else {
		check_faults(&read.faults, &read.policy, bytes, size);
	}
	policy_forget(&read);
	return 0;
}
