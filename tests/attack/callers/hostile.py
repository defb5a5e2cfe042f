"""What the tests of hostile callers share: starts that subprocess cannot make, and traces of what the helper does."""
from __future__ import annotations

import ctypes
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import ENVIRONMENT, LIMIT_SECONDS, Bench, libc

CAT, TRUE = "/usr/bin/cat", "/usr/bin/true"  # as interpreters: they start at once, and show what the helper made


def direct_exec(path: str, argv: list[bytes] | None, envp: list[bytes], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """execve with an argv of any shape (None: NULL), as no C library would call it."""
    files = [os.memfd_create(name) for name in ("in", "out", "err")]
    os.write(files[0], stdin)
    os.lseek(files[0], 0, os.SEEK_SET)
    vectors = [None if words is None else (ctypes.c_char_p * (len(words) + 1))(*words, None) for words in (argv, envp)]
    child = os.fork()
    if not child:
        for number, fd in enumerate(files):
            os.dup2(fd, number)
        libc.execve(path.encode(), *vectors)
        os._exit(99)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    out = [Path(f"/proc/self/fd/{fd}").read_bytes() for fd in files[1:]]
    for fd in files:
        os.close(fd)
    return subprocess.CompletedProcess(argv or [], status, *out)


@dataclass
class Call:
    pid: int
    name: str
    text: str  # arguments and result
    program: str  # that the process was executing when it made the call

    @property
    def path(self) -> str:
        """The first string, below the directory that stands before it: strace -y shows descriptors as paths."""
        found = re.search(r'^(?:[^"<]*<(?P<at>/[^>]*)>, )?[^"]*?"(?P<name>(?:[^"\\]|\\.)*)"', self.text)
        return os.path.normpath(os.path.join(found["at"] or "", found["name"])) if found else ""

    @property
    def succeeded(self) -> bool:
        return not re.search(r" = -1 \w+ \(.*\)$| = \?$", self.text)


def read_trace(text: str, helper: str) -> Iterator[Call]:
    """strace -f's calls in order, unfinished ones made whole. The first process is the launcher until it executes the helper; every other
    one is of the helper until it executes something."""
    program: dict[int, str] = {}
    halves: dict[int, str] = {}
    for line in text.splitlines():
        number, rest = line.split(None, 1)
        pid = int(number)
        program.setdefault(pid, helper if program else "launcher")
        if rest.endswith("<unfinished ...>"):
            halves[pid] = rest[:-len("<unfinished ...>")]
            continue
        if found := re.match(r"<\.\.\. \w+ resumed>", rest):
            rest = halves.pop(pid, "") + rest[found.end():]
        if match := re.match(r"(\w+)\((.*)", rest):
            call = Call(pid, match[1], match[2], program[pid])
            if call.name == "execve" and call.succeeded:
                program[pid] = call.path
            yield call


def trace(bench: Bench, words: tuple[str, ...], log: Path, calls: str, stdin: bytes = b"", env: dict[str, str] | None = None,
          before: Callable[[], object] | None = None) -> tuple[subprocess.CompletedProcess[bytes], list[Call]]:
    """The helper, started by root without sudo, and what it and its interpreter did."""
    command = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", f"trace={calls}", "-e", "signal=none", "-o", str(log), bench.helper, *words]
    given = [word for name, value in (env or {}).items() for word in ("-E", f"{name}={value}")]  # not strace's own environment
    done = subprocess.run([command[0], *given, *command[1:]], input=stdin, capture_output=True, env=ENVIRONMENT,
                          preexec_fn=before, timeout=LIMIT_SECONDS)
    return done, list(read_trace(log.read_text(errors="surrogateescape"), bench.helper))


def of_helper(bench: Bench, calls: list[Call]) -> list[Call]:
    """What a helper's process did as the helper, and its execve."""
    return [call for call in calls if call.program == bench.helper]
