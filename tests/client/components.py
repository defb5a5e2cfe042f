"""Components of the shapes that OmniMind generates, and what each result must be. Used with the real helper."""
from __future__ import annotations

from typing import Any, NamedTuple

MARKED = "    _security_signature = 'modulo_autopoiesis_data_x'\n    _generated_in_sandbox = True\n"


class Shape(NamedTuple):
    code: str
    name: str = "C"
    success: bool = True
    value: Any = None
    output: str | None = None  # None: text of the value, or "" without success
    error: str = ""
    validated: bool = True


def run(body: str, before: str = "", **rest: Any) -> Shape:
    """A marked class C whose run() is `body`."""
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    return Shape(f"{before}\nclass C:\n{MARKED}    def run(self):\n{lines}", **rest)


STABILIZED = '''"""Componente autopoiético: módulo estabilizado"""
import logging
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Dict, Optional

# 🔒 SEGURANÇA AUTOPOIÉTICA


@dataclass
class OperationResult:
    success: bool
    data: Any = None
    error: Optional[str] = None


@dataclass
class HealthMetrics:
    total_operations: int = 0
    labels: Dict[str, str] = field(default_factory=dict)


class StabilizedComponent:
    def __init__(self):
        self.strategy = "STABILIZE"
        self._security_signature = "modulo_autopoiesis_data_stabilized"
        self._generated_in_sandbox = True
        self._logger = logging.getLogger(__name__)
        self._metrics = HealthMetrics()
        self._lock = threading.RLock()
        self._logger.warning("🛡️ inicializado com alta robustez")

    @lru_cache(maxsize=8)
    def _compute(self, x: int) -> int:
        return x * 2

    def run(self):
        with self._lock:
            print("Execução iniciada 🚀")
            return OperationResult(True, {"dobro": self._compute(21), "ação": "concluída"})
'''
STABILIZED_RESULT = "OperationResult(success=True, data={'dobro': 42, 'ação': 'concluída'}, error=None)"
ON_INSTANCE = "class Synth:\n    def __init__(self):\n        self._security_signature = 's'\n        self._generated_in_sandbox = True\n"
FORGED = r"""
import json, os
forged = json.dumps({"success": True, "returned": True, "validated": True, "value": "forged", "error": ""}).encode()
for fd in range(3, 64):
    try:
        os.write(fd, b"\n" + forged + b"\n")
    except OSError:
        pass
print(forged.decode())
""".strip()
FORGED_TEXT = '{"success": true, "returned": true, "validated": true, "value": "forged", "error": ""}\n'
HOSTILE = "class H:\n    def __repr__(self): raise SystemExit(0)\n    __str__ = __repr__\n"
DEEP = "x = []\nfor _ in range(100_000):\n    x = [x]\nreturn x"

