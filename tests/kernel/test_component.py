"""Promises 5, 6 and 8 from inside the component: what it is, and what it tries."""
from __future__ import annotations

import functools
import json
from typing import Any

import pytest
from bench import CAPABILITY_SETS, FOREVER, UIDS, Bench, sandbox_processes, status_of, wait_until

LOCKED_SECUREBITS = 0b11101111  # NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE, each locked, and KEEP_CAPS_LOCKED
SELF = """
import ctypes, json, os
libc = ctypes.CDLL(None)
status = dict(line[:-1].split(':\\t', 1) for line in open('/proc/self/status') if ':\\t' in line)
facts = dict(status=status, securebits=libc.prctl(27, 0, 0, 0, 0), ids=os.getresuid() + os.getresgid(), groups=os.getgroups(),
             pid=os.getpid(), sid=os.getsid(0), umask=os.umask(0), cwd=os.getcwd(), environ=dict(os.environ), argv=__import__('sys').argv,
             core=__import__('resource').getrlimit(4))
os.write(3, json.dumps(facts).encode())
"""
# name: what the component calls. x86_64 and aarch64 numbers where libc has no function; the errno is the answer, 0 for success.
ATTEMPTS = {
    "become root": "libc.setuid(0)",
    "become root's group": "libc.setgid(0)",
    "join groups": "libc.setgroups(1, (ctypes.c_uint * 1)(0))",
    "new user namespace": "libc.unshare(0x10000000)",
    "new mount namespace": "libc.unshare(0x00020000)",
    "new time namespace": "libc.unshare(0x00000080)",
    "new user namespace by clone": "call(56, 220, 0x10000000 | 17, 0, 0, 0, 0)",
    "enter a namespace": "libc.setns(os.open('/proc/self/ns/net', 0), 0)",
    "mount": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
    "mount, new API": "call(430, 430, b'tmpfs', 0)",
    "move a mount": "call(429, 429, -100, b'/tmp', -100, b'/usr', 0)",
    "change mount flags": "call(442, 442, -100, b'/usr', 0, None, 0)",
    "unmount": "libc.umount2(b'/usr', 2)",
    "change the root": "libc.chroot(b'/tmp')",
    "trace a process": "libc.ptrace(0, 0, 0, 0)",
    "read another's memory": "call(310, 270, 1, None, 0, None, 0, 0)",
    "keyctl": "call(250, 219, 0, -3, 0)",
    "add a key": "call(248, 217, b'user', b'x', b'y', 1, -3)",
    "request a key": "call(249, 218, b'user', b'x', None, 0)",
    "io_uring": "call(425, 425, 1, ctypes.create_string_buffer(256))",
    "bpf": "call(321, 280, 0, ctypes.create_string_buffer(128), 128)",
    "perf events": "call(298, 241, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    "userfaultfd": "call(323, 282, 0)",
    "load a module": "call(175, 105, b'', 0, b'')",
    "load a kernel": "call(246, 104, 0, 0, None, 0)",
    "reboot": "call(169, 142, 0, 0, 0, None)",
    "swap": "libc.swapon(b'/tmp/x', 0)",
    "set the clock": "libc.clock_settime(0, ctypes.create_string_buffer(16))",
    "host name": "libc.sethostname(b'x', 1)",
    "a file by handle": "call(304, 265, -100, ctypes.create_string_buffer(64), 0)",
    "kernel log": "libc.klogctl(3, ctypes.create_string_buffer(16), 16)",
    "quota": "call(179, 60, 0, None, 0, None)",
    "fanotify": "libc.fanotify_init(0, 0)",
    "a set-uid file": "libc.chmod(b'/tmp/plain', 0o4755)",
    "a new set-uid file": "libc.open(b'/tmp/setuid', 0o101, 0o4755)",
    "a device": "libc.mknod(b'/tmp/device', 0o020666, os.makedev(1, 1))",
    "AF_VSOCK": "libc.socket(40, 1, 0)",
    "AF_NETLINK": "libc.socket(16, 3, 0)",
    "AF_PACKET": "libc.socket(17, 3, 0)",
    "AF_ALG": "libc.socket(38, 5, 0)",
    "raw socket": "libc.socket(2, 3, 1)",
    "SCTP": "libc.socket(2, 1, 132)",
    "MPTCP": "libc.socket(2, 1, 262)",
    "live on without the helper": "libc.prctl(1, 0, 0, 0, 0)",
    "be dumpable": "libc.prctl(4, 1, 0, 0, 0)",
    "be traceable": "libc.prctl(0x59616d61, -1, 0, 0, 0)",
    "adopt orphans": "libc.prctl(36, 1, 0, 0, 0)",
    "edit its own map": "libc.prctl(35, 1, 0, 0, 0)",
    "other securebits": "libc.prctl(28, 0, 0, 0, 0)",
    "keep capabilities": "libc.prctl(8, 1, 0, 0, 0)",
    "an ambient capability": "libc.prctl(47, 2, 21, 0, 0)",
    "no address randomisation": "libc.personality(0x0040000)",
    "huge pages": "mmap_errno(0x40000)",
    "System V shared memory": "libc.shmget(0, 4096, 0o1600)",
    "message queue": "libc.mq_open(b'/x', 0o102, 0o600, None)",
    "flush the host's discs": "call(162, 81)",
    "more CPU than others": "libc.nice(-5)",
    "more limits": "libc.setrlimit(7, (ctypes.c_ulong * 2)(1 << 20, 1 << 20))",
    "real-time priority": "libc.sched_setscheduler(0, 1, ctypes.byref(ctypes.c_int(10)))",
    "lock a file of the host": "libc.flock(host, 6)",
    "watch files of the host": "libc.inotify_init1(0)",
    "be told of a directory of the host": "libc.fcntl(os.open('/usr/bin', 0), 1026, 1)",
    "a lease on a file": "libc.fcntl(host, 1024, 0)",
    "probe the page cache": "call(327, 286, host, ctypes.create_string_buffer(16), 1, 0, 0, 8)",
    "empty the page cache": "call(221, 223, host, 0, 0, 4)",
    "fill the page cache": "libc.readahead(host, 0, 4096)",
    "write out a file of the host": "call(277, 84, host, 0, 0, 7)",
    "lend pages to a pipe": "call(275, 76, host, None, os.pipe()[1], None, 1, 0)",
    "double a pipe": "call(276, 77, os.pipe()[0], os.pipe()[1], 1, 0)",
    "choose memory nodes": "call(238, 237, 0, None, 0)",
    "utilisation clamps": "call(314, 274, 0, ctypes.create_string_buffer(56), 0)",
    "terminal input": "libc.ioctl(1, 0x5412, b'x')",
    "terminal input, high bits set": "libc.ioctl(1, ctypes.c_ulong(0x100005412), b'x')",
    "a lower oom score": "write_errno('/proc/self/oom_score_adj', '-1000')",
}
ACCEPTED = {"terminal input": {1, 25}, "a lower oom score": {30}, "more CPU than others": {1, 13}}
TRY = f"""
import ctypes, json, os, platform
libc = ctypes.CDLL(None, use_errno=True)
def call(x86, arm, *words):
    return libc.syscall(x86 if platform.machine() == 'x86_64' else arm, *words)
def mmap_errno(flags):
    libc.mmap.restype = ctypes.c_void_p
    return -1 if libc.mmap(None, 2 << 20, 3, 0x22 | flags, -1, 0) == ctypes.c_void_p(-1).value else 0
def write_errno(path, text):
    try:
        os.write(os.open(path, os.O_WRONLY), text.encode())
        return 0
    except OSError as error:
        ctypes.set_errno(error.errno)
        return -1
open('/tmp/plain', 'w').close()
host = os.open('/usr/bin/env', os.O_RDONLY)
answers = {{}}
for name, attempt in {ATTEMPTS!r}.items():
    ctypes.set_errno(0)
    answers[name] = ctypes.get_errno() if eval(attempt) == -1 else 0
answers['newer than the filter'] = ctypes.get_errno() if libc.syscall(4000) == -1 else 0
answers['clone3'] = ctypes.get_errno() if libc.syscall(435, None, 0) == -1 else 0
answers['openat2'] = ctypes.get_errno() if libc.syscall(437, -100, b'/', None, 0) == -1 else 0
os.write(3, json.dumps(answers).encode())
"""


