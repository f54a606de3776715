"""The zoom that is on, and measures of the design in pixels at it."""

from __future__ import annotations

from typing import List

#: The scale of the style that was put on last; a list, for it is changed in place.
_scale: List[float] = [1.0]


def set_scale(zoom: float) -> None:
    """Let ``px()`` and ``scale()`` answer for another zoom."""
    _scale[0] = zoom


def px(length: float) -> int:
    """Return a measure of the design in pixels at the present zoom, such as ``px(24)`` for the height of a row."""
    return max(1, round(length * _scale[0]))


def scale() -> float:
    """Return the present zoom."""
    return _scale[0]
