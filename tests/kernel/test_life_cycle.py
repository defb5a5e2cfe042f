"""Promise 7: however a run ends, nothing of it is left. (What is left is looked for after each test, in conftest.py.)"""
from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import ENVIRONMENT, FOREVER, UNIT_CGROUP, WAITING, Bench, Run, cgroups, sandbox_processes, status_of, wait_until

DAEMON = """
import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        os.setsid()
        for fd in range(4):
            try: os.close(fd)
            except OSError: pass
        time.sleep(100000)
    os._exit(0)
os.wait()
print('parent done')
"""


def victims(run: Run) -> dict[str, tuple[int, ...]]:
    spawner, supervisor = run.helpers()
    return {"the supervisor": (supervisor,), "the spawner": (spawner,), "both, spawner first": (spawner, supervisor),
            "both, supervisor first": (supervisor, spawner), "the component": (run.pid,), "the one that started it": (run.process.pid,)}


@pytest.mark.reaped_later
@pytest.mark.parametrize("json", [True, False])
@pytest.mark.parametrize("victim", ["the supervisor", "the spawner", "both, spawner first", "both, supervisor first", "the component",
                                    "the one that started it"])
def test_promise_7_sigkill_of(bench: Bench, victim: str, json: bool) -> None:
    with bench.start(FOREVER, *(["--json"] if json else [])) as run:
        for pid in victims(run)[victim]:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not sandbox_processes({run.uid}), f"no process after SIGKILL of {victim}")
        if victim == "the component" and json:
            report = run.wait().report
            assert (report["status"], report["signal"]) == ("signaled", 9)


@pytest.mark.reaped_later
@pytest.mark.parametrize("seed", range(12))
def test_promise_7_sigkill_at_any_moment(bench: Bench, seed: int) -> None:
    """Any process of the run that is there at a random moment; what is left must end by itself."""
    dice = random.Random(seed)
    with bench.start(WAITING, "--json") as run:
        select.select([], [], [], dice.random() * (1.5 if bench.machine else 0.1))  # the moment, not a synchronisation
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(run.process.pid)], capture_output=True, text=True).stdout.split()
        candidates = sorted({run.process.pid, *map(int, children), *sandbox_processes()})
        for pid in dice.sample(candidates, dice.randint(1, len(candidates))):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if run.process.poll() is None:
            run.process.terminate()


CALLER = "import subprocess, sys\np = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)\np.stdout.read()"


@pytest.mark.reaped_later
def test_promise_7_the_end_of_the_calling_process_ends_its_run(bench: Bench) -> None:
    with bench.start(FOREVER, wrap=(sys.executable, "-c", CALLER)) as run:
        assert run.pid
        run.process.kill()
        wait_until(lambda: not sandbox_processes({run.uid}), "no process after the caller's end")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_promise_7_a_signal_ends_the_run_and_is_reported(bench: Bench, number: signal.Signals) -> None:
    with bench.start(FOREVER, "--json") as run:
        assert run.pid
        run.process.send_signal(number)
        done = run.wait()
    assert (done.returncode, done.report["status"], done.report["reason"]) == (137, "killed", f"signal {number.name[3:]} to the helper")


def test_promise_7_a_closed_reader_ends_the_run(bench: Bench) -> None:
    with bench.start(FOREVER) as run:
        assert run.pid and run.process.stdout
        run.process.stdout.close()
        assert run.process.wait(60) == 137


def test_promise_7_a_stuck_reader_is_ended_by_wall_time(bench: Bench) -> None:
    with bench.start("import os\nwhile True: os.write(1, b'x' * 4096)", "--wall-time", "2s") as run:
        assert run.process.wait(60) == 124


@pytest.mark.slow
def test_promise_7_a_report_that_nobody_takes_does_not_keep_the_helper(bench: Bench) -> None:
    with bench.start("print('x' * 500000)", "--json") as run:
        assert run.process.stdout
        wait_until(lambda: select.select([run.process.stdout], [], [], 0)[0], "the report has begun")
        assert not [s for s in sandbox_processes().values() if s["Name"] != "omnisbx-helper"] and not cgroups()
        run.process.wait(90)


@pytest.mark.slow
def test_promise_7_a_silent_standard_input_is_refused(bench: Bench) -> None:
    read_end, write_end = os.pipe()
    try:
        done = bench.run("", stdin=read_end)
    finally:
        os.close(read_end)
        os.close(write_end)
    assert (done.returncode, done.report["status"]) == (125, "refused") and "silent" in done.stderr


