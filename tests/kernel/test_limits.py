"""Promises 2 and 7: what a greedy component meets, and that it is a result, told apart."""
from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench import FOREVER, SLICE, UNIT_CGROUP, Bench, status_of, wait_until

M = 1 << 20
GROW = """
blocks = []
while True:
    blocks.append(b'x' * (10 << 20))
    print(len(blocks), flush=True)
"""
FORK_UNTIL_REFUSED = """
import os, signal
children = []
try:
    while True:
        child = os.fork()
        if not child:
            signal.pause()
        children.append(child)
except BlockingIOError as error:
    print(len(children), error.errno)
"""
THREADS_UNTIL_REFUSED = """
import os, threading
go, threads = threading.Event(), 0
try:
    while True:
        threading.Thread(target=go.wait, daemon=True).start()
        threads += 1
except RuntimeError:
    print(threads, flush=True)
    os._exit(0)
"""
FILL = """
import errno, os, sys
total = files = 0
try:
    for files in range(100000):
        with open(f'{sys.argv[1]}/{files}', 'wb', 0) as f:
            for _ in range(int(sys.argv[2])):
                total += f.write(b'x' * 65536)
except OSError as error:
    print(errno.errorcode[error.errno], total, files)
"""
BURN = "while True: pass\n"
BURN_IN_FOUR = "import os\nos.fork(); os.fork()\nwhile True: pass\n"


def no_swap() -> str:
    """Takes swap away; what was there."""
    devices = [line.split()[0] for line in Path("/proc/swaps").read_text().splitlines()[1:]]
    for device in devices:
        subprocess.run(["swapoff", device], check=True)
    return " ".join(devices)


@contextmanager
def swap(present: bool) -> Iterator[None]:
    taken = no_swap()
    try:
        if present:
            device = next(Path("/dev/disk/by-label").glob("omnisbx-swap"), None) or taken.split()[0]
            subprocess.run(["swapon", str(device)], check=True)
        yield
    finally:
        now = no_swap()
        for device in taken.split() or now.split():
            subprocess.run(["swapon", device], check=True)


@contextmanager
def slice_property(name: str, value: str) -> Iterator[None]:
    dropin = Path(f"/run/systemd/system/{SLICE}.d/zzz-{name}.conf")
    dropin.write_text(f"[Slice]\n{name}={value}\n")
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    try:
        yield
    finally:
        dropin.unlink()
        subprocess.run(["systemctl", "daemon-reload"], check=True)


@pytest.mark.machine
@pytest.mark.parametrize("swap_present", [False, True])
def test_memory_grown_past_one_gibibyte_is_oom_and_hurts_nobody_else(bench: Bench, swap_present: bool) -> None:
    with swap(swap_present), bench.start(FOREVER, "--json") as neighbour:
        manager = os.getpid()
        assert neighbour.pid
        done = bench.run(GROW, *([] if not swap_present else ["--swap-max", "128M"]))
        report = done.report
        assert (report["status"], done.returncode, report["signal"], report["exit_code"]) == ("oom", 137, signal.SIGKILL, None)
        assert report["oom_kills"] >= 1
        grown = int(report["stdout"].split()[-1]) * 10
        assert 900 < grown <= 1024 + 128 * swap_present
        assert status_of(neighbour.pid)["Name"] == "ready" and status_of(manager)["State"].startswith("R")
        assert bench.verb("kill", neighbour.id).returncode == 0
        assert neighbour.wait().report["status"] == "killed"


@pytest.mark.machine
@pytest.mark.parametrize("options", [("64M", "0"), ("64M", "16M"), ("32M", "0")])
def test_its_own_memory_limit_is_named(bench: Bench, options: tuple[str, str]) -> None:
    done = bench.run(GROW, "--memory-max", options[0], "--swap-max", options[1])
    assert (done.returncode, done.report["status"], done.report["reason"]) == (137, "oom", f"memory.max {options[0]}")
    assert done.report["memory_peak"] <= int(options[0][:-1]) * M


@pytest.mark.machine
def test_the_slices_memory_limit_is_told_apart(bench: Bench) -> None:
    with slice_property("MemoryMax", "96M"), slice_property("MemorySwapMax", "0"):
        done = bench.run(GROW)
    assert (done.returncode, done.report["status"]) == (137, "oom")
    assert "slice" in done.report["reason"] and "not the sandbox's own memory.max 1G" in done.report["reason"]


@pytest.mark.machine
def test_oom_takes_the_whole_sandbox_also_when_a_child_grew(bench: Bench) -> None:
    code = f"import os\nif os.fork():\n    os.wait(); print('survived')\nelse:\n    exec({GROW!r})\n"
    done = bench.run(code, "--memory-max", "64M", "--swap-max", "0")
    assert (done.returncode, done.report["status"]) == (137, "oom")
    assert "survived" not in done.report["stdout"]


def test_memory_past_the_rlimit_is_a_memory_error_of_the_component(bench: Bench) -> None:
    if bench.machine:
        pytest.skip("limits are by cgroup here")
    report = bench.run(GROW, "--memory-max", "200M").report
    assert (report["status"], report["exit_code"]) == ("exited", 1) and "MemoryError" in report["stderr"]
    assert report["oom_kills"] is None and report["swap_peak"] is None


def test_forks_stop_at_pids_max(bench: Bench) -> None:
    report = bench.run(FORK_UNTIL_REFUSED, "--pids-max", "20").report
    assert report["status"] == "exited"
    assert report["stdout"] == "19 11\n"  # with pid 1: 20; EAGAIN
    assert report["pids_peak"] in (20, None)


