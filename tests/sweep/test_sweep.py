"""Every system call failing (promises 1, 2, 5 and 7): for each call that the helper makes, one run in which it fails with each plausible
errno, and one in which its process is killed right there. After each: exit 125 and nothing run, or a run as it should be; nothing kept,
nothing left. The points come from runs that were listened to, so new code is swept without anyone listing it."""
from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bench import ROOT, Bench
from errnos import ways
from worker import VARIANTS

HERE = Path(__file__).resolve().parent
WORKERS = int(os.environ.get("SWEEP_WORKERS", "3"))  # most of a run is waiting for the kernel to end namespaces
TRIES = 8         # to reach a point that not every run has: a poll that came in two parts
LISTENED = 3      # undisturbed runs that the points are taken from
SUMMARY: list[str] = []
# How often a host without cgroup v2 has had each call; in the machine, which is slow, only what comes on top of it is swept, with one errno
# each. Without the file everything is.
HAD = ROOT / "build/sweep-calls.json"


class Worker:
    def __init__(self, number: int, machine: bool) -> None:
        words = ["unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc", sys.executable, str(HERE / "worker.py"), str(number),
                 "machine" if machine else "host"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question: dict[str, Any]) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the worker ended at {question}"
        return json.loads(answer)

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=30)


def kind(call: dict[str, Any]) -> tuple[str, str, str]:
    """What a call is, whatever its place in the order: numbers that differ from run to run do not count."""
    return call["process"], call["call"], re.sub(r"[0-9a-f]{16}|\d{2,}", "N", call["words"])


def listen(worker: Worker, variant: str) -> list[dict[str, Any]]:
    """Each call of some undisturbed runs, once. sure: all of them had it. before_main: the C library's, and a library's constructor."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for _ in range(LISTENED):
        begun = False
        for call in worker.ask({"points": variant}):
            begun = begun or call["call"] == "getresuid"  # main's first
            fresh = call | {"times": 0, "before_main": not begun, "variant": variant}
            known = found.setdefault((call["process"], call["call"], call["nth"]), fresh)
            known["times"] += 1
    # how many parts a wait comes in is the clock's affair
    return [call | {"sure": call.pop("times") == LISTENED and call["call"] != "poll"} for call in found.values()]


def rough(call: dict[str, Any]) -> str:
    """The same, without descriptors and flags: what it acts on. Other descriptors are open where there are cgroups."""
    return " ".join((call["process"], call["call"], *re.findall(r'"[^"]*"', re.sub(r"[0-9a-f]{16}|\d{2,}", "N", call["words"]))))


def beyond(calls: list[dict[str, Any]], had: dict[str, int]) -> list[dict[str, Any]]:
    """The calls that are not among those that were had already; they are taken off there."""
    left = dict(had)
    found = []
    for call in calls:
        left[rough(call)] = left.get(rough(call), 0) - 1
        if left[rough(call)] < 0:
            found.append(call)
    return found


def new_ones(calls: list[dict[str, Any]], known: dict[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    """The calls of a variant that another has not had as often; they are known then."""
    counts: dict[tuple[str, str, str], int] = {}
    new = []
    for call in calls:
        counts[kind(call)] = counts.get(kind(call), 0) + 1
        if counts[kind(call)] > known.get(kind(call), 0):
            new.append(call)
    for key, count in counts.items():
        known[key] = max(count, known.get(key, 0))
    return new


def title(point: dict[str, Any]) -> str:
    return f"{point['variant']}: {point['process']} {point['call']} {point['nth']} {point['way']} ({point['words']})"


def sweep(points: list[dict[str, Any]], workers: list[Worker]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each point with its answer, in no order."""
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    for point in points:
        waiting.put(point)
    answers: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def serve(worker: Worker) -> None:
        while True:
            try:
                point = waiting.get_nowait()
            except queue.Empty:
                return
            for _ in range(TRIES):
                answer = worker.ask(point)
                if answer["hit"] or answer["wrong"]:
                    break
            answers.append((point, answer))
            if log := os.environ.get("SWEEP_LOG"):  # for who waits
                with Path(log).open("a") as file:
                    file.write(json.dumps(point | answer) + "\n")

    threads = [threading.Thread(target=serve, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(points), "a worker ended before its time"
    return answers


def test_every_system_call_failing(bench: Bench) -> None:
    assert (ROOT / "build/inject").exists() and (ROOT / "build/witness").exists(), "make build/inject build/witness"
    workers = [Worker(number, bench.machine) for number in range(WORKERS)]
    known: dict[str, dict[tuple[str, str, str], int]] = {}  # by verb
    points: list[dict[str, Any]] = []
    wrong: list[str] = []
    had: dict[str, dict[str, int]] = json.loads(HAD.read_text()) if bench.machine and HAD.exists() else {}
    try:
        for variant in VARIANTS:
            heard = listen(workers[0], variant)
            more = beyond(heard, had.get(variant, {}))
            calls = [call for call in new_ones(heard, known.setdefault(VARIANTS[variant].get("verb", "run"), {})) if call in more]
            points += [call | {"way": way} for call in calls for way in ways(call["call"], 1 if bench.machine and had else 4)]
            if not bench.machine:
                had[variant] = dict(Counter(map(rough, heard)))
        if not bench.machine:
            HAD.write_text(json.dumps(had))
        only = os.environ.get("SWEEP_ONLY", "")  # one point again: "json: 0.2 clone3 1 kill-in"
        answers = sweep([point for point in points if only in title(point)], workers)
    finally:
        for worker in workers:
            worker.end()
    held = 0
    for point, answer in answers:
        if answer["wrong"]:
            wrong.append(f"{title(point)}: {'; '.join(answer['wrong'])}")
        elif not answer["hit"] and point["sure"]:
            wrong.append(f"{title(point)}: not reached in {TRIES} runs, though each undisturbed one had it")
        held += answer["hit"] and not answer["wrong"]
    reached = sum(answer["hit"] for _, answer in answers)
    SUMMARY.append(f"sweep: {held} of {reached} points hold ({len(answers) - reached} that only some runs have were not reached again)")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
