"""The runner as a script host: what is no class component runs as python3 itself would run it. Without a sandbox, on our own code."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from replaying import ROOT

RUNNER = ROOT / "runner/runner.py"
SCRIPTS = {
    "arguments and name": ("import sys\nprint(sys.argv[1:], __name__, __file__ == sys.argv[0], sys.path[0])", ["a", "--b", "--omnisbx-class=", "é"]),
    "exit status": ("import sys\nsys.exit(7)", []),
    "exit text": ("raise SystemExit('why')", []),
    "a traceback": ("def f():\n    1 / 0\ntry:\n    f()\nexcept ZeroDivisionError as e:\n    raise ValueError('é') from e", []),
    "no Python": ("x = = 1", []),
    "another encoding": ("# coding: latin-1\nprint('\xe9')", []),
    "main block": ("if __name__ == '__main__': print('main')", []),
    "own class": ("import pickle\nclass A: pass\nprint(A.__module__, type(pickle.loads(pickle.dumps(A()))).__name__)", []),
    "dataclass": ("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int'\nprint(A(1))", []),
    "spawn": ("import multiprocessing as m\ndef f(x): return x * 2\nif __name__ == '__main__':\n"
              "    with m.get_context('spawn').Pool(1) as p: print(p.map(f, [4]))", []),
    "source": ("import inspect\ndef f(): return 1\nprint(inspect.getsource(f))", []),
    "empty": ("", []),
}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(*words: str, pass_fds: tuple[int, ...] = ()) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, *words], capture_output=True, env=ENVIRONMENT, pass_fds=pass_fds)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_plain_script_behaves_as_if_started_itself(name: str, tmp_path: Path) -> None:
    code, args = SCRIPTS[name]
    script = tmp_path / "script"
    script.write_bytes(code.encode("latin-1" if "latin" in code else "utf-8"))
    assert run(str(RUNNER), str(script), *args) == run(str(script), *args)


def test_two_arguments_are_never_class_mode(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("import sys\nprint(sys.argv[1:])")
    words = ["--omnisbx-class=3:KEY:C", "x"]
    assert run(str(RUNNER), str(script), *words) == (0, f"{words}\n", "")


def test_the_key_is_nowhere_in_sys_and_the_descriptor_is_a_sink(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    script = tmp_path / "script"
    script.write_text("import os, sys\nclass C:\n    _security_signature = _generated_in_sandbox = 1\n    def run(self):\n"
                      f"        os.write({writer}, b'junk')\n"
                      "        return [sys.argv, sys.orig_argv[1:], 'K' + 'EY' in repr(vars(sys))]\n")
    status, out, err = run(str(RUNNER), str(script), f"--omnisbx-class={writer}:KEY:C", pass_fds=(writer,))
    os.close(writer)
    with open(reader) as told:
        lines = [line for line in told.read().splitlines() if line]
    assert (status, out, err) == (0, "", "") and len(lines) == 4
    argv = [str(script)]
    assert lines[3].startswith('KEY {"returned": true, "value": ' + str([argv, argv, False]).replace("'", '"').replace("False", "false"))


def test_nothing_is_imported_before_the_component(tmp_path: Path) -> None:
    """What an import costs, every run pays."""
    script = tmp_path / "script"
    script.write_text("import sys\nprint(sorted(m for m in sys.modules if m != '__mp_main__'))\n")
    assert run(str(RUNNER), str(script))[1] == run(str(script))[1]
