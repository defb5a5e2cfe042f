"""tcflow and tcflush: the terminal stands still, and what was typed is gone."""
INSIDE = "EPERM"


def attack(fd):
    return [ioctl(fd, 0x540b, 0), ioctl(fd, 0x540a, 0), ioctl(fd, 0x540a, 1)]  # TCFLSH; TCXONC off, and on again
