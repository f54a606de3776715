"""Which Python and which Qt a DCC brings, where its maker says so.

Source: the build page of Autodesk's maya-usd for Maya, and Foundry's "Qt 6 Migration" guide for Katana. Of the others
no such page was at hand, so nothing is said of them.
"""

from __future__ import annotations

import re
from typing import Dict, NamedTuple, Optional, Tuple

OLDEST_PYTHON = (3, 9)
_FIRST_WITH_PYSIDE6 = 8
_NUMBER = re.compile(r"\d+")


class Host(NamedTuple):
    """The Python of a DCC, None where it is not known, and the name of its Qt binding, empty where it is not."""

    python: Optional[Tuple[int, int]]
    qt: str

    def __str__(self) -> str:
        python = f"Python {self.python[0]}.{self.python[1]}" if self.python else ""
        return ", ".join(filter(None, (python, self.qt)))


_NOT_KNOWN = Host(None, "")
_MAYA: Dict[str, Host] = {
    "2022": Host((3, 7), "PySide2"),
    "2023": Host((3, 9), "PySide2"),
    "2024": Host((3, 10), "PySide2"),
    "2025": Host((3, 11), "PySide6"),
    "2026": Host((3, 11), "PySide6"),
    "2027": Host((3, 13), "PySide6"),
}


def host_of(dcc: str, version: str) -> Host:
    """Return what is known of a DCC of some version, such as ``maya 2025`` or ``katana 8.0v1``."""
    if dcc == "maya":
        return _MAYA.get(version, _NOT_KNOWN)
    number = _NUMBER.match(version)
    if dcc == "katana" and number:
        return Host(None, "PySide6" if int(number[0]) >= _FIRST_WITH_PYSIDE6 else "PyQt5")
    return _NOT_KNOWN
