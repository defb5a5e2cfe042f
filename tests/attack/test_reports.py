"""Promises 2 and 11, attacked: a component forges its report, its end, its name and the audit line."""
from __future__ import annotations

import fcntl
import json
import os
import select
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from battery import PLAIN_UID, PRELUDE, Plain, facts, names, plain, source, sweep
from bench import Bench, status_of, wait_until

CODE = PRELUDE.replace("me = types.SimpleNamespace(**json.loads(sys.argv[1]))\n", "")
CASES = [(name, word) for name in names("reports") for word in facts("reports", name).get("CASES", {"": {}})]
TRUTH = {"status": "exited", "signal": None}


@pytest.fixture(autouse=True)
def nothing_plain_left() -> Iterator[None]:
    yield
    sweep()


def code_of(name: str) -> str:
    return CODE + source("reports", name)


def expected(name: str, word: str) -> dict[str, Any]:
    about = facts("reports", name)
    wanted: dict[str, Any] = about["CASES"][word] if word else about["REPORT"]
    return TRUTH | wanted


class Log:
    """The system log: the journal, or a /dev/log made for the test, which everybody may write as on any host."""

    def __init__(self, bench: Bench) -> None:
        self.sock = None if bench.machine else socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.seen: list[tuple[str, str]] = []  # who said it, where the log knows; what
        self.before = 0
        if self.sock:
            self.sock.bind("/dev/log")
            os.chmod("/dev/log", 0o666)
        else:
            self.before = len(self.entries())

    def entries(self) -> list[tuple[str, str]]:
        words = ["journalctl", "-q", "-t", "omnisbx-helper", "-o", "json"]
        lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
        return [(entry["_UID"], str(entry["MESSAGE"])) for entry in map(json.loads, lines)]

    def until(self, word: str) -> list[tuple[str, str]]:
        """All that was said until a line that has the word."""
        def found() -> bool:
            if self.sock is None:
                self.seen = self.entries()[self.before:]
            elif select.select([self.sock], [], [], 0)[0]:
                self.seen.append(("", self.sock.recv(65536).decode().split(": ", 1)[1]))
            return any(word in text for _, text in self.seen)
        wait_until(found, f"{word} in the log")
        return self.seen


@contextmanager
def log_of(bench: Bench) -> Iterator[Log]:
    log = Log(bench)
    try:
        yield log
    finally:
        if log.sock:
            log.sock.close()
            Path("/dev/log").unlink()


def status_flags(fd: int) -> tuple[int, bytes]:
    """Flags, and F_GETOWN_EX (16): a group's number, negative, would look like an error of F_GETOWN's."""
    return fcntl.fcntl(fd, fcntl.F_GETFL), fcntl.fcntl(fd, 16, bytes(8))


@pytest.mark.parametrize(("name", "word"), CASES)
def test_promise_2_and_11_the_report_is_one_line_and_true_and_so_is_the_audit_line(bench: Bench, name: str, word: str) -> None:
    reading, writing = os.pipe()
    before = status_flags(writing)
    with log_of(bench) as log:
        try:
            done = bench.run(code_of(name), args=(word,), capture_output=False, stdout=writing, stderr=subprocess.PIPE)
            assert status_flags(writing) == before  # the caller's own descriptor is as it was
        finally:
            os.close(writing)
            with os.fdopen(reading, "rb") as taken:
                line = taken.read()
        assert line.count(b"\n") == 1 and line.endswith(b"\n") and min(line[:-1]) >= 32
        report, wanted = json.loads(line), expected(name, word)
        said = [text for _, text in log.until(f"id={report['id']}")]  # all that was said before the run's end, too
    status = 128 + wanted["signal"] if wanted["signal"] else wanted["exit_code"]
    assert {key: report[key] for key in wanted} == wanted, report
    assert (done.returncode, done.stderr) == (status, "")
    assert report["reason"] == ("" if report["status"] == "exited" else f"signal {wanted['signal']}")
    assert (report["version"], report["caller"], report["name"]) == (1, bench.user, "component")
    if facts("reports", name).get("WHOLE"):
        raw = facts("reports", name)["RAW"]
        assert [report[stream].encode("utf-8", "surrogateescape") for stream in ("stdout", "stderr", "result")] == [raw] * 3
    assert len(said) == 1 and said[0].startswith("run "), said
    for field in (f"status={wanted['status']}", f"exit={status}", f"caller={bench.user}", "name=component"):
        assert f" {field} " in said[0], (field, said)


