"""The shipped policy and slice, through sudo, as the manager would."""
from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import SHIPPED, SLICE, UIDS, UNIT_CGROUP, Bench

M = 1 << 20
SHIPPED_LIMITS = {"memory.max": 1024 * M, "memory.swap.max": 7 * 1024 * M, "cpu.max": 50, "cpu.max.burst": 50, "pids.max": 64,
                  "wall_time": 60_000, "cpu_time": 30_000, "file_size": 64 * M, "tmp_size": 64 * M, "code_size": M, "output_size": M}
NAMESPACES = ["pid", "ipc", "uts", "net", "mount", "cgroup"]
WORK = """
import os, numpy
block = b'x' * (100 << 20)
print('printed', numpy.arange(10).sum())
os.write(2, b'complained')
os.write(3, b'returned')
"""


@pytest.fixture
def shipped(policy: Callable[..., str]) -> Iterator[None]:
    """Policy and slice as installed."""
    dropin = Path(f"/run/systemd/system/{SLICE}.d/zz-test.conf")
    text = dropin.read_text()
    dropin.write_text("")
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    policy(text=SHIPPED)
    yield
    dropin.write_text(text)
    subprocess.run(["systemctl", "daemon-reload"], check=True)


@pytest.mark.machine
def test_through_sudo_every_field_is_filled_and_equals_the_policy(bench: Bench, shipped: None) -> None:
    done = bench.run(WORK, "--name", "first.of-all_1")
    report: dict[str, Any] = done.report
    assert done.returncode == 0 and done.stderr == ""
    exact = {"version": 1, "status": "exited", "exit_code": 0, "signal": None, "reason": "", "caller": "omnimind", "profile": "component",
             "slice": SLICE, "name": "first.of-all_1", "namespaces": NAMESPACES, "limits_by": "cgroup", "limits": SHIPPED_LIMITS,
             "not_enforced": [], "oom_kills": 0, "stdout": "printed 45\n", "stderr": "complained", "result": "returned"}
    assert {key: report[key] for key in exact} == exact
    measured = {"id", "uid", "wall_ms", "setup_ms", "cpu_user_ms", "cpu_system_ms", "memory_peak", "swap_peak", "pids_peak"}
    assert report.keys() == exact.keys() | measured
    assert len(report["id"]) == 16 and int(report["id"], 16)
    assert report["uid"] in UIDS
    assert all(report[key] > 0 for key in ("wall_ms", "setup_ms", "cpu_user_ms", "cpu_system_ms"))
    assert 100 * M < report["memory_peak"] <= 1024 * M
    for key in ("swap_peak", "pids_peak"):  # null only where the kernel lacks memory.swap.peak (before 6.5) and pids.peak
        offered = (UNIT_CGROUP / {"swap_peak": "memory.swap.peak", "pids_peak": "pids.peak"}[key]).exists()
        assert (report[key] is not None) == offered, key


@pytest.mark.machine
def test_the_slice_has_one_gibibyte_and_half_a_cpu(bench: Bench, shipped: None) -> None:
    slice_cgroup = UNIT_CGROUP.parent
    assert (slice_cgroup / "memory.max").read_text() == f"{1024 * M}\n"
    assert (slice_cgroup / "memory.swap.max").read_text() == f"{7 * 1024 * M}\n"
    quota, period = map(int, (slice_cgroup / "cpu.max").read_text().split())
    assert quota * 2 == period


@pytest.mark.machine
def test_promise_4_sudo_permits_one_command_and_no_variable(bench: Bench) -> None:
    rules = subprocess.run(["sudo", "-l", "-U", "omnimind"], capture_output=True, text=True, check=True).stdout
    commands = [line.strip() for line in rules.split("may run the following", 1)[1].splitlines()[1:] if line.strip()]
    assert commands == ["(root) NOPASSWD: /usr/libexec/omnisbx-helper"]
    for words in (["id"], ["LD_PRELOAD=/tmp/x.so", bench.helper, "run"], ["-E", bench.helper, "run"], ["-C", "9", bench.helper, "run"]):
        asked = subprocess.run(["setpriv", "--reuid=omnimind", "--regid=omnimind", "--init-groups", "sudo", "-n", *words],
                               capture_output=True, stdin=subprocess.DEVNULL)
        assert asked.returncode == 1, words


def test_exit_0_prints_nothing_of_its_own(bench: Bench) -> None:
    done = bench.run("print('only this')", json=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "only this\n", "")


def test_limits_are_read_back_from_the_kernel_and_rounded_down_to_pages(bench: Bench) -> None:
    report = bench.run("", "--memory-max", str(200 * M + 5), "--file-size", "12345").report
    assert report["status"] == "exited"
    assert report["limits"]["memory.max"] == (200 * M if bench.machine else 200 * M + 5)
    assert report["limits"]["file_size"] == 12345
    assert report["limits_by"] == ("cgroup" if bench.machine else "rlimits")
    assert report["not_enforced"] == ([] if bench.machine else ["memory.swap.max", "cpu.max", "cpu.max.burst"])
