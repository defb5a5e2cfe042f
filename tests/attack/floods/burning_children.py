"""Computes in children that live shorter than any limit of one process: the sandbox has one for all of them."""
OPTIONS, AMOUNT, MACHINE, REPORT = ("--cpu-time", "1s"), 8, True, {"status": "timeout", "reason": "cpu_time 1s"}


def flood(count):
    if not os.fork():
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass
        os._exit(0)
    os.wait()
