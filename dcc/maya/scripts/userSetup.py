"""Maya runs this at its start: the plug-in is loaded once the windows are there, and never in batch mode.

A module cannot say that a plug-in of it is to be loaded. Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from maya import cmds, utils


def load_farmsubmit_plugin() -> None:
    """Load the plug-in; a Maya that cannot says so, and starts all the same."""
    try:
        cmds.loadPlugin("farmsubmit_plugin", quiet=True)
    except RuntimeError as error:
        cmds.warning(f"farmsubmit: the menu could not be made: {error}")


if not cmds.about(batch=True):
    utils.executeDeferred(load_farmsubmit_plugin)