def test_promise_7_an_endless_standard_input_is_refused_at_code_size(bench: Bench, policy: Callable[..., str]) -> None:
    policy(code_size="64K")
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as drip:
        done = bench.run("", stdin=drip.stdout)
        drip.kill()
    assert (done.returncode, done.report["status"]) == (125, "refused")
    assert "code_size, 65536 bytes" in done.stderr


def test_a_component_of_exactly_code_size_is_taken(bench: Bench, policy: Callable[..., str]) -> None:
    policy(code_size="64K")
    code = "print('whole')\n".ljust(65536, "#")
    assert bench.run(code).report["stdout"] == "whole\n"
    assert bench.run(code + "#").returncode == 125


def test_promise_7_standard_input_that_never_ends_ends_with_the_caller(bench: Bench) -> None:
    read_end, write_end = os.pipe()
    with bench.start("", "--json", stdin=read_end) as run:
        os.close(read_end)
        os.write(write_end, b"print()\n")
        wait_until(lambda: sandbox_processes(), "the helper has its uid")
        run.process.terminate()
        done = run.wait()
    os.close(write_end)
    assert (done.returncode, done.report["status"]) == (125, "refused")


@pytest.mark.parametrize("json", [True, False])
def test_promise_7_daemonised_grandchildren_die_with_the_component(bench: Bench, json: bool) -> None:
    done = bench.run(DAEMON, json=json)
    assert done.returncode == 0 and not [s for s in sandbox_processes().values() if s["Name"] != "omnisbx-helper"]
    assert (done.report["stdout"] if json else done.stdout) == "parent done\n"


@pytest.mark.parametrize("json", [True, False])
def test_promise_7_grandchildren_die_also_when_they_hold_the_output(bench: Bench, json: bool) -> None:
    assert bench.run("import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(100000)\n", json=json).returncode == 0


def test_promise_7_a_caller_that_freezes_the_spawner_does_not_stop_the_clock(bench: Bench) -> None:
    with bench.start(FOREVER, "--json", "--wall-time", "5s") as run:
        spawner, supervisor = run.helpers()
        os.kill(spawner, signal.SIGSTOP)
        try:
            wait_until(lambda: not status_of(run.pid), "the component has ended")
            assert status_of(spawner)["State"].startswith("T")
        finally:
            os.kill(spawner, signal.SIGCONT)
            run.process.send_signal(signal.SIGCONT)  # sudo stops with its command
        done = run.wait()
    assert (done.returncode, done.report["status"], done.report["reason"]) == (124, "timeout", "wall_time 5s")


def test_promise_7_the_component_cannot_outlive_by_ignoring_signals(bench: Bench) -> None:
    ignore = "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
    with bench.start(ignore + FOREVER, "--json") as run:
        assert run.pid
        run.process.terminate()
        assert run.wait().report["status"] == "killed"


@pytest.mark.machine
def test_promise_7_where_leftovers_cannot_be_looked_for_nothing_runs(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "strace.log"
    command = ["strace", "-qq", "-f", "-o", str(log), "-P", str(UNIT_CGROUP), "-e", "trace=openat", "-e", "inject=openat:error=EMFILE",
               *bench.command("run", user="root")]
    done = subprocess.run(command, input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
    assert "INJECTED" in log.read_text()
    assert (done.returncode, done.stdout) == (125, b"") and b"may have processes of an earlier run" in done.stderr


@pytest.mark.reaped_later
def test_promise_7_no_component_outlives_both_of_its_helpers(bench: Bench) -> None:
    """A thread that executes a program takes the first thread's place, and has no parent-death signal any more."""
    again = f"import os, sys, threading\nif len(sys.argv) == 1:\n    threading.Thread(target=os.execv, args=('/usr/bin/python3', " \
            f"['python3', sys.argv[0], 'again'])).start()\n    threading.Event().wait()\n{WAITING}"
    with bench.start(again, "--json") as run:
        pid, helpers = run.pid, [os.pidfd_open(helper) for helper in run.helpers()]
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for helper in helpers:
                signal.pidfd_send_signal(helper, sign)
        wait_until(lambda: not status_of(pid), "the component is gone")
        for helper in helpers:
            os.close(helper)
