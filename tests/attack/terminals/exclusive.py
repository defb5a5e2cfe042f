"""TIOCEXCL: nobody else may open it."""
INSIDE = "EPERM"


def attack(fd):
    return [ioctl(fd, 0x540c, 0), ioctl(fd, 0x540d, 0)]
