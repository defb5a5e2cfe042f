"""Becomes uid 0 again, by every call. Held by ids that are all four the sandbox's, and empty capability sets."""
WAY = "host"


def change(*words):
    call(*words)
    must(0 in os.getresuid() + os.getresgid(), "the ids stayed")


def file_system_id():
    call("setfsuid", 0)
    must(call("setfsuid", 0) == 0, "the id stayed")


attack({"setuid": lambda: change("setuid", 0), "setreuid": lambda: change("setreuid", 0, 0),
        "setresuid": lambda: change("setresuid", 0, 0, 0),
        "effective alone": lambda: change("setresuid", -1, 0, -1), "setgid": lambda: change("setgid", 0),
        "setresgid": lambda: change("setresgid", 0, 0, 0), "groups": lambda: call("setgroups", 1, (ctypes.c_uint * 1)(0)),
        "no groups": lambda: call("setgroups", 0, None), "for files": file_system_id})
