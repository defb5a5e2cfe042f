"""A lease (F_SETLEASE) on a file makes whoever opens it wait: in the sandbox nobody has one."""
import fcntl

PLANTING = ["EPERM"]


def plant(me):
    fcntl.fcntl(os.open(me.shared, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)
    signal.signal(signal.SIGIO, signal.SIG_IGN)


def look(me):
    try:
        os.open(me.shared, os.O_WRONLY | os.O_NONBLOCK)
    except BlockingIOError:
        return True
