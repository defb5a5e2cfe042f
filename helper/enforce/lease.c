/* Uids, places, ids and kill sockets of runs, by locks that end with their holder. Runs as: spawner and verb `kill`, uid 0. */
#include "lease.h"

#include <dirent.h>
#include <sys/random.h>
#include <sys/un.h>

#include "../decide/number.h"
#include "small.h"

#define STATE_DIR "/run/omnisbx"
#define KILL_WAIT_MS 15000      /* longer than the supervisor's own bound on clean-up */

/* One-byte locks in one file: uids at their own number, places from 2^60 on, 2^20 for each caller. */
static bool set_lock(int fd, short type, uint64_t offset)
{
	struct flock64 lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)offset, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Each search starts somewhere else, so that a free one is found in a few calls. */
static bool lock_any(int fd, uint64_t first, uint64_t count, uint64_t random, uint64_t *locked)
{
	for (uint64_t i = 0; i < count; i++) {
		*locked = first + (random % count + i) % count;
		if (set_lock(fd, F_WRLCK, *locked))
			return true;
	}
	return false;
}

static bool open_state_dir(int at, const char *name, mode_t mode, int *fd, struct sbx_err *err)
{
	struct stat st;

	if (mkdirat(at, name, 0700) == 0 && fchmodat(at, name, mode, 0) < 0)
		return err_errno(err, errno, "set the mode of %s", name);
	*fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return ((*fd >= 0 && fstat(*fd, &st) == 0) || err_errno(err, errno, "open %s", name)) && ((st.st_uid == 0 && !(st.st_mode & 022)) ||
		err_fail(err, "%s is not root's alone (uid %u, mode %04o): remove it", name, st.st_uid, st.st_mode & 07777));
}

bool lease_open(struct sbx_lease *lease, struct sbx_err *err)
{
	OWNED_FD dir = -1;

	*lease = (struct sbx_lease){ .lock_fd = -1, .run_dir_fd = -1 };
	return open_state_dir(AT_FDCWD, STATE_DIR, 0755, &dir, err) && open_state_dir(dir, "runs", 0700, &lease->run_dir_fd, err) &&
		((lease->lock_fd = openat(dir, "locks", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) >= 0 ||
		 err_errno(err, errno, "open %s/locks", STATE_DIR));
}

bool lease_take(struct sbx_lease *lease, const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_identity *who,
		struct sbx_err *err)
{
	uint64_t random[3], place, uid = 0;

	if (getrandom(random, sizeof random, 0) != sizeof random)
		return err_errno(err, errno, "get random bytes");
	if (!lock_any(lease->lock_fd, 1ull << 60 | (uint64_t)who->uid << 20, caller->sandboxes_max, random[0], &place))
		return err_refuse(err, "busy: %s has %llu sandboxes running, and sandboxes.max allows no more: wait for one to end", who->name,
				  (unsigned long long)caller->sandboxes_max);
	if (!lock_any(lease->lock_fd, policy->uid_first, policy->uid_last - policy->uid_first + 1, random[1], &uid))
		return err_refuse(err, "busy: every uid of the policy's uids is in use: widen uids, or wait for a sandbox to end");
	lease->uid = (uint32_t)uid;
	return (must_format(lease->id, sizeof lease->id, "%016llx", (unsigned long long)random[2]) &&
		must_format(lease->name, sizeof lease->name, "omnisbx-%u-%u-%s", who->uid, lease->uid, lease->id)) || err_fail(err, "name the run");
}

/* Names are at most 63 bytes, so the path always fits. */
static struct sockaddr_un run_address(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)!must_format(address.sun_path, sizeof address.sun_path, STATE_DIR "/runs/%s", name);
	return address;
}

struct run_name { char copy[64]; const char *whole, *id; uint64_t caller, uid; };

/* The next name of a run; anything else in the directory is nobody's run. */
static bool next_run(DIR *dir, struct run_name *run)
{
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		bool fits = must_format(run->copy, sizeof run->copy, "%s", entry->d_name);
		char *rest = run->copy, *ours = strsep(&rest, "-"), *caller = strsep(&rest, "-"), *uid = strsep(&rest, "-");

		run->whole = entry->d_name;
		run->id = rest;
		if (fits && rest && strcmp(ours, "omnisbx") == 0 && number_parse(caller, 0, UINT32_MAX, &run->caller) &&
		    number_parse(uid, 1, UINT32_MAX, &run->uid) && strlen(rest) == SBX_ID_BYTES - 1)
			return true;
	}
	return false;
}

bool lease_clean(const struct sbx_lease *lease, int dir_fd, bool (*clean)(int dir_fd, const char *name))
{
	int list_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = list_fd < 0 ? NULL : fdopendir(list_fd);
	struct run_name run;
	bool ours_clean = dir != NULL; /* what cannot be listed is not known to be clean */

	while (next_run(dir, &run)) {
		if (!set_lock(lease->lock_fd, F_WRLCK, run.uid)) /* a living run has it; our own counts as free: nothing has its name yet */
			continue;
		if (clean ? !clean(dir_fd, run.whole) : unlinkat(dir_fd, run.whole, 0) < 0 && errno != ENOENT)
			/* it stays locked: nobody gets a uid that still has processes */
			ours_clean = ours_clean && run.uid != lease->uid;
		else if (run.uid != lease->uid)
			(void)set_lock(lease->lock_fd, F_UNLCK, run.uid); /* at worst the uid stays taken until this process ends */
	}
	return (!dir || closedir(dir) == 0) && ours_clean;
}

bool lease_listen(const struct sbx_lease *lease, int *socket_fd, struct sbx_err *err)
{
	struct sockaddr_un address = run_address(lease->name);

	(void)!lease_clean(lease, lease->run_dir_fd, NULL);
	*socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return (*socket_fd >= 0 && bind(*socket_fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(*socket_fd, 8) == 0) ||
		err_errno(err, errno, "make %s", address.sun_path);
}

void lease_forget(const struct sbx_lease *lease)
{
	(void)unlinkat(lease->run_dir_fd, lease->name, 0); /* it may never have been there; a leftover is reaped by the next run */
}

/* The supervisor takes the connection as the order, and ends with its process, which ends the connection. */
static bool end_run(const char *name, struct sbx_err *err)
{
	struct sockaddr_un address = run_address(name);
	OWNED_FD fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct pollfd gone = { fd, POLLIN, 0 };

	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return errno == ECONNREFUSED || errno == ENOENT || err_errno(err, errno, "reach the run's supervisor");
	return poll(&gone, 1, KILL_WAIT_MS) > 0 || err_fail(err, "kill: the run has not ended after %d s", KILL_WAIT_MS / 1000);
}

bool lease_kill(const struct sbx_identity *who, const char *id, struct sbx_err *err)
{
	DIR *dir = opendir(STATE_DIR "/runs");
	bool found = !id, good = dir || errno == ENOENT || err_errno(err, errno, "list the runs"); /* ENOENT: nothing has ever run */
	struct run_name run;

	while (next_run(dir, &run))
		if (run.caller == who->uid && (!id || strcmp(run.id, id) == 0)) {
			found = true;
			good = end_run(run.whole, err) && good;
		}
	(void)(dir && closedir(dir));
	return good && (found || err_refuse(err, "kill: %s is none of %s's running sandboxes", id, who->name));
}
