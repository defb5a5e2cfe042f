"""A helper that replays what the real one said, and counts its calls."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RECORDED: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "recorded.json").read_text())

# The last argument is --omnisbx-class=FD:KEY:NAME; recorded reports have the word KEY where the runner had written the key.
REPLAY = """#!/bin/sh
cat >{place}/code
printf '%s\\n' "$*" >>{place}/calls
for last; do :; done
key=${{last#*:}}
sed "s/KEY/${{key%%:*}}/g" {place}/stdout
cat {place}/stderr >&2
exit {status}
"""


class Replay:
    """Stands where sudo and the helper are."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def says(self, stdout: str = "", stderr: str = "", status: int = 0) -> None:
        (self.place / "stdout").write_text(stdout)
        (self.place / "stderr").write_text(stderr)
        script = self.place / "sudo"
        script.write_text(REPLAY.format(place=self.place, status=status))
        script.chmod(0o755)

    def plays(self, name: str, **changes: Any) -> dict[str, Any]:
        """A recorded run, with changes to its report. Returns the report."""
        recorded = RECORDED[name]
        report: dict[str, Any] = recorded["report"] | changes
        self.says(json.dumps(report) + "\n", recorded["stderr"], recorded["status"])
        return report

    @property
    def calls(self) -> list[str]:
        calls = self.place / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    @property
    def code(self) -> bytes:
        return (self.place / "code").read_bytes()
