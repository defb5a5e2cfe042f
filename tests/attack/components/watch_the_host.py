"""Sees which programs the host starts and which files it reads: by fanotify, and by inotify and
dnotify on what both see. Held by the filter."""
WAY = "host"

OPEN = 0x20
F_NOTIFY, DN_ACCESS = 1026, 1
CANNOT = {"dnotify": ("a kernel without it", "no file:/proc/sys/fs/dir-notify-enable")}


def watch():
    fd = libc.inotify_init1(0)
    if fd < 0 or libc.inotify_add_watch(fd, b"/usr/bin", OPEN) < 0:
        raise OSError(ctypes.get_errno(), "inotify")


attack({"fanotify": lambda: call("fanotify_init", 0, 0),
        "fanotify without rights": lambda: call("fanotify_init", 0x200, 0), "inotify": watch,
        "dnotify": lambda: __import__("fcntl").fcntl(os.open("/usr/bin", os.O_RDONLY), F_NOTIFY, DN_ACCESS)})
