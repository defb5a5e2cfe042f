/* Builds the sandbox's file system. Runs as: spawner (taking trees) and child (building), uid 0, set-up capabilities. */
#include "mounts.h"

#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <linux/magic.h>
#include <linux/mount.h>

#include "small.h"
#include "trusted_file.h"

#define OWN_ATTRIBUTES (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

/* The sandbox's own file systems, and what is read back of each at the end: a MOUNT_ATTR_ has the value of statvfs' ST_. */
enum own { OWN_ROOT, OWN_DEV, OWN_TMP, OWN_SHM, OWN_PROC, OWN_MOUNTS };
/* filled: and made read-only then. */
static const struct own_row { const char *at, *type; long magic; unsigned int attributes; bool filled; } own_rows[] = {
	[OWN_ROOT] = { "/", "tmpfs", TMPFS_MAGIC, OWN_ATTRIBUTES, true },
	[OWN_DEV] = { "/dev", "tmpfs", TMPFS_MAGIC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, true }, /* without nodev: five nodes that we make */
	[OWN_TMP] = { "/tmp", "tmpfs", TMPFS_MAGIC, OWN_ATTRIBUTES, false },
	[OWN_SHM] = { "/dev/shm", "tmpfs", TMPFS_MAGIC, OWN_ATTRIBUTES, false },
	[OWN_PROC] = { "/proc", "proc", PROC_SUPER_MAGIC, OWN_ATTRIBUTES | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY, false } };

/* Devices of major 1 (Documentation/admin-guide/devices.txt), and links. */
static const struct { const char *name, *target; unsigned int minor; } nodes[] = {
	{ "dev/null", NULL, 3 }, { "dev/zero", NULL, 5 }, { "dev/full", NULL, 7 }, { "dev/random", NULL, 8 }, { "dev/urandom", NULL, 9 },
	{ "dev/fd", "/proc/self/fd", 0 }, { "dev/stdin", "/proc/self/fd/0", 0 }, { "dev/stdout", "/proc/self/fd/1", 0 },
	{ "dev/stderr", "/proc/self/fd/2", 0 }, { "bin", "usr/bin", 0 }, { "sbin", "usr/sbin", 0 }, { "lib", "usr/lib", 0 },
	{ "lib64", "usr/lib64", 0 } };

static bool set_attributes(int fd, const char *what, uint64_t attributes, unsigned int flags, struct sbx_err *err)
{
	struct mount_attr attr = { .attr_set = attributes, .propagation = 1u << 18 /* MS_PRIVATE */ };

	return syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | flags, &attr, sizeof attr) == 0 ||
		err_errno(err, errno, "set mount attributes of %s", what);
}

static bool take_tree(const char *path, struct sbx_trees *trees, struct sbx_err *err)
{
	struct sbx_tree *tree = &trees->tree[trees->count];
	struct stat st;
	OWNED_FD source = -1;

	if (!trusted_open(path, O_PATH, &source, err))
		return false;
	if (fstat(source, &st) < 0 || !(S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)))
		return err_fail(err, "%s is neither a directory nor a regular file", path);
	*tree = (struct sbx_tree){ path, -1, S_ISDIR(st.st_mode) };
	tree->fd = (int)syscall(SYS_open_tree, source, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree->fd < 0)
		return err_errno(err, errno, "take a detached tree of %s", path);
	trees->count++;
	return set_attributes(tree->fd, path, MOUNT_ATTR_RDONLY | OWN_ATTRIBUTES, AT_RECURSIVE, err);
}

bool mounts_take(const struct sbx_plan *plan, struct sbx_trees *trees, struct sbx_err *err)
{
	const struct sbx_list *lists[] = { &plan->profile->readonly, &plan->pythonpath };

	trees->count = 0;
	for (size_t i = 0; i < COUNT(lists); i++)
		for (uint32_t j = 0; j < lists[i]->count; j++)
			if (!take_tree(lists[i]->word[j], trees, err))
				return false;
	return !plan->profile->runner || take_tree(plan->profile->runner, trees, err); /* last: it may lie below one of the others */
}

