"""Takes over a process of the host with ptrace. Held by the filter, and by the pid namespace."""
WAY = "host"

PTRACE_ATTACH, PTRACE_DETACH, PTRACE_SEIZE = 16, 17, 0x4206


def attach():
    call("ptrace", PTRACE_ATTACH, host["pid"], 0, 0)
    os.waitpid(host["pid"], 0x40000000)  # __WALL
    call("ptrace", PTRACE_DETACH, host["pid"], 0, 0)


attack({"attach": attach, "seize": lambda: call("ptrace", PTRACE_SEIZE, host["pid"], 0, 0)})
