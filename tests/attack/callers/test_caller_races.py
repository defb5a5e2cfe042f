"""What a caller does while a run is made and under way: kills, stops, traces, freezes, and swaps what the policy names."""
from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench import ENVIRONMENT, FOREVER, POLICY, WAITING, Bench, descends, mounts, sandbox_processes, status_of, wait_until
from hostile import CAT

Policy = Callable[..., str]

# Starts the helper, says its pid, and becomes another program, or dies.
LAUNCHER = """
import os, sys
child = os.fork()
if not child:
    os.execve(sys.argv[2], sys.argv[2:], {'PATH': '/usr/bin:/bin', **({'SUDO_UID': '0'} if sys.argv[1] == 'replaced' else {})})
for fd in (0, 1):
    os.close(fd)
os.write(2, b'%d\\n' % child)
os.close(2)
os.execv('/usr/bin/sleep', ['sleep', '100000'])
"""


@pytest.mark.parametrize("verb", ["killed", "replaced"])
def test_a_caller_that_becomes_another_program_is_the_same_caller(bench: Bench, verb: str) -> None:
    """pkexec and polkit asked who the caller is when it was already somebody else (CVE-2011-1485, CVE-2013-4288, CVE-2021-3560). Here
    nobody asks a second time: the launcher executes another program, the run goes on as who it was, and ends when that process ends."""
    command = [sys.executable, "-c", LAUNCHER, verb, *bench.command("run", "--json", user="root")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT) as launcher:
        assert launcher.stdin and launcher.stdout and launcher.stderr
        helper = int(launcher.stderr.readline())
        launcher.stdin.write(WAITING.encode())
        launcher.stdin.close()

        def ready() -> int:
            return next((p for p, s in sandbox_processes().items() if s["Name"] == "ready" and descends(p, helper)), 0)
        pid = wait_until(ready, "the component is ready")
        assert Path(f"/proc/{launcher.pid}/exe").resolve().name == "sleep"
        if verb == "replaced":
            os.kill(pid, signal.SIGUSR1)
            assert b'"status":"exited"' in (report := launcher.stdout.read()) and b'"caller":"root"' in report
            launcher.kill()
        else:
            launcher.kill()
            report = launcher.stdout.read()
            assert b'"status":"killed"' in report and b'"reason":"the caller is gone"' in report
    wait_until(lambda: not sandbox_processes(), "nothing of the run is left")


@pytest.mark.reaped_later
def test_a_caller_killed_at_each_step(bench: Bench) -> None:
    """SIGKILL of sudo left a root child behind: here the caller dies some turns of a loop after the start, from the first instruction of
    the helper to the running component, and no run outlives it. (A helper that never saw its caller ends at its time limit.)"""
    for steps in (0, 30, 100, 300, 1000, 3000, 10000, 30000, 100000, 200000):
        command = [sys.executable, "-c", LAUNCHER, "killed", *bench.command("run", "--json", "--wall-time", "5s", user="root")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              env=ENVIRONMENT) as launcher:
            assert launcher.stdin and launcher.stderr
            launcher.stdin.write(FOREVER.encode())
            launcher.stdin.close()
            assert int(launcher.stderr.readline())
            for _ in range(steps):
                pass
            launcher.kill()
    wait_until(lambda: not sandbox_processes(), "no run outlives its caller")


def stop_of_sudo(bench: Bench, number: signal.Signals) -> None:
    with bench.start(FOREVER, "--json", "--wall-time", "4s") as run:
        pid = run.pid
        os.kill(run.process.pid, number)
        wait_until(lambda: not status_of(pid), "the component ends at its wall_time, whoever is stopped")
        os.kill(run.process.pid, signal.SIGCONT)
        done = run.wait()
    assert (done.returncode, done.report["status"]) == (124, "timeout")


def test_a_stopped_sudo_stops_no_clock(bench: Bench) -> None:
    """SIGSTOP of sudo does not stop what it started, and must not stop the end of it either."""
    stop_of_sudo(bench, signal.SIGSTOP)


@pytest.mark.machine
@pytest.mark.reaped_later
def test_sigkill_of_a_sudo_that_has_a_terminal(bench: Bench) -> None:
    """With a terminal sudo puts a monitor of its own between itself and the helper (use_pty): killing only the first of them must be
    enough."""
    command = bench.command("run")
    pid, terminal = pty.fork()
    if not pid:
        code = os.memfd_create("code")
        os.write(code, FOREVER.encode())
        os.lseek(code, 0, os.SEEK_SET)
        os.dup2(code, 0)
        os.execve("/usr/bin/setpriv", command, ENVIRONMENT)
    wait_until(lambda: [s for s in sandbox_processes().values() if s["Name"] == "ready"], "the component is ready")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    wait_until(lambda: not sandbox_processes(), "nothing of the run is left")
    os.close(terminal)


