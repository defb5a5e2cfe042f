/* Everything that a process inherits, replaced before the first decision: promise 5, attacks of the kind "inherited state". */
#ifndef SBX_INHERITED_H
#define SBX_INHERITED_H
#include <stdbool.h>
#include <stdint.h>
#include "../outcome.h"
#include "../tables.h"

/* What the gate wrote about the caller, the only words of the environment that are ever read. "" where absent. */
struct sbx_gate {
	char sudo_uid[16];
	char doas_user[64];
	char notify_socket[104]; /* systemd's, used by `keep` alone to say that it is ready */
	int parent_pidfd;        /* sudo, doas, or the caller itself; owned by the process, CLOEXEC */
};

/* Runs first, as uid 0 with whatever the gate gave. Sets, and reads back: descriptors 0-2 (closed ones become /dev/null, kinds that
   root must not write are refused), all others closed, signals, timers, rlimits, umask, working directory, nice, scheduler,
   affinity, timer slack, oom_score_adj, personality, parent-death signal, keyring, environment, dumpable. */
bool inherited_replace(char *const *envp, struct sbx_gate *gate, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));

/* The rlimits of the component, from the effective limits, SBX_LIMITS many; with by_rlimits also RLIMIT_AS. limit NULL: those of the
   helper itself. Read back. */
bool rlimits_confine(const uint64_t *limit, bool by_rlimits, struct sbx_err *err) __attribute__((nonnull(3), warn_unused_result));
#endif
