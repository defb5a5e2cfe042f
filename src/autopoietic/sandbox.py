"""A drop-in for OmniMind's sandbox module, on top of omnisbx-helper: one call of the helper a run, and never a second one.

Trusted: the helper, sudo, and the report. Not trusted: the component, and every word that it writes. Its code is never part of a
script of ours: it goes to the helper's standard input, and the root-owned runner loads it inside of the sandbox.
"""
from __future__ import annotations

import ast
import logging
import os
import re
import secrets
import unicodedata
from types import TracebackType
from typing import Union

from . import call as gate
from .call import SandboxError, call
from .direct import run_direct
from .outcome import Result, not_run, read_report, read_result

__all__ = ["AutopoieticSandbox", "SandboxError", "create_secure_sandbox"]

MARKERS = ("_security_signature", "_generated_in_sandbox")
ANSWER_SECONDS = 3600.0  # far beyond any wall_time: the helper ends a run itself, this only ends a wait for a helper that hangs
LABEL_MAX = 128  # characters, of --name
CLASS_NAME_MAX = 1024  # bytes: no longer name is looked up
HELPER_SAYS = "omnisbx-helper: "
NOT_RUN_STATUS = 125
Number = Union[int, float]
logger = logging.getLogger(__name__)


class AutopoieticSandbox:
    """Runs components, each in a sandbox of its own. Thread-safe: nothing changes after the constructor.

    The limits can only be tighter than the policy's; None is the policy's own. A wider one is refused by the helper, and the
    refusal is the result's error.

    max_memory_mb           MiB of memory, and then no swap beside it
    max_cpu_time_seconds    seconds of CPU time
    max_file_size_kb        KiB of the largest file that may be written
    temp_dir                of allow_direct; the sandbox needs no file on the host
    allow_direct            run without any sandbox where no helper is installed, and log an error each time
    profile                 a profile of the policy; None: the caller's first
    answer_timeout_seconds  how long to wait for the helper's report

    Raises SandboxError for an argument that makes no sense. Whether the helper is there is looked up when a component runs.
    """

    def __init__(self, max_memory_mb: Number | None = None, max_cpu_time_seconds: Number | None = None,
                 max_file_size_kb: Number | None = None, temp_dir: str | os.PathLike[str] | None = None, *,
                 allow_direct: bool = False, profile: str | None = None, answer_timeout_seconds: float = ANSWER_SECONDS) -> None:
        self.max_memory_mb = max_memory_mb
        self.max_cpu_time_seconds = max_cpu_time_seconds
        self.max_file_size_kb = max_file_size_kb
        self.temp_dir = None if temp_dir is None else os.fspath(temp_dir)
        self._allow_direct = allow_direct
        self._answer_seconds = answer_timeout_seconds
        self._options: list[str] = [] if profile is None else [f"--profile={profile}"]
        if max_memory_mb is not None:
            self._options += [f"--memory-max={whole('max_memory_mb', max_memory_mb, 1 << 20)}", "--swap-max=0"]
        if max_cpu_time_seconds is not None:
            self._options.append(f"--cpu-time={whole('max_cpu_time_seconds', max_cpu_time_seconds, 1000)}ms")
        if max_file_size_kb is not None:
            self._options.append(f"--file-size={whole('max_file_size_kb', max_file_size_kb, 1 << 10)}")

    def execute_component(self, component_code: str, component_name: str) -> Result:
        """Runs the code once, and returns what became of it (see Result for the keys).

        component_name: the class to run, or a module name: then the only class that the code defines (of several, the only
        one with a run() that no other one inherits from).

        Whatever becomes of a run is a result, a refusal by the helper included: its whole line is the error, isolation is
        'none', and nothing ran. Raises SandboxError when there is no way to the helper: it is not installed (unless
        allow_direct), or sudo does not permit it.
        """
        label = label_of(component_name)
        key = secrets.token_hex(16)

        def class_argument(fd: int) -> str:
            return f"--omnisbx-class={fd}:{key}:{class_name_of(component_name)}"

        try:
            code = component_code.encode("utf-8")
        except UnicodeEncodeError as error:
            return not_run(f"the code is no text that UTF-8 can carry: {error}")
        if not os.path.lexists(gate.HELPER):
            if not self._allow_direct:
                raise SandboxError(f"{gate.HELPER} is not installed: run `make install` of omnisbx as root")
            return run_direct(code, label, class_argument, key, self.temp_dir)
        command = [*gate.COMMAND, "run", "--json", f"--name={label}", *self._options, "--", class_argument(3)]
        return self._read(self._call(command, code), key)

    def validate_component(self, component_code: str) -> bool:
        """Whether the code is Python that mentions both markers, seen from its syntax tree; nothing of it runs.

        A lint for generators, no protection: what holds a component is the sandbox, which runs whatever it is given.
        """
        try:
            tree = ast.parse(component_code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            logger.warning("not a component: %s", error)
            return False
        stored = {node.id if isinstance(node, ast.Name) else node.attr for node in ast.walk(tree)
                  if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store)}
        missing = [marker for marker in MARKERS if marker not in stored]
        if missing:
            logger.warning("not a component: nothing sets %s", " and ".join(missing))
        return not missing

    def cleanup(self) -> None:
        """Nothing is left to clean: the helper has done it before each report. For callers of the old module."""

    def __enter__(self) -> AutopoieticSandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cleanup()

    def _call(self, command: list[str], code: bytes) -> gate.Answer:
        try:
            return call(command, code, self._answer_seconds)
        except OSError as error:
            raise SandboxError(f"{command[0]} cannot be started ({error.strerror}): the helper is reached through sudo") from error

    def _read(self, answer: gate.Answer, key: str) -> Result:
        """An answer without a report is sudo's refusal, or that of a helper that could not even read its options, or a kill."""
        said = answer.stderr.strip()
        of_helper = [line for line in said.splitlines() if line.startswith(HELPER_SAYS)]
        report = read_report(answer.stdout)
        if report is not None:
            result = read_result(report, key)
            if result["error"]:
                logger.info("component %s: %s", report.get("name"), result["error"])
            return result
        if answer.timed_out:
            return not_run(f"no report from the helper within {self._answer_seconds:g} s: the run was given up and ended")
        if answer.returncode == NOT_RUN_STATUS and of_helper:
            return not_run("\n".join(of_helper))
        if answer.returncode == 1:
            raise SandboxError(f"sudo does not permit {gate.HELPER}: {said or 'without a word'}; the line for this account is in "
                               "/etc/sudoers.d/omnimind, and `sudo -n -l` lists what holds")
        return not_run(f"the helper ended without a report (status {answer.returncode}), and its run with it"
                       + (f": {said}" if said else ""))


def create_secure_sandbox(**kwargs: object) -> AutopoieticSandbox:
    """AutopoieticSandbox(**kwargs): the policy's limits where none are given."""
    return AutopoieticSandbox(**kwargs)  # type: ignore[arg-type] # checked there


def whole(name: str, number: Number, unit: int) -> int:
    """`number` of the unit, as a whole number of its parts."""
    good = isinstance(number, (int, float)) and not isinstance(number, bool) and 0 < number < float("inf")
    if not good or int(number * unit) < 1:
        raise SandboxError(f"{name} must be a positive number, not {number!r}")
    return int(number * unit)


def label_of(component_name: str) -> str:
    """As the helper takes a --name: it is also the component's file name, so what a traceback shows."""
    label = re.sub(r"[^A-Za-z0-9._-]", "_", component_name)[:LABEL_MAX]
    return label if label.strip(".") else "component"


def class_name_of(component_name: str) -> str:
    """As Python stores the name of a class (NFKC); "" where no class can have it."""
    name = unicodedata.normalize("NFKC", component_name)
    return name if name.isidentifier() and len(name.encode()) <= CLASS_NAME_MAX else ""
