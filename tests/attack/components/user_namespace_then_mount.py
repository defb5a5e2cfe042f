"""The way of most kernel holes to root's code: a user namespace of its own, in it every capability, with them a mount.
Held by the filter: no user namespace, and no mount in any."""


def become_root_of_it(more=0):
    uid, gid = os.getuid(), os.getgid()
    call("unshare", 0x10000000 | more)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def mount(kind):
    become_root_of_it(0x20000)
    call("mount", b"none", os.getcwd().encode(), kind, 0, None)


def bind():
    become_root_of_it(0x20000)
    call("mount", b"/usr", os.getcwd().encode(), None, 0x5000, None)


def name_the_host():
    become_root_of_it(0x4000000)
    call("sethostname", b"x", 1)


attack({"root of it": become_root_of_it, "tmpfs": lambda: mount(b"tmpfs"), "bind": bind, "host name": name_the_host})
