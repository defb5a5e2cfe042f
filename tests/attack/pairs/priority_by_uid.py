"""setpriority(PRIO_USER) and ioprio_set(IOPRIO_WHO_USER) change every process of a uid."""


def plant(me):
    pass


def look(me):
    for uid in (0, me.uid, os.getuid()):
        for change in (lambda: os.setpriority(os.PRIO_USER, uid, 11), lambda: syscall("ioprio_set", 3, uid, 3 << 13)):
            try:
                change()
            except OSError:
                continue


def saw(me):
    try:
        idle = syscall("ioprio_get", 1, 0) >> 13 == 3
    except OSError:
        idle = False
    return os.getpriority(os.PRIO_PROCESS, 0) == 11 or idle
