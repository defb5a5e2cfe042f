"""POSIX shared memory and named semaphores are files below /dev/shm (shm_overview(7)): isolate shared it until its 2.6."""


def plant(me):
    with open(f"/dev/shm/{me.name}", "w") as file:
        file.write(str(me.token))


def look(me):
    with open(f"/dev/shm/{me.name}") as file:
        return int(file.read())
