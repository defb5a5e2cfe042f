/* Inside the policy reader: one key's value, and the faults. Only policy.c includes this. */
#ifndef SBX_POLICY_KEYS_H
#define SBX_POLICY_KEYS_H
#include "policy.h"

#define SBX_POLICY_KEYS_ALL (SBX_KEYS + SBX_LIMITS)

enum sbx_section { SBX_NO_SECTION, SBX_POLICY, SBX_CALLER, SBX_PROFILE, SBX_SECTIONS /* and after a bad header */ };

/* One row a key: the section that it belongs to, and whether it must be given. */
struct sbx_key_row { enum sbx_section section; const char *key; bool required; };

/* Where a value goes: the section under way, and the line for its faults and lists. */
struct sbx_target {
	struct sbx_policy *policy;
	struct sbx_caller *caller;
	struct sbx_profile *profile;
	struct sbx_faults *faults;
	uint32_t line;
};

/* Always false. Faults are kept in line order; when there is no room, the last lines give way. */
bool policy_fault(struct sbx_faults *faults, uint32_t line, const char *format, ...) __attribute__((format(printf, 3, 4), nonnull));
/* The row of any key, limits as well: key < SBX_POLICY_KEYS_ALL. */
struct sbx_key_row policy_key_row(unsigned key);
/* False after a fault. The value is cut in place and must live as long as the policy. */
bool policy_set_key(const struct sbx_target *to, unsigned key, char *value) __attribute__((nonnull));
#endif
