"""The one place of this package that starts a process: the helper, through sudo (or, for direct.py, python3 itself)."""
from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

SUDO = "/usr/bin/sudo"
HELPER = "/usr/libexec/omnisbx-helper"
COMMAND: tuple[str, ...] = (SUDO, "-n", HELPER)
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}  # what is the caller's decides nothing
END_SECONDS = 60  # of waiting for a process that nobody listens to any more


class SandboxError(Exception):
    """The sandbox cannot be used at all, and the text says what to do about it. No component has run."""


@dataclass(frozen=True)
class Answer:
    returncode: int  # -N: signal N ended the process
    stdout: bytes
    stderr: str
    timed_out: bool = False


def call(command: Sequence[str], code: bytes, seconds: float, *, cwd: str = "/", pass_fds: Sequence[int] = (),
         may_kill: bool = False) -> Answer:
    """Starts `command` once, with `code` as its standard input, and waits for its end, or for `seconds`.

    A process that runs as root cannot be signalled from here: when its time is up its pipes are closed, and the helper ends a
    run that nobody listens to. `may_kill`: it is our own, so it is killed. OSError: it could not be started.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
                               cwd=cwd, pass_fds=pass_fds)
    timed_out = False
    try:
        stdout, stderr = process.communicate(code, timeout=seconds)
    except subprocess.TimeoutExpired:
        timed_out, stdout, stderr = True, b"", b""
    finally:  # an exception from outside (KeyboardInterrupt) too ends the run
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written to it
                    pass
        if process.poll() is None:
            if may_kill:
                process.kill()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                pass
    return Answer(process.returncode if process.returncode is not None else -1, stdout, stderr.decode("utf-8", "replace"), timed_out)
