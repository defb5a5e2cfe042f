"""TIOCLINUX selects text on a virtual console and pastes it as input (CVE-2023-1523, snapd; CVE-2023-28100, flatpak)."""
INSIDE, OUTSIDE = "EPERM", [("ENOTTY", "", "a pseudo-terminal is no virtual console: ioctl_console(2)")]


def attack(fd):
    return ioctl(fd, 0x541c, b"\x03")  # TIOCL_PASTESEL
