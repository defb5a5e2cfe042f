/* The only place where processes are made: the supervisor, and the component. */
#ifndef SBX_SPAWN_H
#define SBX_SPAWN_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "cgroup.h"
#include "channel.h"
#include "mounts.h"

/* Everything that one sandbox is made of, owned by the spawner; the child has its copy until execve. */
struct sbx_sandbox {
	const struct sbx_plan *plan;
	uint32_t uid;
	struct sbx_trees trees;
	struct sbx_cgroup cgroup;
	int code_fd;                    /* the component's sealed memory file */
	int stream[3][2];               /* output, error, result: [0] for the supervisor, -1 without --json; [1] the component's, the third
					   -1 where descriptor 3 does not exist inside */
	int socket_fd, channel_fd;      /* for the supervisor */
	struct sbx_answer answer;       /* STARTED, which the child itself sends to the supervisor */
	int pidfd;                      /* of the component, a child of the spawner's, once it has been spawned */
};

/* Forks the supervisor, pid 1 of a pid namespace, born in home_fd's cgroup (-1: where the spawner is). Returns its pid (0 in the
   supervisor), *pidfd in the spawner alone (owned). Negative: err is set. Without the namespace startup_err is set: the supervisor reports
   it, and nothing runs. */
pid_t spawn_supervisor(int home_fd, int *pidfd, struct sbx_err *startup_err, struct sbx_err *err)
	__attribute__((nonnull, warn_unused_result));

/* clone3 into namespaces and cgroup, vfork style. The child's last step before execve is to hand itself to the supervisor: a spawner that
   is stopped meanwhile keeps nothing from the limits (promise 7). Returns when the interpreter has been executed, every protection in
   force and read back, or with the child's own error, and then the component has not run. True: exactly the plan's namespaces are in
   force, and pidfd is set. */
bool spawn_component(struct sbx_sandbox *sandbox, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