void mounts_release(struct sbx_trees *trees)
{
	while (trees->count)
		fd_close(&trees->tree[--trees->count].fd);
}

static bool make_directory(const char *path, struct sbx_err *err)
{
	return mkdir(path, 0755) == 0 || errno == EEXIST || err_errno(err, errno, "make directory %s in the sandbox", path);
}

static bool attach(int mount_fd, const char *at, struct sbx_err *err)
{
	return syscall(SYS_move_mount, mount_fd, "", AT_FDCWD, at, MOVE_MOUNT_F_EMPTY_PATH) == 0 ||
		err_errno(err, errno, "attach a mount at %s in the sandbox", at);
}

/* options: as mount(8) takes them. The new root goes on top of the old one, the others below it: it is the working directory by then. */
static bool mount_own(enum own which, const char *options, int *fd, struct sbx_err *err)
{
	const struct own_row *row = &own_rows[which];
	const char *at = which == OWN_ROOT ? row->at : row->at + 1;
	OWNED_FD fs = (int)syscall(SYS_fsopen, row->type, FSOPEN_CLOEXEC);
	char text[128], *rest = text, *value;
	bool good = fs >= 0 && must_format(text, sizeof text, "%s", options);

	while (good && (value = strsep(&rest, ","))) {
		const char *key = strsep(&value, "=");

		good = syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0) == 0;
	}
	if (good && syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		*fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, row->attributes);
	return (*fd >= 0 || err_errno(err, errno, "make a new %s with %s for the sandbox's %s", row->type, options, row->at)) &&
		make_directory(at, err) && attach(*fd, at, err);
}

/* Makes the place for a tree at its own path, seen from the new root (the working directory). Below an attached tree it is there. */
static bool make_target(const struct sbx_tree *tree, struct sbx_err *err)
{
	char path[256] = "";

	(void)!must_format(path, sizeof path, "%s/", tree->path + 1); /* the policy takes no path of 190 characters or more */
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool directory = slash[1] || tree->directory;

		*slash = '\0';
		if ((directory ? mkdir(path, 0755) < 0 : !small_write(AT_FDCWD, path, O_CREAT | O_EXCL, "")) && errno != EEXIST)
			return err_errno(err, errno, "make a place for %s in the sandbox", tree->path);
		*slash = '/';
	}
	return true;
}

static bool write_accounts(uint32_t uid, struct sbx_err *err)
{
	char passwd[128], group[64];

	return make_directory("etc", err) &&
		((must_format(passwd, sizeof passwd, "component:x:%u:%u:component:/tmp:/usr/sbin/nologin\n", uid, uid) &&
		  must_format(group, sizeof group, "component:x:%u:\n", uid) && small_write(AT_FDCWD, "etc/passwd", O_CREAT | O_EXCL, passwd) &&
		  small_write(AT_FDCWD, "etc/group", O_CREAT | O_EXCL, group)) || err_errno(err, errno, "write passwd and group in the sandbox"));
}

