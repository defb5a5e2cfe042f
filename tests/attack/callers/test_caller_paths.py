"""What the helper opens, writes and trusts on the host: nothing that its caller, or anybody but root, could have put there."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench import SLICE, UNIT_CGROUP, WAITING, Bench, sockets
from hostile import CAT, TRUE, Call, trace

Policy = Callable[..., str]
RUN = Path("/run/omnisbx")

# All that the helper opens on the host, in every process of its own, up to the component's execve; OF_THE_SANDBOX is the sandbox's by then.
OPENED = {r"/", r"/etc", r"/etc/passwd", r"/etc/group", r"/etc/omnisbx", r"/etc/omnisbx/policy\.ini", r"/usr", r"/etc/alternatives",
          r"/dev/null",
          r"/run/omnisbx", r"/run/omnisbx/runs", r"/run/omnisbx/locks", r"/sys/fs/cgroup", r"/sys/fs/cgroup/unified", r"/proc/self",
          r"/proc/self/ns",
          r"/proc/self/status", r"/proc/\d+/status", r"/proc/self/oom_score_adj", r"/proc/self/fd/\d+", r"/proc/sys/kernel/cap_last_cap"}
OPENED_CGROUP = {r"/sys/fs/cgroup/cgroup\.controllers", rf"/sys/fs/cgroup/omnimind\.slice/{SLICE}/omnisbx@omnimind-sandbox\.service.*",
                 rf"/sys/fs/cgroup/\.?/?omnimind\.slice/.*", r"/omnisbx-.*"}
WRITTEN = {r"/run/omnisbx/locks", r"/proc/self/oom_score_adj", r"/dev/null"}
OF_THE_SANDBOX = {"etc/passwd", "etc/group", "component/component"}
MADE = {r"/run/omnisbx", r"/run/omnisbx/runs"}


def matches(path: str, patterns: set[str]) -> bool:
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def helpers_calls(bench: Bench, tmp_path: Path, code: bytes = b"") -> list[Call]:
    done, calls = trace(bench, ("run",), tmp_path / "log", "%file,bind,connect,clone3,clone,fork,vfork", code)
    assert (done.returncode, done.stderr) == (0, b""), done
    return calls


def test_the_list_of_files_that_it_opens_is_fixed(bench: Bench, policy: Policy, tmp_path: Path) -> None:
    """Files that root opened for the caller, or because a library wanted its settings: meta files of isolate, INPUTRC (CVE-2022-0563),
    nsswitch.conf and what it names (CVE-2025-32463), locale and time zone. Here each open before the component's execve is in a list."""
    policy(interpreter=TRUE)
    calls = [call for call in helpers_calls(bench, tmp_path) if call.program == bench.helper]
    opens = [call for call in calls if call.name in ("open", "openat", "openat2", "creat") and call.succeeded]
    assert len(opens) > 15  # it is not blind
    allowed = OPENED | (OPENED_CGROUP if bench.machine else set())
    strange = {call.path for call in opens if not matches(call.path, allowed) and not call.path.endswith(tuple(OF_THE_SANDBOX))}
    assert not strange
    written = {call.path for call in opens if re.search(r"O_WRONLY|O_RDWR|O_CREAT",
                                                        call.text) and not call.path.endswith(tuple(OF_THE_SANDBOX))}
    assert not {path for path in written if not matches(path, WRITTEN | (OPENED_CGROUP if bench.machine else set()))}


def test_it_executes_one_program_and_that_is_its_last_privileged_call(bench: Bench, tmp_path: Path) -> None:
    """No mailer, no shell, no pager (CVE-2026-35535, CVE-2023-26604), and no byte of the component is read by an interpreter before the
    last limit stands (CVE-2025-3466): one execve beside its own, of the interpreter, and nothing of the set-up behind it."""
    calls = helpers_calls(bench, tmp_path, b"print('ran')\n")
    executed = [call for call in calls if call.name.startswith("execve")]
    assert [call.path for call in executed] == [bench.helper, "/usr/bin/python3"]
    component = executed[1].pid
    behind = calls[calls.index(executed[1]) + 1:]
    assert not [call for call in behind if call.program == bench.helper and call.pid == component]
    assert not [call for call in behind if call.pid != component and call.name in ("openat", "mkdirat", "bind") and call.succeeded
                and not call.path.endswith(("cpu.stat", "memory.events", "cgroup.events", "cgroup.kill", "memory.peak", "memory.swap.peak",
                                            "pids.peak", "/proc/self/status"))]


