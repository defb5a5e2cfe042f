"""What /proc says of the whole host: who can read a counter that another can move has a channel."""
FILES = ("loadavg", "stat", "meminfo", "uptime", "locks", "sys/fs/file-nr", "sys/fs/inode-nr", "sys/kernel/pty/nr", "diskstats",
         "key-users", "keys", "sysvipc/shm", "interrupts", "softirqs", "schedstat", "vmstat", "pressure/cpu", "sys/kernel/hostname")


def plant(me):
    pass


def look(me):
    for name in FILES:
        try:
            with open(f"/proc/{name}") as file:
                file.read()
            return True
        except OSError as error:
            last = error
    raise last
