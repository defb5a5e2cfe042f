"""Promises 8 and 9: many sandboxes, each caller's own."""
from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from bench import FOREVER, UIDS, WAITING, Bench, leftovers, sandbox_processes, sockets, wait_until


@pytest.fixture
def two_callers(bench: Bench, policy: Callable[..., str]) -> None:
    """omnimind and stranger, both through the gate."""
    extra = "[caller stranger]\nprofiles = component\nsandboxes.max = 2\n"
    policy(extra=extra)


def test_promise_8_the_third_of_two_is_busy(bench: Bench, policy: Callable[..., str]) -> None:
    policy(caller_max=2)
    with bench.start(WAITING, "--json") as first, bench.start(WAITING, "--json") as second:
        assert first.uid != second.uid
        seen = leftovers().keys()  # the check after each test is not blind
        assert seen >= {"processes", "sockets", "locks"} | ({"cgroups"} if bench.machine else set())
        third = bench.run("print('ran')")
        assert (third.returncode, third.report["status"], third.report["stdout"]) == (125, "refused", "")
        assert third.stderr.startswith("omnisbx-helper: busy: ") and "sandboxes.max" in third.stderr
        first.release()
        assert first.wait().returncode == 0
        assert bench.run("").returncode == 0
        second.release()
        assert second.wait().returncode == 0


def test_promise_8_no_uid_is_given_twice(bench: Bench, policy: Callable[..., str]) -> None:
    policy(uids="1879100000-1879100001")
    with bench.start(WAITING, "--json") as first, bench.start(WAITING, "--json") as second:
        assert {first.uid, second.uid} == {1879100000, 1879100001}
        third = bench.run("")
        assert third.returncode == 125 and "busy: every uid" in third.stderr
        for run in (first, second):
            run.release()
            assert run.wait().returncode == 0


def test_promise_8_twenty_at_a_time(bench: Bench) -> None:
    with ExitStack() as stack:
        runs = [stack.enter_context(bench.start(WAITING, "--json")) for _ in range(20)]
        pids = wait_for_ready(20)
        assert len(pids) == 20 and set(pids) <= set(UIDS)
        assert len(sockets()) == 20 and len({name.split("-")[2] for name in sockets()}) == 20
        for pid in pids.values():
            os.kill(pid, signal.SIGUSR1)
        reports = [run.wait() for run in runs]
    assert [r.returncode for r in reports] == [0] * 20
    assert {r.report["uid"] for r in reports} == set(pids) and len({r.report["id"] for r in reports}) == 20


def wait_for_ready(count: int) -> dict[int, int]:
    def ready() -> dict[int, int]:
        found = {int(s["Uid"].split()[0]): pid for pid, s in sandbox_processes().items() if s["Name"] == "ready"}
        return found if len(found) == count else {}
    return wait_until(ready, f"{count} components are ready")


def test_promise_7_a_hundred_one_after_the_other_leave_nothing(bench: Bench, policy: Callable[..., str]) -> None:
    policy(interpreter="/usr/bin/true")
    ids = set()
    for _ in range(100):
        done = bench.run("", user="root")
        assert done.returncode == 0
        ids.add(done.report["id"])
        assert not leftovers()
    assert len(ids) == 100


def test_promise_9_kill_ends_ones_own_run(bench: Bench) -> None:
    with bench.start(FOREVER, "--json") as run, bench.start(WAITING, "--json") as other:
        assert other.pid and run.pid
        killed = bench.verb("kill", run.id)
        assert (killed.returncode, killed.stdout, killed.stderr) == (0, "", "")
        done = run.wait()
        assert (done.returncode, done.report["status"], done.report["reason"]) == (137, "killed", "omnisbx-helper kill")
        other.release()
        assert other.wait().report["status"] == "exited"
    again = bench.verb("kill", done.report["id"])
    assert again.returncode == 125 and done.report["id"] in again.stderr


def test_promise_9_a_run_killed_before_its_execve_says_who_ended_it(bench: Bench) -> None:
    """The child has handed itself over, and strace holds it in its last step before execve."""
    hold = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=close_range", "-e", "inject=close_range:delay_enter=1500000")
    with bench.start("print('ran')", "--json", user="root", wrap=hold) as run:
        wait_until(sockets, "the run can be killed")
        assert bench.verb("kill", "--all", user="root").returncode == 0
        done = run.wait()
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "error", "")
    assert done.report["reason"] == "omnisbx-helper kill before the component started"


def test_promise_9_kill_all_ends_all_of_ones_own(bench: Bench) -> None:
    with bench.start(FOREVER, "--json") as one, bench.start(FOREVER, "--json") as two:
        assert one.pid and two.pid
        assert bench.verb("kill", "--all").returncode == 0
        assert [run.wait().report["status"] for run in (one, two)] == ["killed", "killed"]
    assert bench.verb("kill", "--all").returncode == 0  # of none


def test_promise_9_a_foreign_run_is_out_of_reach_and_looks_like_none(bench: Bench, two_callers: None, stranger_may_sudo: None) -> None:
    with bench.start(WAITING, "--json") as run:
        assert run.pid
        own, unknown = run.id, "0123456789abcdef"
        foreign = [bench.verb("kill", word, user="stranger") for word in (own, unknown)]
        assert [f.returncode for f in foreign] == [125, 125]
        assert foreign[0].stderr.replace(own, "ID") == foreign[1].stderr.replace(unknown, "ID")
        assert foreign[0].stdout == foreign[1].stdout == ""
        assert bench.verb("kill", "--all", user="stranger").returncode == 0
        run.release()
        assert run.wait().report["status"] == "exited"


def test_promise_9_each_caller_has_places_of_its_own(bench: Bench, policy: Callable[..., str], stranger_may_sudo: None) -> None:
    policy(caller_max=1, extra="[caller stranger]\nprofiles = component\nsandboxes.max = 1\n")
    with bench.start(WAITING, "--json") as run:
        assert run.pid
        assert bench.run("").returncode == 125
        assert bench.run("", user="stranger").report["caller"] == "stranger"
        run.release()


def test_a_caller_without_a_section_is_refused(bench: Bench, stranger_may_sudo: None) -> None:
    done = bench.run("print('ran')", user="stranger")
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "refused", "")
    assert "stranger" in done.stderr and "[caller]" in done.stderr
    assert bench.verb("kill", "--all", user="stranger").returncode == 0


@pytest.mark.parametrize("words", [(), ("x",), ("0123456789abcde",), ("0123456789abcdeff",), ("0123456789ABCDEF",),
                                   ("../0123456789abc",), ("",), ("--all", "--all"), ("--al",), ("*",),
                                   ("0123456789abcdef", "0123456789abcdef")])
def test_kill_wants_one_id_or_all(bench: Bench, words: tuple[str, ...]) -> None:
    done = bench.verb("kill", *words)
    assert done.returncode == 125 and done.stderr.startswith("omnisbx-helper: kill: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [(), ("omnimind-sandbox.slice",), ("system.slice",), ("a", "b"), ("../x.slice",), ("-.slice",), ("",)])
def test_keep_is_refused_to_callers(bench: Bench, words: tuple[str, ...]) -> None:
    for user in dict.fromkeys((bench.user, "root")):
        done = bench.verb("keep", *words, user=user)
        assert done.returncode == 125 and done.stderr.startswith("omnisbx-helper: keep: ") and done.stderr.count("\n") == 1
