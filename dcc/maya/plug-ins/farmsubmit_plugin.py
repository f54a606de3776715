"""The plug-in that owns the menu and the shelf of farmsubmit: they come when it is loaded and go with it.

Written after Autodesk's documents; not run in a Maya. Nothing of the dialog or the core is imported here.
"""

from __future__ import annotations

from typing import Any

from maya.api import OpenMaya

from farmsubmit_maya import menu


def maya_useNewAPI() -> None:
    """Tell Maya by being there that this plug-in takes objects of the second Python API."""


def initializePlugin(plugin: Any) -> None:
    """Make the menu; in batch mode there is none to make."""
    OpenMaya.MFnPlugin(plugin, "farmsubmit", "1.0")
    menu.install()


def uninitializePlugin(plugin: Any) -> None:
    """Take the menu away."""
    OpenMaya.MFnPlugin(plugin)
    menu.remove()
