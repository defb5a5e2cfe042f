"""Reads what /proc tells of the kernel and the machine. Held by a /proc of processes only (subset=pid)."""
WAY = "host"

attack({path: (lambda path=path: open("/proc/" + path, "rb").read(1)) for path in
        ("kallsyms", "version", "cmdline", "meminfo", "iomem", "slabinfo", "diskstats", "keys", "key-users", "interrupts", "swaps",
         "sys/kernel/random/boot_id", "kpagecount", "filesystems", "partitions")})
