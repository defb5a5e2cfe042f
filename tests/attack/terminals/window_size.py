"""TIOCSWINSZ: a size of the component's choice, and SIGWINCH for the terminal's programs."""
INSIDE = "EPERM"


def attack(fd):
    return ioctl(fd, 0x5414, struct.pack("4H", 7, 7, 7, 7))
