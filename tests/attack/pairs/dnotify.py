"""F_NOTIFY on a directory that both see: a signal for each file of it that the other reads."""
import fcntl

PLANTING = ["EPERM"]


def plant(me):
    me.hit = []
    signal.signal(signal.SIGUSR2, lambda *_: me.hit.append(1))
    me.fd = os.open(os.path.dirname(me.shared), os.O_RDONLY)
    fcntl.fcntl(me.fd, fcntl.F_SETSIG, signal.SIGUSR2)
    fcntl.fcntl(me.fd, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT)


def look(me):
    with open(me.shared, "rb") as file:
        file.read(100)


def saw(me):
    return me.hit
