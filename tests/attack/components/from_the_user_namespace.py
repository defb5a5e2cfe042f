"""As user_namespace_then_mount, from a sandbox that has a user namespace of its own (--unshare user). Held by the filter, and by its
empty capability sets: the namespace was made with none left in it."""
OPTIONS = ("--unshare", "user")


def become_root_of_it():
    call("unshare", 0x10020000)
    with open("/proc/self/setgroups", "w") as file:
        file.write("deny")


def map_itself():
    call("unshare", 0x10000000)
    open("/proc/self/uid_map", "w").write(f"0 {uid} 1")


def mount():
    call("unshare", 0x10020000)
    call("mount", b"none", os.getcwd().encode(), b"tmpfs", 0, None)


uid = os.getuid()
attack({"one more": become_root_of_it, "map": map_itself, "mount": mount, "chroot": lambda: call("unshare", 0x10000000) or os.chroot(".")})
