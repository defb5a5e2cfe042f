/* The only file that changes uid, gid, capabilities, securebits, no_new_privs and the system call filter. */
#ifndef SBX_DROP_H
#define SBX_DROP_H
#include <stdbool.h>
#include <stdint.h>
#include "../outcome.h"

/* Spawner, before the first decision: from everything to the set-up capabilities of the table in drop.c. */
bool drop_to_setup(struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Spawner before its clone, supervisor at birth: the effective uid becomes the sandbox's, so that a signal to it, and the parent-death
   signal, pass the kernel's check (kernel/signal.c, kill_ok_by_cred) without CAP_KILL. Real and saved uid stay 0, and so do files
   (fsuid): the sandbox may not signal us. The set-up capabilities stay. */
bool drop_join_uid(uint32_t sandbox_uid, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Supervisor at birth, spawner after its clone, keeper, and the verb `kill`: no capability for ever; five empty sets, bounding set empty,
   securebits locked, no_new_privs, read back. effective_uid: what the effective uid has to be, 0 or the sandbox's. only_waits: from now on
   the system calls of helper/seccomp/supervisor.h and no others (`kill` alone has more to do). */
bool drop_all(uint32_t effective_uid, bool only_waits, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* Child, last step before execve: uid and gid of the sandbox, no group, five empty sets, bounding set empty, securebits locked,
   no_new_privs, filter; then tries to undo each. maps_fd: the child's directory in the host's /proc where it gets a
   user namespace, else -1. parent_pidfd: the spawner, whose death must end the component. */
bool drop_component(uint32_t sandbox_uid, int maps_fd, int parent_pidfd, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
