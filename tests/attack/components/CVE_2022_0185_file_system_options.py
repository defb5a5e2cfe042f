"""CVE-2022-0185, an overflow in the reading of file system options: reached by fsopen and fsconfig from a user namespace.
Held by the filter: no user namespace, and none of the mount calls."""


def reach():
    call("unshare", 0x10020000)
    context = call("fsopen", b"tmpfs", 0)
    call("fsconfig", context, 1, b"size", b"4096", 0)


attack({"options": reach})
