"""What a caller leaves in the process that becomes the helper: limits, directories, timers, keys, capabilities, death signals."""
from __future__ import annotations

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import ENVIRONMENT, WAITING, Bench, finish, leftovers, libc, sandbox_processes, wait_until
from hostile import CAT, TRUE, direct_exec, trace
from test_inherited import HOSTILE

Policy = Callable[..., str]
MAY_RAISE = int(Path("/proc/self/status").read_text().split("CapEff:")[1].split()[0],
                16) >> 24 & 1  # CAP_SYS_RESOURCE: else the hard limits stay
# The kernel itself refuses or kills a program that does not fit into these three, before its first instruction.
MAY_NOT_START = ("as", "data", "stack")
RESOURCES = {"as": 16 << 20, "core": 1, "cpu": 1, "data": 1 << 20, "fsize": 1, "locks": 1, "memlock": 4096, "msgqueue": 1, "nice": 1,
             "nofile": 3,
             "nproc": 1, "rss": 4096, "rtprio": 1, "rttime": 1, "sigpending": 1, "stack": 64 << 10}


@pytest.mark.parametrize("name", RESOURCES)
def test_a_small_rlimit_cuts_nothing_short(bench: Bench, policy: Policy, name: str) -> None:
    """A small RLIMIT_FSIZE left half a file behind setuid programs, a full RLIMIT_NPROC let setuid fail (CVE-2011-1089, CVE-2006-2607):
    each limit at 0, 1 and small, one after the other."""
    policy(interpreter=TRUE)
    whole = bench.run("# whole\n", user="root").report["limits"]
    hard = 1 << 62 if MAY_RAISE else resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}", resource.RLIMIT_RTPRIO))[1]
    for value in dict.fromkeys(value if hard < 0 else min(value, hard) for value in (0, 1, RESOURCES[name])):
        command = ["prlimit", f"--{name}={value}:{value if MAY_RAISE else ''}", *bench.command("run", "--json", user="root")]
        done = subprocess.run(command, input=b"# whole\n", capture_output=True, env=ENVIRONMENT)
        if name in MAY_NOT_START and not done.stdout:
            assert done.returncode in (126, -signal.SIGKILL, -signal.SIGSEGV) and b"omnisbx-helper:" not in done.stderr
            assert not leftovers()
            continue
        if name == "cpu" and value == 0 and not done.stdout:  # the first tick of the clock came before the helper's first step
            assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL) and done.stderr == b""
            continue
        if name == "nofile" and value <= 3 and done.returncode == 125:
            assert done.stdout == b"" and done.stderr == b"omnisbx-helper: read SigIgn of /proc/self/status: Too many open files\n"
            continue
        assert (done.returncode, done.stderr) == (0, b""), (value, done)
        assert b'"status":"exited"' in done.stdout and str(whole["file_size"]).encode() in done.stdout


THROUGH_SUDO = {"fsize": 0, "nproc": 0, "nofile": 8, "stack": 64 << 10, "cpu": 1, "as": 64 << 20, "sigpending": 0, "memlock": 0, "core": 0}


@pytest.mark.machine
def test_a_small_rlimit_of_the_callers_through_sudo(bench: Bench, policy: Policy) -> None:
    """The same, set by the unprivileged caller before sudo: sudo hands on every one. Either the run is whole or nothing was said and
    done."""
    policy(interpreter=TRUE)
    whole = 0
    for name, value in THROUGH_SUDO.items():
        command = bench.command("run", "--json")
        at = command.index("sudo")
        done = subprocess.run([*command[:at], "prlimit", f"--{name}={value}:{value}", *command[at:]], input=b"#\n", capture_output=True,
                              env=ENVIRONMENT)
        assert not leftovers()
        assert (done.returncode == 0 and b'"status":"exited"' in done.stdout) or not done.stdout, (name, done)
        whole += done.returncode == 0
    assert whole >= 5  # the others are those with which sudo itself cannot work


def other_timers() -> None:
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    signal.setitimer(signal.ITIMER_PROF, 0.05)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.05)


def test_a_timer_of_the_callers_does_not_end_the_run(bench: Bench, policy: Policy) -> None:
    """Interval timers outlive execve: the caller's alarm would kill supervisor or spawner at a moment of its choice."""
    code = "import select\nselect.select([], [], [], 1.5)\nsum(range(10 ** 6))\n"  # longer than the timer
    done = bench.run(code, user="root", preexec_fn=other_timers)
    assert (done.returncode, done.report["status"]) == (0, "exited")


