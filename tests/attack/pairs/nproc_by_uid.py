"""RLIMIT_NPROC counts the processes of a uid, wherever they are: with one uid, what the other may fork says how many you have."""
import resource


def plant(me):
    me.children = []
    for _ in range(10):
        child = os.fork()
        if not child:
            signal.pause()
            os._exit(0)
        me.children.append(child)


def look(me):
    resource.setrlimit(resource.RLIMIT_NPROC, (8, 8))
    try:
        child = os.fork()
    except BlockingIOError:
        return True
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def withdraw(me):
    for child in getattr(me, "children", []):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
