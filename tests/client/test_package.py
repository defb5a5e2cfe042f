"""What the package's own text must not hold: any way to run generated code but the one call of the helper."""
from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from replaying import ROOT

PACKAGE = ROOT / "src/autopoietic"
FILES = sorted(PACKAGE.glob("**/*.py"))
ONE_PLACE = "call.py"
RUNS_CODE = {"exec", "eval", "compile", "__import__", "execfile", "breakpoint"}
RUNS_MODULES = {"importlib", "runpy", "imp", "code", "codeop", "pickle", "marshal", "shelve", "ctypes", "multiprocessing", "pty", "zipimport"}
RUNS_PROGRAMS = {"subprocess", "asyncio.subprocess"}
OS_RUNS = {"system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile"}


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        yield node.module or ""
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults(tree: ast.AST, name: str) -> list[str]:
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for module in imported(node):
            top = module.split(".")[0]
            if top in RUNS_MODULES or (module in RUNS_PROGRAMS or top in RUNS_PROGRAMS) and name != ONE_PLACE:
                found.append(f"{name}:{line}: imports {module}")
        if isinstance(node, ast.Name) and node.id in RUNS_CODE:
            found.append(f"{name}:{line}: {node.id}")
        if isinstance(node, ast.Attribute) and (node.attr in {"exec", "eval", "__import__", "import_module", "exec_module", "run_path"}
                                                or isinstance(node.value, ast.Name) and node.value.id == "os"
                                                and (node.attr in OS_RUNS or node.attr.startswith(("exec", "spawn")))):
            found.append(f"{name}:{line}: .{node.attr}")
        if isinstance(node, ast.keyword) and node.arg == "shell":
            found.append(f"{name}:{line}: shell=")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_generated_code_has_one_way_to_run(path: Path) -> None:
    assert not faults(ast.parse(path.read_text()), path.name)


@pytest.mark.parametrize("code", ["exec(c)", "f = eval", "compile(c, '', 'exec')", "import importlib", "from importlib import util",
                                  "import subprocess", "from subprocess import run", "import os\nos.system(c)", "import os\nos.execv(a, b)",
                                  "from runpy import run_path", "__import__(n)", "builtins.exec(c)", "run(c, shell=True)"])
def test_the_check_finds(code: str) -> None:
    assert faults(ast.parse(code), "other.py")


def test_one_call_of_one_process_is_all_that_the_one_place_has() -> None:
    tree = ast.parse((PACKAGE / ONE_PLACE).read_text())
    used = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            and node.value.id == "subprocess"]
    assert used.count("Popen") == 1 and set(used) <= {"Popen", "PIPE", "TimeoutExpired"}
    callers = {path.name for path in FILES for node in ast.walk(ast.parse(path.read_text()))
               if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "call"}
    assert callers == {"sandbox.py", "direct.py"}


def test_the_standard_library_is_all_it_needs() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            for module in imported(node):
                assert module.split(".")[0] in sys.stdlib_module_names, (path.name, module)


def test_types_are_strict() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null", "src", "runner"], cwd=ROOT, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout


def test_both_import_paths_work() -> None:
    for path, name in ((ROOT, "src.autopoietic"), (ROOT / "src", "autopoietic")):
        subprocess.run([sys.executable, "-c", f"from {name}.sandbox import AutopoieticSandbox\nfrom {name} import AutopoieticManager"],
                       cwd=path, check=True)
