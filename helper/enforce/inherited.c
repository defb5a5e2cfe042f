/* Replaces everything that a caller could have left in this process. Runs as: uid 0, all capabilities, before the first decision. */
#include "inherited.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/magic.h>

#include "small.h"

#define TIMER_SLACK_NS 50000 /* the kernel's default for a normal process, init/init_task.c */
#define INF RLIM64_INFINITY
#define R(name) RLIMIT_##name, "RLIMIT_" #name

/* What the helper runs with, what the component gets, and the limit that overrides the latter (index into the effective limits, -1: none;
   divisor: from its unit to the resource's, rounded up; only_by_rlimits: it stands in for a cgroup limit). */
static const struct rlimit_row {
	__rlimit_resource_t resource; const char *name; uint64_t helper, component; int limit; uint64_t divisor; bool only_by_rlimits;
} rlimit_rows[] = {
	{ R(AS), INF, INF, SBX_MEMORY_MAX, 1, true }, { R(CPU), INF, INF, SBX_CPU_TIME, 1000000, false },
	{ R(NPROC), 4096, 4096, SBX_PIDS_MAX, 1, false }, /* uid 0 is exempt; the sandbox has a uid of its own */
	{ R(CORE), 1, 1, -1, 1, false }, /* 1, not 0, keeps the kernel from a core_pattern's program (core(5)) */
	{ R(FSIZE), INF, INF, SBX_FILE_SIZE, 1, false }, { R(DATA), INF, INF, -1, 1, false }, { R(RSS), INF, INF, -1, 1, false },
	{ R(NOFILE), 4096, 1024, -1, 1, false }, { R(MEMLOCK), 8u << 20, 64u << 10, -1, 1, false },
	{ R(STACK), 8u << 20, 8u << 20, -1, 1, false }, { R(LOCKS), INF, INF, -1, 1, false }, { R(NICE), 0, 0, -1, 1, false },
	{ R(SIGPENDING), 4096, 1024, -1, 1, false }, { R(MSGQUEUE), 819200, 819200, -1, 1, false },
	{ R(RTPRIO), 0, 0, -1, 1, false }, { R(RTTIME), INF, INF, -1, 1, false },
};

/* File systems whose files turn a write by root into an act (CVE-2012-0056, CVE-2013-1959): never a standard stream. */
static const unsigned int forbidden_magic[] = { PROC_SUPER_MAGIC, SYSFS_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,
	TRACEFS_MAGIC, SECURITYFS_MAGIC, SELINUX_MAGIC, BPF_FS_MAGIC, NSFS_MAGIC, EFIVARFS_MAGIC, 0x62656570 /* configfs */,
	0x65735546 /* FUSE: a read ends when its owner likes */ };

/* What the C library reads before main or behind its back (glibc, sysdeps/generic/unsecvars.h). AT_SECURE is off for a program that
   sudo starts, so one of these here means that the gate keeps the caller's environment. */
static const char *const unsafe_variables[] = { "LD_", "GLIBC_TUNABLES=", "GCONV_PATH=", "GETCONF_DIR=", "HOSTALIASES=", "LOCALDOMAIN=",
	"LOCPATH=", "MALLOC_", "NIS_PATH=", "NLSPATH=", "RESOLV_HOST_CONF=", "RES_OPTIONS=", "TZDIR=" };

bool rlimits_confine(const uint64_t *limit, bool by_rlimits, struct sbx_err *err)
{
	for (const struct rlimit_row *row = rlimit_rows; row < rlimit_rows + COUNT(rlimit_rows); row++) {
		bool overridden = limit && row->limit >= 0 && (by_rlimits || !row->only_by_rlimits);
		uint64_t value = overridden ? (limit[row->limit] + row->divisor - 1) / row->divisor : limit ? row->component : row->helper;
		struct rlimit64 want = { value, value }, now = { 0 };

		errno = 0;
		if (prlimit64(0, row->resource, &want, NULL) < 0 || prlimit64(0, row->resource, NULL, &now) < 0 || now.rlim_cur != value ||
		    now.rlim_max != value)
			return err_errno(err, errno, "set %s", row->name);
	}
	return true;
}

static bool replace_descriptors(struct sbx_err *err)
{
	for (int fd = 0; fd <= 2; fd++) {
		struct statfs fs;
		struct stat st;
		bool forbidden;

		/* closed: the next open would land here and be written to (CVE-2002-0572) */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_NOCTTY) != fd)
			return err_errno(err, errno, "open /dev/null for closed descriptor %d", fd);
		if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
			return err_errno(err, errno, "look at descriptor %d", fd);
		/* a directory, a device or a handle (epoll, pidfd) would become the component's, and lead out of its sandbox; 1: null, zero, full */
		forbidden = (fcntl(fd, F_GETFL) & O_PATH) || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISREG(st.st_mode) || isatty(fd) ||
			(S_ISCHR(st.st_mode) && (st.st_rdev == makedev(1, 3) || st.st_rdev == makedev(1, 5) || st.st_rdev == makedev(1, 7))));
		for (size_t i = 0; i < COUNT(forbidden_magic); i++)
			forbidden = forbidden || (unsigned int)fs.f_type == forbidden_magic[i];
		if (forbidden)
			return err_refuse(err, "descriptor %d is a file of the kernel (procfs, sysfs, cgroupfs or the like), a directory, a device or "
				"O_PATH: give a pipe, a file or /dev/null", fd);
		/* a terminal is opened again for writing only, while root may: the component shall not read what is typed there */
		if (fd > 0 && isatty(fd) && dup2(open(fd == 1 ? "/proc/self/fd/1" : "/proc/self/fd/2", O_WRONLY | O_NOCTTY), fd) != fd)
			return err_errno(err, errno, "open the terminal of descriptor %d for writing only", fd);
	}
	return syscall(SYS_close_range, 3u, ~0u, 0u) == 0 || err_errno(err, errno, "close inherited descriptors");
}

