"""What a caller gives as descriptors 0, 1 and 2, and how it sends a component."""
from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import stat
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bench import ENVIRONMENT, LIMIT_SECONDS, Bench, leftovers, sandbox_processes, status_of, wait_until
from hostile import CAT, TRUE

Policy = Callable[..., str]
Refused = Callable[..., str]


def opened(path: str, flags: int = os.O_RDONLY) -> Callable[[], int]:
    return lambda: os.open(path, flags | os.O_NOCTTY)


def block_device() -> str:
    devices = [str(path) for path in Path("/dev").glob("[vsz]*") if stat.S_ISBLK(path.stat().st_mode)]
    return devices[0] if devices else "no block device"


def map_of_a_child() -> int:
    """As the caller of CVE-2013-1959 has it: /proc/PID/uid_map, opened for writing."""
    return os.open("/proc/self/uid_map", os.O_RDWR)


def epoll_set() -> int:
    with select.epoll() as epoll:
        return os.dup(epoll.fileno())


FORBIDDEN: dict[str, Callable[[], int]] = {
    "a uid_map": map_of_a_child,
    "the memory of a process": opened("/proc/self/mem", os.O_RDWR),
    "oom_score_adj": opened("/proc/self/oom_score_adj", os.O_RDWR),
    "a setting of the kernel": opened("/proc/sys/kernel/core_pattern"),
    "the list of mounts": opened("/proc/self/mountinfo"),
    "a file of sysfs": opened("/sys/kernel/uevent_seqnum"),
    "a directory of proc": opened("/proc/self/fd"),
    "a namespace": opened("/proc/self/ns/mnt"),
    "a file by O_PATH": opened("/etc/passwd", os.O_PATH),
    "a directory by O_PATH": opened("/", os.O_PATH),
    "a FIFO's inode by O_PATH": opened("/dev/null", os.O_PATH),
}
# Of these the component would get as 1 and 2 what leads out of its sandbox.
LEADS_OUT: dict[str, Callable[[], int]] = {
    "the root directory": opened("/"),
    "a directory": opened("/tmp"),
    "a block device": lambda: os.open(block_device(), os.O_RDONLY),
    "an epoll set": epoll_set,
    "a process": lambda: os.pidfd_open(os.getpid()),
    "the kernel's log": opened("/dev/kmsg", os.O_WRONLY),
    "a FUSE channel": opened("/dev/fuse", os.O_RDWR),
    "a tunnel": opened("/dev/net/tun", os.O_RDWR),
}


def given_as(fd: int, file: int) -> dict[str, Any]:
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams[("stdin", "stdout", "stderr")[fd]] = file
    return streams


@contextmanager
def file_of(make: Callable[[], int]) -> Iterator[int]:
    try:
        file = make()
    except FileNotFoundError as error:
        pytest.skip(f"not on this host: {error.filename}")
    try:
        yield file
    finally:
        os.close(file)


@pytest.mark.parametrize("fd", [0, 1, 2])
@pytest.mark.parametrize("kind", FORBIDDEN)
def test_a_file_of_the_kernel_is_no_stream(bench: Bench, policy: Policy, kind: str, fd: int) -> None:
    """A setuid program's message became a write to /proc/PID/mem (CVE-2012-0056) or to a uid_map (CVE-2013-1959)."""
    policy(interpreter=TRUE)
    with file_of(FORBIDDEN[kind]) as file:
        done = subprocess.run(bench.command("run", user="root"), env=ENVIRONMENT, **given_as(fd, file))
    assert done.returncode == 125 and not done.stdout and not leftovers()
    if fd != 2:
        assert done.stderr.startswith(f"omnisbx-helper: descriptor {fd} is a file of the kernel".encode()) and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("fd", [1, 2])
@pytest.mark.parametrize("kind", LEADS_OUT)
def test_what_leads_out_of_the_sandbox_is_no_stream(bench: Bench, policy: Policy, kind: str, fd: int) -> None:
    """runc handed on a descriptor of a host directory, and all of the host was below it (CVE-2024-21626). Without --json the component's 1
    and 2 are the caller's, and a sandbox is what the policy says, whoever asks."""
    policy(interpreter="/usr/bin/true")
    with file_of(LEADS_OUT[kind]) as file:
        done = subprocess.run(bench.command("run", user="root"), env=ENVIRONMENT, **given_as(fd, file))
    assert done.returncode == 125 and not done.stdout
    if fd != 2:
        assert done.stderr.startswith(f"omnisbx-helper: descriptor {fd} ".encode()) and done.stderr.count(b"\n") == 1


def fifo(tmp_path: Path) -> int:
    os.mkfifo(tmp_path / "fifo")
    return os.open(tmp_path / "fifo", os.O_RDWR)


