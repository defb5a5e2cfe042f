/* The process with the set-up capabilities: takes one request of fixed size, decides it, makes the sandbox, and then can do nothing more. */
#ifndef SBX_SPAWNER_H
#define SBX_SPAWNER_H
#include <sys/types.h>
#include "../decide/caller.h"
#include "../decide/policy.h"
#include "lease.h"

/* What both processes of a run know from before they part. Errors found then are kept, so that the supervisor can report them. */
struct sbx_context {
	struct sbx_err startup_err;      /* text "" : none; else every run is answered with it */
	struct sbx_policy policy;
	struct sbx_identity who;
	const struct sbx_caller *caller;
	struct sbx_lease lease;          /* lock_fd -1 and uid 0 where there is none */
	bool has_home;                   /* the supervisor was born outside the caller's cgroup */
	int parent_pidfd;                /* of the process that started the helper */
	int channel_fd;                  /* this side's end */
};

/* Serves the supervisor until it ends, and returns the exit status of the helper. Parses nothing. */
int spawner_run(struct sbx_context *context, pid_t supervisor, int supervisor_pidfd) __attribute__((nonnull, warn_unused_result));
#endif
