"""Words of a command that every recipe writes alike."""

from __future__ import annotations

from farmsubmit.lang.substitution import literal, mapped


def program(name: str) -> str:
    """Return a program as a launch expression names it: mapped per zone where it is a path, else as it is."""
    return mapped(name) if "/" in name or "\\" in name else literal(name)
