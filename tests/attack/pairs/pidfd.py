"""A pidfd of the other: a signal through it, and its descriptors (pidfd_getfd)."""


def plant(me):
    me.hit = []
    signal.signal(signal.SIGUSR2, lambda *_: me.hit.append(1))


def look(me):
    fd = os.pidfd_open(me.pid)
    try:
        syscall("pidfd_getfd", fd, 1, 0)
    finally:
        signal.pidfd_send_signal(fd, signal.SIGUSR2)


def saw(me):
    return me.hit
