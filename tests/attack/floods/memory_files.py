"""Files in memory (memfd_create) that no mapping and no directory holds."""
OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 64
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    kept.append(os.memfd_create("x"))
    os.write(kept[-1], b"x" * (1 << 20))
