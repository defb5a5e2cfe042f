/* Builds the sandbox's file system. Runs as: spawner (taking trees) and child (building), uid 0, set-up capabilities. */
#include "mounts.h"

#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <linux/magic.h>
#include <linux/mount.h>

#include "small.h"
#include "trusted_file.h"

#define ROOT_EXTRA_BYTES 65536 /* bytes: names, links, passwd and group of the root file system, beside the component */
#define PROPAGATION_PRIVATE (1u << 18) /* MS_PRIVATE, linux/mount.h of old clashes with sys/mount.h */
#define DETACH 2                       /* MNT_DETACH */
#define OWN_ATTRIBUTES (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

extern int umount2(const char *target, int flags);

/* Devices of major 1 (Documentation/admin-guide/devices.txt), and links. */
static const struct { const char *name, *target; unsigned int minor; } nodes[] = {
	{ "dev/null", NULL, 3 }, { "dev/zero", NULL, 5 }, { "dev/full", NULL, 7 }, { "dev/random", NULL, 8 }, { "dev/urandom", NULL, 9 },
	{ "dev/fd", "/proc/self/fd", 0 }, { "dev/stdin", "/proc/self/fd/0", 0 }, { "dev/stdout", "/proc/self/fd/1", 0 },
	{ "dev/stderr", "/proc/self/fd/2", 0 }, { "bin", "usr/bin", 0 }, { "sbin", "usr/sbin", 0 }, { "lib", "usr/lib", 0 }, { "lib64", "usr/lib64", 0 } };

static bool set_attributes(int fd, const char *what, uint64_t attributes, unsigned int flags, struct sbx_err *err)
{
	struct mount_attr attr = { .attr_set = attributes, .propagation = PROPAGATION_PRIVATE };

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
	*tree = (struct sbx_tree){ path, (int)syscall(SYS_open_tree, source, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC),
		S_ISDIR(st.st_mode) };
	if (tree->fd < 0)
		return err_errno(err, errno, "take a detached tree of %s", path);
	trees->count++;
	return set_attributes(tree->fd, path, MOUNT_ATTR_RDONLY | OWN_ATTRIBUTES, AT_RECURSIVE, err);
}

static bool is_covered(const char *path, const struct sbx_trees *trees)
{
	bool covered = false;

	for (uint32_t i = 0; i < trees->count; i++) {
		size_t length = strlen(trees->tree[i].path);

		covered = covered || (strncmp(path, trees->tree[i].path, length) == 0 && (path[length] == '/' || !path[length]));
	}
	return covered;
}

bool mounts_take(const struct sbx_plan *plan, struct sbx_trees *trees, struct sbx_err *err)
{
	const struct sbx_list *lists[] = { &plan->profile->readonly, &plan->pythonpath };
	const char *runner = plan->profile->runner;
	OWNED_FD checked = -1;

	trees->count = 0;
	for (size_t i = 0; i < COUNT(lists); i++)
		for (uint32_t j = 0; j < lists[i]->count; j++)
			if (!take_tree(lists[i]->word[j], trees, err))
				return false;
	/* covered: visible already, but its owner and mode count all the same */
	return !runner || (is_covered(runner, trees) ? trusted_open(runner, O_PATH, &checked, err) : take_tree(runner, trees, err));
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

struct fs_option { const char *key, *value; };

static bool mount_new(const char *type, const struct fs_option *options, unsigned int attributes, const char *at, int *fd, struct sbx_err *err)
{
	OWNED_FD fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);

	for (; fs >= 0 && options->key; options++)
		if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, options->key, options->value, 0) < 0)
			return err_errno(err, errno, "set %s=%s of a new %s", options->key, options->value, type);
	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return err_errno(err, errno, fs < 0 ? "open a new %s" : "create a new %s", type);
	*fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
	return (*fd >= 0 || err_errno(err, errno, "make a mount of a new %s", type)) && make_directory(at, err) && attach(*fd, at, err);
}

