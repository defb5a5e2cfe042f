/* Gives up privilege, and proves it. Runs as: spawner, supervisor, keeper (uid 0), and the child on its last steps. */
#include "drop.h"

#include <sched.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <cap-ng.h>

#include "component_filter.h" /* these two are made by helper/seccomp/generate when building */
#include "supervisor_filter.h"
#include "small.h"

/* The capabilities of set-up: each with the line that needs it. SECURITY.md and a test repeat this list. */
static const struct setup_capability { unsigned int capability; const char *needed_by; } setup_capabilities[] = {
	{ CAP_SYS_ADMIN, "spawn.c: clone3, unshare, sethostname; drop.c: unshare (user namespace); mounts.c: mount API, pivot_root" },
	{ CAP_SETUID, "drop.c: setresuid" },
	{ CAP_SETGID, "drop.c: setgroups, setresgid" },
	{ CAP_SETPCAP, "drop.c: bounding set, securebits" },
	{ CAP_MKNOD, "mounts.c: five nodes in the sandbox's own /dev" },
};

#define LOCKED_SECUREBITS (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED | \
	SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static bool raise_setup(struct sbx_err *err)
{
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < COUNT(setup_capabilities); i++)
		(void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, setup_capabilities[i].capability);
	capng_setpid(0); /* the library remembers the first process's pid; 0 is always the calling one, in every pid namespace (capset(2)) */
	return (capng_apply(CAPNG_SELECT_CAPS) == 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0) ||
		err_errno(err, errno, "hold the capabilities of set-up and no others");
}

