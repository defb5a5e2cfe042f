"""Looks for any process but its own. Held by the pid namespace, whose first process the component is."""
WAY = "host"

mine = {os.getpid()}


def others():
    must(any(name.isdigit() and int(name) not in mine | {os.getpid()} for name in os.listdir("/proc")), "nobody else")


def parent():
    must(min(mine) != 1 and os.stat("/proc/1"), "it is the first process itself")


attack({"a list": others, "a first process": parent, "a known pid": lambda: os.stat(f"/proc/{host['pid']}")})
