"""A line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass

#: The states of a line: as it should be, merely told, not as it should be, and missing though needed.
FINE, NOTE, WARNING, BAD = "ok", "note", "warning", "error"


@dataclass(frozen=True)
class Row:
    """What was found of one thing: its name, its version where it has one, its state, and ``fix``, how to mend it."""

    name: str
    version: str
    state: str
    text: str
    fix: str = ""
