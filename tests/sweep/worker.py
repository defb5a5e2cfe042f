"""Runs points of the sweep, one after the other, in namespaces of its own, and judges each. Started by test_sweep.py.

Reads a line of JSON for each point, answers with one: whether it was reached, and everything about it that does not hold."""
from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))
from bench import CAPABILITY_SETS, ENVIRONMENT, ROOT, UNIT_CGROUP, Bench, mounts, sockets, status_of  # noqa: E402 # after the path

HANG_SECONDS = 45  # nothing in the helper waits longer than 30
INJECT, WITNESS = ROOT / "build/inject", ROOT / "build/witness"
STATE, OURS = Path("/run/omnisbx"), Path("/etc/omnisbx")
CODE = b"# the witness shows this file\n"
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGSYS}
LINE = "omnisbx-helper: [^\n]+\n"
AFTER = "(omnisbx-helper: the supervisor was ended by signal [0-9]+: [^\n]+\n)?"  # the spawner's, of one that had said its line before
KEPT = {"Umask", "Groups", "Uid", "Gid", "Threads", "SigBlk", "SigIgn", "SigCgt", *CAPABILITY_SETS, "NoNewPrivs", "Seccomp",
        "Seccomp_filters", "THP_enabled", "Cpus_allowed_list", "TracerPid", "CoreDumping"}

# How a run is started, what has to come of it undisturbed, and by which of the component's ways: exit status, words of the policy.
VARIANTS: dict[str, dict[str, Any]] = {
    "json": {"options": ["--json"], "exit": 0},
    "plain": {"options": [], "exit": 7},
    "user and time namespaces": {"options": ["--json", "--unshare", "user,time"], "exit": 0},
    "a first run": {"options": ["--json"], "exit": 0, "state": "fresh"},
    "a run beside what a killed one left": {"options": ["--json"], "exit": 0, "state": "stale"},
    "a closed standard error": {"options": [], "exit": 7, "closed": True},
    "an interpreter that is not there": {"options": ["--json"], "exit": 125, "policy": {"interpreter": "/etc/omnisbx/absent"}},
    "the verb kill": {"verb": "kill", "options": ["--all"], "exit": 0},
    "the verb keep, to a caller": {"verb": "keep", "options": ["omnimind-sandbox.slice"], "exit": 125},
    "a component that must be ended": {"options": ["--json", "--wall-time", "200ms", "--", "sleep"], "exit": 124},
}


@dataclass
class Outcome:
    """What one run showed."""
    calls: list[dict[str, Any]] = field(default_factory=list)
    hit: bool = False
    hung: bool = False
    facts: dict[str, Any] | None = None  # of the component, before its first instruction; None: it had none
    executed: int = 0
    capable: list[str] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    stdout: str = ""
    stderr: str = ""
    report: dict[str, Any] = field(default_factory=dict)

    def code(self) -> int | None:
        return os.waitstatus_to_exitcode(self.ends["0"]) if "0" in self.ends else None

    def said(self) -> Any:
        """What reached the caller of the component and of its end, without what differs from run to run."""
        if not self.report:
            return self.stdout, self.stderr
        kept = ("status", "exit_code", "signal", "reason", "caller", "profile", "slice", "name", "namespaces", "limits_by", "limits",
                "not_enforced", "stdout", "stderr", "result")
        return {key: self.report[key] for key in kept}, self.stderr


