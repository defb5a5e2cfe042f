"""Does nothing, for ever."""
OPTIONS, AMOUNT, REPORT = ("--wall-time", "500ms"), 3, {"status": "timeout", "reason": "wall_time 500ms"}


def flood(count):
    time.sleep(1)