@pytest.mark.machine
@pytest.mark.reaped_later
@pytest.mark.parametrize("weapon", ["freeze", "kill", "memory"])
def test_a_caller_that_owns_its_cgroup(bench: Bench, weapon: str) -> None:
    """Whoever owns the cgroup that sudo was called in may freeze, kill or starve all of it, root's processes too: a pause button for every
    race. The supervisor and the component are elsewhere, so the limits hold and the run ends."""
    own = Path("/sys/fs/cgroup/omnisbx-hostile")
    own.mkdir()
    controllers = Path("/sys/fs/cgroup/cgroup.subtree_control")
    assert weapon != "memory" or "memory" in controllers.read_text()
    try:
        def enter() -> None:
            (own / "cgroup.procs").write_text("0")
        with bench.start(FOREVER, "--json", "--wall-time", "5s", preexec_fn=enter) as run:
            pid = run.pid
            spawner, supervisor = run.helpers()
            for process, inside in ((spawner, True), (supervisor, False), (pid, False)):
                assert ("omnisbx-hostile" in Path(f"/proc/{process}/cgroup").read_text()) == inside
            if weapon == "freeze":
                (own / "cgroup.freeze").write_text("1")
            elif weapon == "kill":
                (own / "cgroup.kill").write_text("1")
            else:
                (own / "memory.max").write_text("4096")
            wait_until(lambda: not status_of(pid), "the component has ended")
            if weapon == "freeze":
                assert status_of(spawner)
                (own / "cgroup.freeze").write_text("0")
            (own / "memory.max").write_text("max")
            run.process.wait(60)
        wait_until(lambda: not sandbox_processes(), "nothing of the run is left")
    finally:
        for name in ("cgroup.freeze", "cgroup.kill"):
            (own / name).write_text("0" if name == "cgroup.freeze" else "1")
        wait_until(lambda: "populated 0" in (own / "cgroup.events").read_text(), "the cgroup is empty")
        own.rmdir()


# Runs as the caller's uid: tries everything that ptrace's rules decide on every process of a run; prints what it was let do.
TRACER = """
import ctypes, os, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long] * 4
seen, done, before = set(), set(), set(os.listdir('/proc'))
buffer = ctypes.create_string_buffer(8)
local = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 8)
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
print('ready', flush=True)
while not stop:
    for name in os.listdir('/proc'):
        if not name.isdigit() or name in before or int(name) == os.getpid():
            continue
        try:
            owner = [l for l in open(f'/proc/{name}/status') if l.startswith('Uid:')][0].split()[1:]
            comm = open(f'/proc/{name}/comm').read().strip()
        except (OSError, IndexError):
            continue
        if str(os.getuid()) in owner or (comm != 'omnisbx-helper' and int(owner[0]) < 1879100000):
            continue
        pid = int(name)
        seen.add(comm)
        for request in (16, 0x4206):
            if libc.ptrace(request, pid, 0, 0) == 0:
                done.add(f'ptrace {request} of {comm}')
        if libc.process_vm_readv(pid, local, 1, (ctypes.c_ulong * 2)(0x400000, 8), 1, 0) > 0:
            done.add('process_vm_readv of ' + comm)
        for file in 'mem environ maps syscall stack auxv fd fdinfo map_files ns io cwd root exe ns/mnt'.split():
            try:
                if file in ('cwd', 'root', 'exe', 'ns/mnt'):
                    os.readlink(f'/proc/{pid}/{file}')
                elif os.path.isdir(f'/proc/{pid}/{file}'):
                    os.scandir(f'/proc/{pid}/{file}')
                elif open(f'/proc/{pid}/{file}', 'rb').read(1):
                    done.add(f'read {file} of {comm}')
                    continue
                else:
                    continue
                if file != 'ns':
                    done.add(f'{file} of {comm}')
            except OSError:
                pass
        try:
            pidfd = os.pidfd_open(pid)
            if libc.syscall(438, pidfd, 0, 0) >= 0:
                done.add('pidfd_getfd of ' + comm)
            os.close(pidfd)
            os.kill(pid, 0)
            done.add('signal to ' + comm)
        except OSError:
            pass
print(sorted(seen), sorted(done))
"""