static bool copy_component(const char *path, int code_fd, struct sbx_err *err)
{
	struct stat st;
	off_t done = 0;
	OWNED_FD fd = open(path + 1, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

	if (fd < 0 || fstat(code_fd, &st) < 0)
		return err_errno(err, errno, "make %s in the sandbox", path);
	while (done < st.st_size)
		if (sendfile(fd, code_fd, &done, (size_t)(st.st_size - done)) <= 0)
			return err_errno(err, errno, "write %s in the sandbox", path);
	return true;
}

static bool make_devices(struct sbx_err *err)
{
	for (size_t i = 0; i < COUNT(nodes); i++)
		if ((nodes[i].target ? symlink(nodes[i].target, nodes[i].name) : mknod(nodes[i].name, S_IFCHR | 0666, makedev(1, nodes[i].minor))) < 0)
			return err_errno(err, errno, "make %s in the sandbox", nodes[i].name);
	return make_directory("dev/shm", err);
}

static bool fill_root(const struct sbx_plan *plan, const struct sbx_trees *trees, uint32_t uid, int code_fd, struct sbx_err *err)
{
	unsigned long long bytes = plan->limit[SBX_TMP_SIZE];
	OWNED_FD dev = -1, tmp = -1, shm = -1, proc = -1;
	char private[128];
	bool good;

	/* inodes are memory too: one for each page of the size */
	(void)!must_format(private, sizeof private, "mode=0700,uid=%u,gid=%u,size=%llu,nr_inodes=%llu", uid, uid, bytes, bytes / 4096 + 16);
	good = mount_own(OWN_DEV, "mode=0755,size=64k", &dev, err) && make_devices(err) &&
		set_attributes(dev, "/dev", MOUNT_ATTR_RDONLY, 0, err) && mount_own(OWN_TMP, private, &tmp, err) &&
		mount_own(OWN_SHM, private, &shm, err) && mount_own(OWN_PROC, "subset=pid", &proc, err) && write_accounts(uid, err);
	for (uint32_t i = 0; i < trees->count; i++)
		good = good && make_target(&trees->tree[i], err) && attach(trees->tree[i].fd, trees->tree[i].path + 1, err);
	return good && make_directory(&SBX_COMPONENT_DIR[1], err) && copy_component(plan->component_path, code_fd, err);
}

/* magic 0: any, for trees of the host. */
static bool check_mount(const char *path, long magic, unsigned int attributes, struct sbx_err *err)
{
	struct statfs fs;

	return (statfs(path, &fs) == 0 && (!magic || fs.f_type == magic) && ((unsigned int)fs.f_flags & attributes) == attributes) ||
		err_fail(err, "build the sandbox's file system: %s reads back as another type or with other flags", path);
}

static bool check_mounts(const struct sbx_trees *trees, struct sbx_err *err)
{
	bool good = true;

	umask(022); /* all is made: the component's */
	for (uint32_t i = 0; i < trees->count; i++)
		good = good && check_mount(trees->tree[i].path, 0, MOUNT_ATTR_RDONLY | OWN_ATTRIBUTES, err);
	for (const struct own_row *row = own_rows; row < own_rows + OWN_MOUNTS; row++)
		good = good && check_mount(row->at, row->magic, row->attributes | (row->filled ? MOUNT_ATTR_RDONLY : 0), err);
	return good;
}

bool mounts_build(const struct sbx_plan *plan, const struct sbx_trees *trees, uint32_t uid, int code_fd, struct sbx_err *err)
{
	char options[64];
	OWNED_FD host = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), root = -1;

	umask(0); /* until check_mounts */
	/* beside the component: names, links, passwd and group */
	(void)!must_format(options, sizeof options, "mode=0755,size=%llu", (unsigned long long)plan->limit[SBX_CODE_SIZE] + 131072);
	return set_attributes(host, "/", 0, AT_RECURSIVE, err) && /* first of all: nothing may travel back to the host */
		mount_own(OWN_ROOT, options, &root, err) && (fchdir(root) == 0 || err_errno(err, errno, "enter the sandbox's root")) &&
		fill_root(plan, trees, uid, code_fd, err) && set_attributes(root, "/", MOUNT_ATTR_RDONLY, 0, err) &&
		/* both names are the new root: the old one ends up stacked on it, and the detach takes it away (pivot_root(2), NOTES) */
		((syscall(SYS_pivot_root, ".", ".") == 0 && syscall(SYS_umount2, ".", 2 /* MNT_DETACH */) == 0 && chdir("/") == 0) ||
		 err_errno(err, errno, "change into the sandbox's root")) && check_mounts(trees, err);
}
