#!/usr/bin/python3
"""Promise 7 in a storm: runs as users start them, each with a helper, sudo or a caller that is ended at a random instant.

Everything of a run descends from one worker process, which takes in orphans (PR_SET_CHILD_SUBREAPER): that waitpid knows no more child
is the proof that no process is left of it, whatever has been killed on the way. What the host keeps is looked at after each batch.
"""
from __future__ import annotations

import argparse
import json
import os
import pwd
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))

from bench import (  # noqa: E402 # after the path
    ENVIRONMENT,
    FOREVER,
    LIMIT_SECONDS,
    UIDS,
    WAITING,
    Bench,
    full_machine,
    install_policy,
    leftovers,
    libc,
    mounts,
    prepared,
    status_of,
    wait_until,
)

GATE_USER = "daemon"  # where there is no sudo: whom it would name. The account is on every Debian
KEEP_BYTES = 1 << 20  # of what a caller reads; more than any report of 64K streams
READY = "print('ran', flush=True)\n"
CHILD = "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); os.setsid(); os.fork(); signal.pause()"
COMPONENTS = {
    "short": READY,
    "long": READY + FOREVER,
    "leaves daemons behind": f"import os, signal\n{READY}for _ in range(4):\n    if not os.fork(): {CHILD}\n",
    "stays with daemons": f"import os, signal\n{READY}for _ in range(4):\n    if not os.fork(): {CHILD}\n{FOREVER}",
    "forks for ever": f"import os, signal, time\n{READY}while True:\n    try:\n        if not os.fork(): {CHILD}\n"
                      "    except OSError: time.sleep(0.1)\n",
    # takes over the thread group, and has no parent-death signal any more
    "a thread executes": f"import os, sys, threading\n{READY}if len(sys.argv) == 1:\n    threading.Thread(target=os.execv, args=("
                         f"'/usr/bin/python3', ['python3', sys.argv[0], 'again'])).start()\n    threading.Event().wait()\n{FOREVER}",
    "ignores every signal": "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
                            f"    except (OSError, ValueError): pass\n{READY}{FOREVER}",
    "floods": f"import os, time\n{READY}while True:\n    os.write(1, b'x' * 65536)\n    time.sleep(0.001)\n",
    "has stopped": f"import os, signal\n{READY}pid = os.fork()\nif not pid: os.kill(os.getpid(), signal.SIGSTOP)\n"
                   f"os.waitpid(pid, os.WUNTRACED)\n{FOREVER}",
}
ENDS_BY_ITSELF = {"short": {0}, "leaves daemons behind": {0}, "floods": {137}}  # floods: with --json, output_size
CHAIN = ("caller", "sudo", "spawner", "supervisor")
ENDERS = (signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Case:
    """What is done to one run; drawn from seed and number alone, instants as a share of a measured span."""
    number: int
    component: str
    json: bool
    after: str                 # the event that the instant is counted from
    instant: float             # 0 to 3 median spans
    victims: tuple[str, ...]   # in this order; of stop: the first is stopped, the second killed; any: what is there but the component
    act: str                   # end, stop, kill --all
    ender: signal.Signals
    linger: float              # share of a span: behind a victim that was not there yet; between stop and kill

    @property
    def target(self) -> str:
        """For the summary."""
        if self.act != "end":
            return {"stop": "one stopped and another killed"}.get(self.act, self.act)
        return self.victims[0] if len(self.victims) == 1 or "any" in self.victims else " and ".join(sorted(self.victims))


def draw(seed: int, number: int, chain: tuple[str, ...]) -> Case:
    dice = random.Random(f"{seed}/{number}")
    victims: tuple[str, ...] = (dice.choice(chain),)
    act, ender = "end", dice.choice(ENDERS)
    kind = dice.random()
    if kind < 0.03:
        act = "kill --all"
    elif kind < 0.20:
        stopped = dice.choice(("any", *chain))
        act, victims, ender = "stop", (stopped, dice.choice([role for role in chain if role != stopped])), signal.SIGKILL
    elif kind < 0.35:
        victims, ender = tuple(dice.sample(("spawner", "supervisor"), 2)), signal.SIGKILL
    elif kind < 0.45:
        victims, ender = tuple(dice.sample(chain, len(chain))), signal.SIGKILL
    elif kind < 0.50:
        victims, ender = ("any", "caller"), signal.SIGKILL  # a step of the set-up is not missed when its work is done
    return Case(number, dice.choice(list(COMPONENTS)), dice.random() < 0.5, dice.choice(list(Spans.__annotations__)), 3 * dice.random(),
                victims, act, ender, dice.random() ** 3)


@dataclass
class Spans:
    """Medians, in seconds."""
    start: float = 0      # from the caller's start to the component's birth
    helper: float = 0     # from the helper's birth to the component's
    component: float = 0  # from there until it is ready


@dataclass
class Outcome:
    hit: bool = False      # the victim was there
    adopted: bool = False  # sudo had died before the helper could hold it
    uids: set[int] = field(default_factory=set)  # that the run was seen with: they are in the names of cgroup and socket
    faults: list[str] = field(default_factory=list)


def be_caller(bench: Bench, code: str, json_output: bool, said: int) -> None:
    """The manager: nobody else holds the other ends of the helper's streams. Never returns."""
    try:
        os.setsid()  # else sudo takes a signal of ours for the command's own (exec_nopty.c)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        command = bench.command("run", *(["--json"] if json_output else []), user=None if bench.machine else GATE_USER)
        if bench.machine:
            account = pwd.getpwnam(bench.user)
            os.initgroups(account.pw_name, account.pw_gid)
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            command = command[command.index("sudo"):]
        errors, out = os.memfd_create("errors"), b""
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=ENVIRONMENT)
        assert process.stdin and process.stdout
        try:
            process.stdin.write(code.encode())
            process.stdin.close()
        except BrokenPipeError:
            pass
        while chunk := os.read(process.stdout.fileno(), 65536):
            out += chunk[:KEEP_BYTES - len(out)]
        answer = process.wait(), out.decode("utf-8", "replace"), os.pread(errors, 65536, 0).decode("utf-8", "replace")
        os.write(said, json.dumps(answer).encode() + b"\n")
    finally:
        os._exit(0)


