"""Changes what a process may change of itself in /proc. Held by a read-only /proc."""

attack({path: (lambda path=path: os.close(os.open("/proc/self/" + path, os.O_WRONLY))) for path in
        ("oom_score_adj", "comm", "coredump_filter", "clear_refs", "timerslack_ns", "mem", "attr/current")})
