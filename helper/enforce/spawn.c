/* Makes the supervisor and the component. Runs as: spawner, and the child up to execve, uid 0, set-up capabilities. */
#include "spawn.h"

#include <sched.h>
#include <sys/mman.h>
#include <linux/keyctl.h>
#include <linux/sched.h>

#include "drop.h"
#include "inherited.h"
#include "small.h"

/* What the child says, in a mapping that it shares with the spawner until execve. */
struct verdict { int pidfd; bool executes; struct sbx_err err; /* text "": none */ };

static bool read_namespaces(ino_t inodes[SBX_NAMESPACES], struct sbx_err *err)
{
	OWNED_FD dir = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	for (int i = 0; i < SBX_NAMESPACES; i++) {
		inodes[i] = fstatat(dir, sbx_namespace_rows[i].proc_name, &st, 0) == 0 ? st.st_ino : 0;
		if (!inodes[i] && errno != ENOENT) /* ENOENT: a kernel without that kind; without /proc it is EBADF */
			return err_errno(err, errno, "look at /proc/self/ns/%s", sbx_namespace_rows[i].proc_name);
	}
	return true;
}

/* A namespace is ours when its inode differs from the spawner's (namespaces(7)). */
static bool check_namespaces(uint32_t planned, const ino_t host[SBX_NAMESPACES], struct sbx_err *err)
{
	ino_t now[SBX_NAMESPACES];
	uint32_t ours = 0;

	if (!read_namespaces(now, err))
		return false;
	for (uint32_t i = 0; i < SBX_NAMESPACES; i++)
		ours |= now[i] && now[i] != host[i] ? SBX_NS_BIT(i) : 0;
	return ours == planned || err_fail(err, "make namespaces: asked for set 0x%x, the kernel reads back 0x%x", planned, ours);
}

static bool set_identity(const struct sbx_plan *plan, struct sbx_err *err)
{
	/* oom_score_adj: before everything else of the host; ours is 0. cgroup namespace: only now, so that
	   its root is the cgroup that clone3 has put us in, and not the spawner's */
	return (small_write(AT_FDCWD, "/proc/self/oom_score_adj", 0, "500") && setsid() > 0 && sethostname("sandbox", 7) == 0 &&
		(!(plan->namespaces & SBX_NS_BIT(SBX_NS_CGROUP)) || unshare(CLONE_NEWCGROUP) == 0) &&
		(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS)) ||
		err_errno(err, errno, "set oom_score_adj, leave the caller's session, set the host name, make the cgroup namespace, join a new keyring");
}

static bool place_streams(const int stream[3][2], struct sbx_err *err)
{
	const int wanted[] = { open("/dev/null", O_RDONLY), stream[0][1], stream[1][1], stream[2][1] };
	int high[4], last = stream[2][1] < 0 ? 2 : 3;

	for (int i = 0; i <= last; i++) /* up first, so that dup2 to 0-3 cannot hit one of them */
		high[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, 10);
	for (int i = 0; i <= last; i++)
		if (dup2(high[i], i) != i)
			return err_errno(err, errno, "place the component's descriptor %d", i);
	return syscall(SYS_close_range, (unsigned int)last + 1, ~0u, 0u) == 0 || err_errno(err, errno, "close the component's other descriptors");
}

/* In the order of channel.h; the first one is the child's own pidfd. */
static bool tell_supervisor(const struct sbx_sandbox *s, struct sbx_err *err)
{
	const int fds[SBX_CHANNEL_FDS_MAX] = { (int)syscall(SYS_pidfd_open, getpid(), 0), s->socket_fd, s->cgroup.parent_fd, s->cgroup.fd,
		s->stream[0][0], s->stream[1][0], s->stream[2][0] };

	return (fds[0] >= 0 && channel_send(s->channel_fd, &s->answer, sizeof s->answer, fds, COUNT(fds))) ||
		err_errno(err, errno, "hand the run to its supervisor");
}

/* The child's steps, in order. The spawner's signal mask is undone last: no signal of the set-up may be lost before. */
static bool run_child(const struct sbx_sandbox *s, int spawner_pidfd, const ino_t host[SBX_NAMESPACES], struct sbx_err *err)
{
	const struct sbx_plan *plan = s->plan;
	int maps = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC); /* the host's: the sandbox's own /proc is read-only */
	uint64_t none = 0;

	return set_identity(plan, err) && mounts_build(plan, &s->trees, s->uid, s->code_fd, err) &&
		rlimits_confine(plan->limit, !plan->profile->limits_by_cgroup, err) &&
		(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none) == 0 || err_errno(err, errno, "clear the signal mask")) &&
		/* from here on as the sandbox's uid: the inodes are read with the sandbox's /proc, and /tmp is its own */
		drop_component(s->uid, (plan->namespaces & SBX_NS_BIT(SBX_NS_USER)) ? maps : -1, spawner_pidfd, err) &&
		check_namespaces(plan->namespaces, host, err) && (chdir("/tmp") == 0 || err_errno(err, errno, "enter the sandbox's /tmp")) &&
		tell_supervisor(s, err) && place_streams(s->stream, err);
}

