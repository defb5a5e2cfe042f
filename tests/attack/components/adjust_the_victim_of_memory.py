"""Makes the kernel's out-of-memory killer take another, and never the component. Held by a read-only /proc without others."""
WAY = "host"

attack({
    "another": lambda: os.close(os.open(f"/proc/{host['pid']}/oom_score_adj", os.O_WRONLY)),
    "itself": lambda: os.close(os.open("/proc/self/oom_score_adj", os.O_WRONLY)),
    "the first process": lambda: os.close(os.open("/proc/1/oom_score_adj", os.O_WRONLY)),
})
