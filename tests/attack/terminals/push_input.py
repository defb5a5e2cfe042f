"""TIOCSTI puts words into the mouth of who types at the terminal (CVE-2016-9016, firejail; CVE-2017-5226, bubblewrap)."""
INSIDE, OUTSIDE = "EPERM", [("EIO", "/proc/sys/dev/tty/legacy_tiocsti", "0")]


def attack(fd):
    return ioctl(fd, 0x5412, b"x")
