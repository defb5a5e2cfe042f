"""Fixtures for the client without root."""
from __future__ import annotations

import sys
from pathlib import Path

import pytest
from replaying import ROOT, Replay

sys.path.insert(0, str(ROOT))

from src.autopoietic import call as gate  # noqa: E402 # after the path


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replay:
    place = tmp_path / "replay"
    place.mkdir()
    helper = place / "omnisbx-helper"
    helper.touch()
    monkeypatch.setattr(gate, "HELPER", str(helper))
    monkeypatch.setattr(gate, "COMMAND", (str(place / "sudo"), "-n", str(helper)))
    return Replay(place)
