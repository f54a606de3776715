"""Measuring, and one line a figure: what, how much, the limit, and whether it is kept."""

from __future__ import annotations

import statistics
import time
from typing import Callable


def timed(function: Callable[[], object], rounds: int = 3) -> float:
    """Return the median of the seconds that a call takes."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(what: str, value: float, unit: str, limit: float | None = None, peer: str = "") -> None:
    text = f"{what:<52} {value:>9.3f} {unit:<4}"
    if limit is not None:
        text += f"  limit {limit:g} {unit}: {'kept' if value <= limit else 'NOT KEPT'}"
    print(text + (f"  {peer}" if peer else ""), flush=True)