@functools.cache
def answers(bench: Bench) -> dict[str, int]:
    result: dict[str, int] = bench.run(TRY).result
    return result


@pytest.mark.parametrize("name", ATTEMPTS)
def test_promise_5_the_component_may_not(bench: Bench, name: str) -> None:
    assert answers(bench)[name] in ACCEPTED.get(name, {1}), "EPERM"


@pytest.mark.parametrize("name", ["newer than the filter", "clone3", "openat2"])
def test_what_is_newer_than_the_filter_does_not_exist(bench: Bench, name: str) -> None:
    assert answers(bench)[name] == 38, "ENOSYS"


@pytest.mark.parametrize("options", [(), ("--unshare", "user"), ("--unshare", "time,user")])
def test_promise_5_the_component_has_nothing_from_its_first_instruction(bench: Bench, options: tuple[str, ...]) -> None:
    done = bench.run(SELF, *options)
    facts: dict[str, Any] = done.result
    status = facts["status"]
    assert {name: int(status[name], 16) for name in CAPABILITY_SETS} == dict.fromkeys(CAPABILITY_SETS, 0)
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert facts["securebits"] == LOCKED_SECUREBITS
    uid = done.report["uid"]
    assert uid in UIDS
    assert facts["ids"] == [uid] * 6 and facts["groups"] == []
    assert (facts["pid"], facts["sid"]) == (1, 1)
    assert (facts["umask"], facts["cwd"], facts["core"]) == (0o022, "/tmp", [1, 1])


