"""Measuring, and one line a figure: what, how much, the limit, and whether it is kept."""

from __future__ import annotations

import statistics
import time
from typing import Callable, NamedTuple


def timed(function: Callable[[], object], rounds: int = 3) -> float:
    """Return the median of the seconds that a call takes."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Took(NamedTuple):
    """Seconds on the clock, and those that this thread was at work: other programs make only the first longer."""

    seconds: float
    own: float


def best(function: Callable[[], object], rounds: int = 5, before: Callable[[], object] = lambda: None) -> Took:
    """Return the shortest time that a call takes, and the least work of its thread; ``before`` goes before each."""
    found = []
    for _ in range(rounds):
        before()
        start, work = time.perf_counter(), time.thread_time()
        function()
        found.append((time.perf_counter() - start, time.thread_time() - work))
    return Took(*map(min, zip(*found)))


def report_best(what: str, took: Took, limit: float | None = None) -> None:
    report(what, took.seconds, "s", limit, f"({took.own:.3f} s of its own)")


def report(what: str, value: float, unit: str, limit: float | None = None, peer: str = "") -> None:
    text = f"{what:<52} {value:>9.3f} {unit:<4}"
    if limit is not None:
        text += f"  limit {limit:g} {unit}: {'kept' if value <= limit else 'NOT KEPT'}"
    print(text + (f"  {peer}" if peer else ""), flush=True)
