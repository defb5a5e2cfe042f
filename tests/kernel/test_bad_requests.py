"""Promise 10: a request that cannot be right is one line that names the option; exit 125; nothing is made, nothing runs.

Root asks: hundreds of sudos would cost an emulated machine minutes. What sudo lets through is in test_shipped.py."""
from __future__ import annotations

import json
import subprocess

import pytest
from bench import ENVIRONMENT, Bench

LONG = "x" * 129
BAD: list[tuple[list[str], str]] = [
    (["--bogus"], "option --bogus: unknown"),
    (["--bogus=1"], "option --bogus: unknown"),
    (["-m", "1G"], 'argument "-m"'),
    (["component.py"], 'argument "component.py"'),
    ([""], 'argument ""'),
    (["-"], 'argument "-"'),
    (["--memory-ma", "1M"], "option --memory-ma: unknown"),
    (["--memory-maxx", "1M"], "option --memory-maxx: unknown"),
    (["--JSON"], "option --JSON: unknown"),
    (["--profile"], "option --profile: the value is missing"),
    (["--profile", "component", "--profile", "component"], "option --profile: given twice"),
    (["--profile="], "option --profile: the value is empty"),
    (["--profile", "../component"], "option --profile: "),
    (["--profile", "COMPONENT"], "option --profile: COMPONENT is not one of"),
    (["--profile", LONG], "option --profile: longer than 128"),
    (["--slice", "omnimind-sandbox"], "option --slice: "),
    (["--slice", "../omnimind-sandbox.slice"], "option --slice: "),
    (["--slice", "-.slice"], "option --slice: "),
    (["--slice", "a/b.slice"], "option --slice: "),
    (["--slice", "omnimind.slice"], "option --slice: omnimind.slice is not one of"),
    (["--unshare", "cpu"], 'option --unshare: "cpu" is not a namespace'),
    (["--unshare", "user,"], 'option --unshare: "" is not a namespace'),
    (["--unshare", ",user"], 'option --unshare: "" is not a namespace'),
    (["--unshare", "user user"], "option --unshare: "),
    (["--unshare", "user,user"], 'option --unshare: "user" is given twice'),
    (["--unshare", "USER"], 'option --unshare: "USER" is not a namespace'),
    (["--pythonpath", "relative"], "option --pythonpath: "),
    (["--pythonpath", "/usr/../etc"], "option --pythonpath: "),
    (["--pythonpath", "/opt/omnimind/src/"], "option --pythonpath: "),
    (["--pythonpath", "/a:/b"], "option --pythonpath: "),
    (["--setenv", "OMP_NUM_THREADS"], "option --setenv: "),
    (["--setenv", "=1"], "option --setenv: "),
    (["--setenv", "1X=1"], "option --setenv: "),
    (["--setenv", "OMP_NUM_THREADS=1\n2"], "option --setenv: a control character"),
    (["--setenv", "OMP_NUM_THREADS=1\x1b[2J"], "option --setenv: a control character"),
    (["--setenv", "OMP_NUM_THREADS=1", "--setenv", "OMP_NUM_THREADS=2"], "option --setenv: OMP_NUM_THREADS is given twice"),
    (["--setenv", "OMP_NUM_THREADS=" + "1" * 40000], "option --setenv: more than 256, or than 32768 bytes"),
    (["--memory-max", "-1"], "option --memory-max: "),
    (["--memory-max", "+1G"], "option --memory-max: "),
    (["--memory-max", " 1G"], "option --memory-max: "),
    (["--memory-max", "1G "], "option --memory-max: "),
    (["--memory-max", "1GiB"], "option --memory-max: "),
    (["--memory-max", "1g"], "option --memory-max: "),
    (["--memory-max", "0x100000"], "option --memory-max: "),
    (["--memory-max", "0100M"], "option --memory-max: "),
    (["--memory-max", "1e9"], "option --memory-max: "),
    (["--memory-max", "max"], "option --memory-max: "),
    (["--memory-max", "0"], "option --memory-max: "),
    (["--memory-max", "18446744073709551616"], "option --memory-max: "),
    (["--memory-max", "17179869184G"], "option --memory-max: "),
    (["--swap-max", "1.5G"], "option --swap-max: "),
    (["--cpu-max", "50"], "option --cpu-max: "),
    (["--cpu-max", "0%"], "option --cpu-max: "),
    (["--cpu-max", "50%%"], "option --cpu-max: "),
    (["--pids-max", "0"], "option --pids-max: "),
    (["--pids-max", "1K"], "option --pids-max: "),
    (["--pids-max", "٣"], "option --pids-max: "),
    (["--wall-time", "10"], "option --wall-time: "),
    (["--wall-time", "0s"], "option --wall-time: "),
    (["--wall-time", "1 s"], "option --wall-time: "),
    (["--wall-time", "10us"], "option --wall-time: "),
    (["--cpu-time", "1d"], "option --cpu-time: "),
    (["--file-size", "1M,"], "option --file-size: "),
    (["--name", "a b"], "option --name: "),
    (["--name", "a/b"], "option --name: "),
    (["--name", ".."], "option --name: "),
    (["--name", "."], "option --name: "),
    (["--name", LONG], "option --name: longer than 128"),
    (["--name", "ä"], "option --name: "),
    (["--name", "x\nrun status=exited"], "option --name: "),
    (["--tmp-size", "1M"], "option --tmp-size: unknown"),
    (["--code-size", "1M"], "option --code-size: unknown"),
    (["--", *["x"] * 257], "arguments: more than 256"),
    (["--", "x" * 40000], "arguments: more than 256, or than 32768 bytes"),
]
WORDS = [["rum"], ["RUN"], ["--help"], ["--json"], ["run\n"], [""], ["serve"], ["/bin/sh"], []]


@pytest.mark.parametrize(("words", "text"), BAD, ids=lambda v: (v if isinstance(v, str) else " ".join(v))[:40])
def test_promise_10_a_malformed_request(bench: Bench, words: list[str], text: str) -> None:
    done = bench.run("print('ran')", *words, user="root", json=False)
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith("omnisbx-helper: ") and text in done.stderr
    assert done.stderr.endswith("\n") and done.stderr.count("\n") == 1 and done.stderr[:-1].isprintable() and done.stderr.isascii()


@pytest.mark.parametrize("words", WORDS, ids=str)
def test_promise_10_an_unknown_verb(bench: Bench, words: list[str]) -> None:
    command = bench.command("run", user="root")[:-1] + words
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr.startswith("omnisbx-helper: usage: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["--json", "--memory-max", "banana"], ["--memory-max", "banana", "--json"],
                                   ["--json", "--json"], ["--json", "--bogus"], ["--bogus", "--json"]], ids=str)
def test_promise_10_a_refusal_is_reported_as_json_where_json_is_asked_for(bench: Bench, words: list[str]) -> None:
    done = bench.verb("run", *words, user="root")
    report = json.loads(done.stdout)
    assert (done.returncode, report["status"], report["stdout"]) == (125, "refused", "")
    assert done.stderr == f"omnisbx-helper: {report['reason']}\n" and "option --" in report["reason"]
