"""flock on a file that both see read-only: held or not is a bit, and a lock on a file of the host's is the host's too."""
import fcntl

PLANTING = LOOKING = ["EPERM"]


def plant(me):
    me.fd = os.open(me.shared, os.O_RDONLY)
    fcntl.flock(me.fd, fcntl.LOCK_EX)


def look(me):
    try:
        fcntl.flock(os.open(me.shared, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
