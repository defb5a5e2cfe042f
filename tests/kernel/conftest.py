"""Fixtures: the bench, a policy that is put back, and the check that a test has left nothing behind."""
from __future__ import annotations

import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench import LIMIT_SECONDS, POLICY, Bench, full_machine, install_policy, leftovers, mounts, prepared, wait_until

MARKERS = {"machine": "needs limits by cgroup, sudo or systemd: skipped elsewhere, and failed there with SBX_MUST_RUN=1",
           "reaped_later": "kills our own processes: a cgroup and a socket may stay until the next run",
           "slow": "waits for a time limit that no policy shortens"}

MACHINE = full_machine()


def pytest_configure(config: pytest.Config) -> None:
    for name, text in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {text}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("machine") and not MACHINE:
        if os.environ.get("SBX_MUST_RUN") == "1":
            pytest.fail("this is no full machine, and SBX_MUST_RUN=1 says that it must be", pytrace=False)
        pytest.skip("needs systemd, sudo and cgroup v2")


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with prepared(Bench(MACHINE)) as bench:
        yield bench


@pytest.fixture
def policy(bench: Bench) -> Iterator[Callable[..., str]]:
    """policy(memory_max="64M") or policy(text=...): holds until the test ends."""
    def change(text: str | bytes | None = None, **changes: str) -> str | bytes:
        text = bench.policy_text(**changes) if text is None else text
        install_policy(text)
        return text
    yield change
    POLICY.parent.chmod(0o755)
    install_policy(bench.policy_text())


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest, bench: Bench) -> Iterator[None]:
    """Promise 7, after each test: no process, cgroup, socket, lock or mount."""
    before = mounts()
    yield
    if request.node.get_closest_marker("reaped_later"):
        wait_until(lambda: "processes" not in leftovers(), f"no process is left: {leftovers()}")
        assert bench.run("").returncode == 0
    wait_until(lambda: not leftovers(), f"nothing is left: {leftovers()}", LIMIT_SECONDS / 4)
    assert mounts() == before


@pytest.fixture
def root_place() -> Iterator[Path]:
    """A directory that the policy may name: root's, as is every parent (/tmp is not)."""
    with tempfile.TemporaryDirectory(dir="/usr/local/lib", prefix="omnisbx-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def stranger_may_sudo(bench: Bench) -> Iterator[None]:
    """A second caller: through sudo by a line of its own; where there is no sudo, by what it would say (see Bench.command)."""
    line = Path("/etc/sudoers.d/zz-omnisbx-test")
    if all(p.pw_name != "stranger" for p in pwd.getpwall()):
        pytest.skip("no account `stranger` here")
    if bench.machine:
        line.write_text(f"stranger ALL=(root) NOPASSWD: {bench.helper}\n")
        line.chmod(0o440)
    yield
    line.unlink(missing_ok=True)
