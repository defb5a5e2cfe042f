"""The history in numbers, as Prometheus text for node_exporter's textfile collector (--collector.textfile.directory)."""
from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MARKERS_MISSING = "markers missing: "  # how the runner begins that reason
FILTER_KILL = "killed: signal 31 (SIGSYS)"


def is_violation(entry: Mapping[str, Any]) -> bool:
    """A component without both markers, or one that was ended for a system call no component may make."""
    error = str(entry.get("error", ""))
    return error.startswith(MARKERS_MISSING) or error == FILTER_KILL


def label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


class Metrics:
    """Totals over history entries. Not thread-safe: the manager adds under its own lock."""

    def __init__(self, entries: Iterable[Mapping[str, Any]] = ()) -> None:
        self.executions: Counter[tuple[str, str]] = Counter()
        self.cpu_seconds = 0.0
        self.memory_bytes_max = 0
        self.timeouts = 0
        self.violations = 0
        for entry in entries:
            self.add(entry)

    def add(self, entry: Mapping[str, Any]) -> None:
        self.executions[str(entry["isolation"]), str(entry["status"])] += 1
        self.cpu_seconds += entry.get("cpu_seconds") or 0.0
        self.memory_bytes_max = max(self.memory_bytes_max, entry.get("memory_peak") or 0)
        self.timeouts += entry["status"] == "timeout"
        self.violations += is_violation(entry)

    def text(self) -> str:
        families: list[tuple[str, str, str, list[tuple[str, float]]]] = [
            ("omnimind_sandbox_executions_total", "counter", "Components, by isolation in force and by how they ended.",
             [(f'{{isolation="{label(isolation)}",status="{label(status)}"}}', count)
              for (isolation, status), count in sorted(self.executions.items())]),
            ("omnimind_sandbox_cpu_seconds_total", "counter", "CPU time used by components.", [("", round(self.cpu_seconds, 6))]),
            ("omnimind_sandbox_memory_bytes_max", "gauge", "The most memory that one component used.", [("", self.memory_bytes_max)]),
            ("omnimind_sandbox_timeouts_total", "counter", "Components ended by a limit on time.", [("", self.timeouts)]),
            ("omnimind_sandbox_security_violations_total", "counter",
             "Components without both markers, or ended for a forbidden system call.", [("", self.violations)]),
        ]
        return "".join(f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n" + "".join(f"{name}{labels} {value}\n" for labels, value in samples)
                       for name, kind, meaning, samples in families)

    def write(self, path: Path) -> None:
        """At once: the collector sees the old file or the new one. OSError: neither was touched."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fd, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # the collector reads *.prom only
        try:
            with open(fd, "w", encoding="utf-8") as file:
                file.write(self.text())
                os.fchmod(file.fileno(), 0o644)
            os.replace(new, path)
        except BaseException:
            os.unlink(new)
            raise
