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
	int socket_fd;  /* whoever connects wants the run to end; only uid 0 can */
	uint32_t uid;
	char id[SBX_ID_BYTES];
	char socket_name[64]; /* below run_dir_fd: CALLER-UID-ID */
};

/* Opens (and where missing makes) /run/omnisbx. Spawner, uid 0. */
bool lease_open(struct sbx_lease *lease, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Takes a place of the caller ("busy" when all are taken), a free uid, and an id. Waits for nobody: each lock is its own. */
bool lease_take(struct sbx_lease *lease, const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_identity *who, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
void lease_name_socket(struct sbx_lease *lease, const struct sbx_identity *who) __attribute__((nonnull));
/* Makes the socket of the run. */
bool lease_listen(struct sbx_lease *lease, const struct sbx_identity *who, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
void lease_forget(struct sbx_lease *lease) __attribute__((nonnull));
/* Removes the sockets of runs whose processes are gone. After lease_take, before lease_listen. */
void lease_reap(const struct sbx_lease *lease) __attribute__((nonnull));
/* Calls `clean` for every entry OWNER-UID-ID of a directory (-1: nothing) that no living run has, with its uid locked meanwhile. The uid
   stays locked where `clean` fails; false when that is the leased one. owner NULL: any caller's uid. */
bool lease_clean(const struct sbx_lease *lease, int dir_fd, const char *owner, bool (*clean)(int dir_fd, const char *name)) __attribute__((nonnull(1, 4), warn_unused_result));
/* Verb `kill`: ends the caller's run `id`, or all of them (id NULL), and waits, bounded, until each is gone. */
bool lease_kill(const struct sbx_identity *who, const char *id, struct sbx_err *err) __attribute__((nonnull(1, 3), warn_unused_result));
#endif
