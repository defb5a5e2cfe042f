"""Promises of the client, with the real helper."""
from __future__ import annotations

import os
import subprocess
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, leftovers
from components import FOREVER_HANGS, MARKED, SHAPES, Shape, run
from src.autopoietic.autopoietic_manager import AutopoieticManager
from src.autopoietic.outcome import Result
from src.autopoietic.sandbox import AutopoieticSandbox

Policy = Callable[..., None]
MEMORY = run("block = bytearray(200 << 20)\nfor at in range(0, len(block), 4096):\n    block[at] = 1\nreturn 'not reached'")


def execute(shape: Shape, **options: Any) -> Result:
    return AutopoieticSandbox(**options).execute_component(shape.code, shape.name)


def isolation(bench: Bench) -> str:
    return "systemd_run" if bench.machine else "unshare"


def test_every_shape_has_exactly_the_result_of_the_contract(bench: Bench, with_runner: Policy) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = dict(zip(SHAPES, pool.map(execute, SHAPES.values())))
    wrong = {}
    for name, shape in SHAPES.items():
        output = shape.output if shape.output is not None else str(shape.value) if shape.success else ""
        expected = {"success": shape.success, "value": shape.value, "error": shape.error, "security_validated": shape.validated,
                    "isolation": isolation(bench), "output": output}
        got = {key: results[name][key] for key in expected}
        if name == "floods":
            assert set(got.pop("output")) == {"x", "\n"} and expected.pop("output") == ""
        if got != expected:
            wrong[name] = {key: (got[key], expected[key]) for key in got if got[key] != expected[key]}, results[name]["report"]["stderr"]
    assert not wrong
    assert len({result["report"]["id"] for result in results.values()}) == len(SHAPES)


def test_a_traceback_shows_the_components_own_lines_and_name(with_runner: Policy) -> None:
    stderr = execute(Shape(f"class C:\n{MARKED}    def run(self):\n        return self.deep()\n    def deep(self):\n        1 / 0\n"))["report"]["stderr"]
    assert stderr.startswith('Traceback (most recent call last):\n  File "/component/C", line 5, in run\n    return self.deep()\n')
    assert stderr.count("File ") == 2 and "runner" not in stderr and stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_hang_is_a_timeout_with_what_it_printed(with_runner: Policy) -> None:
    with_runner(wall_time="20s")
    result = execute(FOREVER_HANGS)
    assert (result["success"], result["error"], result["output"], result["security_validated"]) == \
        (False, "killed: timeout (wall_time 20s)", "antes\n", True)
    assert 20 <= result["execution_time"] < 60


def test_cpu_time_is_a_timeout(with_runner: Policy) -> None:
    assert execute(run("while True: pass"), max_cpu_time_seconds=10)["error"] == "killed: timeout (cpu_time 10s)"


def test_memory_beyond_the_limit_ends_it(bench: Bench, with_runner: Policy) -> None:
    result = execute(MEMORY, max_memory_mb=100)
    assert (result["success"], result["error"], result["security_validated"]) == \
        (False, "killed: out of memory (memory.max 100M)" if bench.machine else "MemoryError", True)


def test_more_than_the_policy_gives_is_refused_and_nothing_runs(with_runner: Policy) -> None:
    result = execute(SHAPES["returns text"], max_memory_mb=4096)
    assert (result["error"], result["isolation"], result["output"]) == \
        ("omnisbx-helper: option --memory-max: asked 4G, the profile component allows 1G", "none", "")


def test_a_plain_script_runs_through_the_runner_as_before(bench: Bench, with_runner: Policy) -> None:
    code = ("import os, sys\nblock = b'x' * (100 << 20)\nprint('printed', __name__, sys.argv)\nos.write(2, b'complained')\n"
            "os.write(3, b'returned')\nsys.exit(3)\n")
    done = bench.run(code, "--name", "raw", args=("--class=C", "2"))
    assert (done.returncode, done.report["status"]) == (3, "exited")
    assert done.report["stdout"] == "printed __main__ ['/component/raw', '--class=C', '2']\n"
    assert (done.report["stderr"], done.report["result"]) == ("complained", "returned")


def test_a_caller_that_goes_away_ends_the_run(with_runner: Policy) -> None:
    result = AutopoieticSandbox(answer_timeout_seconds=15).execute_component(FOREVER_HANGS.code, "C")
    assert result["error"].startswith("no report from the helper within 15 s")
    assert not leftovers().get("processes")


ONCE = {"fails": run("raise ValueError"), "exits with 1": run("raise SystemExit(1)"), "exits with 125": run("__import__('os')._exit(125)"),
        "memory": MEMORY, "time": run("while True: pass"), "crash": SHAPES["crashes"], "flood": SHAPES["floods"], "none": Shape("")}


@pytest.mark.machine
@pytest.mark.parametrize("ending", ONCE)
def test_whatever_ends_it_a_component_runs_exactly_once(ending: str, with_runner: Policy) -> None:
    label = f"once-{uuid.uuid4().hex}"
    result = AutopoieticSandbox(max_memory_mb=100, max_cpu_time_seconds=10).execute_component(ONCE[ending].code, label)
    assert not result["success"] and result["isolation"] == "systemd_run"
    subprocess.run(["journalctl", "--sync"], check=True)
    lines = subprocess.run(["journalctl", "-t", "omnisbx-helper", "-o", "cat", "-g", label], capture_output=True, text=True).stdout.splitlines()
    assert len(lines) == 1 and f"name={label} " in lines[0] and f"status={result['report']['status']} " in lines[0]


def test_two_hundred_components_sixteen_at_a_time_leave_nothing(bench: Bench, with_runner: Policy, tmp_path: Path) -> None:
    kinds = [SHAPES["returns text"], SHAPES["raises"], SHAPES["leaves"], SHAPES["crashes"], SHAPES["no markers"]]
    manager = AutopoieticManager(at_once=16, history_path=tmp_path / "h.jsonl", metrics_path=tmp_path / "m.prom")
    manager.execute_component("", "C")
    before = sorted(os.listdir("/proc/self/fd")), threading.active_count()
    shapes = [kinds[number % len(kinds)] for number in range(200)]
    results = manager.execute_components([(shape.code, shape.name) for shape in shapes])
    assert [(r["success"], r["error"], r["isolation"]) for r in results] == [(s.success, s.error, isolation(bench)) for s in shapes]
    assert (sorted(os.listdir("/proc/self/fd")), threading.active_count()) == before
    assert len({entry["run"] for entry in manager.history}) == 201
    assert f'{{isolation="{isolation(bench)}",status="signaled"}} 40' in (tmp_path / "m.prom").read_text()


def test_a_full_house_is_a_refusal_not_a_wait(with_runner: Policy) -> None:
    with_runner(caller_max="1", wall_time="20s")
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(execute, [FOREVER_HANGS] * 2))
    busy = [result for result in results if result["isolation"] == "none"]
    assert len(busy) == 1 and busy[0]["error"].startswith("omnisbx-helper: busy: ")


@pytest.mark.machine
def test_the_account_without_a_sudoers_line_is_told_where_to_look(bench: Bench) -> None:
    program = ("from src.autopoietic.sandbox import *\ntry:\n    create_secure_sandbox().execute_component('', 'C')\n"
               "except SandboxError as error:\n    print(error)\n")
    done = subprocess.run(["setpriv", "--reuid=stranger", "--regid=stranger", "--init-groups", "/usr/bin/python3", "-c", program],
                          cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert "sudo does not permit" in done.stdout and "/etc/sudoers.d/omnimind" in done.stdout, done
