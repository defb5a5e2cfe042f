"""Promise 5, "inherited state": whatever its launcher leaves in a process, the helper starts from the same place."""
from __future__ import annotations

import ctypes
import itertools
import os
import resource
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import ENVIRONMENT, Bench, libc

# `cat` as the interpreter shows the process as the helper made it, before any Python could change it.
FACTS = ("status", "limits", "oom_score_adj", "personality", "sched", "coredump_filter", "environ", "cmdline")
KEPT = ("Groups", "Cap", "NoNewPrivs", "Seccomp:", "Sig", "Shd", "Cpus_allowed:", "Umask", "THP", "Max ", "policy", "prio", "Threads",
        "TracerPid", "PATH=")


def lines_of(bench: Bench, **launcher: object) -> list[str]:
    done = bench.run("# component\n", user="root", args=tuple(f"/proc/self/{name}" for name in FACTS), json=False, **launcher)
    assert done.returncode == 0, done
    lines = done.stdout.split("# component\n", 1)[1].splitlines()
    return [line for line in lines if line.startswith(KEPT) or ":" not in line and "nr_" not in line and "se." not in line]


def hostile_signals() -> None:
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))


def hostile_limits() -> None:
    low = {resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NPROC: 0, resource.RLIMIT_MEMLOCK: 0, resource.RLIMIT_MSGQUEUE: 0,
           resource.RLIMIT_SIGPENDING: 0, resource.RLIMIT_STACK: 256 << 10, resource.RLIMIT_AS: 64 << 20,
           resource.RLIMIT_CPU: 1, resource.RLIMIT_NOFILE: 4}
    may_raise = int(Path("/proc/self/status").read_text().split("CapEff:")[1].split()[0], 16) >> 24 & 1  # CAP_SYS_RESOURCE
    for what, limit in low.items():
        resource.setrlimit(what, (limit, limit if may_raise else resource.getrlimit(what)[1]))


def deleted_directory() -> None:
    os.mkdir("/tmp/omnisbx-deleted")
    os.chdir("/tmp/omnisbx-deleted")
    os.rmdir("/tmp/omnisbx-deleted")


def many_descriptors() -> None:
    for number in range(3, 200):
        os.dup2(0, number)
        os.set_inheritable(number, True)


def session_keyring() -> None:
    libc.syscall(250 if os.uname().machine == "x86_64" else 219, 1, b"omnisbx-hostile")


