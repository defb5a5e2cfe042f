"""inotify on a file that both see read-only tells one what the other opens: the inode is the same."""
PLANTING = ["EPERM"]


def plant(me):
    me.fd = ok(libc.inotify_init1(os.O_NONBLOCK))
    ok(libc.inotify_add_watch(me.fd, me.shared.encode(), 0x20))  # IN_OPEN


def look(me):
    os.open(me.shared, os.O_RDONLY)


def saw(me):
    return os.read(me.fd, 4096)
