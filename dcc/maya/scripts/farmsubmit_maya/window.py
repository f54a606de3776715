"""Qt inside Maya: which binding it ships, and its main window.

Source: Autodesk's pages of the command about, of MQtUtil, and of the change to Qt 6 in Maya 2025. Not run in a Maya.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from maya import OpenMayaUI, cmds


def choose_binding() -> None:
    """Name the binding of this Maya for qtpy, before anything of Qt is imported: PySide2 with Qt 5, else PySide6."""
    os.environ["QT_API"] = "pyside2" if cmds.about(qtVersion=True).startswith("5.") else "pyside6"


def main_window() -> Any:
    """Return Maya's main window as a QWidget; None where there is none."""
    from qtpy import API_NAME
    from qtpy.QtWidgets import QWidget

    pointer = OpenMayaUI.MQtUtil.mainWindow()  # type: ignore[attr-defined]  # the vendor's stub is empty
    if pointer is None:
        return None
    shiboken = import_module("shiboken2" if API_NAME == "PySide2" else "shiboken6")
    return shiboken.wrapInstance(int(pointer), QWidget)
