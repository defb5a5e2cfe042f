"""Promises 1 to 4: how a run ends, what is a result and what is an error, and what a caller may ask for."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench import Bench, leftovers

SEGFAULT = "import ctypes\nctypes.string_at(0)"
ENDINGS = [  # code, exit status, status, exit_code, signal; pid 1 of a namespace ignores what it sends itself (pid_namespaces(7))
    ("", 0, "exited", 0, None),
    ("raise SystemExit(3)", 3, "exited", 3, None),
    ("raise SystemExit(255)", 255, "exited", 255, None),
    ("raise ValueError", 1, "exited", 1, None),
    ("this is no python", 1, "exited", 1, None),
    ("raise SystemExit(124)", 124, "exited", 124, None),
    ("raise SystemExit(125)", 125, "exited", 125, None),
    ("raise SystemExit(137)", 137, "exited", 137, None),
    (SEGFAULT, 139, "signaled", None, 11),
    ("import os\nos.abort()", 139, "signaled", None, 11),  # abort's own signal is ignored, its last instruction is not
    ("import os\nos.kill(1, 9)\nos.kill(1, 15)\nraise SystemExit(4)", 4, "exited", 4, None),
    ("import os\nif not os.fork(): os.kill(1, 9)\nelse: os.wait(); raise SystemExit(5)", 5, "exited", 5, None),
    ("import os\nif os.fork(): raise SystemExit(os.WTERMSIG(os.wait()[1]) + 2)\nos.kill(os.getpid(), 9)", 11, "exited", 11, None),
]


@pytest.mark.parametrize(("code", "returncode", "status", "exit_code", "signal"), ENDINGS)
def test_promise_2_what_a_component_does_is_a_result(bench: Bench, code: str, returncode: int, status: str, exit_code: int | None,
                                                     signal: int | None) -> None:
    done = bench.run(code)
    assert (done.returncode, done.stderr) == (returncode, "")
    assert (done.report["status"], done.report["exit_code"], done.report["signal"]) == (status, exit_code, signal)
    assert bench.run(code, json=False).returncode == returncode


def test_promise_2_an_unmade_sandbox_is_an_error_and_nothing_ran(bench: Bench, policy: Callable[..., str]) -> None:
    policy(interpreter="/usr/bin/no-such-python")
    done = bench.run("print('ran')")
    report = done.report
    assert (done.returncode, report["status"]) == (125, "error")
    assert done.stderr == f"omnisbx-helper: {report['reason']}\n" and "/usr/bin/no-such-python" in report["reason"]
    assert (report["id"], report["uid"], report["exit_code"], report["signal"], report["wall_ms"]) == (None,) * 5
    assert (report["stdout"], report["stderr"], report["result"], report["namespaces"], report["limits"]) == ("", "", "", [], {})


def test_output_that_is_no_utf8_is_kept(bench: Bench) -> None:
    raw = bytes(range(256)) + "é€😀".encode() + b"\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80"
    report = bench.run(f"import os\nos.write(1, {raw!r}); os.write(2, {raw[::-1]!r}); os.write(3, {raw!r})").report
    assert [report[s].encode("utf-8", "surrogateescape") for s in ("stdout", "stderr", "result")] == [raw, raw[::-1], raw]


def test_without_json_output_and_error_are_the_callers(bench: Bench) -> None:
    done = bench.run("import sys\nprint('out'); print('err', file=sys.stderr)", json=False)
    assert (done.stdout, done.stderr) == ("out\n", "err\n")


NOT_IN_FORCE = {  # what the policy wants and this host cannot give, and what the line says of it
    "a path that is missing": ({"readonly": "/usr /etc/alternatives /opt/missing"}, "/opt/missing"),
    "a pythonpath that is missing": ({"pythonpath": "/opt/missing/src"}, "/opt/missing"),
    "an interpreter outside": ({"interpreter": "/opt/python3"}, "/opt/python3"),
    "an interpreter that is a directory": ({"interpreter": "/usr/lib"}, "/usr/lib"),
    "an interpreter that is no program": ({"interpreter": "/etc/passwd"}, "/etc/passwd"),
    "a runner that is missing": ({"runner": "/usr/lib/no-runner.py"}, "/usr/lib/no-runner.py"),
    "a slice without a keeper": ({"slices": "no-such.slice", "limits": "cgroup"}, "omnisbx@no-such.service"),
}


@pytest.mark.parametrize("name", NOT_IN_FORCE)
def test_promise_1_fail_closed_without(bench: Bench, policy: Callable[..., str], name: str) -> None:
    changes, word = NOT_IN_FORCE[name]
    if "limits" in changes and not bench.machine:
        word = "memory cpu pids"  # the controllers that this host lacks
    policy(**changes)
    done = bench.run("print('ran')", json=False)
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith("omnisbx-helper: ") and done.stderr.count("\n") == 1 and word in done.stderr
    assert not leftovers()


def test_promise_1_a_host_without_controllers_is_refused_unless_the_policy_says_rlimits(bench: Bench, policy: Callable[..., str]) -> None:
    if bench.machine:
        pytest.skip("this host has them")
    policy(limits="cgroup")
    done = bench.run("print('ran')")
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "error", "")
    assert "memory cpu pids" in done.stderr and "limits = rlimits" in done.stderr


def test_promise_1_the_one_relaxation_is_a_key_and_the_report_says_so(bench: Bench, policy: Callable[..., str]) -> None:
    policy(limits="rlimits")
    code = "import resource as r\nprint(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_NPROC))"
    report = bench.run(code, "--memory-max", "500M", "--pids-max", "9").report
    assert (report["status"], report["limits_by"]) == ("exited", "rlimits")
    assert report["not_enforced"] == ["memory.swap.max", "cpu.max", "cpu.max.burst"]
    assert not report["limits"].keys() & set(report["not_enforced"])
    assert report["stdout"] == f"({500 << 20}, {500 << 20}) (9, 9)\n"


@contextmanager
def kernel_setting(name: str, value: str) -> Iterator[None]:
    path = Path("/proc/sys") / name
    before = path.read_text()
    path.write_text(value)
    try:
        yield
    finally:
        path.write_text(before)


@pytest.mark.machine
@pytest.mark.parametrize("kind", ["pid", "ipc", "uts", "net", "mnt", "cgroup", "user", "time"])
def test_promise_1_fail_closed_when_the_kernel_gives_no_namespace(bench: Bench, kind: str) -> None:
    with kernel_setting(f"user/max_{kind}_namespaces", "0"):
        done = bench.run("print('ran')", "--unshare", "user,time")
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "error", "")


WIDER = [("--memory-max", "1025M", "1G"), ("--memory-max", "1073741825", "1G"), ("--swap-max", "8G", "7G"), ("--cpu-max", "51%", "50%"),
         ("--pids-max", "65", "64"), ("--wall-time", "61s", "1min"), ("--cpu-time", "31s", "30s"), ("--file-size", "65M", "64M")]


@pytest.mark.parametrize(("option", "asked", "allowed"), WIDER)
def test_promise_3_more_than_the_policy_is_refused(bench: Bench, policy: Callable[..., str], option: str, asked: str, allowed: str) -> None:
    policy(wall_time="60s", cpu_time="30s", cpu_max="50%")
    done = bench.run("print('ran')", option, asked)
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "refused", "")
    assert f"option {option}: asked {asked}, the profile component allows {allowed}" in done.stderr.replace("60s", "1min")


NARROWER = {"--memory-max": ("512M", "memory.max", 512 << 20), "--swap-max": ("0", "memory.swap.max", 0),
            "--cpu-max": ("25%", "cpu.max", 25), "--pids-max": ("7", "pids.max", 7),
            "--wall-time": ("50s", "wall_time", 50_000), "--cpu-time": ("20s", "cpu_time", 20_000),
            "--file-size": ("1K", "file_size", 1024)}


def test_promise_3_less_than_the_policy_is_had_and_read_back(bench: Bench) -> None:
    limits = bench.run("", *(word for option, (value, _, _) in NARROWER.items() for word in (option, value))).report["limits"]
    expected = {key: value for _, key, value in NARROWER.values() if bench.machine or key not in ("memory.swap.max", "cpu.max")}
    assert {key: limits[key] for key in expected} == expected
    assert limits.get("cpu.max.burst", 25) == 25  # the kernel takes no burst above the share


FORBIDDEN = [("--profile", "other"), ("--slice", "system.slice"), ("--slice", "other.slice"), ("--pythonpath", "/etc"),
             ("--pythonpath", "/usr"), ("--setenv", "LD_PRELOAD=/tmp/x.so"), ("--setenv", "PATH=/tmp"), ("--setenv", "PYTHONPATH=/tmp"),
             ("--setenv", "OMP_NUM_THREAD=1")]


@pytest.mark.parametrize(("option", "value"), FORBIDDEN)
def test_promise_4_what_the_policy_does_not_list_is_refused(bench: Bench, option: str, value: str) -> None:
    done = bench.run("print('ran')", option, value)
    assert (done.returncode, done.report["status"], done.report["stdout"]) == (125, "refused", "")
    assert f"option {option}: {value.split('=')[0]} is not one of this" in done.stderr


def test_promise_4_pythonpath_and_runner_are_used_as_named(bench: Bench, policy: Callable[..., str], root_place: Path) -> None:
    source, runner = root_place / "src", root_place / "runner.py"
    source.mkdir()
    (source / "brought.py").write_text("value = 25\n")
    runner.write_text("import sys, brought\nprint('runner', sys.argv[1:], brought.value, open(sys.argv[1]).read())\n")
    policy(pythonpath=f"{source} /usr/share", runner=str(runner))
    for options in ((), ("--pythonpath", str(source))):
        assert bench.run("code", *options, args=("word",)).report["stdout"] == "runner ['/component/component', 'word'] 25 code\n"
    assert bench.run("code", "--pythonpath", "/usr/share").report["exit_code"] == 1
    runner.chmod(0o666)
    assert "runner.py can be written by others" in bench.run("code").report["reason"]


def test_promise_4_the_callers_environment_directory_and_files_mean_nothing(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "os.py").write_text("raise SystemExit('the caller was imported')\n")
    hostile = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "PYTHONHOME": "/tmp", "PYTHONSTARTUP": "/tmp/x", "PYTHONINSPECT": "1",
               "HOME": str(tmp_path), "LANG": "xx_XX", "TMPDIR": str(tmp_path), "IFS": "x", "BASH_ENV": "/tmp/x", "ENV": "/tmp/x"}
    report = bench.run("import os\nprint(sorted(os.environ), os.__file__)", env=hostile, cwd=tmp_path).report
    assert report["status"] == "exited" and report["stderr"] == ""
    names = eval(report["stdout"].split("]")[0] + "]")
    assert set(names) - {"LC_CTYPE"} == {"HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE", "PYTHONSAFEPATH"}
    assert "/usr/lib/python3" in report["stdout"]