HOSTILE: dict[str, Callable[[], object]] = {
    "ignored and blocked signals": hostile_signals,
    "low and high limits": hostile_limits,
    "a deleted directory": deleted_directory,
    "many descriptors": many_descriptors,
    "nice": lambda: os.nice(19),
    "one CPU": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    "an idle scheduler": lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)),
    "a batch scheduler": lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)),
    "a umask of nothing": lambda: os.umask(0),
    "a umask of all": lambda: os.umask(0o777),
    "no address randomisation": lambda: libc.personality(0x0040000),
    "a high oom score": lambda: Path("/proc/self/oom_score_adj").write_text("1000"),
    "a parent-death signal": lambda: libc.prctl(1, signal.SIGUSR1, 0, 0, 0),
    "a timer slack": lambda: libc.prctl(29, 1000000, 0, 0, 0),
    "no huge pages": lambda: libc.prctl(41, 1, 0, 0, 0),
    "a keyring": session_keyring,
    "groups": lambda: os.setgroups([0, 1, 2, 3]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_promise_5_inherited_state_is_replaced(bench: Bench, policy: Callable[..., str], name: str) -> None:
    policy(interpreter="/usr/bin/cat")
    assert lines_of(bench, preexec_fn=HOSTILE[name]) == lines_of(bench)


def test_promise_5_what_a_process_starts_with(bench: Bench, policy: Callable[..., str]) -> None:
    policy(interpreter="/usr/bin/cat", memory_max="64G", pids_max="50", cpu_time="7s", file_size="3M")
    lines = lines_of(bench)
    facts = {line.split(":\t")[0]: line.split(":\t")[1] for line in lines if ":\t" in line}
    assert {key: int(facts[key], 16) for key in ("SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd")} == dict.fromkeys(
        ("SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"), 0)
    text = "\n".join(" ".join(line.split()) for line in lines)
    for expected in ("Max cpu time 7 7 seconds", f"Max file size {3 << 20} {3 << 20} bytes", "Max processes 50 50 processes",
                     "Max core file size 1 1 bytes", "Max open files 1024 1024 files", "Max nice priority 0 0",
                     "Max realtime priority 0 0"):
        assert expected in text
    assert any(line.startswith("PATH=") and "/usr/bin/cat\0/component/component" in line for line in lines)
    assert "500" in lines and "00000000" in lines  # oom_score_adj, personality


@pytest.mark.parametrize("closed", [c for n in range(4) for c in itertools.combinations((0, 1, 2), n)], ids=str)
def test_promise_5_closed_standard_descriptors(bench: Bench, closed: tuple[int, ...]) -> None:
    code = "import os\nfor fd in (0, 1, 2): os.fstat(fd)\nos.write(1, b'out')\nos.write(2, b'err')\n"

    def close() -> None:
        for fd in closed:
            os.close(fd)
    done = bench.run(code, user="root", json=False, preexec_fn=close)
    ran = 0 not in closed  # else the component is empty
    assert done.returncode == 0
    assert (done.stdout, done.stderr) == ("out" if ran and 1 not in closed else "", "err" if ran and 2 not in closed else "")


KERNEL_FILES = {"O_PATH": ("/tmp", os.O_PATH), "procfs": ("/proc/self/oom_score_adj", os.O_RDWR),
                "sysfs": ("/sys/kernel/uevent_seqnum", os.O_RDONLY), "cgroupfs": ("/sys/fs/cgroup/cgroup.procs", os.O_RDWR),
                "a namespace": ("/proc/self/ns/mnt", os.O_RDONLY)}


@pytest.mark.parametrize("fd", [0, 1, 2])
@pytest.mark.parametrize("kind", KERNEL_FILES)
def test_promise_5_files_of_the_kernel_are_no_streams(bench: Bench, kind: str, fd: int) -> None:
    path, flags = KERNEL_FILES[kind]
    if kind == "cgroupfs" and not bench.machine:
        path = "/sys/fs/cgroup/unified/cgroup.procs"
    if not os.path.exists(path):
        pytest.skip(f"no {path} here")
    file = os.open(path, flags)
    try:
        given = {"stdin": file} if fd == 0 else {"capture_output": False, "stdout": file if fd == 1 else subprocess.PIPE,
                                                 "stderr": file if fd == 2 else subprocess.PIPE}
        done = bench.run("print('ran')", user="root", json=False, **given)
    finally:
        os.close(file)
    assert (done.returncode, done.stdout) == (125, "")
    assert fd == 2 or f"descriptor {fd} is a file of the kernel" in done.stderr


LOADER = ["LD_PRELOAD=/tmp/x.so", "LD_LIBRARY_PATH=/tmp", "LD_AUDIT=/tmp/x.so", "LD_DEBUG=all", "GCONV_PATH=/tmp",
          "GLIBC_TUNABLES=glibc.malloc.check=3", "LOCPATH=/tmp", "MALLOC_TRACE=/tmp/x", "NLSPATH=/tmp", "TZDIR=/tmp",
          "RESOLV_HOST_CONF=/etc/shadow", "HOSTALIASES=/tmp/x"]


@pytest.mark.parametrize("variable", LOADER)
def test_promise_4_a_gate_that_lets_the_loaders_variables_through_is_refused(bench: Bench, variable: str) -> None:
    name, value = variable.split("=", 1)
    done = bench.run("print('ran')", user="root", env=ENVIRONMENT | {name: value})
    assert (done.returncode, done.stdout) == (125, "") and f"environment variable {name} reached the helper" in done.stderr


@pytest.mark.parametrize("variables", [{"SUDO_UID": "x"}, {"SUDO_UID": ""}, {"SUDO_UID": "-1"}, {"SUDO_UID": "4294967295"},
                                       {"SUDO_UID": "0 1001"}, {"SUDO_UID": "01001"}, {"SUDO_UID": "9" * 40}, {"DOAS_USER": "no-such-user"},
                                       {"DOAS_USER": ""}, {"SUDO_UID": "1001", "DOAS_USER": "root"}], ids=str)
def test_promise_4_a_caller_that_cannot_be_told_is_refused(bench: Bench, variables: dict[str, str]) -> None:
    done = bench.run("print('ran')", user="root", env=ENVIRONMENT | variables, json=False)
    assert (done.returncode, done.stdout) == (125, "") and done.stderr.startswith("omnisbx-helper: ")


@pytest.mark.parametrize("uid", [1001, 65534])
def test_promise_4_not_started_by_root_is_refused(bench: Bench, uid: int, root_place: Path) -> None:
    copy = root_place / "helper"
    copy.write_bytes(Path(bench.helper).read_bytes())
    for mode in (0o755, 0o4755):  # set-uid root as well: somebody's mistake
        copy.chmod(mode)
        done = subprocess.run([copy, "run"], user=uid, group=uid, extra_groups=[], input=b"print('ran')", capture_output=True)
        assert (done.returncode, done.stdout) == (125, b"") and b"not started by root" in done.stderr


def test_promise_10_an_empty_argv_is_refused(bench: Bench) -> None:
    child = os.fork()
    if not child:
        null = os.open("/dev/null", os.O_RDWR)
        for fd in range(3):
            os.dup2(null, fd)
        libc.execve(bench.helper.encode(), (ctypes.c_char_p * 1)(None), (ctypes.c_char_p * 2)(b"run", None))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 125
