"""TIOCNOTTY: out of the session's terminal."""
INSIDE = "EPERM"
signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which the session's leader gets for it


def attack(fd):
    return ioctl(fd, 0x5422, 0)
