"""Opens the kernel's settings for writing. Held by a /proc of processes only (subset=pid), mounted read-only."""
WAY = "host"
CANNOT = {"kernel/modprobe": ("a kernel without modules", "no file:/proc/sys/kernel/modprobe"),
          "user/max_user_namespaces": ("root may not raise limits in this container", "lacks:CAP_SYS_RESOURCE")}

attack({path: (lambda path=path: os.close(os.open("/proc/sys/" + path, os.O_WRONLY))) for path in
        ("kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/randomize_va_space", "vm/overcommit_memory", "vm/drop_caches",
         "net/ipv4/ip_forward", "fs/suid_dumpable", "user/max_user_namespaces")})
