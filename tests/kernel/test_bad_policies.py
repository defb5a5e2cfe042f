"""Promises 4 and 10: a policy that cannot be right, or that others may write, is one line with file and line; nothing runs."""
from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import POLICY, SHIPPED, Bench

GOOD = re.sub(r"^;.*\n", "", SHIPPED, flags=re.M).replace("\n\n", "\n").lstrip("\n")
# what stands there -> what stands there instead; the message. The line is that of the first difference, or is given.
BAD: list[tuple[str, str, str] | tuple[str, str, str, int]] = [
    ("version = 1", "version = 2", 'version: "2" is unknown'),
    ("version = 1", "version = 01", "version: "),
    ("version = 1\n", "", "version: missing in [policy]", 1),
    ("version = 1", "version = 1\nversion = 1", "version: given twice"),
    ("version = 1", "version: 1", "neither KEY = VALUE"),
    ("version = 1", "version", "neither KEY = VALUE"),
    ("version = 1", " version = 1", "indented"),
    ("version = 1", "\tversion = 1", "indented"),
    ("version = 1", "Version = 1", "neither KEY = VALUE"),
    ("version = 1", "version =", "version: the value is empty"),
    ("version = 1\n", "version = 1\r\n", "CRLF", 2),
    ("version = 1", "version = 1\0", "NUL"),
    ("version = 1", "version = 1\x07", "control character"),
    ("version = 1", "version = 1 # no comment", "version: "),
    ("[policy]", "\ufeff[policy]", "byte order mark"),
    ("[policy]", "[polic]", "[polic]: unknown section"),
    ("[policy]", "[policy", "a section's line"),
    ("[policy]", "[policy] x", "a section's line"),
    ("[policy]", " [policy]", "indented"),
    ("[policy]", "stray = 1\n[policy]", "key before any section"),
    ("[caller omnimind]", "[policy]\n[caller omnimind]", "[policy]: given twice"),
    ("[caller omnimind]", "[caller omnimind]\nprofiles = component\nsandboxes.max = 1\n[caller omnimind]", "given twice", 7),
    ("[caller omnimind]", "[caller OMNI]", "is not a caller's name"),
    ("[caller omnimind]", "[caller]", "unknown section"),
    ("[caller omnimind]", "[caller a b]", "is not a caller's name"),
    ("[caller omnimind]", "[caller -1]", "is not a caller's name"),
    ("[caller omnimind]", "[caller " + "a" * 60 + "]", "is not a caller's name"),
    ("[profile component]", "[profile ../x]", "is not a profile's name"),
    ("[profile component]", "[profile other]", "there is no [profile component]", 5),
    ("uids = 1879100000-1879100063", "uids = 1879100000", "uids: not FIRST-LAST"),
    ("uids = 1879100000-1879100063", "uids = 0-63", "uids: not FIRST-LAST"),
    ("uids = 1879100000-1879100063", "uids = 2000-1999", "uids: not FIRST-LAST"),
    ("uids = 1879100000-1879100063", "uids = 1000-4294967295", "uids: not FIRST-LAST"),
    ("uids = 1879100000-1879100063", "uids = 1879100000 - 1879100063", "uids: not FIRST-LAST"),
    ("profiles = component\n", "", "profiles: missing in [caller]", 4),
    ("profiles = component", "profiles = component component", '"component" is given twice'),
    ("profiles = component", "profiles = component other", "there is no [profile other]"),
    ("sandboxes.max = 32", "sandboxes.max = 0", "sandboxes.max: "),
    ("sandboxes.max = 32", "sandboxes.max = -1", "sandboxes.max: "),
    ("sandboxes.max = 32", "sandboxes.max = many", "sandboxes.max: "),
    ("sandboxes.max = 32", "sandboxes_max = 32", "sandboxes_max: unknown key"),
    ("interpreter = /usr/bin/python3", "interpreter = python3", 'interpreter: "python3" is not an absolute'),
    ("interpreter = /usr/bin/python3", "interpreter = /usr/../bin/sh", "interpreter: "),
    ("interpreter = /usr/bin/python3", "interpreter = /tmp/python3", "is a place of the sandbox's own"),
    ("slices = omnimind-sandbox.slice", "slices = omnimind-sandbox", "is not a slice's name"),
    ("slices = omnimind-sandbox.slice", "slices = ../x.slice", "is not a slice's name"),
    ("namespaces = pid ipc uts net mount cgroup", "namespaces = ipc uts net", "namespaces: pid is missing"),
    ("namespaces = pid ipc uts net mount cgroup", "namespaces = pid,ipc,uts,net", "is not a namespace"),
    ("namespaces = pid ipc uts net mount cgroup", "namespaces = pid ipc uts net disk", '"disk" is not a namespace'),
    ("namespaces.optional = user time", "namespaces.optional = pid", "pid is in namespaces too"),
    ("readonly = /usr /etc/alternatives", "readonly = /", "shows too much"),
    ("readonly = /usr /etc/alternatives", "readonly = /usr /etc", "shows too much"),
    ("readonly = /usr /etc/alternatives", "readonly = /usr usr", "is not an absolute"),
    ("readonly = /usr /etc/alternatives", "readonly = /usr /proc", "is a place of the sandbox's own"),
    ("env = OMP_NUM_THREADS MKL_NUM_THREADS", "env = LD_PRELOAD", "decides what code is loaded"),
    ("env = OMP_NUM_THREADS MKL_NUM_THREADS", "env = PYTHONPATH", "is set by the helper"),
    ("env = OMP_NUM_THREADS MKL_NUM_THREADS", "env = A=B", "is not a variable's name"),
    ("limits = cgroup", "limits = none", 'limits: "none" is neither'),
    ("memory.max = 1G", "memory.max = 1GiB", "memory.max: "),
    ("memory.max = 1G", "memory.max = 1GG", "memory.max: "),
    ("memory.max = 1G", "memory.max = 99999999999999999999", "memory.max: "),
    ("memory.max = 1G", "memory.max = 1", "memory.max: "),
    ("memory.max = 1G", "memory.max = max", "memory.max: "),
    ("memory.max = 1G\n", "", "memory.max: missing in [profile]", 8),
    ("memory.max = 1G", "memory.max = 1G\nmemory.high = 1G", "memory.high: unknown key"),
    ("cpu.max = 50%", "cpu.max = 50", "cpu.max: "),
    ("cpu.max = 50%", "cpu.max = 50000 100000", "cpu.max: "),
    ("cpu.max.burst = 50ms", "cpu.max.burst = 50", "cpu.max.burst: "),
    ("pids.max = 64", "pids.max = 64 64", "pids.max: "),
    ("pids.max = 64", "pids.max = 64\n  32", "indented"),
    ("wall_time = 60s", "wall_time = 60", "wall_time: "),
    ("wall_time = 60s", "wall_time = 0s", "wall_time: "),
    ("wall_time = 60s", "wall_time = 1e2s", "wall_time: "),
    ("file_size = 64M", "file_size = " + "6" * 190, "longer than 198"),
    ("output_size = 1M", "output_size = 1G", "output_size: "),
]


