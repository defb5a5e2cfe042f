/* The only place where processes are made: the supervisor, and the component. */
#ifndef SBX_SPAWN_H
#define SBX_SPAWN_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "cgroup.h"
#include "channel.h"
#include "lease.h"
#include "mounts.h"

/* The component's output, error and result, owned by the spawner. end[2] -1: descriptor 3 does not exist inside. */
struct sbx_streams { int end[3]; };

struct sbx_component { pid_t pid; int pidfd; };

/* STARTED, as the child itself sends it to the supervisor: fds in the order of channel.h, the first one is the child's own pidfd. */
struct sbx_hello { int channel_fd; const struct sbx_answer *answer; int fds[SBX_CHANNEL_FDS_MAX]; };

/* Forks the supervisor, born in home_fd's cgroup (-1: where the spawner is). Returns its pid (0 in the supervisor), *pidfd in the spawner
   alone (owned). Negative: err is set. */
pid_t spawn_supervisor(int home_fd, int *pidfd, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));

/* clone3 into namespaces and cgroup, vfork style. The child's last step before execve is to hand itself to the supervisor: a spawner that is
   stopped meanwhile keeps nothing from the limits (promise 7). Returns when the interpreter has been executed, every protection in force and read back,
   or with the child's own error, and then the component has not run. True: exactly the plan's namespaces are in force. */
bool spawn_component(const struct sbx_plan *plan, const struct sbx_trees *trees, const struct sbx_lease *lease, const struct sbx_cgroup *cgroup, const struct sbx_streams *streams, const struct sbx_hello *hello, int code_fd, struct sbx_component *component, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
