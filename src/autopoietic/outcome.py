"""From the helper's report and the runner's lines to the result that callers get. Computes only.

What is trusted: the report, which a component cannot reach. It alone decides status, isolation and whether a success is possible.
The runner's lines come out of the component's own process: they are read as what the component says about itself.
"""
from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

Report = dict[str, Any]
MANDATORY_NAMESPACES = frozenset(("pid", "ipc", "uts", "net"))


class Result(TypedDict):
    """What execute_component returns: always all of these keys."""

    success: bool  # the class was found, carries both markers, and run() returned
    output: str  # what it printed, then what run() returned, as text
    value: Any  # what run() returned, where JSON can carry it, else its repr; None without success
    error: str  # "" with success, else one reason
    execution_time: float  # seconds
    security_validated: bool  # both markers are there, on the class or the instance
    isolation: str  # systemd_run, unshare, direct, none
    report: Report  # the helper's; {} where there is none


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "real-time"


# Every status of a report, and its reason for a caller ("": none; the component's own end, which its lines explain).
REASONS: Mapping[str, Callable[[Report], str]] = {
    "exited": lambda report: "",
    "signaled": lambda report: f"killed: signal {report['signal']} ({signal_name(report['signal'])})",
    "timeout": lambda report: f"killed: timeout ({report['reason']})",
    "oom": lambda report: f"killed: out of memory ({report['reason']})",
    "output_limit": lambda report: f"killed: output limit ({report['reason']})",
    "killed": lambda report: f"killed: {report['reason']}",
    "refused": lambda report: f"omnisbx-helper: {report['reason']}",
    "error": lambda report: f"omnisbx-helper: {report['reason']}",
}
NOT_RUN = ("refused", "error")
NO_RUNNER = "the runner did not say a word: the profile in /etc/omnisbx/policy.ini needs `runner = /usr/lib/omnisbx/runner.py`"


def not_run(reason: str, report: Report | None = None) -> Result:
    return Result(success=False, output="", value=None, error=reason, execution_time=0.0, security_validated=False,
                  isolation="none", report=report or {})


def read_report(stdout: bytes) -> Report | None:
    """The one JSON line of the helper, or None when this is none."""
    try:
        report = json.loads(stdout)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) and report.get("version") == 1 and report.get("status") in REASONS else None


def isolation_of(report: Report) -> str:
    """What was in force, as the helper read it back; never what was asked for."""
    if report["status"] in NOT_RUN or not MANDATORY_NAMESPACES <= set(report["namespaces"]):
        return "none"
    return "systemd_run" if report["limits_by"] == "cgroup" and not report["not_enforced"] else "unshare"


def whole_number(digits: str) -> int | str:
    """A number of more digits than Python converts (sys.get_int_max_str_digits) stays text, as its repr would be."""
    try:
        return int(digits)
    except ValueError:
        return digits


def read_lines(stream: str, key: str) -> dict[str, Any]:
    """The fields of the runner's lines, later ones over earlier ones. Lines without the key are the component's, and ignored."""
    fields: dict[str, Any] = {}
    for line in stream.split("\n"):
        if line.startswith(f"{key} "):
            try:
                found = json.loads(line[len(key) + 1:], parse_int=whole_number)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                fields.update(found)
    return fields


def own_reason(fields: Mapping[str, Any], exit_code: int | None) -> str:
    """Why a component that ended by itself is no success; "" when it is one."""
    if fields.get("started") is not True:
        return NO_RUNNER
    if fields.get("returned") is True and "value" in fields and fields.get("validated") is True:
        return "" if exit_code == 0 else f"exited with status {exit_code} after run() had returned"
    error = fields.get("error")
    if fields.get("returned") is False and isinstance(error, str) and error:
        return error
    return f"exited with status {exit_code} before run() returned"


def read_result(report: Report, key: str) -> Result:
    """The result of a run that was reported."""
    fields = read_lines(report["result"], key)
    reason = REASONS[report["status"]](report) or own_reason(fields, report["exit_code"])
    value = None if reason else fields["value"]
    text = "" if reason else fields.get("text", value)
    return Result(success=not reason, output=report["stdout"] + (text if isinstance(text, str) else str(text)), value=value,
                  error=reason, execution_time=(report["wall_ms"] or 0.0) / 1000, security_validated=fields.get("validated") is True,
                  isolation=isolation_of(report), report=report)
