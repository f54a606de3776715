"""The entries in Nuke's menus. Nothing but this file is loaded when Nuke starts; the rest is, when an entry is chosen.

Written after Foundry's Nuke Python Developer's Guide, "Customizing the UI"; not run in a Nuke.
"""

from __future__ import annotations

from typing import Callable, NamedTuple, Tuple

import nuke

from farmsubmit_nuke import actions


class Entry(NamedTuple):
    """An entry: Nuke's name of the menu, the submenu (empty for none), its text, what it does, and its keys."""

    menu: str
    submenu: str
    text: str
    action: Callable[[], None]
    keys: str


# Which keys are free in every Nuke stood on no page that was found; a shortcut overrides what had it before.
ENTRIES: Tuple[Entry, ...] = (
    Entry("Nuke", "Render", "Submit to Farm...", actions.submit, "Ctrl+Shift+F5"),
    Entry("Nuke", "Render", "Submit Selected Writes to Farm...", actions.submit_selected, "Ctrl+Shift+F7"),
    # The right-click menu of the Node Graph, by the name that the guide gives it.
    Entry("Node Graph", "", "Submit Selected Writes to Farm...", actions.submit_selected, ""),
)


def install() -> None:
    """Add the entries, those of an earlier time taken away; does nothing where Nuke has no interface."""
    if not nuke.GUI:
        return
    remove()
    for entry in ENTRIES:
        path = f"{entry.submenu}/{entry.text}" if entry.submenu else entry.text
        nuke.menu(entry.menu).addCommand(path, entry.action, entry.keys)


def remove() -> None:
    """Take the entries away again."""
    if not nuke.GUI:
        return
    for entry in ENTRIES:
        menu = nuke.menu(entry.menu)
        home = menu.findItem(entry.submenu) if entry.submenu else menu
        if home is not None and home.findItem(entry.text) is not None:
            home.removeItem(entry.text)
