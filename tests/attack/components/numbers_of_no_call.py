"""Numbers that the filter was not made for: just past the last, huge, negative. Held by the filter: ENOSYS or EPERM, as on a kernel
without them. They do nothing without it either."""
NUMBERS_TRIED = {"next": 1000, "4000": 4000, "32 bits": 0xFFFFFFFE, "sign": 0x80000000, "33 bits": 1 << 32 | 1000}
CANNOT = {
    "next": ("no kernel has it", "no call:1000"), "4000": ("no kernel has it", "no call:4000"),
    "32 bits": ("no kernel has it", "no call:0xfffffffe"), "sign": ("no kernel has it", "no call:0x80000000"),
    "33 bits": ("no kernel has it", "no call:0x1000003e8")}

attack({name: (lambda number=number: call(number, 0, 0, 0, 0, 0, 0)) for name, number in NUMBERS_TRIED.items()})
