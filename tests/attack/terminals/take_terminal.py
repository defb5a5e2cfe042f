"""TIOCSCTTY: the terminal becomes the component's own, once it leads a session without one."""
INSIDE, OUTSIDE = "EPERM", [("EPERM", "", "the session that has the terminal keeps it: ioctl_tty(2)")]


def attack(fd):
    return ioctl(fd, 0x540e, 1)
