/* Makes, limits, reads, ends and removes cgroups. Runs as: spawner (set-up capabilities), supervisor (uid 0, none). */
#include "cgroup.h"

#include <sys/vfs.h>
#include <linux/magic.h>
#include <linux/openat2.h>

#include "../decide/number.h"
#include "small.h"

static int open_root(void)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }; /* unified; systemd's hybrid set-up */
	struct statfs fs;

	for (size_t i = 0; i < COUNT(places); i++) {
		OWNED_FD fd = open(places[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return fd_steal(&fd);
	}
	errno = ENOENT;
	return -1;
}

static int open_below(int dir_fd, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV };

	return (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof how);
}

bool cgroup_unit_path(const char *slice, char *path, size_t size)
{
	size_t stem = strlen(slice) - strlen(".slice"), used = 0;
	bool fits = true;

	for (size_t i = 1; i <= stem && fits; i++) /* each dash is a step down in systemd's tree, systemd.slice(5) */
		if (slice[i] == '-' || i == stem) {
			fits = must_format(path + used, size - used, "%.*s.slice/", (int)i, slice);
			used += i + strlen(".slice/");
		}
	return fits && must_format(path + used, size - used, "omnisbx@%.*s.service", (int)stem, slice);
}

int cgroup_open_unit(const char *slice)
{
	char path[2048];
	OWNED_FD root = open_root();

	return cgroup_unit_path(slice, path, sizeof path) ? open_below(root, path) : -1;
}

/* Those controllers that limits need and that a file does not name, each behind a blank. */
static bool lacks_controllers(int fd, const char *file, char missing[24])
{
	static const char *const needed[] = { " memory ", " cpu ", " pids " };
	char text[512] = " ";

	(void)!small_read(fd, file, text + 1, sizeof text - 2); /* names none, then */
	memcpy(text + strlen(text), " ", 2);
	missing[0] = '\0';
	for (size_t i = 0; i < COUNT(needed); i++)
		if (!strstr(text, needed[i]))
			(void)!must_format(missing + strlen(missing), 24 - strlen(missing), "%.*s", (int)strlen(needed[i]) - 1, needed[i]);
	return missing[0];
}

static bool open_limited_parent(const char *slice, int *fd, struct sbx_err *err)
{
	OWNED_FD root = open_root();
	int stem = (int)(strlen(slice) - strlen(".slice"));
	char missing[24] = " memory cpu pids";

	if (root < 0 || lacks_controllers(root, "cgroup.controllers", missing))
		return err_fail(err, "cgroup v2 of this host lacks the controllers%s (hybrid or v1 set-up): boot with "
			"systemd.unified_cgroup_hierarchy=1, or let the profile say limits = rlimits", missing);
	*fd = cgroup_open_unit(slice);
	return (*fd >= 0 || err_fail(err, "unit omnisbx@%.*s.service is not running, so %s has no place for sandboxes: systemctl enable --now "
			"omnisbx@%.*s.service", stem, slice, slice, stem, slice)) &&
		(!lacks_controllers(*fd, "cgroup.subtree_control", missing) || err_fail(err, "unit omnisbx@%.*s.service does not hand on the "
			"controllers%s: systemctl restart it, and see its Delegate=", stem, slice, missing));
}

int cgroup_find_home(const struct sbx_policy *policy, const struct sbx_caller *caller)
{
	for (uint32_t i = 0; i < caller->profiles.count; i++) {
		const struct sbx_profile *profile = policy_find_profile(policy, caller->profiles.word[i]);

		if (!profile->limits_by_cgroup)
			return open_root();
		for (uint32_t j = 0; j < profile->slices.count; j++) {
			OWNED_FD unit = cgroup_open_unit(profile->slices.word[j]), keeper = open_below(unit, "keeper");

			if (keeper >= 0)
				return fd_steal(&keeper);
		}
	}
	return -1;
}

/* The kernel rounds sizes down to pages and tells nobody: what it reads back is what is in force, and it may never be more. */
static bool write_limit(int fd, const struct sbx_limit_row *row, uint64_t value, uint64_t *read_back, struct sbx_err *err)
{
	/* percent: of a period of 100000 usec, the kernel's default, which stands behind the share */
	const char *period = row->unit == SBX_PERCENT ? " 100000" : "";
	uint64_t unit = row->unit == SBX_PERCENT ? 1000 : 1, slack = row->unit == SBX_BYTES ? (uint64_t)sysconf(_SC_PAGESIZE) - 1 : 0, got;
	char text[48], now[48] = "", number[24];

	if (!must_format(text, sizeof text, "%llu%s", (unsigned long long)value * unit, period) ||
	    !small_write(fd, row->cgroup_file, 0, text) || !small_read(fd, row->cgroup_file, now, sizeof now))
		return err_errno(err, errno, "write \"%s\" to %s of the sandbox's cgroup and read it back", text, row->cgroup_file);
	if (!must_format(number, sizeof number, "%.*s", (int)strcspn(now, " "), now) || strcmp(now + strlen(number), period) != 0 ||
	    !number_parse(number, 0, value * unit, &got) || value * unit - got > slack)
		return err_fail(err, "%s: wrote \"%s\", the kernel reads back \"%s\"", row->cgroup_file, text, now);
	*read_back = got / unit;
	return true;
}

