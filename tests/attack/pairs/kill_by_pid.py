"""kill, sigqueue and a process group's signal to the other's own number, and to every number below it."""


def plant(me):
    me.hit = []
    signal.signal(signal.SIGUSR2, lambda *_: me.hit.append(1))


def look(me):
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    for pid in [me.pid, -me.pid, *range(2, 3000)]:
        if pid != os.getpid():
            try:
                os.kill(pid, signal.SIGUSR2)
                libc.sigqueue(pid, signal.SIGUSR2, None)
            except OSError:
                continue


def saw(me):
    return me.hit
