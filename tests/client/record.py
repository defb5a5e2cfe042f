"""Makes recorded.json anew from a helper that is installed and permitted: python3 tests/client/record.py >tests/client/recorded.json"""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from components import SHAPES  # noqa: E402 # after the path
from src.autopoietic import call as gate  # noqa: E402

HANG = SHAPES["returns text"].code.replace("return 'OK'", "__import__('time').sleep(999)")
RUNS = {"returned": (SHAPES["prints, then returns"].code, []), "raised": (SHAPES["raises"].code, []),
        "no markers": (SHAPES["no markers"].code, []), "crashed": (SHAPES["crashes"].code, []), "left": (SHAPES["leaves"].code, []),
        "flooded": (SHAPES["floods"].code, []), "timeout": (HANG, ["--wall-time=2s"]), "refused": ("", ["--memory-max=4G"])}

recorded = {}
command = sys.argv[1:] or gate.COMMAND
for name, (code, options) in RUNS.items():
    done = subprocess.run([*command, "run", "--json", *options, "--", "--omnisbx-class=3:KEY:C"], input=code.encode(), capture_output=True)
    report = json.loads(done.stdout)
    report["stdout"] = report["stdout"][:4000]
    recorded[name] = {"status": done.returncode, "stderr": done.stderr.decode(), "report": report}
print(json.dumps(recorded, indent=1))
