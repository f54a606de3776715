"""The part of Nuke's Python module that the wrappers use, with the names of the published stubs."""

from __future__ import annotations

from typing import Any, List

from strict import unknown

GUI = False
rawArgs: List[str] = []


def __getattr__(name: str) -> Any:
    unknown("nuke", name)
