"""chroot, chroot twice with a directory held open, pivot_root. Held by the filter."""
WAY = "root"


def twice():
    os.mkdir("deeper")
    held = os.open(".", os.O_RDONLY)
    call("chroot", b"deeper")
    os.fchdir(held)
    for _ in range(40):
        os.chdir("..")
    os.stat("." + host["secret"])


def pivot():
    os.chdir("/dev/shm")
    os.makedirs("old", exist_ok=True)
    call("pivot_root", b".", b"old")


attack({"once": lambda: call("chroot", b"."), "twice": twice, "pivot": pivot})
