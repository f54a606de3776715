"""The part of Maya's Python modules that the wrappers use, with the names and arguments of the published stubs."""

from __future__ import annotations

from typing import Any

from strict import unknown


def __getattr__(name: str) -> Any:
    unknown("maya", name)
