"""The access time of a file that both see: a read-only mount keeps it still (a read would set it, with relatime once a day)."""


def plant(me):
    try:
        os.utime(me.shared, (1e9, 1.1e9))
    except OSError:
        pass  # the sandbox: the driver's file is read for the first time
    me.before = os.stat(me.shared).st_atime_ns


def look(me):
    with open(me.shared, "rb") as file:
        file.read()


def saw(me):
    return os.stat(me.shared).st_atime_ns != me.before
