/* A policy that is read from exactly its bytes, for the policy and plan harnesses. */
#ifndef SBX_FUZZ_POLICY_H
#define SBX_FUZZ_POLICY_H
#include "fuzz.h"
#include "../../helper/decide/policy.h"

struct read_policy { char *text; size_t length; struct sbx_policy policy; struct sbx_faults faults; bool right; };

static inline void policy_read(struct read_policy *read, const char *bytes, size_t length)
{
	read->text = malloc(length + 1);
	read->length = length;
	EXPECT(read->text != NULL);
	if (length > 0)
		memcpy(read->text, bytes, length);
	read->text[length] = 'x'; /* the reader may write here */
	read->policy = (struct sbx_policy){ .caller = calloc(SBX_POLICY_SECTIONS_MAX, sizeof *read->policy.caller),
					    .profile = calloc(SBX_POLICY_SECTIONS_MAX, sizeof *read->policy.profile) };
	EXPECT(read->policy.caller != NULL && read->policy.profile != NULL);
	read->right = policy_parse(read->text, length, &read->policy, &read->faults);
}

static inline void policy_forget(struct read_policy *read)
{
	free(read->policy.caller);
	free(read->policy.profile);
	free(read->text);
}

static inline bool list_has(const struct sbx_list *list, const char *word, size_t length)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strlen(list->word[i]) == length && memcmp(list->word[i], word, length) == 0)
			return true;
	return false;
}
#endif
