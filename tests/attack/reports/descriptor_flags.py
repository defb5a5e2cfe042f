"""Flags of the streams' open files: not blocking, at the end, asynchronous, in packets; other sizes; an owner, and SIGKILL for him."""
import fcntl

REPORT, FOOLS = {"exit_code": 6}, "flags"

for fd in (1, 2, 3):
    for what, value in ((fcntl.F_SETFL, os.O_NONBLOCK), (fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND),
                        (fcntl.F_SETFL, os.O_NONBLOCK | 0o40000),
                        (fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC), (1031, 1 << 20), (1031, 4096), (fcntl.F_SETOWN, 1),
                        (fcntl.F_SETOWN, -1), (fcntl.F_SETSIG, signal.SIGKILL)):
        try:
            fcntl.fcntl(fd, what, value)
        except OSError:
            continue
    for act in (lambda: os.lseek(fd, 0, 0), lambda: os.ftruncate(fd, 0), lambda: os.pwrite(fd, b"x", 0)):
        try:
            act()
        except OSError:
            continue
    os.write(fd, b"said")
os._exit(6)