def first_difference(one: str, two: str) -> int:
    lines = zip(one.split("\n"), two.split("\n"))
    return next(n for n, (a, b) in enumerate(lines, 1) if a != b)


@pytest.mark.parametrize("case", BAD, ids=lambda c: repr(c[1])[:40])
def test_promise_10_a_malformed_policy(bench: Bench, policy: Callable[..., str], case: tuple[str, str, str]) -> None:
    old, new, text, *line = case
    bad = GOOD.replace(old, new, 1)
    assert bad != GOOD
    number = line[0] if line else first_difference(GOOD, bad)
    policy(text=bad)
    done = bench.run("print('ran')", user="root", json=False)
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith(f"omnisbx-helper: {POLICY}:") and text in done.stderr
    assert any(text in fault for fault in done.stderr.split(f"{POLICY}:{number}: ")[1:])
    assert done.stderr.count("\n") == 1 and done.stderr[:-1].isprintable() and done.stderr.isascii()


def test_promise_10_all_mistakes_are_named_at_once(bench: Bench, policy: Callable[..., str]) -> None:
    policy(text=GOOD.replace("pids.max = 64", "pids.max = many").replace("version = 1", "version = 9").replace("env =", "envy ="))
    done = bench.run("", user="root", json=False)
    assert done.returncode == 125 and done.stderr.count(str(POLICY)) >= 3
    assert all(word in done.stderr for word in ("version", "envy", "pids.max"))