def test_threads_stop_at_pids_max(bench: Bench, policy: Callable[..., str]) -> None:
    policy(memory_max="64G")  # by rlimits it counts reserved stacks as well
    assert bench.run(THREADS_UNTIL_REFUSED, "--pids-max", "20").report["stdout"] == "19\n"


def test_a_fork_bomb_ends_by_wall_time(bench: Bench) -> None:
    done = bench.run("import os\nwhile True:\n  try: os.fork()\n  except OSError: pass\n", "--wall-time", "2s", "--pids-max", "32")
    assert (done.returncode, done.report["status"], done.report["reason"]) == (124, "timeout", "wall_time 2s")
    assert done.report["pids_peak"] in (32, None)


@pytest.mark.parametrize("place", ["/tmp", "/dev/shm"])
def test_a_disk_filler_gets_enospc_at_tmp_size(bench: Bench, policy: Callable[..., str], place: str) -> None:
    policy(tmp_size="4M")
    word, total, _ = bench.run(FILL, args=(place, "8")).report["stdout"].split()
    assert word == "ENOSPC" and 3 * M < int(total) <= 4 * M


def test_empty_files_are_bounded_too(bench: Bench, policy: Callable[..., str]) -> None:
    policy(tmp_size="4M")
    word, total, files = bench.run(FILL, args=("/tmp", "0")).report["stdout"].split()
    assert (word, total) == ("ENOSPC", "0") and 900 < int(files) < 1100


def test_one_large_file_gets_efbig_at_file_size(bench: Bench) -> None:
    assert bench.run(FILL, "--file-size", "1M", args=("/tmp", "10000")).report["stdout"] == f"EFBIG {M} 0\n"


@pytest.mark.parametrize("fd", [1, 2, 3])
def test_an_endless_printer_ends_at_output_size(bench: Bench, fd: int) -> None:
    done = bench.run(f"import os\nwhile True: os.write({fd}, b'x' * 1000)")
    assert (done.returncode, done.report["status"], done.report["reason"]) == (137, "output_limit", "output_size 1M")
    streams = [len(done.report[name]) for name in ("stdout", "stderr", "result")]
    assert streams == [M if i == fd else 0 for i in (1, 2, 3)]


def test_exactly_output_size_is_no_limit_hit(bench: Bench, policy: Callable[..., str]) -> None:
    policy(output_size="1000")
    assert bench.run("print('x' * 999)").report["status"] == "exited"
    assert bench.run("print('x' * 1000)").report["status"] == "output_limit"


def test_sleeping_ends_by_wall_time(bench: Bench) -> None:
    done = bench.run("import time\ntime.sleep(10000)", "--wall-time", "1s")
    assert (done.returncode, done.report["status"], done.report["reason"], done.report["signal"]) == (124, "timeout", "wall_time 1s", 9)
    assert done.report["wall_ms"] >= 1000


def test_a_busy_loop_ends_by_cpu_time(bench: Bench) -> None:
    done = bench.run(BURN, "--cpu-time", "1s")
    assert (done.returncode, done.report["status"], done.report["reason"]) == (124, "timeout", "cpu_time 1s")
    assert done.report["cpu_user_ms"] + done.report["cpu_system_ms"] >= 875


@pytest.mark.machine
def test_cpu_time_counts_all_processes_together(bench: Bench) -> None:
    done = bench.run(BURN_IN_FOUR, "--cpu-time", "2s")
    assert (done.returncode, done.report["status"], done.report["reason"]) == (124, "timeout", "cpu_time 2s")
    assert done.report["cpu_user_ms"] + done.report["cpu_system_ms"] >= 2000


@pytest.mark.machine
def test_a_busy_loop_is_held_by_cpu_max(bench: Bench) -> None:
    with bench.start("__import__('ctypes').CDLL(None).prctl(15, b'ready', 0, 0, 0)\n" + BURN, "--cpu-max", "10%") as run:
        own = UNIT_CGROUP / run.name
        assert (own / "cpu.max").read_text() == "10000 100000\n" and (own / "cpu.max.burst").read_text() == "10000\n"
        wait_until(lambda: "nr_throttled 0\n" not in (own / "cpu.stat").read_text(), "the kernel has held it back")


@pytest.mark.machine
def test_the_cgroup_of_a_run_has_the_plans_limits_and_the_supervisor_is_not_in_it(bench: Bench, policy: Callable[..., str]) -> None:
    policy(cpu_max="50%")
    expected = {"memory.max": f"{512 * M}", "memory.swap.max": f"{256 * M}", "cpu.max": "50000 100000", "cpu.max.burst": "50000",
                "pids.max": "10", "memory.oom.group": "1"}
    with bench.start(FOREVER, "--memory-max", "512M", "--swap-max", "256M", "--pids-max", "10") as run:
        own = UNIT_CGROUP / run.name
        assert {name: (own / name).read_text().strip() for name in expected} == expected
        assert (own / "cgroup.procs").read_text() == f"{run.pid}\n"
        assert own.stat().st_uid == 0 and not own.stat().st_mode & 0o022
        spawner, supervisor = run.helpers()
        assert Path(f"/proc/{supervisor}/cgroup").read_text() == f"0::/omnimind.slice/{SLICE}/{UNIT_CGROUP.name}/keeper\n"
        assert "omnimind" not in Path(f"/proc/{spawner}/cgroup").read_text()  # it stays with the caller
        assert Path(f"/proc/{run.pid}/oom_score_adj").read_text() == "500\n"
