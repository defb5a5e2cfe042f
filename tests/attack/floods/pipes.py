"""Pipes that are full: memory of the kernel, a mebibyte for sixteen."""
OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 450
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    kept.append(os.pipe())
    os.set_blocking(kept[-1][1], False)
    os.write(kept[-1][1], b"x" * 65536)
