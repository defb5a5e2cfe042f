/* Opens what the policy names, and trusts nothing on the way. Runs as: spawner, uid 0, set-up capabilities. */
#include "trusted_file.h"
#include "small.h"

#include <stdlib.h>

static bool check_part(int fd, const char *path, int length, struct sbx_err *err)
{
	struct stat st;

	return (fstat(fd, &st) == 0 || err_errno(err, errno, "look at %.*s", length, path)) &&
		(!S_ISLNK(st.st_mode) || err_fail(err, "%.*s is a symbolic link: name the place that it leads to", length, path)) &&
		(st.st_uid == 0 || err_fail(err, "%.*s belongs to uid %u, not to root: chown root it", length, path, st.st_uid)) &&
		(!(st.st_mode & 022) || err_fail(err, "%.*s can be written by others (mode %04o): chmod go-w it", length, path, st.st_mode & 07777));
}

bool trusted_open(const char *path, int flags, int *fd, struct sbx_err *err)
{
	OWNED_FD here = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[256];

	*fd = -1;
	if (!check_part(here, "/", 1, err))
		return false;
	for (const char *part = path + 1, *end = path; *end; part = end + 1) {
		end = strchrnul(part, '/');
		/* the last part too is looked at before it is opened: a FIFO or a device would act on open */
		bool fits = must_format(name, sizeof name, "%.*s", (int)(end - part), part);
		OWNED_FD next = fits ? openat(here, name, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;

		if (!(next >= 0 || err_errno(err, errno, "open %.*s", (int)(end - path), path)) || !check_part(next, path, (int)(end - path), err))
			return false;
		fd_close(&here);
		here = fd_steal(&next);
	}
	(void)!must_format(name, sizeof name, "/proc/self/fd/%d", here); /* the very file that was checked; at most 24 bytes */
	*fd = (flags & O_PATH) ? fd_steal(&here) : open(name, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return *fd >= 0 || err_errno(err, errno, "open %s", path);
}

bool trusted_read(const char *path, size_t max, char **text, size_t *length, struct sbx_err *err)
{
	struct stat st;
	OWNED_FD fd = -1;
	ssize_t got;

	if (!trusted_open(path, O_RDONLY, &fd, err))
		return false;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		return err_fail(err, "read %s: not a regular file of at most %zu bytes", path, max);
	*text = calloc(1, (size_t)st.st_size + 2);
	got = *text ? read(fd, *text, (size_t)st.st_size + 1) : -1;
	*length = got < 0 ? 0 : (size_t)got;
	return (got >= 0 || err_errno(err, errno, "read %s", path)) &&
		(got == st.st_size || err_fail(err, "read %s: it changed while it was read", path));
}
