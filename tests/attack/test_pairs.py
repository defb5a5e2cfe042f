"""Promise 8, attacked: two sandboxes, at the same time and one after the other, look for each other by every channel there is."""
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from battery import PLAIN_UID, PRELUDE, facts, names, plain, reason_holds, second_user, secret, source, sweep
from bench import Bench

# The first plants and waits, the second looks; then the first says whether it saw the second.
BOTH = """
answer = {'got': None, 'saw': False, 'planting': None, 'looking': None}
def attempt(act, stage):
    try:
        return act(me)
    except OSError as error:
        answer[stage] = errno.errorcode[error.errno]
if me.role == 'plant':
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    attempt(plant, 'planting')
    if me.wait:
        libc.prctl(15, b'ready', 0, 0, 0)
        signal.sigwait([signal.SIGUSR1])
    answer['saw'] = bool('saw' in globals() and not answer['planting'] and attempt(saw, 'seeing'))
    if me.wait and 'withdraw' in globals():
        attempt(withdraw, 'withdrawing')
else:
    answer['got'] = attempt(look, 'looking')
    if 'withdraw' in globals():
        attempt(withdraw, 'withdrawing')
tell(answer)
"""
AT_ONCE = [name for name in names("pairs") if not name.startswith("left_")]
AFTER = [name for name in names("pairs") if name.startswith("left_")]
# What two callers could share that two runs of one caller do not: a channel of each kind.
TWO_CALLERS = ["kill_by_uid", "keyring", "posix_shm", "proc_cmdline", "sysv_shm", "tcp_loopback", "tmp_file", "unix_abstract"]


class Pair:
    """`place`: a directory that both see, read-only in the sandbox; a file in it is root's there, and the plain processes' without."""

    def __init__(self, name: str, place: Path) -> None:
        self.code = PRELUDE + source("pairs", name) + BOTH
        self.token, self.shared = secret(), place / "shared"
        self.given: dict[str, Any] = {"name": f"omnisbx-attack-{secret()}-{secret()}", "key": secret() << 16 | secret(), "pid": 0, "uid": 0,
                                      "shared": str(self.shared)}
        self.shared.write_bytes(bytes(15 << 20))
        self.shared.chmod(0o644)
        fd = os.open(self.shared, os.O_RDONLY)  # nobody has read it yet: it is on the disc, and not in the page cache
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)

    def words(self, role: str, **more: Any) -> str:
        return json.dumps(self.given | {"role": role, "wait": True} | ({"token": self.token} if role == "plant" else {}) | more)

    def through(self, first: dict[str, Any], second: dict[str, Any]) -> bool:
        """A bit is True, a word the token itself: a looker that finds anything else has found nothing."""
        return second["got"] is True or second["got"] == self.token or first["saw"] is True


@pytest.fixture
def pair(root_place: Path) -> Callable[[str], Pair]:
    return lambda name: Pair(name, root_place)


@pytest.fixture(autouse=True)
def nothing_plain_left() -> Iterator[None]:
    yield
    sweep()


@pytest.mark.parametrize("name", AT_ONCE)
def test_two_plain_processes_find_each_other(pair: Callable[[str], Pair], name: str) -> None:
    two, about = pair(name), facts("pairs", name)
    os.chown(two.shared, PLAIN_UID, PLAIN_UID)
    with plain(two.code, two.words("plant")) as first:
        with plain(two.code, two.words("look", pid=first.pid, uid=PLAIN_UID)) as second:
            looked = second.wait()
        first.release()
        planted = first.wait()
    refused = looked["looking"] or planted["planting"]
    assert two.through(planted, looked) or reason_holds(about.get("OUTSIDE", []), refused), (planted, looked)


def held(bench: Bench, name: str, two: Pair, user: str) -> None:
    about = facts("pairs", name)
    with bench.start(two.code, "--json", "--", two.words("plant")) as first:
        done = bench.run(two.code, args=(two.words("look", pid=first.pid, uid=first.uid),), user=user)
        looked = done.result
        first.release()
        planted = first.wait()
    assert not two.through(planted.result, looked), (planted.result, looked)
    assert planted.report["uid"] != done.report["uid"]
    assert done.report["caller"] == user
    for who, wanted in ((planted.result, "PLANTING"), (looked, "LOOKING")):  # by the filter, not by chance
        assert wanted not in about or who[wanted.lower()] in about[wanted], (planted.result, looked)


def marked(name: str) -> Any:
    """What is known to get through, and cannot be closed by a filter, is said: strictly, so that closing it is seen too."""
    why = facts("pairs", name).get("OPEN")
    return pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=why)) if why else name


@pytest.mark.parametrize("name", map(marked, AT_ONCE))
def test_promise_8_two_sandboxes_do_not(bench: Bench, pair: Callable[[str], Pair], name: str) -> None:
    held(bench, name, pair(name), bench.user)


@pytest.mark.parametrize("name", TWO_CALLERS)
def test_promise_8_nor_do_those_of_two_callers(bench: Bench, policy: Callable[..., str], stranger_may_sudo_too: None,
                                               pair: Callable[[str], Pair], name: str) -> None:
    user = second_user(bench)
    policy(extra=f"[caller {user}]\nprofiles = component\nsandboxes.max = 2\n")
    held(bench, name, pair(name), user)


@pytest.fixture
def stranger_may_sudo_too(bench: Bench) -> Iterator[None]:
    line = Path("/etc/sudoers.d/zz-omnisbx-attack")
    if bench.machine:
        line.write_text(f"stranger ALL=(root) NOPASSWD: {bench.helper}\n")
        line.chmod(0o440)
    yield
    line.unlink(missing_ok=True)


@pytest.mark.parametrize("name", AFTER)
def test_what_a_plain_process_leaves_is_found_by_the_next(pair: Callable[[str], Pair], name: str) -> None:
    two = pair(name)
    with plain(two.code, two.words("plant", wait=False)) as first:
        planted = first.wait()
        with plain(two.code, two.words("look", uid=PLAIN_UID)) as second:
            looked = second.wait()
    assert two.through(planted, looked), (planted, looked)


@pytest.mark.parametrize("name", AFTER)
def test_promise_8_a_run_finds_nothing_of_the_last_one_with_its_uid(bench: Bench, policy: Callable[..., str], pair: Callable[[str], Pair],
                                                                    name: str) -> None:
    policy(uids="1879100000-1879100000")
    two, about = pair(name), facts("pairs", name)
    planted = bench.run(two.code, args=(two.words("plant", wait=False),))
    looked = bench.run(two.code, args=(two.words("look", uid=planted.report["uid"]),))
    assert planted.report["uid"] == looked.report["uid"]
    assert not two.through(planted.result, looked.result), (planted.result, looked.result)
    for who, wanted in ((planted.result, "PLANTING"), (looked.result, "LOOKING")):
        assert wanted not in about or who[wanted.lower()] in about[wanted], (planted.result, looked.result)
