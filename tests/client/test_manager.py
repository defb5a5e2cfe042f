"""The manager's book-keeping and its executors, against a recorded helper: one honest result for every component."""
from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from replaying import Replay
from src.autopoietic import autopoietic_manager as module
from src.autopoietic import call as gate
from src.autopoietic.autopoietic_manager import AutopoieticManager
from src.autopoietic.metrics import Metrics
from src.autopoietic.outcome import Result
from src.autopoietic.policy import UNKNOWN, sandboxes_max
from src.autopoietic.sandbox import SandboxError

NAMES = ("omnimind_sandbox_executions_total", "omnimind_sandbox_cpu_seconds_total", "omnimind_sandbox_memory_bytes_max",
         "omnimind_sandbox_timeouts_total", "omnimind_sandbox_security_violations_total")


def batch(count: int) -> list[tuple[str, str]]:
    return [(f"code {number}", f"C{number}") for number in range(count)]


def history(manager: AutopoieticManager) -> list[dict[str, Any]]:
    assert manager.history.path is not None
    return [json.loads(line) for line in manager.history.path.read_text().splitlines()]


@pytest.fixture
def manager(replay: Replay, tmp_path: Path) -> AutopoieticManager:
    replay.plays("returned")
    return AutopoieticManager(at_once=4, history_path=tmp_path / "data/history.jsonl", metrics_path=tmp_path / "metrics/sandbox.prom")


def test_one_by_one_or_many_each_is_one_call_and_one_line(manager: AutopoieticManager, replay: Replay) -> None:
    assert manager.execute_component("código", "Um")["success"]
    assert [result["value"] for result in manager.execute_components(batch(10))] == ["ação"] * 10
    lines = history(manager)
    assert len(lines) == len(replay.calls) == 11 and len({line["id"] for line in lines}) == 11
    first = lines[0]
    assert first["name"] == "Um" and first["sha256"] == hashlib.sha256("código".encode()).hexdigest()
    assert (first["status"], first["isolation"], first["success"]) == ("exited", "unshare", True)
    assert first["started"] <= first["ended"] and first["execution_time"] > 0 and first["cpu_seconds"] > 0 and len(first["run"]) == 16


def test_promise_two_hundred_sixteen_at_a_time_leave_nothing(replay: Replay) -> None:
    replay.plays("returned")
    manager = AutopoieticManager(at_once=16, history_path=None)
    manager.execute_component("", "C")  # what Python itself opens the first time
    before = sorted(os.listdir("/proc/self/fd")), threading.active_count()
    results = manager.execute_components(batch(200))
    assert len(results) == 200 and all(result["success"] for result in results)
    assert (sorted(os.listdir("/proc/self/fd")), threading.active_count()) == before
    assert len(replay.calls) == 201


