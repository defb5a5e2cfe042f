"""Traces a child of its own: with it a tracer once changed system calls behind the filter. Held by the filter."""
PTRACE_TRACEME, PTRACE_SEIZE = 0, 0x4206


def seize():
    child = os.fork()
    if child == 0:
        os.read(os.pipe()[0], 1)
    try:
        call("ptrace", PTRACE_SEIZE, child, 0, 0)
    finally:
        os.kill(child, 9)


attack({"be traced": lambda: call("ptrace", PTRACE_TRACEME, 0, 0, 0), "seize": seize})
