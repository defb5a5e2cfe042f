"""Takes limits off itself. Held by hard limits, empty capability sets, and for RLIMIT_CORE the filter: its value keeps the host's core dump
program from being started."""
import resource

NAMES = {"file size": resource.RLIMIT_FSIZE, "processor time": resource.RLIMIT_CPU, "processes": resource.RLIMIT_NPROC,
         "core": resource.RLIMIT_CORE}
INFINITE = resource.RLIM_INFINITY
CANNOT = {"processes": ("limited for this account", "limited:NPROC"), "core": ("limited for this account", "limited:CORE")}


def by_number(limit):
    call("prlimit64", 0, limit, (ctypes.c_uint64 * 2)(INFINITE & (1 << 64) - 1, INFINITE & (1 << 64) - 1), None)


attack({name: (lambda limit=limit: by_number(limit)) for name, limit in NAMES.items()})
