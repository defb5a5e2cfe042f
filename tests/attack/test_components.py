"""Hostile components: each file of components/ is one attack, held in the sandbox, and known to work without it.

A component says of each of its attempts what held it, on a line that begins HELD, or THROUGH when one was not. Its constants (literals):
  WAY      how it runs without the sandbox, a key of WAYS; "user" where it says nothing
  CANNOT   {attempt: (why it cannot work without the sandbox either, its proof)}: the proof is checked where the test runs, see proofs.py;
           where it does not hold there, the attempt has to get through
  OPTIONS  of the helper
  REPORT   what the report has to say, where that is not "exited with 0"; BY_CGROUP: on top of that where the limits are a cgroup's
"""
from __future__ import annotations

import ast
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import proofs
import pytest
from bench import ENVIRONMENT, LIMIT_SECONDS, POLICY, UIDS, Bench, status_of

HERE = Path(__file__).resolve().parent
PRELUDE = (HERE / "prelude.py").read_text()
OUTSIDER = UIDS.stop + 100  # the uid of attacks without the sandbox and of their victim: no account's, and not a sandbox's
INTERPRETER = "/usr/bin/python3"
AS_OUTSIDER = ("setpriv", f"--reuid={OUTSIDER}", f"--regid={OUTSIDER}", "--clear-groups", "--")
WAYS = {
    "user": AS_OUTSIDER,  # as any account of the host
    "host": (),  # as root: attacks that change nothing
    # as root, where what it changes goes away with it
    "root": ("unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child", "--mount-proc", "--"),
    "mount": ("unshare", "--mount", "--"),  # as root, in a mount namespace of its own
    "copy": (),  # as root, with a python3 of its own
}
ENDED_WELL = {"status": "exited", "exit_code": 0, "signal": None}


@dataclass(frozen=True)
class Attack:
    name: str
    source: str
    way: str = "user"
    cannot: Any = ()
    options: tuple[str, ...] = ()
    report: Any = ()
    by_cgroup: Any = ()

    @staticmethod
    def read(path: Path) -> Attack:
        text = path.read_text()
        constants = {node.targets[0].id.lower(): ast.literal_eval(node.value) for node in ast.parse(text).body
                     if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
                     and node.targets[0].id in ("WAY", "CANNOT", "OPTIONS", "REPORT", "BY_CGROUP")}
        return Attack(path.stem, PRELUDE + text, **constants)


ATTACKS = {path.stem: Attack.read(path) for path in sorted((HERE / "components").glob("*.py"))}

# Stands for the host's other programs: has a secret in its memory and in a descriptor, and does nothing.
VICTIM = """
import ctypes, os, sys
secret = ctypes.create_string_buffer(sys.argv[1].encode())
fd = os.memfd_create('secret')
os.write(fd, secret.value)
print(ctypes.addressof(secret), fd, flush=True)
sys.stdin.read()
"""


class Host:
    """What there is to attack. A component is told where it all is, and only of things made here."""

    def __init__(self, below_usr: Path) -> None:
        self.token = os.urandom(8).hex()
        self.dir = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="omnisbx-attack-"))  # on the disk of /usr, and visible to every account
        self.dir.chmod(0o755)
        self.secret = self.dir / "secret"
        self.secret.write_text(self.token)
        self.shm = Path(f"/dev/shm/omnisbx-attack-{self.token}")
        self.shm.write_text(self.token)
        self.victim = subprocess.Popen([*AS_OUTSIDER, INTERPRETER, "-I", "-c", VICTIM, self.token], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        assert self.victim.stdout
        address, fd = map(int, self.victim.stdout.readline().split())
        self.sockets = {"tcp": socket.create_server(("127.0.0.1", 0)), "tcp6": socket.create_server(("::1", 0), family=socket.AF_INET6),
                        "udp": socket.socket(type=socket.SOCK_DGRAM), "abstract": socket.socket(socket.AF_UNIX),
                        "path": socket.socket(socket.AF_UNIX), "datagrams": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)}
        self.sockets["udp"].bind(("127.0.0.1", 0))
        self.sockets["abstract"].bind(f"\0omnisbx-attack-{self.token}")
        self.sockets["datagrams"].bind(f"\0omnisbx-attack-dgram-{self.token}")
        self.sockets["path"].bind(str(self.dir / "socket"))
        (self.dir / "socket").chmod(0o777)
        for name, listener in self.sockets.items():
            listener.setblocking(False)
            if name in ("abstract", "path"):
                listener.listen()
        self.facts = {"secret": str(self.secret), "token": self.token, "shm": str(self.shm),
                      "pid": self.victim.pid, "address": address, "fd": fd,
                      "tcp": self.sockets["tcp"].getsockname()[1], "tcp6": self.sockets["tcp6"].getsockname()[1],
                      "udp": self.sockets["udp"].getsockname()[1], "abstract": f"\0omnisbx-attack-{self.token}",
                      "datagrams": f"\0omnisbx-attack-dgram-{self.token}", "path": str(self.dir / "socket"),
                      "hostname": socket.gethostname(), "below_usr": str(below_usr), "outsider": OUTSIDER}
        self.before = self.state()

    def state(self) -> dict[str, Any]:
        """What no component may change, as the host itself sees it."""
        files = (self.secret, self.shm, POLICY, INTERPRETER, "/etc/passwd", "/etc/shadow", "/usr/bin", "/usr/lib/python3.11", "/etc")
        found = {str(file): os.stat(file) for file in files if os.path.exists(file)}
        return {"files": {name: (st.st_ino, st.st_mode, st.st_nlink, st.st_size, st.st_mtime_ns) for name, st in found.items()},
                "victim": (self.victim.poll(), status_of(self.victim.pid).get("State", "")[:1] in ("R", "S"),
                           os.getpriority(os.PRIO_PROCESS, self.victim.pid),
                           os.sched_getaffinity(self.victim.pid)),
                "host name": socket.gethostname(), "heard": sorted(name for name, s in self.sockets.items() if heard(s))}

    def close(self) -> None:
        for listener in self.sockets.values():
            listener.close()
        self.victim.communicate()
        self.shm.unlink()
        shutil.rmtree(self.dir)


