/* One cgroup a run, beside `keeper` in the unit that systemd delegated: v2 only. */
#ifndef SBX_CGROUP_H
#define SBX_CGROUP_H
#include <stdbool.h>
#include <stdint.h>
#include "../decide/plan.h"
#include "../report.h"
#include "lease.h"

#define SBX_END_WAIT_MS 10000 /* for the kernel to end every process, and for a spawner that may be frozen to say how */

struct sbx_cgroup {
	int parent_fd, fd; /* -1: this run has none (limits = rlimits) */
	const char *name;  /* below parent_fd: the lease's */
};

/* Where the caller's supervisors live: `keeper` of the first running unit among its profiles, the root of the hierarchy where one of them
   says rlimits, else -1 (nothing of this caller's can run then, but for rlimits on a host without cgroup v2). */
int cgroup_find_home(const struct sbx_policy *policy, const struct sbx_caller *caller);
/* Makes the run's cgroup, writes every limit of the plan and reads it back into read_back (bytes, percent, usec, count). */
bool cgroup_create(const struct sbx_plan *plan, const struct sbx_lease *lease, struct sbx_cgroup *cgroup, uint64_t read_back[SBX_LIMITS],
	struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Ends every process in it (cgroup.kill). Needs uid 0, no capability. */
void cgroup_kill(const struct sbx_cgroup *cgroup) __attribute__((nonnull));
/* The number behind `key` in an interface file ("\n...": at the start of a line); -1 where there is none, or no cgroup. */
int64_t cgroup_number(const struct sbx_cgroup *cgroup, const char *file, const char *key) __attribute__((nonnull, warn_unused_result));
/* Kills, waits until it is empty (at most wait_ms), counts (counters NULL: not), removes, closes. False when it could not be emptied and
   removed. Without a cgroup true, and counters stay as they are. */
bool cgroup_end(struct sbx_cgroup *cgroup, int wait_ms, struct sbx_counters *counters) __attribute__((nonnull(1)));
/* Kills and removes what runs left whose processes were killed, in every slice of the policy. A uid whose cgroup resists stays locked;
   false when that is the leased one. After lease_take, before cgroup_create. */
bool cgroup_reap(const struct sbx_policy *policy, const struct sbx_lease *lease, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* The delegated unit's cgroup of a slice: a-b.slice -> a.slice/a-b.slice/omnisbx@a-b.service. */
bool cgroup_unit_path(const char *slice, char *path, size_t size) __attribute__((nonnull, warn_unused_result));
int cgroup_open_unit(const char *slice) __attribute__((nonnull, warn_unused_result)); /* the same, opened: -1 and errno; CLOEXEC */
#endif
