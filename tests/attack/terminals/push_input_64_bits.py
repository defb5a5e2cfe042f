"""The same, with a bit beyond the 32 that the kernel looks at (CVE-2019-7303, snap; CVE-2019-10063, flatpak)."""
INSIDE, OUTSIDE = "EPERM", [("EIO", "/proc/sys/dev/tty/legacy_tiocsti", "0")]


def attack(fd):
    return ioctl(fd, 1 << 32 | 0x5412, b"x")
