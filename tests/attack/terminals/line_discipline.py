"""TIOCSETD: another line discipline, of which each is a driver that may be loaded for it."""
INSIDE = "EPERM"


def attack(fd):
    return ioctl(fd, 0x5423, struct.pack("i", 0))
