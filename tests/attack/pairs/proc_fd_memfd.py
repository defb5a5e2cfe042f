"""A memfd of the other, opened by its link below /proc/PID/fd, of every process that is to be seen."""


def plant(me):
    os.write(os.memfd_create(me.name), str(me.token).encode())


def look(me):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if me.name in os.readlink(f"/proc/{pid}/fd/{fd}"):
                    with open(f"/proc/{pid}/fd/{fd}") as file:
                        return int(file.read())
        except OSError:
            continue
