/* The plan: one struct that says everything a run will be. plan_decide is the only "may it?" of the program. */
#ifndef SBX_PLAN_H
#define SBX_PLAN_H
#include <stdbool.h>
#include <stdint.h>
#include "policy.h"
#include "request.h"

#define SBX_ENV_MAX (SBX_WORDS_MAX + 16)
#define SBX_ENV_BYTES (SBX_WORDS_BYTES + 8192)
#define SBX_COMPONENT_DIR "/component" /* inside the sandbox */

/* Points into policy and request, which must outlive it. After plan_decide it is const everywhere. */
struct sbx_plan {
	const struct sbx_caller *caller;
	const struct sbx_profile *profile;
	const char *slice;
	const char *name;
	uint32_t namespaces;               /* SBX_NS_BIT set, all of them required to be in force */
	uint64_t limit[SBX_LIMITS];        /* effective, in the units of sbx_limit_rows */
	bool json;
	struct sbx_list pythonpath;        /* the chosen ones, pointing into the policy */
	char component_path[SBX_NAME_BYTES + sizeof SBX_COMPONENT_DIR]; /* /component/NAME */
	const char *argv[SBX_WORDS_MAX + 4]; /* interpreter, runner if any, component, args; NULL-ended */
	const char *envp[SBX_ENV_MAX + 1]; /* built from nothing; NULL-ended */
	char env_text[SBX_ENV_BYTES];
};

/* Effective = policy and request, key by key, never wider than either. Refusals name option, asked, allowed. An absent and a
   forbidden thing get the same words. cpu.max.burst is lowered to what cpu.max leaves (the kernel takes no more). */
bool plan_decide(const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_request *request,
	struct sbx_plan *plan, struct sbx_err *err)
	__attribute__((nonnull, warn_unused_result));
#endif
