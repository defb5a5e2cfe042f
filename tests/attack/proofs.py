"""Why an attack cannot work on this host, even without the sandbox: a word, a colon, and what it is about. Each is looked up or tried."""
from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket

import prelude

CAPABILITIES = {"CAP_SYS_RESOURCE": 24}


def has_no_call(name: str) -> bool:
    """The kernel was built without it, or is older: asked of the kernel itself, with arguments that no call takes."""
    ctypes.set_errno(0)
    number = int(name, 0) if name[0].isdigit() else prelude.NUMBERS[name][0 if prelude.X86 else -1]
    return number is None or (prelude.libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6) == -1 and
                              ctypes.get_errno() == errno.ENOSYS)


def has_no_protocol(numbers: str) -> bool:
    """FAMILY,TYPE,PROTOCOL: not even root may have such a socket."""
    try:
        socket.socket(*map(int, numbers.split(","))).close()
    except OSError as error:
        return error.errno in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT)
    return False


def lacks(capability: str) -> bool:
    status = dict(line.split(":\t") for line in open("/proc/self/status").read().splitlines() if line.startswith("Cap"))
    return not int(status["CapEff"], 16) >> CAPABILITIES[capability] & 1


def has_no_keys(_: str) -> bool:
    return b" ospke" not in open("/proc/cpuinfo", "rb").read()


def limited(name: str) -> bool:
    """The tests themselves run with a limit, and so do the attacks without the sandbox."""
    return resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] != resource.RLIM_INFINITY


def no_real_time(_: str) -> bool:
    """A kernel that shares real time out by cgroups, and a cgroup that has none (sched(7)): not even root may."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        return True
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return False


def no_device(path: str) -> bool:
    """Not there, or its driver has nothing behind it, or somebody has it for himself, or keeps it from this container."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        return error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EBUSY, errno.EPERM)
    return False


def is_before(version: str) -> bool:
    return tuple(map(int, os.uname().release.split("-")[0].split(".")[:2])) < tuple(map(int, version.split(".")))


def knows_no_file_system(name: str) -> bool:
    return name not in open("/proc/filesystems").read().split()


def sysctl_says(text: str) -> bool:
    name, value = text.split("=")
    return open(f"/proc/sys/{name.replace('.', '/')}").read().strip() == value


def no_route(_: str) -> bool:
    """To anything but itself: neither of the two a default route."""
    routes = [line.split() for line in open("/proc/net/route").read().splitlines()[1:]]
    return not any(fields[1] == "00000000" for fields in routes)


def outranks(pid: str) -> bool:
    """That process has a capability that we lack, so that not even root here may look into it (ptrace(2), access mode checking)."""
    permitted = {which: int(open(f"/proc/{which}/status").read().split("CapPrm:\t")[1].split()[0], 16) for which in (pid, "self")}
    return permitted[pid] & ~permitted["self"] != 0


KINDS = {"no call": has_no_call, "no file": lambda path: not os.path.exists(path), "no socket": has_no_protocol, "lacks": lacks,
         "before": is_before, "no file system": knows_no_file_system, "sysctl": sysctl_says, "no route": no_route,
         "limited": limited, "no real time": no_real_time, "no device": no_device,
         "no protection keys": has_no_keys, "outranked by": outranks,
         "not": lambda machine: os.uname().machine != machine, "always": lambda _: True}


def holds(proof: str) -> bool:
    kind, _, about = proof.partition(":")
    return KINDS[kind](about)
