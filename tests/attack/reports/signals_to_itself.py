"""Every signal to itself, to its group and to all: it would end by one of its choice, and be taken for killed."""
REPORT, FOOLS = {"exit_code": 7}, "signal"

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own would raise an exception
for number in {*range(1, 65)} - {32, 33} - {signal.SIGCHLD}:
    for pid in (os.getpid(), 0, -1):
        try:
            os.kill(pid, number) if number not in (19, 20, 21, 22) or os.getpid() == 1 else None
        except OSError:
            continue
os._exit(7)
