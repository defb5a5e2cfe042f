"""Finds the cgroup file system and opens what limits it, or another group to move to. Held by the mount namespace: there is none, and none
can be mounted."""
WAY = "host"
TOPS = ("/sys/fs/cgroup", "/sys/fs/cgroup/unified")


def mounted():
    must(any(" - cgroup" in line for line in open("/proc/self/mountinfo")), "no cgroup file system is mounted")


def top():
    return next((top for top in TOPS if os.path.exists(top + "/cgroup.procs")), TOPS[0])


attack({"mounted": mounted, "move": lambda: os.close(os.open(top() + "/cgroup.procs", os.O_WRONLY)),
        "make one": lambda: os.mkdir(f"{top()}/omnisbx-attack-{host['token']}") or os.rmdir(f"{top()}/omnisbx-attack-{host['token']}"),
        "from its own root": lambda: os.close(os.open("/proc/self/root/" + top() + "/cgroup.procs", os.O_WRONLY))})