static bool write_limits(const struct sbx_plan *plan, int fd, uint64_t read_back[SBX_LIMITS], struct sbx_err *err)
{
	char now[8] = "";

	for (int i = 0; i < SBX_LIMITS; i++)
		if (sbx_limit_rows[i].cgroup_file && !write_limit(fd, &sbx_limit_rows[i], plan->limit[i], &read_back[i], err))
			return false;
	return (small_write(fd, "memory.oom.group", 0, "1") && small_read(fd, "memory.oom.group", now, sizeof now) && strcmp(now, "1") == 0) ||
		err_errno(err, errno, "set memory.oom.group of the sandbox's cgroup to 1");
}

bool cgroup_create(const struct sbx_plan *plan, const struct sbx_lease *lease, struct sbx_cgroup *cgroup, uint64_t read_back[SBX_LIMITS],
		   struct sbx_err *err)
{
	*cgroup = (struct sbx_cgroup){ -1, -1, lease->name };
	memcpy(read_back, plan->limit, sizeof plan->limit);
	if (!plan->profile->limits_by_cgroup)
		return true;
	if (!open_limited_parent(plan->slice, &cgroup->parent_fd, err))
		return false;
	cgroup->fd = mkdirat(cgroup->parent_fd, cgroup->name, 0755) < 0 ? -1 : open_below(cgroup->parent_fd, cgroup->name);
	return ((cgroup->fd >= 0 || err_errno(err, errno, "make the sandbox's cgroup in %s", plan->slice)) &&
		write_limits(plan, cgroup->fd, read_back, err)) || (cgroup_end(cgroup, 0, NULL) && false);
}

void cgroup_kill(const struct sbx_cgroup *cgroup)
{
	if (cgroup->fd >= 0)
		(void)!small_write(cgroup->fd, "cgroup.kill", 0, "1"); /* a failure shows in cgroup_end */
}

static bool wait_empty(const struct sbx_cgroup *cgroup, int wait_ms)
{
	int64_t end_usec = clock_usec() + wait_ms * 1000LL;
	char text[256];
	OWNED_FD fd = cgroup->fd < 0 ? -1 : openat(cgroup->fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	struct pollfd changed = { fd, POLLPRI, 0 };

	while (fd >= 0) {
		ssize_t got = pread(fd, text, sizeof text - 1, 0);

		text[got > 0 ? got : 0] = '\0';
		if (strstr(text, "populated 0"))
			return true;
		int64_t left_ms = (end_usec - clock_usec() + 999) / 1000;
		if (left_ms <= 0 || poll(&changed, 1, (int)left_ms) < 0)
			return false;
	}
	return cgroup->fd < 0;
}

int64_t cgroup_number(const struct sbx_cgroup *cgroup, const char *file, const char *key)
{
	char text[1024] = "\n", *at;
	uint64_t value;

	if (!small_read(cgroup->fd, file, text + 1, sizeof text - 1) || !(at = strstr(text, key)))
		return -1;
	at += strlen(key);
	at[strcspn(at, "\n")] = '\0';
	return number_parse(at, 0, INT64_MAX, &value) ? (int64_t)value : -1;
}

bool cgroup_end(struct sbx_cgroup *cgroup, int wait_ms, struct sbx_counters *counters)
{
	cgroup_kill(cgroup);
	bool clean = wait_empty(cgroup, wait_ms);
	if (cgroup->fd >= 0 && counters)
		*counters = (struct sbx_counters){
			.cpu_user_usec = cgroup_number(cgroup, "cpu.stat", "\nuser_usec "),
			.cpu_system_usec = cgroup_number(cgroup, "cpu.stat", "\nsystem_usec "),
			.memory_peak_bytes = cgroup_number(cgroup, "memory.peak", "\n"),
			.swap_peak_bytes = cgroup_number(cgroup, "memory.swap.peak", "\n"),
			.oom_kills = cgroup_number(cgroup, "memory.events", "\noom_kill "), .pids_peak = cgroup_number(cgroup, "pids.peak", "\n") };
	clean = (cgroup->parent_fd < 0 || unlinkat(cgroup->parent_fd, cgroup->name, AT_REMOVEDIR) == 0 || errno == ENOENT) && clean;
	fd_close(&cgroup->fd);
	fd_close(&cgroup->parent_fd);
	return clean;
}

static bool end_stale(int parent_fd, const char *name)
{
	struct sbx_cgroup stale = { fcntl(parent_fd, F_DUPFD_CLOEXEC, 0), open_below(parent_fd, name), name };

	return stale.parent_fd >= 0 && cgroup_end(&stale, 2000, NULL); /* else `fd` stays open: the run is refused */
}

bool cgroup_reap(const struct sbx_policy *policy, const struct sbx_lease *lease, struct sbx_err *err)
{
	bool clean = true;

	for (uint32_t i = 0; i < policy->profiles; i++)
		for (uint32_t j = 0; policy->profile[i].limits_by_cgroup && j < policy->profile[i].slices.count; j++) {
			OWNED_FD unit = cgroup_open_unit(policy->profile[i].slices.word[j]);

			/* a unit that does not run (ENOENT), or a host without the hierarchy (EBADF), has nothing left */
			clean = (unit < 0 ? errno == ENOENT || errno == EBADF : lease_clean(lease, unit, end_stale)) && clean;
		}
	return clean || err_fail(err, "uid %u may have processes of an earlier run that do not end: see `ps -U %u`", lease->uid, lease->uid);
}
