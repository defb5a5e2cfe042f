"""What became of every component: one JSON object a line, only ever added to."""
from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

from .outcome import Result

logger = logging.getLogger(__name__)


class Entry(TypedDict):
    id: str  # the manager's
    run: str | None  # the helper's, as in its audit line; None where it gave none
    name: str
    sha256: str  # of the code
    status: str  # the report's; else lost (its worker is gone), direct (there is no helper), error (no report)
    isolation: str
    success: bool
    security_validated: bool
    error: str
    started: str  # UTC, by the clock of the host it ran on, ISO 8601
    ended: str
    execution_time: float  # seconds
    cpu_seconds: float | None  # None: not measured
    memory_peak: int | None  # bytes
    host: str


def entry_of(identity: str, name: str, code: str, result: Result, status: str, started: str, ended: str, host: str) -> Entry:
    report = result["report"]
    user_ms, system_ms = report.get("cpu_user_ms"), report.get("cpu_system_ms")
    return Entry(id=identity, run=report.get("id"), name=name, sha256=hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest(),
                 status=status, isolation=result["isolation"], success=result["success"],
                 security_validated=result["security_validated"], error=result["error"], started=started, ended=ended,
                 execution_time=result["execution_time"], memory_peak=report.get("memory_peak"), host=host,
                 cpu_seconds=None if user_ms is None or system_ms is None else (user_ms + system_ms) / 1000)


class History:
    """A file, or nothing where `path` is None. Thread-safe. A line that cannot be written is logged, and ends no batch."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()

    def append(self, entry: Entry) -> None:
        if self.path is None:
            return
        line = json.dumps(entry) + "\n"  # ASCII: a component's lone surrogates fit too
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("ab+", buffering=0) as file:
                    end = file.seek(0, 2)
                    if end:
                        file.seek(end - 1)
                        line = line if file.read(1) == b"\n" else f"\n{line}"  # after a line that a full disk has cut
                    file.write(line.encode("ascii"))
        except OSError as error:
            logger.error("history %s: %s; not recorded: %s", self.path, error.strerror, line.strip())

    def __iter__(self) -> Iterator[Any]:
        """The entries as they were written; a line that is none is passed over."""
        if self.path is None or not self.path.exists():
            return
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue
                if isinstance(entry, dict) and "status" in entry and "isolation" in entry:
                    yield entry
