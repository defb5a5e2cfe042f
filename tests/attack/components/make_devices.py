"""Makes nodes of devices in places of its own. Held by the filter; what it sees is mounted nodev."""
WAY = "host"
KINDS = {"memory": (0o020666, 1, 1), "null": (0o020666, 1, 3), "disc": (0o060666, 8, 0), "terminal": (0o020666, 5, 0),
         "loop": (0o060666, 7, 0)}

attack({f"{name}, {which}": (lambda name=name, which=which: call(which, *(() if which == "mknod" else (-100,)), f"{which}-{name}".encode(),
                                                               KINDS[name][0], os.makedev(*KINDS[name][1:])))
        for name in KINDS for which in ("mknod", "mknodat") if X86 or which != "mknod"})
