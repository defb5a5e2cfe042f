"""Promises 2 and 7, attacked: all of whatever there is. Each flood meets its limit, the report names it, the next run has all again."""
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from battery import PRELUDE, facts, names, plain, source, sweep
from bench import FOREVER, Bench, wait_until

CODE = PRELUDE.replace("me = types.SimpleNamespace(**json.loads(sys.argv[1]))\n", "import resource\n")
# Floods until it is refused or has enough, and tells how much it got. The second word: the limit that it may raise first.
UNTIL_REFUSED = """
if sys.argv[2]:
    which = getattr(resource, 'RLIMIT_' + sys.argv[2])
    resource.setrlimit(which, (resource.getrlimit(which)[1],) * 2)
first, got, by = os.getpid(), 0, None
try:
    while got < int(sys.argv[1]):
        flood(got)
        got += 1
except OSError as error:
    by = errno.errorcode[error.errno]
except RuntimeError:
    by = 'RuntimeError'
if os.getpid() == first:
    os.write(3, b'\\n' + json.dumps({'got': got, 'by': by}).encode() + b'\\n')
os._exit(0)
"""
ENDLESS = 10 ** 9


@pytest.fixture(autouse=True)
def nothing_plain_left() -> Iterator[None]:
    yield
    sweep()


def code_of(name: str) -> str:
    return CODE + source("floods", name) + UNTIL_REFUSED


def marked(name: str) -> Any:
    """Those whose limit is the cgroup's."""
    return pytest.param(name, marks=pytest.mark.machine) if facts("floods", name).get("MACHINE") else name


def still_works(bench: Bench) -> None:
    done = bench.run("import os\nopen('/tmp/x', 'wb').write(bytes(1 << 20))\nif not os.fork(): os._exit(0)\nprint(os.wait()[1])")
    assert (done.returncode, done.stdout and done.report["stdout"]) == (0, "0\n"), done


@pytest.mark.parametrize("name", map(marked, names("floods")))
def test_promise_2_a_flood_meets_its_limit_and_the_report_names_it(bench: Bench, policy: Callable[..., str], name: str) -> None:
    about = facts("floods", name)
    if "POLICY" in about:
        policy(**about["POLICY"])
    done = bench.run(code_of(name), *about.get("OPTIONS", ()), args=(str(about.get("ENOUGH", ENDLESS)), about.get("RAISE", "")))
    report = done.report
    wanted = {"status": "exited", "exit_code": 0} | about.get("REPORT", {})
    if wanted["status"] != "exited":
        wanted["exit_code"] = None
    assert {key: report[key] for key in wanted} == wanted, done
    assert done.returncode == {"exited": 0, "timeout": 124}.get(wanted["status"], 137)
    if wanted["status"] == "exited":
        told = json.loads(report["result"])
        assert told["by"] == about.get("BY") and ("ENOUGH" in about or told["got"] < about["AMOUNT"]), (told, about)
    if report["memory_peak"] is not None and report["limits_by"] == "cgroup":
        assert report["memory_peak"] <= report["limits"]["memory.max"]
    still_works(bench)


@pytest.mark.parametrize("name", map(marked, names("floods")))
def test_nothing_stops_a_plain_process(name: str) -> None:
    about = facts("floods", name)
    with plain(code_of(name), str(about["AMOUNT"]), about.get("RAISE", ""), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        with os.fdopen(os.dup(run.read_fd), "rb") as told:
            text = next(line for line in told if b"{" in line)  # not until the end of file: children hold it
        assert json.loads(text) == {"got": about["AMOUNT"], "by": None}


@pytest.mark.parametrize("name", ["fork_bomb", "files_in_tmp", "endless_output", pytest.param("shared_memory", marks=pytest.mark.machine)])
def test_promise_8_a_flood_reaches_no_neighbour(bench: Bench, name: str) -> None:
    with bench.start(FOREVER, "--json") as neighbour:
        assert neighbour.pid
        bench.run(code_of(name), *facts("floods", name).get("OPTIONS", ()), args=(str(ENDLESS), ""))
        still_works(bench)
        assert bench.verb("kill", neighbour.id).returncode == 0
        assert neighbour.wait().report["status"] == "killed"


def test_a_reader_that_takes_its_time_loses_nothing_and_delays_only_itself(bench: Bench) -> None:
    with bench.start("import sys\nsys.stdout.write('x' * 300000 + 'end')") as run:
        assert run.process.stdout
        os.set_blocking(run.process.stdout.fileno(), False)
        taken = b""
        while len(taken) < 300003:
            taken += wait_until(lambda: run.process.stdout and run.process.stdout.read(4096) or b"", "more output")
        assert taken == b"x" * 300000 + b"end"
        assert run.process.wait(60) == 0


@pytest.mark.parametrize("json_output", [True, False])
def test_a_reader_that_reads_nothing_holds_no_limit_off(bench: Bench, json_output: bool) -> None:
    """Nobody reads while the component prints for ever: it ends by its own limit, and the report waits for its reader."""
    reading, writing = os.pipe()
    try:
        words = [*(["--json"] if json_output else []), "--wall-time", "1s"]
        with bench.start("while True: print('x' * 1000)", *words, stdout=writing) as run:
            os.close(writing)
            writing = -1
            assert json_output or run.process.wait(60) == 124
            with os.fdopen(reading, "rb") as taken:
                reading = -1
                text = taken.read()
            assert run.process.wait(60) == (137 if json_output else 124)
            assert not json_output or json.loads(text)["status"] == "output_limit"
    finally:
        for fd in (reading, writing):
            os.close(fd) if fd >= 0 else None
