"""The delegated unit: what systemd does meanwhile changes no limit, and its end is every run's end."""
from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from bench import FOREVER, SLICE, UNIT, UNIT_CGROUP, WAITING, Bench, status_of, wait_until

pytestmark = pytest.mark.machine
FILES = ("memory.max", "memory.swap.max", "cpu.max", "cpu.max.burst", "pids.max", "memory.oom.group", "cgroup.procs")


def systemctl(*words: str) -> str:
    return subprocess.run(["systemctl", *words], check=True, capture_output=True, text=True).stdout


@contextmanager
def stopped() -> Iterator[None]:
    systemctl("stop", UNIT)
    try:
        yield
    finally:
        systemctl("start", UNIT)


@pytest.mark.parametrize("verb", ["daemon-reload", "daemon-reexec", "set-property"])
def test_promise_1_limits_outlive(bench: Bench, verb: str) -> None:
    with bench.start(WAITING, "--json", "--memory-max", "100M", "--pids-max", "5", "--cpu-max", "30%") as run:
        own = UNIT_CGROUP / run.name
        before = {name: (own / name).read_text() for name in FILES}
        assert before["memory.max"] == f"{100 << 20}\n"
        systemctl(*((verb,) if verb != "set-property" else (verb, "--runtime", SLICE, "TasksMax=1000")))
        systemctl("is-active", UNIT)
        assert {name: (own / name).read_text() for name in FILES} == before
        run.release()
        assert run.wait().report["status"] == "exited"
    if verb == "set-property":
        systemctl("set-property", "--runtime", SLICE, "TasksMax=")


def test_promise_7_stopping_the_unit_ends_its_runs(bench: Bench) -> None:
    with bench.start(FOREVER, "--json") as one, bench.start(FOREVER, "--json") as two:
        assert one.pid and two.pid
        with stopped():
            for run in (one, two):
                done = run.wait()
                assert done.returncode in (125, 137) and not status_of(run.pid)  # 125: the supervisor itself was killed with the unit
                assert not done.report or done.report["status"] == "killed"
            assert not UNIT_CGROUP.exists()
    assert bench.run("print('again')").report["stdout"] == "again\n"


def test_promise_1_without_the_unit_nothing_runs_and_the_line_says_what_to_do(bench: Bench) -> None:
    with stopped():
        done = bench.run("print('ran')")
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "error", "")
    assert f"unit {UNIT} is not running" in done.stderr and f"systemctl enable --now {UNIT}" in done.stderr
    assert bench.run("").returncode == 0


def test_a_killed_keeper_comes_back(bench: Bench) -> None:
    keeper = int(systemctl("show", "-P", "MainPID", UNIT))
    with bench.start(WAITING, "--json"):
        systemctl("kill", "--kill-whom=main", "--signal=KILL", UNIT)
    wait_until(lambda: systemctl("show", "-P", "MainPID", UNIT).strip() not in ("0", str(keeper)), "systemd has restarted it")
    wait_until(lambda: systemctl("show", "-P", "SubState", UNIT).strip() == "running", "the keeper is ready")
    assert bench.run("").returncode == 0


def test_the_keeper_has_no_privilege_and_its_own_leaf(bench: Bench) -> None:
    keeper = int(systemctl("show", "-P", "MainPID", UNIT))
    status = status_of(keeper)
    assert [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")] == [0] * 5
    assert (status["NoNewPrivs"], status["Name"]) == ("1", "omnisbx-helper")
    assert str(keeper) in (UNIT_CGROUP / "keeper/cgroup.procs").read_text().split()
    assert {"cpu", "memory", "pids"} <= set((UNIT_CGROUP / "cgroup.subtree_control").read_text().split())


def test_nothing_of_a_sandbox_is_charged_to_the_caller(bench: Bench) -> None:
    with bench.start(WAITING, "--json") as run:
        cgroup = open(f"/proc/{run.pid}/cgroup").read().strip()
        assert cgroup == f"0::/omnimind.slice/{SLICE}/{UNIT}/{run.name}"
        run.release()