def everything() -> None:
    for name, spoil in HOSTILE.items():
        if name not in ("an idle scheduler", "low and high limits", "many descriptors"):
            spoil()
    libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    libc.syscall(SET_MEMPOLICY, 2, ctypes.byref(ctypes.c_ulong(1)), 64)  # MPOL_BIND to the first node
    HOSTILE["low and high limits"]()


FACTS = ("limits", "oom_score_adj", "personality", "timerslack_ns", "cgroup", "setgroups", "uid_map")
SAME = ("Umask", "Groups", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Cpus_allowed",
        "THP_enabled",
        "Threads")


def facts_of(pid: int) -> dict[str, str]:
    root = Path(f"/proc/{pid}")
    status = dict(line.split(":\t", 1) for line in (root / "status").read_text().splitlines() if ":\t" in line)
    found = {name: status[name] for name in SAME if name in status} | {name: (root / name).read_text() for name in FACTS}
    sched = {key.strip(): value for key, _, value in (line.partition(":") for line in (root / "sched").read_text().splitlines())}
    if (maps := root / "numa_maps").exists():
        found["memory policy"] = str({line.split()[1] for line in maps.read_text().splitlines()})
    return found | {key: sched[key] for key in ("policy", "prio")} | {"cwd": os.readlink(root / "cwd"), "descriptors": descriptors(root)}


def descriptors(root: Path) -> str:
    """Their kinds: numbers of pipes, sockets and runs differ."""
    links = {int(fd.name): os.readlink(fd) for fd in (root / "fd").iterdir()}
    return str([re.sub(r"\d{2,}|omnisbx-[-0-9a-f]+", "N", links[fd]) for fd in sorted(links)])


def test_both_helpers_start_from_the_same_state_whoever_starts_them(bench: Bench) -> None:
    """The supervisor was to die first, or be slowed to widen races, by the caller's oom_score_adj, nice, scheduler, CPUs and timer slack:
    read from /proc of both processes while a run waits."""
    found = []
    for spoil in (None, everything):
        with bench.start(WAITING, "--json", user="root", preexec_fn=spoil) as run:
            found.append([facts_of(pid) for pid in run.helpers()])
            run.release()
            assert run.wait().returncode == 0
    for plain, spoilt in zip(*found):
        assert {key: (plain[key], spoilt[key]) for key in plain if plain[key] != spoilt[key]} == {}
    assert all(facts["oom_score_adj"] == "0\n" and facts["cwd"] == "/" and facts["CapEff"] == "0" * 16 for facts in found[1])


def joined_keyring() -> None:
    if libc.syscall(KEYCTL, 1, b"omnisbx-hostile") <= 0:
        raise OSError("no session keyring")


KEYCTL, SET_MEMPOLICY = (250, 238) if os.uname().machine == "x86_64" else (219, 237)


def test_no_process_of_a_run_keeps_the_callers_session_keyring(bench: Bench, policy: Policy, tmp_path: Path) -> None:
    """A keyring crosses sudo and doas; keys were a side channel between sandboxes of isolate, and between a caller and root code. (A
    component may not ask for its keyring: so the helper is seen to join a new one before it opens anything of the host's, and the component
    another.)"""
    policy(interpreter=TRUE)
    serials = []
    for _ in range(2):
        done, calls = trace(bench, ("run",), tmp_path / "log", "keyctl,openat,execve", before=joined_keyring)
        assert done.returncode == 0
        joined = [call for call in calls if call.name == "keyctl"]
        assert [call.text.split(" = ")[0] for call in joined] == ["KEYCTL_JOIN_SESSION_KEYRING, NULL)"] * 2
        assert joined[0].pid == calls[0].pid and joined[1].pid == next(call.pid for call in calls if call.path == TRUE)
        before = calls[:calls.index(joined[0])]
        assert not [call for call in before if call.name == "openat" and not call.path.startswith("/proc/")]
        serials += [int(call.text.rsplit(" = ", 1)[1]) for call in joined]
    assert min(serials) > 0 and len(set(serials)) == 4


def deep_directory(levels: int, length: int) -> None:
    for _ in range(levels):
        os.mkdir("d" * length)
        os.chdir("d" * length)


def remove_deep(top: Path) -> None:
    subprocess.run(["rm", "-rf", top], check=True)


DIRECTORIES: dict[str, Callable[[Path], object]] = {
    "4,120 levels deep, of a path of 1 MiB": lambda top: deep_directory(4120, 255),
    "that nobody may enter": lambda top: top.chmod(0),
    "below proc": lambda top: os.chdir("/proc/self/fd"),
    "of another process": lambda top: os.chdir(f"/proc/{os.getppid()}/cwd"),
}