def test_promise_11_the_report_has_no_line_end_and_no_control_of_any_alphabet(bench: Bench) -> None:
    done = bench.run("import os\nos.write(1, 'a\\x7fb\\x85c\\x9b2Jd\\u2028e\\u2029f'.encode())")
    assert len(done.stdout.splitlines()) == 1 and not {*map(chr, range(0x7f, 0xa0))} & {*done.stdout}


def is_verdict(run: Plain) -> bool:
    """The last line of standard output says that all went well, and it did not."""
    out, _ = run.process.communicate()
    return bool(json.loads(out.splitlines()[-1])["exit_code"] == 0 != run.process.returncode)


def is_number(run: Plain) -> bool:
    """It ends with the very number, and says the very words, that a helper without a report would."""
    _, err = run.process.communicate()
    return err.startswith(b"omnisbx-helper: ") and run.process.returncode in (0, 124, 125, 126, 137, 139, 143, 255)


def is_signal(run: Plain) -> bool:
    """It ends by a signal that nobody but itself has sent."""
    return run.process.wait(60) < 0


def is_stopped(run: Plain) -> bool:
    return bool(wait_until(lambda: status_of(run.process.pid)["State"].startswith("T"), "it stands still"))


def is_early(run: Plain) -> bool:
    """Both streams are at their end, and it is not."""
    assert run.process.stdout and run.process.stderr
    return run.process.stdout.read() + run.process.stderr.read() == b"" and run.process.poll() is None


def is_name(run: Plain) -> bool:
    assert run.process.stdout
    run.process.stdout.read(7)
    return (Path(f"/proc/{run.process.pid}/comm").read_text() == "omnisbx-helper\n" and
            Path(f"/proc/{run.process.pid}/cmdline").read_bytes().startswith(b"omnisbx-helper\0run"))


def is_bytes(run: Plain) -> bool:
    """A reader of lines and UTF-8 fails."""
    out, _ = run.process.communicate()
    try:
        return not [json.loads(line) for line in out.decode().splitlines()]
    except ValueError:
        return True


def is_held(run: Plain) -> bool:
    """It is over, and its streams are not."""
    assert run.process.stdout
    run.process.wait(60)
    return bool(select.select([run.process.stdout], [], [], 30)[0]) and run.process.stdout.read(64) == b"." * 64


def is_zombie(run: Plain) -> bool:
    def state() -> str:
        return Path(f"/proc/{run.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    wait_until(lambda: state() == "Z", "it looks dead")
    return run.process.poll() is None and run.process.wait(60) == 8


FOOLED: dict[str, Callable[[Plain], bool]] = {
    "verdict": is_verdict, "number": is_number, "signal": is_signal, "stopped": is_stopped, "early": is_early, "name": is_name,
    "bytes": is_bytes, "held": is_held, "zombie": is_zombie}


@pytest.mark.parametrize(("name", "word"), [case for case in CASES if facts("reports", case[0])["FOOLS"] in FOOLED])
def test_who_believes_a_plain_process_is_fooled(name: str, word: str) -> None:
    with plain(code_of(name), word) as run:
        assert FOOLED[facts("reports", name)["FOOLS"]](run)


def test_a_plain_process_changes_the_flags_of_its_callers_descriptors() -> None:
    reading, writing = os.pipe()
    before = status_flags(writing)
    with plain(code_of("descriptor_flags"), stdout=writing) as run:
        assert run.process.wait(60) == 6
        assert status_flags(writing)[0] & os.O_NONBLOCK and status_flags(writing) != before
    os.close(writing)
    os.close(reading)


def test_a_plain_process_writes_the_log_in_the_helpers_name(bench: Bench) -> None:
    with log_of(bench) as log, plain(code_of("forged_log_line")) as run:
        run.process.wait(60)
        said = log.until("name=forged")
    assert said and (not bench.machine or {uid for uid, _ in said} == {str(PLAIN_UID)})  # the journal knows at least who it was
