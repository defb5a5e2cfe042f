"""What honest Python needs works inside, under every protection."""
from __future__ import annotations

import pytest
from bench import Bench

HONEST = {
    "threads": "from concurrent.futures import ThreadPoolExecutor as E\nwith E(4) as e: print(sum(e.map(abs, range(-5, 5))))",
    "multiprocessing by fork": """
        import multiprocessing as m
        with m.get_context('fork').Pool(2) as pool: print(sum(pool.map(abs, range(-5, 5))))""",
    "multiprocessing by spawn": """
        import multiprocessing as m
        if __name__ == '__main__':
            with m.get_context('spawn').Pool(1) as pool: print(sum(pool.map(abs, range(-5, 5))))""",
    "shared memory": """
        from multiprocessing import shared_memory as s
        block = s.SharedMemory(create=True, size=100)
        block.buf[:2] = b'25'
        again = s.SharedMemory(block.name)
        print(bytes(again.buf[:2]).decode())
        again.close(); block.close(); block.unlink()""",
    "subprocess": """
        import subprocess, sys
        print(subprocess.run([sys.executable, '-c', 'print(25)'], capture_output=True, text=True).stdout.strip())""",
    "a shell": "import subprocess\nprint(subprocess.check_output('echo $((5 * 5))', shell=True, text=True).strip())",
    "asyncio": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec('echo', '25', stdout=asyncio.subprocess.PIPE)
            print((await child.communicate())[0].decode().strip())
        asyncio.run(main())""",
    "asyncio on a local socket": """
        import asyncio
        async def serve(reader, writer):
            writer.write(b'25')
            writer.close()
        async def main():
            async with await asyncio.start_unix_server(serve, '/tmp/socket'):
                reader, writer = await asyncio.open_unix_connection('/tmp/socket')
                print((await reader.read()).decode())
                writer.close()
        asyncio.run(main())""",
    "sqlite3": """
        import sqlite3
        base = sqlite3.connect('/tmp/base')
        base.execute('pragma journal_mode = wal')
        base.execute('create table t (x)')
        base.executemany('insert into t values (?)', [(5,), (20,)])
        base.commit()
        print(base.execute('select sum(x) from t').fetchone()[0])""",
    "a ctypes callback": """
        import ctypes
        compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))(lambda a, b: a[0] - b[0])
        numbers = (ctypes.c_int * 3)(30, 25, 27)
        ctypes.CDLL(None).qsort(numbers, 3, 4, compare)
        print(numbers[0])""",
    "ssl": """
        import ssl
        print(25 if ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED and ssl.RAND_bytes(8) else 0)""",
    "tempfile": """
        import tempfile
        with tempfile.TemporaryDirectory() as d, tempfile.NamedTemporaryFile(dir=d) as f, tempfile.TemporaryFile() as g:
            f.write(b'25'); f.flush(); g.write(open(f.name, 'rb').read()); g.seek(0)
            print(g.read().decode())""",
    "dates and locales": "import datetime, locale, random, uuid\nlocale.setlocale(0, '')\nprint(datetime.date(2025, 1, 25).day)",
    "its account": "import getpass, os\nprint(25 if getpass.getuser() == 'component' and os.path.expanduser('~') == '/tmp' else 0)",
    "signals and timers": """
        import signal
        signal.signal(signal.SIGALRM, lambda *_: print(25))
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        signal.pause()""",
    "stdin at its end": "import sys\nprint(25 if sys.stdin.read() == '' else 0)",
    "numpy": "import numpy as np\nprint(round(np.trace(np.linalg.inv(np.eye(5) / 5))))",
    "pandas": "import pandas as pd\nprint(pd.DataFrame({'k': [1, 1, 2], 'v': [5, 20, 7]}).groupby('k').v.sum()[1])",
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_python(bench: Bench, name: str) -> None:
    lines = HONEST[name].splitlines()
    code = "\n".join(line.removeprefix(" " * 8) for line in lines)
    report = bench.run(code).report
    assert (report["status"], report["exit_code"], report["stdout"], report["stderr"]) == ("exited", 0, "25\n", ""), report


@pytest.mark.parametrize("module", ["numpy", "pandas"])
def test_scientific_python_imports_in_a_user_namespace(bench: Bench, module: str) -> None:
    if module == "pandas" and bench.machine:
        pytest.skip("numpy shows it, and an emulated machine is slow")
    assert bench.run(f"import {module}; print(25)", "--unshare", "user").report["stdout"] == "25\n"