HONEST: dict[str, Callable[[Path], int]] = {
    "a file": lambda tmp: os.open(tmp / "file", os.O_RDWR | os.O_CREAT),
    "a file to append to": lambda tmp: os.open(tmp / "file", os.O_WRONLY | os.O_CREAT | os.O_APPEND),
    "a memory file": lambda _: os.memfd_create("out"),
    "a FIFO": fifo,
    "the null device": lambda _: os.open("/dev/null", os.O_RDWR),
    "the full device": lambda _: os.open("/dev/full", os.O_RDWR),
    "one that cannot be written": lambda _: os.open("/dev/null", os.O_RDONLY),
}


@pytest.mark.parametrize("fd", [1, 2])
@pytest.mark.parametrize("kind", HONEST)
def test_an_honest_stream_is_taken(bench: Bench, policy: Policy, kind: str, fd: int, tmp_path: Path) -> None:
    """What is refused above must not take these with it; where nothing can be written, the component still ends well."""
    policy(interpreter=TRUE)
    file = HONEST[kind](tmp_path)
    try:
        done = subprocess.run(bench.command("run", user="root"), env=ENVIRONMENT, **given_as(fd, file))
    finally:
        os.close(file)
    assert done.returncode == 0


INPUTS: dict[str, tuple[Callable[[], int], int, str]] = {
    "a directory": (opened("/tmp"), 125, ""),
    "an end that only writes": (lambda: os.open("/dev/null", os.O_WRONLY), 125, "read the component"),
    "zeros without end": (opened("/dev/zero"), 125, "larger than code_size"),
    "a full device": (opened("/dev/full"), 125, "larger than code_size"),
    "a block device": (lambda: os.open(block_device(), os.O_RDONLY), 125, ""),
    "an unconnected socket": (lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).detach(), 125, "read the component"),
    "a socket that listens": (lambda: listening().detach(), 125, "read the component"),
    "a process": (lambda: os.pidfd_open(1), 125, ""),
    "the null device": (opened("/dev/null"), 0, ""),
}


def listening() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.bind(("127.0.0.1", 0))
    made.listen()
    poke = socket.create_connection(made.getsockname())
    poke.close()
    return made


@pytest.mark.parametrize("kind", [kind for kind in INPUTS if kind != "a process"])
def test_a_component_that_cannot_be_read(bench: Bench, policy: Policy, kind: str) -> None:
    """Input that is no file, has no end or cannot be read: a refusal that says so, and never half of a component."""
    make, status, text = INPUTS[kind]
    policy(interpreter=CAT)
    with file_of(make) as file:
        done = subprocess.run(bench.command("run", user="root"), env=ENVIRONMENT, timeout=LIMIT_SECONDS, **given_as(0, file))
    assert (done.returncode, done.stdout) == (status, b""), done
    assert status == 0 or (done.stderr.startswith(b"omnisbx-helper: ") and text.encode() in done.stderr and done.stderr.count(b"\n") == 1)


SOURCES: dict[str, bytes] = {"empty": b"", "NULs": b"\0" * 4096, "a NUL in the middle": b"print(1)\n\0print(2)\n",
                             "no text": bytes(range(256)) * 16,
                             "a script of another program": b"#!/bin/sh\nexec /usr/bin/id\n",
                             "a program": Path("/usr/bin/true").read_bytes()}


@pytest.mark.parametrize("source", SOURCES)
def test_the_component_arrives_byte_for_byte(bench: Bench, policy: Policy, source: str, tmp_path: Path) -> None:
    """A NUL, no text or another interpreter's first line changes nothing: the helper looks at no byte of it."""
    policy(interpreter=CAT)
    done = subprocess.run(bench.command("run", user="root"), input=SOURCES[source], capture_output=True, env=ENVIRONMENT)
    assert (done.returncode, done.stdout, done.stderr) == (0, SOURCES[source], b"")


def test_a_component_that_arrives_byte_by_byte(bench: Bench, policy: Policy) -> None:
    """A source that drips, by the end of a socket as by a pipe, is one component, or none."""
    policy(interpreter=CAT, code_size="4K")
    for size, status in ((300, 0), (4097, 125)):
        ours, theirs = socket.socketpair()
        with ours, subprocess.Popen(bench.command("run", user="root"), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    env=ENVIRONMENT) as process:
            theirs.close()
            try:
                for number in range(size):
                    ours.send(b"%d" % (number % 10))
                ours.shutdown(socket.SHUT_WR)
            except BrokenPipeError:
                assert status == 125
            out, err = process.communicate(timeout=LIMIT_SECONDS)
        assert (process.returncode, len(out)) == (status, 300 if status == 0 else 0), err
        assert status == 0 or b"larger than code_size" in err


