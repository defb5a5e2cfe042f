"""What the component sees of the host: section 9 of the contract, and promise 8 for two at a time."""
from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from bench import WAITING, Bench

LOOK = r"""
import errno, json, os, socket
def attempt(action, *words):
    try:
        action(*words)
        return 'worked'
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
def open_fds():
    found = []
    for fd in range(64):
        try:
            os.fstat(fd)
            found.append(fd)
        except OSError:
            pass
    return found
def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.connect(address)
facts = dict(
    fds=open_fds(),
    input=os.readlink('/proc/self/fd/0'),
    names={d: sorted(os.listdir(d)) for d in ('/', '/etc', '/dev', '/tmp', '/dev/shm', '/component')},
    there=[p for p in ('/sys', '/run', '/home', '/root', '/var', '/boot', '/srv', '/mnt', '/opt', '/proc/sys', '/proc/kcore', '/proc/keys',
                       '/proc/sysrq-trigger', '/etc/shadow', '/etc/omnisbx', '/dev/mem', '/dev/log') if os.path.lexists(p)],
    mountinfo=open('/proc/self/mountinfo').read(),
    devices=open('/proc/self/net/dev').read() if os.path.exists('/proc/self/net/dev') else '',
    host=socket.gethostname(),
    passwd=open('/etc/passwd').read(), group=open('/etc/group').read(),
    component=[oct(os.stat('/component/component').st_mode), os.stat('/component/component').st_uid],
    writes={p: attempt(open, p, 'w') for p in ('/x', '/usr/x', '/etc/x', '/etc/passwd', '/dev/x', '/component/x', '/component/component',
                                               '/proc/x')},
    connects={str(a): attempt(connect, f, a) for f, a in ((socket.AF_INET, ('127.0.0.1', 80)), (socket.AF_INET, ('192.0.2.1', 80)),
              (socket.AF_INET6, ('::1', 80)), (socket.AF_UNIX, '/run/systemd/private'), (socket.AF_UNIX, '\0omnisbx'))},
    own={p: attempt(open, p, 'w') for p in ('/tmp/x', '/dev/shm/x', '/dev/null')},
    read_component=open('/component/component').read()[:20],
    escape=attempt(os.listdir, '/proc/1/root/../../root'),
)
os.write(3, json.dumps(facts).encode())
"""


@functools.cache
def view(bench: Bench) -> dict[str, Any]:
    result: dict[str, Any] = bench.run(LOOK).result
    return result


def mount_table(text: str) -> dict[str, set[str]]:
    return {line.split()[4]: set(line.split()[5].split(",")) for line in text.splitlines()}


def test_descriptors_are_0_to_3_and_input_is_empty(bench: Bench) -> None:
    assert view(bench)["fds"] == [0, 1, 2, 3]
    assert view(bench)["input"] == "/dev/null"


def test_descriptors_are_0_to_2_without_json(bench: Bench) -> None:
    assert bench.run(LOOK.replace("os.write(3, json.dumps(facts).encode())", "print(facts['fds'])"), json=False).stdout == "[0, 1, 2]\n"


def test_the_root_has_what_the_contract_names(bench: Bench) -> None:
    names = view(bench)["names"]
    assert names["/"] == ["bin", "component", "dev", "etc", "lib", "lib64", "proc", "sbin", "tmp", "usr"]
    assert names["/etc"] == ["alternatives", "group", "passwd"]
    assert names["/dev"] == ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"]
    assert (names["/tmp"], names["/dev/shm"], names["/component"]) == ([], [], ["component"])
    assert view(bench)["there"] == []


def test_mounts_are_read_only_but_tmp_and_shm_without_set_id_and_devices(bench: Bench) -> None:
    mounts = mount_table(view(bench)["mountinfo"])
    assert {"/", "/dev", "/tmp", "/dev/shm", "/proc", "/usr", "/etc/alternatives"} <= mounts.keys()
    assert {at for at, options in mounts.items() if "ro" not in options} == {"/tmp", "/dev/shm"}
    assert {at for at, options in mounts.items() if "nosuid" not in options} == set()
    assert {at for at, options in mounts.items() if "nodev" not in options} == {"/dev"}
    assert "master:" not in view(bench)["mountinfo"] and "shared:" not in view(bench)["mountinfo"]


def test_nothing_can_be_written_but_its_own_places(bench: Bench) -> None:
    assert set(view(bench)["writes"].values()) <= {"EROFS", "EACCES", "EPERM", "ENOENT"}, view(bench)["writes"]
    assert set(view(bench)["own"].values()) == {"worked"}
    assert view(bench)["component"] == ["0o100444", 0]


def test_there_is_no_network_but_a_downed_loopback(bench: Bench) -> None:
    assert set(view(bench)["connects"].values()) <= {"ENETUNREACH", "EADDRNOTAVAIL", "ECONNREFUSED", "ENOENT"}
    assert view(bench)["connects"]["('127.0.0.1', 80)"] == "ENETUNREACH"
    assert re.findall(r"^ *(\S+):", view(bench)["devices"], re.M) == ["lo"]


def test_it_is_called_sandbox_and_knows_one_account(bench: Bench) -> None:
    facts = view(bench)
    assert facts["host"] == "sandbox"
    assert re.fullmatch(r"component:x:(\d+):\1:component:/tmp:/usr/sbin/nologin\n", facts["passwd"])
    assert re.fullmatch(r"component:x:\d+:\n", facts["group"])
    assert facts["escape"] == "ENOENT"


NAMESPACES = "import os, json\nns = '/proc/self/ns/'\nprint(json.dumps({n: os.readlink(ns + n) for n in os.listdir(ns)}), flush=True)\n"


def test_promise_8_two_sandboxes_share_nothing(bench: Bench) -> None:
    first_code = NAMESPACES + "open('/tmp/mark', 'w'); open('/dev/shm/mark', 'w')\nimport socket\ns = socket.socket(socket.AF_UNIX)\n" \
        "s.bind('\\0mark')\ns.listen()\n" + WAITING
    second_code = NAMESPACES + "print(os.listdir('/tmp'), os.listdir('/dev/shm'), flush=True)\nimport socket\n" \
        "print(socket.socket(socket.AF_UNIX).connect_ex('\\0mark'), flush=True)\n" + WAITING
    with bench.start(first_code, "--unshare", "user,time") as first:
        assert first.pid
        with bench.start(second_code, "--unshare", "user,time") as second:
            assert first.uid != second.uid
            cgroups = [Path(f"/proc/{run.pid}/cgroup").read_text() for run in (first, second)]
            assert not bench.machine or cgroups[0] != cgroups[1]
            first.release()
            second.release()
            one, two = first.wait(), second.wait()
    spaces = [json.loads(run.stdout.splitlines()[0]) for run in (one, two)]
    host = {name: os.readlink(f"/proc/self/ns/{name}") for name in spaces[0]}
    for name in spaces[0].keys() - {"pid_for_children", "time_for_children"}:
        assert len({spaces[0][name], spaces[1][name], host[name]}) == 3, name
    assert two.stdout.splitlines()[1:] == ["[] []", "111"]  # ECONNREFUSED


@pytest.mark.parametrize("asked", ["user", "time", "user,time", "time,user"])
def test_optional_namespaces_are_made_and_reported(bench: Bench, asked: str) -> None:
    names = bench.run("", "--unshare", asked).report["namespaces"]
    assert sorted(names) == sorted(["pid", "ipc", "uts", "net", "mount", "cgroup", *asked.split(",")])
