"""The test bench: runs the real helper, watches its processes from outside, and says what a run left behind."""
from __future__ import annotations

import ctypes
import fcntl
import json
import os
import pwd
import re
import select
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
POLICY = Path("/etc/omnisbx/policy.ini")
SHIPPED = (ROOT / "policy/policy.ini").read_text()
UIDS = range(1879100000, 1879100064)
UNIT = "omnisbx@omnimind-sandbox.service"
SLICE = "omnimind-sandbox.slice"
UNIT_CGROUP = Path("/sys/fs/cgroup/omnimind.slice") / SLICE / UNIT
LIMIT_SECONDS = 120  # of every wait: far beyond what an emulated machine needs, so it ends only what would hang
CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")

# A component that says when it is ready (by its process's name) and ends well when root releases it with SIGUSR1.
WAITING = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
__import__('ctypes').CDLL(None).prctl(15, b'ready', 0, 0, 0)
signal.sigwait([signal.SIGUSR1])
"""
FOREVER = "__import__('ctypes').CDLL(None).prctl(15, b'ready', 0, 0, 0)\nimport signal\nwhile True:\n    signal.pause()\n"

T = TypeVar("T")


def wait_until(condition: Callable[[], T], what: str, seconds: float = LIMIT_SECONDS) -> T:
    """Waits for an event that has no descriptor; bounded."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        select.select([], [], [], 0.03)
    return value


