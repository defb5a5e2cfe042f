"""Shared anonymous memory belongs to no process."""
import mmap

OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 64
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    kept.append(mmap.mmap(-1, 1 << 20))
    kept[-1].write(b"x" * (1 << 20))
