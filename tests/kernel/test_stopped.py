"""Promise 7 against a caller that stops things: by SIGSTOP (as its own cgroup's freezer does it), and by the keys of a terminal."""
from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest
from bench import ENVIRONMENT, Bench, sandbox_processes, wait_until

SLEEPER = b"import time\ntime.sleep(1000)\n"


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize("steps", [0, 1, 3, 10, 30, 100, 300, 1000])
def test_promise_7_a_spawner_stopped_on_the_way_lifts_no_limit(bench: Bench, steps: int) -> None:
    """The component's clone is seen, then the spawner is stopped some turns of a busy loop later: in its vfork wait, or right after it."""
    command = bench.command("run", "--json", "--wall-time", "2s", user="root")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT)
    assert process.stdin and process.stdout
    process.stdin.write(SLEEPER)
    process.stdin.close()
    while len(children(process.pid)) < 2 and process.poll() is None:
        pass
    for _ in range(steps):
        children(process.pid)
    os.kill(process.pid, signal.SIGSTOP)
    wait_until(lambda: not [p for p, s in sandbox_processes().items() if s["Uid"].split()[0] != "0"], "the component has ended, the spawner stopped")
    os.kill(process.pid, signal.SIGCONT)
    assert b'"status":"timeout"' in process.stdout.read()
    assert process.wait() == 124


@pytest.mark.parametrize("key", [b"\x1a", b"\x1c"], ids=["ctrl-Z", "ctrl-backslash"])
def test_promise_7_a_terminal_stops_nothing(bench: Bench, key: bytes) -> None:
    command = bench.command("run", "--wall-time", "2s", user="root")
    pid, terminal = pty.fork()
    if pid == 0:
        code = os.memfd_create("code")
        os.write(code, b"print('ready', flush=True)\n" + SLEEPER)
        os.lseek(code, 0, os.SEEK_SET)
        os.dup2(code, 0)
        os.execve(command[0], command, ENVIRONMENT)
    seen = b""
    while b"ready" not in seen:
        seen += os.read(terminal, 4096)
    os.write(terminal, key)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 124
    os.close(terminal)


def test_what_is_typed_does_not_reach_the_component(bench: Bench) -> None:
    """A terminal as standard output can be read as well; the component's cannot (TIOCSTI's quiet brother)."""
    command = bench.command("run", user="root")
    pid, terminal = pty.fork()
    if pid == 0:
        code = os.memfd_create("code")
        os.write(code, b"import os\nfor fd in 1, 2:\n try: os.read(fd, 1)\n except OSError as e: print(e.errno)\n")
        os.lseek(code, 0, os.SEEK_SET)
        os.dup2(code, 0)
        os.execve(command[0], command, ENVIRONMENT)
    os.write(terminal, b"secret\n")
    seen = b""
    while seen.count(b"\n") < 3:
        seen += os.read(terminal, 4096)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert seen.replace(b"secret\r\n", b"").split() == [b"9", b"9"]
