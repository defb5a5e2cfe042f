"""A POSIX record lock on a file that both see read-only: F_GETLK for a write lock needs no right to write, and tells of the other's."""
import fcntl

OPEN = "F_GETLK cannot be told from that of an honest program's own files"
READ_LOCK = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
WRITE_LOCK = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)


def plant(me):
    me.fd = os.open(me.shared, os.O_RDONLY)
    fcntl.fcntl(me.fd, fcntl.F_SETLK, READ_LOCK)
    fcntl.fcntl(os.open(me.shared, os.O_RDONLY), 37, READ_LOCK)  # F_OFD_SETLK


def look(me):
    fd = os.open(me.shared, os.O_RDONLY)
    return any(struct.unpack("hhqqi4x", fcntl.fcntl(fd, act, WRITE_LOCK))[0] != fcntl.F_UNLCK for act in (fcntl.F_GETLK, 36))
