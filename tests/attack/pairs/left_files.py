"""Files of the last run, in every place that can be written."""
PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/component", "/")


def plant(me):
    for place in PLACES:
        try:
            with open(f"{place}/{me.name}", "w") as file:
                file.write(str(me.token))
        except OSError:
            continue


def look(me):
    for place in PLACES:
        try:
            with open(f"{place}/{me.name}") as file:
                return int(file.read())
        except OSError:
            continue


def withdraw(me):
    for place in PLACES:
        try:
            os.unlink(f"{place}/{me.name}")
        except OSError:
            continue
