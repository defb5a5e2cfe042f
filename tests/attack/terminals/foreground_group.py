"""TIOCSPGRP: whom the keys of the terminal reach."""
INSIDE = "EPERM"


def attack(fd):
    return ioctl(fd, 0x5410, struct.pack("i", os.getpgrp()))