def test_no_directory_that_others_may_write_is_touched(bench: Bench, policy: Policy, tmp_path: Path) -> None:
    """Root at work in the user's home, in /tmp and in /run/user (CVE-2017-5180, CVE-2017-5940, CVE-2016-10118): every path that the helper
    changes or opens on the host is root's from the top, so nobody else could have put anything in its way."""
    policy(interpreter=TRUE)
    calls = helpers_calls(bench, tmp_path)
    child = next(call.pid for call in calls if call.path == TRUE)
    ours = [call for call in calls if call.program == bench.helper and call.pid != child]
    paths = {call.path for call in ours if call.path.startswith("/") and "/proc/" not in call.path}
    assert {"/etc/omnisbx/policy.ini", "/run/omnisbx/runs"} <= paths
    for path in paths:
        for part in (Path(path).parent, *Path(path).parent.parents):
            if part.exists():
                info = part.stat()
                assert info.st_uid == 0 and not info.st_mode & 0o022, (path, part)
    made = {call.path for call in ours if call.name.startswith(("mkdir", "mknod", "symlink", "link", "rename"))}
    assert not {path for path in made if not matches(path, MADE | {r".*/omnisbx-\d+-\d+-[0-9a-f]{16}"})}


@pytest.fixture
def own_place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/srv", prefix="omnisbx-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


LEVELS = ("one", "one/two", "one/two/three", "one/two/three/file")
SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "of another owner": (lambda path: os.chown(path, 1002, 0), "belongs to uid 1002, not to root"),
    "written by its group": (lambda path: path.chmod(0o775), "can be written by others"),
    "written by all": (lambda path: path.chmod(0o757), "can be written by others"),
    "sticky and written by all": (lambda path: path.chmod(0o1777), "can be written by others"),
    "a symbolic link": (lambda path: (path.rename(path.parent / "real"), path.symlink_to("real")), "is a symbolic link"),
}


@pytest.mark.parametrize("kind", SPOILT)
@pytest.mark.parametrize("key", ["runner", "readonly", "pythonpath"])
def test_each_level_of_each_path_is_roots_alone(bench: Bench, policy: Policy, own_place: Path, key: str, kind: str) -> None:
    """User-writable parents and links were the ways round sudoedit's checks (CVE-2015-5602, CVE-2021-23240) and into bubblewrap's bind
    sources: at the first level or the last, each makes the same refusal, which names the level."""
    spoil, text = SPOILT[kind]
    for number, level in enumerate(LEVELS):
        top = own_place / str(number)
        deep = top / "one/two/three"
        deep.mkdir(parents=True)
        (deep / "file").write_text("# here\n")
        named = deep / "file" if key == "runner" or level.endswith("file") else deep
        policy(interpreter=CAT, **{key: f"/usr {named}" if key == "readonly" else str(named)})
        assert bench.run("", user="root").returncode == 0
        spoil(top / level)
        assert f"{top / level} {text}" in refused_error(bench.run("print('ran')", user="root", json=False))


