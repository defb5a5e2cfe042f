"""Promise 5: what waits beside a component has no capability, few system calls, and no descriptor but those that it uses."""
from __future__ import annotations

import ctypes
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bench import CAPABILITY_SETS, FOREVER, UNIT_CGROUP, Bench, libc, status_of, wait_until

x86_64 = pytest.mark.skipif(os.uname().machine != "x86_64", reason="calls are made by x86_64's registers")

# Each would do something else than EPERM without a filter, and needs no capability: sys/syscall.h of x86_64, and arguments.
FORBIDDEN = {
    "execve": (59, 0, 0, 0), "fork": (57,), "vfork": (58,), "clone": (56, 17, 0, 0, 0, 0), "clone3": (435, 0, 0),
    "unshare a user namespace": (272, 0x10000000), "setns": (308, -1, 0), "ptrace": (101, 16, 999999999, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "kill": (62, 1, 0), "tgkill": (234, 1, 1, 0), "setresuid": (117, -1, -1, -1),
    "getuid": (102,), "socket of TCP": (41, 2, 1, 0), "socket of netlink": (41, 16, 3, 0), "socketpair": (53, 1, 1, 0, 0), "connect": (42, -1, 0, 0),
    "bind": (49, -1, 0, 0), "io_uring_setup": (425, 1, 0), "userfaultfd": (323, 1), "keyctl": (250, 0, -3, 0), "memory as code": (9, 0, 4096, 5, 34, -1, 0),
    "memory made code": (10, 0, 4096, 5), "prctl": (157, 15, 0), "prlimit64": (302, 0, 7, 0, 0), "personality": (135, 0xffffffff),
    "ioctl TIOCSTI": (16, 1, 0x5412, 0), "ioctl beyond 32 bits": (16, 1, 0x100005412, 0), "chmod": (90, 0, 0), "mkdir": (83, 0, 0),
    "rename": (82, 0, 0), "symlink": (88, 0, 0), "openat2": (437, -1, 0, 0, 0), "open": (2, 0, 0), "dup": (32, -1),
    "x32 write": (0x40000001, -1, 0, 0), "another architecture's number": (900,),
}
ALLOWED = {"poll": (7, 0, 0, 0), "alarm": (37, 0)}
REGISTERS = "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs".split()


class Registers(ctypes.Structure):
    """struct user_regs_struct of sys/user.h."""
    _fields_ = [(name, ctypes.c_uint64) for name in REGISTERS]


def ptrace(request: int, pid: int, data: object = None) -> None:
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    if libc.ptrace(request, pid, None, data) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of {pid}")
    if request in (0x4207, 9):  # PTRACE_INTERRUPT, PTRACE_SINGLESTEP: until it stops
        os.waitpid(pid, 0x40000000)


@contextmanager
def traced(pid: int) -> Iterator[Registers]:
    """The registers of a process that waits in poll or read; it goes on waiting afterwards."""
    registers = Registers()
    ptrace(0x4206, pid)  # PTRACE_SEIZE
    ptrace(0x4207, pid)
    try:
        ptrace(12, pid, ctypes.addressof(registers))
        yield registers
        again = Registers.from_buffer_copy(registers)
        again.rip, again.rax, again.orig_rax = registers.rip - 2, registers.orig_rax, 2**64 - 1
        ptrace(13, pid, ctypes.addressof(again))
    finally:
        ptrace(17, pid)  # PTRACE_DETACH


def call_as(pid: int, waiting: Registers, number: int, *arguments: int) -> int:
    """What the kernel answers to that process itself: its `syscall` instruction, done once more with other registers."""
    registers = Registers.from_buffer_copy(waiting)
    registers.rip, registers.rax, registers.orig_rax = waiting.rip - 2, number, 2**64 - 1
    for name, value in zip(("rdi", "rsi", "rdx", "r10", "r8", "r9"), arguments):
        setattr(registers, name, value % 2**64)
    ptrace(13, pid, ctypes.addressof(registers))
    ptrace(9, pid)
    ptrace(12, pid, ctypes.addressof(registers))
    return ctypes.c_int64(registers.rax).value


def check_calls(pid: int) -> None:
    wait_until(lambda: status_of(pid)["Seccomp"] == "2", f"{pid} has its filter")
    assert all(int(status_of(pid)[name], 16) == 0 for name in CAPABILITY_SETS)
    with traced(pid) as waiting:
        assert {name: call_as(pid, waiting, *call) for name, call in ALLOWED.items()} == dict.fromkeys(ALLOWED, 0)
        answers = {name: call_as(pid, waiting, *call) for name, call in FORBIDDEN.items()}
    assert {name: answer for name, answer in answers.items() if answer not in (-errno.EPERM, -errno.ENOSYS)} == {}
    assert [name for name, answer in answers.items() if answer == -errno.ENOSYS] == ["another architecture's number"]


@x86_64
def test_promise_5_spawner_and_supervisor_can_do_nothing_but_wait(bench: Bench) -> None:
    with bench.start(FOREVER, "--json") as run:
        assert run.pid
        for pid in run.helpers():
            check_calls(pid)


@x86_64
@pytest.mark.machine
def test_promise_5_the_keeper_can_do_nothing_but_wait(bench: Bench) -> None:
    check_calls(int((UNIT_CGROUP / "keeper/cgroup.procs").read_text().split()[0]))


@x86_64
def test_promise_5_the_calls_that_are_tried_pass_without_a_filter() -> None:
    """Else the tests above could not fail: a plain process that waits has no EPERM for any of these."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import signal\nprint(flush=True)\nsignal.pause()"], stdout=subprocess.PIPE)
    try:
        assert sleeper.stdout and sleeper.stdout.readline()
        wait_until(lambda: status_of(sleeper.pid)["State"].startswith("S"), "it waits")
        harmless = {name: call for name, call in FORBIDDEN.items() if name not in ("fork", "vfork", "clone", "unshare a user namespace")}
        with traced(sleeper.pid) as waiting:
            answers = {name: call_as(sleeper.pid, waiting, *call) for name, call in harmless.items()}
        assert [name for name, answer in answers.items() if answer == -errno.EPERM] == []
    finally:
        sleeper.kill()
        sleeper.communicate()


# What /proc/PID/fd shows, and how many of each. 0 is a second 2 by then: what the caller gave as standard input is closed.
SHARED = {r"/run/omnisbx/locks": 1, r"/run/omnisbx/runs": 1, r"anon_inode:\[signalfd\]": 1}
SUPERVISOR = SHARED | {r"pipe:.*": 6, r"socket:.*": 2, r"anon_inode:\[pidfd\]|pidfd:.*": 2}
SPAWNER = SHARED | {r"pipe:.*": 3, r"socket:.*": 1, r"anon_inode:\[pidfd\]|pidfd:.*": 3}
BY_CGROUP = {r"/sys/fs/cgroup/.*/omnisbx-[0-9a-f-]+": 1, rf"{UNIT_CGROUP}": 1}


def check_descriptors(pid: int, expected: dict[str, int]) -> None:
    held = {number: os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")}
    counted = {pattern: sum(bool(re.fullmatch(pattern, target)) for target in held.values()) for pattern in expected}
    assert counted == expected and len(held) == sum(expected.values()), held


def test_promise_5_no_descriptor_but_those_in_use(bench: Bench) -> None:
    with bench.start(FOREVER, "--json") as run:
        assert run.pid
        spawner, supervisor = run.helpers()
        wait_until(lambda: status_of(spawner)["Seccomp"] == "2", "the spawner only waits")
        for pid, expected in ((supervisor, SUPERVISOR), (spawner, SPAWNER)):
            check_descriptors(pid, expected | (BY_CGROUP if bench.machine else {}))
            assert os.readlink(f"/proc/{pid}/fd/0") == os.readlink(f"/proc/{pid}/fd/2")
