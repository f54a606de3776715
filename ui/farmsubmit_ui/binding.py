"""Choosing the Qt binding before qtpy does: the one that the host DCC has loaded, whatever else is installed.

Two bindings in one process end in a crash, and a DCC ships exactly one: Katana 7.5 and older PyQt5, Maya 2024 and
Nuke 15 and older PySide2, everything newer PySide6.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import List, Optional

from farmsubmit.errors import MissingLibraryError

_NAMES = {"PySide6": "pyside6", "PyQt5": "pyqt5", "PySide2": "pyside2", "PyQt6": "pyqt6"}
_VARIABLE = "QT_API"
# References to None that nobody gives back.
_MANY = 1 << 30
_held: List[bool] = []


def ensure_binding() -> str:
    """Set QT_API for qtpy, and return the name of the binding, such as ``pyside6``.

    One that is loaded already counts, of several the one that QT_API names; then QT_API if it names an installed one,
    then the first that is installed of PySide6, PyQt5, PySide2, PyQt6. Raises MissingLibraryError where there is none,
    or qtpy is missing.
    """
    if find_spec("qtpy") is None:
        raise MissingLibraryError("qtpy", "the dialog")
    name = _loaded() or _wished() or _installed()
    if name is None:
        raise MissingLibraryError("PySide6-Essentials", "the dialog outside of a DCC")
    os.environ[_VARIABLE] = name
    if name == "pyside6" and not _held:
        _held.append(_hold_constants())
    return name


def _loaded() -> Optional[str]:
    found = [name for module, name in _NAMES.items() if f"{module}.QtCore" in sys.modules]
    wish = os.environ.get(_VARIABLE, "").lower()
    return wish if wish in found else next(iter(found), None)


def _wished() -> Optional[str]:
    wish = os.environ.get(_VARIABLE, "").lower()
    return next((name for module, name in _NAMES.items() if name == wish and find_spec(module)), None)


def _installed() -> Optional[str]:
    return next((name for module, name in _NAMES.items() if find_spec(module)), None)


def _hold_constants() -> bool:
    """Keep the process alive where PySide6 gives None, True or False back too often; tell whether that was needed.

    Some calls (seen in 6.12: QPalette.setColor, QObject.property) give one reference back that they never took. From
    Python 3.12 on these three are immortal; before, the interpreter ends with "deallocating None" (or "True or
    False", seen at its end) after some thousand calls.
    """
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return False
    import ctypes

    for constant in (None, True, False):
        # The count is the first field of every object, and the id its address.
        count = ctypes.c_ssize_t.from_address(id(constant))
        count.value += _MANY
    return True
