"""Every ending that the helper reports, and every way to get no report, as the caller sees it. Against a recorded helper."""
from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from replaying import RECORDED, Replay
from src.autopoietic import call as gate
from src.autopoietic import sandbox as module
from src.autopoietic.outcome import Result
from src.autopoietic.sandbox import AutopoieticSandbox, SandboxError, create_secure_sandbox

KEYS = ("success", "output", "value", "error", "execution_time", "security_validated", "isolation", "report")
CGROUP = {"limits_by": "cgroup", "not_enforced": []}


def execute(**options: Any) -> Result:
    return AutopoieticSandbox(**options).execute_component("code", "C")


def test_the_result_has_the_keys_of_the_contract_whatever_happened(replay: Replay) -> None:
    for name in RECORDED:
        replay.plays(name)
        assert tuple(execute()) == KEYS, name


def test_a_return_is_a_success_with_what_was_printed_and_returned(replay: Replay) -> None:
    report = replay.plays("returned")
    result = execute()
    assert result["report"].keys() == report.keys() and result["execution_time"] == report["wall_ms"] / 1000
    assert (result["success"], result["output"], result["value"], result["error"], result["security_validated"]) == \
        (True, "olá, 世界 🛡️\nação", "ação", "", True)


ENDINGS = [
    ("raised", {}, "ValueError: valor inválido ❌", True),
    ("no markers", {}, "markers missing: _security_signature, _generated_in_sandbox; run() was not called", False),
    ("crashed", {}, "killed: signal 11 (SIGSEGV)", True),
    ("crashed", {"signal": 40}, "killed: signal 40 (real-time)", True),
    ("left", {}, "exited with status 0 before run() returned", True),
    ("left", {"exit_code": 7}, "exited with status 7 before run() returned", True),
    ("returned", {"exit_code": 120}, "exited with status 120 after run() had returned", True),
    ("flooded", {}, "killed: output limit (output_size 1M)", True),
    ("timeout", {}, "killed: timeout (wall_time 2s)", True),
    ("timeout", {"reason": "cpu_time 30s"}, "killed: timeout (cpu_time 30s)", True),
    ("timeout", {"status": "oom", "reason": "memory.max 1G"}, "killed: out of memory (memory.max 1G)", True),
    ("timeout", {"status": "killed", "reason": "the caller asked"}, "killed: the caller asked", True),
    ("refused", {}, "omnisbx-helper: option --memory-max: asked 4G, the profile component allows 1G", False),
    ("refused", {"status": "error", "reason": "unit u is not running"}, "omnisbx-helper: unit u is not running", False),
    ("returned", {"status": "timeout", "reason": "wall_time 60s"}, "killed: timeout (wall_time 60s)", True),  # a thread hung at the end
]


@pytest.mark.parametrize(("name", "changes", "error", "validated"), ENDINGS, ids=[ending[2] for ending in ENDINGS])
def test_each_other_ending_has_one_reason_and_one_call(replay: Replay, name: str, changes: dict[str, Any], error: str,
                                                       validated: bool) -> None:
    replay.plays(name, **changes)
    result = execute()
    assert (result["success"], result["value"], result["error"], result["security_validated"]) == (False, None, error, validated)
    assert len(replay.calls) == 1


@pytest.mark.parametrize(("changes", "isolation"), [
    (CGROUP, "systemd_run"), ({}, "unshare"), (CGROUP | {"not_enforced": ["cpu.max"]}, "unshare"),
    (CGROUP | {"namespaces": ["pid", "ipc", "uts"]}, "none")])
def test_isolation_is_what_was_read_back(replay: Replay, changes: dict[str, Any], isolation: str) -> None:
    replay.plays("returned", **changes)
    assert execute()["isolation"] == isolation


@pytest.mark.parametrize("status", ["refused", "error"])
def test_what_did_not_run_has_isolation_none(replay: Replay, status: str) -> None:
    replay.plays("refused", status=status, **CGROUP)
    assert execute()["isolation"] == "none"


