"""What a caller says: argv of any shape, environments, words that are code elsewhere, words for the log, other people's things."""
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import ENVIRONMENT, WAITING, Bench
from hostile import CAT, direct_exec, trace

Policy = Callable[..., str]
Refused = Callable[..., str]
ENVP = [b"PATH=/usr/bin:/bin"]

SHAPES: dict[str, tuple[list[bytes] | None, str]] = {
    "NULL argv": (None, "usage: "),
    "an empty argv": ([], "usage: "),
    "an empty name": ([b""], "usage: "),
    "no verb": ([b"omnisbx-helper"], "usage: "),
    "the verb as the name": ([b"run"], "usage: "),
    "a name of 128 KiB": ([b"x" * 131071], "usage: "),
    "a name of conversions": ([b"%n%n%n%n%s%s%s%s%1000000d"], "usage: "),
    "a verb of conversions": ([b"x", b"%n%n%n%n%s%s%s%s%1000000d"], "usage: "),
    "a word of conversions": ([b"x", b"run", b"%n%n%s%s%1000000d"], 'argument "%n%n%s%s%1000000d"'),
    "an option of conversions": ([b"x", b"run", b"--%n%n%s%s%1000000d"], "option --%n%n%s%s%1000000d: unknown"),
    "a label of conversions": ([b"x", b"run", b"--name", b"%n%s"], 'option --name: "%n%s"'),
    "a word of 128 KiB": ([b"x", b"run", b"--" + b"y" * 131000], "unknown"),
    "1,000 arguments": ([b"x", b"run", *[b"y"] * 1000], 'argument "y"'),
    "1,000 options": ([b"x", b"run", *[b"--json"] * 1000], ""),
    "1,000 words behind --": ([b"x", b"run", b"--", *[b"y"] * 1000], "arguments: more than 256"),
    "10,000 empty words": ([b"x", b"run", *[b""] * 10000], 'argument ""'),
    "1,000 variables": ([b"x", b"run", *[b"--setenv", b"OMP_NUM_THREADS=1"] * 500], "option --setenv"),
    "1,000 words to kill": ([b"x", b"kill", *[b"--all"] * 1000], "kill: give one run id"),
    "1,000 words to keep": ([b"x", b"keep", *[b"a.slice"] * 1000], "keep: "),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_argv_of_any_shape(bench: Bench, refused: Refused, shape: str) -> None:
    """pkexec walked from an empty argv into the environment (CVE-2021-4034), sudo used argv[0] as a format (CVE-2012-0809), syslog copied a
    long one (CVE-2023-6246)."""
    argv, text = SHAPES[shape]
    # with what stands behind argv made to look like a request, and nothing that may be acted on twice
    done = direct_exec(bench.helper, argv, [b"run", b"--json", *ENVP] if argv in (None, []) else ENVP, b"print('ran')")
    if shape == "1,000 options":  # a refusal has the form that was asked for
        assert done.returncode == 125 and json.loads(done.stdout)["reason"] == "option --json: given twice"
    elif done.returncode == 125 and not done.stderr and not argv:  # a kernel before 5.18 leaves argc 0 (execve(2)): nothing is said
        assert done.stdout == b""
    else:
        refused(done, text)


# Names that glibc strips from setuid programs (sysdeps/generic/unsecvars.h), and others that it or its loader acts on.
LOADER = ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "LD_DEBUG", "LD_DEBUG_OUTPUT", "LD_DYNAMIC_WEAK", "LD_HWCAP_MASK", "LD_ORIGIN_PATH",
          "LD_PROFILE", "LD_PROFILE_OUTPUT", "LD_SHOW_AUXV", "LD_USE_LOAD_BIAS", "LD_BIND_NOW", "LD_BIND_NOT", "LD_VERBOSE", "LD_WARN",
          "LD_TRACE_LOADED_OBJECTS", "LD_PREFER_MAP_32BIT_EXEC", "LD_ASSUME_KERNEL", "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES",
          "HOSTALIASES",
          "LOCALDOMAIN", "LOCPATH", "MALLOC_TRACE", "MALLOC_CHECK_", "MALLOC_PERTURB_", "MALLOC_ARENA_MAX", "MALLOC_TOP_PAD_", "NIS_PATH",
          "NLSPATH",
          "RESOLV_HOST_CONF", "RES_OPTIONS", "TZDIR")
