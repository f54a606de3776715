"""Katana's menu entries and farm settings; neither Qt nor the core is loaded before somebody chooses an entry.

Katana's FarmAPI has no call that takes an entry away: ``remove`` only keeps them from being added. Written after
Foundry's developer guide; not run in a Katana.
"""

from __future__ import annotations

from typing import Any

from farmsubmit_katana.farmsettings import add_farm_settings
from farmsubmit_katana.host import guarded, has_ui, log

#: The entry in the Util menu, and the one in the menu of a node.
SCENE_ENTRY = "Submit to Farm…"
NODE_ENTRY = "Submit This Node to Farm…"
_installed = {"startup": False, "entries": False}


def install() -> None:
    """Have the entries and farm settings added when Katana has started; calling it again changes nothing."""
    from Katana import Callbacks

    if not _installed["startup"]:
        Callbacks.addCallback(Callbacks.Type.onStartup, _on_startup)
        _installed["startup"] = True


def remove() -> None:
    """Stop waiting for Katana's start; entries that are there already stay until Katana ends."""
    from Katana import Callbacks

    if _installed["startup"]:
        Callbacks.delCallback(Callbacks.Type.onStartup, _on_startup)
        _installed["startup"] = False


def _on_startup(**_: Any) -> None:
    try:
        _add()
    except Exception:
        log.exception("the entries of farmsubmit are not there in this session")


def _add() -> None:
    if _installed["entries"]:
        return
    _installed["entries"] = True
    # Render nodes carry the settings in every mode, the menus are for people.
    add_farm_settings()
    if has_ui():
        from Katana import FarmAPI

        FarmAPI.AddFarmMenuOption(SCENE_ENTRY, guarded(_submit_scene))
        FarmAPI.AddFarmPopupMenuOption(NODE_ENTRY, guarded(_submit_node))


def _submit_scene() -> None:
    from farmsubmit_katana.dialog import show

    show()


def _submit_node() -> None:
    from Katana import FarmAPI

    from farmsubmit_katana.dialog import show

    node = FarmAPI.GetCurrentNode()
    show((node.getName(),) if node is not None else ())