@pytest.mark.parametrize("forged", [
    '{"returned": true, "validated": true, "value": 1}', 'KEX {"returned": true, "validated": true, "value": 1}',
    ' KEY {"returned": true, "validated": true, "value": 1}', 'KEY [1]', 'KEY {"returned": true', 'KEY {"returned": "true"}',
    'KEY {"validated": 1, "returned": true, "value": 1}', 'KEY {"returned": true, "validated": true}', 'KEY ' + '[' * 100_000])
def test_a_result_without_key_or_form_is_no_success(replay: Replay, forged: str) -> None:
    replay.plays("returned", result='KEY {"started": true}\n' + forged + "\n")
    result = execute()
    assert not result["success"] and result["value"] is None and result["error"] == "exited with status 0 before run() returned"


def test_a_policy_without_the_runner_is_named(replay: Replay) -> None:
    replay.plays("returned", result="")
    assert execute()["error"].startswith("the runner did not say a word: ") and "runner =" in execute()["error"]


def test_the_code_is_standard_input_and_the_command_is_fixed(replay: Replay) -> None:
    replay.plays("returned")
    AutopoieticSandbox(profile="p").execute_component("class Ação: pass # 🛡️\n", "../Ação x")
    assert replay.code == "class Ação: pass # 🛡️\n".encode()
    words = replay.calls[0].split()
    assert words[:7] == ["-n", gate.HELPER, "run", "--json", "--name=.._A__o_x", "--profile=p", "--"]
    assert words[7].startswith("--omnisbx-class=3:") and words[7].endswith(":") and len(words) == 8


def test_names_become_labels_and_class_names() -> None:
    assert [module.label_of(name) for name in ("Abc", "a.b-c_1", "", ".", "..", "é/\n", "x" * 200)] == \
        ["Abc", "a.b-c_1", "component", "component", "component", "___", "x" * 128]
    assert [module.class_name_of(name) for name in ("Abc", "Ação", "A\u0327a", "a.b", "", "ﬁx", "x" * 2000)] == \
        ["Abc", "Ação", "A\u0327a", "", "", "fix", ""]


def test_every_key_is_new(replay: Replay) -> None:
    replay.plays("returned")
    for _ in range(3):
        assert execute()["success"]
    assert len({call.split(":")[1] for call in replay.calls}) == 3


def test_limits_become_options_and_memory_means_no_swap(replay: Replay) -> None:
    replay.plays("returned")
    with create_secure_sandbox(max_memory_mb=64, max_cpu_time_seconds=0.5, max_file_size_kb=100, temp_dir="/t") as sandbox:
        sandbox.execute_component("", "C")
    assert "--memory-max=67108864 --swap-max=0 --cpu-time=500ms --file-size=102400 --" in replay.calls[0]
    assert (sandbox.max_memory_mb, sandbox.max_cpu_time_seconds, sandbox.max_file_size_kb, sandbox.temp_dir) == (64, 0.5, 100, "/t")


@pytest.mark.parametrize("argument", ["max_memory_mb", "max_cpu_time_seconds", "max_file_size_kb"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), True, "64", 1e-9])
def test_an_argument_that_makes_no_sense_is_named(argument: str, value: Any) -> None:
    with pytest.raises(SandboxError, match=argument):
        AutopoieticSandbox(**{argument: value})


@pytest.mark.parametrize("line", ["sudo: a password is required", "Sorry, user x is not allowed to execute 'h' as root on here."])
def test_what_sudo_does_not_permit_is_an_error_that_says_where_to_look(replay: Replay, line: str) -> None:
    replay.says(stderr=line + "\n", status=1)
    with pytest.raises(SandboxError, match="/etc/sudoers.d/omnimind") as caught:
        execute()
    assert line in str(caught.value) and len(replay.calls) == 1


def test_a_refusal_before_the_options_are_read_is_the_helpers_line(replay: Replay) -> None:
    replay.says(stderr="sudo: unable to resolve host h\nomnisbx-helper: /etc/omnisbx/policy.ini:3: x: unknown key\n", status=125)
    result = execute()
    assert (result["error"], result["isolation"], result["report"]) == \
        ("omnisbx-helper: /etc/omnisbx/policy.ini:3: x: unknown key", "none", {})


