"""The shelf Farm with one button: a tab of our own, so that no shelf of a person is changed.

Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from maya import cmds, mel

#: The name of the shelf, and so the text of its tab.
SHELF = "Farm"

_ICON = "farmsubmit.png"
# A shelf may be saved with the person's others, so what it runs says all by itself.
_COMMAND = """\
from farmsubmit_maya import menu, telling
telling.told(menu.open_submitter)()
"""


def install() -> None:
    """Make the shelf, or fill the one that was saved with the others, and leave the tab that is open where it is."""
    tabs = _tabs()
    if not tabs:
        return
    selected = cmds.tabLayout(tabs, query=True, selectTab=True)
    remove()
    cmds.shelfLayout(SHELF, parent=tabs)
    cmds.shelfButton(
        parent=SHELF,
        label="Submit to Farm",
        annotation="Look at the job of this scene and send it",
        image=_ICON,
        sourceType="python",
        command=_COMMAND,
    )
    if selected:
        cmds.tabLayout(tabs, edit=True, selectTab=selected)


def remove() -> None:
    """Take the shelf away, if it is there."""
    if cmds.shelfLayout(SHELF, exists=True):
        cmds.deleteUI(SHELF, layout=True)


def _tabs() -> str:
    """Return the layout that holds the shelves; empty where Maya shows none."""
    return str(mel.eval("$farmsubmitTabs = $gShelfTopLevel") or "")