def heard(s: socket.socket) -> bool:
    """Whether anybody has come to a socket of the host."""
    try:
        return bool(s.recv(1) if s.type == socket.SOCK_DGRAM else s.accept())
    except BlockingIOError:
        return False


@pytest.fixture(scope="session")
def below_usr() -> Iterator[Path]:
    """Programs with a set-user-id bit, a set-group-id bit and a file capability, where a sandbox sees them. Of a uid that owns nothing."""
    with tempfile.TemporaryDirectory(dir="/usr/local/lib", prefix="omnisbx-test-") as name:
        Path(name).chmod(0o755)
        for kind, mode in (("setuid", 0o4755), ("setgid", 0o2755), ("capability", 0o755)):
            copy = Path(shutil.copy("/usr/bin/cat", f"{name}/{kind}"))
            os.chown(copy, OUTSIDER + 1, OUTSIDER + 1)
            copy.chmod(mode)
        # vfs_cap_data (linux/capability.h): revision 2 and "effective", then CAP_WAKE_ALARM in the permitted set's upper half
        os.setxattr(f"{name}/capability", "security.capability", bytes.fromhex("01000002 00000000 00000000 08000000 00000000"))
        (Path(name) / "readable").write_text("of the host\n")
        yield Path(name)


@pytest.fixture(scope="session")
def host(below_usr: Path) -> Iterator[Host]:
    """The one that sandboxes look for: nothing but sandboxes comes near it."""
    host = Host(below_usr)
    yield host
    host.close()


@pytest.fixture(scope="session")
def outside(below_usr: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[str]]]:
    """What each attack prints without the sandbox, against a host of its own. They run while the sandboxes do."""
    params = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = {each["name"] for each in params if "name" in each}
    host = Host(below_usr)
    with ThreadPoolExecutor(1) as pool:
        yield {name: pool.submit(run_outside, attack, host) for name, attack in ATTACKS.items() if name in wanted}
    host.close()


def run_outside(attack: Attack, host: Host) -> str:
    """Almost as the helper would start it: a file of its own in a directory of its own; and what a careless starter leaves open."""
    place = Path(tempfile.mkdtemp(dir=host.dir))
    os.chown(place, *((OUTSIDER, OUTSIDER) if attack.way == "user" else (0, 0)))
    component = place / "component"
    component.write_text(attack.source)
    interpreter = shutil.copy(INTERPRETER, place) if attack.way == "copy" else INTERPRETER
    leak = os.open("/", os.O_RDONLY)
    try:
        done = subprocess.run([*WAYS[attack.way], interpreter, "-I", str(component), json.dumps(host.facts)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=place, pass_fds=(leak,),
                              env=ENVIRONMENT | {"OMNISBX_TOKEN": host.token, "HOME": "/root"}, timeout=LIMIT_SECONDS)
    finally:
        os.close(leak)
    return done.stdout


def verdict(output: str) -> tuple[str, dict[str, str | None]]:
    """The strongest line: a process that the component left behind may speak after it."""
    lines = [line.split(" ", 1) for line in output.splitlines() if line.startswith(("THROUGH", "HELD"))]
    assert lines, output
    answers: dict[str, str | None] = {}
    for _, text in lines:
        answers |= json.loads(text)
    return ("THROUGH" if any(word == "THROUGH" for word, _ in lines) else "HELD"), answers


@pytest.mark.parametrize("name", ATTACKS)
def test_held_in_the_sandbox(bench: Bench, host: Host, name: str) -> None:
    attack = ATTACKS[name]
    leak = os.open("/", os.O_RDONLY)
    try:
        done = bench.run(attack.source, "--name", name, *attack.options, args=(json.dumps(host.facts),), cwd=host.dir, pass_fds=(leak,),
                         env=ENVIRONMENT | {"OMNISBX_TOKEN": host.token})
    finally:
        os.close(leak)
    report = done.report
    word, answers = verdict(report["stdout"])
    got_through = [attempt for attempt, held_by in answers.items() if held_by is None]
    assert (got_through, word) == ([], "HELD"), f"GOT THROUGH: {name}: {', '.join(got_through)}"
    assert not [text for text in answers.values() if text and text.startswith("mistake")], answers
    expected = ENDED_WELL | dict(attack.report) | (dict(attack.by_cgroup) if report["limits_by"] == "cgroup" else {})
    assert {key: report[key] for key in expected} == expected, report
    assert (report["name"], report["caller"], report["uid"] in UIDS) == (name, bench.user, True)
    assert host.state() == host.before


@pytest.mark.parametrize("name", ATTACKS)
def test_known_to_work_without_it(outside: dict[str, Future[str]], name: str) -> None:
    output = outside[name].result(LIMIT_SECONDS * len(ATTACKS))
    _, answers = verdict(output)
    cannot = {attempt for attempt, (_, proof) in dict(ATTACKS[name].cannot).items() if proofs.holds(proof)}
    assert {attempt for attempt, held_by in answers.items() if held_by is not None} == cannot, (answers, output)
