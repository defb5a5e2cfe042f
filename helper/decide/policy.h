/* The policy in memory: what callers may have. Strict reading on top of inih; all mistakes at once, each with its line. */
#ifndef SBX_POLICY_H
#define SBX_POLICY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../outcome.h"
#include "../tables.h"

#define SBX_POLICY_BYTES_MAX (1u << 20)
#define SBX_POLICY_SECTIONS_MAX 1024 /* callers, and profiles, each */
#define SBX_LIST_MAX 32              /* words of one key */
#define SBX_FAULTS_MAX 64

/* The keys that are not limits. The limits of a profile follow as SBX_KEYS + enum sbx_limit. */
enum sbx_key {
	SBX_KEY_VERSION, SBX_KEY_UIDS, SBX_KEY_PROFILES, SBX_KEY_SANDBOXES_MAX, SBX_KEY_INTERPRETER, SBX_KEY_RUNNER, SBX_KEY_SLICES,
	SBX_KEY_NAMESPACES, SBX_KEY_NAMESPACES_OPTIONAL, SBX_KEY_PYTHONPATH, SBX_KEY_READONLY, SBX_KEY_ENV, SBX_KEY_LIMITS, SBX_KEYS
};

struct sbx_list { uint32_t count; const char *word[SBX_LIST_MAX]; uint32_t line; };

struct sbx_caller { const char *name; uint32_t line; struct sbx_list profiles; uint64_t sandboxes_max; };

struct sbx_profile {
	const char *name;
	uint32_t line;
	const char *interpreter, *runner; /* absolute, normal paths; runner may be NULL */
	struct sbx_list slices, pythonpath, readonly, env;
	uint32_t namespaces, namespaces_optional; /* SBX_NS_BIT sets; the `always` ones are set, the sets are disjoint */
	bool limits_by_cgroup;                    /* false: `limits = rlimits` */
	uint64_t limit[SBX_LIMITS];
	uint32_t key_line[SBX_KEYS + SBX_LIMITS]; /* line of each key: enum sbx_key, or SBX_KEYS + enum sbx_limit; 0: the default */
};

struct sbx_policy {
	uint64_t uid_first, uid_last; /* inclusive */
	uint32_t callers, profiles;   /* counts */
	struct sbx_caller *caller;    /* in file order; "@group", login name or numeric uid */
	struct sbx_profile *profile;  /* both have room for SBX_POLICY_SECTIONS_MAX, and are the owner's of the struct */
};

struct sbx_fault { uint32_t line; char text[200]; };
struct sbx_faults {
	uint32_t count; /* may exceed SBX_FAULTS_MAX: the rest is only counted */
	struct sbx_fault fault[SBX_FAULTS_MAX + 1]; /* the last place takes what is dropped */
};

/* Parses text[0..length-1] in place (text[length] must be writable; the policy points into it, so it must live as long). The
   policy's two arrays are the caller's, set before. False when there is any fault, and then the policy is empty; faults are in line order.
   Opens nothing. */
bool policy_parse(char *text, size_t length, struct sbx_policy *policy, struct sbx_faults *faults)
	__attribute__((nonnull, warn_unused_result));
/* The faults as the one line of an err: "PATH:LINE: message; PATH:LINE: message". Always returns false. */
bool policy_faults_line(const char *path, const struct sbx_faults *faults, struct sbx_err *err) __attribute__((nonnull));
const struct sbx_profile *policy_find_profile(const struct sbx_policy *policy, const char *name)
	__attribute__((nonnull, warn_unused_result));
#endif