class Place:
    """This worker's mounts, policy and uids."""

    def __init__(self, number: int, machine: bool) -> None:
        self.bench = Bench(machine)
        self.uids = range(1879100000 + 8 * number, 1879100008 + 8 * number)
        for directory, mode in ((OURS, "755"), (STATE, "700")):
            if directory != STATE or not machine:  # in the machine the workers share cgroups, so they must share the locks
                directory.mkdir(exist_ok=True)
                subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode={mode}", "tmpfs", directory], check=True)
        self.log = self.private_log()
        (OURS / "src").mkdir(mode=0o755)
        (OURS / "runner").write_text("")
        shutil.copy(WITNESS, OURS / "witness")
        (OURS / "witness").chmod(0o755)
        self.namespaces = namespaces("self")
        self.policy: dict[str, str] = {}
        self.install({})
        self.run([], VARIANTS["json"])  # makes the files of the state
        self.mounts = mounts()
        self.references: dict[str, Outcome] = {}

    @staticmethod
    def private_log() -> socket.socket | None:
        """/dev/log of our own, never read: thousands of lines of ours would bury the host's."""
        if not os.path.exists("/dev/log"):
            return None
        log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        log.bind(str(OURS / "log"))
        subprocess.run(["mount", "--bind", OURS / "log", os.path.realpath("/dev/log")], check=True)
        return log

    def install(self, changes: dict[str, str]) -> None:
        given = {"readonly": "/usr /etc/omnisbx", "interpreter": "/etc/omnisbx/witness", "runner": "/etc/omnisbx/runner",
                 "pythonpath": "/etc/omnisbx/src", "uids": f"{self.uids[0]}-{self.uids[-1]}", "wall_time": "60s", "memory_max": "256M"}
        text = self.bench.policy_text(caller_max=8, **(given | changes))
        (OURS / "policy.ini").write_text(text)
        (OURS / "policy.ini").chmod(0o644)
        self.policy = changes

    def prepare(self, variant: dict[str, Any]) -> None:
        if self.policy != variant.get("policy", {}):
            self.install(variant.get("policy", {}))
        if variant.get("state") == "fresh" and not self.bench.machine:
            shutil.rmtree(STATE / "runs", ignore_errors=True)  # a run that failed early made neither
            (STATE / "locks").unlink(missing_ok=True)
        if variant.get("state") == "stale":
            self.leave_stale()
        while self.log and self.log in select.select([self.log], [], [], 0)[0]:
            self.log.recv(4096)

    def leave_stale(self) -> None:
        """What a helper that was killed with its supervisor leaves: the kill socket, and a cgroup, here with a process in it."""
        name = f"omnisbx-0-{self.uids[0]}-0123456789abcdef"
        (STATE / "runs").mkdir(mode=0o700, exist_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as left:
            left.bind(str(STATE / "runs" / name))
        if self.bench.machine:
            sleeper = subprocess.Popen(["sleep", "1000"])
            while sleeper.poll() is None:  # another worker's run may reap the cgroup before there is a process in it
                (UNIT_CGROUP / name).mkdir(exist_ok=True)
                try:
                    (UNIT_CGROUP / name / "cgroup.procs").write_text(str(sleeper.pid))
                    break
                except OSError:  # ENOENT, ENODEV
                    continue

    def run(self, target: list[str], variant: dict[str, Any]) -> Outcome:
        self.prepare(variant)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pipes = [os.pipe() for _ in range(3)]
        os.write(pipes[0][1], CODE)
        os.close(pipes[0][1])
        words = [str(INJECT), *(target or ["list"]), self.bench.helper, variant.get("verb", "run"), *variant["options"]]
        streams: list[tuple[int, ...]] = [(os.POSIX_SPAWN_DUP2, end, i) for i, end in enumerate((pipes[0][0], pipes[1][1], pipes[2][1]))]
        if variant.get("closed"):
            streams[2] = (os.POSIX_SPAWN_CLOSE, 2)
        pid = os.posix_spawn(words[0], words, ENVIRONMENT, file_actions=[*streams, (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3)],
                             setsigmask=[signal.SIGTERM])
        theirs.close()
        for end in (pipes[0][0], pipes[1][1], pipes[2][1]):
            os.close(end)
        outcome = Outcome()
        self.listen(ours, outcome)
        if outcome.hung:
            os.kill(pid, signal.SIGKILL)
            self.kill_all()
        os.waitpid(pid, 0)
        ours.close()
        texts = []
        for end in (pipes[1][0], pipes[2][0]):
            with open(end, "rb") as file:
                texts.append(re.sub(rf"\b({'|'.join(map(str, self.uids))})\b", "UID", file.read().decode("utf-8", "surrogateescape")))
        outcome.stdout, outcome.stderr = texts
        if "--json" in variant["options"] and outcome.stdout:
            outcome.report = json.loads(re.sub(r'"uid":UID', '"uid":1', outcome.stdout))
        return outcome

    def listen(self, ours: socket.socket, outcome: Outcome) -> None:
        end = time.monotonic() + HANG_SECONDS
        while True:
            if not select.select([ours], [], [], max(0, end - time.monotonic()))[0]:
                outcome.hung = True
                return
            try:
                message = ours.recv(512).decode()
            except ConnectionResetError:
                return
            if not message:
                return
            kind, *words = message.split(" ")
            if kind == "call":
                outcome.calls.append({"process": words[0], "call": words[1], "nth": int(words[2]), "words": " ".join(words[3:])})
            elif kind == "hit":
                outcome.hit = True
            elif kind == "end":
                outcome.ends[words[0]] = int(words[1])
            elif kind == "executes":
                outcome.facts, outcome.executed = self.facts_of_held(int(words[1])), int(words[1])
                ours.send(b"\n")
            elif kind == "waits":
                self.look_at_waiting(words, outcome)
                ours.send(b"\n")

    def look_at_waiting(self, words: list[str], outcome: Outcome) -> None:
        """No capability where the component may run, nor where a process has given its answer and only waits."""
        process, pid, call, sent, killed = words
        # wait4: of the step between, which has ended by then. Who has sent a kill waits for its effect
        runs = bool(outcome.executed and status_of(outcome.executed)) and call != "wait4" and not int(killed)
        if runs or int(sent):
            status = status_of(int(pid))
            held = [name for name in CAPABILITY_SETS if runs or name != "CapBnd"]  # without the others the bounding set gives nothing
            if any(int(status.get(name, "0"), 16) for name in held):
                outcome.capable.append(f"{process} waits in {call} {'beside the component' if runs else 'after its answer'} with "
                                       f"{ {name: status[name] for name in CAPABILITY_SETS} }")

    def facts_of_held(self, pid: int) -> dict[str, Any] | None:
        """None: it was killed where it is held, so it has not run one instruction."""
        try:
            return self.facts(pid)
        except (OSError, KeyError):
            if status_of(pid):
                raise
            return None

    def facts(self, pid: int) -> dict[str, Any]:
        """Of a process that is held before its first instruction; everything that confines it and that /proc shows."""
        proc = Path(f"/proc/{pid}")
        status = status_of(pid)
        fds = {fd: re.sub(r"\d{2,}", "N", os.readlink(proc / "fd" / fd)) for fd in sorted(os.listdir(proc / "fd"))}
        table = [line.split() for line in (proc / "mountinfo").read_text().splitlines()]
        found: dict[str, Any] = {
            "status": {key: " ".join(status[key].split()) for key in sorted(KEPT & status.keys())}, "depth": len(status["NSpid"].split()),
            "limits": (proc / "limits").read_text(), "mounts": [" ".join(line[3:]) for line in table], "fds": fds,
            "own": sorted(name for name, inode in namespaces(str(pid)).items() if inode != self.namespaces[name]),
            "cwd": os.readlink(proc / "cwd"), "root": os.readlink(proc / "root"), "exe": os.readlink(proc / "exe"),
            "oom": (proc / "oom_score_adj").read_text(), "environment": (proc / "environ").read_text(),
            "words": (proc / "cmdline").read_text(),
            "maps": [(proc / name).read_text().split() for name in ("uid_map", "gid_map")], "cgroup": self.cgroup(proc)}
        found["status"]["TracerPid"] = "0" if status.get("TracerPid") != "0" else "none"
        text = json.dumps(found)
        result: dict[str, Any] = json.loads(re.sub(rf"\b({'|'.join(map(str, self.uids))})\b", "UID", text))
        return result

    def cgroup(self, proc: Path) -> dict[str, str]:
        """Where it is counted and its limits, by cgroup v2."""
        if not self.bench.machine:
            return {}
        path = next(line.split("::")[1] for line in (proc / "cgroup").read_text().splitlines() if line.startswith("0::"))
        at = Path("/sys/fs/cgroup") / path.strip("/")
        files = ("memory.max", "memory.swap.max", "cpu.max", "cpu.max.burst", "pids.max", "memory.oom.group")
        return {"path": re.sub(r"[0-9a-f]{16}", "ID", path), **{name: (at / name).read_text() for name in files}}

    @staticmethod
    def kill_all() -> None:
        """Everything in this pid namespace but its first process, which we are."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if int(pid) != os.getpid():
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def left(self) -> dict[str, Any]:
        """What is there and should not be: any other process of this namespace, cgroups and sockets of our uids, locks, mounts."""
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
        ours = [f"-{uid}-" for uid in self.uids]
        others = [int(pid) for pid in filter(str.isdigit, os.listdir("/proc")) if int(pid) != os.getpid()]
        found = {"processes": {pid: status_of(pid).get("Name") for pid in others},
                 "sockets": [name for name in sockets() if any(uid in name for uid in ours)], "locks": self.locked(),
                 "cgroups": self.cgroups(ours) if self.bench.machine else [], "mounts": [m for m in mounts() if m not in self.mounts]}
        return {name: value for name, value in found.items() if value}

    def locked(self) -> bool:
        if not (STATE / "locks").exists():
            return False
        with (STATE / "locks").open("r+b") as locks:
            answer = fcntl.fcntl(locks, 36, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, self.uids[0], len(self.uids), 0))
        return bool(struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK)

    @staticmethod
    def cgroups(ours: list[str]) -> list[str]:
        return [name for name in os.listdir(UNIT_CGROUP) if any(uid in name for uid in ours)]


def namespaces(pid: str) -> dict[str, int]:
    at = Path(f"/proc/{pid}/ns")
    return {name: (at / name).stat().st_ino for name in os.listdir(at) if not name.endswith("_for_children")}


def difference(one: Any, two: Any) -> str:
    """The first places where two of our values differ."""
    if isinstance(one, dict) and isinstance(two, dict):
        return "; ".join(f"{key}: {difference(one.get(key), two.get(key))}" for key in {*one, *two} if one.get(key) != two.get(key))
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)) and len(one) == len(two):
        return "; ".join(difference(a, b) for a, b in zip(one, two, strict=True) if a != b)
    return f"{str(one)[-300:]!r}, not {str(two)[-300:]!r}"


def judge(point: dict[str, Any], seen: Outcome, wanted: Outcome) -> list[str]:
    """Everything that does not hold."""
    wrong = [*seen.capable]
    ran, code, report = seen.facts is not None, seen.code(), seen.report
    crashed = [f"{process} by signal {os.WTERMSIG(end)}" for process, end in seen.ends.items()
               if os.WIFSIGNALED(end) and os.WTERMSIG(end) in CRASHES]
    kills = point["way"].startswith("kill")
    if seen.hung:
        return [*wrong, f"not over after {HANG_SECONDS} s"]
    if ran and wanted.facts is None:
        wrong.append("the component ran")
    elif ran and seen.facts != wanted.facts:
        wrong.append(f"the component ran otherwise confined: {difference(seen.facts, wanted.facts)}")
    if ran and (code == 125 or report.get("status") in ("refused", "error")):
        wrong.append(f"the component ran, and exit status is {code}, status {report.get('status')} ({report.get('reason')})")
    if not ran and report.get("status") not in (None, "refused", "error", "killed", "signaled"):
        # the last two: by a SIGKILL between the child's last word and its first instruction. It may have run, as far as anybody knows
        wrong.append(f"the component did not run, and status is {report['status']} ({report['reason']})")
    if kills and point["process"] == "0":
        return wrong
    if point["before_main"]:  # the C library's own start: it has no way to say anything, and nothing has been made
        return [*wrong, *(["it succeeded otherwise"] if code == wanted.code() and seen.said() != wanted.said() else [])]
    wrong += [f"crashed: {who}" for who in crashed]
    said, same = seen.stderr, seen.said() == wanted.said()
    # the line itself was hit, or there is nowhere to write it
    own_line = (point["call"] == "write" and point["words"].startswith("2 ")) or VARIANTS[point["variant"]].get("closed")
    if code == 125:
        if not re.fullmatch(LINE + AFTER, said) and not own_line:
            wrong.append(f"exit status 125, and standard error is {said!r}")
        if report and said and re.sub(AFTER + "$", "", said) != f"omnisbx-helper: {report['reason']}\n":
            wrong.append(f"two reasons: {report['reason']!r}, {said!r}")
    elif code == wanted.code() and same:
        pass
    elif not ran:
        if code != 137:
            wrong.append(f"exit status {code}, and the component did not run: {seen.stdout!r} {said!r}")
    elif report and (report["status"], report["stdout"]) == (wanted.report.get("status"), wanted.report.get("stdout")):
        # the report was out; what came after it is said beside it
        if seen.said()[0] != wanted.said()[0] or not re.fullmatch(LINE, said):
            wrong.append(f"exit status {code}: {difference(seen.said(), wanted.said())}")
    elif report:
        if report["status"] not in ("killed", "signaled", "timeout") or (report["status"] == "signaled" and report["signal"] != 9):
            wrong.append(f"exit status {code}: {difference(seen.said(), wanted.said())}")
    elif code == wanted.code() or "--json" in VARIANTS[point["variant"]]["options"]:  # no report, or none of the component's output
        if not re.fullmatch(LINE, said):
            wrong.append(f"exit status {code}: {difference(seen.said(), wanted.said())}")
    return wrong


class Judge:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.wanted: dict[str, Outcome] = {}

    def reference(self, name: str) -> Outcome:
        if name not in self.wanted:
            outcome = self.place.run([], VARIANTS[name])
            assert outcome.code() == VARIANTS[name]["exit"] and not outcome.hung and not outcome.capable, outcome
            assert (outcome.facts is None) == (outcome.code() == 125 or "verb" in VARIANTS[name]), outcome
            assert not self.place.left(), self.place.left()
            self.wanted[name] = outcome
        return self.wanted[name]

    def points(self, name: str) -> list[dict[str, Any]]:
        self.reference(name)
        return self.place.run([], VARIANTS[name]).calls

    def try_point(self, point: dict[str, Any]) -> dict[str, Any]:
        wanted = self.reference(point["variant"])
        began = time.monotonic()
        seen = self.place.run([point["process"], point["call"], str(point["nth"]), point["way"]], VARIANTS[point["variant"]])
        took = time.monotonic() - began
        wrong = judge(point, seen, wanted)
        if self.place.left():
            after = self.place.run([], VARIANTS["json"])
            if judge(point | {"way": "", "before_main": False}, after, self.reference("json")) or after.code():
                wrong.append(f"the run after it is harmed: {after.code()} {after.said()}")
            if left := self.place.left():
                wrong.append(f"left after one further run: {left}")
                self.place.kill_all()
        return {"hit": seen.hit, "wrong": wrong, "seconds": took, "code": seen.code(), "ran": seen.facts is not None}


def main() -> None:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # for the helper to undo
    place = Place(int(sys.argv[1]), sys.argv[2] == "machine")
    decide = Judge(place)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = decide.points(asked["points"]) if "points" in asked else decide.try_point(asked)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
