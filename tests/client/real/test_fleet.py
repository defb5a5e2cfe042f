"""A fleet for real: Dask's scheduler and workers on loopback, every component with exactly one result, and run at most once."""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import distributed
import pytest
from bench import Bench, wait_until
from components import SHAPES, run
from src.autopoietic.autopoietic_manager import AutopoieticManager
from src.autopoietic.outcome import Result

Policy = Callable[..., None]
ROOT = Path(__file__).resolve().parents[3]
SLOW = run("import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end: pass\nreturn 'OK'")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def started(*words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT), **environment),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Fleet:
    def __init__(self, client: Any, workers: list[subprocess.Popen[bytes]]) -> None:
        self.client, self.workers = client, workers


@pytest.fixture
def fleet(bench: Bench, with_runner: Policy, command: list[str], tmp_path: Path) -> Iterator[Fleet]:
    """One scheduler and two workers of two threads each, with Dask's own configuration as it comes."""
    address = f"127.0.0.1:{free_port()}"
    host, port = address.split(":")
    with ExitStack() as stack:
        stack.enter_context(started("distributed.cli.dask_scheduler", "--host", host, "--port", port, "--no-dashboard"))
        workers = [stack.enter_context(started(
            "distributed.cli.dask_worker", f"tcp://{address}", "--nthreads", "2", "--no-nanny", "--no-dashboard", "--host", host,
            "--local-directory", str(tmp_path), "--preload", str(Path(__file__).with_name("preload.py")), "--name", f"w{number}",
            SBX_COMMAND=json.dumps(command))) for number in range(2)]
        client = stack.enter_context(distributed.Client(f"tcp://{address}", timeout="120s"))
        client.wait_for_workers(2, timeout=120)
        yield Fleet(client, workers)


def audited(label: str) -> int:
    subprocess.run(["journalctl", "--sync"], check=True)
    return len(subprocess.run(["journalctl", "-t", "omnisbx-helper", "-o", "cat", "-g", label], capture_output=True, text=True).stdout.splitlines())


def test_a_hundred_components_on_two_workers_one_killed_in_the_middle(bench: Bench, fleet: Fleet, tmp_path: Path) -> None:
    batch_label = f"fleet-{uuid.uuid4().hex}"
    kinds = [SLOW, SHAPES["raises"], SHAPES["leaves"], SLOW]
    shapes = [kinds[number % len(kinds)] for number in range(100)]

    def progress(done: int, total: int, result: Result) -> None:
        if done == 30:
            fleet.workers[0].kill()

    manager = AutopoieticManager(fleet.client.get_executor(), history_path=tmp_path / "history.jsonl")
    results = manager.execute_components([(shape.code, f"{batch_label}-{number:03}") for number, shape in enumerate(shapes)], progress)
    assert fleet.workers[0].wait(60) == -signal.SIGKILL

    entries = list(manager.history)
    assert len(results) == len(entries) == 100 and len({entry["id"] for entry in entries}) == 100
    lost = [result for result in results if result["error"].startswith("lost: ")]
    assert 1 <= len(lost) <= 12, Counter(result["error"] for result in results)  # what the dead worker had in hand, and nothing else
    for result, shape in zip(results, shapes):
        assert result in lost or (result["success"], result["error"]) == (shape.success, shape.error)
    runs = [entry["run"] for entry in entries if entry["run"]]
    assert len(set(runs)) == len(runs) == 100 - len(lost)
    if bench.machine:
        wait_until(lambda: audited(batch_label) >= len(runs), "the audit log is whole")
        names = [line.split("name=")[1].split(" ")[0] for line in subprocess.run(
            ["journalctl", "-t", "omnisbx-helper", "-o", "cat", "-g", batch_label], capture_output=True, text=True).stdout.splitlines()]
        assert max(Counter(names).values()) == 1, "none ran twice"


def test_the_same_component_twice_is_two_runs(fleet: Fleet, tmp_path: Path) -> None:
    manager = AutopoieticManager(fleet.client.get_executor(), history_path=tmp_path / "history.jsonl")
    shape = SHAPES["returns text"]
    assert all(result["success"] for result in manager.execute_components([(shape.code, shape.name)] * 6))
    assert len({entry["run"] for entry in manager.history}) == 6
