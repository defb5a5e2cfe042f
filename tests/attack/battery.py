"""Attacks that need more than one lone component: each is run in the sandbox by the real helper, and without it as a plain process."""
from __future__ import annotations

import ast
import json
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import ENVIRONMENT, LIMIT_SECONDS, Bench, sandbox_processes, wait_until

HERE = Path(__file__).resolve().parent
PLAIN_UID = 1879199999  # of the processes without a sandbox: nobody's, and not of the policy's range, so that kill(-1) reaches no one else
PYTHON = "/usr/bin/python3"

# What an attack's file may use: `me` is what the driver tells it, ok() turns the C library's -1 into an OSError.
PRELUDE = """
import ctypes, errno, json, os, platform, signal, struct, sys, time, types
libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {'add_key': (248, 217), 'keyctl': (250, 219), 'perf_event_open': (298, 241), 'kcmp': (312, 272), 'futex': (202, 98),
           'ioprio_set': (251, 30), 'ioprio_get': (252, 31), 'get_robust_list': (274, 100), 'pidfd_getfd': (438, 438),
           'userfaultfd': (323, 282), 'cachestat': (451, 451), 'pidfd_open': (434, 434)}
def ok(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def syscall(name, *words):
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in words]
    return ok(libc.syscall(ctypes.c_long(NUMBERS[name][platform.machine() != 'x86_64']), *words))
def tell(value):
    os.write(3, json.dumps(value).encode())
me = types.SimpleNamespace(**json.loads(sys.argv[1]))
"""


def names(kind: str) -> list[str]:
    found = sorted(path.stem for path in (HERE / kind).glob("*.py"))
    assert found, kind
    return found


def source(kind: str, name: str) -> str:
    return (HERE / kind / f"{name}.py").read_text()


def facts(kind: str, name: str) -> dict[str, Any]:
    """The constants in capitals of an attack's file: what is expected of it stands beside it."""
    found: dict[str, Any] = {}
    for node in ast.parse(source(kind, name)).body:
        if isinstance(node, ast.Assign) and all(n.id.isupper() for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)):
            try:
                exec(compile(ast.Module([node], []), name, "exec"), found)  # our own file, and nothing but its constants
            except NameError:
                continue  # made of what only the component has
    return found


class Plain:
    """A process without a sandbox: of a uid of its own, with descriptor 3 as the sandbox has it."""

    def __init__(self, code: str, *words: str, **popen: Any) -> None:
        self.read_fd, write_fd = os.pipe()
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": "/tmp"}
        command = ["/bin/bash", "-c", f'exec "$@" 3>&{write_fd} {write_fd}>&-' if write_fd > 9 else f'exec "$@" 3>&{write_fd}', "bash"]
        self.process = subprocess.Popen([*command, PYTHON, "-I", "-", *words], stdin=subprocess.PIPE, user=PLAIN_UID, group=PLAIN_UID,
                                        extra_groups=[], pass_fds=(write_fd,), start_new_session=True, env=ENVIRONMENT,
                                        **(pipes | popen))
        os.close(write_fd)
        assert self.process.stdin
        self.process.stdin.write(code.encode())
        self.process.stdin.close()
        self.process.stdin = None

    @property
    def pid(self) -> int:
        """Once it has said that it is ready."""
        def ready() -> bool:
            assert self.process.poll() is None, self.process.communicate()
            return Path(f"/proc/{self.process.pid}/comm").read_text() == "ready\n"
        wait_until(ready, "the plain process is ready")
        return self.process.pid

    def release(self) -> None:
        os.kill(self.process.pid, signal.SIGUSR1)

    def wait(self) -> dict[str, Any]:
        """What it told on descriptor 3."""
        with os.fdopen(self.read_fd, "rb") as told:
            self.process.wait(LIMIT_SECONDS)
            os.set_blocking(told.fileno(), False)
            text = told.read()
        self.read_fd = -1
        assert text, (self.process.returncode, self.process.stderr and self.process.stderr.read())
        answer: dict[str, Any] = json.loads(text)
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        if self.read_fd >= 0:
            os.close(self.read_fd)


@contextmanager
def plain(code: str, *words: str, **popen: Any) -> Iterator[Plain]:
    process = Plain(code, *words, **popen)
    try:
        yield process
    finally:
        process.end()


def sweep() -> None:
    """Ends what plain processes have left, and removes their files: both are known by the uid."""
    def none_left() -> bool:
        found = sandbox_processes({PLAIN_UID})
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return not found
    wait_until(none_left, "no plain process is left", 30)
    for place in map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")):
        for path in place.iterdir() if place.is_dir() else ():
            if path.lstat().st_uid == PLAIN_UID:
                subprocess.run(["rm", "-rf", str(path)], check=True)  # deeper than Python's own can go


def second_user(bench: Bench) -> str:
    """A second caller: in the machine one that comes through sudo, elsewhere what sudo would say of an account that every host has."""
    return "stranger" if bench.machine else "nobody"


def secret() -> int:
    return secrets.randbelow(30000) + 1


def reason_holds(reasons: list[tuple[str, str, str]], word: str | None) -> str:
    """Why an attack cannot work here without a sandbox either: (errno, file of the kernel, what stands in it), or (errno, "", why)."""
    for error, path, text in reasons:
        if error == word and not path:
            return f"{error}: {text}"
        file = Path(path)
        if error == word and ((file.exists() and file.read_text().split()[:1] == [text]) or (text == "" and not file.exists())):
            return f"{error}: {path} is {text or 'absent'}"
    return ""
