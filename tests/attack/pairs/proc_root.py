"""/proc/PID/root and cwd lead into the other's file system."""


def plant(me):
    with open(f"/tmp/{me.name}", "w") as file:
        file.write(str(me.token))


def look(me):
    for pid in {str(me.pid), *filter(str.isdigit, os.listdir("/proc"))} - {str(os.getpid()), "1"}:
        for place in ("root/tmp", "cwd"):
            try:
                with open(f"/proc/{pid}/{place}/{me.name}") as file:
                    return int(file.read())
            except OSError:
                continue