/* cgroup_fd -1: born where we are. */
static struct clone_args clone_into(int cgroup_fd, uint64_t flags, int *pidfd)
{
	return (struct clone_args){ .flags = flags | CLONE_PIDFD | (cgroup_fd < 0 ? 0 : (uint64_t)CLONE_INTO_CGROUP),
		.cgroup = cgroup_fd < 0 ? 0 : (unsigned int)cgroup_fd, .pidfd = (uintptr_t)pidfd, .exit_signal = (flags & CLONE_PARENT) ? 0 : SIGCHLD };
}

pid_t spawn_supervisor(int home_fd, int *pidfd, struct sbx_err *startup_err, struct sbx_err *err)
{
	struct clone_args args = clone_into(home_fd, 0, pidfd);

	(void)(unshare(CLONE_NEWPID) == 0 || err_errno(startup_err, errno, "make the supervisor's pid namespace"));
	long pid = syscall(SYS_clone3, &args, sizeof args); /* the first one in the namespace is its pid 1 */

	if (pid < 0)
		(void)err_errno(err, errno, "make the supervisor");
	return (pid_t)pid;
}

static uint64_t clone_flags(uint32_t namespaces)
{
	/* user: after the mounts; cgroup: in the child; time: unshare only before Linux 6.0 */
	const uint32_t later = SBX_NS_BIT(SBX_NS_USER) | SBX_NS_BIT(SBX_NS_CGROUP) | SBX_NS_BIT(SBX_NS_TIME);
	uint64_t flags = CLONE_VFORK | CLONE_PARENT;

	for (uint32_t i = 0; i < SBX_NAMESPACES; i++)
		if (namespaces & ~later & SBX_NS_BIT(i))
			flags |= sbx_namespace_rows[i].clone_flag;
	return flags;
}

/* Ends well only when the child says that it got as far as execve, and execve did not come back. A child that has not said so is over, or
   the step between was killed and waits for it no more: it must not go on then, and may have executed before the kill reached it. */
static bool take_verdict(const struct verdict *said, struct sbx_sandbox *s, struct sbx_err *err)
{
	siginfo_t ended = { 0 };

	s->pidfd = said->pidfd;
	if (!said->executes && syscall(SYS_pidfd_send_signal, s->pidfd, SIGKILL, NULL, 0) == 0)
		(void)waitid(P_PIDFD, (id_t)s->pidfd, NULL, WEXITED | WNOWAIT);
	if (said->executes && !said->err.text[0])
		return true;
	(void)waitid(P_PIDFD, (id_t)s->pidfd, &ended, WEXITED); /* at worst the message names no signal; EINVAL: it never was */
	fd_close(&s->pidfd);
	*err = said->err;
	return err->text[0] ? false : err_fail(err, "set up the sandbox: its first process was ended (signal %d): is memory.max too small?",
		ended.si_status);
}

bool spawn_component(struct sbx_sandbox *s, struct sbx_err *err)
{
	struct verdict *said = mmap(NULL, sizeof *said, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* The spawner waits until execve. No CLONE_VM, though it would be faster: the pages that the child fills would be charged to the
	   spawner's cgroup, the caller's, and an out-of-memory kill of the child would take the spawner along (mm_struct.owner, mm/oom_kill.c). */
	struct clone_args args = clone_into(s->cgroup.fd, clone_flags(s->plan->namespaces), &said->pidfd),
		between = { .flags = CLONE_FILES | CLONE_VFORK, .exit_signal = SIGCHLD };
	OWNED_FD spawner = (int)syscall(SYS_pidfd_open, getpid(), 0);
	ino_t host[SBX_NAMESPACES];

	if ((spawner < 0 || said == MAP_FAILED) ? !err_errno(err, errno, "prepare the component's clone") : !read_namespaces(host, err))
		return false;
	if (s->plan->namespaces & SBX_NS_BIT(SBX_NS_TIME) && unshare(CLONE_NEWTIME) < 0)
		return err_errno(err, errno, "make the time namespace");
	said->pidfd = -1;
	/* The component's pid namespace lies below the supervisor's, so the kernel kills all of it when the supervisor ends
	   (pid_namespaces(7)). The parent-death signal alone is not enough: a thread that executes a program takes the first thread's place,
	   and has none (fs/exec.c, de_thread). Only a process in the supervisor's namespace can make one below it (kernel/pid_namespace.c,
	   copy_pid_ns), hence the step between; by CLONE_PARENT the component is the spawner's child all the same. */
	pid_t step = (pid_t)syscall(SYS_clone3, &between, sizeof between);
	if (step == 0) {
		long pid = syscall(SYS_clone3, &args, sizeof args);

		if (pid == 0 && run_child(s, spawner, host, &said->err)) {
			said->executes = true;
			(void)execve(s->plan->argv[0], (char *const *)s->plan->argv, (char *const *)s->plan->envp);
			(void)err_errno(&said->err, errno, "execute the interpreter %s in the sandbox (is it below `readonly`?)", s->plan->argv[0]);
		} else if (pid < 0)
			(void)err_errno(&said->err, errno, "clone the component into its namespaces and cgroup");
		_exit(SBX_EXIT_NOT_RUN);
	}
	/* the vfork is over, however that ended; the child is taken all the same, else the supervisor's namespace would wait for it for ever */
	return step < 0 ? err_errno(err, errno, "clone below the supervisor") : ((void)waitpid(step, NULL, 0), take_verdict(said, s, err));
}
