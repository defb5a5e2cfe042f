"""Gives a file of its own the set-user-id and set-group-id bits: who executes it acts as the sandbox's uid, of which the next run is the
owner. Held by the filter, in every call that has a mode."""
CANNOT = {"chmod": ("no such call", "no call:chmod"), "creat": ("no such call", "no call:creat"), "open": ("no such call", "no call:open"),
          "mknod": ("no such call", "no call:mknod"), "fchmodat2": ("before Linux 6.6", "no call:fchmodat2"),
          "mkdir": ("the kernel drops them (fs/namei.c, vfs_mkdir)", "always:")}
O_CREAT, O_WRONLY, O_RDWR, O_TMPFILE = 0o100, 1, 2, 0o20200000


def made(name, action, path=None):
    os.umask(0)
    made_fd = action(name.encode())
    st = os.fstat(made_fd) if path == "fd" else os.stat(name)
    must(st.st_mode & 0o6000, "no bit was set")


def changed(name, action):
    open(name, "w").close()
    made(name, action)


def by_descriptor(name):
    call("fchmod", os.open(name, os.O_RDONLY), 0o4755)


def memory_file(_):
    fd = os.memfd_create("x")
    call("fchmod", fd, 0o4755)
    return fd


attack({
    "chmod": lambda: changed("a", lambda name: call("chmod", name, 0o4755)),
    "group": lambda: changed("b", lambda name: call("fchmodat", -100, name, 0o2755)),
    "fchmod": lambda: changed("c", by_descriptor),
    "fchmodat": lambda: changed("d", lambda name: call("fchmodat", -100, name, 0o4755)),
    "fchmodat2": lambda: changed("e", lambda name: call("fchmodat2", -100, name, 0o4755, 0)),
    "creat": lambda: made("f", lambda name: call("creat", name, 0o4755)),
    "open": lambda: made("g", lambda name: call("open", name, O_CREAT | O_WRONLY, 0o4755)),
    "openat": lambda: made("h", lambda name: call("openat", -100, name, O_CREAT | O_WRONLY, 0o6755)),
    "openat2": lambda: made("i", lambda name: call("openat2", -100, name, (ctypes.c_uint64 * 3)(O_CREAT | O_WRONLY, 0o4755, 0), 24)),
    "mknod": lambda: made("j", lambda name: call("mknod", name, 0o104755, 0)),
    "mknodat": lambda: made("k", lambda name: call("mknodat", -100, name, 0o4755, 0)),
    "mkdir": lambda: made("l", lambda name: os.mkdir(name, 0o6755)),
    "directory": lambda: os.mkdir("m") or made("m", lambda name: call("fchmodat", -100, name, 0o2755)),
    "a file without a name": lambda: made(".", lambda name: call("openat", -100, name, O_TMPFILE | O_RDWR, 0o4755), "fd"),
    "a file in memory": lambda: made(".", memory_file, "fd"),
})