PYTHON = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONUSERBASE", "PYTHONWARNINGS", "PYTHONBREAKPOINT",
          "PYTHONCASEOK",
          "PYTHONDEBUG", "PYTHONVERBOSE", "PYTHONOPTIMIZE", "PYTHONPLATLIBDIR", "PYTHONPYCACHEPREFIX", "PYTHONEXECUTABLE", "PYTHONMALLOC",
          "PYTHONTRACEMALLOC", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONHASHSEED", "PYTHONUNBUFFERED")
IGNORED = (*PYTHON, "TZ", "TMPDIR", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "LANGUAGE", "PATH", "IFS", "ENV", "BASH_ENV", "SHELLOPTS",
           "HOME",
           "TERMINFO", "TERMCAP", "INPUTRC", "EDITOR", "PAGER", "XAUTHORITY", "DISPLAY", "KRB5CCNAME", "OPENSSL_CONF", "JAVA_TOOL_OPTIONS",
           "PERL5OPT", "PERL5LIB", "RUBYOPT", "NODE_OPTIONS", "HOSTNAME", "OMP_NUM_THREADS", "SUDO_COMMAND", "SUDO_USER", "SUDO_GID",
           "LISTEN_FDS",
           "LISTEN_PID", "NOTIFY_SOCKET", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "TERM", "COLUMNS", "_")


def trap(tmp_path: Path) -> Path:
    """A directory that no process may look into: every value of the environment leads there, to a FIFO, a library, a module."""
    place = tmp_path / "trap"
    place.mkdir()
    os.mkfifo(place / "fifo")
    for name in ("os.py", "site.py", "sitecustomize.py", "usercustomize.py", "encodings.py"):
        (place / name).write_text("raise SystemExit('imported')\n")
    place.chmod(0o755)
    return place


@pytest.mark.parametrize("name", LOADER)
def test_a_variable_of_the_loader_is_refused(bench: Bench, refused: Refused, name: str) -> None:
    """Loader and C library take orders from the environment (CVE-2023-4911, CVE-2010-3847, CVE-2010-3856, CVE-2014-5119, CVE-2025-4802),
    and sudo's programs lack the kernel's AT_SECURE: one env_keep or SETENV of an admin's would be root."""
    done = bench.run("print('ran')", user="root", json=False, env=ENVIRONMENT | {name: "/tmp/x"})
    refused(done, f"environment variable {name} reached the helper", "env_reset")


def test_nothing_is_opened_because_of_the_environment(bench: Bench, tmp_path: Path) -> None:
    """sudo opened any file by TZ (CVE-2014-9680), chsh read INPUTRC as root (CVE-2022-0563), interpreters took their orders from the caller
    (CVE-2005-4158, CVE-2006-0151): with all of them set, one at least to a FIFO, nobody looks, and the component is the same."""
    place = trap(tmp_path)
    code = b"import sys\nprint(sys.flags, sys.path, sys.argv, sys.warnoptions, sys.pycache_prefix)\n"
    outputs = []
    for env in ({}, {name: str(place / "fifo" if name in ("TZ", "INPUTRC", "OPENSSL_CONF") else place) for name in IGNORED}):
        done, calls = trace(bench, ("run",), tmp_path / "log", "%file,connect", code, env)
        assert (done.returncode, done.stderr) == (0, b""), done
        assert not [call for call in calls[1:] if str(place) in call.text]  # the first is the execve of the helper
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] and b"no_user_site=1" in outputs[0]