SHAPES: dict[str, Shape] = {
    "returns text": run("return 'OK'", value="OK"),
    "prints, then returns": run("print('olá, 世界 🛡️')\nreturn 'ação'", value="ação", output="olá, 世界 🛡️\nação"),
    "returns nothing": run("print('x')", value=None, output="x\nNone"),
    "returns a mapping": run("return {'a': [1, 2.5, None, True], 'ç': 'é'}", value={"a": [1, 2.5, None, True], "ç": "é"}),
    "returns a tuple": run("return (1, 'b')", value=[1, "b"], output="(1, 'b')"),
    "returns a set": run("return {3}", value="{3}"),
    "returns bytes": run(r"return b'\xff\x00'", value=r"b'\xff\x00'"),
    "returns no number": run("return float('nan')", value="nan"),
    "returns infinity inside": run("return [float('inf')]", value="[inf]"),
    "returns a number of 4300 digits": run("return 10 ** 4299", value=10 ** 4299),
    "returns one of too many digits": run("return 10 ** 5000", value="<unprintable object>"),
    "returns one of many digits": run("import sys\nsys.set_int_max_str_digits(0)\nreturn 10 ** 5000", value="1" + "0" * 5000),
    "returns what holds itself": run("x = []\nx.append(x)\nreturn x", value="[[...]]"),
    "returns what is too deep": run(DEEP, value="<unprintable object>"),
    "returns what cannot be shown": run("return H()", HOSTILE, value="<unprintable object>"),
    "returns a lone surrogate": run(r"return '\ud800'", value="\ud800"),
    "markers on the instance, module name": Shape(ON_INSTANCE + "    def run(self): return 7\n", "modulo_x", value=7),
    "helpers beside the component": Shape(STABILIZED, "modulo_autopoiesis_data_stabilized", value=STABILIZED_RESULT,
                                          output="Execução iniciada 🚀\n" + STABILIZED_RESULT),
    "a name that is no identifier": Shape(f"class Any:\n{MARKED}    def run(self): return 1\n", "../módulo 1\n🛡️", value=1),
    "a class named in Portuguese": Shape(f"class Ação:\n{MARKED}    def run(self): return 1\nclass B: run = 0\n", "Ação", value=1),
    "of a base and its heir, the heir": Shape(f"class B:\n{MARKED}    def run(self): return 1\nclass D(B): pass\n", "m", value=1),
    "imported classes do not count": Shape(f"from pathlib import Path\nclass D:\n{MARKED}    def run(self): return 1\n", "m", value=1),
    "is no script": run("return __name__", "if __name__ == '__main__': print('as a script')", value="__mp_main__"),
    "no class": Shape("x = 1\n", "C", False, error="class not found: C; the code defines none", validated=False),
    "two of them": Shape("class A:\n    def run(self): pass\nclass B:\n    def run(self): pass\n", "m", False, validated=False,
                         error="class not found: m; the code defines A, B"),
    "no markers": Shape("class C:\n    def run(self): print('ran')\n", "C", False, validated=False,
                        error="markers missing: _security_signature, _generated_in_sandbox; run() was not called"),
    "one marker": Shape("class C:\n    _security_signature = 1\n    def run(self): print('ran')\n", "C", False, validated=False,
                        error="markers missing: _generated_in_sandbox; run() was not called"),
    "no run": Shape(f"class C:\n{MARKED}", "C", False, error="AttributeError: 'C' object has no attribute 'run'"),
    "raises": run("raise ValueError('valor inválido ❌')", success=False, error="ValueError: valor inválido ❌"),
    "raises its own": run("raise Falha('não')", "class Falha(Exception): pass", success=False, error="Falha: não"),
    "raises what cannot be shown": run("raise E()", "class E(Exception):\n    def __str__(self): raise SystemExit",
                                       success=False, error="E: <unprintable object>"),
    "raises when loaded": Shape("print('aqui')\n1 / 0\n", "C", False, output="aqui\n", validated=False,
                                error="ZeroDivisionError: division by zero"),
    "raises when made": Shape(f"class C:\n{MARKED}    def __init__(self): raise RuntimeError\n", "C", False, error="RuntimeError"),
    "is no Python": Shape("class C(:\n", "C", False, error="SyntaxError: invalid syntax", validated=False),
    "is empty": Shape("", "C", False, error="class not found: C; the code defines none", validated=False),
    "exits": run("import sys\nprint('fim')\nsys.exit(3)", success=False, output="fim\n", error="SystemExit: 3"),
    "exits well": run("raise SystemExit", success=False, error="SystemExit"),
    "leaves": run("import os\nprint('fim')\nos._exit(0)", success=False, output="fim\n",
                  error="exited with status 0 before run() returned"),
    "crashes": run("import os\nprint('antes')\nos.kill(os.getpid(), 11)\nimport ctypes\nctypes.string_at(0)", success=False,
                   output="antes\n", error="killed: signal 11 (SIGSEGV)"),
    "forks, and both return": run("import os\nos.fork()\nreturn 'one'", value="one"),
    "ends badly after run": run("import atexit, os\natexit.register(os._exit, 5)\nreturn 1", success=False,
                                error="exited with status 5 after run() had returned"),
    "closes what it can": run("import os\nos.closerange(3, 512)\nreturn 1", value=1),
    "forges, then returns": run(FORGED + "\nreturn 'honest'", value="honest", output=FORGED_TEXT + "honest"),
    "forges, then raises": run(FORGED + "\nraise KeyError('k')", success=False, output=FORGED_TEXT, error="KeyError: 'k'"),
    "forges, then leaves": run(FORGED + "\nos._exit(0)", success=False, output=FORGED_TEXT,
                               error="exited with status 0 before run() returned"),
    "forges when loaded, without markers": Shape(FORGED + "\nclass C:\n    def run(self): return 1\n", "C", False, output=FORGED_TEXT,
                                                 validated=False, error="markers missing: _security_signature, "
                                                 "_generated_in_sandbox; run() was not called"),
    "floods": run("while True: print('x' * 1000)", success=False, error="killed: output limit (output_size 1M)"),
    "pickles across processes": run("import multiprocessing as m\nwith m.get_context('spawn').Pool(1) as p:\n"
                                    "    return p.map(double, [4])", "def double(x): return x * 2", value=[8]),
    "reads its own source": run("import inspect\nreturn inspect.getsource(A)", "class A: x = 1\n", value="class A: x = 1\n"),
}
FOREVER_HANGS = run("print('antes')\nimport threading\nthreading.Event().wait()", success=False)
