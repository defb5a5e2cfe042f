/* Every fact that has a row: limits, namespaces, statuses. Parser, plan, cgroup writer, report and manual follow them. */
#ifndef SBX_TABLES_H
#define SBX_TABLES_H
#include <stdbool.h>
#include <stdint.h>
#include "outcome.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum sbx_limit {
	SBX_MEMORY_MAX, SBX_SWAP_MAX, SBX_CPU_MAX, SBX_CPU_BURST, SBX_PIDS_MAX, SBX_WALL_TIME, SBX_CPU_TIME,
	SBX_FILE_SIZE, SBX_TMP_SIZE, SBX_CODE_SIZE, SBX_OUTPUT_SIZE, SBX_LIMITS
};

/* What a number in the policy or in an option counts, and how the program holds it. */
enum sbx_unit {
	SBX_BYTES,   /* bytes, or 1024-based K M G T  -> bytes */
	SBX_PERCENT, /* "50%"                          -> whole percent of one CPU */
	SBX_COUNT,   /* "64"                           -> a number */
	SBX_USEC     /* "500ms" "60s" "5min" "1h"      -> microseconds */
};

struct sbx_limit_row {
	const char *key;          /* policy key and name in the report */
	const char *option;       /* of `run`, with the dashes; NULL: the caller cannot narrow it */
	enum sbx_unit unit;
	uint64_t min, max;        /* bounds, in the unit above */
	bool required;            /* no default: the policy must say it */
	uint64_t fallback;        /* the default where it is not required */
	const char *cgroup_file;  /* cgroup v2 interface file; NULL: none */
	bool rlimits_enforce;     /* still enforced when the profile says `limits = rlimits` */
};
extern const struct sbx_limit_row sbx_limit_rows[SBX_LIMITS];

enum sbx_namespace { SBX_NS_PID, SBX_NS_IPC, SBX_NS_UTS, SBX_NS_NET, SBX_NS_MOUNT, SBX_NS_CGROUP, SBX_NS_USER, SBX_NS_TIME, SBX_NAMESPACES };
struct sbx_namespace_row {
	const char *name;      /* in the policy, in --unshare and in the report */
	const char *proc_name; /* its link below /proc/PID/ns */
	uint64_t clone_flag;   /* CLONE_NEW*, linux/sched.h */
	bool required;         /* every sandbox has it: a policy without it is refused */
	bool always;           /* made whether the policy names it or not */
};
extern const struct sbx_namespace_row sbx_namespace_rows[SBX_NAMESPACES];
#define SBX_NS_BIT(ns) (1u << (ns))

/* exit_status: of `run`; -1: the component's own, or 128 + N where signal N ended it. */
struct sbx_status_row { const char *name; int exit_status; };
extern const struct sbx_status_row sbx_status_rows[SBX_STATUSES];
#endif