/* Up to EINVAL, behind the kernel's last one; has_no_capability reads it back. */
static void empty_bounding_set(void)
{
	for (unsigned int cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
}

/* Read back from the kernel, not from the library's memory: all five sets at once (proc(5), /proc/PID/status). */
static bool has_no_capability(void)
{
	char status[4096];

	return small_read(AT_FDCWD, "/proc/self/status", status, sizeof status) && strstr(status, "\nCapInh:\t0000000000000000\n"
		"CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n") &&
		prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == LOCKED_SECUREBITS && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

bool drop_to_setup(struct sbx_err *err)
{
	if (capng_get_caps_process() < 0)
		return err_fail(err, "read this process's capabilities");
	for (size_t i = 0; i < COUNT(setup_capabilities); i++)
		if (!capng_have_capability(CAPNG_PERMITTED, setup_capabilities[i].capability))
			return err_fail(err, "capability %s is missing (in a container?): needed by %s",
				capng_capability_to_name(setup_capabilities[i].capability), setup_capabilities[i].needed_by);
	empty_bounding_set(); /* nothing of ours gains by an execve, and every later process inherits it */
	return (syscall(SYS_setgroups, 0, NULL) == 0 || err_errno(err, errno, "drop all groups")) && raise_setup(err);
}

/* One uid and one gid, mapped to themselves. The kernel takes it from the owner of the namespace (user_namespaces(7)). */
static bool enter_user_namespace(uint32_t uid, int maps_fd, struct sbx_err *err)
{
	char map[40];
	const struct { const char *file, *text; } writes[] = {
		{ "setgroups", "deny" }, { "uid_map", map }, { "gid_map", map } };

	(void)!must_format(map, sizeof map, "%u %u 1", uid, uid); /* at most 23 bytes */
	/* dumpable: else the maps belong to root, who is nobody in there */
	if (unshare(CLONE_NEWUSER) < 0 || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return err_errno(err, errno, "make the user namespace (see user.max_user_namespaces)");
	empty_bounding_set(); /* a new user namespace begins with a full one */
	for (size_t i = 0; i < COUNT(writes); i++)
		if (!small_write(maps_fd, writes[i].file, 0, writes[i].text))
			return err_errno(err, errno, "write %s of the user namespace", writes[i].file);
	return true;
}

/* All of it, even where a part fails: who fails here goes on to clean up. */
static bool empty_capabilities(struct sbx_err *err)
{
	capng_clear(CAPNG_SELECT_BOTH);
	capng_setpid(0); /* see raise_setup */
	bool good = prctl(PR_SET_SECUREBITS, LOCKED_SECUREBITS, 0, 0, 0) == 0;
	good = capng_apply(CAPNG_SELECT_CAPS) == 0 && good;
	return (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && good) || err_errno(err, errno, "give up capabilities, lock securebits");
}

static bool load_filter(const struct sock_filter *code, size_t length, struct sbx_err *err)
{
	struct sock_fprog filter = { (unsigned short)length, (struct sock_filter *)code };

	errno = 0;
	return (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0 && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER) ||
		err_errno(err, errno, "load the system call filter");
}

/* Every attempt here must fail; what succeeds ends the child before the component's first instruction. */
static bool prove_dropped(uint32_t uid, struct sbx_err *err)
{
	uid_t r, e, s, rg, eg, sg; /* gid_t is the same type */
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct all[2] = { { ~0u, ~0u, ~0u }, { ~0u, ~0u, ~0u } };

	return ((getresuid(&r, &e, &s) == 0 && r == uid && e == uid && s == uid && getresgid(&rg, &eg, &sg) == 0 && rg == uid && eg == uid &&
		sg == uid && getgroups(0, NULL) == 0) || err_fail(err, "drop privilege: ids read back differ from the sandbox's uid %u", uid)) &&
		(has_no_capability() || err_fail(err, "drop privilege: capabilities, securebits or no_new_privs read back differ")) &&
		((syscall(SYS_setresuid, 0, 0, 0) != 0 && syscall(SYS_setresgid, 0, 0, 0) != 0 && syscall(SYS_setgroups, 1, &rg) != 0 &&
		  syscall(SYS_capset, &header, all) != 0 && prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) != 0 && prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0) ||
		 err_fail(err, "drop privilege: what was dropped could be taken back"));
}

static bool forbid_dumps(struct sbx_err *err)
{
	errno = 0;
	return (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) || err_errno(err, errno, "switch dumping off");
}

bool drop_join_uid(uint32_t sandbox_uid, struct sbx_err *err)
{
	errno = 0;
	if (syscall(SYS_setresuid, 0, sandbox_uid, 0) < 0 || (setfsuid(0), setfsuid(0) != 0))
		return err_errno(err, errno, "take the sandbox's effective uid, and keep uid 0 for files");
	/* the changed effective uid took the capabilities out of effect, and lets fs.suid_dumpable decide */
	return raise_setup(err) && forbid_dumps(err);
}

bool drop_all(uint32_t effective_uid, bool only_waits, struct sbx_err *err)
{
	uid_t real, effective, saved;

	return empty_capabilities(err) && ((getresuid(&real, &effective, &saved) == 0 && !real && !saved && effective == effective_uid &&
		has_no_capability()) || err_fail(err, "give up capabilities: the kernel reads back others")) &&
		(!only_waits || load_filter(supervisor_filter, COUNT(supervisor_filter), err));
}

bool drop_component(uint32_t uid, int maps_fd, int parent_pidfd, struct sbx_err *err)
{
	struct pollfd parent = { parent_pidfd, POLLIN, 0 };

	return ((prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && syscall(SYS_setgroups, 0, NULL) == 0 && syscall(SYS_setresgid, uid, uid, uid) == 0 &&
		syscall(SYS_setresuid, uid, uid, uid) == 0) || err_errno(err, errno, "drop all groups, take the sandbox's gid and uid")) &&
		/* setresuid took the capabilities out of effect; the bounding set needs them once more */
		raise_setup(err) && (maps_fd < 0 || enter_user_namespace(uid, maps_fd, err)) && empty_capabilities(err) && forbid_dumps(err) &&
		/* setresuid cleared it: only now */
		(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 || err_errno(err, errno, "set the parent-death signal")) &&
		/* a parent that died before that line sends no signal */
		(poll(&parent, 1, 0) == 0 || err_fail(err, "the spawner is gone")) &&
		load_filter(component_filter, COUNT(component_filter), err) && prove_dropped(uid, err);
}
