/* What a run has for itself while it lives: a uid of the policy's range, one of the caller's places, an id, a socket to be killed by. */
#ifndef SBX_LEASE_H
#define SBX_LEASE_H
#include <stdbool.h>
#include <stdint.h>
#include "../decide/caller.h"
#include "../decide/policy.h"

#define SBX_ID_BYTES 17 /* 64 random bits in hex, and its NUL: never used again */

struct sbx_lease {
	int lock_fd;    /* holds the locks (open file description): they last until the last process that has it is gone */
	int run_dir_fd; /* /run/omnisbx/runs */
	uint32_t uid;
	char id[SBX_ID_BYTES];
	char name[64];  /* omnisbx-CALLER'S UID-UID-ID: of the socket below run_dir_fd, and of the run's cgroup */
};

/* Opens (and where missing makes) /run/omnisbx. Spawner, uid 0. */
bool lease_open(struct sbx_lease *lease, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Takes a place of the caller ("busy" when all are taken), a free uid, an id and a name. Waits for nobody: each lock is its own. */
bool lease_take(struct sbx_lease *lease, const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_identity *who,
	struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Removes the sockets of runs whose processes are gone, and makes that of this run: whoever connects wants it to end, and only uid 0 can.
   *socket_fd is the caller's, on failure too. */
bool lease_listen(const struct sbx_lease *lease, int *socket_fd, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
void lease_forget(const struct sbx_lease *lease) __attribute__((nonnull));
/* Calls `clean` (NULL: remove the file) for every run's name in a directory whose run does not live, with its uid
   locked meanwhile. The uid stays locked where that fails; false when it is the leased one, or the
   directory cannot be listed. */
bool lease_clean(const struct sbx_lease *lease, int dir_fd, bool (*clean)(int dir_fd, const char *name))
	__attribute__((nonnull(1), warn_unused_result));
/* Verb `kill`: ends the caller's run `id`, or all of them (id NULL), and waits, bounded, until each is gone. */
bool lease_kill(const struct sbx_identity *who, const char *id, struct sbx_err *err) __attribute__((nonnull(1, 3), warn_unused_result));
#endif
