"""Timing two sides in turn, and saying whether their ratio keeps its bound."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable

missed: list[str] = []


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def process_cpu(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(title: str, ours: Callable[[], float], other: Callable[[], float], at_most: float, turns: int = 7) -> None:
    """Time both sides in turn; print the median of the ratios pair by pair."""
    ours(), other()  # a turn that is not counted
    pairs = [(ours(), other()) for _ in range(turns)]
    a, b = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    report(title, a, b, statistics.median(x / y for x, y in pairs if y), at_most)


def report(title: str, a: float, b: float, ratio: float, at_most: float | None) -> None:
    verdict = "" if at_most is None else f"  at most {at_most:g}  {'ok' if ratio <= at_most else 'MISSED'}"
    if verdict.endswith("MISSED"):
        missed.append(title)
    ours, other = (f"{1000 * x:10.{1 if x > 0.001 else 4}f} ms" for x in (a, b))
    print(f"{title:<62} {ours} {other}  ratio {ratio:8.3f}{verdict}", flush=True)


def bound(title: str, value: float, unit: str, at_most: float) -> None:
    """A figure of one side alone, such as a size."""
    kept = value <= at_most
    if not kept:
        missed.append(title)
    print(f"{title:<62} {value:10.1f} {unit}  at most {at_most:g}  {'ok' if kept else 'MISSED'}", flush=True)
