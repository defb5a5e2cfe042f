"""Computes for ever, in one process."""
OPTIONS, AMOUNT, REPORT = ("--cpu-time", "1s"), 2, {"status": "timeout", "reason": "cpu_time 1s"}


def flood(count):
    end = time.process_time() + 1
    while time.process_time() < end:
        pass
