"""Promise 11: one line of the system log for every run and every refusal, which neither caller nor component can forge."""
from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench import ENVIRONMENT, FOREVER, Bench, wait_until

Log = Callable[[int], list[str]]


def journal(*words: str) -> str:
    return subprocess.run(["journalctl", "-q", *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def log(bench: Bench) -> Iterator[Log]:
    """log(n) waits for n lines since the test began, and gives all there are: of the journal, or of a /dev/log made for the test."""
    if bench.machine:
        ours = ("-t", "omnisbx-helper", "-o", "json")
        before = len(journal(*ours).splitlines())

        def read(count: int) -> list[str]:
            def lines() -> list[str]:
                entries = [json.loads(line) for line in journal(*ours).splitlines()[before:]]
                assert all((e["SYSLOG_FACILITY"], e["PRIORITY"], e["_UID"]) == ("10", "6", "0") for e in entries)
                found = [str(e["MESSAGE"]) for e in entries]
                return found if len(found) >= count else []
            return wait_until(lines, f"{count} lines of the journal", 30)
        yield read
        return
    path = Path("/dev/log")
    if path.exists():
        pytest.skip("this host has a log that cannot be read here")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        sock.settimeout(60)
        taken: list[str] = []

        def receive(count: int) -> list[str]:
            while len(taken) < count:
                taken.append(sock.recv(65536).decode())
                assert taken[-1].startswith("<86>omnisbx-helper: ")
                taken[-1] = taken[-1].split(": ", 1)[1]
            return taken
        try:
            yield receive
        finally:
            path.unlink()


def test_promise_11_a_run_leaves_one_line(bench: Bench, log: Log) -> None:
    done = bench.run("raise SystemExit(7)", "--name", "the.label", "--memory-max", "512M", "--pids-max", "9")
    bench.run("", "--name", "last")
    lines = log(2)
    assert len(lines) == 2 and "name=last" in lines[1]
    report = done.report
    for word in ("status=exited", "exit=7", f"caller={bench.user}", "profile=component", f"slice={report['slice']}", "name=the.label",
                 f"id={report['id']}", f"uid={report['uid']}", f"limits_by={report['limits_by']}", "memory.max=512M", "pids.max=9",
                 'reason=""'):
        assert f" {word} " in f"{lines[0]} ", word
    assert lines[0].startswith("run ")


REFUSED = [(["--memory-max", "2G"], "asked 2G"), (["--name", "evil\nrun status=exited name=forged"], "evil?run"),
           (["--name", 'x" status=exited reason="'], "'"), (["--bogus\x1b[2J\xff"], "--bogus?"),
           (["--profile", "other"], "option --profile"), (["--profile", "x\ny=z"], "x?y=z"), (["--slice", "x y=z"], "x y=z"),
           (["--", "x" * 40000], "arguments")]


@pytest.mark.parametrize(("words", "text"), REFUSED, ids=lambda v: repr(v)[:40])
def test_promise_11_a_refusal_leaves_one_line_with_every_byte_encoded(bench: Bench, log: Log, words: list[str], text: str) -> None:
    assert bench.run("", *words).returncode == 125
    assert bench.run("", "--name", "last").returncode == 0
    lines = log(2)
    assert len(lines) == 2 and "name=last" in lines[1]
    line = lines[0]
    assert line.startswith("refusal status=refused ") and "exit=125" in line and text in line and f"caller={bench.user}" in line
    assert line.isascii() and line.isprintable() and len(line) < 4096
    assert line.count('"') == 2 and line.split('"')[2] == ""  # the caller's words are inside the last field
    keys = [word.split("=")[0] for word in line.split(' reason="')[0].split()[1:]]
    assert len(keys) == len(set(keys)) and "y" not in keys  # no field that is not ours


@pytest.mark.parametrize("words", [("kill", "x"), ("kill", "0123456789abcdef"), ("keep", "x.slice"), ("nothing",)], ids=str)
def test_promise_11_other_refusals_leave_one_line_too(bench: Bench, log: Log, words: tuple[str, ...]) -> None:
    assert bench.verb(*words).returncode == 125
    assert bench.run("", "--name", "last").returncode == 0
    lines = log(2)
    assert len(lines) == 2 and lines[0].startswith("refusal status=refused") and "name=last" in lines[1]


def test_promise_11_the_ends_of_runs_are_told_apart(bench: Bench, log: Log) -> None:
    bench.run("import time\ntime.sleep(1000)", "--wall-time", "100ms")
    bench.run("import ctypes\nctypes.string_at(0)")
    bench.run("while True: print('x' * 1000)")
    with bench.start(FOREVER, "--json") as run:
        assert run.pid
        bench.verb("kill", "--all")
        run.wait()
    lines = log(4)
    assert [line.split("status=")[1].split()[0] for line in lines] == ["timeout", "signaled", "output_limit", "killed"]
    assert [line.split("exit=")[1].split()[0] for line in lines] == ["124", "139", "137", "137"]


def test_promise_11_the_component_holds_no_descriptor_of_the_report_and_no_log(bench: Bench) -> None:
    forged = '{"version":1,"status":"exited","exit_code":0}'
    done = bench.run(f"""
import os, socket
for fd in range(3, 100):
    try: os.write(fd, {forged.encode()!r})
    except OSError: pass
print({forged!r})
try: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).connect('/dev/log')
except OSError as error: print(type(error).__name__)
raise SystemExit(9)
""")
    assert (done.returncode, done.report["status"], done.report["exit_code"]) == (9, "exited", 9)
    assert done.report["stdout"] == forged + "\nFileNotFoundError\n" and done.report["result"] == forged


def test_promise_11_a_report_is_no_line_of_the_log(bench: Bench) -> None:
    """A long report reaches a socket in parts: one that leads to the log would take a part of the output for a line of the helper's."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        with ours, theirs:
            done = subprocess.run(bench.command("run", "--json", user="root"), stdin=subprocess.DEVNULL, stdout=theirs,
                                  stderr=subprocess.PIPE, env=ENVIRONMENT, text=True)
            assert done.returncode == 125
            assert done.stderr == "omnisbx-helper: option --json: standard output is a socket: give a pipe or a file\n"
            assert b'"status":"refused"' in ours.recv(65536)
