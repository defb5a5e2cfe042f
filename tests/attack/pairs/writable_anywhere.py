"""Every directory that can be written, wherever it is: a file of one is looked for by the other."""


def writable():
    for at, below, _ in os.walk("/"):
        below[:] = [] if at.startswith(("/proc/", "/sys/", "/root", "/home")) or at.count("/") > 5 else below
        if os.access(at, os.W_OK):
            yield at


def plant(me):
    me.made = []
    for place in writable():
        try:
            with open(f"{place}/{me.name}", "w") as file:
                file.write(str(me.token))
            me.made.append(file.name)
        except OSError:
            continue


def look(me):
    for place in writable():
        try:
            with open(f"{place}/{me.name}") as file:
                return int(file.read())
        except OSError:
            continue


def withdraw(me):
    for path in getattr(me, "made", []):
        os.unlink(path)