/* Handlers do not outlive execve, ignored signals and the mask do; /proc says which, so only those cost a call. */
static bool replace_signals(struct sbx_err *err)
{
	const uint64_t dfl[4] = { 0 }; /* the kernel's struct sigaction: handler (SIG_DFL), flags, restorer, mask */
	struct itimerval off = { 0 };
	char status[4096], *line;
	uint64_t none = 0, ignored;

	if (!small_read(AT_FDCWD, "/proc/self/status", status, sizeof status) || !(line = strstr(status, "\nSigIgn:\t")))
		return err_errno(err, errno, "read SigIgn of /proc/self/status");
	ignored = strtoull(line + 9, NULL, 16);
	for (int sig = 1; sig <= 64; sig++)
		if (ignored >> (sig - 1) & 1 && syscall(SYS_rt_sigaction, sig, dfl, NULL, sizeof none) < 0)
			return err_errno(err, errno, "reset signal %d", sig);
	return (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none) == 0 && setitimer(ITIMER_REAL, &off, NULL) == 0 &&
		setitimer(ITIMER_VIRTUAL, &off, NULL) == 0 && setitimer(ITIMER_PROF, &off, NULL) == 0) ||
		err_errno(err, errno, "clear the signal mask and stop inherited timers");
}

static bool replace_scheduling(struct sbx_err *err)
{
	struct sched_param normal = { 0 };
	cpu_set_t all;

	memset(&all, 0xff, sizeof all);
	errno = 0;
	return (sched_setscheduler(0, SCHED_OTHER, &normal) == 0 && sched_getscheduler(0) == SCHED_OTHER && setpriority(PRIO_PROCESS, 0, 0) == 0 &&
		getpriority(PRIO_PROCESS, 0) == 0 && sched_setaffinity(0, sizeof all, &all) == 0 &&
		syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0) == 0 && prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0) == 0 &&
		prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0) == TIMER_SLACK_NS &&
		(syscall(SYS_set_mempolicy, 0 /* MPOL_DEFAULT */, NULL, 0) == 0 || errno == ENOSYS /* a kernel without NUMA */)) ||
		err_errno(err, errno, "reset scheduler, nice, CPUs, I/O priority, slack and memory policy");
}

static bool replace_process(struct sbx_err *err)
{
	char score[8];

	umask(077);
	errno = 0;
	return ((umask(077) == 077 && chdir("/") == 0 && personality(0) >= 0 && personality(0xffffffff) == 0 &&
		 prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0 && prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		 prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && (prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) != 1 || prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) == 0)) ||
		err_errno(err, errno, "reset umask, working directory, personality, parent-death signal and dumps")) &&
		((small_write(AT_FDCWD, "/proc/self/oom_score_adj", 0, "0") && small_read(AT_FDCWD, "/proc/self/oom_score_adj", score, sizeof score) &&
		  strcmp(score, "0") == 0) || err_errno(err, errno, "set oom_score_adj to 0")) &&
		/* ENOSYS: a kernel without keyrings has none to share */
		(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS || err_errno(err, errno, "join a new session keyring"));
}

static bool replace_environment(char *const *envp, struct sbx_gate *gate, struct sbx_err *err)
{
	const struct { const char *name; char *into; size_t size; } wanted[] = { { "SUDO_UID=", gate->sudo_uid, sizeof gate->sudo_uid },
		{ "DOAS_USER=", gate->doas_user, sizeof gate->doas_user }, { "NOTIFY_SOCKET=", gate->notify_socket, sizeof gate->notify_socket } };

	for (; *envp; envp++) {
		for (size_t i = 0; i < COUNT(unsafe_variables); i++)
			if (strncmp(*envp, unsafe_variables[i], strlen(unsafe_variables[i])) == 0)
				return err_refuse(err, "environment variable %.*s reached the helper: the gate must reset the environment "
					"(sudo: env_reset, no SETENV, no env_keep for it)", (int)strcspn(*envp, "=") % 64, *envp);
		for (size_t i = 0; i < COUNT(wanted); i++)
			if (strncmp(*envp, wanted[i].name, strlen(wanted[i].name)) == 0 &&
			    (!must_format(wanted[i].into, wanted[i].size, "%s", *envp + strlen(wanted[i].name)) || !*wanted[i].into))
				return err_refuse(err, "environment variable %.*s is empty or too long: start the helper through sudo or doas",
					(int)strlen(wanted[i].name) - 1, wanted[i].name);
	}
	return clearenv() == 0 || err_fail(err, "clear the environment");
}

/* The recheck closes the gap between reading the parent's number and holding the parent itself. */
static bool hold_parent(struct sbx_gate *gate, struct sbx_err *err)
{
	pid_t parent = getppid();

	gate->parent_pidfd = parent ? (int)syscall(SYS_pidfd_open, parent, 0) : -1;
	return !parent || (gate->parent_pidfd >= 0 && getppid() == parent) || err_fail(err, "the process that started the helper is gone");
}

bool inherited_replace(char *const *envp, struct sbx_gate *gate, struct sbx_err *err)
{
	uid_t real, effective, saved;

	*gate = (struct sbx_gate){ .parent_pidfd = -1 };
	if (getresuid(&real, &effective, &saved) < 0 || real || effective || saved || getauxval(AT_SECURE))
		return err_refuse(err, "not started by root: call it as `sudo -n omnisbx-helper ...`, and never make it setuid");
	return replace_descriptors(err) && replace_signals(err) && rlimits_confine(NULL, false, err) && replace_scheduling(err) &&
		replace_process(err) && replace_environment(envp, gate, err) && hold_parent(gate, err);
}
