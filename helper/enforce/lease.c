/* Uids, places, ids and kill sockets of runs, by locks that end with their holder. Runs as: spawner and verb `kill`, uid 0. */
#include "lease.h"

#include <dirent.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "../decide/number.h"
#include "small.h"

#define STATE_DIR "/run/omnisbx"
#define KILL_WAIT_MS 15000      /* longer than the supervisor's own bound on clean-up */
#define FIRST_PLACE (1ull << 60) /* above all uids; the places of a caller are 2^20 apart from the next one's */

/* One-byte locks in one file: uids at their own number, places from FIRST_PLACE on. */
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

	*lease = (struct sbx_lease){ .lock_fd = -1, .run_dir_fd = -1, .socket_fd = -1 };
	return open_state_dir(AT_FDCWD, STATE_DIR, 0755, &dir, err) && open_state_dir(dir, "runs", 0700, &lease->run_dir_fd, err) &&
		((lease->lock_fd = openat(dir, "locks", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) >= 0 ||
		 err_errno(err, errno, "open %s/locks", STATE_DIR));
}

bool lease_take(struct sbx_lease *lease, const struct sbx_policy *policy, const struct sbx_caller *caller, const struct sbx_identity *who,
		struct sbx_err *err)
{
	uint64_t random[3], place, uid;

	if (getrandom(random, sizeof random, 0) != sizeof random)
		return err_errno(err, errno, "get random bytes");
	if (!lock_any(lease->lock_fd, FIRST_PLACE | (uint64_t)who->uid << 20, caller->sandboxes_max, random[0], &place))
		return err_refuse(err, "busy: %s has %llu sandboxes running, and sandboxes.max allows no more: wait for one to end", who->name,
				  (unsigned long long)caller->sandboxes_max);
	if (!lock_any(lease->lock_fd, policy->uid_first, policy->uid_last - policy->uid_first + 1, random[1], &uid))
		return err_refuse(err, "busy: every uid of the policy's uids is in use: widen uids, or wait for a sandbox to end");
	lease->uid = (uint32_t)uid;
	return must_format(lease->id, sizeof lease->id, "%016llx", (unsigned long long)random[2]) || err_fail(err, "make a run id");
}

/* Names are at most 63 bytes, so the path always fits. */
static struct sockaddr_un run_address(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)!must_format(address.sun_path, sizeof address.sun_path, STATE_DIR "/runs/%s", name);
	return address;
}

void lease_name_socket(struct sbx_lease *lease, const struct sbx_identity *who)
{
	(void)!must_format(lease->socket_name, sizeof lease->socket_name, "%u-%u-%s", who->uid, lease->uid, lease->id); /* at most 38 bytes */
}

bool lease_listen(struct sbx_lease *lease, const struct sbx_identity *who, struct sbx_err *err)
{
	struct sockaddr_un address;

	lease_name_socket(lease, who);
	address = run_address(lease->socket_name);
	lease->socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return (lease->socket_fd >= 0 && bind(lease->socket_fd, (struct sockaddr *)&address, sizeof address) == 0 &&
		listen(lease->socket_fd, 8) == 0) || err_errno(err, errno, "make %s", address.sun_path);
}

void lease_forget(struct sbx_lease *lease)
{
	if (lease->socket_name[0])
		(void)unlinkat(lease->run_dir_fd, lease->socket_name, 0); /* a leftover is reaped by the next run */
	lease->socket_name[0] = '\0';
}

struct run_name { char copy[64]; const char *whole, *id; uint64_t uid; };

/* The next name of a run, OWNER-UID-ID; anything else in the directory is nobody's run. owner NULL: any caller's uid. */
static bool next_run(DIR *dir, const char *owner, struct run_name *run)
{
	struct dirent *entry;
	uint64_t caller;

	while (dir && (entry = readdir(dir))) {
		bool fits = must_format(run->copy, sizeof run->copy, "%s", entry->d_name);
		char *rest = run->copy, *first = strsep(&rest, "-"), *uid = strsep(&rest, "-");

		run->whole = entry->d_name;
		run->id = rest;
		if (fits && rest && strlen(rest) == SBX_ID_BYTES - 1 && number_parse(uid, 1, UINT32_MAX, &run->uid) &&
		    (owner ? strcmp(first, owner) == 0 : number_parse(first, 0, UINT32_MAX, &caller)))
			return true;
	}
	return false;
}

bool lease_clean(const struct sbx_lease *lease, int dir_fd, const char *owner, bool (*clean)(int dir_fd, const char *name))
{
	int list_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = list_fd < 0 ? NULL : fdopendir(list_fd);
	struct run_name run;
	bool ours_clean = true;

	while (next_run(dir, owner, &run)) {
		if (!set_lock(lease->lock_fd, F_WRLCK, run.uid)) /* a living run has it; our own counts as free: nothing has its name yet */
			continue;
		if (!clean(dir_fd, run.whole)) /* it stays locked: nobody gets a uid that still has processes */
			ours_clean = ours_clean && run.uid != lease->uid;
		else if (run.uid != lease->uid)
			(void)set_lock(lease->lock_fd, F_UNLCK, run.uid); /* at worst the uid stays taken until this process ends */
	}
	if (dir)
		(void)closedir(dir);
	return ours_clean;
}

static bool remove_socket(int dir_fd, const char *name)
{
	(void)unlinkat(dir_fd, name, 0); /* tried again by the next run */
	return true;
}

void lease_reap(const struct sbx_lease *lease)
{
	(void)!lease_clean(lease, lease->run_dir_fd, NULL, remove_socket);
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
	bool found = !id, good = true;
	struct run_name run;
	char owner[16];

	if (!dir || !must_format(owner, sizeof owner, "%u", who->uid))
		return err_errno(err, errno, "list the runs");
	while (next_run(dir, owner, &run))
		if (!id || strcmp(run.id, id) == 0) {
			found = true;
			good = end_run(run.whole, err) && good;
		}
	(void)closedir(dir);
	return good && (found || err_refuse(err, "kill: %s is none of %s's running sandboxes", id, who->name));
}
