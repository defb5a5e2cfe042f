"""The files of the other's cgroup, below /sys/fs/cgroup: its members, its counters."""


def plant(me):
    pass


def look(me):
    for at, _, files in os.walk("/sys/fs/cgroup"):
        for name in {"cgroup.procs", "tasks"} & set(files):
            try:
                with open(f"{at}/{name}") as file:
                    if str(me.pid) in file.read().split():
                        return True
            except OSError:
                continue
