"""RLIMIT_SIGPENDING counts the queued signals of a uid: with one uid, a full queue of one leaves no room to the other."""
import resource

QUEUED = signal.SIGRTMIN + 3


def plant(me):
    signal.pthread_sigmask(signal.SIG_BLOCK, [QUEUED])
    for _ in range(100):
        ok(libc.sigqueue(os.getpid(), QUEUED, None))


def look(me):
    signal.pthread_sigmask(signal.SIG_BLOCK, [QUEUED])
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (50, 50))
    try:
        ok(libc.sigqueue(os.getpid(), QUEUED, None))
    except BlockingIOError:
        return True