@pytest.mark.parametrize("kind", DIRECTORIES)
def test_a_strange_working_directory_is_left_at_once(bench: Bench, policy: Policy, kind: str) -> None:
    """Going back to the caller's directory, or reading its very long path, was used against snap-confine (CVE-2019-11503), the kernel and
    systemd (CVE-2021-33909, CVE-2021-33910)."""
    policy(interpreter="/usr/bin/pwd")
    top = Path("/dev/shm/omnisbx-deep")  # of memory: a disk takes its time for so many
    top.mkdir()

    def enter() -> None:
        os.chdir(top)
        DIRECTORIES[kind](top)
    try:
        done = bench.run("", user="root", json=False, preexec_fn=enter)
    finally:
        remove_deep(top)
    assert (done.returncode, done.stdout) == (0, "/tmp\n"), done


NEEDED = ("sys_admin", "setuid", "setgid", "setpcap", "mknod")
AT_THE_START = ("sys_resource", "sys_nice")


@pytest.mark.parametrize("capability", NEEDED)
def test_without_a_capability_it_does_not_begin(bench: Bench, refused: Callable[..., str], capability: str) -> None:
    """The caller took CAP_SETUID from sendmail, whose drop then failed without a word (CVE-2000-0506)."""
    command = ["setpriv", f"--bounding-set=-{capability}", *bench.command("run", user="root")]
    done = subprocess.run(command, input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
    refused(done, f"capability {capability} is missing")


@pytest.mark.parametrize("capability", AT_THE_START)
def test_a_state_that_cannot_be_replaced_is_refused(bench: Bench, refused: Callable[..., str], capability: str) -> None:
    """The same for the two that only replace what was inherited: with a hostile state and without them nothing runs."""
    options = {"sys_resource": ["prlimit", "--nofile=64:64"], "sys_nice": ["nice", "-n", "10"]}[capability]
    command = [*options, "setpriv", f"--bounding-set=-{capability}", *bench.command("run", user="root")]
    done = subprocess.run(command, input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
    refused(done, "set RLIMIT_" if capability == "sys_resource" else "scheduler")


def test_no_other_capability_is_needed(bench: Bench) -> None:
    """What is not needed must not be missed: a helper that needs CAP_DAC_OVERRIDE opens what it should not."""
    only = "-all," + ",".join(f"+{name}" for name in NEEDED + AT_THE_START)
    command = ["setpriv", f"--bounding-set={only}", *bench.command("run", "--json", user="root")]
    done = subprocess.run(command, input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
    assert finish(done.returncode, done.stdout, done.stderr, json_output=True).report["stdout"] == "ran\n"


def test_root_of_a_user_namespace_is_nobody(bench: Bench, root_place: Path) -> None:
    """Whoever may make a user namespace is uid 0 there, with every capability: it must not make him root anywhere else."""
    copy = Path(shutil.copy(bench.helper, root_place / "helper"))
    copy.chmod(0o755)
    command = ["setpriv", "--reuid=1002", "--regid=1002", "--clear-groups", "unshare", "--user", "--map-root-user", str(copy), "run"]
    done = subprocess.run(command, input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
    assert done.stdout == b"" and done.returncode != 0
    said = done.stderr.startswith(b"omnisbx-helper: ") and done.stderr.count(b"\n") == 1
    assert done.returncode == 1 or (done.returncode == 125 and said)  # 1: no such namespace for the unprivileged


@pytest.mark.parametrize("setting", ["--securebits=+noroot", "--no-new-privs", "--inh-caps=+sys_admin,+setuid,+chown"])
def test_securebits_and_inheritable_capabilities_of_the_callers(bench: Bench, setting: str) -> None:
    """Inheritable capabilities came through crun and moby into containers (CVE-2022-27650, CVE-2022-24769); securebits undo a drop by
    uid."""
    status = "print([l for l in open('/proc/self/status') if l.startswith(('Cap', 'NoNew'))])"
    plain = bench.run(status, user="root")
    command = ["setpriv", setting, *bench.command("run", "--json", user="root")]
    done = subprocess.run(command, input=status.encode(), capture_output=True, env=ENVIRONMENT)
    if done.returncode == 125:
        assert setting == "--securebits=+noroot" and done.stderr.startswith(b"omnisbx-helper: ") and done.stderr.count(b"\n") == 1
    else:
        assert finish(done.returncode, done.stdout, done.stderr, json_output=True).report["stdout"] == plain.report["stdout"]


def stack_of(text: str) -> str:
    return next(line.split()[0] for line in text.splitlines() if line.endswith("[stack]"))


def test_addresses_differ_from_run_to_run(bench: Bench, policy: Policy) -> None:
    """Personality flags outlived a privileged exec (CVE-2009-1895): no randomisation, page zero mapped, old layouts."""
    policy(interpreter=CAT)
    stacks = set()
    for flags in (0x0040000, 0x0040000 | 0x0100000 | 0x0200000 | 0x0400000 | 0x8000000, 0x0040000):
        done = bench.run("", user="root", args=("/proc/self/maps",), json=False, preexec_fn=lambda flags=flags: libc.personality(flags))
        assert done.returncode == 0 and not re.search(r"^0+-", done.stdout)
        stacks.add(stack_of(done.stdout))
    assert len(stacks) == 3


@pytest.mark.parametrize("stack", [64 << 10, 8 << 20, resource.RLIM_INFINITY], ids=["64 KiB", "8 MiB", "unlimited"])
@pytest.mark.parametrize("where", ["argv", "environment"])
def test_two_mebibytes_on_the_stack(bench: Bench, policy: Policy, stack: int, where: str) -> None:
    """Stack clash (CVE-2017-1000364, CVE-2017-1000366): as much on the stack as the kernel lets through, and little or no room behind
    it."""
    policy(interpreter=TRUE)
    room = 40 << 10 if stack == 64 << 10 else (2 << 20) - (80 << 10)
    words = [b"x" * 1000] * (room // 1009)
    saved = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, saved[1]))
    try:
        argv = [b"omnisbx-helper", b"run", *(words if where == "argv" else [])]
        envp = [b"X%d=%s" % pair for pair in enumerate(words)] if where == "environment" else []
        done = direct_exec(bench.helper, argv, envp)
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, saved)
    assert done.returncode == (125 if where == "argv" else 0), done
    assert where == "environment" or done.stderr.startswith(b"omnisbx-helper: argument ") and len(done.stderr) < 4096


def launch_and_die(bench: Bench, number: int) -> None:
    """In a child: it sets the parent-death signal in what becomes the helper, and dies some turns of a loop later."""
    code = os.memfd_create("code")
    child = os.fork()
    if not child:
        libc.prctl(1, number, 0, 0, 0)
        null = os.open("/dev/null", os.O_WRONLY)
        for fd, to in ((code, 0), (null, 1), (null, 2)):
            os.dup2(fd, to)
        os.execve(bench.helper, ["omnisbx-helper", "run", "--", "-f"], ENVIRONMENT)
    end = number * 700
    while end:
        end -= 1
    os._exit(0)


@pytest.mark.reaped_later
def test_a_parent_death_signal_of_the_callers_choice(bench: Bench, policy: Policy) -> None:
    """An unprivileged caller had any signal sent to a setuid child by dying (CVE-2007-3848): each of the 64, dying at another moment
    each."""
    policy(interpreter="/usr/bin/tail", wall_time="5s")  # tail -f /component/component: until it is ended
    for number in range(1, 65):
        child = os.fork()
        if not child:
            launch_and_die(bench, number)
        os.waitpid(child, 0)
    wait_until(lambda: not sandbox_processes(), "every helper has ended with its caller, or one that never saw it at its time limit")


def test_a_crashing_helper_leaves_no_core(bench: Bench, tmp_path: Path) -> None:
    """A privileged process was crashed on purpose, and its core read (CVE-2006-2451, CVE-2025-4598, CVE-2025-5054)."""
    unlimited = (resource.RLIM_INFINITY if MAY_RAISE else resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2
    with bench.start(WAITING, "--json", user="root", cwd=tmp_path,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, unlimited)) as run:
        assert run.pid
        for pid in run.helpers():
            for name in ("environ", "maps", "mem", "fd"):
                assert os.lstat(f"/proc/{pid}/{name}").st_uid == 0  # dumpable: they would be the effective uid's, the sandbox's
            assert re.search(r"^Max core file size +1 +1 +bytes", Path(f"/proc/{pid}/limits").read_text(), re.M)
        os.kill(run.process.pid, signal.SIGSEGV)  # (the supervisor is pid 1 of a namespace, and takes no signal that it does not handle)
        dead = os.waitid(os.P_PID, run.process.pid, os.WEXITED | os.WNOWAIT)
        assert dead and (dead.si_code, dead.si_status) == (os.CLD_KILLED, signal.SIGSEGV)  # CLD_DUMPED: with a core
        wait_until(lambda: not sandbox_processes({run.uid}), "nothing of the run is left")
    assert not list(tmp_path.iterdir())
    assert bench.run("", user="root").returncode == 0
