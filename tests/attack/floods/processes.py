"""As many processes as there can be."""
OPTIONS, AMOUNT, BY = ("--pids-max", "20"), 60, "EAGAIN"


def flood(count):
    child = os.fork()
    if not child:
        os.setsid()
        signal.pause()
