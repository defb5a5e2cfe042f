/*
 * The system calls of our own processes once they have no capability: the supervisor from its first line on, the spawner after its one
 * clone. Read by generate.c alone, when the project is built. Form and default as in component.h: what is not here gets EPERM.
 *
 * No call here makes a process or executes a program, maps memory as code, changes an id, a mount, a namespace or a limit, looks into
 * another process, or makes a socket of the network. Files can be opened: /proc and cgroup files are read and written by name.
 */
#ifndef SBX_SUPERVISOR_H
#define SBX_SUPERVISOR_H

#include "row.h"

/* clang-format off */
static const struct syscall_row supervisor_rows[] = {
	/* wait for each other, the component, the caller, and signals */
	ALLOW("poll"),
	ALLOW("ppoll"), /* what poll(3) is where there is no poll */
	ALLOW("waitid"),
	ALLOW("wait4"),
	ALLOW("clock_gettime"), /* where the vDSO cannot answer */
	ALLOW("restart_syscall"),
	/* the channel, the streams, the report */
	ALLOW("read"),
	ALLOW("write"),
	ALLOW("writev"),
	ALLOW("recvmsg"),
	ALLOW("sendmsg"),
	ALLOW("shutdown"),
	ALLOW_IF("fcntl", "the report blocks", ARG(1, LOW32, F_GETFL)),
	ALLOW_IF("fcntl", "the report blocks", ARG(1, LOW32, F_SETFL)),
	ALLOW("fstat"), /* these four are fdopen(3)'s */
	ALLOW("newfstatat"),
	ALLOW("lseek"),
	ALLOW_IF("ioctl", "isatty", ARG(1, LOW32, TCGETS)),
	ALLOW_IF("ioctl", "isatty, glibc 2.42 and later", ARG(1, LOW32, TCGETS2)),
	ALLOW("close"),
	ALLOW("dup2"),
	ALLOW("dup3"), /* what dup2(3) is where there is no dup2 */
	/* the component: into a sealed memory file, and to its end */
	ALLOW("memfd_create"),
	ALLOW_IF("fcntl", "sealing", ARG(1, LOW32, F_ADD_SEALS)),
	ALLOW("pidfd_send_signal"),
	/* the run's cgroup and its kill socket's name */
	ALLOW("openat"),
	ALLOW("pread64"),
	ALLOW("unlinkat"),
	/* the audit line */
	ALLOW_IF("socket", "/dev/log", ARG(0, LOW32, AF_UNIX), ARG(1, SOCKET_TYPE, SOCK_DGRAM)),
	ALLOW_IF("setsockopt", "time-out", ARG(1, LOW32, SOL_SOCKET)),
	ALLOW("sendto"),
	/* the last bounds: SIGALRM */
	ALLOW("rt_sigaction"),
	ALLOW("rt_sigprocmask"),
	ALLOW("rt_sigreturn"),
	ALLOW("alarm"),
	ALLOW("setitimer"), /* ualarm(3), and alarm(3) where there is no call of that name */
	/* malloc, never as code */
	ALLOW("brk"),
	ALLOW_IF("mmap", "no code", ARG(2, PROT_EXEC, 0)),
	ALLOW_IF("mprotect", "no code", ARG(2, PROT_EXEC, 0)),
	ALLOW("munmap"),
	ALLOW("mremap"),
	ALLOW_IF("prctl", "the filter is read back", ARG(0, LOW32, PR_GET_SECCOMP)),
	ALLOW("exit_group"),
};
/* clang-format on */

#endif
