"""CVE-2022-0492: a cgroup of version 1, mounted in a user namespace, names the program that the kernel starts as root of the host when it
gets empty. Held by the filter: no user namespace, no mount, no cgroup file system."""
WAY = "mount"  # version 1 is mounted from the first cgroup namespace alone


def agent():
    os.mkdir("v1")
    call("mount", b"none", b"v1", b"cgroup", 0, b"none,name=omnisbx-attack")
    try:
        os.close(os.open("v1/release_agent", os.O_WRONLY))
    finally:
        call("umount2", b"v1", 2)


def in_user_namespace():
    call("unshare", 0x12020000)
    agent()


attack({"as it is": agent} | ({"from a user namespace": in_user_namespace} if os.getuid() else {}))
