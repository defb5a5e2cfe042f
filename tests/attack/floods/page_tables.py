"""One byte read of each two mebibytes: no page of memory, and a page of page table for each."""
import mmap

OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 16384
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    if not kept:
        kept.append(mmap.mmap(-1, 40 << 30, flags=mmap.MAP_PRIVATE | 0x4000))  # MAP_NORESERVE
        kept[0].madvise(mmap.MADV_NOHUGEPAGE)
    kept[0][count << 21]
