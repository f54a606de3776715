"""Printing: tables, JSON, and times; with rich where it is installed and a person is looking."""

from __future__ import annotations

import sys
from typing import Any, Optional, Sequence


def say(text: str = "") -> None:
    """Print a line for the user."""
    print(text)


def warn(text: str) -> None:
    """Print a line that is not the result."""
    print(text, file=sys.stderr)


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns keep their order."""
    if sys.stdout.isatty() and _rich_table(headers, rows):
        return
    widths = [max(map(len, column)) for column in zip(headers, *rows)]
    for row in (headers, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def _rich_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    try:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        drawn.add_column(header)
    for row in rows:
        drawn.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    Console().print(drawn)
    return True


_STYLES = {"done": "green", "active": "blue", "error": "red", "killed": "red", "paused": "yellow", "skipped": "yellow"}


def moment(seconds: Optional[float]) -> str:
    """Return a time as a person reads it, or a dash."""
    import time

    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) if seconds else "-"


def duration(started: Optional[float], stopped: Optional[float]) -> str:
    """Return how long something took, or a dash."""
    if not started:
        return "-"
    import time

    seconds = int((stopped or time.time()) - started)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