def test_never_more_at_a_time_than_asked(manager: AutopoieticManager, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two batches of two threads, four places: the fifth waits."""
    lock, now, most = threading.Lock(), 0, 0
    full = threading.Barrier(4)
    real = module.run_one

    def counted(*args: Any) -> Any:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        full.wait(60)
        with lock:
            now -= 1
        return real(*args)

    monkeypatch.setattr(module, "run_one", counted)
    threads = [threading.Thread(target=manager.execute_components, args=(batch(8),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4 and len(history(manager)) == 16


def test_progress_is_told_and_what_it_raises_ends_nothing(manager: AutopoieticManager, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, result: Result) -> None:
        seen.append((done, total, result["value"]))
        raise RuntimeError("ours")

    with caplog.at_level(logging.INFO):
        assert len(manager.execute_components(batch(20), progress)) == 20
    assert seen == [(number, 20, "ação") for number in range(1, 21)]
    assert [record.message for record in caplog.records if "components done" in record.message][-1] == "20 of 20 components done"


def test_an_unusable_sandbox_is_every_components_own_error(manager: AutopoieticManager, replay: Replay) -> None:
    replay.says(stderr="sudo: a password is required", status=1)
    results = manager.execute_components(batch(3))
    assert all("does not permit" in result["error"] and result["isolation"] == "none" for result in results)
    assert [line["status"] for line in history(manager)] == ["error"] * 3


def test_what_makes_no_sense_is_said_at_once(replay: Replay) -> None:
    with pytest.raises(SandboxError):
        AutopoieticManager(max_memory_mb=-1)
    with pytest.raises(TypeError):
        AutopoieticManager(history_path=None).execute_components([("code", None)])  # type: ignore[list-item]
    assert AutopoieticManager(history_path=None).execute_components([]) == []


def test_a_process_pool_works_too(manager: AutopoieticManager, replay: Replay) -> None:
    with ProcessPoolExecutor(2) as pool:
        results = AutopoieticManager(pool, history_path=manager.history.path).execute_components(batch(6))
    assert [result["success"] for result in results] == [True] * 6 and len(replay.calls) == 6


def test_a_killed_worker_loses_what_it_had_and_nothing_runs_twice(manager: AutopoieticManager, replay: Replay) -> None:
    script = replay.place / "sudo"
    played = script.read_text()
    script.write_text(played.replace("cat >", "[ -e $0.killed ] || { touch $0.killed; kill -9 $PPID; }\ncat >", 1))
    with ProcessPoolExecutor(1) as pool:
        results = AutopoieticManager(pool, history_path=manager.history.path).execute_components(batch(5))
    assert len(results) == 5 and results[0]["error"].startswith("lost: the executor ")
    assert len(replay.calls) <= 1 and {line["status"] for line in history(manager)} == {"lost"}


class Broken(Executor):
    """Takes one, cancels one, fails one, refuses the rest."""

    def __init__(self) -> None:
        self.taken = 0

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        self.taken += 1
        future: Future[Any] = Future()
        if self.taken == 1:
            future.set_result(args[0](*args[1:]))
        elif self.taken == 2:
            future.cancel()
            future.set_running_or_notify_cancel()
        elif self.taken == 3:
            future.set_exception(OSError("connection lost"))
        else:
            raise RuntimeError("shut down")
        return future


def test_a_broken_executor_gives_every_component_one_result(manager: AutopoieticManager, replay: Replay) -> None:
    results = AutopoieticManager(Broken(), history_path=None).execute_components(batch(5))
    assert [result["error"] for result in results] == [
        "", "lost: the executor cancelled it; it is not run again", "lost: the executor lost it: OSError: connection lost; it is not run again",
        *["lost: the executor does not take it: RuntimeError: shut down; it is not run again"] * 2]
    assert len(replay.calls) == 1


def test_an_executor_stays_its_owners(manager: AutopoieticManager) -> None:
    with ThreadPoolExecutor(1) as pool:
        with AutopoieticManager(pool, history_path=None) as borrower:
            borrower.execute_component("", "C")
        assert pool.submit(int).result() == 0


def test_a_history_that_cannot_be_written_ends_nothing(replay: Replay, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    replay.plays("returned")
    (tmp_path / "file").touch()
    manager = AutopoieticManager(history_path=tmp_path / "file/history.jsonl", metrics_path=tmp_path / "file/m.prom")
    assert manager.execute_component("", "C")["success"]
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 2


def test_a_line_cut_by_a_full_disk_spoils_no_other(manager: AutopoieticManager) -> None:
    manager.execute_component("", "A")
    assert manager.history.path is not None
    with manager.history.path.open("a") as file:
        file.write('{"id": "cut')
    manager.execute_component("", "B")
    assert [entry["name"] for entry in manager.history] == ["A", "B"]


def test_metrics_have_the_agreed_names_and_count_the_history(manager: AutopoieticManager, replay: Replay, tmp_path: Path) -> None:
    manager.execute_components(batch(2))
    for name in ("timeout", "no markers", "refused", "flooded"):
        replay.plays(name)
        manager.execute_component("", "C")
    replay.plays("crashed", signal=31, memory_peak=987654321)
    manager.execute_component("", "C")
    path = tmp_path / "metrics/sandbox.prom"
    text = path.read_text()
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert {name.split("{")[0] for name in samples} == set(NAMES)
    assert samples['omnimind_sandbox_executions_total{isolation="unshare",status="exited"}'] == "3"
    assert samples['omnimind_sandbox_executions_total{isolation="none",status="refused"}'] == "1"
    assert samples["omnimind_sandbox_timeouts_total"] == "1" and samples["omnimind_sandbox_security_violations_total"] == "2"
    assert samples["omnimind_sandbox_memory_bytes_max"] == "987654321" and float(samples["omnimind_sandbox_cpu_seconds_total"]) > 0
    assert all(f"# TYPE {name} " in text and f"# HELP {name} " in text for name in NAMES) and text.endswith("\n")
    assert path.stat().st_mode & 0o777 == 0o644 and os.listdir(path.parent) == ["sandbox.prom"]
    assert AutopoieticManager(history_path=manager.history.path).metrics_text() == text  # a new process goes on counting


def test_the_ecosystems_own_parser_reads_the_metrics() -> None:
    from prometheus_client import parser

    entry = {"isolation": 'a"\\\n', "status": "exited", "error": "", "cpu_seconds": 0.5, "memory_peak": None}
    families = {family.name: family for family in parser.text_string_to_metric_families(Metrics([entry]).text())}
    assert families["omnimind_sandbox_executions"].samples[0].labels == {"isolation": 'a"\\\n', "status": "exited"}


POLICY = "[policy]\nversion = 1\n[caller {}]\nsandboxes.max = 3 ; few\n[caller {}]\nsandboxes.max = 7\n[profile p]\nx = %\n"


@pytest.mark.parametrize(("first", "second", "most"), [("nobody-else", "{uid}", 7), ("{uid}", "{uid} ", 3), ("a", "b", UNKNOWN)])
def test_the_pool_is_sized_by_the_first_caller_section_that_fits(tmp_path: Path, first: str, second: str, most: int) -> None:
    path = tmp_path / "policy.ini"
    path.write_text(POLICY.format(first.format(uid=os.getuid()), second.format(uid=os.getuid())))
    assert sandboxes_max(path) == most
    assert sandboxes_max(tmp_path / "none") == UNKNOWN


def test_no_helper_is_every_components_error(manager: AutopoieticManager) -> None:
    os.unlink(gate.HELPER)
    assert "is not installed" in manager.execute_component("", "C")["error"]
