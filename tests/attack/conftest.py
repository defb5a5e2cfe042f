"""The kernel tests' bench, policy and clean-up check, for attacks."""
from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
KERNEL = HERE.parent / "kernel"
sys.path[:0] = [str(KERNEL), str(HERE)]

spec = importlib.util.spec_from_file_location("kernel_conftest", KERNEL / "conftest.py")
assert spec is not None and spec.loader is not None
kernel = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kernel)
pytest_configure, pytest_runtest_setup = kernel.pytest_configure, kernel.pytest_runtest_setup
bench, policy, nothing_left, root_place = kernel.bench, kernel.policy, kernel.nothing_left, kernel.root_place
stranger_may_sudo = kernel.stranger_may_sudo
