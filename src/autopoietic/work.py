"""One component on the node that an executor chose: what is sent there, and comes back. Runs in a worker thread or process."""
from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from .outcome import Result, not_run
from .sandbox import AutopoieticSandbox, SandboxError


class Done(NamedTuple):
    result: Result
    status: str  # of history.Entry
    started: str
    ended: str
    host: str


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def lost(reason: str) -> Done:
    at = now()
    return Done(not_run(f"lost: {reason}; it is not run again"), "lost", at, at, os.uname().nodename)


def is_first_start(identity: str) -> bool:
    """Dask starts the tasks of a worker that died once more elsewhere; a component must not run twice.

    So the first start takes a lock of the component's own at Dask's scheduler, and nobody ever gives it back (about 200 bytes
    a component, for the scheduler's life). Outside of a Dask worker a start is always the first.
    """
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return True
    try:
        distributed.get_worker()
    except (ValueError, AttributeError):
        return True
    return bool(distributed.Lock(f"omnisbx-{identity}").acquire(timeout=0))


def run_one(options: Mapping[str, Any], code: str, name: str, identity: str) -> Done:
    """Raises nothing: whatever is wrong is this one component's result."""
    started = now()
    try:
        if not is_first_start(identity):
            return lost("its worker died with it, so it may have run in part or in whole")
        result = AutopoieticSandbox(**options).execute_component(code, name)
    except SandboxError as error:
        result = not_run(str(error))
    except Exception as error:
        result = not_run(f"{type(error).__name__}: {error}")
    status = result["report"].get("status") or ("direct" if result["isolation"] == "direct" else "error")
    return Done(result, status, started, now(), os.uname().nodename)
