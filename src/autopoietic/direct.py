"""Without a sandbox: for hosts where no helper is installed, and only where the constructor was told allow_direct=True.

Nothing protects the host here but the rights of the calling account. Same runner, same keys; isolation is 'direct'.
"""
from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .call import SandboxError, call
from .outcome import Report, Result, read_result

RUNNERS = (Path("/usr/lib/omnisbx/runner.py"), Path(__file__).resolve().parents[2] / "runner/runner.py")
WALL_SECONDS = 60.0  # as the shipped policy's wall_time
logger = logging.getLogger(__name__)


def run_direct(code: bytes, label: str, class_argument: Callable[[int], str], key: str, temp_dir: str | None) -> Result:
    """Runs python3 on a file below temp_dir. `class_argument(fd)` asks the runner for class mode."""
    runner = next((path for path in RUNNERS if path.is_file()), None)
    if runner is None:
        raise SandboxError(f"allow_direct: none of {', '.join(map(str, RUNNERS))} is there")
    logger.error("omnisbx is not installed: component %s runs WITHOUT A SANDBOX, as uid %d (allow_direct=True)", label, os.getuid())
    with tempfile.TemporaryDirectory(dir=temp_dir, prefix="autopoietic-") as directory, tempfile.TemporaryFile(dir=directory) as lines:
        path = Path(directory) / label
        path.write_bytes(code)
        started = time.monotonic()
        answer = call([sys.executable, str(runner), str(path), class_argument(lines.fileno())], b"", WALL_SECONDS, cwd=directory,
                      pass_fds=(lines.fileno(),), may_kill=True)
        seconds = time.monotonic() - started
        lines.seek(0)
        told = lines.read().decode("ascii", "replace")
    ended_by_signal = answer.returncode < 0
    report: Report = {
        "status": "timeout" if answer.timed_out else "signaled" if ended_by_signal else "exited",
        "reason": f"wall_time {WALL_SECONDS:.0f}s", "exit_code": None if ended_by_signal else answer.returncode,
        "signal": -answer.returncode if ended_by_signal else None, "wall_ms": seconds * 1000, "namespaces": [],
        "stdout": answer.stdout.decode("utf-8", "surrogateescape"), "result": told,
    }
    result = read_result(report, key)
    result["isolation"], result["report"] = "direct", {}
    return result
