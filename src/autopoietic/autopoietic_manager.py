"""AutopoieticManager: takes generated components, one or many, has each run once in the sandbox, and keeps book.

It has one way to run them: work.run_one, on an executor. The executor schedules, nothing here does.
"""
from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from .history import History, entry_of
from .metrics import Metrics
from .outcome import Result
from .policy import sandboxes_max
from .sandbox import AutopoieticSandbox
from .work import Done, lost, run_one

HISTORY = Path("data/autopoietic/sandbox_history.jsonl")
Progress = Callable[[int, int, Result], None]  # done, of how many, the last result
logger = logging.getLogger(__name__)


class AutopoieticManager:
    """Thread-safe.

    executor      any concurrent.futures.Executor, a Dask client's get_executor() included; it stays the caller's to shut down.
                  None: threads of this process, for the length of a batch
    at_once       how many of those threads; None: the policy's sandboxes.max for this account
    history_path  JSON lines, see history.Entry; None: none are kept
    metrics_path  a *.prom file for node_exporter's textfile collector, written after each batch; None: none
    options       of AutopoieticSandbox; they go to every node
    """

    def __init__(self, executor: Executor | None = None, *, at_once: int | None = None, history_path: Path | str | None = HISTORY,
                 metrics_path: Path | str | None = None, **options: Any) -> None:
        AutopoieticSandbox(**options)  # raises for what makes no sense, before anything is taken
        self._options = options
        self._executor = executor
        self._at_once = at_once or sandboxes_max()
        self._places = threading.BoundedSemaphore(self._at_once)  # of all batches together
        self._metrics_path = Path(metrics_path) if metrics_path is not None else None
        self._lock = threading.Lock()
        self.history = History(Path(history_path) if history_path is not None else None)
        self._metrics = Metrics(self.history)

    def execute_component(self, component_code: str, component_name: str) -> Result:
        """As AutopoieticSandbox.execute_component, and in the history; what that raises is the result's error here."""
        return self.execute_components([(component_code, component_name)])[0]

    def execute_components(self, components: Iterable[tuple[str, str]], progress: Progress | None = None) -> list[Result]:
        """Runs each (code, name) once, and returns one result for each, in their order.

        `progress` is called in this thread as results come in; what it raises is logged and ends nothing. A component whose
        worker died ends as 'lost', and is not run again: it may have run. An executor has to stay open until this returns: what
        was under way when a Dask client is closed never ends, as Dask then tells nobody. TypeError, before anything runs: not
        all are text.
        """
        batch = list(components)
        if not all(isinstance(code, str) and isinstance(name, str) for code, name in batch):
            raise TypeError("components are pairs of text: (code, name)")
        results: list[Result | None] = [None] * len(batch)
        done = 0
        with self._pool(len(batch)) as pool:
            for index, identity, finished in self._run(pool, batch):
                code, name = batch[index]
                self._record(identity, name, code, finished)
                results[index] = finished.result
                done += 1
                self._tell(progress, done, len(batch), finished.result)
        self._write_metrics()
        return [result for result in results if result is not None]

    def metrics_text(self) -> str:
        with self._lock:
            return self._metrics.text()

    def close(self) -> None:
        """Nothing is held between batches; for symmetry with what holds something."""

    def __enter__(self) -> AutopoieticManager:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _pool(self, size: int) -> Iterator[Executor]:
        if self._executor is not None:
            yield self._executor
            return
        with ThreadPoolExecutor(max(1, min(self._at_once, size)), thread_name_prefix="autopoietic") as pool:
            try:
                yield pool
            except BaseException:  # KeyboardInterrupt: what has not started does not start
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _run(self, pool: Executor, batch: list[tuple[str, str]]) -> Iterator[tuple[int, str, Done]]:
        """Every index of the batch exactly once, as it ends."""
        work = run_one if self._executor is not None else self._run_in_place
        pending: dict[Future[Done], tuple[int, str]] = {}
        for index, (code, name) in enumerate(batch):
            identity = uuid.uuid4().hex  # an argument too, so that no executor takes two runs for the same
            try:
                pending[pool.submit(work, self._options, code, name, identity)] = index, identity
            except Exception as error:  # a pool that is broken or shut down
                yield index, identity, lost(f"the executor does not take it: {type(error).__name__}: {error}")
        for future in as_completed(pending):
            index, identity = pending[future]
            yield index, identity, self._outcome(future)

    def _run_in_place(self, options: dict[str, Any], code: str, name: str, identity: str) -> Done:
        with self._places:
            return run_one(options, code, name, identity)

    @staticmethod
    def _outcome(future: Future[Done]) -> Done:
        if future.cancelled():
            return lost("the executor cancelled it")
        error = future.exception()
        if error is not None:
            return lost(f"the executor lost it: {type(error).__name__}: {error}")
        return future.result()

    def _record(self, identity: str, name: str, code: str, done: Done) -> None:
        entry = entry_of(identity, name, code, done.result, done.status, done.started, done.ended, done.host)
        with self._lock:
            self._metrics.add(entry)
        self.history.append(entry)

    def _tell(self, progress: Progress | None, done: int, total: int, result: Result) -> None:
        step = max(1, total // 10)
        if total > 1 and (done % step == 0 or done == total):
            logger.info("%d of %d components done", done, total)
        if progress is not None:
            try:
                progress(done, total, result)
            except Exception:
                logger.exception("progress callback")

    def _write_metrics(self) -> None:
        if self._metrics_path is None:
            return
        try:
            with self._lock:
                self._metrics.write(self._metrics_path)
        except OSError as error:
            logger.error("metrics %s: %s", self._metrics_path, error.strerror)
