"""For hostile callers: the audit log between two looks, what every refusal must be, and a second caller."""
from __future__ import annotations

import itertools
import os
import queue
import select
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import LIMIT_SECONDS, Bench, leftovers

LOG = "/dev/log"
OTHER = 1002  # the account `stranger` of the test machine; elsewhere a uid without an account


class Audit:
    """The helper's lines, told apart by marks of our own: the log keeps the order in which its one socket got them."""

    def __init__(self, taken: queue.Queue[str]) -> None:
        self._taken, self._count = taken, itertools.count()

    def lines(self) -> list[str]:
        """Those since the last call."""
        mark = f"mark {next(self._count)} of {os.getpid()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(f"<86>omnisbx-test[{os.getpid()}]: {mark}".encode(), LOG)
        found = []
        while (line := self._taken.get(timeout=LIMIT_SECONDS)) != mark:
            found.append(line)
        return [line for line in found if not line.startswith("mark ")]


def follow(file: Any, taken: queue.Queue[str]) -> None:
    for line in file:
        taken.put(line.rstrip("\n"))


def receive(sock: socket.socket, taken: queue.Queue[str]) -> None:
    while data := sock.recv(65536):
        text = data.decode("ascii")  # every byte of the caller's is encoded
        assert text.startswith("<86>omnisbx-")
        taken.put(text.split(": ", 1)[1])


@pytest.fixture(scope="session")
def whole_log(bench: Bench) -> Iterator[Audit]:
    taken: queue.Queue[str] = queue.Queue()
    if bench.machine:
        command = ["journalctl", "-q", "-f", "-n0", "-o", "cat", "-t", "omnisbx-helper", "-t", "omnisbx-test"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as journal:
            threading.Thread(target=follow, args=(journal.stdout, taken), daemon=True).start()
            while taken.empty():  # it follows, once it has seen a mark
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                    sock.sendto(b"<86>omnisbx-test[0]: mark of the start", LOG)
                select.select([], [], [], 0.3)
            yield Audit(taken)
            journal.terminate()
        return
    if Path(LOG).exists():
        pytest.skip("this host has a log that cannot be read here")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(LOG)
        threading.Thread(target=receive, args=(sock, taken), daemon=True).start()
        try:
            yield Audit(taken)
        finally:
            os.unlink(LOG)


@pytest.fixture
def audit(whole_log: Audit) -> Audit:
    whole_log.lines()
    return whole_log


Refused = Callable[..., str]


@pytest.fixture
def refused(audit: Audit) -> Refused:
    """refused(done, word...): of a run without --json that is over. Exit 125, one line that says what, where and why, nothing ran, nothing
    stays, and one line of the log that says the same. Gives the line."""
    def check(done: Any, *words: str) -> str:
        out, err = (text if isinstance(text, str) else text.decode("ascii") for text in (done.stdout, done.stderr))
        assert (done.returncode, out) == (125, ""), done
        assert err.startswith("omnisbx-helper: ") and err.endswith("\n") and err.count("\n") == 1, err
        line = err[len("omnisbx-helper: "):-1]
        assert line.isascii() and line.isprintable() and 20 < len(line) < 4096
        for word in words:
            assert word in line
        assert not leftovers()
        logged = audit.lines()
        assert len(logged) == 1, logged
        assert logged[0].startswith("refusal status=") and " exit=125 " in logged[0] and len(logged[0]) < 4096
        assert logged[0].replace('"', "'").endswith(f" reason='{line}'".replace('"', "'"))
        assert logged[0].isascii() and logged[0].isprintable()
        return line
    return check


@pytest.fixture
def other(bench: Bench, request: pytest.FixtureRequest) -> Callable[..., list[str]]:
    """other(verb, word...): the command by which the second caller, OTHER, asks; through sudo in the machine."""
    if not bench.machine:
        return lambda verb, *words: ["/usr/bin/env", f"SUDO_UID={OTHER}", bench.helper, verb, *words]
    request.getfixturevalue("stranger_may_sudo")
    return lambda verb, *words: bench.command(verb, *words, user="stranger")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test says in its docstring which weakness it is about."""
    bare = [item.nodeid for item in items if Path(__file__).parent in item.path.parents and not (item.obj.__doc__ or "").strip()]
    assert not bare, bare