def status_of(pid: int) -> dict[str, str]:
    """/proc/PID/status; empty when the process is gone or only its exit status is left."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    return {} if fields["State"].startswith(("Z", "X")) else fields


def sandbox_processes(uids: range | set[int] = UIDS) -> dict[int, dict[str, str]]:
    """Every living process that has one of the uids as one of its four."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/status", "rb") as file:
                ids = file.read().split(b"\nUid:\t", 1)[1].split(b"\n", 1)[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if any(int(uid) in uids for uid in ids.split()) and (status := status_of(int(pid))):
            found[int(pid)] = status
    return found


def descends(pid: int, ancestor: int) -> bool:
    while pid not in (0, ancestor):
        pid = int(status_of(pid).get("PPid", 0))
    return pid == ancestor


def cgroups() -> list[Path]:
    return [Path(at) / d for at, dirs, _ in os.walk("/sys/fs/cgroup") for d in dirs if re.fullmatch(r"omnisbx-\d+-\d+-[0-9a-f]+", d)]


def sockets() -> list[str]:
    runs = Path("/run/omnisbx/runs")
    return sorted(os.listdir(runs)) if runs.is_dir() else []


def locked() -> bool:
    """Whether any uid or place is taken (F_OFD_GETLK over the whole file)."""
    path = Path("/run/omnisbx/locks")
    if not path.exists():
        return False
    with path.open("r+b") as locks:
        answer = fcntl.fcntl(locks, 36, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK


def mounts() -> list[str]:
    """The host's mount table, without what others may mount meanwhile: below /tmp and build/, and for sessions."""
    lines = (line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return sorted(f"{line[4]} {line[5]} {line[-3]}" for line in lines if not line[4].startswith(("/tmp/", "/run/user/", f"{ROOT}/")))


def leftovers() -> dict[str, Any]:
    found = {"processes": sandbox_processes(), "cgroups": cgroups(), "sockets": sockets(), "locks": locked()}
    return {name: value for name, value in found.items() if value}


@dataclass
class Result:
    returncode: int
    stdout: str
    stderr: str
    report: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.returncode} {self.report or self.stdout!r} {self.stderr!r}"

    @property
    def result(self) -> Any:
        """What the component wrote to descriptor 3, as JSON."""
        assert self.report["status"] == "exited", self
        assert self.report["result"], self
        return json.loads(self.report["result"])


class Run:
    """A run under way, seen from outside."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._uid = 0

    @property
    def pid(self) -> int:
        """The component's first process, once it has said that it is ready."""
        def find() -> int:
            assert self.process.poll() is None, (self.process.returncode, self.process.communicate())
            ready = {p: s for p, s in sandbox_processes().items() if s["Name"] == "ready" and descends(p, self.process.pid)}
            for pid, status in ready.items(): # the uid too is taken down while it is there
                self._uid = int(status["Uid"].split()[0])
                return pid
            return 0
        if not hasattr(self, "_pid"):
            self._pid = wait_until(find, "the component is ready")
        return self._pid

    @property
    def uid(self) -> int:
        assert self.pid
        return self._uid

    @property
    def name(self) -> str:
        """omnisbx-CALLER'S UID-UID-ID: of the kill socket, and of the cgroup."""
        uid = str(self.uid)
        return next(name for name in sockets() if name.split("-")[2] == uid)

    @property
    def id(self) -> str:
        return self.name.split("-")[3]

    def helpers(self) -> tuple[int, int]:
        """Spawner, supervisor."""
        pids = {p: int(s["PPid"]) for p, s in sandbox_processes({self.uid}).items() if int(s["Uid"].split()[0]) == 0}
        supervisor = next(p for p, parent in pids.items() if parent in pids)
        return pids[supervisor], supervisor

    def release(self) -> None:
        os.kill(self.pid, signal.SIGUSR1)

    def wait(self) -> Result:
        out, err = self.process.communicate(timeout=LIMIT_SECONDS)
        return finish(self.process.returncode, out or b"", err or b"", json_output=b'{"version"' in (out or b"")[:12])


def finish(returncode: int, out: bytes, err: bytes, json_output: bool) -> Result:
    stdout, stderr = out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape")
    if json_output:
        assert stdout.count("\n") == 1 and stdout.endswith("\n"), (returncode, stdout, stderr)
    return Result(returncode, stdout, stderr, json.loads(stdout) if json_output else {})


class Bench:
    """`machine`: a host with systemd, sudo and cgroup v2, the project installed; else root runs the built helper, with rlimits."""

    def __init__(self, machine: bool) -> None:
        self.machine = machine
        self.helper = os.environ.get("SBX_HELPER") or ("/usr/libexec/omnisbx-helper" if machine else str(ROOT / "build/omnisbx-helper"))
        self.user = "omnimind" if machine else "root"

    def policy_text(self, extra: str = "", caller_max: int = 32, **changes: str) -> str:
        """The shipped policy, with root as a caller, time for a slow machine, and `changes` (a_b also stands for a.b)."""
        values = {"wall_time": "300s", "cpu_time": "300s", "cpu_max": "400%"}
        values |= {} if self.machine else {"limits": "rlimits"}
        text = re.sub(r"^runner = .*\n", "", SHIPPED, flags=re.M)  # these components are scripts; tests/client puts it back
        text = text.replace("sandboxes.max = 32", f"sandboxes.max = {caller_max}")
        for key, value in (values | changes).items():
            pattern = re.compile(rf"^; ?{key.replace('_', '[._]')} = .*$|^{key.replace('_', '[._]')} = .*$", re.M)
            found = pattern.search(text)
            line = f"{found[0].lstrip('; ').split(' = ')[0] if found else key} = {value}"
            text = pattern.sub(line, text, count=1) if found else f"{text}{line}\n"
        return text + f"\n[caller root]\nprofiles = component\nsandboxes.max = {caller_max}\n" + extra

    def command(self, verb: str, *words: str, user: str | None = None) -> list[str]:
        user = user or self.user
        if user == "root":
            return [self.helper, verb, *words]
        if not self.machine:  # what sudo would say, and nothing of what it does
            return ["/usr/bin/env", f"SUDO_UID={pwd.getpwnam(user).pw_uid}", self.helper, verb, *words]
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--reset-env", "sudo", "-n", self.helper, verb, *words]

    def run(self, code: str | bytes, *options: str, args: tuple[str, ...] = (), user: str | None = None, json: bool = True,
            timeout: float = LIMIT_SECONDS, **popen: Any) -> Result:
        """`popen` goes to subprocess.run: stdin, preexec_fn, env, ..."""
        command = self.command("run", *(["--json"] if json else []), *options, *(["--", *args] if args else []), user=user)
        given = {} if "stdin" in popen else {"input": code.encode() if isinstance(code, str) else code}
        done = subprocess.run(command, timeout=timeout, **({"capture_output": True, "env": ENVIRONMENT} | given | popen))
        return finish(done.returncode, done.stdout or b"", done.stderr or b"", json_output=json and bool(done.stdout))

    def verb(self, verb: str, *words: str, user: str | None = None) -> Result:
        done = subprocess.run(self.command(verb, *words, user=user), capture_output=True, timeout=LIMIT_SECONDS, env=ENVIRONMENT,
                              stdin=subprocess.DEVNULL)
        return finish(done.returncode, done.stdout, done.stderr, json_output=False)

    @contextmanager
    def start(self, code: str = WAITING, *options: str, user: str | None = None, wrap: tuple[str, ...] = (), **popen: Any) -> Iterator[Run]:
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen([*wrap, *self.command("run", *options, user=user)], **(pipes | {"env": ENVIRONMENT} | popen))
        try:
            if process.stdin:
                process.stdin.write(code.encode())
                process.stdin.close()
                process.stdin = None
            yield Run(process)
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.communicate(timeout=30)
            except (subprocess.TimeoutExpired, ValueError):
                process.kill()
                process.wait()


def full_machine() -> bool:
    usable = subprocess.run([ROOT / "tests/vm/usable"], stdout=subprocess.DEVNULL).returncode == 0
    installed = all(Path(p).exists() for p in ("/usr/libexec/omnisbx-helper", "/etc/sudoers.d/omnimind", "/usr/bin/sudo"))
    return usable and installed and any(p.pw_name == "omnimind" for p in pwd.getpwall())


def install_policy(text: str | bytes) -> None:
    if POLICY.is_symlink() or POLICY.exists():
        POLICY.unlink()
    POLICY.write_bytes(text if isinstance(text, bytes) else text.encode())
    POLICY.chmod(0o644)


@contextmanager
def prepared(bench: Bench) -> Iterator[Bench]:
    """The policy of these tests; what was there before comes back."""
    assert os.geteuid() == 0, "run these tests as root"
    POLICY.parent.mkdir(mode=0o755, exist_ok=True)
    alone = os.open(POLICY.parent, os.O_RDONLY)
    fcntl.flock(alone, fcntl.LOCK_EX)  # two runs of these tests share /etc/omnisbx, /run/omnisbx and the uids
    saved = POLICY.read_bytes() if POLICY.exists() else None
    dropin = Path(f"/run/systemd/system/{SLICE}.d/zz-test.conf")
    if bench.machine:  # an emulated machine is slow enough; test_shipped.py takes this away again
        dropin.parent.mkdir(parents=True, exist_ok=True)
        dropin.write_text("[Slice]\nCPUQuota=\n")
        subprocess.run(["systemctl", "daemon-reload"], check=True)
    install_policy(bench.policy_text())
    try:
        yield bench
    finally:
        if saved is None:
            POLICY.unlink()
        else:
            install_policy(saved.decode())
        if bench.machine:
            dropin.unlink()
            dropin.parent.rmdir()
            subprocess.run(["systemctl", "daemon-reload"], check=True)
        os.close(alone)


ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
libc = ctypes.CDLL(None, use_errno=True)
