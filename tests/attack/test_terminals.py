"""A component whose output is the caller's terminal: it may print, and nothing else reaches the terminal or whoever types there."""
from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from battery import PLAIN_UID, PRELUDE, PYTHON, facts, names, reason_holds, source, sweep
from bench import ENVIRONMENT, FOREVER, Bench, sandbox_processes, wait_until

CODE = PRELUDE.replace("me = types.SimpleNamespace(**json.loads(sys.argv[1]))\n", """
def ioctl(fd, request, word):
    word = ctypes.c_long(word) if isinstance(word, int) else word
    number = 16 if platform.machine() == 'x86_64' else 29
    return ok(libc.syscall(ctypes.c_long(number), ctypes.c_long(fd), ctypes.c_long(request), word)) + 1
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
""")
TELL = """
answers = {}
for fd in (1, 2):
    try:
        answers[fd] = bool(attack(fd)) or 'nothing'
    except OSError as error:
        answers[fd] = errno.errorcode[error.errno]
print('ANSWERS', json.dumps(answers), flush=True)
"""
FIONREAD, TIOCGETD = 0x541b, 0x5424


class Terminal:
    """A pseudo-terminal, seen from the side of who sits at it."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        self.name = os.ttyname(self.slave)
        self.text = b""
        settings = termios.tcgetattr(self.slave)
        settings[1] &= ~termios.OPOST  # what is printed comes as it is
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(self.slave, termios.TCSANOW, settings)

    def start(self, command: list[str], code: str) -> subprocess.Popen[bytes]:
        """In a session whose terminal this is, as a shell would start it. The component comes by a pipe."""
        def session() -> None:
            os.setsid()
            fcntl.ioctl(1, termios.TIOCSCTTY, 0)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self.slave, stderr=self.slave, env=ENVIRONMENT,
                                   preexec_fn=session)
        assert process.stdin
        process.stdin.write(code.encode())
        process.stdin.close()
        return process

    def read(self) -> bytes:
        while select.select([self.master], [], [], 0)[0]:
            try:
                self.text += os.read(self.master, 65536)
            except OSError:  # EIO: nobody has the other side
                break
        return self.text

    def until(self, word: bytes) -> bytes:
        wait_until(lambda: word in self.read(), f"{word!r} on the terminal")
        return self.text

    def type(self, text: bytes) -> None:
        os.write(self.master, text)

    def waiting(self) -> int:
        return int(struct.unpack("i", fcntl.ioctl(self.slave, FIONREAD, bytes(4)))[0])

    def type_line(self, text: bytes) -> None:
        """It is there when this returns: the kernel takes its time (tty_buffer.c, flush_to_ldisc)."""
        self.type(text)
        wait_until(lambda: self.waiting() == len(text), "what was typed is there to be read")

    def state(self) -> tuple[Any, ...]:
        """All that a program could have changed, and how much there is to read."""
        return (termios.tcgetattr(self.slave), fcntl.ioctl(self.slave, termios.TIOCGWINSZ, bytes(8)),
                struct.unpack("i", fcntl.ioctl(self.slave, TIOCGETD, bytes(4)))[0], self.waiting(), fcntl.fcntl(self.slave, fcntl.F_GETFL))

    def close(self) -> None:
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()
    sweep()


def answers(terminal: Terminal, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    with ended(process):
        text = terminal.until(b"ANSWERS ").split(b"ANSWERS ", 1)[1]
        while b"}" not in text:
            text = terminal.until(b"}").split(b"ANSWERS ", 1)[1]
        process.wait(60)
    found: dict[str, Any] = json.loads(text[:text.index(b"}") + 1])
    return found


@pytest.mark.parametrize("name", names("terminals"))
def test_nothing_but_output_reaches_the_terminal(bench: Bench, terminal: Terminal, name: str) -> None:
    terminal.type_line(b"secret\n")
    before = terminal.state()
    command = bench.command("run", "--", terminal.name)
    if bench.machine:
        os.fchmod(terminal.slave, 0o622)  # sudo's caller may write it
    told = answers(terminal, terminal.start(command, CODE + source("terminals", name) + TELL))
    wanted = facts("terminals", name).get("INSIDE")
    assert not {True, "nothing"} & {*told.values()} and (not wanted or {*told.values()} == {wanted}), told
    assert terminal.state() == before


@pytest.mark.parametrize("name", names("terminals"))
def test_a_plain_process_has_the_whole_terminal(terminal: Terminal, name: str) -> None:
    terminal.type_line(b"secret\n")
    os.fchown(terminal.slave, PLAIN_UID, -1)
    command = ["setpriv", f"--reuid={PLAIN_UID}", f"--regid={PLAIN_UID}", "--clear-groups", PYTHON, "-I", "-", terminal.name]
    told = answers(terminal, terminal.start(command, CODE + source("terminals", name) + TELL))
    reasons = facts("terminals", name).get("OUTSIDE", [])
    assert True in told.values() or all(reason_holds(reasons, word) for word in told.values()), told


def test_escape_sequences_arrive_as_they_are(bench: Bench, terminal: Terminal) -> None:
    raw = b"\x1b[2J\x1b]0;title\x07\x1b[6n\x1b[c\x9b6n\x1bP$q\x1b\\\x00\x0e\x0f\x11\x13end"
    before = terminal.state()
    with ended(terminal.start(bench.command("run"), f"import os\nos.write(1, {raw!r})")) as run:
        assert run.wait(60) == 0
    assert terminal.read() == raw and terminal.state() == before


@pytest.mark.parametrize("key", [b"\x1a", b"\x1c"], ids=["suspend", "quit"])
def test_promise_7_keys_do_not_hold_a_limit_off(bench: Bench, terminal: Terminal, key: bytes) -> None:
    with ended(terminal.start(bench.command("run", "--wall-time", "2s"), FOREVER)) as run:
        ready = lambda: [s for s in sandbox_processes().values() if s["Name"] == "ready"]  # noqa: E731
        wait_until(ready, "the component is ready")
        terminal.type(key)
        wait_until(lambda: not sandbox_processes(), "the component has met its limit", 60)
        os.kill(run.pid, signal.SIGCONT)  # sudo itself may stand still
        run.wait(60)


@pytest.mark.parametrize("how", ["interrupt", "hang up"])
def test_promise_7_the_terminals_end_is_the_runs(bench: Bench, terminal: Terminal, how: str) -> None:
    with ended(terminal.start(bench.command("run"), FOREVER)) as run:
        wait_until(lambda: [s for s in sandbox_processes().values() if s["Name"] == "ready"], "the component is ready")
        if how == "interrupt":
            terminal.type(b"\x03")
        else:
            os.close(terminal.slave)
            os.close(terminal.master)
            terminal.slave = terminal.master = -1
        run.wait(60)
        wait_until(lambda: not sandbox_processes(), "nothing of it is left", 60)