@pytest.mark.parametrize("name", ["LD_PRELOAD", "LD_AUDIT", "GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "MALLOC_TRACE", "TZDIR"])
def test_a_refused_variable_was_not_followed_before(bench: Bench, tmp_path: Path, name: str) -> None:
    """A refusal in main comes after the loader: a static program must not have looked either."""
    place = trap(tmp_path)
    done, calls = trace(bench, ("run",), tmp_path / "log", "%file,connect", b"print('ran')", {name: str(place)})
    assert (done.returncode, done.stdout) == (125, b"")
    assert not [call for call in calls[1:] if str(place) in call.text]
    assert [call.name for call in calls].count("execve") == 1


@pytest.mark.machine
def test_the_callers_whole_environment_through_sudo(bench: Bench) -> None:
    """The same 80 names, set by the unprivileged caller: sudo's env_reset and our Defaults line let none through."""
    command = bench.command("run", "--json")
    at = command.index("sudo")
    words = [f"{name}=/tmp/x" for name in (*LOADER, *IGNORED) if name not in ("LD_TRACE_LOADED_OBJECTS", "PATH")]
    done = subprocess.run([*command[:at], "/usr/bin/env", *words, "/usr/bin/sudo", *command[at + 1:]],
                          input=b"import os\nprint(sorted(os.environ))\n", capture_output=True, env=ENVIRONMENT)
    assert done.returncode == 0, done
    names = set(eval(json.loads(done.stdout)["stdout"]))
    assert names - {"LC_CTYPE"} == {"HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE", "PYTHONSAFEPATH"}


@pytest.mark.machine
def test_an_admins_env_keep_is_seen_and_refused(bench: Bench) -> None:
    """A later sudoers file that opens what ours shuts: the caller's variable reaches the helper, and that is the end. (As a word of sudo's:
    the loader takes it out of a setuid program's own environment.)"""
    mistake = Path("/etc/sudoers.d/zz-omnisbx-mistake")
    mistake.write_text(f"Defaults!{bench.helper} env_keep += \"GCONV_PATH LD_PRELOAD\"\nDefaults!{bench.helper} setenv\n")
    mistake.chmod(0o440)
    command = bench.command("run")
    at = command.index("sudo")
    try:
        done = subprocess.run([*command[:at], "sudo", "-n", "GCONV_PATH=/tmp", *command[at + 2:]], input=b"print('ran')",
                              capture_output=True, env=ENVIRONMENT)
    finally:
        mistake.unlink()
    assert (done.returncode, done.stdout) == (125, b"") and b"environment variable GCONV_PATH reached the helper" in done.stderr


HOSTILE_BYTES = {
    "ESC": b"\x1b[2J\x1b]0;title\x07", "newline": b"x\nrun status=exited exit=0 caller=root", "carriage return": b"x\rrun status=exited",
    "C1": b"\xc2\x9b2J", "bad UTF-8": b"\xff\xfe\xc0\x80", "surrogates": b"\xed\xa0\x80", "right to left": "\u202egnp.exe".encode(),
    "delete": b"\x7f\x08\x08", "quotes": b"\" status=exited reason=\"", "conversions": b"%n%s%1000d",
    "shell": b"$(id);`id`|id&id>x<y*?[a]{b}~!#",
    "path": b"../../../../etc/shadow", "100 KiB": b"A" * (100 << 10), "digits": b"9" * 5000,
}
VALUED = ("--profile", "--slice", "--unshare", "--pythonpath", "--setenv", "--memory-max", "--swap-max", "--cpu-max", "--pids-max",
          "--wall-time",
          "--cpu-time", "--file-size", "--name")


@pytest.mark.parametrize("option", [*VALUED, "--", ""])
def test_hostile_bytes_are_refused_and_logged_as_one_plain_line(bench: Bench, refused: Refused, option: str) -> None:
    """Control characters in sudo's log (CVE-2023-28486, CVE-2023-28487), long fields in journald's (CVE-2018-16864, CVE-2018-16865): every
    byte of the caller's is encoded, and the line bounded."""
    for name, value in HOSTILE_BYTES.items():
        if option == "--name" and name == "digits":
            value = b"9" * 129  # (129 digits, like any other label, are too many)
        words = [option.encode() + value] if option in ("--", "") else [option.encode(), value]
        done = subprocess.run([bench.helper, "run", *words], input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
        line = refused(done)
        assert option in line


@pytest.mark.parametrize("verb", ["kill", "keep", "ru", ""])
def test_hostile_bytes_for_the_other_verbs(bench: Bench, refused: Refused, verb: str) -> None:
    """The same for what stands in the place of a run's id, a slice and a verb."""
    for value in HOSTILE_BYTES.values():
        words = [verb.encode(), value] if verb in ("kill", "keep") else [verb.encode() + value]
        done = subprocess.run([bench.helper, *words], stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT)
        refused(done, "usage: " if verb not in ("kill", "keep") else f"{verb}: ")


def test_metacharacters_behind_the_dashes_are_words_and_no_more(bench: Bench, tmp_path: Path) -> None:
    """Options after --, shell characters in option values: sudoedit (CVE-2023-22809), firejail --output (CVE-2020-17367, CVE-2020-17368).
    What stands behind -- reaches the component letter for letter, and the helper executes one program."""
    words = ["--", "--json", "--memory-max=9T", "-c", "$(touch /tmp/x)", "`id`", ";id", "|id", "&id", ">/tmp/x", "*", "~", "a b", "'", '"',
             "\\", "\n", "%n", ""]
    done, calls = trace(bench, ("run", "--", *words), tmp_path / "log", "execve,execveat",
                        b"import json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    assert json.loads(done.stdout) == words
    assert [call.path for call in calls if call.succeeded] == [bench.helper, "/usr/bin/python3"]


DENIALS = (["--memory-max", "9T"], ["--pythonpath", "/etc"], ["--profile", "x"], ["--bogus"], ["--name", "/"], ["--slice", "system.slice"],
           ["--unshare", "mount,time,net,user,pid,x"], ["--setenv", "PATH=/tmp"], ["--policy", "/tmp/policy.ini"], ["--config=/tmp/x"],
           ["--include", "x"],
           ["--debug"], ["--version"], ["--help"], ["-h"], ["--no-sandbox"])


def test_a_denial_executes_nothing(bench: Bench, tmp_path: Path) -> None:
    """firejail ran the program without a sandbox where it could not make one; the policy's path could be given (firejail --profile): after
    no denial is anything executed, cloned into a namespace or mounted."""
    for words in DENIALS:
        done, calls = trace(bench, ("run", *words), tmp_path / "log", "execve,execveat,mount,fsopen,open_tree,move_mount,mkdir,openat",
                            b"print('ran')")
        assert (done.returncode, done.stdout) == (125, b""), words
        assert [call.name for call in calls if call.name != "openat"].count("execve") == 1
        assert {call.name for call in calls} <= {"execve", "openat",
                                                 "mkdir"} and not [c for c in calls if "/tmp" in c.path or "/etc/x" in c.path]


def test_absent_and_forbidden_look_the_same(bench: Bench, policy: Policy, root_place: Path, refused: Refused) -> None:
    """Root told whether a file exists: sudo-rs --list (CVE-2025-46717, CVE-2025-46718), lxc-user-nic (CVE-2018-6556, CVE-2022-47952). What
    is not the caller's gets the same bytes whether it is there, is a secret's, or is not."""
    (root_place / "there").mkdir()
    pythonpath = root_place / "mine"
    pythonpath.mkdir()
    extra = "\n[profile foreign]\n" + bench.policy_text().split("[profile component]\n", 1)[1].split("\n[caller", 1)[0]
    policy(pythonpath=str(pythonpath), extra=extra)
    table = {"--pythonpath": [str(root_place / "there"), str(root_place / "gone"), "/root/.ssh", "/root/.gone", "/etc/shadow",
                              "/etc/shadov"],
             "--profile": ["foreign", "foreig", "component2"], "--slice": ["system.slice", "gone.slice", "user.slice"]}
    for option, values in table.items():
        lines = {refused(bench.run("print('ran')", option, value, user="root", json=False)).replace(value, "IT") for value in values}
        assert len(lines) == 1, lines


def test_a_profile_that_is_another_callers(bench: Bench, policy: Policy, refused: Refused, other: Callable[..., list[str]]) -> None:
    """The caller chooses among its own profiles only (isolate's --syscalls=0, firejail's --profile): asked for by name, through the
    gate."""
    whole = bench.policy_text().split("[profile component]\n", 1)[1].split("\n[caller", 1)[0]
    narrow = f"\n[caller 1002]\nprofiles = narrow\nsandboxes.max = 2\n\n[profile narrow]\n{whole}".replace("pids.max = 64", "pids.max = 9")
    policy(extra=narrow)
    for words in (["--profile", "component"], ["--pids-max", "10"]):
        done = subprocess.run(other("run", *words), input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
        refused(done, words[0], "narrow")
    done = subprocess.run(other("run", "--json"), input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
    assert json.loads(done.stdout)["limits"]["pids.max"] == 9


def test_somebody_who_is_not_in_the_policy(bench: Bench, refused: Refused, other: Callable[..., list[str]]) -> None:
    """Being let through by the gate is not being in the policy: no verb does anything, and each refusal is one line of the log."""
    for words, text in ((["run"], "no [caller] section"), (["run", "--profile", "component"], "no [caller] section"),
                        (["keep", "omnimind-sandbox.slice"], "keep: "),
                        (["kill", "0123456789abcdef"], "none of"), (["serve"], "usage: "), (["run;id"], "usage: ")):
        refused(subprocess.run(other(*words), input=b"print('ran')", capture_output=True, env=ENVIRONMENT), text)


def test_other_peoples_runs_are_out_of_reach(bench: Bench, policy: Policy, refused: Refused, other: Callable[..., list[str]]) -> None:
    """kill trusts the gate's word on who asks, and never an id alone; what is another's looks like what never was."""
    policy(extra="\n[caller 1002]\nprofiles = component\nsandboxes.max = 2\n")
    with bench.start(WAITING, "--json") as run:
        assert run.pid
        name = run.name
        for word in (run.id, name, f"0-{run.id}", run.id.upper(), f"{run.id}\n", f"../{run.id}"):
            command = other("kill", word)
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT)
            assert (done.returncode, done.stdout) == (125, b"")
            assert done.stderr.startswith(b"omnisbx-helper: kill: ") and done.stderr.count(b"\n") == 1
        assert subprocess.run(other("kill", "--all"), stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT).returncode == 0
        run.release()
        assert run.wait().report["status"] == "exited"


FORGED = (["SUDO_UID=0"], ["SUDO_UID=1001"], ["SUDO_UID=1001", "SUDO_USER=omnimind"], ["DOAS_USER=root"], ["SUDO_UID=0", "DOAS_USER=root"])


@pytest.mark.machine
@pytest.mark.parametrize("words", FORGED, ids=str)
def test_a_forged_identity_through_sudo(bench: Bench, stranger_may_sudo: None, words: list[str]) -> None:
    """Caller identity by something the caller wrote: pkexec and polkit (CVE-2011-1485, CVE-2013-4288). sudo writes SUDO_UID anew and passes
    no DOAS_USER, so the stranger stays the stranger, as a variable and as sudo's own argument."""
    command = bench.command("run", user="stranger")
    at = command.index("sudo")
    done = subprocess.run([*command[:at], "/usr/bin/env", *words, *command[at:]], input=b"print('ran')", capture_output=True,
                          env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (125, b"") and b"caller stranger (uid 1002) has no [caller] section" in done.stderr
    done = subprocess.run([*command[:at], "sudo", "-n", *words, *command[at + 2:]], input=b"print('ran')", capture_output=True,
                          env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.machine
def test_what_sudo_does_not_let_the_unprivileged_do(bench: Bench) -> None:
    """Wildcards, user and host tricks, other programs (CVE-2019-14287, CVE-2025-32462, CVE-2025-32463, vagrant-lxc's rule): as the
    manager's account and as one that is in no rule at all. Nothing of it reaches root."""
    helper = bench.helper
    tricks = (["-u#-1", helper, "run"], ["-u#4294967295", helper, "run"], ["-u", "nobody", helper, "run"], ["-g", "root", helper, "run"],
              ["-h", "other", helper, "run"],
              ["-R", "/tmp", helper, "run"], ["-D", "/tmp", helper, "run"], ["-T", "1", helper, "run"], ["-E", helper, "run"],
              ["-C", "4", helper, "run"], ["-s"], ["-i"],
              ["-e", "/etc/omnisbx/policy.ini"], [helper + "/../../../bin/sh"], ["/bin/sh", "-c", helper],
              ["/usr/libexec/./omnisbx-helper", "run"],
              ["//usr/libexec/omnisbx-helper", "run"], ["/usr/libexec/../libexec/omnisbx-helper", "run"], ["env", helper, "run"],
              ["systemd-run", helper])
    for user in ("omnimind", "stranger"):
        drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--reset-env"]
        for words in tricks if user == "omnimind" else ([helper, "run"], [helper, "kill", "--all"], ["-l"]):
            done = subprocess.run([*drop, "sudo", "-n", *words], input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
            if user == "omnimind" and os.path.normpath(words[0].replace("//", "/")) == helper and words[1:] == ["run"]:
                assert (done.returncode, done.stdout) == (0, b"ran\n")  # sudo knows the file by its inode
                continue
            assert done.returncode in (1, 125) and done.stdout == b"", (user, words, done)
            assert done.returncode == 1 or done.stderr.startswith(b"omnisbx-helper: ")
        direct = subprocess.run([*drop, helper, "run"], input=b"print('ran')", capture_output=True, env=ENVIRONMENT)
        assert (direct.returncode, direct.stdout) == (125, b"") and b"not started by root" in direct.stderr


def test_a_wrong_path_first_in_path(bench: Bench, policy: Policy, tmp_path: Path) -> None:
    """PATH of the caller's (CVE-2010-1646): an own python3, cat and omnisbx-helper first in it are nobody's."""
    for name in ("python3", "cat", "sh", "omnisbx-helper", "env"):
        (tmp_path / name).write_text("#!/bin/sh\necho taken\n")
        (tmp_path / name).chmod(0o755)
    policy(interpreter=CAT)
    done = bench.run("# the right one\n", user="root", json=False, env={"PATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (0, "# the right one\n")


NUMBERS = ("", " ", "-1", "+1", "0", "00", "01", "1 ", " 1", "1_0", "1e3", "0x10", "1.0", "1,0", "٣", "１", "inf", "nan", "NaN", "-0",
           "4294967296", "18446744073709551615",
           "18446744073709551616", "99999999999999999999999999", "9223372036854775808", "1\t", "1\n", "1\x0b", "1K1", "1KK", "K", "%",
           "1%%", "1s1", "ms", "1 G", "1Gi",
           "1GB", "1gb", "1T1", "17179869184G", "16777216T", "1P", "max", "unlimited", "none", "~0", "!1", "1;", "1|2", "$1", "`1`",
           "2**10", "1<<30", "0b1", "0o7", "Ⅻ", "½",
           "1-", "--1", "1--")


@pytest.mark.parametrize("option", ["--memory-max", "--cpu-max", "--pids-max", "--wall-time"])
def test_sixty_numbers_that_are_none(bench: Bench, option: str) -> None:
    """Numbers that were read as another: -1 and 4294967295 as uid 0 (CVE-2019-14287), names that begin with a digit as root
    (CVE-2017-1000082). One of them is a right --pids-max for none; none is one for the others."""
    for text in NUMBERS:
        done = bench.run("print('ran')", option, text, user="root", json=False)
        assert (done.returncode, done.stdout) == (125, ""), text
        assert done.stderr.startswith(f"omnisbx-helper: option {option}: ")
        assert done.stderr.count("\n") == 1 and done.stderr[:-1].isprintable()


@pytest.mark.parametrize("text", [n for n in NUMBERS if n != "0"])
def test_sixty_uids_that_are_none(bench: Bench, text: str, refused: Refused) -> None:
    """The same for what the gate says: a SUDO_UID that is no number is nobody's, and never root's."""
    done = bench.run("print('ran')", user="root", json=False, env=ENVIRONMENT | {"SUDO_UID": text})
    refused(done, "SUDO_UID")