def refused_error(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (125, "") and done.stderr.startswith("omnisbx-helper: ") and done.stderr.count("\n") == 1, done
    return done.stderr


def test_a_hard_link_gives_nobody_a_way_in(bench: Bench, policy: Policy, own_place: Path) -> None:
    """A second name of root's file is root's file: the run is unharmed. A second name of somebody else's file, in root's directory, is
    somebody else's."""
    (own_place / "runner").write_text("# root's\n")
    os.link(own_place / "runner", own_place / "second")
    policy(interpreter=CAT, runner=str(own_place / "second"))
    assert bench.run("", user="root", json=False).stdout == "# root's\n"
    (own_place / "theirs").write_text("# theirs\n")
    os.chown(own_place / "theirs", 1002, 1002)
    os.link(own_place / "theirs", own_place / "third")
    policy(interpreter=CAT, runner=str(own_place / "third"))
    assert "third belongs to uid 1002" in refused_error(bench.run("", user="root", json=False))


FOLDERS: dict[str, Callable[[Path], object]] = {
    "another's": lambda path: (path.mkdir(), os.chown(path, 1002, 1002)),
    "written by all": lambda path: (path.mkdir(), path.chmod(0o1777)),
    "a symbolic link": lambda path: path.symlink_to("/var/tmp"),
    "a file": lambda path: path.write_text(""),
    "a FIFO": lambda path: os.mkfifo(path),
}


@pytest.fixture
def run_folder_put_back() -> Iterator[None]:
    """A bind mount on the host may keep /run/omnisbx itself from being renamed: then what is in it changes places."""
    saved = {path: path.with_name(path.name + ".saved") for path in (RUN / "runs", RUN / "locks") if path.exists()}
    for path, aside in saved.items():
        path.rename(aside)
    mode, owner = RUN.stat().st_mode & 0o7777, RUN.stat().st_uid
    yield
    RUN.chmod(mode)
    os.chown(RUN, owner, 0)
    for path in (RUN / "runs", RUN / "locks"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path, aside in saved.items():
        aside.rename(path)


@pytest.mark.parametrize(("name", "kind"), [("runs", kind) for kind in FOLDERS] + [("locks", "another's"), ("locks", "a symbolic link")])
def test_state_that_somebody_else_made_is_refused(bench: Bench, run_folder_put_back: None, name: str, kind: str) -> None:
    """systemd-tmpfiles cleaned snap-confine's private folder away, and the attacker made it again (CVE-2026-3888)."""
    if bench.run("", user="root").returncode != 0:
        pytest.fail("no run without the attack")
    path = RUN / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    FOLDERS[kind](path)
    done = bench.run("print('ran')", user="root", json=False)
    assert name in refused_error(done) or "open" in done.stderr


@pytest.mark.parametrize("spoil", ["another's", "written by all"])
def test_a_state_directory_that_is_not_roots_is_refused(bench: Bench, run_folder_put_back: None, spoil: str) -> None:
    """The same for the directory above: whoever owns it can change all that is in it, and no run starts and none is ended by it."""
    if spoil == "another's":
        os.chown(RUN, 1002, 0)
    else:
        RUN.chmod(0o1777)
    assert "is not root's alone" in refused_error(bench.run("print('ran')", user="root", json=False))


FORGED = ("omnisbx-0-1879100000-0123456789abcdef", "omnisbx-0-1879100001-0123456789abcde/", "omnisbx-0-0-0123456789abcdef",
          "omnisbx-0-4294967296-0123456789abcdef", "omnisbx--1-1879100000-0123456789abcdef", "omnisbx-0-1879100000-0123456789abcdef-x",
          "omnisbx-0-1879100000-",
          "omnisbx-00-1879100000-0123456789abcdef", "OMNISBX-0-1879100000-0123456789abcdef", "omnisbx-0-1879100000-ABCDEF0123456789",
          "x" * 255, "..x", "\x1b[2J")


def test_a_forged_lease_or_socket_is_nobodys_run(bench: Bench) -> None:
    """firejail --join took a forged sandbox for one (CVE-2022-31214): names that only look like runs, one of them a socket that somebody
    listens on and one a link to it, are neither waited for nor followed, and the next run goes through."""
    assert bench.run("", user="root").returncode == 0
    runs = RUN / "runs"
    for name in FORGED:
        if not name.endswith("/"):
            (runs / name).write_text("uid 0\n")
    with bench.start(WAITING, "--json", user="root") as run:
        assert run.pid
        done = bench.verb("kill", "0123456789abcdef", user="root")
        assert done.returncode in (0, 125)
        run.release()
        assert run.wait().report["status"] == "exited"
    assert bench.run("", user="root").returncode == 0
    kept = {name for name in FORGED if not name.endswith("/")} & set(os.listdir(runs))
    for name in kept:
        (runs / name).unlink()
    assert FORGED[0] not in kept  # the one that could have been a run's is cleared away


def test_nobody_else_may_look_or_write_there(bench: Bench) -> None:
    """Leases and kill sockets are reachable by root only: another user makes, lists, locks and connects to nothing of them."""
    with bench.start(WAITING, "--json") as run:
        assert run.pid
        (name,) = sockets()
        code = f"""
import fcntl, os, socket
def attempt(act):
    try: act(); print('done')
    except OSError as error: print(error.errno)
attempt(lambda: os.listdir('/run/omnisbx/runs'))
attempt(lambda: open('/run/omnisbx/locks', 'rb'))
attempt(lambda: open('/run/omnisbx/forged', 'wb'))
attempt(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect('/run/omnisbx/runs/{name}'))
attempt(lambda: os.unlink('/run/omnisbx/runs/{name}'))
attempt(lambda: os.rename('/run/omnisbx', '/run/omnisbx.away'))
"""
        done = subprocess.run(["setpriv", "--reuid=1002", "--regid=1002", "--clear-groups", "/usr/bin/python3", "-c", code],
                              capture_output=True, text=True)
        assert done.stdout.split() == ["13"] * 6, done
        run.release()
        assert run.wait().report["status"] == "exited"


@pytest.mark.machine
def test_forged_cgroups_are_reaped_or_left_and_never_joined(bench: Bench) -> None:
    """A cgroup with the name of a run is a run only while its uid is leased: a leftover goes with the next run, and what only looks like
    one stays untouched."""
    names = ("omnisbx-0-1879100005-0123456789abcdef", "omnisbx-0-1879100005-short", "omnisbx-x")
    for name in names:
        (UNIT_CGROUP / name).mkdir()
    try:
        for _ in range(2):
            assert bench.run("", user="root").returncode == 0
        assert [(UNIT_CGROUP / name).exists() for name in names] == [False, True, True]
    finally:
        for name in names:
            if (UNIT_CGROUP / name).exists():
                (UNIT_CGROUP / name).rmdir()


