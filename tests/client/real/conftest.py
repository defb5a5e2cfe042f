"""The client with the real helper: the kernel tests' bench and clean-up check, with the runner in the policy."""
from __future__ import annotations

import importlib.util
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/kernel"), str(HERE.parent)]

spec = importlib.util.spec_from_file_location("kernel_conftest", ROOT / "tests/kernel/conftest.py")
assert spec is not None and spec.loader is not None
kernel = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kernel)
pytest_configure, pytest_runtest_setup = kernel.pytest_configure, kernel.pytest_runtest_setup
bench, policy, nothing_left = kernel.bench, kernel.policy, kernel.nothing_left

from bench import Bench  # noqa: E402 # after the path
from src.autopoietic import call as gate  # noqa: E402

INSTALLED = Path("/usr/lib/omnisbx/runner.py")
Policy = Callable[..., None]


@pytest.fixture(scope="session")
def runner(bench: Bench) -> Iterator[Path]:
    """As installed; where nothing is installed, a copy at a path that is root's from top to bottom."""
    if bench.machine:
        assert INSTALLED.read_text() == (ROOT / "runner/runner.py").read_text()
        yield INSTALLED
        return
    with tempfile.TemporaryDirectory(dir="/usr/local/lib", prefix="omnisbx-test-") as name:
        Path(name).chmod(0o755)
        copy = Path(shutil.copy(ROOT / "runner/runner.py", name))
        copy.chmod(0o644)
        yield copy


@pytest.fixture
def command(bench: Bench) -> list[str]:
    """How the helper is reached: by omnimind through sudo in the machine, by root itself elsewhere."""
    return bench.command("run")[:-1]


@pytest.fixture
def with_runner(policy: Policy, runner: Path, command: list[str], bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Policy:
    """with_runner(wall_time="5s"): the policy with the runner, and these changes; holds until the test ends."""
    monkeypatch.setattr(gate, "COMMAND", tuple(command))
    monkeypatch.setattr(gate, "HELPER", bench.helper)

    def change(**changes: str) -> None:
        policy(runner=str(runner), **changes)
    change()
    return change


def clean_name(text: str) -> str:
    return re.sub(r"\W+", "-", text)
