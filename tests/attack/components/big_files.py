"""Fills a disc or a memory of the host with one file. Held by RLIMIT_FSIZE, and by the size of its own /tmp and /dev/shm."""
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def grow(path):
    fd = os.open(path, os.O_CREAT | os.O_RDWR) if path else os.memfd_create("x")
    os.ftruncate(fd, 4 << 30)  # has no blocks, here and outside
    if path:
        os.unlink(path)


attack({"/tmp": lambda: grow("big"), "/dev/shm": lambda: grow(f"/dev/shm/omnisbx-{host['token']}-big"), "memory": lambda: grow("")})
