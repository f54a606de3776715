"""The menu Farm Submit, an item in Maya's Render menu, and the shelf with a button; made and removed by the plug-in.

Written after Autodesk's documents; not run in a Maya. That the Render menu is called mainRenderMenu and filled by
RenRenderMenu stands in no document; where it is otherwise, only this item is missing.
"""

from __future__ import annotations

from typing import Callable

from maya import cmds, mel

from farmsubmit_maya import shelf
from farmsubmit_maya.telling import tell, told

#: The names of what is made, by which it is found and removed again.
MENU, RENDER_ITEM, RENDER_LINE = "farmsubmitMenu", "farmsubmitRenderItem", "farmsubmitRenderLine"

_WINDOW = "MayaWindow"
_RENDER_MENU = "mainRenderMenu"


def install() -> None:
    """Make the menus and the shelf anew; in batch mode there is nothing to make. Never raises."""
    if not cmds.about(batch=True):
        for make in (_remove_menus, _make_menu, _make_render_item, shelf.install):
            _warn_of(make)


def remove() -> None:
    """Take away what install() made, as far as it is there."""
    if not cmds.about(batch=True):
        _remove_menus()
        shelf.remove()


def open_submitter() -> None:
    """Open the dialog on the open scene."""
    from farmsubmit_maya.dialog import show

    show()


def submit_now() -> None:
    """Send the open scene as scene and settings say, without the dialog, and tell its number."""
    from farmsubmit_maya.dialog import ask_unsaved
    from farmsubmit_maya.headless import submit

    choice = ask_unsaved()
    if choice is not None:
        ticket = submit(unsaved=choice)
        tell(f"Job {ticket.jid} is with {ticket.engine}.")


def _remove_menus() -> None:
    if cmds.menu(MENU, exists=True):
        cmds.deleteUI(MENU, menu=True)
    for name in (RENDER_LINE, RENDER_ITEM):
        if cmds.menuItem(name, exists=True):
            cmds.deleteUI(name, menuItem=True)


def _warn_of(make: Callable[[], None]) -> None:
    """Do a part of the start; one that fails is a warning, and the rest goes on."""
    try:
        make()
    except Exception as error:
        cmds.warning(f"farmsubmit: {make.__name__.strip('_')} failed: {error}")


def _make_menu() -> None:
    cmds.menu(MENU, label="Farm Submit", parent=_WINDOW, tearOff=True)
    cmds.menuItem(
        label="Submit to Farm…",
        parent=MENU,
        annotation="Look at the job of this scene and send it",
        command=told(open_submitter),
    )
    cmds.menuItem(
        label="Submit Now",
        parent=MENU,
        annotation="Send the saved scene as scene and settings say, without the dialog",
        command=told(submit_now),
    )


def _make_render_item() -> None:
    if not cmds.menu(_RENDER_MENU, exists=True) or not mel.eval("exists RenRenderMenu"):
        return
    # Maya fills the menu when it is opened first, but only one that is still empty.
    mel.eval(f"RenRenderMenu {_WINDOW}|{_RENDER_MENU}")
    cmds.menuItem(RENDER_LINE, divider=True, dividerLabel="Farm", parent=_RENDER_MENU)
    cmds.menuItem(RENDER_ITEM, label="Submit to Farm…", parent=_RENDER_MENU, command=told(open_submitter))