def test_a_component_typed_at_a_terminal(bench: Bench, policy: Policy) -> None:
    """A terminal as all three: what is typed before ^D is the component; the keys of the terminal end or stop nothing of ours."""
    policy(interpreter=CAT)
    command = bench.command("run", user="root")
    pid, terminal = pty.fork()
    if pid == 0:
        mode = termios.tcgetattr(0)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, mode)
        os.write(1, b"ready\n")
        os.execve(command[0], command, ENVIRONMENT)
    seen = b""
    while b"ready" not in seen:
        seen += os.read(terminal, 4096)
    os.write(terminal, b"# typed\n\x04")
    while b"# typed" not in seen:
        seen += os.read(terminal, 4096)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert seen.split() == [b"ready", b"#", b"typed"]


def full_pipe() -> tuple[int, int]:
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, 1031, 4096)  # F_SETPIPE_SZ
    os.set_blocking(write_end, False)
    try:
        while True:
            os.write(write_end, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(write_end, True)
    return read_end, write_end


CHATTER = "import os\nwhile True:\n    for fd in (1, 2):\n        os.write(fd, b'x' * 65536)\n"


@pytest.mark.parametrize("fds", [(1,), (2,), (1, 2)], ids=str)
def test_a_full_pipe_does_not_stop_the_clock(bench: Bench, fds: tuple[int, ...]) -> None:
    """A blocked standard error was a single-step tool against snap-confine: nobody reads, and the run ends by its wall_time all the
    same."""
    read_end, write_end = full_pipe()
    streams = {("stdout", "stderr")[fd - 1]: write_end if fd in fds else subprocess.DEVNULL for fd in (1, 2)}
    command = bench.command("run", "--wall-time", "2s", user="root")
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=ENVIRONMENT, **streams) as process:
        os.close(write_end)
        process.communicate(CHATTER.encode(), timeout=LIMIT_SECONDS)
        assert process.returncode == 124 and not leftovers()
    os.close(read_end)


def ignored_alarm() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])


# words, whether standard input is a file of the kernel, what is done before
REFUSALS: dict[str, tuple[list[str], bool, Callable[[], None] | None]] = {
    "of a request": (["run", "--bogus"], False, None),
    "of a verb": (["bogus"], False, None),
    "of what was inherited": (["run"], True, ignored_alarm),
}


@pytest.mark.slow
def test_a_refusal_that_nobody_takes_ends(bench: Bench) -> None:
    """The same for a refusal's one line, also where the caller has sudo hand on an ignored SIGALRM: no process of root's waits for ever.
    All at once: each takes its 30 s."""
    read_end, write_end = full_pipe()
    kernel_file = os.open("/proc/self/mem", os.O_RDONLY)
    waiting = {}
    for kind, (words, stdin, before) in REFUSALS.items():
        waiting[kind] = subprocess.Popen([bench.helper, *words], stdin=kernel_file if stdin else subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL,
                                         stderr=write_end, env=ENVIRONMENT, preexec_fn=before)
    try:
        for kind, process in waiting.items():
            assert process.wait(60) in (125, -signal.SIGALRM), kind
    finally:
        for process in waiting.values():
            process.kill()
            process.wait()
        for fd in (read_end, write_end, kernel_file):
            os.close(fd)


def blocked_read(pid: int, fd: int) -> bool:
    """Whether it sits in read(2) of that descriptor."""
    try:
        number, *arguments = Path(f"/proc/{pid}/syscall").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return number in ("0", "63") and arguments[:1] == [hex(fd)] and status_of(pid).get("State", "").startswith("S")


def steal_until(blocked: Callable[[], bool], mine: int, write_end: int) -> bool:
    """Writes a byte and takes it away again, until whoever polled for it waits for it in vain."""
    os.set_blocking(mine, False)
    end, turn = time.monotonic() + 30, 0
    while time.monotonic() < end:
        os.write(write_end, b"#")
        turn += 37
        for _ in range(turn % 400):  # not a wait: each turn takes it away a little later
            pass
        try:
            os.read(mine, 1)
        except BlockingIOError:
            continue
        if blocked():
            return True
    return False