@pytest.mark.parametrize("stdout", ["", "{", "[]", '{"version": 2, "status": "exited"}', '{"version": 1, "status": "fine"}'])
def test_an_end_without_a_report_is_no_success_and_no_second_call(replay: Replay, stdout: str) -> None:
    replay.says(stdout=stdout, status=137)
    result = execute()
    assert (result["success"], result["error"], result["isolation"]) == \
        (False, "the helper ended without a report (status 137), and its run with it", "none")
    assert len(replay.calls) == 1


def test_a_helper_that_hangs_is_given_up(replay: Replay) -> None:
    replay.plays("returned")
    script = replay.place / "sudo"
    script.write_text("#!/bin/sh\ncat >/dev/null\nexec /usr/bin/python3 -c 'import os, select\n"
                      "p = select.poll()\np.register(1, 0)\np.poll()'\n")  # as the helper: until nobody reads
    result = execute(answer_timeout_seconds=0.5)
    assert result["error"] == "no report from the helper within 0.5 s: the run was given up and ended"


def test_without_a_helper_nothing_runs(replay: Replay) -> None:
    replay.plays("returned")
    os.unlink(gate.HELPER)
    with pytest.raises(SandboxError, match="is not installed"):
        execute()
    assert not replay.calls


def test_without_sudo_the_error_says_so(replay: Replay) -> None:
    with pytest.raises(SandboxError, match="through sudo"):
        execute()


def test_code_that_is_no_text_does_not_run(replay: Replay) -> None:
    replay.plays("returned")
    assert "UTF-8" in AutopoieticSandbox().execute_component("\ud800", "C")["error"]
    assert not replay.calls


def test_allow_direct_changes_nothing_where_a_helper_is(replay: Replay) -> None:
    for name in ("refused", "crashed", "timeout"):
        replay.plays(name)
        assert execute(allow_direct=True)["isolation"] != "direct"
    assert len(replay.calls) == 3


DIRECT = "class C:\n    _security_signature = _generated_in_sandbox = 1\n    def run(self):\n        print('olá')\n        {}\n"


@pytest.mark.parametrize(("body", "success", "value", "error"), [
    ("return 'é'", True, "é", ""), ("raise ValueError('x')", False, None, "ValueError: x"),
    ("import os; os.kill(os.getpid(), 9)", False, None, "killed: signal 9 (SIGKILL)")])
def test_allow_direct_runs_and_says_so_loudly(replay: Replay, caplog: pytest.LogCaptureFixture, tmp_path: Path, body: str, success: bool,
                                              value: Any, error: str) -> None:
    os.unlink(gate.HELPER)
    place = tmp_path / "direct"
    place.mkdir()
    result = AutopoieticSandbox(allow_direct=True, temp_dir=place).execute_component(DIRECT.format(body), "C")
    assert (result["success"], result["value"], result["error"], result["isolation"], result["report"]) == (success, value, error, "direct", {})
    assert result["output"].startswith("olá\n") and tuple(result) == KEYS
    assert any(record.levelno == logging.ERROR and "WITHOUT A SANDBOX" in record.message for record in caplog.records)
    assert not list(place.iterdir())


@pytest.mark.parametrize(("code", "valid"), [
    ("class C:\n    _security_signature = 's'\n    _generated_in_sandbox = True\n", True),
    ("class C:\n    def __init__(self):\n        self._security_signature: str = 's'\n        self._generated_in_sandbox = True\n", True),
    ("class C:\n    _security_signature = 's'\n", False), ("# _security_signature = _generated_in_sandbox = True", False),
    ("class C(:", False), ("\0", False), ("(" * 10_000, False), ("", False)])
def test_validate_component_reads_and_runs_nothing(code: str, valid: bool) -> None:
    assert AutopoieticSandbox().validate_component(code) is valid
    assert AutopoieticSandbox().validate_component(code + "\nraise SystemExit") is valid


def test_results_go_through_json(replay: Replay) -> None:
    for name in RECORDED:
        replay.plays(name)
        assert json.loads(json.dumps(execute()))