class Tree:
    """One run under attack, seen from the worker that all of it descends from."""

    def __init__(self, bench: Bench, code: str, json_output: bool, dice: random.Random, pause: float) -> None:
        self.bench, self.uids, self.dice, self.pause, self.has_stopped = bench, set[int](), dice, pause, False
        self.said = os.memfd_create("said")
        self.caller = os.fork()
        if self.caller == 0:
            be_caller(bench, code, json_output, self.said)
        self.caller_fd = os.pidfd_open(self.caller)  # our own child, not taken in yet

    def close(self) -> None:
        os.close(self.caller_fd)
        os.close(self.said)

    def processes(self) -> dict[int, str]:
        """Every living descendant, and what it is: a role, or its name."""
        found: dict[int, str] = {}
        look_at = children(os.getpid())
        while look_at:
            pid = look_at.pop()
            look_at += children(pid)
            if status := status_of(pid):
                found[pid] = self.role(pid, status)
                self.uids |= {int(uid) for uid in status["Uid"].split()} & set(UIDS)
        return found

    def role(self, pid: int, status: dict[str, str]) -> str:
        if pid == self.caller:
            return "caller"
        if int(status["Uid"].split()[0]) in UIDS:
            return "component"
        try:
            program = os.readlink(f"/proc/{pid}/exe")
        except OSError:
            return status["Name"]
        if program == self.bench.helper and status["Uid"].split()[0] == "0":
            namespaces = status["NSpid"].split()[1:]  # below ours: the supervisor is pid 1 of one, the component's of a second one
            return "spawner" if not namespaces else "supervisor" if namespaces == ["1"] else "set-up"
        return "sudo" if os.path.basename(program) == "sudo" else status["Name"]

    def find(self, roles: tuple[str, ...]) -> tuple[dict[str, int], bool]:
        """Descriptors of the processes that have these roles, and whether they had to be waited for. Empty when the run is over before."""
        waited, end = False, time.monotonic() + LIMIT_SECONDS
        while seen := self.processes():
            pids = {role: pid for pid, role in reversed(seen.items())}
            if others := [pid for pid, role in seen.items() if role != "component"]:
                pids["any"] = self.dice.choice(others)
            if all(role in pids for role in roles):
                held = {role: fd for role in roles if (fd := open_pid(pids[role])) >= 0}
                again = self.processes()  # a number that is somebody else's by now is no descendant
                if len(held) == len(roles) and all(pids[role] in again for role in roles):
                    return held, waited
                close_all(held)
            waited = True
            assert time.monotonic() < end, f"no {roles} after {LIMIT_SECONDS} s: {seen}"
            time.sleep(self.pause)
        return {}, waited

    def wait_over(self, seconds: float) -> bool:
        """Takes in every descendant's end."""
        end, resume = time.monotonic() + seconds, 0.0
        while True:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return True
            if time.monotonic() > end:
                return False
            if self.has_stopped and time.monotonic() > resume:
                self.set_going()
                resume = time.monotonic() + 0.5
            time.sleep(self.pause)

    def set_going(self) -> None:
        """More than once: sudo stops itself when it sees that its command has stopped."""
        for pid, role in self.processes().items():
            if role != "component" and (fd := open_pid(pid)) >= 0:
                if status_of(pid).get("State", "").startswith("T") and pid in self.processes():
                    send(fd, signal.SIGCONT)
                os.close(fd)

    def was_adopted(self) -> bool:
        """Whether the helper took us for the process that had started it: that one was gone before the helper first looked."""
        return any(f"\nPid:\t{os.getpid()}\n" in text for pid, role in self.processes().items() if role in ("spawner", "supervisor")
                   for text in descriptors(pid))

    def no_component(self) -> bool:
        return not {"component", "set-up"} & set(self.processes().values())

    def end_rest(self) -> list[str]:
        """After a fault: what is still there, ended."""
        seen = self.processes()
        described = [f"{pid} {role} {status_of(pid).get('State', '')}" for pid, role in seen.items()]
        while not self.wait_over(0.1):
            for pid in self.processes():
                if (fd := open_pid(pid)) >= 0:
                    send(fd, signal.SIGKILL)
                    os.close(fd)
        return described


