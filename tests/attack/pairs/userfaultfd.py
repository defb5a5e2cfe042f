"""userfaultfd of a shared mapping: one learns of the other's first touch, and stops it there as long as it likes."""
LOOKING = ["EPERM"]


def plant(me):
    with open(f"/tmp/{me.name}", "wb") as file:
        file.truncate(4096)


def look(me):
    syscall("userfaultfd", 1)  # UFFD_USER_MODE_ONLY: what everybody may have
    return True
