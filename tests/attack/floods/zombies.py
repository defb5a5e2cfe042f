"""Children that have ended and that nobody waits for: each keeps its number."""
OPTIONS, AMOUNT, BY = ("--pids-max", "20"), 60, "EAGAIN"


def flood(count):
    if not os.fork():
        os._exit(0)
