"""Signals the process that started it. Held by the pid namespace: it has no parent that it could name."""
WAY = "host"

parent = os.getppid()


def signal_parent():
    must(parent, "it has no parent")
    os.kill(parent, 0)


attack({"parent": signal_parent})