@pytest.mark.reaped_later
def test_a_byte_taken_back_keeps_no_helper(bench: Bench) -> None:
    """Check, then use: poll says that the component can be read, the caller reads the byte itself by another opening of its pipe, and the
    helper sat in read(2) without a deadline, outliving caller, sudo and spawner with a place and a uid. A signal must still reach it."""
    read_end, write_end = os.pipe()
    mine = os.open(f"/proc/self/fd/{read_end}", os.O_RDONLY)  # another opening, so its flags are not the helper's
    with subprocess.Popen(bench.command("run", user="root"), stdin=read_end, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env=ENVIRONMENT) as process:
        os.close(read_end)
        supervisor = wait_until(lambda: next((p for p, s in sandbox_processes().items() if int(s["PPid"]) == process.pid), 0),
                                "there is a supervisor")
        steal_until(lambda: blocked_read(supervisor, 0), mine, write_end)
        process.terminate()
        try:
            wait_until(lambda: not status_of(supervisor), "the supervisor has ended", 20)
        finally:
            for fd in (mine, write_end):
                os.close(fd)
        assert process.wait(60) == 125


def tell(pidfd: int, number: signal.Signals) -> None:
    try:
        signal.pidfd_send_signal(pidfd, number)
    except ProcessLookupError:
        pass


TAKES_BACK = """
import os
mine = os.open('/proc/self/fd/1', os.O_RDONLY | os.O_NONBLOCK)
__import__('ctypes').CDLL(None).prctl(15, b'ready', 0, 0, 0)
while True:
    os.write(1, b'#')
    for _ in range(int.from_bytes(os.urandom(1), 'little')):
        pass
    try:
        os.read(mine, 1)
    except BlockingIOError:
        continue
    if not os.getrandom(2)[0]:
        __import__('time').sleep(0.01)
"""


def test_a_component_that_takes_its_output_back_lifts_no_limit(bench: Bench) -> None:
    """The same by the component, with its own pipe, which it may open for reading: the supervisor sat in read(2), and neither wall_time nor
    kill nor a signal ended the run."""
    with bench.start(TAKES_BACK, "--json", "--wall-time", "3s", user="root") as run:
        assert run.pid
        supervisor = run.helpers()[1]
        component = os.pidfd_open(run.pid)

        def over() -> bool:
            return bool(select.select([component], [], [], 0)[0])

        def stuck() -> bool:
            """Stops the component where the supervisor waits for a byte that is gone."""
            tell(component, signal.SIGSTOP)
            wait_until(lambda: over() or status_of(run.pid).get("State", "").startswith("T"), "it is stopped")
            reading = any(blocked_read(supervisor, fd) for fd in range(3, 20))
            if not reading:
                tell(component, signal.SIGCONT)
            return reading or over()
        try:
            wait_until(stuck, "the supervisor is stuck, or the run is over")
            wait_until(over, "the run ends by its wall_time", 20)
        finally:
            tell(component, signal.SIGKILL)
            os.close(component)
        done = run.wait()
    assert (done.returncode, done.report["status"], done.report["reason"]) == (124, "timeout", "wall_time 3s")


def test_sixty_four_at_once_have_their_own_descriptors_and_no_other(bench: Bench, policy: Policy) -> None:
    """go-judge leaked descriptors where containers were made at the same time (its versions 0.9.5 to 1.1.4): each of 64 has 0 to 3, pipes
    that no other has, though its caller holds 200 more."""
    policy(interpreter="/usr/bin/dash", caller_max="64")
    kept = [os.dup(0) for _ in range(200)]
    for fd in kept:
        os.set_inheritable(fd, True)
    code = "ls -l /proc/self/fd\nread x </proc/self/fd/0\necho $OMP_NUM_THREADS >&3\n"
    runs = []
    try:
        for number in range(64):
            command = bench.command("run", "--json", "--setenv", f"OMP_NUM_THREADS={number + 1}", user="root")
            runs.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, close_fds=False))
        wait_until(lambda: len({s["Uid"].split()[1] for s in sandbox_processes().values()}) == 64, "all 64 have their uid")
        for process in runs:
            assert process.stdin
            process.stdin.write(code.encode())
            process.stdin.close()
        reports = [json.loads(process.stdout.read()) for process in runs if process.stdout]
        assert [process.wait(LIMIT_SECONDS) for process in runs] == [0] * 64
    finally:
        for fd in kept:
            os.close(fd)
        for process in runs:
            process.kill()
            process.wait()
    pipes: list[str] = []
    for number, report in enumerate(reports):
        links = dict(re.findall(r" (\d+) -> (.*)", report["stdout"]))
        assert (report["status"], report["result"]) == ("exited", f"{number + 1}\n")
        assert sorted(links) == ["0", "1", "2", "3", "4"] and links["0"] == "/dev/null" and links["4"].startswith("/proc/")
        pipes += [links[fd] for fd in ("1", "2", "3")]
    assert all(re.fullmatch(r"pipe:\[\d+\]", pipe) for pipe in pipes) and len(set(pipes)) == 192


