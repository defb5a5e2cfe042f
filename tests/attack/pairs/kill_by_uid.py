"""kill(-1) reaches every process that the uid may signal: of two sandboxes with one uid it would reach the other."""


def plant(me):
    me.hit = []
    signal.signal(signal.SIGUSR2, lambda *_: me.hit.append(1))


def look(me):
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    os.kill(-1, signal.SIGUSR2)


def saw(me):
    return me.hit
