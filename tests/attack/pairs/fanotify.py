"""fanotify without a capability (FAN_REPORT_FID, Linux 5.13): the same as inotify."""
PLANTING = ["EPERM"]


def plant(me):
    me.fd = ok(libc.fanotify_init(0x200 | 2, os.O_RDONLY))  # FAN_REPORT_FID, FAN_NONBLOCK
    ok(libc.fanotify_mark(me.fd, 1, ctypes.c_uint64(0x20), -100, me.shared.encode()))  # FAN_MARK_ADD, FAN_OPEN


def look(me):
    os.open(me.shared, os.O_RDONLY)


def saw(me):
    return os.read(me.fd, 4096)
