"""The two fonts: the interface's, and a monospaced one for what a machine reads."""

from __future__ import annotations

import sys
from typing import Sequence

from qtpy.QtGui import QFont, QFontDatabase, QFontInfo

TEXT_PX = 12.5
MONO_PX = 11.5

_INTERFACE = ("Inter", "Inter Display")
_MACHINE = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "Consolas", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono")
# A point is a logical pixel on macOS, and 96 to the inch elsewhere. Qt takes pixels only as whole numbers.
_POINTS = 1.0 if sys.platform == "darwin" else 72.0 / 96.0


def points(pixels: float, scale: float = 1.0) -> float:
    """Return the points that are so many pixels of the design at 100 %."""
    return round(pixels * scale * _POINTS, 3)


def interface_font(scale: float = 1.0) -> QFont:
    """Return Inter where it is installed, else the font of the host's interface, at 12.5 px."""
    font = QFont()
    family = _installed(_INTERFACE)
    if family:
        font.setFamily(family)
    font.setPointSizeF(points(TEXT_PX, scale))
    return font


def mono_font(scale: float = 1.0) -> QFont:
    """Return a monospaced font at 11.5 px: the first installed of a few, else the system's."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    family = _installed(_MACHINE)
    if family:
        font.setFamily(family)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(points(MONO_PX, scale))
    return font


def _installed(families: Sequence[str]) -> str:
    """Return the first family that is there; a query is answered with another one's name where it is not."""
    return next((family for family in families if QFontInfo(QFont(family)).family() == family), "")
