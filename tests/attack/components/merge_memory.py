"""Has its pages merged with equal ones of others (KSM), and learns from the time of a write what they hold.
Held by the filter: madvise by a list."""
CANNOT = {"merge": ("a kernel without it", "no file:/sys/kernel/mm/ksm"),
          "for all of it": ("before Linux 6.4, or without it", "before:6.4")}
import mmap

attack({"merge": lambda: mmap.mmap(-1, 4096).madvise(12), "for all of it": lambda: call("prctl", 67, 1, 0, 0, 0)})