/* Makes the place for a tree at its own path, seen from the new root (the working directory). Below an attached tree it is there. */
static bool make_target(const struct sbx_tree *tree, struct sbx_err *err)
{
	char path[256] = "";

	(void)!must_format(path, sizeof path, "%s/", tree->path + 1); /* the policy takes no path of 190 characters or more */
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool file = !slash[1] && !tree->directory;

		*slash = '\0';
		if (access(path, F_OK) < 0 && !(file ? small_write(AT_FDCWD, path, O_CREAT | O_EXCL, "") : mkdir(path, 0755) == 0))
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
	const struct fs_option options[] = { { "mode", "0755" }, { "size", "64k" }, { NULL, NULL } };
	OWNED_FD dev = -1;

	/* the one mount without nodev: five nodes that we make, and read-only before the component is there */
	if (!mount_new("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, "dev", &dev, err))
		return false;
	for (size_t i = 0; i < COUNT(nodes); i++)
		if ((nodes[i].target ? symlink(nodes[i].target, nodes[i].name) : mknod(nodes[i].name, S_IFCHR | 0666, makedev(1, nodes[i].minor))) < 0)
			return err_errno(err, errno, "make %s in the sandbox", nodes[i].name);
	return make_directory("dev/shm", err) && set_attributes(dev, "/dev", MOUNT_ATTR_RDONLY, 0, err);
}

static bool make_private_dirs(const struct sbx_plan *plan, uint32_t uid, struct sbx_err *err)
{
	char owner[16], size[24], inodes[24];
	unsigned long long bytes = plan->limit[SBX_TMP_SIZE];
	const struct fs_option proc[] = { { "subset", "pid" }, { NULL, NULL } },
		options[] = { { "size", size }, { "nr_inodes", inodes }, { "uid", owner }, { "gid", owner }, { "mode", "0700" }, { NULL, NULL } };
	OWNED_FD tmp_fd = -1, shm_fd = -1, proc_fd = -1;

	(void)!must_format(owner, sizeof owner, "%u", uid); /* numbers of at most 20 digits */
	(void)!must_format(size, sizeof size, "%llu", bytes);
	(void)!must_format(inodes, sizeof inodes, "%llu", bytes / 4096 + 16); /* they are memory too: one for each page of the size */
	return mount_new("tmpfs", options, OWN_ATTRIBUTES, "tmp", &tmp_fd, err) &&
		mount_new("tmpfs", options, OWN_ATTRIBUTES, "dev/shm", &shm_fd, err) &&
		mount_new("proc", proc, OWN_ATTRIBUTES | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY, "proc", &proc_fd, err);
}

static bool fill_root(const struct sbx_plan *plan, const struct sbx_trees *trees, uint32_t uid, int code_fd, struct sbx_err *err)
{
	bool good = make_devices(err) && make_private_dirs(plan, uid, err) && write_accounts(uid, err);

	for (uint32_t i = 0; i < trees->count; i++)
		good = good && make_target(&trees->tree[i], err) && attach(trees->tree[i].fd, trees->tree[i].path + 1, err);
	return good && make_directory(&SBX_COMPONENT_DIR[1], err) && copy_component(plan->component_path, code_fd, err);
}

/* type 0: any, for trees of the host. */
static bool check_mount(const char *path, long type, unsigned long flags, struct sbx_err *err)
{
	struct statfs fs;

	return (statfs(path, &fs) == 0 && (!type || fs.f_type == type) && ((unsigned long)fs.f_flags & flags) == flags) ||
		err_fail(err, "build the sandbox's file system: %s reads back as another type or with other flags", path);
}

static bool check_mounts(const struct sbx_trees *trees, struct sbx_err *err)
{
	bool good = true;

	umask(022); /* all is made: the component's */
	for (uint32_t i = 0; i < trees->count; i++)
		good = good && check_mount(trees->tree[i].path, 0, ST_RDONLY | ST_NOSUID | ST_NODEV, err);
	return good && check_mount("/", TMPFS_MAGIC, ST_RDONLY | ST_NOSUID | ST_NODEV, err) &&
		check_mount("/dev", TMPFS_MAGIC, ST_RDONLY | ST_NOSUID | ST_NOEXEC, err) &&
		check_mount("/tmp", TMPFS_MAGIC, ST_NOSUID | ST_NODEV, err) && check_mount("/dev/shm", TMPFS_MAGIC, ST_NOSUID | ST_NODEV, err) &&
		check_mount("/proc", PROC_SUPER_MAGIC, ST_NOSUID | ST_NODEV, err);
}

bool mounts_build(const struct sbx_plan *plan, const struct sbx_trees *trees, uint32_t uid, int code_fd, struct sbx_err *err)
{
	char size[24];
	const struct fs_option options[] = { { "mode", "0755" }, { "size", size }, { NULL, NULL } };
	OWNED_FD host = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), root = -1;

	umask(0); /* until check_mounts */
	(void)!must_format(size, sizeof size, "%llu", (unsigned long long)plan->limit[SBX_CODE_SIZE] + 2 * ROOT_EXTRA_BYTES);
	return set_attributes(host, "/", 0, AT_RECURSIVE, err) && /* first of all: nothing may travel back to the host */
		mount_new("tmpfs", options, OWN_ATTRIBUTES, "/", &root, err) && (fchdir(root) == 0 || err_errno(err, errno, "enter the sandbox's root")) &&
		fill_root(plan, trees, uid, code_fd, err) && set_attributes(root, "/", MOUNT_ATTR_RDONLY, 0, err) &&
		/* both names are the new root: the old one ends up stacked on it, and the detach takes it away (pivot_root(2), NOTES) */
		((syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", DETACH) == 0 && chdir("/") == 0) ||
		 err_errno(err, errno, "change into the sandbox's root")) && check_mounts(trees, err);
}