def test_the_environment_is_built_from_nothing(bench: Bench) -> None:
    facts = bench.run(SELF, "--setenv", "OMP_NUM_THREADS=3", "--name", "label", args=("a b", "", "--json")).result
    assert facts["argv"] == ["/component/label", "a b", "", "--json"]
    assert {k: v for k, v in facts["environ"].items() if k != "LC_CTYPE"} == {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "3"}


def test_promise_5_no_process_of_the_helper_has_a_capability_while_a_component_runs(bench: Bench) -> None:
    with bench.start(FOREVER) as run:
        spawner, supervisor = run.helpers()
        for pid in (spawner, supervisor):
            assert status_of(pid)["Name"] == "omnisbx-helper"
            # the component may be ready before the spawner, that gives up its capabilities when the clone is back
            wait_until(lambda: all(int(status_of(pid)[name], 16) == 0 for name in CAPABILITY_SETS), f"{pid} has no capability")
            assert status_of(pid)["NoNewPrivs"] == "1"
            assert [int(u) for u in status_of(pid)["Uid"].split()] == [0, run.uid, 0, 0]
        assert set(sandbox_processes({run.uid})) == {run.pid, spawner, supervisor}


def test_promise_5_the_component_cannot_signal_or_see_its_helpers(bench: Bench) -> None:
    report = bench.run("import os\nprint(sorted(p for p in os.listdir('/proc') if p.isdigit()), os.getppid())\n"
                       "try: os.kill(-1, 9); print('signalled')\nexcept ProcessLookupError: print('nobody')").report
    assert report["stdout"] == "['1'] 0\nnobody\n"


def test_promise_6_only_the_helper_and_the_interpreter_are_executed(bench: Bench, tmp_path: Any) -> None:
    log = tmp_path / "log"
    with bench.start("", "--json", user="root", wrap=("strace", "-qq", "-f", "-e", "trace=execve,execveat", "-e", "signal=none",
                                                      "-o", str(log))) as run:
        assert json.loads(run.process.communicate()[0])["status"] == "exited"
    programs = [line.split("(", 1)[1].split(",", 1)[0] for line in log.read_text().splitlines() if "exec" in line]
    assert programs == [f'"{bench.helper}"', '"/usr/bin/python3"']