@pytest.mark.parametrize("text", ["", "\n", "; nothing\n", "[policy]\nversion = 1\n", "x" * (1 << 20), "\n" * ((1 << 20) + 1)])
def test_promise_10_no_policy_to_speak_of(bench: Bench, policy: Callable[..., str], text: str) -> None:
    policy(text=text)
    done = bench.run("print('ran')", user="root", json=False)
    assert (done.returncode, done.stdout) == (125, "") and str(POLICY) in done.stderr and done.stderr.count("\n") == 1


def test_promise_10_an_accounts_uid_is_no_sandboxes(bench: Bench, policy: Callable[..., str]) -> None:
    policy(uids="65000-65600")  # nobody is 65534 on Debian and Ubuntu
    done = bench.run("print('ran')", user="root", json=False)
    assert (done.returncode, done.stdout) == (125, "") and "65534 belongs to the account nobody" in done.stderr


def a_link() -> None:
    POLICY.rename("/etc/omnisbx/real.ini")
    POLICY.symlink_to("/etc/omnisbx/real.ini")


def a_directory() -> None:
    POLICY.unlink()
    POLICY.mkdir()


def a_fifo() -> None:
    POLICY.unlink()
    os.mkfifo(POLICY, 0o644)


def a_linked_parent() -> None:
    POLICY.parent.rename("/etc/omnisbx.real")
    POLICY.parent.symlink_to("/etc/omnisbx.real")


UNTRUSTED: dict[str, tuple[Callable[[], object], str]] = {
    "written by all": (lambda: POLICY.chmod(0o666), "can be written by others (mode 0666)"),
    "written by its group": (lambda: POLICY.chmod(0o664), "can be written by others (mode 0664)"),
    "of another owner": (lambda: os.chown(POLICY, 1002, 0), "belongs to uid 1002"),
    "in a directory that all may write": (lambda: POLICY.parent.chmod(0o777), "/etc/omnisbx can be written by others"),
    "in a sticky directory that all may write": (lambda: POLICY.parent.chmod(0o1777), "/etc/omnisbx can be written by others"),
    "in a directory of another owner": (lambda: os.chown(POLICY.parent, 1002, 0), "/etc/omnisbx belongs to uid 1002"),
    "a symbolic link": (a_link, "is a symbolic link"),
    "behind a linked directory": (a_linked_parent, "is a symbolic link"),
    "a directory": (a_directory, "not a regular file"),
    "a FIFO": (a_fifo, "not a regular file"),
    "missing": (POLICY.unlink, "No such file"),
}


@pytest.mark.parametrize("name", UNTRUSTED)
def test_promise_4_an_untrusted_policy_is_refused(bench: Bench, policy: Callable[..., str], name: str, tmp_path: Path) -> None:
    spoil, text = UNTRUSTED[name]
    saved = shutil.copytree(POLICY.parent, tmp_path / "saved")
    try:
        spoil()
        done = bench.run("print('ran')", user="root", json=False)
    finally:
        for path in (POLICY.parent, Path("/etc/omnisbx.real")):
            path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(saved, POLICY.parent)
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith("omnisbx-helper: ") and text in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["link", "writable", "foreign"])
def test_promise_4_an_untrusted_path_of_the_policy_is_refused(bench: Bench, policy: Callable[..., str], root_place: Path,
                                                                      kind: str) -> None:
    (root_place / "real").mkdir()
    (root_place / "link").symlink_to("real")
    (root_place / "writable").mkdir()
    (root_place / "writable").chmod(0o777)
    (root_place / "foreign").mkdir()
    os.chown(root_place / "foreign", 1002, 1002)
    policy(pythonpath=str(root_place / kind))
    done = bench.run("print('ran')", user="root", json=False)
    assert (done.returncode, done.stdout) == (125, "") and str(root_place / kind) in done.stderr
