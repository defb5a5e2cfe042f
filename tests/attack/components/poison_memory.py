"""Declares pages of the machine broken (none that is mapped). Held by empty capability sets."""
WAY = "host"
CANNOT = {"broken": ("a kernel that cannot take a page away", "no file:/sys/devices/system/memory/hard_offline_page"),
          "offline": ("a kernel that cannot take a page away", "no file:/sys/devices/system/memory/hard_offline_page")}

# mm/madvise.c, madvise_inject_error: the right comes first, then the page
attack({"broken": lambda: passes("EFAULT", call, "madvise", 0x1000, 4096, 100),
        "offline": lambda: passes("EFAULT", call, "madvise", 0x1000, 4096, 101)})