def test_a_caller_that_traces_every_new_process(bench: Bench, other: Callable[..., list[str]], policy: Policy) -> None:
    """A caller traced bubblewrap's half-privileged set-up (CVE-2016-8659, CVE-2020-5291), and a container stole descriptors of a runtime
    that was still dumpable (CVE-2016-9962): in a loop, on every process that is not its own, while its own runs come and go."""
    policy(extra="\n[caller 1002]\nprofiles = component\nsandboxes.max = 8\n")
    user = ["setpriv", "--reuid=1002", "--regid=1002", "--clear-groups"]
    with subprocess.Popen([*user, sys.executable, "-c", TRACER], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd="/") as tracer:
        assert tracer.stdout and tracer.stdout.readline() == "ready\n"
        for _ in range(4 if bench.machine else 25):
            done = subprocess.run(other("run"), input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
            assert (done.returncode, done.stdout) == (0, b"ran\n"), done
        tracer.terminate()
        seen, allowed = tracer.stdout.read().strip()[:-1].split("] [")
    assert "omnisbx-helper" in seen and "python3" in seen
    assert allowed == ""


@pytest.fixture
def own_place() -> Iterator[Path]:
    """As root_place, and not below /usr: what a sandbox sees of that is the host's, as it is at each moment."""
    with tempfile.TemporaryDirectory(dir="/srv", prefix="omnisbx-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def swapping(one: Path, two: Path) -> Iterator[None]:
    """Both names change places in a loop (RENAME_EXCHANGE), in a process of its own."""
    code = ("import ctypes, sys\nlibc = ctypes.CDLL(None)\none, two = map(str.encode, sys.argv[1:])\nprint(flush=True)\n"
            "while libc.renameat2(-100, one, -100, two, 2) == 0:\n"
            "    pass\n")
    with subprocess.Popen([sys.executable, "-c", code, str(one), str(two)], stdout=subprocess.PIPE) as swapper:
        assert swapper.stdout and swapper.stdout.readline()
        try:
            yield
        finally:
            assert swapper.poll() is None
            swapper.kill()


def hostile_of(kind: str, place: Path, bad: Path) -> Path:
    """What changes places with the right file or directory: never to be taken."""
    swap = place / "swap"
    if kind == "a symbolic link":
        swap.symlink_to(bad)
    elif kind == "another's":
        (shutil.copytree if bad.is_dir() else shutil.copy)(bad, swap)
        os.chown(swap, 1002, 1002)
    else:
        (shutil.copytree if bad.is_dir() else shutil.copy)(bad, swap)
        swap.chmod(0o777)
    return swap


@pytest.mark.parametrize("kind", ["a symbolic link", "another's", "writable"])
@pytest.mark.parametrize("what", ["policy", "runner", "pythonpath", "readonly", "a parent"])
def test_what_the_policy_names_changes_places_in_a_loop(bench: Bench, policy: Policy, own_place: Path, what: str, kind: str) -> None:
    """Between the check and the use: snap-confine (CVE-2021-44731, CVE-2022-3328), firejail (CVE-2021-26910), runc (CVE-2021-30465). Every
    run is one with the right file or a refusal, and none is one with the other."""
    good, bad = own_place / "good", own_place / "bad"
    for place, word in ((good, "right"), (bad, "wrong")):
        (place / "deep").mkdir(parents=True)
        (place / "deep/file").write_text(f"{word}\n")
    seen, names = f"{good}/deep/file", {"policy": "readonly", "a parent": "readonly"}.get(what, what)
    policy(interpreter=CAT, **{names: {"readonly": f"/usr {good}/deep", "pythonpath": f"{good}/deep", "runner": seen}[names]})
    if what == "policy":
        wrong = own_place / "policy.ini"
        wrong.write_text(POLICY.read_text().replace(f"{good}/deep", f"{bad}/deep"))
        seen, target, swap = f"{bad}/deep/file", POLICY, hostile_of(kind, POLICY.parent, wrong)
    elif what == "runner":
        target, swap = good / "deep/file", hostile_of(kind, good / "deep", bad / "deep/file")
    elif what == "a parent":
        target, swap = good, hostile_of(kind, own_place, bad)
    else:
        target, swap = good / "deep", hostile_of(kind, good, bad / "deep")
    turns, right, refused = 5 if bench.machine else 25, 0, 0
    try:
        with swapping(target, swap):
            while right + refused < turns or (not refused and right < 200):
                done = bench.run("", user="root", json=False, args=() if what == "runner" else (seen,))
                assert "wrong" not in done.stdout, done
                if done.returncode == 125:
                    assert done.stderr.startswith("omnisbx-helper: ") and done.stderr.count("\n") == 1
                    refused += 1
                else:  # by the right policy the other's file is not there
                    assert (done.returncode, done.stdout) == ((1, "") if what == "policy" else (0, "right\n")), done
                    right += 1
    finally:
        (POLICY.parent / "swap").unlink(missing_ok=True)
    assert refused  # it was seen on its way


def host_mounts() -> list[str]:
    """Ids too: a mount that came and went shows in none of them, one that came in the next."""
    return Path("/proc/self/mountinfo").read_text().splitlines()


def test_the_hosts_mounts_are_the_same_before_during_and_after(bench: Bench) -> None:
    """A predictable mount point in /tmp (CVE-2019-12439): there is none on the host, at no time, in no namespace but the component's."""
    before, table = host_mounts(), mounts()
    with bench.start(WAITING, "--json") as run:
        assert run.pid
        assert host_mounts() == before
        for helper in run.helpers():
            assert Path(f"/proc/{helper}/mountinfo").read_text().splitlines() == before
        assert os.stat(f"/proc/{run.pid}/ns/mnt").st_ino != os.stat("/proc/self/ns/mnt").st_ino
        run.release()
        assert run.wait().returncode == 0
    assert host_mounts() == before and mounts() == table