def children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def descriptors(pid: int) -> list[str]:
    try:
        return [(Path(f"/proc/{pid}/fdinfo") / fd).read_text() for fd in os.listdir(f"/proc/{pid}/fdinfo")]
    except (FileNotFoundError, ProcessLookupError):
        return []


def open_pid(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return -1


def send(fd: int, number: int) -> None:
    try:
        signal.pidfd_send_signal(fd, number)
    except ProcessLookupError:
        pass


def close_all(held: dict[str, int]) -> None:
    for fd in held.values():
        os.close(fd)


def measure(bench: Bench) -> Spans:
    """One run until its component is ready, undisturbed."""
    start = time.monotonic()
    run, at = Tree(bench, FOREVER, False, random.Random(), 0.003), {}
    for event in ("spawner", "component"):
        close_all(run.find((event,))[0])
        at[event] = time.monotonic()
    component = next(pid for pid, role in run.processes().items() if role == "component")
    wait_until(lambda: status_of(component).get("Name") == "ready", "the component is ready")
    ready = time.monotonic()
    send(run.caller_fd, signal.SIGKILL)
    assert run.wait_over(LIMIT_SECONDS), run.end_rest()
    run.close()
    return Spans(at["component"] - start, at["component"] - at["spawner"], ready - at["component"])


def kill_all(bench: Bench) -> str:
    done = bench.verb("kill", "--all", user=None if bench.machine else GATE_USER)
    return "" if done.returncode == 0 else f"kill --all: {done}"


def strike(run: Tree, case: Case, spans: Spans, outcome: Outcome) -> None:
    if case.after != "start":
        born, _ = run.find(("spawner" if case.after == "helper" else "component",))
        close_all(born)
        if not born:
            return
    time.sleep(case.instant * getattr(spans, case.after))
    if case.act == "kill --all":
        outcome.hit = True
        while True:  # a run that has not come so far yet is none: the user tries again
            outcome.faults += filter(None, [kill_all(run.bench)])
            if outcome.faults or run.wait_over(spans.start):
                return
    held, waited = run.find(case.victims)
    if not held:
        return
    outcome.hit = True
    if waited:
        time.sleep(case.linger * spans.helper)
    with ExitStack() as closing:
        closing.callback(close_all, held)
        for role in case.victims if case.act == "end" else ():
            send(held[role], case.ender)
            if role == "any":
                time.sleep(case.linger * spans.helper)
        if case.act == "end":
            return
        run.has_stopped = True
        send(held[case.victims[0]], signal.SIGSTOP)
        time.sleep(case.linger * spans.helper)
        send(held[case.victims[1]], signal.SIGKILL)
        if case.victims[0] in ("caller", "sudo", "spawner"):  # what a caller can stop
            wait_until(lambda: run.no_component() or ("sudo" in case.victims and run.was_adopted()),
                       f"the component is gone while its {case.victims[0]} is stopped")


def judge(case: Case, said: int, outcome: Outcome) -> None:
    """What the caller was told, where it lived to hear it."""
    answer = os.pread(said, 4 * KEEP_BYTES, 0)
    if not answer.endswith(b"\n"):  # killed before, or while it said so
        return
    status, out, errors = json.loads(answer)
    report = json.loads(out) if case.json and out.endswith("\n") else {}
    ran = bool(report.get("stdout")) if case.json else bool(out)
    if ran and (status == 125 or report.get("status") in ("refused", "error")):
        outcome.faults.append(f"a component that ran is said not to have run: {status} {report} {errors}")
    if report.get("status") == "exited" and case.component not in ENDS_BY_ITSELF:
        outcome.faults.append(f"a component that never ends is said to have ended: {report}")
    if "busy" in errors or "earlier run" in errors or "is not empty" in errors:
        outcome.faults.append(errors)
    by_kill_all = status == 137 or (status == 125 and "omnisbx-helper kill before the component started" in errors)  # another case's
    if not outcome.hit and status not in ENDS_BY_ITSELF.get(case.component, ()) and not by_kill_all:
        outcome.faults.append(f"nobody ended it, and it ended with {status}: {errors}")


def attack(bench: Bench, case: Case, spans: Spans) -> Outcome:
    outcome = Outcome()
    run = Tree(bench, COMPONENTS[case.component], case.json, random.Random(case.number), max(spans.helper / 20, 0.001))
    try:
        strike(run, case, spans, outcome)
        if "sudo" in case.victims and not run.wait_over(10 + 3 * spans.start) and run.was_adopted():
            outcome.adopted = True  # it is still the run of its caller, who reads its output
            send(run.caller_fd, signal.SIGKILL)
        if not run.wait_over(LIMIT_SECONDS):
            outcome.faults.append(f"not over after {LIMIT_SECONDS} s")
        judge(case, run.said, outcome)
    except AssertionError as fault:
        outcome.faults.append(str(fault))
    finally:
        if left := run.end_rest():
            outcome.faults.append(f"left: {left}")
        run.close()
    outcome.uids = run.uids
    return outcome


def be_worker() -> None:
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def zombies() -> set[int]:
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found |= {int(pid)} if state == "Z" else set()
    return found


def helpers(bench: Bench) -> set[int]:
    def program(pid: str) -> str:
        try:
            return os.readlink(f"/proc/{pid}/exe")
        except OSError:
            return ""
    return {int(pid) for pid in filter(str.isdigit, os.listdir("/proc")) if program(pid) == bench.helper}


class Host:
    """What was there before, and must be again."""

    def __init__(self, bench: Bench, at_once: int) -> None:
        self.bench, self.at_once, self.user = bench, at_once, None if bench.machine else GATE_USER
        self.mounts, self.zombies, self.helpers = mounts(), zombies(), helpers(bench)

    def left(self) -> dict[str, object]:
        found: dict[str, object] = dict(leftovers())
        found |= {"helpers": helpers(self.bench) - self.helpers, "zombies": zombies() - self.zombies}
        found["mounts"] = set(mounts()) ^ set(self.mounts)
        return {name: value for name, value in found.items() if value}

    def check(self) -> list[str]:
        """After one further run nothing is left, and every place can be taken at once. What is wrong."""
        try:
            done = self.bench.run("print('ran')", user=self.user)
            assert (done.returncode, done.report["stdout"]) == (0, "ran\n"), done
            self.nothing_is_left()
            with ExitStack() as stack:
                runs = [stack.enter_context(self.bench.start(WAITING, "--json", user=self.user)) for _ in range(self.at_once)]
                assert len({run.uid for run in runs}) == self.at_once
                for run in runs:
                    run.release()
                assert [run.wait().returncode for run in runs] == [0] * self.at_once
            self.nothing_is_left()
        except AssertionError as fault:
            return [str(fault)]
        return []

    def nothing_is_left(self) -> None:
        try:
            wait_until(lambda: not self.left(), "", LIMIT_SECONDS / 4)
        except AssertionError:
            raise AssertionError(f"left: {self.left()}") from None


def storm(bench: Bench, options: argparse.Namespace, pool: ProcessPoolExecutor) -> int:
    chain = CHAIN if bench.machine else tuple(role for role in CHAIN if role != "sudo")
    host = Host(bench, options.at_once)
    sample = list(pool.map(measure, [bench] * 2 * options.at_once))
    spans = Spans(*(statistics.median(getattr(each, name) for each in sample) for name in Spans.__annotations__))
    print(f"seed {options.seed}; median ms until born, from the helper on, until ready:",
          *(f"{1000 * getattr(spans, name):.1f}" for name in Spans.__annotations__), flush=True)
    targets: Counter[str] = Counter()
    signals: Counter[str] = Counter()
    runs = checks = bad_runs = bad_checks = adopted = 0
    end = time.monotonic() + options.seconds
    while runs < options.runs and time.monotonic() < end and bad_runs + bad_checks < 10:
        numbers = range(runs, min(runs + options.batch, options.runs))
        cases = [draw(options.seed, options.case if options.case is not None else number, chain) for number in numbers]
        outcomes = list(pool.map(attack, [bench] * len(cases), cases, [spans] * len(cases)))
        for case, outcome in zip(cases, outcomes):
            targets[case.target if outcome.hit else "none, the run was over"] += 1
            signals[case.ender.name[3:]] += outcome.hit and case.act == "end"
            bad_runs += bool(outcome.faults)
            adopted += outcome.adopted
            for fault in outcome.faults:
                print(f"FAILED: --seed {options.seed} --case {case.number}: {fault}\n  {case}", flush=True)
        runs, checks = runs + len(cases), checks + 1
        faults = host.check()
        bad_checks += bool(faults)
        for fault in faults:
            suspects = [case for case, outcome in zip(cases, outcomes) if any(str(uid) in fault for uid in outcome.uids)]
            print(f"FAILED: after runs {numbers.start} to {numbers.stop - 1} of --seed {options.seed}: {fault}", flush=True)
            print(*(f"  maybe {case}" for case in suspects), sep="\n", flush=True)
        print(f"{runs} of {options.runs} runs, {bad_runs + bad_checks} bad", flush=True)
    of = ", ".join(f"{name} {count}" for name, count in targets.most_common())
    print(f"{runs} runs, {targets.total() - targets['none, the run was over']} kills by target: {of}; "
          f"{', '.join(f'{name} {count}' for name, count in signals.most_common() if count)}; {bad_runs + bad_checks} left")
    if adopted:
        print(f"{adopted} times sudo had died before the helper could hold it: the run ended with its caller instead")
    print(f"{runs + checks - bad_runs - bad_checks} passed, {bad_runs + bad_checks} failed")
    return 1 if bad_runs + bad_checks else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--batch", type=int, default=100, help="runs between two looks at the host")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="no new batch after them")
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1000000)
    parser.add_argument("--case", type=int, help="this case only, --runs times")
    options = parser.parse_args()
    with prepared(Bench(full_machine())) as bench:
        extra = "" if bench.machine else f"[caller {GATE_USER}]\nprofiles = component\nsandboxes.max = {options.at_once}\n"
        install_policy(bench.policy_text(caller_max=options.at_once, extra=extra, output_size="64K"))
        with ProcessPoolExecutor(options.at_once, get_context("fork"), be_worker) as pool:
            return storm(bench, options, pool)


if __name__ == "__main__":
    sys.exit(main())
