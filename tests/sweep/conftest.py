"""The sweep with the kernel tests' bench, and its total as the last thing said."""
from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kernel")]

spec = importlib.util.spec_from_file_location("kernel_conftest", HERE.parent / "kernel/conftest.py")
assert spec is not None and spec.loader is not None
kernel = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kernel)
pytest_configure, pytest_runtest_setup = kernel.pytest_configure, kernel.pytest_runtest_setup
bench, nothing_left = kernel.bench, kernel.nothing_left


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in sys.modules["test_sweep"].SUMMARY if "test_sweep" in sys.modules else ():
        terminalreporter.write_line(line)
