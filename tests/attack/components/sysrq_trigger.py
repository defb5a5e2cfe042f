"""Opens the switch that restarts the machine. Held by a /proc of processes only, mounted read-only."""
WAY = "host"
CANNOT = {"open": ("a kernel without it", "no file:/proc/sysrq-trigger")}

attack({"open": lambda: os.close(os.open("/proc/sysrq-trigger", os.O_WRONLY))})
