"""Promise 5: a short privileged window. `make window` prints it: system calls that one run makes while a process holds a capability."""
from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench import ENVIRONMENT, Bench

MOST = {"rlimits": 482, "cgroup": 544}  # in all: they may only shrink
NAMES = ("spawner", "supervisor", "step between", "component")  # in the order of their births
LINE = re.compile(r"(\d+) +(\d+\.\d+) (?:(\w+)\(|<\.\.\. (\w+) resumed>)(.*)")


@dataclass
class Process:
    born: float
    calls: int = 0
    until: float | None = None
    executed: float | None = None
    emptying: bool = False


def read_trace(text: str) -> dict[str, Process]:
    """Every process from the one that executes the helper on; a call counts where it begins."""
    found: dict[str, Process] = {}
    for pid, time, begun, resumed, rest in LINE.findall(text):
        name = begun or resumed
        if begun == "execve" and not found:
            found[pid] = Process(float(time))
        elif found and pid not in found:
            found[pid] = Process(float(time))
        if not (process := found.get(pid)) or process.until:
            if process and begun == "execve":
                process.executed = float(time)
            continue
        process.calls += bool(begun)
        process.emptying = process.emptying or (begun == "capset" and "permitted=0," in rest)
        if name == "capset" and process.emptying and rest.endswith("= 0"):
            process.until = float(time)
        elif name == "exit_group":
            process.until = float(time)
    return found


def test_promise_5_the_privileged_window_only_shrinks(bench: Bench, tmp_path: Path) -> None:
    """A process holds capabilities from its execve or its birth until the capset that empties its sets has come back."""
    trace = tmp_path / "trace"
    assert bench.run("").returncode == 0  # the first run of a host makes two directories
    # an ignored signal costs a call to undo
    subprocess.run(["env", "--default-signal", "strace", "-f", "-ttt", "-s", "0", "-o", str(trace), *bench.command("run", "--json", user="root")],
                   input=b"", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT)
    processes = list(read_trace(trace.read_text()).values())
    assert len(processes) == len(NAMES)
    setup = (processes[-1].executed or 0) - processes[0].born
    assert setup > 0
    print()
    for name, process in zip(NAMES, processes):
        assert process.until and process.calls > 0, name
        print(f"{name:14} {process.calls:5} system calls with capabilities, {(process.until - process.born) / setup:5.0%} of the set-up (traced)")
    total = sum(process.calls for process in processes)
    print(f"{'in all':14} {total:5}")
    assert total <= MOST["cgroup" if bench.machine else "rlimits"]
