"""Every process makes more, and no refusal stops it."""
OPTIONS, AMOUNT, REPORT = ("--pids-max", "20", "--wall-time", "2s"), 6, {"status": "timeout", "reason": "wall_time 2s"}


def flood(count):
    try:
        os.fork()
    except OSError:
        pass
